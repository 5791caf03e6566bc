//! A browser for `cargo test`: the steps of the [Fetch standard](https://fetch.spec.whatwg.org)
//! over any tower service, and what it objects to in words that say what to change.
//!
//! - [`Browser`] calls a service as a page would: preflights and their cache, the CORS check,
//!   credentials, redirects, and of the response only what a page may see.
//! - [`explain`] and [`explain_response`] look at the heads of an exchange, also as raw text, and
//!   name every problem.
//!
//! ```toml
//! [dev-dependencies]
//! cors-testing = "0.1"
//! ```
//!
//! # A request with a body, and what comes back
//!
//! A request is what [`http::request::Builder`] makes, with a body or without; there is no `?` in
//! between, since a request that can't be built is an error of [`Browser::fetch`]. Browsers add a
//! `content-type` to text, `FormData` and the like, and here it is you who says which one the page
//! sends. The body that comes back is the service's own: [`Seen::text`] and [`Seen::bytes`] read the
//! whole of it, and [`Seen::into_body`] gives it to whatever else does.
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
//! let seen = Browser::at("https://app.example").fetch(&app, request, Credentials::Omit).await?;
//! assert_eq!(seen.preflights(), 1); // as JSON is nothing that a form could send
//! assert_eq!(serde_json::from_str::<u32>(&seen.text().await?)?, 42);
//! # Ok(())
//! # }
//! ```
//!
//! # What it drives
//!
//! Every service of `http` that takes a [`Body`] and can be cloned: an `axum::Router` (of a
//! [`CorsRouter`](https://docs.rs/cors-runtime/latest/cors_runtime/struct.CorsRouter.html),
//! `into_router()`), a service inside the layers of others, or a
//! mock out of `tower::service_fn`. One that can't be cloned fits inside of `tower::buffer::Buffer`.
//!
//! A path leads to `https://api.test`, unless [`Browser::server`] says otherwise; requests and
//! redirects to other hosts reach the same service, which tells them apart by `host`.
//!
//! # What is modelled
//!
//! - methods: those that are forbidden, safelisted, and put in upper case;
//! - request headers: those that are dropped in silence, and those that are safelisted, with the
//!   limits of their values and their sizes;
//! - the preflight with exactly the headers that a browser sends, also for the sake of an
//!   [upload listener](Fetch::upload_listener);
//! - what is remembered of it: for each origin, URL and credentials, methods and headers apart, by a
//!   clock that [`Browser::wait`] moves;
//! - the CORS check, of preflights and of responses; [`Credentials`], and cookies by host;
//! - redirects: methods, bodies, `authorization`, a preflight for each URL, and the origin `null`
//!   after a second other origin;
//! - the [modes](Mode) `cors`, `no-cors` and `same-origin`, and responses with the headers alone that
//!   a page may see;
//! - `Origin`, `Sec-Fetch-Site`, `Sec-Fetch-Mode` and `Sec-Fetch-Dest`.
//!
//! # What isn't
//!
//! `SameSite` and the other attributes of cookies (whatever the server sets is sent, if credentials
//! are; `Max-Age=0` removes it), caches of responses, policies on referrers other than the default,
//! Content Security Policy, mixed content, private network access, ports that browsers block,
//! navigations, web sockets, and what isn't HTTP. Headers that tell browsers apart are left out:
//! `User-Agent`, `Accept-Language`, `Accept-Encoding` and `Referer`.
//!
//! Where a browser leaves the standard, this one doesn't: Chromium forgets what it remembers of a URL
//! once a request there isn't covered by it, and asks again. Two choices are Chromium's, since the
//! standard leaves them open or browsers differ: a preflight is remembered for two hours at most, and
//! headers of one name count as one value.
#![forbid(unsafe_code)]

mod browser;
mod cache;
mod check;
mod difference;
mod fetch;
mod fetch_error;
mod head;
mod problem;
mod run;
mod safelist;
mod seen;
mod site;

pub use crate::browser::{Body, Browser};
pub use crate::check::{Credentials, explain, explain_response};
pub use crate::fetch::{Fetch, Mode};
pub use crate::fetch_error::FetchError;
pub use crate::head::{HeadError, RequestHead, ResponseHead};
pub use crate::problem::{Problem, Step};
pub use crate::seen::Seen;
