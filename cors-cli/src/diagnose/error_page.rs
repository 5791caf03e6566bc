//! Bodies and headers of error pages that have the cause in words.

use super::answerer::answered_by;
use super::facts::short;
use super::gateway::LAMBDA;
use super::symptom::Symptom;
use crate::diagnosis::Layer;
use crate::exchange::Response;

/// Words of a body, and the cause that they stand for.
struct Words {
    /// In lower case. One of them is enough.
    any: &'static [&'static str],
    /// `None` for the step that failed.
    id: Option<&'static str>,
    why: &'static str,
    remedy: &'static str,
    is_not_cors: bool,
}

const WORDS: &[Words] = &[
    Words {
        any: &["just a moment", "attention required", "captcha"],
        id: Some(CHALLENGE.0),
        why: CHALLENGE.1,
        remedy: CHALLENGE.2,
        is_not_cors: true,
    },
    Words {
        any: &["plain http request was sent to https port"],
        id: Some("url-scheme"),
        why: "the URL in the page begins with `http:`, and the port is one for https",
        remedy: "write `https:` in the URL of the page",
        is_not_cors: true,
    },
    Words {
        any: &[
            "cors is not enabled for this bucket",
            "<code>nosuchcorsconfiguration",
        ],
        id: None,
        why: "the bucket has no CORS configuration",
        remedy: "set the CORS configuration of the bucket itself, in its permissions",
        is_not_cors: false,
    },
    Words {
        any: &["corsresponse:", "this cors request is not allowed"],
        id: None,
        why: "no rule of the bucket's CORS configuration has this origin, this method and these headers together",
        remedy: "compare origin (scheme, port, no slash), method and headers with the rules of the bucket",
        is_not_cors: false,
    },
    Words {
        any: &[
            "<code>accessdenied",
            "<code>signaturedoesnotmatch",
            "<code>expiredtoken",
        ],
        id: None,
        why: "the storage denies access: the object is private or does not exist, or the signature does not fit",
        remedy: "check the bucket's policy and the presigned URL: its method, its headers, its expiry",
        is_not_cors: true,
    },
    Words {
        any: &["missing authentication token"],
        id: None,
        why: "these are its words for a method or a path that it does not have, and no login is missing",
        remedy: "check stage and path of the URL, and add the method OPTIONS to the resource (Enable CORS); then \
                 deploy the stage",
        is_not_cors: false,
    },
    Words {
        any: &[
            "not configured to allow the http request method",
            "supports only cachable requests",
        ],
        id: None,
        why: "the distribution of CloudFront does not let this method pass",
        remedy: "allow OPTIONS, and the methods of the page, in the behavior of the distribution",
        is_not_cors: false,
    },
    Words {
        any: &["your client does not have permission"],
        id: None,
        why: "the service of Google Cloud demands a login by IAM for every request, also for a preflight, which never has \
              one",
        remedy: "let everybody invoke the service (`allUsers` as `roles/run.invoker`), and check the login in it",
        is_not_cors: false,
    },
    Words {
        any: &[
            "csrf verification failed",
            "csrf failed",
            "can't verify csrf token",
            "origin checking failed",
            "csrf token mismatch",
            "invalidauthenticitytoken",
            "invalid csrf token",
        ],
        id: Some("refused-by-server"),
        why: "its protection against forged requests (CSRF) refuses the request: the token is missing, or the origin is not \
              trusted",
        remedy: "send the token, or add the page to the trusted origins (Django: `CSRF_TRUSTED_ORIGINS`); APIs with \
                 tokens in headers need no such protection",
        is_not_cors: true,
    },
    Words {
        any: &[
            "blocked request. this host",
            "invalid host header",
            "disallowedhost",
            "invalid http_host header",
        ],
        id: Some("misdirected-request"),
        why: "the server does not serve the host name by which it was called",
        remedy: "add the host to the server's list (Vite: `server.allowedHosts`, Django: `ALLOWED_HOSTS`)",
        is_not_cors: true,
    },
    Words {
        any: &[
            "could not proxy request",
            "error occurred while trying to proxy",
            "econnrefused",
        ],
        id: Some("gateway-error"),
        why: "the proxy of the development server could not reach the API behind it",
        remedy: "start the API, and compare its address with the target of the proxy; `127.0.0.1` avoids the mix-up of \
                 IPv4 and IPv6 that `localhost` brings",
        is_not_cors: true,
    },
    Words {
        any: &[
            "herokucdn.com/error-pages",
            "code=h10",
            "code=h14",
            "code=h20",
        ],
        id: Some("gateway-error"),
        why: "the application on Heroku has crashed or does not start",
        remedy: "look at `heroku logs --tail`",
        is_not_cors: true,
    },
    Words {
        any: &["not allowed by cors"],
        id: None,
        why: "the function that lists the origins in the server does not have this one, and throws an error in place \
              of a response",
        remedy: "add the origin to the list of that function, and let it call back with `false` for others, because \
                 an error becomes a 500",
        is_not_cors: false,
    },
    Words {
        any: &["have append_slash set"],
        id: Some("slash-redirect"),
        why: "Django redirects to the same path with a slash at the end, and cannot do so with a body",
        remedy: "call the path with a slash at its end in the page, because the routes have one",
        is_not_cors: true,
    },
    Words {
        any: &["blocked as a potential cross-site request forgery"],
        id: Some("refused-by-server"),
        why: "Apollo Server refuses requests that browsers send without a preflight",
        remedy: "send `content-type: application/json`, or the header `apollo-require-preflight: true` with uploads",
        is_not_cors: true,
    },
    Words {
        any: &["malformed lambda proxy response"],
        id: Some("server-error"),
        why: LAMBDA.0,
        remedy: LAMBDA.1,
        is_not_cors: true,
    },
    Words {
        any: &["invalid cors request"],
        id: None,
        why: "Spring's own CORS configuration does not allow this origin, method or one of the headers",
        remedy: "add origin, method and headers to the configuration, exactly as requested",
        is_not_cors: false,
    },
];

