//! `assert_policies`: a lock file of an application's policies.

use std::env;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::Command;

use axum::http::Response;
use axum::routing::{get, post};
use cors_runtime::{CorsRouter, OriginSet, Policy, Protection, Refused, cors, routes};
use cors_testing::assert_policies;
use expect_test::{Expect, expect};
use serde_json::Value;
use tower::Layer;

static TENANTS: OriginSet = OriginSet::new().named("tenants");

/// The application as it was when the lock file was committed.
mod old {
    use super::*;

    #[cors(
        origins = ["https://app.example", "https://a.app.example"],
        methods = [GET],
        headers = ["x-app-id", "x-csrf"],
        expose_headers = ["etag"],
        enforce,
    )]
    async fn show() {}

    #[cors(origins = ["https://app.example"], methods = [PUT, POST], credentials)]
    async fn save() {}

    #[cors(origins = ["https://app.example"], methods = [DELETE], max_age = 600)]
    async fn remove() {}

    #[cors(origins = ["https://app.example"], methods = [GET])]
    async fn list() {}

    pub(super) fn app() -> CorsRouter {
        CorsRouter::new()
            .route("/jobs/{id}", routes![show, save, remove])
            .route("/jobs", routes![list])
            .route("/health", get(async || ()))
            .route("/profile", post(async || ()))
            .protect(Protection::new())
    }
}

/// The same functions with other policies.
mod new {
    use super::*;

    #[cors(
        origins = ["https://app.example", "https://*.app.example"],
        methods = [GET],
        headers = ["x-app-*"],
        expose_headers = ["*"],
    )]
    async fn show() {}

    #[cors(origins = ["https://app.example"], origins_from = TENANTS, methods = [PUT, POST], credentials)]
    async fn save() {}

    #[cors(origins = ["https://app.example"], methods = [GET], credentials)]
    async fn list() {}

    #[cors(
        origins = ["https://app.example"],
        methods = [PATCH],
        headers = ["content-type"],
        max_age = 60,
    )]
    async fn rename() {}

    pub(super) fn app() -> CorsRouter {
        CorsRouter::new()
            .route("/jobs/{id}", routes![show, save, rename])
            .route("/jobs", routes![list])
            .route("/health", get(async || ()))
            .route("/metrics", get(async || ()))
            .protect(
                Protection::new()
                    .trust(&["https://accounts.example"])
                    .report_only(),
            )
    }
}

/// A file of this name in a folder for tests.
fn file(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("lock_files");
    fs::create_dir_all(&folder).expect("a folder");
    folder.join(name)
}

/// The message about a file with this text, with the folder left out.
fn message(name: &str, text: &str, router: &CorsRouter) -> Option<String> {
    let file = file(name);
    fs::write(&file, text).expect("a file");
    failure(&file, router)
}

fn failure(file: &Path, router: &CorsRouter) -> Option<String> {
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        assert_policies(file, &router.policies());
    }));
    let message = *outcome.err()?.downcast::<String>().expect("a message");
    let folder = file.parent().expect("a folder").display().to_string();
    Some(message.replace(&format!("{folder}/"), ""))
}

/// The JSON of a router, in which its handlers have the names of those of `new`.
fn json(router: &CorsRouter) -> String {
    let json = serde_json::to_string(&router.policies()).expect("data");
    json.replace("::old::", "::new::")
}

fn check(name: &str, [old, new]: [&CorsRouter; 2], expected: &Expect) {
    let message = message(name, &json(old), new);
    expected.assert_eq(&message.expect("the policies differ"));
}

