//! The options, checked and completed.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cors_rules::is_loopback;
use cors_testing::{Browser, Credentials, Fetch, Mode};
use http::header::{
    ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, AUTHORIZATION, CONTENT_TYPE,
    COOKIE, HOST, ORIGIN, USER_AGENT,
};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Uri, request};

use super::options::{Options, OptionsError};
use super::parse::{self, with_help};
use super::route::Route;

/// The request of a page, and the way to its server.
#[derive(Debug)]
#[allow(clippy::struct_excessive_bools, reason = "flags of the command line")]
pub(super) struct Plan {
    /// Absolute, without user, password and fragment.
    uri: Uri,
    /// The origin of the page.
    pub(super) origin: String,
    /// Whether the origin was given, and not assumed.
    pub(super) has_origin: bool,
    pub(super) method: Method,
    /// The headers that the page sets.
    headers: HeaderMap,
    cookies: Vec<(String, String)>,
    pub(super) user_agent: HeaderValue,
    body: Vec<u8>,
    mode: Mode,
    pub(super) credentials: Credentials,
    has_upload_listener: bool,
    pub(super) send: bool,
    pub(super) audit: bool,
    pub(super) insecure: bool,
    pub(super) routes: Vec<Route>,
    /// The time limit of each request.
    pub(super) max_time: Duration,
}

/// The most headers that a page sets.
const MAX_HEADERS: usize = 1000;

/// The user agent in the form of browsers, because some servers refuse others.
const AGENT: &str = concat!(
    "Mozilla/5.0 (compatible; cors/",
    env!("CARGO_PKG_VERSION"),
    ")"
);

impl Plan {
    /// Checks the options.
    ///
    /// # Errors
    ///
    /// Returns every problem at once.
    pub(super) fn new(options: &Options) -> Result<Self, OptionsError> {
        let mut problems = Problems::default();
        let mut headers = problems.headers(&options.headers);
        let page = take(&mut headers, &ORIGIN);
        let origin = options.origin.clone().or(page);
        let origin = problems.of(origin.map(|origin| parse::origin(&origin)));
        let method = problems.of(options.method.as_deref().map(parse::method));
        let resolve = options.resolve.iter().map(|text| parse::resolve(text));
        let connect_to = options.connect_to.iter();
        let connect_to = connect_to.map(|text| parse::connect_to(text));
        let routes = resolve.chain(connect_to);
        let routes = routes
            .filter_map(|route| problems.of(Some(route)))
            .collect();
        let max_time = problems.of(Some(parse::time_limit(options.max_time)));
        let url = problems.of(Some(parse::http_url(&options.url)));
        let uri = url.as_ref().map(parse::uri);
        let uri = problems.of(uri);
        let (Some(url), Some(uri), Some(max_time), true) =
            (url, uri, max_time, problems.0.is_empty())
        else {
            return Err(OptionsError::new(problems.0));
        };

        let user = options.user.as_ref().map(|user| user.clone().into_bytes());
        if let Some(user) = user.or_else(|| parse::user(&url)) {
            let value = HeaderValue::try_from(format!("Basic {}", STANDARD.encode(user)));
            headers.extend(value.map(|value| (AUTHORIZATION, value)));
        }
        let requested = requested_method(&mut headers);
        let without_method = options.body.as_ref().map_or(Method::GET, |_| Method::POST);
        if options.body.is_some() && !headers.contains_key(CONTENT_TYPE) {
            let form = HeaderValue::from_static("application/x-www-form-urlencoded");
            headers.insert(CONTENT_TYPE, form);
        }
        let cookies = parse::cookies(&take(&mut headers, &COOKIE).unwrap_or_default());
        let credentials = if cookies.is_empty() {
            Credentials::SameOrigin
        } else {
            Credentials::Include
        };
        let agent = headers.remove(USER_AGENT);
        Ok(Self {
            has_origin: origin.is_some(),
            origin: origin.unwrap_or_else(|| assumed_origin(&uri).to_owned()),
            method: requested.or(method).unwrap_or(without_method),
            headers,
            cookies,
            user_agent: agent.unwrap_or(HeaderValue::from_static(AGENT)),
            body: options.body.clone().unwrap_or_default(),
            mode: if options.no_cors {
                Mode::NoCors
            } else {
                Mode::Cors
            },
            credentials: options.credentials.unwrap_or(credentials),
            has_upload_listener: options.upload_listener,
            send: options.send,
            audit: options.audit,
            insecure: options.insecure,
            routes,
            max_time,
            uri,
        })
    }

