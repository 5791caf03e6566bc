//! The requests and the responses of a test.

use cors_rules::Origin;
use cors_testing::{Credentials, Mode};
use http::{HeaderName, HeaderValue, Method, StatusCode};
use url::Url;

use crate::diagnosis::Case;
use crate::exchange::{Exchange, Field, Paste, Purpose, Request, Response};
use crate::message::MessageKind;
use crate::secrets::{mask_urls, mask_value};

/// The origin of a page that the paste does not name.
const ORIGIN: &str = "https://app.example";

/// The URL of a response without a request.
const URL: &str = "https://api.test/";

/// A page that sends requests, and a server.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) origin: String,
    pub(super) fetches: Vec<Fetch>,
    /// The responses of the paste, at least one, each for another request.
    pub(super) replies: Vec<Reply>,
    /// Whether a request has no response in the paste.
    pub(super) lacks_reply: bool,
}

/// A request of the page.
#[derive(Debug)]
pub(super) struct Fetch {
    pub(super) method: Method,
    pub(super) url: Url,
    pub(super) headers: Vec<(String, String)>,
    pub(super) mode: Mode,
    pub(super) credentials: Credentials,
    /// The status that the page wants to see.
    pub(super) wanted: u16,
}

/// A response of the server.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) method: Method,
    /// Path and query.
    pub(super) target: String,
    pub(super) status: u16,
    pub(super) headers: Vec<(String, String)>,
}

impl Plan {
    /// Returns the plan of a case, or `None` if it has no response.
    pub(super) fn of(paste: &Paste, case: &Case) -> Option<Self> {
        let exchanges = case
            .exchanges
            .iter()
            .filter_map(|&it| paste.exchanges.get(it));
        let mut plan = Self {
            origin: origin(paste, case),
            fetches: Vec::new(),
            replies: Vec::new(),
            lacks_reply: false,
        };
        for exchange in exchanges {
            if matches!(
                exchange.purpose,
                Purpose::Pasted | Purpose::Preflight | Purpose::Request | Purpose::Redirect
            ) {
                plan.add(paste, exchange);
            }
        }
        plan.lacks_reply = plan.fetches.iter().any(|it| !plan.has_replies(it));
        (!plan.replies.is_empty()).then_some(plan)
    }

    /// Whether the paste has the response, and that to the preflight, unless there is certainly none.
    fn has_replies(&self, fetch: &Fetch) -> bool {
        let has = |method: &Method| {
            let target = target(&fetch.url);
            let mut replies = self.replies.iter();
            replies.any(|it| it.method == *method && it.target == target)
        };
        has(&fetch.method) && (fetch.needs_no_preflight() || has(&Method::OPTIONS))
    }

    fn add(&mut self, paste: &Paste, exchange: &Exchange) {
        let fetch = Fetch::of(paste, exchange);
        let is_preflight = is_preflight(paste, exchange);
        if let Some(response) = &exchange.response {
            let method = if is_preflight {
                Method::OPTIONS
            } else {
                fetch.method.clone()
            };
            let reply = Reply::of(method, &fetch.url, response);
            let is_new = |it: &Reply| !self.replies.iter().any(|earlier| earlier.is_for(it));
            if let Some(reply) = reply.filter(is_new) {
                self.replies.push(reply);
            }
        }
        let is_redirected = |it: &Reply| it.status / 100 == 3 && it.leads_to(&fetch.url);
        let is_redirect = !is_preflight && self.replies.iter().any(is_redirected);
        let earlier = self.fetches.last_mut();
        match earlier.filter(|it| it.url == fetch.url && it.method == fetch.method) {
            // The request of a preflight that is in the paste.
            Some(earlier) if !is_preflight => {
                let headers = std::mem::take(&mut earlier.headers);
                *earlier = fetch;
                earlier.keep(headers);
            }
            _ if is_redirect => {}
            _ => self.fetches.push(fetch),
        }
    }
}

