//! Policies and lists that are constants: a handler that names them has the policy of one that has
//! the same literals. A key beside `policy` overrides its value.

use cors_runtime::{CorsRouter, HandlerPolicy, OriginSet, Policy, Routes, cors, routes};
use cors_test_support::{
    App, Failures, actual, approved, case, check, forbidden, preflight, refused, response,
};

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

mod by_path {
    use super::*;

    #[cors(policy = ACCOUNT)]
    pub(crate) async fn whole_policy() {}

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

    #[cors(policy = ACCOUNT, origins = OTHER, methods = [GET])]
    pub(crate) async fn other_origins_and_methods() {}

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

mod literal {
    use super::*;

    #[cors(
        origins = ["https://app.example", "https://*.app.example"],
        methods = [PUT, PATCH],
        headers = ["content-type", "X-A"],
        expose_headers = ["etag"],
        max_age = 600,
        credentials,
    )]
    pub(crate) async fn whole_policy() {}

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
        origins = ["https://other.example"],
        methods = [GET],
        headers = ["content-type", "X-A"],
        expose_headers = ["etag"],
        max_age = 600,
        credentials,
    )]
    pub(crate) async fn other_origins_and_methods() {}

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
            routes![by_path::$handler],
            routes![literal::$handler],
        )),*]
    };
}

#[test]
fn constants_give_the_policy_of_literals() {
    let pairs: Vec<(&str, Routes, Routes)> = pairs![
        whole_policy each_list other_origins other_origins_and_methods other_methods other_headers
        more_flags tolerant less_tolerant set list_and_set
    ];
    let mut failures = Failures::default();
    for (name, by_path, literal) in pairs {
        let [by_path, literal] = [by_path, literal].map(policy);
        failures.compare(|| name, &literal, &by_path);
    }
    failures.finish();
}

/// The policy, without the location of its handler.
fn policy(routes: Routes) -> HandlerPolicy {
    let policies = CorsRouter::new().route("/", routes).policies();
    let mut policy = policies.iter().next().expect("one handler").clone();
    (policy.handler, policy.file, policy.line) = ("", "", 0);
    policy
}

/// Handlers whose keys override those of their policy; nothing is merged.
fn router() -> App {
    let router = CorsRouter::new()
        .route(
            "/origins",
            routes![by_path::other_origins, by_path::other_origins_and_methods],
        )
        .route("/methods", routes![by_path::other_methods])
        .route("/headers", routes![by_path::other_headers]);
    App::new("router", router)
}

#[tokio::test]
async fn origins_override_those_of_the_policy() {
    let cases = [
        case(
            "a read of the origins of the policy",
            actual("GET /origins", "https://app.example"),
            response(
                200,
                "access-control-allow-credentials: true
                 access-control-allow-origin: https://other.example
                 access-control-expose-headers: etag",
            ),
        ),
        case(
            "a write of the origins of the policy",
            actual("PUT /origins", "https://app.example"),
            forbidden(),
        ),
        case(
            "the origins of the key",
            actual("PUT /origins", "https://other.example"),
            response(
                200,
                "access-control-allow-credentials: true
                 access-control-allow-origin: https://other.example
                 access-control-expose-headers: etag",
            ),
        ),
    ];
    check(&[router()], &cases).await;
}

#[tokio::test]
async fn methods_override_those_of_the_policy() {
    let cases = [case(
        "the methods of the policy",
        preflight("PUT /methods", "https://app.example"),
        refused(),
    )];
    check(&[router()], &cases).await;
}

#[tokio::test]
async fn headers_override_those_of_the_policy() {
    let cases = [
        case(
            "the headers of the policy",
            preflight("PUT /headers", "https://app.example").request_headers("content-type"),
            refused(),
        ),
        case(
            "the headers of the key",
            preflight("PUT /headers", "https://a.app.example").request_headers("x-b"),
            approved(
                "access-control-allow-credentials: true
                 access-control-allow-headers: x-b
                 access-control-allow-methods: PUT, PATCH
                 access-control-allow-origin: https://a.app.example
                 access-control-max-age: 0",
            ),
        ),
    ];
    check(&[router()], &cases).await;
}

#[tokio::test]
async fn expose_headers_override_those_of_the_policy() {
    let cases = [case(
        "no header is exposed",
        actual("PATCH /headers", "https://app.example"),
        response(
            200,
            "access-control-allow-credentials: true
             access-control-allow-origin: https://app.example
             vary: Origin",
        ),
    )];
    check(&[router()], &cases).await;
}
