//! Methods that the policy does not list, `enforce` and sets of origins, with the attribute and with
//! the layer. And policies that become no layer.

use axum::Router;
use axum::routing::{MethodRouter, get, post};
use cors_runtime::{CorsRouter, OriginSet, Policy, PolicyError, Routes, Rule, cors, routes};
use cors_test_support::{
    App, WireResponse, actual, approved, case, check, forbidden, preflight, refused, response,
};
use tower::Layer;

/// The policy of the handlers, and as a layer around the same ones without it; both beside a
/// handler for POST.
fn both(handlers: Routes, policy: &Policy<'_>, plain: MethodRouter) -> [App; 2] {
    let layer = policy.layer().expect("the rules of the attribute");
    let also = || post(async || [("access-control-allow-origin", "https://handler.example")]);
    [
        App::new(
            "attribute",
            CorsRouter::new().route("/x", handlers.merge(also())),
        ),
        App::new(
            "layer",
            Router::new().route_service("/x", layer.layer(plain.merge(also()))),
        ),
    ]
}

const ENFORCED: Policy = Policy::new(&["https://app.example.com"])
    .methods(&["GET"])
    .enforce();

#[cors(policy = ENFORCED)]
async fn enforced() {}

#[tokio::test]
async fn enforce_covers_all_of_a_service() {
    let own = || {
        response(
            200,
            "access-control-allow-origin: https://app.example.com
             vary: Origin, Sec-Fetch-Site",
        )
    };
    let of_the_handler = || response(200, "access-control-allow-origin: https://handler.example");
    let cases = [
        case(
            "an allowed origin",
            actual("GET /x", "https://app.example.com"),
            own(),
        ),
        case("no origin", "GET /x", own()),
        case(
            "the server's own origin",
            "GET /x
             origin: https://api.example.com
             host: api.example.com",
            own(),
        ),
        case(
            "a foreign origin",
            actual("GET /x", "https://evil.example"),
            forbidden(),
        ),
        case(
            "a foreign origin, to HEAD",
            actual("HEAD /x", "https://evil.example"),
            forbidden(),
        ),
        case(
            "a preflight for a method that is not listed",
            preflight("POST /x", "https://app.example.com"),
            refused(),
        ),
    ];
    let apps = both(routes![enforced], &ENFORCED, get(enforced));
    check(&apps, &cases).await;

    // The attribute covers its handler only, the layer all of the service.
    let [attribute, layer] = apps;
    let varies = |response: WireResponse| response.with("vary", "Origin, Sec-Fetch-Site");
    for (app, posted, options, foreign_posted, foreign_options) in [
        (
            attribute,
            of_the_handler(),
            response(405, ""),
            of_the_handler(),
            response(405, ""),
        ),
        (
            layer,
            varies(of_the_handler()),
            varies(response(405, "")),
            forbidden(),
            forbidden(),
        ),
    ] {
        let cases = [
            case(
                "a method that is not listed",
                actual("POST /x", "https://app.example.com"),
                posted.clone(),
            ),
            case(
                "a method that is not listed, without an origin",
                "POST /x",
                posted,
            ),
            case(
                "OPTIONS that is no preflight",
                actual("OPTIONS /x", "https://app.example.com"),
                options,
            ),
            case(
                "a foreign origin, and a method that is not listed",
                actual("POST /x", "https://evil.example"),
                foreign_posted,
            ),
            case(
                "a foreign origin, and OPTIONS that is no preflight",
                actual("OPTIONS /x", "https://evil.example"),
                foreign_options,
            ),
        ];
        check(&[app], &cases).await;
    }
}

static TENANTS: OriginSet = OriginSet::new();
const SHOP: Policy = Policy::new(&["https://app.example.com"])
    .origins_from(&TENANTS)
    .methods(&["GET"])
    .credentials();

#[cors(policy = SHOP)]
async fn shop() {}

/// The set is read at each request, and not when the layer is made.
#[tokio::test]
async fn several_origins_of_a_set_vary() {
    let apps = both(routes![shop], &SHOP, get(shop));
    for (tenants, allowed) in [
        ([].as_slice(), false),
        (&["https://*.tenant.example"], true),
        (&["https://other.example"], false),
    ] {
        TENANTS.replace(tenants).expect("origins");
        let origin = "access-control-allow-origin: https://shop.tenant.example
                      access-control-allow-credentials: true";
        let (to_request, to_preflight) = if allowed {
            let to_preflight = approved(&format!(
                "{origin}
                 access-control-allow-methods: GET"
            ));
            (
                response(
                    200,
                    &format!(
                        "{origin}
                         vary: Origin"
                    ),
                ),
                to_preflight,
            )
        } else {
            (response(200, "vary: Origin"), refused())
        };
        let cases = [
            case(
                "a tenant",
                actual("GET /x", "https://shop.tenant.example"),
                to_request,
            ),
            case(
                "a tenant's preflight",
                preflight("GET /x", "https://shop.tenant.example"),
                to_preflight,
            ),
            case(
                "the origin in the source",
                actual("GET /x", "https://app.example.com"),
                response(
                    200,
                    "access-control-allow-origin: https://app.example.com
                     access-control-allow-credentials: true
                     vary: Origin",
                ),
            ),
        ];
        check(&apps, &cases).await;
    }
}

static INSECURE: OriginSet = OriginSet::new().dangerously_allow_insecure_origins();

#[test]
fn policies_that_break_a_rule_become_no_layer() {
    let site = || Policy::new(&["https://app.example.com"]);
    let any = || Policy::new(&["*"]).methods(&["GET"]);
    for (policy, rules) in [
        (site(), &[Rule::MethodsMissing][..]),
        (Policy::new(&[]).methods(&["GET"]), &[Rule::OriginsMissing]),
        (any().credentials(), &[Rule::CredentialsAnyOrigin]),
        (any().enforce(), &[Rule::EnforceAnyOrigin]),
        (
            site()
                .methods(&["GET"])
                .credentials()
                .origins_from(&INSECURE),
            &[Rule::SetTooTolerant],
        ),
        (
            Policy::new(&["https://app.example.com/", "null"]).methods(&["get"]),
            &[Rule::OriginPath, Rule::OriginNull, Rule::MethodCase],
        ),
    ] {
        let errors = policy.layer().expect_err("a broken rule");
        let found: Vec<Rule> = errors.iter().filter_map(PolicyError::rule).collect();
        assert_eq!(found, rules, "{errors}");
    }
}
