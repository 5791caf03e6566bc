//! A browser for tests of CORS. It follows the [Fetch standard](https://fetch.spec.whatwg.org) step
//! by step over any tower service, and its errors name the problem and the remedy.
//!
//! - [`Browser`] calls a service as a page would. It sends preflights and caches them, performs the
//!   CORS check, sends credentials, follows redirects and filters the response. It also sends what a
//!   page sends without `fetch`: forms, links, images, scripts, beacons, event sources, web sockets.
//! - [`explain()`] and [`explain_response`] read the heads of one exchange, also from raw text, and
//!   list every problem.
//! - [`explain_cookies`] and [`explain_resource_policy`] list the problems of parts of a response that
//!   no CORS check is about. [`RequestHead::requested_permission`] is the preflight that a request needs,
//!   and [`ResponseHead::hidden_headers`] are the headers that a page cannot read.
//! - [`assert_policies`] compares the policies of an application with a lock file, so that every change
//!   is a line in a review.
//!
//! ```toml
//! [dev-dependencies]
//! cors-testing = "0.1"
//! ```
//!
//! # Requests and responses
//!
//! A request is an [`http::request::Builder`], with a body or without. It needs no `?`, because
//! [`Browser::fetch`] returns the error of a request that cannot be built. Browsers add a
//! `content-type` to bodies such as text and `FormData`; a test sets it itself. The body of the
//! response is the service's own, or a copy from the HTTP cache: [`VisibleResponse::text`] and
//! [`VisibleResponse::bytes`] collect it, [`VisibleResponse::into_body`] returns it as it is.
//!
//! ```
//! use axum::http::Request;
//! use axum::routing::post;
//! use axum::{Json, Router};
//! use cors_testing::{Browser, Credentials};
//! use tower_http::cors::CorsLayer;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let double = async |Json(number): Json<u32>| Json(number * 2);
//! let app = Router::new().route("/double", post(double)).layer(CorsLayer::permissive());
//!
//! let json = serde_json::to_string(&21)?;
//! let request = Request::post("/double").header("content-type", "application/json").body(json);
//! let page = Browser::at("https://app.example");
//! let response = page.fetch(&app, request, Credentials::Omit).await?;
//! assert_eq!(response.preflights(), 1); // because of the type: a form cannot send JSON
//! assert_eq!(serde_json::from_str::<u32>(&response.text().await?)?, 42);
//! # Ok(())
//! # }
//! ```
//!
//! # Services
//!
//! A service takes `http` requests with a [`Body`] and can be cloned: an `axum::Router` (for a
//! [`CorsRouter`](https://docs.rs/cors-runtime/latest/cors_runtime/struct.CorsRouter.html), call
//! `into_router()`), a service inside any middleware, or a mock made by `tower::service_fn`.
//! `tower::buffer::Buffer` makes other services cloneable.
//!
//! Paths are requested from `https://api.test`, or from the URL given to [`Browser::server`].
//! Requests and redirects to other hosts reach the same service. Their header `host` differs.
//!
//! # Requests besides `fetch`
//!
//! Forms, links, elements, beacons and web sockets are not stopped by CORS, so the server has to refuse
//! what it does not want. Each method sends the `Origin`, `Sec-Fetch-*` and cookies of its kind:
//!
//! | method | page | refused with 403 |
//! |---|---|---|
//! | [`Browser::navigate`] | a link, `location.href`, a typed address | `Ok`: the window shows it |
//! | [`Browser::submit`] | a form: URL-encoded, multipart, text | `Ok`: the window or the frame shows it |
//! | [`Browser::load`] | an image, a script, a style sheet, a font | an error |
//! | [`Browser::load`] with [`Load::Frame`] | `<iframe>` | `Ok`: the frame shows it |
//! | [`Browser::beacon`] | `navigator.sendBeacon` | `Ok` with the status, which no page sees |
//! | [`Browser::event_source`] | `new EventSource` | an error |
//! | [`Browser::web_socket`] | `new WebSocket`, the handshake | an error with the response |
//!
//! # Supported
//!
//! - Methods: forbidden ones, safelisted ones, and normalization to upper case.
//! - Request headers: forbidden ones, which browsers drop, and safelisted ones, with the limits on
//!   their values and sizes.
//! - Preflights, with exactly the headers that a browser sends, also those caused by an
//!   [upload listener](Fetch::upload_listener).
//! - The preflight cache: by origin, URL and credentials, with an entry for each method and header.
//!   [`Browser::wait`] moves its clock.
//! - The CORS check of preflights and of responses, and [`Credentials`].
//! - Cookies by RFC 6265bis: `SameSite` (Lax if absent), `Secure` (over https and on loopback),
//!   `Partitioned`, `Domain`, `Path`, `Max-Age` and `Expires` by the clock of [`Browser::wait`], the
//!   prefixes `__Host-` and `__Secure-`, and [third-party cookies](ThirdParty). Cookies that are
//!   ignored or not sent are [problems](VisibleResponse::problems), which are printed if a test panics.
//! - Redirects: changed methods and dropped bodies, dropped `authorization`, a preflight for each
//!   URL, and the origin `null` after a redirect from one cross-origin URL to another origin.
//! - The [modes](Mode) `cors`, `no-cors` and `same-origin`, those of navigations and web sockets, and
//!   filtered responses. [`VisibleResponse::sent_status`] is the status behind an opaque response.
//! - The headers `Origin`, `Sec-Fetch-Site`, `Sec-Fetch-Mode`, `Sec-Fetch-Dest` and `Sec-Fetch-User`,
//!   also of browsers [without `Origin`](Browser::without_origin) or
//!   [without `Sec-Fetch-*`](Browser::without_fetch_metadata), and of pages with the referrer policy
//!   [`no-referrer`](Browser::no_referrer).
//! - Mixed content: a page of `https:` cannot send requests to `http:`, except to `localhost` and other
//!   loopback hosts, which only WebKit blocks as well. Its images are requested by `https:`.
//! - `Cross-Origin-Resource-Policy`.
//! - The HTTP cache, as described below.
//! - [`Browser::log`]: every request and response in order, and what the page sees.
//!
//! # The HTTP cache
//!
//! GET responses are cached as in browsers: by `Cache-Control` (`max-age`, `no-cache`, `no-store`),
//! `Expires`, `Last-Modified` and `Vary`. Stale responses with `ETag` or `Last-Modified` are revalidated,
//! and a 304 freshens them. A write invalidates its URL. At most 100 responses are kept, with bodies of
//! at most 1 MiB. A response without any of these headers is not cached. The body of one that is cached
//! is read before [`Browser::fetch`] returns, up to 1 MiB; other bodies are streams as they are.
//!
//! The usual mistake is a server that sends `access-control-allow-origin` only to requests with
//! `Origin`, and no `Vary: Origin`. A page that shows an image and then fetches it gets the response to
//! the image from the cache, and the fetch fails:
//!
//! ```
//! use axum::Router;
//! use axum::http::{HeaderMap, Request, header};
//! use axum::response::{IntoResponse, Response};
//! use axum::routing::get;
//! use cors_testing::{Browser, Credentials, Load};
//!
//! async fn logo(request: HeaderMap) -> Response {
//!     let mut response = ([(header::CACHE_CONTROL, "max-age=60")], "a picture").into_response();
//!     if let Some(origin) = request.get(header::ORIGIN) {
//!         let headers = response.headers_mut();
//!         headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
//!     }
//!     response
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), cors_testing::FetchError> {
//! let app: Router = Router::new().route("/logo", get(logo));
//! let page = Browser::at("https://app.example");
//! page.load(&app, Load::Image, "/logo").await?;
//! let error = page.fetch(&app, Request::get("/logo"), Credentials::Omit).await.unwrap_err();
//! assert!(error.to_string().contains("the cached one to a request without `origin`"));
//! assert!(error.to_string().contains("help: send `vary: origin` with every response"));
//! # Ok(())
//! # }
//! ```
//!
//! Chromium fails in this case (measured with Chromium 156). The cache is on by default, and
//! [`Browser::without_http_cache`] switches it off.
//!
//! # Not supported
//!
//! - Cookies beyond that: scripts that read or set them, limits on their number, and values that are
//!   not UTF-8.
//! - Messages of web sockets, and web sockets over HTTP/2.
//! - Content: whether an image can be decoded, a script has the right type (`nosniff`), or a frame
//!   may be shown (`X-Frame-Options`, `frame-ancestors`).
//! - `Cross-Origin-Embedder-Policy`, Content Security Policy, referrer policies other than the default
//!   and `no-referrer`, private and local network access, blocked ports, service workers, HSTS, and
//!   schemes other than HTTP.
//! - Of HTTP caches: the option `cache` of `fetch`, parts (`Range`), `stale-while-revalidate`, and caches
//!   between browser and server.
//! - Headers that differ between browsers: `User-Agent`, `Accept-Language`, `Accept-Encoding`,
//!   `Upgrade-Insecure-Requests` and `Referer` are not sent.
//!
//! Where browsers deviate from the standard, this crate follows the standard. Chromium and Safari
//! cache only the last preflight of a URL, so that a path whose methods alternate costs them more
//! preflights. All of them let `*` in `access-control-allow-headers` cover `authorization`. The guide
//! [testing](https://docs.rs/cors-runtime/latest/cors_runtime/guide/testing/index.html#real-browsers)
//! has what is compared with browsers, and everything in which they were found to differ.
//!
//! Where the standard leaves a choice, or browsers differ, this crate follows Chromium: a preflight is
//! cached for at most two hours, the values of repeated request headers are combined, and the handshake
//! of a web socket has no `Sec-Fetch-*`. Firefox and WebKit send them, as does
//! [`Socket::fetch_metadata`]. A cookie without `SameSite` is Lax from the start, although Chromium
//! lets top-level POSTs have it for two minutes, and sites differ by scheme. Firefox and Safari send
//! cookies without `SameSite` to pages of other sites, if they send third-party cookies at all, and
//! Safari stores no `Secure` cookies of `http://localhost`.

#![forbid(unsafe_code)]

mod beacon;
mod browser;
mod cookies;
mod cors_check;
mod destination;
mod event_source;
mod exchange;
mod explain;
mod explain_cookies;
mod fetch;
mod fetch_error;
mod fetch_run;
mod form;
mod head;
mod head_text;
mod header_list;
mod http_cache;
mod load;
mod log;
mod method;
mod misspelt;
mod mixed_content;
mod navigate;
mod origin_diff;
mod override_check;
mod page_request;
mod policies;
mod preflight;
mod preflight_cache;
mod problem;
mod readable;
mod redirect;
mod resource_policy;
mod safelist;
mod session;
mod site;
mod visible_body;
mod visible_response;
mod web_socket;

pub use crate::beacon::BeaconBody;
pub use crate::browser::Browser;
pub use crate::cookies::ThirdParty;
pub use crate::event_source::{EventSource, ServerEvent};
pub use crate::explain::{explain, explain_response};
pub use crate::explain_cookies::explain_cookies;
pub use crate::fetch::{Credentials, Fetch, Mode};
pub use crate::fetch_error::FetchError;
pub use crate::form::{Form, FormEncoding};
pub use crate::head::{HeadError, RequestHead, ResponseHead};
pub use crate::load::{Element, Load};
pub use crate::log::Log;
pub use crate::mixed_content::is_mixed_content;
pub use crate::navigate::Navigation;
pub use crate::policies::assert_policies;
pub use crate::problem::{Problem, Step};
pub use crate::readable::RequestedPermission;
pub use crate::resource_policy::explain_resource_policy;
pub use crate::session::Body;
pub use crate::site::is_same_site;
pub use crate::visible_body::VisibleBody;
pub use crate::visible_response::VisibleResponse;
pub use crate::web_socket::{Handshake, HandshakeError, Socket};
