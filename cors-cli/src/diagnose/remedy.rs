//! Lines of configuration for the layers that were recognised.

use std::fmt::Write as _;

use cors_testing::Credentials;

use super::answerer::{answered_by, is_in_front};
use super::facts::Facts;
use crate::diagnosis::{Layer, Remedy};
use crate::exchange::Response;

/// The permission that a page needs.
pub(super) struct Want {
    origin: String,
    method: String,
    has_method: bool,
    headers: Vec<String>,
    credentials: bool,
    expose: Vec<String>,
}

impl Want {
    pub(super) fn of(facts: &Facts<'_>) -> Self {
        Self {
            origin: facts.origin.value.clone(),
            method: facts.method(),
            has_method: facts.has_method(),
            headers: facts.requested_headers(),
            credentials: facts.credentials == Credentials::Include,
            expose: Vec::new(),
        }
    }

    pub(super) fn exposing(self, expose: Vec<String>) -> Self {
        Self { expose, ..self }
    }

    /// Returns the headers on the wire. `is_preflight` adds those of the response to a preflight.
    pub(super) fn wire(&self, is_preflight: bool) -> String {
        if !self.expose.is_empty() {
            return format!("access-control-expose-headers: {}", self.expose.join(", "));
        }
        let mut lines = format!("access-control-allow-origin: {}", self.origin);
        if self.credentials {
            lines.push_str("\naccess-control-allow-credentials: true");
        }
        if is_preflight {
            if self.has_method {
                let _ = write!(lines, "\naccess-control-allow-methods: {}", self.method);
            }
            if !self.headers.is_empty() {
                let _ = write!(
                    lines,
                    "\naccess-control-allow-headers: {}",
                    self.headers.join(", ")
                );
            }
        }
        lines.push_str("\nvary: origin");
        lines
    }

    /// Returns the lines for the layers that sent a response, or else for all that responded: at most two, that of
    /// the application first.
    pub(super) fn layers(&self, facts: &Facts<'_>, response: Option<&Response>) -> Vec<Remedy> {
        const MAX: usize = 2;
        let own = response.filter(|response| response.header("server").is_some());
        let own = own.map(answered_by);
        let answered = own.as_ref().unwrap_or(&facts.answered_by);
        let mut layers: Vec<Layer> = answered.iter().map(|own| own.layer).collect();
        layers.sort_by_key(|layer| is_in_front(*layer));
        // A proxy in front of it needs no CORS, or an export of its policies.
        if layers.contains(&Layer::CorsRuntime) {
            layers.retain(|layer| !is_in_front(*layer));
        }
        let remedies = layers.into_iter().map(|layer| {
            let (text, code) = self.line(layer);
            Remedy {
                layer: Some(layer),
                text: text.to_owned(),
                code: Some(code),
            }
        });
        remedies.take(MAX).collect()
    }

    /// Joins the headers, each with something around it.
    fn list(&self, open: &str, between: &str, close: &str) -> String {
        let quoted: Vec<String> = self
            .headers
            .iter()
            .map(|name| format!("{open}{name}{close}"))
            .collect();
        quoted.join(between)
    }

