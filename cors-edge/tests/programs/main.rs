//! The configurations of nginx, HAProxy and Caddy, as text. `tests/edge` of the repository runs them.

mod envoy;
mod gateway_api;
mod properties;
mod refusals;

use cors_edge::{Edge, Options, Table, export};
use expect_test::{ExpectFile, expect_file};

/// A fixed origin, wildcards and prefixes, and a route whose protection holds reads.
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
  "plain": [ { "path": "/jobs/image", "protection": { "reads": true, "trust": ["https://sso.example"] } } ]
}"#;

fn exported(edge: Edge, table: &str) -> String {
    let table: Table = table.parse().expect("a table");
    match export(edge, &table, &Options::default()) {
        Ok(configuration) => configuration,
        Err(refusals) => {
            let refusals: Vec<String> = refusals.iter().map(ToString::to_string).collect();
            refusals.join("\n")
        }
    }
}

fn assert_configuration(edge: Edge, expected: &ExpectFile) {
    expected.assert_eq(&exported(edge, TABLE));
}

#[test]
fn nginx() {
    assert_configuration(Edge::Nginx, &expect_file!["nginx.conf"]);
}

#[test]
fn haproxy() {
    assert_configuration(Edge::HaProxy, &expect_file!["haproxy.cfg"]);
}

#[test]
fn caddy() {
    assert_configuration(Edge::Caddy, &expect_file!["Caddyfile"]);
}