/// Widened, narrowed, new and removed policies.
#[test]
fn changed_policies() {
    check(
        "changed.lock",
        [&old::app(), &new::app()],
        &expect![[r#"
            the policies differ from `changed.lock` (+ allowed now, - not allowed any more)

            /health, without a policy of its own
              + writes of other sites
              + trusted origin `https://accounts.example`
              ~ only reported: no -> yes

            GET /jobs, testing::policies::new::list (tests/testing/policies.rs)
              + credentials
              + writes of other sites
              + trusted origin `https://accounts.example`
              ~ only reported: no -> yes

            DELETE /jobs/{id}, testing::policies::new::remove (tests/testing/policies.rs): removed
              - origin `https://app.example`

            PATCH /jobs/{id}, testing::policies::new::rename (tests/testing/policies.rs): new
              + origin `https://app.example`
              + request header `content-type`
              + writes of other sites
              + trusted origin `https://accounts.example`

            POST PUT /jobs/{id}, testing::policies::new::save (tests/testing/policies.rs)
              + origins of a set, `tenants`
              + writes of other sites
              + trusted origin `https://accounts.example`
              ~ only reported: no -> yes

            GET /jobs/{id}, testing::policies::new::show (tests/testing/policies.rs)
              + origin `https://*.app.example`
              + request header `x-app-*`
              + response header `*`
              + requests of other origins, without `enforce`
              + writes of other sites
              + trusted origin `https://accounts.example`
              - request header `x-csrf`
              ~ only reported: no -> yes

            /metrics, without a policy of its own: new
              + writes of other sites
              + trusted origin `https://accounts.example`

            /profile, without a policy of its own: removed

            help: `UPDATE_CORS_LOCK=1 cargo test` writes it"#]],
    );
}

/// The changes the other way round: what was allowed is refused.
#[test]
fn changed_policies_the_other_way_round() {
    let [old, new] = [new::app(), old::app()];
    let old = json(&old).replace("::new::", "::old::");
    let message = message("reversed.lock", &old, &new);
    expect![[r#"
        the policies differ from `reversed.lock` (+ allowed now, - not allowed any more)

        /health, without a policy of its own
          - writes of other sites
          - trusted origin `https://accounts.example`
          ~ only reported: yes -> no

        GET /jobs, testing::policies::old::list (tests/testing/policies.rs)
          - credentials
          - writes of other sites
          - trusted origin `https://accounts.example`
          ~ only reported: yes -> no

        DELETE /jobs/{id}, testing::policies::old::remove (tests/testing/policies.rs): new
          + origin `https://app.example`

        PATCH /jobs/{id}, testing::policies::old::rename (tests/testing/policies.rs): removed
          - origin `https://app.example`
          - request header `content-type`
          - writes of other sites
          - trusted origin `https://accounts.example`

        POST PUT /jobs/{id}, testing::policies::old::save (tests/testing/policies.rs)
          - origins of a set, `tenants`
          - writes of other sites
          - trusted origin `https://accounts.example`
          ~ only reported: yes -> no

        GET /jobs/{id}, testing::policies::old::show (tests/testing/policies.rs)
          + request header `x-csrf`
          - origin `https://*.app.example`
          - request header `x-app-*`
          - response header `*`
          - requests of other origins, without `enforce`
          - writes of other sites
          - trusted origin `https://accounts.example`
          ~ only reported: yes -> no

        /metrics, without a policy of its own: removed
          - writes of other sites
          - trusted origin `https://accounts.example`

        /profile, without a policy of its own: new

        help: `UPDATE_CORS_LOCK=1 cargo test` writes it"#]]
    .assert_eq(&message.expect("the policies differ"));
}

#[test]
fn equal_policies() {
    let text = json(&new::app());
    for (name, text) in [
        ("equal", text.clone()),
        ("with other line ends", text.replace(',', ",\r\n")),
    ] {
        let file = format!("{name}.lock");
        assert_eq!(message(&file, &text, &new::app()), None, "{name}");
    }
}

/// One policy that many handlers share is one change.
#[test]
fn changed_constant() {
    fn app(policy: &Policy<'_>) -> CorsRouter {
        let routes = || policy.routes(get(async || ())).expect("a valid policy");
        CorsRouter::new()
            .route("/a", routes())
            .route("/b", routes())
    }
    let policy = Policy::new(&["https://app.example"]).methods(&["GET"]);
    let wider = policy.origins(&["https://app.example", "http://localhost:*"]);
    check(
        "constant.lock",
        [&app(&policy), &app(&wider)],
        &expect![[r#"
            the policies differ from `constant.lock` (+ allowed now, - not allowed any more)

            GET /a, Policy::routes (tests/testing/policies.rs)
            GET /b, Policy::routes (tests/testing/policies.rs)
              + origin `http://localhost:*`

            help: `UPDATE_CORS_LOCK=1 cargo test` writes it"#]],
    );
}

#[test]
fn default_policy_in_the_lock_file() {
    const PAGES: Policy = Policy::new(&["https://app.example"])
        .methods(&["GET"])
        .checked();
    let router = || CorsRouter::new().route("/health", get(async || ()));
    let default = router().default_policy(PAGES);
    check(
        "default.lock",
        [&router(), &default],
        &expect![[r#"
            the policies differ from `default.lock` (+ allowed now, - not allowed any more)

            GET (fallback), CorsRouter::default_policy (tests/testing/policies.rs): new
            GET /health, CorsRouter::default_policy (tests/testing/policies.rs): new
              + origin `https://app.example`
              - writes of other sites by other methods

            /health, without a policy of its own
              - writes of other sites
              ~ default policy: no -> yes

            help: `UPDATE_CORS_LOCK=1 cargo test` writes it"#]],
    );
}

#[test]
fn files_that_are_no_lock_files() {
    let router = old::app();
    for (name, text, expected) in [
        (
            "empty.lock",
            "",
            expect![[r#"
            `empty.lock` is no lock file of policies: EOF while parsing a value at line 1 column 0
            help: `UPDATE_CORS_LOCK=1 cargo test` writes it"#]],
        ),
        (
            "conflict.lock",
            "{\n<<<<<<< HEAD\n",
            expect![[r#"
            `conflict.lock` is no lock file of policies: key must be a string at line 2 column 1
            help: `UPDATE_CORS_LOCK=1 cargo test` writes it"#]],
        ),
        (
            "other.lock",
            r#"{ "version": 1 }"#,
            expect![[r#"
            `other.lock` is no lock file of policies: missing field `handlers` at line 1 column 16
            help: `UPDATE_CORS_LOCK=1 cargo test` writes it"#]],
        ),
        (
            "newer.lock",
            r#"{ "version": 2, "handlers": [], "plain": [] }"#,
            expect![[r#"
                `newer.lock` has the version 2, and this cors-testing reads version 1
                help: `UPDATE_CORS_LOCK=1 cargo test` writes it"#]],
        ),
    ] {
        let message = message(name, text, &router);
        expected.assert_eq(&message.expect("no lock file"));
    }
    let missing = failure(&file("missing.lock"), &router);
    expect![[r#"
        there is no lock file `missing.lock`
        help: `UPDATE_CORS_LOCK=1 cargo test` writes it"#]]
    .assert_eq(&missing.expect("no file"));
}

/// A folder where the file is expected.
#[test]
fn lock_file_that_cannot_be_read() {
    let folder = file("folder.lock");
    fs::create_dir_all(&folder).expect("a folder");
    let message = failure(&folder, &old::app()).expect("no file");
    let start = "`folder.lock` cannot be read: ";
    let end = "\nhelp: give the path of a file, such as `cors.lock`";
    assert!(
        message.starts_with(start) && message.ends_with(end),
        "{message}"
    );
}

#[test]
fn missing_lock_file_is_looked_for_in_the_folder_of_the_package() {
    let missing = failure(Path::new("tests/missing.lock"), &old::app()).expect("no file");
    let folder = env!("CARGO_MANIFEST_DIR");
    let expected = format!("there is no lock file `missing.lock` in `{folder}`\n");
    assert!(missing.starts_with(&expected), "{missing}");
}

fn respond(_: &Refused) -> Response<String> {
    Response::default()
}

/// An application in which every field has a value.
fn everything() -> CorsRouter {
    const PROTECTION: Protection = Protection::new()
        .own_origins(&["https://api.example"])
        .own_origins_from(&TENANTS)
        .trust(&["https://accounts.example"])
        .trust_from(&TENANTS)
        .reads()
        .report_only()
        .refused(respond)
        .checked();
    const FILES: Policy = Policy::new(&["http://printer.example"])
        .dev_origins_if(true, &["http://localhost:*"])
        .origins_from(&TENANTS)
        .dangerously_allow_insecure_origins()
        .methods(&["GET", "PROPFIND"])
        .credentials();
    let files = FILES.layer().expect("a valid policy");
    new::app()
        .nest_service("/files", files.layer(get(async || ())))
        .protect(PROTECTION)
}

/// The program under test by `lock_file_is_written`.
#[test]
#[ignore = "is run by another test"]
fn assert_policies_of_everything() {
    let file = env::var_os("LOCK_FILE").expect("the test that runs this one");
    assert_policies(file, &everything().policies());
}

/// The file is the JSON of the policies, without what differs between builds.
#[test]
fn lock_file_is_written() {
    let file = file("written.lock");
    let _ = fs::remove_file(&file);
    let run = |update: &str| {
        Command::new(env::current_exe().expect("this test"))
            .args([
                "--exact",
                "--ignored",
                "policies::assert_policies_of_everything",
            ])
            .env("LOCK_FILE", &file)
            .env("UPDATE_CORS_LOCK", update)
            .output()
            .expect("the test runs")
            .status
            .success()
    };
    assert!(!run("0"), "there is no file");
    assert!(!run(""), "there is no file");
    assert!(run("1"), "the file is written");
    assert!(run("0"), "the file is up to date");
    assert_eq!(failure(&file, &everything()), None);
    let text = fs::read_to_string(&file).expect("a file");
    let start = "{\n  \"version\": 1,\n  \"handlers\": [\n    {\n      \"path\": \"";
    assert!(text.starts_with(start) && text.ends_with("}\n"), "{text}");

    let mut expected = serde_json::to_value(everything().policies()).expect("data");
    let document = expected.as_object_mut().expect("an object");
    assert_eq!(document.remove("debug").is_some(), cfg!(debug_assertions));
    for row in expected["handlers"].as_array_mut().expect("rows") {
        let row = row.as_object_mut().expect("a row");
        row.remove("dev_origins");
        assert!(row.remove("line").is_some(), "{row:?}");
    }
    let written: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(written, expected);
}
