//! Policies beside other crates of the ecosystem: extractors and macros of axum, tonic, a proxy.

mod extractors;
mod grpc_web;
mod proxy;