/// The name, the cause and the remedy of a challenge.
const CHALLENGE: (&str, &str, &str) = (
    "bot-challenge",
    "it is a challenge for people (a bot check or a firewall rule), and only a window can solve it, not a request of \
     a page",
    "add a rule at that service that skips the check for the paths of the API, and for OPTIONS",
);

impl Words {
    fn symptom(&self, id: &'static str) -> Symptom {
        let symptom = Symptom::new(self.id.unwrap_or(id), self.why).remedy(self.remedy);
        if self.is_not_cors {
            symptom.not_cors()
        } else {
            symptom
        }
    }
}

/// Finds the row of a text in lower case.
fn find(text: &str) -> Option<&'static Words> {
    WORDS
        .iter()
        .find(|words| words.any.iter().any(|part| text.contains(part)))
}

/// Returns the cause that a text around a status has in words. Those of a challenge are too common in prose.
pub(super) fn of_words(text: &str, is_preflight: bool) -> Option<Symptom> {
    let words = find(&text.to_ascii_lowercase())?;
    let is_common = words.id == Some(CHALLENGE.0);
    (!is_common).then(|| words.symptom(step(is_preflight)))
}

/// Returns the name of the step that an error status fails.
fn step(is_preflight: bool) -> &'static str {
    if is_preflight {
        "preflight-status"
    } else {
        "refused-by-server"
    }
}

/// Returns the cause that the body or a header has in words.
pub(super) fn symptom(response: &Response, is_preflight: bool) -> Option<Symptom> {
    let id = step(is_preflight);
    if response.header("cf-mitigated").is_some() || response.header("x-datadome").is_some() {
        let (id, why, remedy) = CHALLENGE;
        return Some(Symptom::new(id, why).not_cors().remedy(remedy));
    }
    if let Some(code) = response.header("ngrok-error-code") {
        let why = format!(
            "it is ngrok's own error ({}): the tunnel is offline, or the program behind it does not run",
            short(&code.value)
        );
        let remedy = "start the program and the tunnel, and compare the tunnel's address with the URL in the page";
        return Some(Symptom::new("gateway-error", why).not_cors().remedy(remedy));
    }
    let body = response.body.value.to_ascii_lowercase();
    if let Some(words) = find(&body) {
        return Some(words.symptom(id));
    }
    if let Some(start) = body.find("disallowed cors") {
        let words = response.body.value.get(start..).unwrap_or_default();
        let words = short(words.lines().next().unwrap_or_default());
        let why = format!("its CORS middleware does not allow what is named there: {words}");
        let remedy = "add it to the arguments of the middleware, exactly as requested";
        return Some(Symptom::new(id, why).remedy(remedy));
    }
    of_cors_runtime(response, id)
}

/// Returns the reason that cors-runtime writes into refused preflights of debug builds.
fn of_cors_runtime(response: &Response, id: &'static str) -> Option<Symptom> {
    let own = answered_by(response);
    own.iter().find(|own| own.layer == Layer::CorsRuntime)?;
    let reason = response
        .body
        .value
        .lines()
        .next()
        .filter(|line| !line.is_empty());
    Some(match reason {
        Some(reason) => Symptom::new(
            id,
            format!("the policy of the handler refuses it: {}", short(reason)),
        )
        .remedy("change the policy of that handler, if the page should be allowed"),
        None => Symptom::new(
            id,
            "no policy of a handler at this path allows origin, method and headers",
        )
        .remedy("run a debug build: its response and its log have the reason"),
    })
}
