//! `Policy::layer()` around services that are not handlers. The rows of the `wire` suite are sent to the
//! attribute and to the layer; here are the places of the layer, and the services inside of it.
#![allow(clippy::needless_raw_string_hashes, reason = "expect-test writes them")]
#![allow(clippy::too_many_lines, reason = "a table is as long as its rows")]

mod diagnostics;
mod events;
mod example;
mod files;
mod methods;
mod places;
mod policies;
mod services;
mod upstream;
