//! Envoy's static configuration.

use cors_edge::Edge;
use expect_test::expect_file;

use super::{TABLE, exported};

#[test]
fn configuration_of_envoy() {
    let expected = expect_file!["envoy.yaml"];
    expected.assert_eq(&exported(Edge::Envoy, TABLE));
}

/// Values that mean something in YAML, in a regular expression or in a header of Envoy.
#[test]
fn texts_of_the_table_are_escaped() {
    let table = TABLE
        .replace("\"/jobs\"", r#""/jobs.'x'""#)
        .replace("x-total", "x-%'")
        .replace("api::list", "api::list\\n- match: {prefix: '/'}");
    let text = exported(Edge::Envoy, &table);
    for expected in [
        "path: '/jobs.''x'''",
        "value: 'x-%%'''",
        "# preflight for GET: api::list?- match: {prefix: '/'}, src/jobs.rs:12\n",
    ] {
        assert!(text.contains(expected), "{expected}\n{text}");
    }
    assert!(!text.contains("\n- match"), "{text}");
}
