//! Requests and responses as text, and tables of them.
//!
//! The notation is HTTP/1.1 as it goes over the wire: the request line or the status, a line for
//! each header with its full name, and after an empty line the body. The version may be left out,
//! and lines may be indented:
//!
//! ```
//! use cors_test_support::{WireRequest, preflight};
//!
//! let request = WireRequest::from(
//!     "OPTIONS /jobs
//!      origin: https://app.example
//!      access-control-request-method: PUT",
//! );
//! // The same in one line.
//! assert_eq!(request, preflight("PUT /jobs", "https://app.example"));
//! ```
//!
//! A [`Case`] is a row of a table: a name, a request and the response to it. [`check`] sends all
//! rows to all apps and fails with every row that went wrong:
//!
//! ```no_run
//! use cors_test_support::{App, actual, approved, case, check, preflight, response};
//!
//! # async fn rows(router: axum::Router) {
//! let cases = [
//!     case(
//!         "the fixed origin",
//!         actual("GET /jobs", "https://app.example"),
//!         response(200, "access-control-allow-origin: https://app.example"),
//!     ),
//!     case(
//!         "its preflight",
//!         preflight("GET /jobs", "https://app.example"),
//!         approved(
//!             "access-control-allow-origin: https://app.example
//!              access-control-allow-methods: GET",
//!         ),
//!     ),
//! ];
//! check(&[App::new("a router", router)], &cases).await;
//! # }
//! ```

mod app;
mod arrangements;
mod connection;
mod failures;
mod log;
mod notation;
mod programs;
mod request;
mod response;

pub use app::{App, Case, IntoRouter, case, check};
pub use arrangements::arrangements;
pub use connection::{Connection, serve};
pub use failures::Failures;
pub use log::Log;
pub use programs::{find, print, skip};
pub use request::{WireRequest, actual, preflight};
pub use response::{PREFLIGHT_VARY, WireResponse, approved, forbidden, refused, response};
