//! Predicates of shared policies: `Policy::origins_if`, in attributes, around plain handlers and around
//! services.

use std::convert::Infallible;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use axum::routing::{any, get};
use cors_runtime::{
    CorsRouter, Origin, OriginSet, Policy, PolicyErrors, Protection, Rule, cors, routes,
};
use cors_test_support::{
    App, WireResponse, actual, approved, case, check, forbidden, preflight, refused, response,
};
use tower::{Layer, service_fn};

static PARTNERS: OriginSet = OriginSet::new();

/// Previews of one project and of one team, on a domain below which everybody may have names.
fn is_preview(origin: &Origin<'_>, request: &Parts) -> bool {
    let host = origin.host().as_str();
    assert_ne!(host, "panic.example");
    assert_eq!(request.uri.path(), "/");
    let is_preview = host.starts_with("shop-git-") && host.ends_with("-acme.vercel.app");
    let is_exact = origin.scheme() == "https" && origin.port().is_none();
    (is_exact && is_preview) || PARTNERS.allows(origin)
}

const SHOP: Policy = Policy::new(&["https://shop.example"])
    .origins_if(is_preview)
    .methods(&["GET", "PUT"])
    .headers(&["content-type"])
    .credentials()
    .checked();
const ENFORCED: Policy = SHOP.methods(&["GET"]).enforce().checked();

#[cors(policy = SHOP)]
async fn shop() {}

#[cors(policy = ENFORCED)]
async fn enforced() {}

fn allowed(status: u16, origin: &str) -> WireResponse {
    let lines = format!(
        "access-control-allow-origin: {origin}
         access-control-allow-credentials: true
         vary: Origin"
    );
    response(status, &lines)
}

async fn pass(request: Request, next: Next) -> Response {
    next.run(request).await
}

fn apps(policy: &Policy<'_>, attribute: cors_runtime::Routes) -> Result<Vec<App>, PolicyErrors> {
    let path = |routes: cors_runtime::Routes| CorsRouter::new().route("/", routes);
    let plain = || any(async || ());
    let service = service_fn(async |_: Request| Ok::<_, Infallible>(Response::new(Body::empty())));
    Ok(vec![
        App::new("in the attribute", path(attribute.clone())),
        App::new("layered", path(attribute.clone()).layer(from_fn(pass))),
        App::new("protected", path(attribute).protect(Protection::new())),
        App::new("around plain handlers", path(policy.routes(plain())?)),
        App::new(
            "a layer around a handler",
            Router::new().route("/", plain().layer(policy.layer()?)),
        ),
        App::new(
            "a layer around a router",
            Router::new().route("/", plain()).layer(policy.layer()?),
        ),
        App::new(
            "a layer around a service",
            Router::new().route_service("/", policy.layer()?.layer(service)),
        ),
    ])
}

#[tokio::test]
async fn origins_if_allows_previews_but_not_their_neighbours() -> Result<(), PolicyErrors> {
    PARTNERS.replace(["https://partner.example"])?;
    let apps = apps(&SHOP, routes![shop])?;
    let foreign = || response(200, "vary: Origin");
    let mut cases = vec![
        case("no origin", "GET /", foreign()),
        case("null", actual("GET /", "null"), foreign()),
        case(
            "own page, without a call",
            actual("GET /", "https://panic.example").header("sec-fetch-site", "same-origin"),
            foreign(),
        ),
    ];
    for origin in [
        "https://shop.example",
        "https://shop-git-main-acme.vercel.app",
        "https://shop-git-fix-12-acme.vercel.app",
        "https://partner.example",
    ] {
        cases.extend([
            case(origin, actual("GET /", origin), allowed(200, origin)),
            case(origin, actual("PUT /", origin), allowed(200, origin)),
            case(
                origin,
                preflight("PUT /", origin).request_headers("content-type"),
                approved(&format!(
                    "access-control-allow-origin: {origin}
                     access-control-allow-credentials: true
                     access-control-allow-methods: GET, PUT
                     access-control-allow-headers: content-type"
                )),
            ),
        ]);
    }
    for origin in [
        "https://shop-git-main-evil.vercel.app",
        "https://evil-shop-git-main-acme.vercel.app",
        "https://shop-git-main-acme.vercel.app.evil.example",
        "https://shop-git-main-acme.vercel.app:8443",
        "http://shop-git-main-acme.vercel.app",
        "https://evil.example",
        "https://shop-git-main-acme.vercel.app/",
    ] {
        cases.extend([
            case(origin, actual("GET /", origin), foreign()),
            case(origin, actual("PUT /", origin), forbidden()),
            case(origin, preflight("PUT /", origin), refused()),
        ]);
    }
    check(&apps, &cases).await;

    let apps = self::apps(&ENFORCED, routes![enforced])?;
    let by_site =
        |origin: &str| allowed(200, origin).map("vary", |_| "Origin, Sec-Fetch-Site".to_owned());
    let preview = "https://shop-git-main-acme.vercel.app";
    let cases = [
        case("enforced", actual("GET /", preview), by_site(preview)),
        case(
            "a neighbour, enforced",
            actual("GET /", "https://shop-git-main-evil.vercel.app"),
            forbidden(),
        ),
    ];
    check(&apps, &cases).await;
    // A service may serve methods that the policy does not list, and these are held as well.
    let services: Vec<App> = apps
        .into_iter()
        .filter(|app| app.name.starts_with("a layer"))
        .collect();
    assert_eq!(services.len(), 3);
    let cases = [
        case(
            "a method without a policy",
            actual("PUT /", preview),
            response(200, "vary: Origin, Sec-Fetch-Site"),
        ),
        case(
            "a neighbour",
            actual("PUT /", "https://shop-git-main-evil.vercel.app"),
            forbidden(),
        ),
    ];
    check(&services, &cases).await;
    Ok(())
}