    /// Returns the place of the configuration, and the lines.
    #[allow(clippy::too_many_lines, reason = "one arm for each layer")]
    fn line(&self, layer: Layer) -> (&'static str, String) {
        let Self { origin, method, .. } = self;
        let has_headers = !self.headers.is_empty();
        let when = |is: bool, text: String| if is { text } else { String::new() };
        let header_lines = |start: &str, separator: &str, open: &str, end: &str| {
            let lines = self.wire(true);
            let lines = lines.lines().map(|line| {
                let (name, value) = line.split_once(": ").unwrap_or((line, ""));
                format!("{start}{name}{separator}{open}{value}{end}")
            });
            lines.collect::<Vec<_>>().join("\n")
        };
        match layer {
            Layer::CorsRuntime => (
                "write the policy above the handler",
                format!(
                    "#[cors(origins = [\"{origin}\"], methods = [{method}]{}{}{})]",
                    when(has_headers, format!(", headers = [{}]", self.list("\"", ", ", "\""))),
                    when(
                        !self.expose.is_empty(),
                        format!(", expose_headers = [\"{}\"]", self.expose.join("\", \""))
                    ),
                    when(self.credentials, ", credentials".to_owned()),
                ),
            ),
            Layer::TowerHttp => (
                "add the layer last, around routes and other layers",
                format!(
                    "CorsLayer::new()\n    .allow_origin(HeaderValue::from_static(\"{origin}\"))\n    \
                     .allow_methods([Method::{method}]){}{}{}",
                    when(
                        has_headers,
                        format!(
                            "\n    .allow_headers([{}])",
                            self.list("HeaderName::from_static(\"", ", ", "\")")
                        )
                    ),
                    when(
                        !self.expose.is_empty(),
                        format!(
                            "\n    .expose_headers([HeaderName::from_static(\"{}\")])",
                            self.expose.join("\"), HeaderName::from_static(\"")
                        )
                    ),
                    when(self.credentials, "\n    .allow_credentials(true)".to_owned()),
                ),
            ),
            Layer::Express => (
                "use the middleware before every route, login and body parser",
                format!(
                    "app.use(cors({{ origin: '{origin}', methods: ['{method}']{}{}{} }}))",
                    when(has_headers, format!(", allowedHeaders: [{}]", self.list("'", ", ", "'"))),
                    when(
                        !self.expose.is_empty(),
                        format!(", exposedHeaders: ['{}']", self.expose.join("', '"))
                    ),
                    when(self.credentials, ", credentials: true".to_owned()),
                ),
            ),
            Layer::Flask => (
                "wrap the application with flask-cors, once",
                format!(
                    "CORS(app, origins=[\"{origin}\"], methods=[\"{method}\"]{}{}{})",
                    when(has_headers, format!(", allow_headers=[{}]", self.list("\"", ", ", "\""))),
                    when(
                        !self.expose.is_empty(),
                        format!(", expose_headers=[\"{}\"]", self.expose.join("\", \""))
                    ),
                    when(self.credentials, ", supports_credentials=True".to_owned()),
                ),
            ),
            Layer::FastApi => (
                "add the middleware last, because the last one is the outermost",
                format!(
                    "app.add_middleware(CORSMiddleware, allow_origins=[\"{origin}\"], \
                     allow_methods=[\"{method}\"]{}{}{})",
                    when(has_headers, format!(", allow_headers=[{}]", self.list("\"", ", ", "\""))),
                    when(
                        !self.expose.is_empty(),
                        format!(", expose_headers=[\"{}\"]", self.expose.join("\", \""))
                    ),
                    when(self.credentials, ", allow_credentials=True".to_owned()),
                ),
            ),
            Layer::Django => (
                "set it in settings.py, with `CorsMiddleware` first in `MIDDLEWARE`",
                format!(
                    "CORS_ALLOWED_ORIGINS = [\"{origin}\"]{}{}{}",
                    when(
                        has_headers,
                        format!(
                            "\nCORS_ALLOW_HEADERS = [*default_headers, {}]",
                            self.list("\"", ", ", "\"")
                        )
                    ),
                    when(
                        !self.expose.is_empty(),
                        format!("\nCORS_EXPOSE_HEADERS = [\"{}\"]", self.expose.join("\", \""))
                    ),
                    when(self.credentials, "\nCORS_ALLOW_CREDENTIALS = True".to_owned()),
                ),
            ),
            Layer::Spring => (
                "annotate the controller, and add `http.cors(Customizer.withDefaults())` to Spring \
                 Security",
                format!(
                    "@CrossOrigin(origins = \"{origin}\", methods = RequestMethod.{method}{}{}{})",
                    when(
                        has_headers,
                        format!(", allowedHeaders = {{{}}}", self.list("\"", ", ", "\""))
                    ),
                    when(
                        !self.expose.is_empty(),
                        format!(", exposedHeaders = {{\"{}\"}}", self.expose.join("\", \""))
                    ),
                    when(self.credentials, ", allowCredentials = \"true\"".to_owned()),
                ),
            ),
            Layer::AspNet => (
                "call it between `UseRouting` and `UseAuthorization`",
                format!(
                    "app.UseCors(policy => policy.WithOrigins(\"{origin}\").WithMethods(\"{method}\"){}{}{});",
                    when(has_headers, format!(".WithHeaders({})", self.list("\"", ", ", "\""))),
                    when(
                        !self.expose.is_empty(),
                        format!(".WithExposedHeaders(\"{}\")", self.expose.join("\", \""))
                    ),
                    when(self.credentials, ".AllowCredentials()".to_owned()),
                ),
            ),
            Layer::Rails => (
                "insert rack-cors before every other middleware: `insert_before 0, Rack::Cors`",
                format!(
                    "allow do\n  origins '{origin}'\n  resource '*', methods: [:{}], headers: [{}]{}{}\nend",
                    method.to_ascii_lowercase(),
                    self.list("'", ", ", "'"),
                    when(
                        !self.expose.is_empty(),
                        format!(", expose: ['{}']", self.expose.join("', '"))
                    ),
                    when(self.credentials, ", credentials: true".to_owned()),
                ),
            ),
            Layer::Laravel => (
                "set it in config/cors.php",
                format!(
                    "'allowed_origins' => ['{origin}'],\n'allowed_methods' => ['{method}'],\n\
                     'allowed_headers' => [{}],\n'exposed_headers' => [{}],\n\
                     'supports_credentials' => {},",
                    self.list("'", ", ", "'"),
                    when(!self.expose.is_empty(), format!("'{}'", self.expose.join("', '"))),
                    self.credentials,
                ),
            ),
            Layer::Go => (
                "wrap the whole handler with rs/cors",
                format!(
                    "cors.New(cors.Options{{\n    AllowedOrigins: []string{{\"{origin}\"}},\n    \
                     AllowedMethods: []string{{\"{method}\"}},\n    AllowedHeaders: []string{{{}}},\n    \
                     AllowCredentials: {},\n}}).Handler(mux)",
                    self.list("\"", ", ", "\""),
                    self.credentials,
                ),
            ),
            Layer::Nginx => (
                "write it in the `location`, with `always`, because errors have no header without it; \
                 respond to OPTIONS there with `return 204`",
                header_lines("add_header ", " ", "\"", "\" always;"),
            ),
            Layer::Apache => (
                "write it in the `VirtualHost`, with `always`, because errors have no header without it",
                header_lines("Header always set ", " ", "\"", "\""),
            ),
            Layer::Caddy => ("write it in the site block", header_lines("header ", " ", "\"", "\"")),
            Layer::Envoy => (
                "add the filter `envoy.filters.http.cors` before the router, and the policy to the route",
                format!(
                    "allow_origin_string_match: [{{ exact: \"{origin}\" }}]\nallow_methods: \"{method}\"\n\
                     allow_headers: \"{}\"\nexpose_headers: \"{}\"\nallow_credentials: {}",
                    self.list("", ", ", ""),
                    self.expose.join(", "),
                    self.credentials,
                ),
            ),
            Layer::Iis => (
                "install the IIS CORS module, and write it in web.config",
                format!(
                    "<cors enabled=\"true\"><add origin=\"{origin}\" allowCredentials=\"{}\">\n  \
                     <allowMethods><add method=\"{method}\" /></allowMethods>\n  \
                     <allowHeaders>{}</allowHeaders>\n</add></cors>",
                    self.credentials,
                    self.list("<add header=\"", "", "\" />"),
                ),
            ),
            Layer::S3 => (
                "set it as the CORS configuration of the bucket (Permissions, Cross-origin resource \
                 sharing); a file in the bucket has no effect",
                format!(
                    "[{{\n  \"AllowedOrigins\": [\"{origin}\"],\n  \"AllowedMethods\": [\"{method}\"],\n  \
                     \"AllowedHeaders\": [{}],\n  \"ExposeHeaders\": [{}]\n}}]",
                    self.list("\"", ", ", "\""),
                    if self.expose.is_empty() {
                        "\"ETag\"".to_owned()
                    } else {
                        format!("\"{}\"", self.expose.join("\", \""))
                    },
                ),
            ),
            Layer::CloudFront => (
                "allow the method OPTIONS in the behavior, and attach the policies that pass `Origin` on \
                 and keep responses apart by it; then invalidate the cache",
                "AllowedMethods: GET, HEAD, OPTIONS, PUT, POST, PATCH, DELETE\n\
                 OriginRequestPolicy: Managed-CORS-S3Origin (or Managed-CORS-CustomOrigin)\n\
                 ResponseHeadersPolicy: Managed-CORS-With-Preflight, if the origin sends no CORS headers"
                    .to_owned(),
            ),
            Layer::ApiGateway => (
                "configure CORS for an HTTP API as here; in a REST API choose Enable CORS on the \
                 resource, add the headers to the gateway responses DEFAULT_4XX and DEFAULT_5XX, and \
                 deploy the stage",
                format!(
                    "aws apigatewayv2 update-api --api-id ID --cors-configuration \
                     AllowOrigins={origin},AllowMethods={method}{}{}",
                    when(has_headers, format!(",AllowHeaders={}", self.headers.join(","))),
                    when(self.credentials, ",AllowCredentials=true".to_owned()),
                ),
            ),
            Layer::Cloudflare => (
                "send the headers from the server behind Cloudflare, or set them in a Worker",
                self.wire(true)
                    .lines()
                    .filter_map(|line| line.split_once(": "))
                    .map(|(name, value)| format!("response.headers.set(\"{name}\", \"{value}\")"))
                    .collect::<Vec<_>>()
                    .join("\n"),
            ),
            Layer::Vercel => (
                "write it in vercel.json; a function has to respond to OPTIONS as well",
                format!(
                    "{{ \"headers\": [{{ \"source\": \"/api/(.*)\", \"headers\": [\n  {}\n] }}] }}",
                    header_lines("{ \"key\": \"", "\", ", "\"value\": \"", "\" }").replace('\n', ",\n  ")
                ),
            ),
            Layer::Netlify => (
                "write it in `_headers`; a function has to respond to OPTIONS as well",
                format!("/*\n{}", header_lines("  ", ": ", "", "")),
            ),
            Layer::GoogleCloud => (
                "for Cloud Storage, pass this file to `gcloud storage buckets update --cors-file`; \
                 otherwise the service behind it has to send the headers",
                format!(
                    "[{{ \"origin\": [\"{origin}\"], \"method\": [\"{method}\"], \"responseHeader\": [{}], \
                     \"maxAgeSeconds\": 600 }}]",
                    self.list("\"", ", ", "\""),
                ),
            ),
            Layer::Azure => (
                "set CORS of the App Service or the Function by the first line, and that of Blob Storage by the second",
                format!(
                    "az webapp cors add --name NAME --resource-group GROUP --allowed-origins {origin}\n\
                     az storage cors add --services b --methods {method} --origins {origin} \
                     --allowed-headers \"{}\" --exposed-headers \"*\" --max-age 600",
                    self.headers.join(","),
                ),
            ),
            Layer::Varnish => (
                "send the headers from the server behind Varnish, or set them in `vcl_deliver`",
                header_lines("set resp.http.", " = ", "\"", "\";"),
            ),
            Layer::HaProxy => (
                "write it in the `frontend`",
                header_lines("http-after-response set-header ", " ", "", ""),
            ),
            Layer::Traefik => (
                "add a headers middleware to the router",
                format!(
                    "accessControlAllowOriginList: [\"{origin}\"]\naccessControlAllowMethods: [\"{method}\"]\n\
                     accessControlAllowHeaders: [{}]\naccessControlAllowCredentials: {}\naddVaryHeader: true",
                    self.list("\"", ", ", "\""),
                    self.credentials,
                ),
            ),
            Layer::Kong => (
                "enable the CORS plugin on the route",
                format!(
                    "name: cors\nconfig:\n  origins: [\"{origin}\"]\n  methods: [{method}]\n  \
                     headers: [{}]\n  credentials: {}",
                    self.list("", ", ", ""),
                    self.credentials,
                ),
            ),
            Layer::Ngrok => (
                "send the headers from the program behind the tunnel; skip ngrok's page of warning by \
                 this header in the page's request, which the server then has to allow",
                "ngrok-skip-browser-warning: true".to_owned(),
            ),
        }
    }
}
