//! `PolicyConfig`: whole policies from TOML, JSON and environment variables, checked at start-up.
#![allow(clippy::needless_raw_string_hashes, reason = "expect-test writes them")]

use std::collections::{BTreeMap, HashMap};

use axum::Router;
use axum::http::StatusCode;
use axum::routing::put;
use cors_runtime::{CorsRouter, PolicyConfig, PolicyError, Rule};
use cors_test_support::{App, actual, approved, case, check, preflight, refused, response};
use expect_test::{Expect, expect};
use serde::Deserialize;
use serde_json::json;

fn of_toml(text: &str) -> Result<PolicyConfig, String> {
    toml::from_str(text).map_err(|error| error.to_string())
}

fn of_json(value: serde_json::Value) -> Result<PolicyConfig, String> {
    serde_json::from_value(value).map_err(|error| error.to_string())
}

const EVERY_KEY: &str = r#"
    origins = ["https://app.example", "http://intranet.example"]
    dev_origins = ["http://localhost:5173"]
    methods = ["GET", "PUT"]
    headers = ["content-type", "X-Csrf"]
    expose_headers = ["etag"]
    max_age = 600
    credentials = true
    enforce = true
    dangerously_allow = ["insecure_origins"]
"#;

#[test]
fn every_key_of_configuration() {
    let config = of_toml(EVERY_KEY).expect("valid");
    assert_eq!(config.policy().check(), Ok(()));
    let words = of_json(json!({
        "origins": "https://app.example, http://intranet.example",
        "dev_origins": " http://localhost:5173 ",
        "methods": "GET PUT",
        "headers": "content-type,X-Csrf",
        "expose_headers": "etag",
        "max_age": "600",
        "credentials": "true",
        "enforce": "true",
        "dangerously_allow": "insecure_origins",
    }));
    assert_eq!(
        words.as_ref(),
        Ok(&config),
        "strings, as variables have them"
    );
    let shown = format!("{config:?}");
    for part in [
        "https://app.example",
        "localhost",
        "X-Csrf",
        "600",
        "insecure",
    ] {
        assert!(shown.contains(part), "{part}: {shown}");
    }

    let written = serde_json::to_value(&config).expect("JSON");
    let as_toml: serde_json::Value = toml::from_str(EVERY_KEY).expect("TOML");
    assert_eq!(written, as_toml);
    assert_eq!(of_json(written), Ok(config.clone()));

    let small = of_json(json!({ "origins": ["https://app.example"], "enforce": false }));
    let small = small.expect("valid");
    assert_ne!(small, config);
    let written = serde_json::to_value(&small).expect("JSON");
    assert_eq!(written, json!({ "origins": ["https://app.example"] }));
}

/// A file for development that reaches a release build opens nothing.
#[test]
fn dev_origins_of_configuration() {
    let config = of_toml(EVERY_KEY).expect("valid");
    let policy = format!("{:?}", config.policy());
    assert_eq!(
        policy.contains("http://localhost:5173"),
        cfg!(debug_assertions)
    );
}

