//! A page's [request](https://fetch.spec.whatwg.org/#concept-request), as the steps of a fetch change
//! it.

use cors_rules::is_forbidden_method;
use http::header::HOST;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request};
use url::Url;

use crate::cookies::CookieContext;
use crate::fetch::{Credentials, Fetch, Mode};
use crate::method::{is_safelisted_method, normalize};
use crate::preflight_cache::Key;
use crate::problem::{Problem, Step};
use crate::safelist::{is_forbidden, is_no_cors_safelisted};
use crate::session::{Body, Session};
use crate::site::{Site, is_http, is_trustworthy, origin_of};

/// A request that a page may send.
#[derive(Debug)]
pub(crate) struct PageRequest {
    /// The origin of the page.
    pub(crate) page: Option<String>,
    /// The origin of the request, which is `None` (`null`) once a redirect has
    /// [tainted](https://fetch.spec.whatwg.org/#concept-request-tainted-origin) it.
    pub(crate) origin: Option<String>,
    pub(crate) url: Url,
    pub(crate) site: Site,
    pub(crate) method: Method,
    pub(crate) headers: HeaderMap,
    /// The names of headers with control bytes in their values.
    pub(crate) unsendable: Vec<HeaderName>,
    pub(crate) body: Vec<u8>,
    pub(crate) mode: Mode,
    /// Whether there are upload listeners.
    pub(crate) uploads: bool,
    pub(crate) credentials: Credentials,
    pub(crate) tainting: Tainting,
    pub(crate) redirects: u8,
}

/// The [response tainting](https://fetch.spec.whatwg.org/#concept-request-response-tainting).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tainting {
    Basic,
    Cors,
    Opaque,
}

impl PageRequest {
    /// Performs the checks of the constructor of
    /// [`Request`](https://fetch.spec.whatwg.org/#dom-request), and removes the headers that a page
    /// cannot set.
    pub(crate) fn new(
        session: &Session,
        fetch: Fetch,
        credentials: Credentials,
    ) -> Result<Self, Problem> {
        let refuse = |text: String, help: &str| Problem::new(Step::Request, text, help);
        let (head, body) = fetch
            .request
            .map_err(|error| {
                refuse(
                    format!("the request cannot be built: {error}"),
                    "see `http::request::Builder`",
                )
            })?
            .into_parts();
        let method = normalize(&head.method);
        if is_forbidden_method(method.as_str()) {
            return Err(refuse(
                format!("browsers refuse to send {method}"),
                "use another method",
            ));
        }
        let url = session
            .server
            .join(&head.uri.to_string())
            .ok()
            .filter(is_http)
            .ok_or_else(|| {
                refuse(
                    format!(
                        "`{}` is not a URL that a page can send a request to",
                        head.uri
                    ),
                    "write a path such as `/jobs`, or a URL with `http:` or `https:`",
                )
            })?;
        if has_user_info(&url) {
            return Err(refuse(
                format!("`{}` has a user name or password", head.uri),
                "send the header `authorization`",
            ));
        }
        if !body.is_empty() && matches!(method, Method::GET | Method::HEAD) {
            return Err(refuse(
                format!("a page cannot send {method} with a body"),
                "send the body with POST or PUT",
            ));
        }
        let is_no_cors = fetch.mode == Mode::NoCors;
        if is_no_cors && !is_safelisted_method(&method) {
            return Err(refuse(
                format!("in mode `no-cors` a page cannot send {method}"),
                "use mode `cors`",
            ));
        }
        let mut headers = head.headers;
        remove_forbidden(&mut headers, is_no_cors);
        let mut unsendable = fetch.unsendable;
        unsendable.retain(|name| !is_no_cors && !is_forbidden(name, b""));
        let request = Self {
            page: session.page.clone(),
            origin: session.page.clone(),
            site: Site::of(session.page.as_deref(), &url),
            url,
            method,
            headers,
            unsendable,
            body,
            mode: fetch.mode,
            uploads: fetch.uploads,
            credentials,
            tainting: Tainting::Basic,
            redirects: 0,
        };
        if request.mode == Mode::SameOrigin && !request.is_same_origin() {
            return Err(refuse(
                format!("in mode `same-origin` a page cannot call `{}`", request.url),
                "use mode `cors`, or call the page's own origin",
            ));
        }
        Ok(request)
    }

