//! The requests and the responses of a test.

use std::fmt::Write as _;

use cors_rules::Origin;
use cors_testing::{Credentials, Mode, RequestHead};
use http::{HeaderName, HeaderValue, Method, StatusCode};
use url::Url;

use crate::diagnosis::Case;
use crate::exchange::{Exchange, Field, Paste, Purpose, Request, Response};
use crate::message::MessageKind;
use crate::secrets::{mask_urls, mask_value};

/// The origin of a page that the paste does not name.
const ORIGIN: &str = "https://app.example";

/// The server of a request without a host.
const SERVER: &str = "https://api.test";

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
    /// Whether nothing but a listener to the progress of the upload explains the preflight.
    pub(super) listens_to_upload: bool,
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
    /// Returns the plan of a case, or `None` if it has neither a response nor a message that names one.
    pub(super) fn of(paste: &Paste, case: &Case) -> Option<Self> {
        let exchanges = exchanges(paste, case);
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
        if plan.replies.is_empty() {
            let mut urls = paste.messages.iter().filter_map(|it| it.url.as_ref());
            let url = &urls.next()?.value;
            let mut messages = paste.messages.iter();
            return messages.find_map(|it| Self::of_message(it, url, plan.origin.clone()));
        }
        Some(plan)
    }

    fn has_replies(&self, fetch: &Fetch) -> bool {
        let has = |method: &Method| {
            let target = target(&fetch.url);
            let mut replies = self.replies.iter();
            replies.any(|it| it.method == *method && it.target == target)
        };
        has(&fetch.method) && (!fetch.has_preflight() || has(&Method::OPTIONS))
    }

    fn add(&mut self, paste: &Paste, exchange: &Exchange) {
        let Some(fetch) = Fetch::of(paste, exchange) else {
            return;
        };
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
                let listens_to_upload = earlier.listens_to_upload;
                *earlier = Fetch {
                    listens_to_upload,
                    ..fetch
                };
                earlier.keep(headers);
            }
            _ if is_redirect => {}
            _ => {
                let listens_to_upload = is_preflight && !fetch.needs_preflight();
                self.fetches.push(Fetch {
                    listens_to_upload,
                    ..fetch
                });
            }
        }
    }
}

impl Fetch {
    /// Returns the request of an exchange, or the one that its preflight is sent for.
    fn of(paste: &Paste, exchange: &Exchange) -> Option<Self> {
        let request = exchange.request.as_ref();
        let requested = request.and_then(|it| it.header("access-control-request-method"));
        let method = match (requested, request) {
            (Some(requested), _) => requested.value.as_str(),
            (None, Some(request)) => request.method.value.as_str(),
            (None, None) => "GET",
        };
        let mut status = exchange
            .response
            .as_ref()
            .and_then(|it| Some(it.status.as_ref()?.value));
        status = status.filter(|status| matches!(status, 200..=299 | 304) && requested.is_none());
        Some(Self {
            method: Method::from_bytes(method.as_bytes()).unwrap_or(Method::GET),
            url: url(paste, request)?,
            headers: match (requested, request) {
                (Some(_), Some(request)) => requested_headers(request),
                (None, Some(request)) => request.headers.iter().filter_map(of_page).collect(),
                (_, None) => granted_header(paste, exchange).into_iter().collect(),
            },
            mode: request.and_then(|it| it.mode).unwrap_or_default(),
            credentials: credentials(paste, request),
            listens_to_upload: false,
            wanted: status.unwrap_or(200),
        })
    }

    fn has_preflight(&self) -> bool {
        self.listens_to_upload || self.needs_preflight()
    }

    /// Whether its method or its headers need a preflight.
    fn needs_preflight(&self) -> bool {
        let mut head = format!("{} / HTTP/1.1\n", self.method);
        for (name, value) in &self.headers {
            let _ = writeln!(head, "{name}: {value}");
        }
        let head = head.parse::<RequestHead>();
        head.is_ok_and(|head| head.requested_permission().is_some())
    }

    /// Returns a header with a value that needs a preflight.
    pub(super) fn header(name: &str) -> (String, String) {
        let value = match name {
            "content-type" => "application/json",
            "authorization" => "Bearer ***",
            _ => "x",
        };
        (name.to_owned(), value.to_owned())
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

/// Returns the exchanges of a case, and those that have evidence, such as a login before it.
fn exchanges<'a>(paste: &'a Paste, case: &'a Case) -> impl Iterator<Item = &'a Exchange> {
    let evidence = || case.cause.iter().flat_map(|it| &it.evidence);
    let has_evidence = move |exchange: &Exchange| {
        let response = exchange.response.as_ref();
        response.is_some_and(|it| evidence().any(|evidence| it.at.contains(&evidence.at.start)))
    };
    let all = paste.exchanges.iter().enumerate();
    let chosen = all.filter(move |(index, it)| case.exchanges.contains(index) || has_evidence(it));
    chosen.map(|(_, exchange)| exchange)
}

/// Returns the path and the query, as a server sees them.
pub(super) fn target(url: &Url) -> String {
    match url.query() {
        Some(query) => format!("{}?{query}", url.path()),
        None => url.path().to_owned(),
    }
}

/// Returns the URL of a request, without its secrets. A scheme that was assumed becomes that of the page,
/// because another one would be mixed content.
fn url(paste: &Paste, request: Option<&Request>) -> Option<Url> {
    let of_request = request.and_then(|it| it.url.as_ref());
    let of_message = || paste.messages.iter().find_map(|it| it.url.as_ref());
    let text = match (of_request, request) {
        (Some(url), _) => url.value.to_string(),
        (None, request) => match (of_message(), request) {
            (Some(url), _) => url.value.clone(),
            (None, Some(request)) => format!("{SERVER}{}", request.target),
            (None, None) => SERVER.to_owned(),
        },
    };
    let mut url = Url::parse(&mask_urls(&text))
        .or_else(|_| Url::parse(SERVER))
        .ok()?;
    let origin = request.and_then(|it| it.header("origin"));
    let is_assumed = of_request.is_some_and(|url| url.at.is_empty());
    if is_assumed && origin.is_some_and(|it| it.value.starts_with("https:")) {
        // Fails for no URL with `http:`.
        let _ = url.set_scheme("https");
    }
    Some(url)
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
    names.map(|name| Fetch::header(name.as_str())).collect()
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
    Some(Fetch::header(name.as_deref().unwrap_or("authorization")))
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
