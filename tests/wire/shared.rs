//! Policies and lists behind paths: what a handler says with them is what it would say without. A
//! key beside `policy` replaces what stands there.

use cors_runtime::{CorsRouter, HandlerPolicy, OriginSet, Policy, Routes, cors, routes};

use super::exchange::{App, Case, Failures, answer, check, granted, refused};

const SITE: &[&str] = &["https://app.example", "https://*.app.example"];
const OTHER: [&str; 1] = ["https://other.example"];
const DEV: &[&str] = &["http://localhost:5173"];
const METHODS: &[&str] = &["PUT", "PATCH"];
const HEADERS: &[&str] = &["content-type", "X-A"];
const EXPOSED: &[&str] = &["etag"];

const ACCOUNT: Policy = Policy::new(SITE)
    .methods(METHODS)
    .headers(HEADERS)
    .expose_headers(EXPOSED)
    .max_age(600)
    .credentials();
const LAX: Policy = Policy::new(&["http://app.example", "https://*.github.io"])
    .methods(&["GET"])
    .credentials()
    .dangerously_allow_insecure_origins()
    .dangerously_allow_public_suffixes();
const ENFORCED: Policy = Policy::new(SITE).enforce();

static TENANTS: OriginSet = OriginSet::new();
const FROM_TENANTS: Policy = Policy::new(&[]).origins_from(&TENANTS);

mod with_paths {
    use super::*;

    #[cors(policy = ACCOUNT)]
    pub(crate) async fn whole() {}

    #[cors(
        origins = SITE,
        dev_origins = DEV,
        methods = METHODS,
        headers = HEADERS,
        expose_headers = EXPOSED,
    )]
    pub(crate) async fn each_list() {}

    #[cors(policy = ACCOUNT, origins = OTHER)]
    pub(crate) async fn other_origins() {}

    #[cors(policy = ACCOUNT, methods = [GET])]
    pub(crate) async fn other_methods() {}

    #[cors(policy = ACCOUNT, headers = ["x-b"], expose_headers = [], max_age = 0)]
    pub(crate) async fn other_headers() {}

    #[cors(policy = ENFORCED, methods = [POST], credentials)]
    pub(crate) async fn more_flags() {}

    #[cors(policy = LAX)]
    pub(crate) async fn tolerant() {}

    #[cors(policy = LAX, origins = ["http://app.example"], dangerously_allow(insecure_origins))]
    pub(crate) async fn less_tolerant() {}

    #[cors(policy = FROM_TENANTS, methods = [GET])]
    pub(crate) async fn set() {}

    #[cors(policy = ACCOUNT, dev_origins = DEV, methods = [GET], origins_from = TENANTS)]
    pub(crate) async fn list_and_set() {}
}

mod in_full {
    use super::*;

    #[cors(
        origins = ["https://app.example", "https://*.app.example"],
        methods = [PUT, PATCH],
        headers = ["content-type", "X-A"],
        expose_headers = ["etag"],
        max_age = 600,
        credentials,
    )]
    pub(crate) async fn whole() {}

    #[cors(
        origins = ["https://app.example", "https://*.app.example"],
        dev_origins = ["http://localhost:5173"],
        methods = [PUT, PATCH],
        headers = ["content-type", "X-A"],
        expose_headers = ["etag"],
    )]
    pub(crate) async fn each_list() {}

    #[cors(
        origins = ["https://other.example"],
        dev_origins = [],
        methods = [PUT, PATCH],
        headers = ["content-type", "X-A"],
        expose_headers = ["etag"],
        max_age = 600,
        credentials,
    )]
    pub(crate) async fn other_origins() {}

    #[cors(
        origins = ["https://app.example", "https://*.app.example"],
        methods = [GET],
        headers = ["content-type", "X-A"],
        expose_headers = ["etag"],
        max_age = 600,
        credentials,
    )]
    pub(crate) async fn other_methods() {}

    #[cors(
        origins = ["https://app.example", "https://*.app.example"],
        methods = [PUT, PATCH],
        headers = ["x-b"],
        max_age = 0,
        credentials,
    )]
    pub(crate) async fn other_headers() {}

    #[cors(
        origins = ["https://app.example", "https://*.app.example"],
        methods = [POST],
        credentials,
        enforce,
    )]
    pub(crate) async fn more_flags() {}

    #[cors(
        origins = ["http://app.example", "https://*.github.io"],
        methods = [GET],
        credentials,
        dangerously_allow(insecure_origins, public_suffixes),
    )]
    pub(crate) async fn tolerant() {}

    #[cors(
        origins = ["http://app.example"],
        methods = [GET],
        credentials,
        dangerously_allow(insecure_origins),
    )]
    pub(crate) async fn less_tolerant() {}

    #[cors(origins_from = TENANTS, methods = [GET])]
    pub(crate) async fn set() {}

    #[cors(
        origins = ["https://app.example", "https://*.app.example"],
        dev_origins = ["http://localhost:5173"],
        origins_from = TENANTS,
        methods = [GET],
        headers = ["content-type", "X-A"],
        expose_headers = ["etag"],
        max_age = 600,
        credentials,
    )]
    pub(crate) async fn list_and_set() {}
}

macro_rules! pairs {
    ($($handler:ident)*) => {
        vec![$((
            stringify!($handler),
            routes![with_paths::$handler],
            routes![in_full::$handler],
        )),*]
    };
}

#[test]
fn a_path_says_what_stands_behind_it() {
    let pairs: Vec<(&str, Routes, Routes)> = pairs![
        whole each_list other_origins other_methods other_headers more_flags tolerant less_tolerant
        set list_and_set
    ];
    let mut failures = Failures::default();
    for (name, with_paths, in_full) in pairs {
        let [with_paths, in_full] = [with_paths, in_full].map(policy);
        failures.compare(|| name.to_owned(), &in_full, &with_paths);
    }
    failures.finish();
}

/// The policy, without the place of its handler.
fn policy(routes: Routes) -> HandlerPolicy {
    let policies = CorsRouter::new().route("/", routes).policies();
    let mut policy = policies.iter().next().expect("one handler").clone();
    (policy.handler, policy.file, policy.line) = ("", "", 0);
    policy
}

#[tokio::test]
async fn nothing_is_added_to_what_a_key_replaces() {
    let router = CorsRouter::new()
        .route("/origins", routes![with_paths::other_origins])
        .route("/methods", routes![with_paths::other_methods])
        .route("/headers", routes![with_paths::other_headers]);
    let cases: &[Case] = &[
        (
            "the origins of the policy",
            "PUT /origins | origin: https://app.example",
            answer(
                200,
                "allow-credentials: true | allow-origin: https://other.example | expose-headers: etag",
            ),
        ),
        (
            "the methods of the policy",
            "OPTIONS /methods | origin: https://app.example | request-method: PUT",
            refused(),
        ),
        (
            "the headers of the policy",
            "OPTIONS /headers | origin: https://app.example | request-method: PUT \
             | request-headers: content-type",
            refused(),
        ),
        (
            "what stands in their place",
            "OPTIONS /headers | origin: https://a.app.example | request-method: PUT \
             | request-headers: x-b",
            granted(
                "allow-credentials: true | allow-headers: x-b | allow-methods: PUT \
                 | allow-origin: https://a.app.example | max-age: 0",
            ),
        ),
        (
            "no header is exposed",
            "PATCH /headers | origin: https://app.example",
            answer(
                200,
                "allow-credentials: true | allow-origin: https://app.example | vary: Origin",
            ),
        ),
    ];
    check(&[App::new("router", router)], cases).await;
}