impl Fetch {
    /// Returns the request of an exchange, or the one that its preflight is sent for.
    fn of(paste: &Paste, exchange: &Exchange) -> Self {
        let request = exchange.request.as_ref();
        let requested = request.and_then(|it| it.header("access-control-request-method"));
        let method = match (requested, request) {
            (Some(requested), _) => requested.value.as_str(),
            (None, Some(request)) => request.method.value.as_str(),
            (None, None) => "GET",
        };
        let url = request.and_then(|it| it.url.as_ref().map(|url| url.value.to_string()));
        let url = url.or_else(|| {
            Some(
                paste
                    .messages
                    .iter()
                    .find_map(|it| it.url.as_ref())?
                    .value
                    .clone(),
            )
        });
        let url = url.or_else(|| Some(format!("{}{}", URL.trim_end_matches('/'), request?.target)));
        let url = Url::parse(&mask_urls(url.as_deref().unwrap_or(URL))).ok();
        let mut status = exchange
            .response
            .as_ref()
            .and_then(|it| Some(it.status.as_ref()?.value));
        status = status.filter(|status| matches!(status, 200..=299 | 304) && requested.is_none());
        Self {
            method: Method::from_bytes(method.as_bytes()).unwrap_or(Method::GET),
            url: url
                .or_else(|| Url::parse(URL).ok())
                .expect("the constant is a URL"),
            headers: match (requested, request) {
                (Some(_), Some(request)) => requested_headers(request),
                (None, Some(request)) => request.headers.iter().filter_map(of_page).collect(),
                (_, None) => granted_header(paste, exchange).into_iter().collect(),
            },
            mode: request.and_then(|it| it.mode).unwrap_or_default(),
            credentials: credentials(paste, request),
            wanted: status.unwrap_or(200),
        }
    }

    /// Whether there is no preflight. `false` is no statement, because values decide it, too.
    fn needs_no_preflight(&self) -> bool {
        let is_simple = matches!(self.method, Method::GET | Method::HEAD | Method::POST);
        is_simple && self.headers.is_empty()
    }

    /// Keeps only the headers that the preflight asks for, because browsers add others by themselves.
    fn keep(&mut self, requested: Vec<(String, String)>) {
        let value = |name: &str| {
            let given = self.headers.iter().find(|(it, _)| it == name);
            given.map(|(_, value)| value.clone())
        };
        let requested = requested.into_iter();
        let requested = requested.map(|(name, default)| {
            let value = value(&name).unwrap_or(default);
            (name, value)
        });
        self.headers = requested.collect();
    }
}

impl Reply {
    fn of(method: Method, url: &Url, response: &Response) -> Option<Self> {
        let status = response.status.as_ref().map_or(200, |it| it.value);
        StatusCode::from_u16(status)
            .ok()
            .filter(|it| !it.is_informational())?;
        Some(Self {
            method,
            target: target(url),
            status,
            headers: response.headers.iter().filter_map(of_server).collect(),
        })
    }

    /// Whether two responses are for one request, of which a server can send only one.
    fn is_for(&self, other: &Self) -> bool {
        self.method == other.method && self.target == other.target
    }

    fn leads_to(&self, url: &Url) -> bool {
        let location = self.headers.iter().find(|(name, _)| name == "location");
        location.is_some_and(|(_, to)| url.join(to).is_ok_and(|to| to == *url))
    }
}

/// Returns the path and the query, as a server sees them.
fn target(url: &Url) -> String {
    match url.query() {
        Some(query) => format!("{}?{query}", url.path()),
        None => url.path().to_owned(),
    }
}

fn origin(paste: &Paste, case: &Case) -> String {
    let exchanges = case
        .exchanges
        .iter()
        .filter_map(|&it| paste.exchanges.get(it));
    let of_request = exchanges
        .filter_map(|it| it.request.as_ref()?.header("origin"))
        .map(|field| &field.value);
    let of_message = paste.messages.iter().filter_map(|it| it.origin.as_ref());
    let elsewhere = paste.page.iter().chain(of_message).map(|it| &it.value);
    let is_origin = |it: &&String| *it == "null" || Origin::parse(it.as_bytes()).is_some();
    let origin = of_request.chain(elsewhere).find(is_origin);
    origin.map_or(ORIGIN, String::as_str).to_owned()
}

