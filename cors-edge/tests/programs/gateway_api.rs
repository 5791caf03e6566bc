//! Routes of the Kubernetes Gateway API, compared with the limits and the patterns of their schema.

use cors_edge::{Difference, Edge, Table, export};
use expect_test::expect_file;
use proptest::prelude::*;
use regex::Regex;
use serde::Deserialize as _;
use serde_json::Value;
use serde_yaml_ng::Deserializer;

use super::TABLE;

/// The schema of `HTTPRoute` in version 1.6.1 of the Gateway API, as far as the export has it:
/// `apis/v1/httproute_types.go` and `apis/v1/shared_types.go` of kubernetes-sigs/gateway-api.
mod schema {
    pub(super) const RULES: usize = 16;
    pub(super) const MATCHES_OF_RULE: usize = 64;
    pub(super) const MATCHES_OF_ROUTE: usize = 128;
    pub(super) const PATH_BYTES: usize = 1024;
    pub(super) const PATH: &str = r"^(?:[-A-Za-z0-9/._~!$&'()*+,;=:@]|[%][0-9a-fA-F]{2})+$";
    pub(super) const NOT_IN_PATH: [&str; 6] = ["//", "/./", "/../", "%2f", "%2F", "#"];
    pub(super) const NOT_AT_END_OF_PATH: [&str; 2] = ["/..", "/."];
    pub(super) const METHODS: [&str; 9] = [
        "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH",
    ];
    pub(super) const HEADER_NAME: &str = r"^[A-Za-z0-9!#$%&'*+\-.^_\x60|~]{1,256}$";
    /// Of `allowOrigins`, `allowHeaders` and `exposeHeaders`.
    pub(super) const ENTRIES: usize = 64;
    pub(super) const ORIGIN_BYTES: usize = 253;
    pub(super) const ORIGIN: &str =
        r"(^\*$)|(^(http(s)?):\/\/(((\*\.)?([a-zA-Z0-9\-]+\.)*[a-zA-Z0-9-]+|\*)(:([0-9]{1,5}))?)$)";
    pub(super) const LEAST_MAX_AGE: i64 = 1;
    pub(super) const OBJECT_NAME: &str = r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$";
}

fn matches(pattern: &str, text: &str) -> bool {
    Regex::new(pattern).expect("a pattern").is_match(text)
}

fn texts(list: &Value) -> Vec<&str> {
    let entries = list.as_array().into_iter().flatten();
    entries
        .map(|entry| entry.as_str().expect("a text"))
        .collect()
}

/// Checks one document.
fn check(route: &Value) {
    assert_eq!(
        route["apiVersion"].as_str(),
        Some("gateway.networking.k8s.io/v1")
    );
    assert_eq!(route["kind"].as_str(), Some("HTTPRoute"));
    for name in [
        &route["metadata"]["name"],
        &route["spec"]["parentRefs"][0]["name"],
    ] {
        assert!(matches(schema::OBJECT_NAME, name.as_str().expect("a name")));
    }
    let rules = route["spec"]["rules"].as_array().expect("rules");
    assert!((1..=schema::RULES).contains(&rules.len()));
    let mut count = 0;
    for rule in rules {
        let of_rule = rule["matches"].as_array().expect("matches");
        assert!((1..=schema::MATCHES_OF_RULE).contains(&of_rule.len()));
        count += of_rule.len();
        of_rule.iter().for_each(check_match);
        rule["filters"]
            .as_array()
            .into_iter()
            .flatten()
            .for_each(check_filter);
        let backend = &rule["backendRefs"][0];
        assert!(backend["name"].as_str().is_some() && backend["port"].as_i64().is_some());
    }
    assert!(count <= schema::MATCHES_OF_ROUTE);
}

fn check_match(of_request: &Value) {
    let path = of_request["path"]["value"].as_str().expect("a path");
    assert!(path.len() <= schema::PATH_BYTES, "{path}");
    match of_request["path"]["type"].as_str() {
        Some("Exact" | "PathPrefix") => {
            assert!(
                path.starts_with('/') && matches(schema::PATH, path),
                "{path}"
            );
            assert!(
                !schema::NOT_IN_PATH.iter().any(|text| path.contains(text)),
                "{path}"
            );
            assert!(
                !schema::NOT_AT_END_OF_PATH
                    .iter()
                    .any(|text| path.ends_with(text)),
                "{path}"
            );
        }
        Some("RegularExpression") => assert!(Regex::new(path).is_ok(), "{path}"),
        other => panic!("{other:?}"),
    }
    if let Some(method) = of_request["method"].as_str() {
        assert!(schema::METHODS.contains(&method), "{method}");
    }
    for header in of_request["headers"].as_array().into_iter().flatten() {
        assert!(matches(
            schema::HEADER_NAME,
            header["name"].as_str().expect("a name")
        ));
        assert!(
            header["value"]
                .as_str()
                .is_some_and(|value| !value.is_empty())
        );
    }
}