    /// Returns the host that was named.
    pub(super) fn host(&self) -> &str {
        self.uri.host().unwrap_or_default()
    }

    /// Returns a browser with the page and its cookies, and without anything cached.
    pub(super) fn browser(&self) -> Browser {
        let browser = Browser::at(&self.origin)
            .server(&self.uri.to_string())
            .without_http_cache();
        let host = self.host();
        let cookies = self.cookies.iter();
        cookies.fold(browser, |browser, (name, value)| {
            browser.cookie(host, name, value)
        })
    }

    /// Returns the request of the page.
    pub(super) fn fetch(&self) -> Fetch {
        let mut request = Request::new(self.body.clone());
        *request.method_mut() = self.method.clone();
        *request.uri_mut() = self.uri.clone();
        *request.headers_mut() = self.headers.clone();
        let fetch = Fetch::new(request).mode(self.mode);
        if self.has_upload_listener {
            fetch.upload_listener()
        } else {
            fetch
        }
    }

    /// Returns the head of the request, for a report of one that was not sent.
    pub(super) fn head(&self) -> request::Parts {
        let (mut head, ()) = Request::new(()).into_parts();
        head.method = self.method.clone();
        head.uri = self.uri.clone();
        head.headers = self.headers.clone();
        if let Ok(origin) = HeaderValue::try_from(&self.origin) {
            head.headers.insert(ORIGIN, origin);
        }
        head
    }

    pub(super) fn has_body(&self) -> bool {
        !self.body.is_empty()
    }

    /// Returns the error of a withheld request without a preflight.
    pub(super) fn needs_send(&self) -> OptionsError {
        OptionsError::new(vec![with_help(
            &format!(
                "this {} was not sent, because it may change something, and browsers send it without a \
                 preflight, so that there is nothing else to try",
                self.method
            ),
            "`--send` sends it; if the page sets headers, add them, such as \
             `-H 'content-type: application/json'`, because they cause a preflight",
        )])
    }

    /// Whether the request is not sent, because it may change something on the server, and was not
    /// asked for.
    pub(super) fn is_withheld(&self) -> bool {
        !self.send && !self.method.is_safe()
    }
}

/// The problems of the options.
#[derive(Default)]
struct Problems(Vec<String>);

impl Problems {
    fn of<T>(&mut self, result: Option<Result<T, String>>) -> Option<T> {
        result?.map_err(|problem| self.0.push(problem)).ok()
    }

    /// Parses headers, as far as they are some.
    fn headers(&mut self, lines: &[String]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        if lines.len() > MAX_HEADERS {
            let problem = format!("there are more than {MAX_HEADERS} headers");
            self.0.push(with_help(&problem, "servers refuse so many"));
            return headers;
        }
        for line in lines {
            if let Some((name, value)) = self.of(Some(parse::header(line))) {
                headers.append(name, value);
            }
        }
        if headers.remove(HOST).is_some() {
            self.0.push(with_help(
                "a page cannot set `host`, which is that of the URL",
                "`--resolve` connects to another address with the same host",
            ));
        }
        headers
    }
}

/// Returns the origin of a page that may call a URL: browsers block `http:` in a page of `https:`,
/// except for loopback.
fn assumed_origin(uri: &Uri) -> &'static str {
    let is_local = uri.host().is_some_and(is_loopback);
    if uri.scheme_str() == Some("https") || is_local {
        "https://app.example"
    } else {
        "http://app.example"
    }
}

/// Removes a header, and returns its first value.
fn take(headers: &mut HeaderMap, name: &HeaderName) -> Option<String> {
    let value = headers.remove(name)?;
    Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
}

/// Turns the headers of a preflight into the request that follows it, because the usual command line of
/// curl is a preflight. Returns the requested method.
fn requested_method(headers: &mut HeaderMap) -> Option<Method> {
    let method = take(headers, &ACCESS_CONTROL_REQUEST_METHOD)?;
    let names = take(headers, &ACCESS_CONTROL_REQUEST_HEADERS).unwrap_or_default();
    for name in names.split(',') {
        if let Ok(name) = HeaderName::try_from(name.trim()) {
            // A value that is never safelisted, because no browser requests a header otherwise.
            let value = HeaderValue::from_static("\"");
            headers.entry(name).or_insert(value);
        }
    }
    Method::from_bytes(method.trim().as_bytes()).ok()
}
