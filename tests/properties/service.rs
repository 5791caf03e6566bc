//! Handlers with policies of every kind, and requests to them.

use std::fmt;
use std::sync::LazyLock;

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;
use axum::routing::MethodRouter;
use axum::{Extension, Router};
use cors_runtime::{CorsRouter, Routes, cors, routes};
use tokio::runtime::{Builder, Runtime};
use tower::ServiceExt;
use tower::util::MapResponseLayer;

/// A handler with its policy, in each arrangement of routers and layers.
pub(crate) struct Api {
    pub(crate) origins: &'static [&'static str],
    pub(crate) methods: &'static [&'static str],
    pub(crate) headers: &'static [&'static str],
    pub(crate) credentials: bool,
    pub(crate) arrangements: [Router; 3],
}

macro_rules! apis {
    ($($name:ident($($method:ident),+): $origins:tt, $headers:tt $(, $credentials:ident)?;)+) => {
        $(
            /// Responds with the headers that the test put into the request.
            #[cors(origins = $origins, methods = [$($method),+], headers = $headers $(, $credentials)?)]
            async fn $name(Extension(HandlerHeaders(headers)): Extension<HandlerHeaders>) -> HeaderMap {
                map(&headers)
            }
        )+

        pub(crate) static APIS: LazyLock<Vec<Api>> = LazyLock::new(|| vec![$(Api {
            origins: &$origins,
            methods: &[$(stringify!($method)),+],
            headers: &$headers,
            credentials: !concat!($(stringify!($credentials))?).is_empty(),
            arrangements: arrangements(routes![$name]),
        }),+]);
    };
}

apis! {
    everyone(GET, PUT): ["*"], ["*"];
    everyone_signed(GET, OPTIONS): ["*"], ["*", "authorization"];
    one(GET, PUT): ["https://a.example"], ["X-A", "authorization", "content-type"], credentials;
    one_with_port(GET, OPTIONS): ["http://a.example:8080"], ["x-a"];
    several(GET, PUT): ["https://a.example", "https://b.example:8443", "http://a.example"], ["x-a", "x-b"];
    below(GET, PUT): ["https://*.a.example", "https://a.example"], ["x-requested-with", "x-a"], credentials;
    deep(GET): ["https://*.b.a.example", "http://*.example", "https://*.a.example:8443"], [];
    ports(GET, OPTIONS): ["http://localhost:*", "https://a.example:*"], [];
    mixed(GET, PUT): ["https://*.a.example:*", "https://a.example", "http://b.example:*"], [];
    addresses(GET): ["http://127.0.0.1:3000", "http://[::1]:*", "https://[2001:db8::1]", "http://10.0.0.1:*"], [];
    dots(GET): ["https://a.example.", "https://*.b.example.", "https://*.c.example"], [];
    schemes(GET): ["tauri://localhost", "app://-", "app://*.a.example", "chrome-extension://abcd:*"], [];
}

/// A `CorsRouter`, one with a layer that removes a CORS header, and a plain router.
fn arrangements(handlers: Routes) -> [Router; 3] {
    let router = CorsRouter::new().route("/", handlers.clone());
    let strip_allow_origin = MapResponseLayer::new(|mut response: Response| {
        response.headers_mut().remove(ALLOW_ORIGIN);
        response
    });
    [
        router.clone().into_router(),
        router.layer(strip_allow_origin).into_router(),
        Router::new().route("/", MethodRouter::from(handlers)),
    ]
}

pub(crate) const PAGE: &str = "https://a.example";

pub(crate) type Line = (&'static str, HeaderValue);
pub(crate) type Lines = Vec<Line>;

#[derive(Clone)]
pub(crate) struct HandlerHeaders(Lines);

pub(crate) const ORIGIN: &str = "origin";
pub(crate) const REQUEST_METHOD: &str = "access-control-request-method";
pub(crate) const REQUEST_HEADERS: &str = "access-control-request-headers";
pub(crate) const ALLOW_ORIGIN: &str = "access-control-allow-origin";
pub(crate) const ALLOW_CREDENTIALS: &str = "access-control-allow-credentials";
pub(crate) const ALLOW_METHODS: &str = "access-control-allow-methods";
pub(crate) const ALLOW_HEADERS: &str = "access-control-allow-headers";

pub(crate) fn send(app: &Router, method: &str, headers: &Lines, handler_lines: &Lines) -> Response {
    thread_local! {
        static RUNTIME: Runtime = Builder::new_current_thread().build().expect("a runtime");
    }
    let mut request = Request::new(Body::empty());
    *request.method_mut() = method.parse().expect("a method");
    *request.headers_mut() = map(headers);
    request
        .extensions_mut()
        .insert(HandlerHeaders(handler_lines.clone()));
    let Ok(response) = RUNTIME.with(|runtime| runtime.block_on(app.clone().oneshot(request)));
    response
}

pub(crate) fn preflight(app: &Router, method: &str, headers: &Lines) -> Response {
    let asked = vec![(REQUEST_METHOD, value(method))];
    send(app, "OPTIONS", &[asked, headers.clone()].concat(), &vec![])
}

pub(crate) fn map(lines: &Lines) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in lines {
        headers.append(*name, value.clone());
    }
    headers
}

pub(crate) fn value(text: impl AsRef<[u8]>) -> HeaderValue {
    HeaderValue::from_bytes(text.as_ref()).expect("a header value")
}

pub(crate) fn values<'a>(headers: &'a HeaderMap, name: &str) -> Vec<&'a [u8]> {
    let lines = headers.get_all(name).into_iter();
    lines.map(HeaderValue::as_bytes).collect()
}

impl fmt::Debug for Api {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} {:?}", self.origins, self.headers)
    }
}