fn check_filter(filter: &Value) {
    let cors = match filter["type"].as_str() {
        Some("CORS") => &filter["cors"],
        Some("ResponseHeaderModifier") => {
            assert_eq!(
                filter["responseHeaderModifier"]["add"][0]["value"].as_str(),
                Some("Origin")
            );
            return;
        }
        other => panic!("{other:?}"),
    };
    let keys = [
        "allowOrigins",
        "allowMethods",
        "allowHeaders",
        "exposeHeaders",
    ];
    let [origins, methods, headers, exposed] = keys.map(|key| texts(&cors[key]));
    for list in [&origins, &methods, &headers, &exposed] {
        let mut unique = list.clone();
        unique.sort_unstable();
        unique.dedup();
        assert!(
            unique.len() == list.len() && list.len() <= schema::ENTRIES,
            "{list:?}"
        );
    }
    assert!(
        !origins.is_empty() && (origins == ["*"] || !origins.contains(&"*")),
        "{origins:?}"
    );
    for origin in origins {
        assert!(
            origin.len() <= schema::ORIGIN_BYTES && matches(schema::ORIGIN, origin),
            "{origin}"
        );
    }
    assert!(
        methods
            .iter()
            .all(|method| schema::METHODS.contains(method)),
        "{methods:?}"
    );
    for name in headers.iter().chain(&exposed) {
        assert!(matches(schema::HEADER_NAME, name), "{name}");
    }
    let max_age = &cors["maxAge"];
    assert!(
        max_age.is_null()
            || max_age
                .as_i64()
                .is_some_and(|it| it >= schema::LEAST_MAX_AGE)
    );
}

/// The documents, or the refusals.
fn exported(table: &str, accepted: &[Difference]) -> Result<String, Vec<String>> {
    let table: Table = table.parse().expect("a table");
    let mut options = Edge::GatewayApi.options();
    options.accepted = accepted.to_vec();
    export(Edge::GatewayApi, &table, &options)
        .map_err(|refusals| refusals.iter().map(ToString::to_string).collect())
}

fn check_documents(text: &str) {
    let documents = Deserializer::from_str(text).map(Value::deserialize);
    let documents: Result<Vec<Value>, _> = documents.collect();
    let documents = documents.unwrap_or_else(|error| panic!("{error}\n{text}"));
    assert!(!documents.is_empty());
    documents.iter().for_each(check);
}

/// A policy of this path, with these other members.
fn row(path: &str, members: &str) -> String {
    format!(
        r#"{{ "path": "{path}", "methods": ["GET"], "handler": "api::jobs", "file": "src/jobs.rs", "line": 12,
             "origins": ["https://app.example"], "credentials": false, "enforce": false, {members} }}"#
    )
}

