//! Any table is exported or refused, and no text of it gets out of its place.

use cors_edge::{Difference, Edge, Table, export};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde::Deserialize as _;
use serde_json::{Value, json};

/// A text of these, or one with the signs of every configuration.
fn texts(of: &'static [&'static str]) -> impl Strategy<Value = String> {
    prop_oneof![30 => select(of).prop_map(str::to_owned), 1 => SIGNS]
}

const SIGNS: &str = "[a-z'\"\\\\{}\\[\\]#%$&*!|;:/ \n\r\t\u{85}\u{2028}\u{e4}-]{0,6}";

fn lists(of: &'static [&'static str], least: usize) -> impl Strategy<Value = Vec<String>> {
    let some = subsequence(of, least..=2);
    let some = some.prop_map(|list| list.into_iter().map(str::to_owned).collect());
    prop_oneof![30 => some, 1 => SIGNS.prop_map(|text| vec![text])]
}

fn protections() -> impl Strategy<Value = Value> {
    let own = lists(&["https://api.example", "http://localhost:3000"], 0);
    let trust = lists(&["https://*.t.example", "https://t.example"], 0);
    let some = (own, trust, any::<[bool; 3]>());
    let some = some.prop_map(|(own, trust, [reads, report_only, custom_response])| {
        json!({ "own_origins": own, "trust": trust, "reads": reads, "report_only": report_only,
                "custom_response": custom_response })
    });
    prop_oneof![Just(Value::Null), some]
}

const PATHS: &[&str] = &[
    "/a",
    "/a/{id}",
    "/a/'b",
    "/f/{*rest}",
    "/n/*",
    "(fallback)",
    "/*",
    "/",
];

prop_compose! {
    fn rows()(
        path in texts(PATHS),
        methods in lists(&["GET", "HEAD", "PUT", "OPTIONS", "PROPFIND", "A'B"], 1),
        handler in texts(&["api::list"]),
        file in texts(&["src/api.rs"]),
        origins in lists(&["https://a.example", "https://*.a.example", "http://[::1]:*", "app://x"], 1),
        headers in lists(&["content-type", "x-'%", "x-$-*"], 0),
        exposed in lists(&["etag", "x-'%"], 0),
        max_age in prop::option::of(0..100_000_u32),
        flags: [bool; 4],
        protection in protections(),
    ) -> Value {
        let [credentials, enforce, writes_refused, holds_other_methods] = flags;
        json!({ "path": path, "methods": methods, "handler": handler, "file": file, "line": 7,
                "origins": origins, "headers": headers, "expose_headers": exposed, "max_age": max_age,
                "credentials": credentials, "enforce": enforce, "writes_refused": writes_refused,
                "holds_other_methods": holds_other_methods, "protection": protection })
    }
}

/// The members of a route in Envoy's configuration that an export has.
const MEMBERS: [&str; 5] = [
    "match",
    "route",
    "direct_response",
    "response_headers_to_add",
    "response_headers_to_remove",
];

fn check_envoy(text: &str) {
    let deserializer = serde_yaml_ng::Deserializer::from_str(text);
    let configuration = Value::deserialize(deserializer);
    let configuration = configuration.unwrap_or_else(|error| panic!("{error}\n{text}"));
    let filter =
        &configuration["static_resources"]["listeners"][0]["filter_chains"][0]["filters"][0];
    let routes = &filter["typed_config"]["route_config"]["virtual_hosts"][0]["routes"];
    let routes = routes.as_array().expect("routes");
    for route in routes {
        let members = route.as_object().expect("members");
        assert!(
            members.keys().all(|name| MEMBERS.contains(&name.as_str())),
            "{route}"
        );
        assert!(
            route["match"]["headers"].is_array() || members.contains_key("route"),
            "{route}"
        );
    }
    assert_eq!(
        routes.len(),
        text.matches("\n              - match:").count()
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn tables_are_exported_or_refused(
        rows in prop::collection::vec(rows(), 1..3),
        plain in lists(PATHS, 0),
        protection in protections(),
    ) {
        let plain: Vec<Value> =
            plain.iter().map(|path| json!({ "path": path, "protection": protection })).collect();
        let table = json!({ "version": 1, "handlers": rows, "plain": plain }).to_string();
        let table: Table = table.parse().expect("a table");
        for edge in Edge::ALL {
            let mut options = edge.options();
            if *edge == Edge::GatewayApi {
                options.accepted = Difference::ALL.to_vec();
            }
            match export(*edge, &table, &options) {
                Ok(text) if *edge == Edge::Envoy => check_envoy(&text),
                Ok(text) => prop_assert!(!text.is_empty()),
                Err(refusals) => prop_assert!(!refusals.is_empty()),
            }
        }
    }
}
