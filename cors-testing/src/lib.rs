//! A browser for tests of CORS. It follows the [Fetch standard](https://fetch.spec.whatwg.org) step
//! by step over any tower service, and its errors name the problem and the remedy.
//!
//! - [`Browser`] calls a service as a page would. It sends preflights and caches them, performs the
//!   CORS check, sends credentials, follows redirects and filters the response.
//! - [`explain()`] and [`explain_response`] read the heads of one exchange, also from raw text, and
//!   list every problem.
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
//! response is the service's own: [`VisibleResponse::text`] and [`VisibleResponse::bytes`] collect
//! it, [`VisibleResponse::into_body`] returns it as it is.
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
//! # Supported
//!
//! - Methods: forbidden ones, safelisted ones, and normalization to upper case.
//! - Request headers: forbidden ones, which browsers drop, and safelisted ones, with the limits on
//!   their values and sizes.
//! - Preflights, with exactly the headers that a browser sends, also those caused by an
//!   [upload listener](Fetch::upload_listener).
//! - The preflight cache: by origin, URL and credentials, with an entry for each method and header.
//!   [`Browser::wait`] moves its clock.
//! - The CORS check of preflights and of responses, [`Credentials`], and cookies by host.
//! - Redirects: changed methods and dropped bodies, dropped `authorization`, a preflight for each
//!   URL, and the origin `null` after a redirect from one cross-origin URL to another origin.
//! - The [modes](Mode) `cors`, `no-cors` and `same-origin`, and filtered responses.
//! - The headers `Origin`, `Sec-Fetch-Site`, `Sec-Fetch-Mode` and `Sec-Fetch-Dest`.
//!
//! # Not supported
//!
//! - Attributes of cookies, such as `SameSite`: every cookie that a server has set is sent with
//!   credentials. `Max-Age=0` removes one.
//! - HTTP caches, referrer policies other than the default, Content Security Policy, mixed content,
//!   private network access, blocked ports, navigations, web sockets, and schemes other than HTTP.
//! - Headers that differ between browsers: `User-Agent`, `Accept-Language`, `Accept-Encoding` and
//!   `Referer` are not sent.
//!
//! Where browsers deviate from the standard, this crate follows the standard. Chromium and Safari
//! cache only the last preflight of a URL, so that a path whose methods alternate costs them more
//! preflights. All of them let `*` in `access-control-allow-headers` cover `authorization`.
//!
//! Where the standard leaves a choice, or browsers differ, this crate follows Chromium: a preflight is
//! cached for at most two hours, and the values of repeated request headers are combined.

#![forbid(unsafe_code)]

mod beacon;
mod browser;
mod cookies;
mod cors_check;
mod destination;
mod event_source;
mod exchange;
mod explain;
mod fetch;
mod fetch_error;
mod fetch_run;
mod form;
mod head;
mod header_list;
mod http_cache;
mod load;
mod log;
mod method;
mod mixed_content;
mod navigate;
mod origin_diff;
mod page_request;
mod preflight;
mod preflight_cache;
mod problem;
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
pub use crate::fetch::{Credentials, Fetch, Mode};
pub use crate::fetch_error::FetchError;
pub use crate::form::{Form, FormEncoding};
pub use crate::head::{HeadError, RequestHead, ResponseHead};
pub use crate::load::{Element, Load};
pub use crate::log::Log;
pub use crate::navigate::Navigation;
pub use crate::problem::{Problem, Step};
pub use crate::session::Body;
pub use crate::visible_body::VisibleBody;
pub use crate::visible_response::VisibleResponse;
pub use crate::web_socket::{Handshake, HandshakeError, WebSocket};
