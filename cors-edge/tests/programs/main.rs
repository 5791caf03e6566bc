//! The configurations of nginx, HAProxy and Caddy, as text. `tests/edge` of the repository runs them.

mod caddy;
mod envoy;
mod gateway_api;
mod haproxy;
mod nginx;
mod refusals;

use cors_edge::{Edge, Options, Table, export};

/// Two policies of one path, one with wildcards, and a route that holds reads.
const TABLE: &str = r#"{
  "version": 1,
  "handlers": [
    { "path": "/jobs", "methods": ["GET"], "handler": "api::list", "file": "src/jobs.rs", "line": 12,
      "origins": ["https://app.example"], "expose_headers": ["x-total"], "credentials": false,
      "enforce": false, "writes_refused": true },
    { "path": "/jobs/{id}", "methods": ["PUT"], "handler": "api::save", "file": "src/jobs.rs", "line": 20,
      "origins": ["https://app.example", "https://*.app.example"], "headers": ["content-type", "x-job-*"],
      "max_age": 600, "credentials": true, "enforce": false, "writes_refused": true }
  ],
  "plain": [ { "path": "/jobs/health" } ]
}"#;

fn exported(edge: Edge, table: &str) -> String {
    let table: Table = table.parse().expect("a table");
    match export(edge, &table, &Options::default()) {
        Ok(configuration) => configuration,
        Err(refusals) => refusals.iter().map(|it| format!("{it}\n")).collect(),
    }
}