fn table(rows: &[String]) -> String {
    format!(r#"{{ "version": 1, "handlers": [{}] }}"#, rows.join(","))
}

#[test]
fn routes_of_the_gateway_api() {
    let table = TABLE.replace("x-job-*", "x-job-a");
    let text = exported(&table, Difference::ALL).unwrap_or_else(|refusals| panic!("{refusals:#?}"));
    check_documents(&text);
    expect_file!["gateway_api.yaml"].assert_eq(&text);
}

#[test]
fn differences_are_accepted_by_name() {
    let list = |path: &str, origin: &str| {
        table(&[row(path, "\"max_age\": 5").replace("https://app.example", origin)])
    };
    for (path, origin, expected) in [
        (
            "/jobs",
            "https://app.example",
            &[Difference::Status, Difference::Vary][..],
        ),
        ("/jobs/{id}", "https://app.example", Difference::ALL),
        ("/files/*", "*", &[Difference::Status]),
        (
            "/files/{*rest}",
            "*",
            &[Difference::Status, Difference::Regex],
        ),
    ] {
        let table = list(path, origin);
        let refusals = exported(&table, &[]).expect_err("differences");
        assert_eq!(refusals.len(), expected.len(), "{refusals:#?}");
        for (refusal, difference) in refusals.iter().zip(expected) {
            let remedy = format!("\nhelp: accept it with `--accept {difference}`");
            assert!(refusal.ends_with(&remedy), "{refusal}");
            assert_eq!(difference.as_str().parse(), Ok(*difference));
        }
        check_documents(&exported(&table, expected).expect("all are accepted"));
    }
    assert_eq!(
        exported(&table(&[]), &[]).map(|text| check_documents(&text)),
        Ok(())
    );
}

#[test]
fn values_that_the_schema_lacks_are_refused() {
    for (members, expected) in [
        (r#""max_age": 0"#, "the Gateway API has no `max_age` of 0"),
        (
            r#""headers": ["x-app-*"]"#,
            "the Gateway API has no prefixes of headers, as `x-app-*` is one",
        ),
        (
            r#""origins_from": "a function""#,
            "its origins come from a function",
        ),
    ] {
        let refusals =
            exported(&table(&[row("/jobs", members)]), Difference::ALL).expect_err(members);
        assert!(
            refusals.iter().any(|refusal| refusal.contains(expected)),
            "{refusals:?}"
        );
    }
    let table = table(&[row("/jobs", "\"max_age\": 1")]);
    for (from, to, expected) in [
        (
            "[\"GET\"]",
            "[\"GET\", \"QUERY\"]",
            "the Gateway API has no method `QUERY`",
        ),
        (
            "/jobs",
            "/jobs//x",
            "the path `/jobs//x` is none of the Gateway API",
        ),
        (
            "/jobs",
            "/jobs%2Fx",
            "the path `/jobs%2Fx` is none of the Gateway API",
        ),
        (
            "/jobs",
            "/jobs/..",
            "the path `/jobs/..` is none of the Gateway API",
        ),
        ("/jobs", "/j\u{f6}bs", "is none of the Gateway API"),
    ] {
        let refusals = exported(&table.replacen(from, to, 1), Difference::ALL).expect_err(to);
        assert!(
            refusals.iter().any(|refusal| refusal.contains(expected)),
            "{to}: {refusals:?}"
        );
    }
}

/// An origin is refused if the pattern of the schema does not take it, and only then.
#[test]
fn origins_are_those_of_the_schema() {
    let long = format!(
        "https://{}.{}.example",
        "a".repeat(63),
        ["b"; 100].join(".")
    );
    for origin in [
        "https://app.example",
        "http://app.example:8080",
        "https://*.app.example",
        "https://*.app.example:8443",
        "http://localhost:3000",
        "http://127.0.0.1",
        "https://*.app.example:*",
        "http://localhost:*",
        "http://[::1]:3000",
        "https://a_b.example",
        "https://app.example.",
        "tauri://localhost",
        "chrome-extension://abc",
        &long,
    ] {
        let rows = [row("/jobs", "\"max_age\": 1").replace("https://app.example", origin)];
        let is_accepted = exported(&table(&rows), Difference::ALL).is_ok();
        let expected = matches(schema::ORIGIN, origin) && origin.len() <= schema::ORIGIN_BYTES;
        assert_eq!(is_accepted, expected, "{origin}");
    }
}

#[test]
fn many_policies_are_several_routes() {
    for count in [1, 15, 16, 17, 40, 200] {
        let rows: Vec<String> = (0..count)
            .map(|n| row(&format!("/jobs/{n}"), "\"max_age\": 1"))
            .collect();
        let text = exported(&table(&rows), Difference::ALL).expect("the schema has them");
        check_documents(&text);
        assert_eq!(text.matches("type: CORS").count(), count);
        // The last rule is that of everything else.
        assert_eq!(
            text.matches("kind: HTTPRoute").count(),
            (count + 1).div_ceil(16)
        );
    }
}

/// The rule of a less specific path does not decide about the other methods of a path.
#[test]
fn other_methods_of_a_path_are_passed_on() {
    let rows = [
        row("/files/new", "\"max_age\": 1"),
        row("/files/*", "\"max_age\": 1"),
    ];
    let text = exported(&table(&rows), Difference::ALL).expect("the schema has them");
    assert!(
        text.contains("- {path: {type: Exact, value: '/files/new'}}\n    backendRefs"),
        "{text}"
    );
    assert!(
        text.contains("path: {type: PathPrefix, value: '/files'}, method: GET"),
        "{text}"
    );
}

fn entries(of: &'static [&'static str], least: usize) -> impl Strategy<Value = String> {
    let list = prop::sample::subsequence(of, least..=2);
    list.prop_map(|list| serde_json::to_string(&list).expect("texts"))
}

proptest! {
    /// A table is refused, or its routes keep the schema.
    #[test]
    fn routes_keep_the_schema(
        path in "(/([a-z.'~-]{1,3}|\\{id\\})){1,3}(/|/\\*|%41|%2f|)",
        origins in entries(&["https://a.example", "https://*.b.example", "http://c:1"], 1),
        methods in entries(&["GET", "HEAD", "PUT", "OPTIONS", "PATCH"], 1),
        headers in entries(&["content-type", "x-'", "x-a", "x-b"], 0),
        max_age in 0..5_u32,
        credentials: bool,
    ) {
        let json = format!(
            r#"{{ "version": 1, "handlers": [{{ "path": "{path}", "methods": {methods}, "handler": "a",
                "origins": {origins}, "headers": {headers}, "expose_headers": {headers},
                "max_age": {max_age}, "credentials": {credentials}, "enforce": false }}] }}"#
        );
        if let Ok(text) = exported(&json, Difference::ALL) {
            check_documents(&text);
        }
    }
}