/// The same table as that of the attribute.
#[test]
fn names_of_other_libraries_in_configuration() {
    let config = json!({
        "supports_credentials": true,
        "Access-Control-Allow-Headers": "content-type",
        "optionsSuccessStatus": 200,
        "allow_private_network": true,
        "insecure_origins": true,
        // A function, which no configuration has.
        "allowed_origin_fn": "is_tenant",
    });
    let error = serde_json::from_value::<PolicyConfig>(config).expect_err("no key of a policy");
    expect![[r#"
        `allow_private_network` has no effect: browsers replaced Private Network Access by a permission prompt (Local Network Access)
        help: delete it; the browser asks its user for permission
        `allowed_origin_fn` names an item of Rust, which configuration cannot do
        help: name it in code: `config.policy().origins_from(&SET)`
        unknown key `optionsSuccessStatus`: every policy has its preflights answered, and the `Vary` that its responses need
        help: delete it
        unknown key `Access-Control-Allow-Headers`; did you mean `headers`?
        unknown key `insecure_origins`; did you mean `dangerously_allow`?
        unknown key `supports_credentials`; did you mean `credentials`?
        help: the keys are `origins`, `dev_origins`, `methods`, `headers`, `expose_headers`, `max_age`, `credentials`, `enforce`, `dangerously_allow`
        6 errors in the policy"#]].assert_eq(&error.to_string());
}

#[test]
fn errors_of_configuration_are_reported_at_once() {
    let cases: [(serde_json::Value, Expect); 4] = [
        (
            json!({
                "allowed_origins": ["https://app.example"],
                "allowMethods": ["GET"],
                "maxAge": 600,
                "credential": true,
                "policy": "ACCOUNT",
                "colour": "red",
            }),
            expect![[r#"
                `policy` names an item of Rust, which configuration cannot do
                help: use that policy in code, or write its values here
                unknown key `allowMethods`; did you mean `methods`?
                unknown key `allowed_origins`; did you mean `origins`?
                unknown key `colour`
                unknown key `credential`; did you mean `credentials`?
                unknown key `maxAge`; did you mean `max_age`?
                help: the keys are `origins`, `dev_origins`, `methods`, `headers`, `expose_headers`, `max_age`, `credentials`, `enforce`, `dangerously_allow`
                6 errors in the policy"#]],
        ),
        (
            json!({
                "origins": true,
                "methods": { "GET": true },
                "headers": [1],
                "expose_headers": null,
                "max_age": 1.5,
                "credentials": "yes",
                "enforce": 1,
                "dangerously_allow": ["everything"],
            }),
            expect![[r#"
                `"yes"` is not a value for `credentials`
                help: write `true`
                `dangerously_allow` has no `everything`
                help: write `insecure_origins`, `public_suffixes` or both
                `1` is not a value for `enforce`
                help: write `true`
                `null` is not a value for `expose_headers`
                help: write `["x-total-count"]`
                `1` is not a value for `headers`
                help: write `["content-type"]`
                `1.5` is not a value for `max_age`
                help: write `600`
                a table is not a value for `methods`
                help: write `["GET", "POST"]`
                `true` is not a value for `origins`
                help: write `["https://app.example.com"]`
                8 errors in the policy"#]],
        ),
        (
            json!({ "max_age": "ten minutes" }),
            expect![[r#"
                `"ten minutes"` is not a value for `max_age`
                help: write `600`
                1 error in the policy"#]],
        ),
        (
            json!(["https://app.example"]),
            expect![
                "invalid type: sequence, expected the keys of a policy, such as `origins` and `methods`"
            ],
        ),
    ];
    for (value, expected) in cases {
        expected.assert_eq(&of_json(value).expect_err("no policy"));
    }
    let twice = r#"{"origins": "https://a.example", "origins": "https://b.example"}"#;
    let error = serde_json::from_str::<PolicyConfig>(twice).expect_err("twice");
    expect![[r#"
        `origins` is given twice
        help: keep one, with all of its values
        1 error in the policy at line 1 column 64"#]]
    .assert_eq(&error.to_string());
    let error = of_toml("origin = [\"https://app.example\"]").expect_err("a typo");
    expect![[r#"
        TOML parse error at line 1, column 1
          |
        1 | origin = ["https://app.example"]
          | ^
        unknown key `origin`; did you mean `origins`?
        help: the keys are `origins`, `dev_origins`, `methods`, `headers`, `expose_headers`, `max_age`, `credentials`, `enforce`, `dangerously_allow`
        1 error in the policy
    "#]].assert_eq(&error);
}

#[test]
fn keys_of_code_and_numbers_out_of_range_in_configuration() {
    let cases: [(serde_json::Value, Expect); 4] = [
        (
            json!({ "origins_from": "TENANTS", "state": "AppState", "crate": "cors" }),
            expect![[r#"
                `crate` names an item of Rust, which configuration cannot do
                help: delete it
                `origins_from` names an item of Rust, which configuration cannot do
                help: name it in code: `config.policy().origins_from(&SET)`
                `state` names an item of Rust, which configuration cannot do
                help: name it in code: `#[cors(origins_from = is_tenant, state = AppState, ..)]` above the handler
                3 errors in the policy"#]],
        ),
        (
            json!({ "max_age": "99999999999999999999" }),
            expect![[r#"
            `max_age = 99999999999999999999` is not from 0 to 86400 seconds
            help: write a number from 0 to 86400; browsers cap it at 600 (Safari), 7200 (Chrome) and 86400 (Firefox)
            1 error in the policy"#]],
        ),
        (
            json!({ "max_age": u64::MAX, "methods": [["GET"], {}] }),
            expect![[r#"
                `max_age = 18446744073709551615` is not from 0 to 86400 seconds
                help: write a number from 0 to 86400; browsers cap it at 600 (Safari), 7200 (Chrome) and 86400 (Firefox)
                a list is not a value for `methods`
                help: write `["GET", "POST"]`
                2 errors in the policy"#]],
        ),
        (
            json!({ "max_age": -1 }),
            expect![[r#"
                `max_age = -1` is not from 0 to 86400 seconds
                help: write a number from 0 to 86400; browsers cap it at 600 (Safari), 7200 (Chrome) and 86400 (Firefox)
                1 error in the policy"#]],
        ),
    ];
    for (value, expected) in cases {
        expected.assert_eq(&of_json(value).expect_err("no policy"));
    }
}

/// The rules are those of the attribute, opt-outs included.
#[test]
fn rules_of_configuration() {
    for (value, rules) in [
        (json!({}), &[Rule::OriginsMissing, Rule::MethodsMissing][..]),
        (
            json!({ "origins": ["null", "https://app.example/"], "methods": ["get"] }),
            &[Rule::OriginNull, Rule::OriginPath, Rule::MethodCase],
        ),
        (
            json!({ "origins": "*", "methods": "GET", "credentials": true, "max_age": 86_401 }),
            &[Rule::CredentialsAnyOrigin, Rule::MaxAgeRange],
        ),
        (
            json!({ "origins": "http://app.example", "methods": "GET", "credentials": true }),
            &[Rule::CredentialsInsecureOrigin],
        ),
        (
            json!({ "origins": "https://a.example", "methods": "PROPFIND" }),
            &[],
        ),
    ] {
        let config = of_json(value).expect("the keys and kinds are right");
        let errors = config.policy().check().err();
        let errors: Vec<PolicyError> = errors.into_iter().flatten().collect();
        let found: Vec<Rule> = errors.iter().filter_map(PolicyError::rule).collect();
        assert_eq!(found, rules, "{config:?}");
    }
}

/// The configuration of an application: a policy for each environment.
#[derive(Deserialize)]
struct Settings {
    cors: HashMap<String, PolicyConfig>,
}

async fn save() -> StatusCode {
    StatusCode::NO_CONTENT
}

fn app(settings: &str, environment: &str) -> Result<Router, String> {
    let settings: Settings = toml::from_str(settings).map_err(|error| error.to_string())?;
    let missing = || format!("no policy for `{environment}`");
    let policy = settings.cors.get(environment).ok_or_else(missing)?.policy();
    let router = CorsRouter::new()
        .route(
            "/jobs",
            policy
                .routes(put(save))
                .map_err(|errors| errors.to_string())?,
        )
        .fallback(async || StatusCode::NOT_FOUND);
    Ok(router.into_router())
}

const SETTINGS: &str = r#"
    [cors.production]
    origins = ["https://app.example"]
    methods = ["PUT"]
    headers = ["content-type"]
    credentials = true

    [cors.staging]
    origins = "https://*.preview.example"
    methods = "PUT"

    [cors.broken]
    origins = ["https://app.example/", "https://*.github.io"]
    methods = ["PUT", "PROPFIND"]
    headers = ["cookie"]
    max_age = 604800
    credentials = true
"#;

#[tokio::test]
async fn policy_of_each_environment() {
    let app = |environment| app(SETTINGS, environment).expect("a valid policy");
    let production = [App::new("production", app("production"))];
    let staging = [App::new("staging", app("staging"))];
    let credentials = "access-control-allow-credentials: true";
    let of_production = [
        case(
            "its page",
            preflight("PUT /jobs", "https://app.example").request_headers("content-type"),
            approved(&format!(
                "access-control-allow-origin: https://app.example
                 {credentials}
                 access-control-allow-methods: PUT
                 access-control-allow-headers: content-type"
            )),
        ),
        case(
            "a page of staging",
            preflight("PUT /jobs", "https://one.preview.example"),
            refused(),
        ),
    ];
    check(&production, &of_production).await;
    let of_staging = [
        case(
            "its page",
            actual("PUT /jobs", "https://one.preview.example"),
            response(
                204,
                "access-control-allow-origin: https://one.preview.example
                 vary: Origin",
            ),
        ),
        case(
            "a page of production",
            preflight("PUT /jobs", "https://app.example"),
            refused(),
        ),
    ];
    check(&staging, &of_staging).await;
}

#[test]
fn app_with_a_broken_policy_fails_at_start_up() {
    let error = app(SETTINGS, "broken").expect_err("five errors");
    expect![[r#"
        origins[0]: `https://app.example/` has a path (`/`), and an origin ends with its host or port, so it would never match
        help: write `"https://app.example"`
        origins[1]: `https://*.github.io` with `credentials` lets everyone who registers a name below `github.io` act as the signed-in user
        help: write your own domain, such as `"https://*.yours.github.io"`, or decide it in a function: `origins_from = is_preview`, or add `dangerously_allow(public_suffixes)`
        methods[1]: `PROPFIND` is not a method that axum can route
        help: write some of GET, HEAD, POST, PUT, PATCH, DELETE and OPTIONS; other methods need a service, with `Policy::layer()` around it
        headers[0]: pages cannot set the request header `cookie`: browsers send cookies by themselves, and only with `credentials`
        help: delete it; cookies need only `credentials`
        max_age: `max_age = 604800` is not from 0 to 86400 seconds
        help: write a number from 0 to 86400; browsers cap it at 600 (Safari), 7200 (Chrome) and 86400 (Firefox)"#]].assert_eq(&error);
    let error = app("[cors.production]\norigin = 1\nmethod = 2", "production");
    expect![[r#"
        TOML parse error at line 1, column 1
          |
        1 | [cors.production]
          | ^^^^^^^^^^^^^^^^^
        unknown key `method`; did you mean `methods`?
        unknown key `origin`; did you mean `origins`?
        help: the keys are `origins`, `dev_origins`, `methods`, `headers`, `expose_headers`, `max_age`, `credentials`, `enforce`, `dangerously_allow`
        2 errors in the policy
    "#]].assert_eq(&error.expect_err("two keys"));
}

/// The policy is made anew from a file that was read again; nothing of it is static.
#[test]
fn configuration_is_owned_and_shared_between_threads() {
    fn assert_shared<T: Clone + Send + Sync + 'static>(_: &T) {}
    let policies: BTreeMap<String, PolicyConfig> =
        serde_json::from_value(json!({ "a": { "origins": "*", "methods": "GET" } }))
            .expect("valid");
    let config = policies["a"].clone();
    assert_shared(&config);
    drop(policies);
    let layer = std::thread::spawn(move || config.policy().layer());
    assert!(layer.join().expect("no panic").is_ok());
}
