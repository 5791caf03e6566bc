//! CORS policies as configuration of a gateway.
//!
//! The input is the JSON of `CorsRouter::policies` of the crate cors-runtime. The output is text: this
//! crate neither reads nor writes files.

#![forbid(unsafe_code)]
