//! CORS policies as configuration of a gateway.
//!
//! The input is the JSON of `CorsRouter::policies` of the crate cors-runtime. The output is text: this
//! crate neither reads nor writes files.
//!
//! ```
//! use cors_edge::{Edge, Options, Table, export};
//!
//! let table: Table = r#"{
//!     "version": 1,
//!     "handlers": [{
//!         "path": "/jobs", "methods": ["GET"], "handler": "api::jobs", "file": "src/jobs.rs", "line": 12,
//!         "origins": ["https://app.example.com"], "credentials": true, "enforce": false
//!     }]
//! }"#
//! .parse()?;
//! let configuration = export(Edge::Envoy, &table, &Options::default()).expect("Envoy can have it");
//! assert!(configuration.contains("# preflight for GET: api::jobs, src/jobs.rs:12"));
//! # Ok::<(), cors_edge::TableError>(())
//! ```
//!
//! # The same responses
//!
//! Envoy, nginx, HAProxy and Caddy decide as the application does: by path and method, with 204 and 403
//! for preflights, `Vary` on every response that needs it, and 403 or 421 for requests that are held. The
//! repository sends random requests to an application alone and through each program, and compares status,
//! `Access-Control-*`, `Vary` and `Cache-Control`.
//!
//! The application remains behind the gateway with `CorsRouter::at_the_edge(true)`. It then writes no CORS
//! headers, and still refuses what is held. Envoy leaves it to the application to compare `Origin` with `Host`,
//! for browsers that send no `Sec-Fetch-Site`. All leave to it what the table does not have: the function that
//! makes the response to refused requests, and routes whose paths are not known.
//!
//! Sets of origins are exported as the options have them. Functions cannot be exported, nor routes whose
//! paths are not known. The Gateway API has less than a policy needs: see [`Difference`].
//!
//! # Modules
//!
//! `table` reads the JSON, `policy` puts sets in place of their names and paths in their order, `plan` makes
//! the rules that all edges have in common, and a module for each edge writes them.

#![forbid(unsafe_code)]

mod actual;
mod caddy;
mod conditions;
mod difference;
mod envoy;
mod export;
mod gateway_api;
mod grant;
mod haproxy;
mod held;
mod nginx;
mod options;
mod others;
mod path;
mod pattern;
mod plan;
mod policy;
mod preflight;
mod refusal;
mod rule;
mod sets;
mod table;
mod yaml;

pub use difference::Difference;
pub use export::{Edge, export};
pub use options::Options;
pub use refusal::Refusal;
pub use table::{Table, TableError};
