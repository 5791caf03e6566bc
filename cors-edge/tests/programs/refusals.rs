//! Everything that no edge can have: named by handler, file and line, with a remedy, and all at once.

use cors_edge::{Edge, Options, Table, export};

/// A row of the table with these members in place of its own.
fn row(members: &str) -> String {
    let own = [
        ("path", "\"/jobs\""),
        ("methods", "[\"GET\"]"),
        ("origins", "[\"https://app.example\"]"),
        ("credentials", "false"),
    ];
    let is_own = |key: &str| !members.contains(&format!("\"{key}\""));
    let own = own.iter().filter(|(key, _)| is_own(key));
    let own: Vec<String> = own
        .map(|(key, value)| format!("\"{key}\": {value}"))
        .collect();
    format!(
        "{{ \"handler\": \"api::jobs\", \"file\": \"src/jobs.rs\", \"line\": 12, \
         \"enforce\": false, {}, {members} }}",
        own.join(", ")
    )
}

fn table(rows: &[&str], more: &str) -> Table {
    let rows: Vec<String> = rows.iter().map(|members| row(members)).collect();
    let json = format!(
        r#"{{ "version": 1, "handlers": [{}]{more} }}"#,
        rows.join(",")
    );
    json.parse()
        .unwrap_or_else(|error| panic!("{error}\n{json}"))
}

fn refusals(table: &Table, options: &Options) -> Vec<String> {
    let refusals = export(Edge::Envoy, table, options)
        .err()
        .unwrap_or_default();
    refusals.iter().map(ToString::to_string).collect()
}

const WRITES: &str = "\"writes_refused\": true";

#[test]
fn rows_that_no_edge_can_have() {
    for (members, expected) in [
        (
            r#""dev_origins": ["http://localhost:5173"]"#,
            "`http://localhost:5173` is an origin of development",
        ),
        (
            r#""origins_from": "a function""#,
            "its origins come from a function, which no edge can call",
        ),
        (
            r#""origins_from": "a set""#,
            "the set of its origins has no name",
        ),
        (
            r#""origins_from": "a set", "origins_set": "tenants""#,
            "the origins of the set `tenants` are not in the table",
        ),
        (
            r#""origins": ["https://app.example/"]"#,
            "`https://app.example/` has a path",
        ),
        (r#""origins": []"#, "`origins` names no origin"),
        (r#""origins": ["*"], "credentials": true"#, "credentials"),
        (r#""headers": ["x a"]"#, "`x a`"),
        (r#""headers": ["x\na: b"]"#, "x\\na: b"),
        (r#""expose_headers": ["a\r\nb"]"#, "a\\r\\nb"),
        (r#""methods": ["GE T"]"#, "GE T"),
        (r#""path": "/jobs x""#, "`/jobs x` is not a path of axum"),
        (r#""path": "jobs""#, "`jobs` is not a path of axum"),
        (
            r#""protection": { "own_origins": ["https://*.example"] }"#,
            "https://*.example",
        ),
        (
            r#""protection": { "own_origins_from": "a set" }"#,
            "has no name",
        ),
    ] {
        let found = refusals(&table(&[members], ""), &Options::default());
        let [refusal] = found.as_slice() else {
            panic!("{members}: {found:#?}");
        };
        assert!(
            refusal.starts_with("api::jobs, src/jobs.rs:12: "),
            "{refusal}"
        );
        assert!(refusal.contains(expected), "{members}: {refusal}");
        assert!(refusal.contains("\nhelp: "), "{refusal}");
    }
}

#[test]
fn refusals_are_all_listed() {
    let table = table(
        &[
            r#""dev_origins": ["http://localhost:1"]"#,
            r#""path": "/b", "origins_from": "a function""#,
        ],
        r#", "debug": true"#,
    );
    assert_eq!(refusals(&table, &Options::default()).len(), 3);
}

#[test]
fn routes_that_are_not_known_hide_no_policy() {
    for (path, plain, expected) in [
        ("/jobs", "/*", 0),
        ("/jobs/{id}", "/*", 1),
        ("/jobs/{id}", "/jobs/*", 1),
        ("/jobs/{id}", "/files/*", 0),
        ("/jobs/{id}", "/jobs/new", 0),
        ("(fallback)", "/files/*", 1),
        ("(fallback)", "/files", 0),
        ("/{*rest}", "(fallback)", 0),
        ("(method not allowed)", "/*", 0),
    ] {
        let table = table(
            &[&format!(r#""path": "{path}""#)],
            &format!(r#", "plain": [{{ "path": "{plain}" }}]"#),
        );
        let found = refusals(&table, &Options::default());
        assert_eq!(found.len(), expected, "{path} and {plain}: {found:?}");
    }
}

#[test]
fn sets_are_those_of_the_options() {
    let table = table(
        &[r#""origins": [], "origins_from": "a set", "origins_set": "tenants""#],
        "",
    );
    for (name, origins, expected) in [
        (
            "tenants",
            &["https://a.example", "https://*.b.example"][..],
            None,
        ),
        (
            "tenants",
            &["https://a.example/"],
            Some("`https://a.example/` has a path"),
        ),
        ("tenants", &["*"], Some("`*`")),
        (
            "tenants",
            &[],
            Some("the set `tenants` is empty, and there are no other origins"),
        ),
        (
            "customers",
            &["https://a.example"],
            Some("the table has no set `customers`"),
        ),
    ] {
        let mut options = Options::default();
        let origins = origins.iter().map(|&origin| origin.to_owned()).collect();
        options.sets.insert(name.to_owned(), origins);
        let found = refusals(&table, &options);
        match expected {
            None => assert!(found.is_empty(), "{found:?}"),
            Some(expected) => assert!(found[0].contains(expected), "{found:?}"),
        }
    }
}

#[test]
fn handlers_of_a_path_share_their_protection() {
    let own = r#""methods": ["PUT"], "protection": { "own_origins": ["https://api.example"] }"#;
    let found = refusals(&table(&[WRITES, own], ""), &Options::default());
    assert!(
        found[0].contains("the routes of `/jobs` have different protections"),
        "{found:?}"
    );
}

#[test]
fn addresses_are_hosts_with_a_port() {
    let table = table(&[WRITES], "");
    for (address, expected) in [
        ("127.0.0.1:80", 0),
        ("[::1]:80", 0),
        // Envoy listens on no name.
        ("api.internal:3000", 1),
        ("api", 2),
        ("api:", 2),
        ("api:0", 2),
        ("api:65536", 2),
        (":80", 2),
        ("::1:80", 2),
        ("a'b:80", 2),
        ("a\nb:80", 2),
    ] {
        let mut options = Options::default();
        options.listen = address.to_owned();
        options.upstream = address.to_owned();
        assert_eq!(refusals(&table, &options).len(), expected, "{address:?}");
    }
}