fn is_preflight(paste: &Paste, exchange: &Exchange) -> bool {
    match &exchange.request {
        Some(request) => request.header("access-control-request-method").is_some(),
        None => paste.messages.iter().any(|it| it.is_preflight),
    }
}

fn credentials(paste: &Paste, request: Option<&Request>) -> Credentials {
    let option = request.and_then(|it| it.credentials.as_ref());
    let has_cookie = request.is_some_and(|it| it.header("cookie").is_some());
    let needs_them = paste.messages.iter().any(|it| {
        let is_about_them = matches!(
            it.kind,
            MessageKind::AllowCredentials | MessageKind::AllowOriginWildcard
        );
        it.has_credentials || is_about_them
    });
    let sets_cookie = paste.exchanges.iter().any(|it| {
        let response = it.response.as_ref();
        response.is_some_and(|it| it.header("set-cookie").is_some())
    });
    match option {
        Some(option) => option.value,
        None if has_cookie || needs_them || sets_cookie => Credentials::Include,
        None => Credentials::SameOrigin,
    }
}

/// The headers that a preflight asks for, with values that need one.
fn requested_headers(preflight: &Request) -> Vec<(String, String)> {
    let names = preflight.header("access-control-request-headers");
    let names = names.map_or("", |it| it.value.as_str()).split(',');
    let names = names.filter_map(|name| name.trim().parse::<HeaderName>().ok());
    names.map(|name| with_value(name.as_str())).collect()
}

/// A header that needs a preflight, if only the response to it is known.
fn granted_header(paste: &Paste, exchange: &Exchange) -> Option<(String, String)> {
    if !is_preflight(paste, exchange) {
        return None;
    }
    let granted = exchange
        .response
        .as_ref()?
        .header("access-control-allow-headers");
    let names = granted.map_or("", |it| it.value.as_str()).split(',');
    let mut names = names.filter_map(|name| name.trim().parse::<HeaderName>().ok());
    let name = names.find(|name| name != "*").map(|name| name.to_string());
    Some(with_value(name.as_deref().unwrap_or("authorization")))
}

fn with_value(name: &str) -> (String, String) {
    let value = match name {
        "content-type" => "application/json",
        "authorization" => "Bearer ***",
        _ => "x",
    };
    (name.to_owned(), value.to_owned())
}

/// Returns a header that is the page's own, and not one that browsers add.
fn of_page(field: &Field) -> Option<(String, String)> {
    const PREFIXES: [&str; 6] = [
        "accept",
        "access-control-",
        "if-",
        "proxy-",
        "sec-",
        "x-forwarded-",
    ];
    const NAMES: [&str; 16] = [
        "alt-used",
        "cache-control",
        "connection",
        "content-length",
        "cookie",
        "dnt",
        "expect",
        "host",
        "keep-alive",
        "origin",
        "pragma",
        "priority",
        "referer",
        "te",
        "user-agent",
        "via",
    ];
    let name = field.name.as_str();
    let is_added = NAMES.contains(&name) || PREFIXES.iter().any(|it| name.starts_with(it));
    if is_added { None } else { valid(field) }
}

/// Returns a header that has a meaning for CORS, cookies, caches or redirects.
fn of_server(field: &Field) -> Option<(String, String)> {
    const NAMES: [&str; 8] = [
        "access-control-",
        "cache-control",
        "content-type",
        "cross-origin-",
        "etag",
        "location",
        "set-cookie",
        "vary",
    ];
    let is_kept = NAMES.iter().any(|it| field.name.starts_with(it));
    if is_kept { valid(field) } else { None }
}

fn valid(field: &Field) -> Option<(String, String)> {
    let value = mask_value(&field.name, &field.value);
    field.name.parse::<HeaderName>().ok()?;
    HeaderValue::from_str(&value).ok()?;
    Some((field.name.clone(), value))
}