    /// Whether the URL is of the request's origin.
    pub(crate) fn is_same_origin(&self) -> bool {
        self.origin.as_ref() == Some(&origin_of(&self.url))
    }

    /// Sets the tainting by [main fetch](https://fetch.spec.whatwg.org/#concept-main-fetch).
    pub(crate) fn taint(&mut self) {
        if self.is_same_origin() && self.tainting == Tainting::Basic {
            return;
        }
        self.tainting = match self.mode {
            Mode::NoCors => Tainting::Opaque,
            Mode::Cors | Mode::SameOrigin => Tainting::Cors,
        };
    }

    pub(crate) fn sends_credentials(&self) -> bool {
        match self.credentials {
            Credentials::Omit => false,
            Credentials::SameOrigin => self.tainting == Tainting::Basic,
            Credentials::Include => true,
        }
    }

    /// Returns the request, as far as cookies depend on it. Redirects do not count, because browsers
    /// and the [standard](https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis#section-5.2)
    /// only compare the current URL.
    pub(crate) fn cookie_context(&self) -> CookieContext<'_> {
        let page = self.page.as_deref();
        CookieContext {
            url: &self.url,
            page,
            same_site: Site::of(page, &self.url) != Site::CrossSite,
            is_top_level: false,
            method: &self.method,
        }
    }

    /// [Serializes the origin](https://fetch.spec.whatwg.org/#serializing-a-request-origin) for a
    /// preflight and the CORS check.
    pub(crate) fn serialized_origin(&self) -> &str {
        self.origin.as_deref().unwrap_or("null")
    }

    /// Returns the [header `origin`](https://fetch.spec.whatwg.org/#append-a-request-origin-header),
    /// or `None` if the request has none. The default referrer policy hides the origin of an `https`
    /// page from `http` URLs, except in mode `cors`.
    pub(crate) fn origin_header(&self) -> Option<&str> {
        let is_read_only = matches!(self.method, Method::GET | Method::HEAD);
        if self.tainting != Tainting::Cors && is_read_only {
            return None;
        }
        let origin = self.serialized_origin();
        let is_downgrade = origin.starts_with("https:") && self.url.scheme() != "https";
        Some(match self.mode {
            Mode::NoCors | Mode::SameOrigin if is_downgrade => "null",
            _ => origin,
        })
    }

    /// Returns the key in the cache of preflights.
    pub(crate) fn cache_key(&self) -> Key {
        Key {
            origin: self.serialized_origin().to_owned(),
            url: self.url.to_string(),
            credentials: self.credentials == Credentials::Include,
        }
    }

    /// Sets the target of a request that is sent, its `host`, and the headers of
    /// [fetch metadata](https://www.w3.org/TR/fetch-metadata/).
    pub(crate) fn write_target(&self, request: &mut Request<Body>, mode: Mode) {
        let path = match self.url.query() {
            Some(query) => format!("{}?{query}", self.url.path()),
            None => self.url.path().to_owned(),
        };
        if let Ok(uri) = path.parse() {
            *request.uri_mut() = uri;
        }
        let headers = request.headers_mut();
        let host = origin_of(&self.url);
        let host = host.split_once("://").map_or("", |(_, host)| host);
        set(headers, HOST, host);
        let mode = match mode {
            Mode::Cors => "cors",
            Mode::NoCors => "no-cors",
            Mode::SameOrigin => "same-origin",
        };
        if is_trustworthy(&self.url) {
            for (name, value) in [
                ("sec-fetch-dest", "empty"),
                ("sec-fetch-mode", mode),
                ("sec-fetch-site", self.site.as_str()),
            ] {
                set(headers, HeaderName::from_static(name), value);
            }
        }
    }
}

/// Removes the headers that a page cannot set.
fn remove_forbidden(headers: &mut HeaderMap, is_no_cors: bool) {
    let forbidden: Vec<HeaderName> = headers
        .iter()
        .filter(|(name, value)| {
            is_forbidden(name, value.as_bytes())
                || (is_no_cors && !is_no_cors_safelisted(name, value.as_bytes()))
        })
        .map(|(name, _)| name.clone())
        .collect();
    for name in forbidden {
        headers.remove(name);
    }
}

pub(crate) fn has_user_info(url: &Url) -> bool {
    !url.username().is_empty() || url.password().is_some()
}

/// Sets a header, unless its value has a control byte.
pub(crate) fn set(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}