#[tokio::test]
async fn function_of_origins_if_that_panics_fails_its_request() -> Result<(), PolicyErrors> {
    let failed = || response(500, "cache-control: no-store\nvary: Origin");
    let cases = [
        case("GET", actual("GET /", "https://panic.example"), failed()),
        case(
            "preflight",
            preflight("GET /", "https://panic.example"),
            failed(),
        ),
        case(
            "the next",
            actual("GET /", "https://shop.example"),
            allowed(200, "https://shop.example"),
        ),
    ];
    check(&apps(&SHOP, routes![shop])?, &cases).await;
    Ok(())
}

/// The rules of a source of origins, whatever it is; the later source replaces the other.
#[tokio::test]
async fn origins_if_keeps_the_rules_of_a_set() -> Result<(), PolicyErrors> {
    static LAX: OriginSet = OriginSet::new().dangerously_allow_insecure_origins();

    let policy = |origins: &'static [&'static str]| {
        Policy::new(origins)
            .origins_if(is_preview)
            .methods(&["GET"])
    };
    assert_eq!(policy(&[]).check(), Ok(()));
    assert_eq!(policy(&[]).credentials().check(), Ok(()));
    for (policy, rule) in [
        (policy(&["*"]), Rule::OriginsAnyBesideOthers),
        (policy(&["*"]).credentials(), Rule::CredentialsAnyOrigin),
        (
            policy(&["http://a.example"]).credentials(),
            Rule::CredentialsInsecureOrigin,
        ),
        (
            policy(&[]).origins_from(&LAX).credentials(),
            Rule::SetTooTolerant,
        ),
    ] {
        let errors = policy.check().expect_err("a rule is broken");
        let rules: Vec<Option<Rule>> = errors.iter().map(cors_runtime::PolicyError::rule).collect();
        assert_eq!(rules, [Some(rule)]);
    }
    let replaced = policy(&[])
        .origins_from(&LAX)
        .origins_if(is_preview)
        .credentials();
    assert_eq!(replaced.check(), Ok(()));

    let of_function = CorsRouter::<()>::new().route("/", routes![shop]).policies();
    assert!(
        of_function.to_string().contains("a function"),
        "{of_function}"
    );
    Ok(())
}

/// `origins_from` of the attribute replaces the function of its policy.
#[tokio::test]
async fn origins_from_overrides_origins_if() -> Result<(), PolicyErrors> {
    static OTHERS: OriginSet = OriginSet::new();

    #[cors(policy = SHOP, origins_from = OTHERS)]
    async fn of_others() -> StatusCode {
        StatusCode::OK
    }

    OTHERS.replace(["https://other.example"])?;
    let app = [App::new(
        "",
        CorsRouter::new()
            .route("/", routes![of_others])
            .route("/plain", get(async || ())),
    )];
    let cases = [
        case(
            "of the set",
            actual("GET /", "https://other.example"),
            allowed(200, "https://other.example"),
        ),
        case(
            "of the function",
            actual("GET /", "https://shop-git-main-acme.vercel.app"),
            response(200, "vary: Origin"),
        ),
    ];
    check(&app, &cases).await;
    Ok(())
}
