//! What only some policies say: methods that they don't name, `enforce`, sets of origins; as the
//! attribute and as the layer. And the policies that become no layer.

use axum::Router;
use axum::routing::{MethodRouter, get, post};
use cors_runtime::{CorsRouter, OriginSet, Policy, PolicyError, Routes, Rule, cors, routes};
use tower::Layer;

use crate::exchange::{App, Case, answer, check, granted, refused};

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
async fn enforced_around_all_of_a_service() {
    let own = || answer(200, "allow-origin: https://app.example.com | vary: Origin");
    let forbidden = || answer(403, "vary: Origin");
    let of_the_handler = || answer(200, "allow-origin: https://handler.example");
    let cases: &[Case] = &[
        (
            "an allowed origin",
            "GET /x | origin: https://app.example.com",
            own(),
        ),
        ("no origin", "GET /x", own()),
        (
            "the server's own origin",
            "GET /x | origin: https://api.example.com | host: api.example.com",
            own(),
        ),
        (
            "a foreign origin",
            "GET /x | origin: https://evil.example",
            forbidden(),
        ),
        (
            "a foreign origin, to HEAD",
            "HEAD /x | origin: https://evil.example",
            forbidden(),
        ),
        (
            "a method that isn't named",
            "POST /x | origin: https://app.example.com",
            of_the_handler(),
        ),
        (
            "a method that isn't named, without an origin",
            "POST /x",
            of_the_handler(),
        ),
        (
            "the preflight for it",
            "OPTIONS /x | origin: https://app.example.com | request-method: POST",
            refused(),
        ),
        (
            "OPTIONS that is no preflight",
            "OPTIONS /x | origin: https://app.example.com",
            answer(405, ""),
        ),
    ];
    let apps = both(routes![enforced], &ENFORCED, get(enforced));
    check(&apps, cases).await;

    // Another handler isn't the policy's; all of a service is.
    let [attribute, layer] = apps;
    for (app, posted, options) in [
        (attribute, of_the_handler(), answer(405, "")),
        (layer, forbidden(), forbidden()),
    ] {
        let cases: &[Case] = &[
            (
                "a foreign origin, and a method that isn't named",
                "POST /x | origin: https://evil.example",
                posted,
            ),
            (
                "a foreign origin, and OPTIONS that is no preflight",
                "OPTIONS /x | origin: https://evil.example",
                options,
            ),
        ];
        check(&[app], cases).await;
    }
}

static TENANTS: OriginSet = OriginSet::new();
const SHOP: Policy = Policy::new(&["https://app.example.com"])
    .origins_from(&TENANTS)
    .methods(&["GET"])
    .credentials();

#[cors(policy = SHOP)]
async fn shop() {}

/// The set counts as it is when the request comes, and not as it was when the layer was made.
#[tokio::test]
async fn a_set_of_origins() {
    let apps = both(routes![shop], &SHOP, get(shop));
    for (tenants, allowed) in [
        ([].as_slice(), false),
        (&["https://*.tenant.example"], true),
        (&["https://other.example"], false),
    ] {
        TENANTS.replace(tenants).expect("origins");
        let origin = "allow-origin: https://shop.tenant.example | allow-credentials: true";
        let (actual, preflight) = if allowed {
            let preflight = granted(&format!("{origin} | allow-methods: GET"));
            (answer(200, &format!("{origin} | vary: Origin")), preflight)
        } else {
            (answer(200, "vary: Origin"), refused())
        };
        let cases: &[Case] = &[
            (
                "a tenant",
                "GET /x | origin: https://shop.tenant.example",
                actual,
            ),
            (
                "a tenant's preflight",
                "OPTIONS /x | origin: https://shop.tenant.example | request-method: GET",
                preflight,
            ),
            (
                "the origin that stands in the source",
                "GET /x | origin: https://app.example.com",
                answer(
                    200,
                    "allow-origin: https://app.example.com | allow-credentials: true \
                     | vary: Origin",
                ),
            ),
        ];
        check(&apps, cases).await;
    }
}

static INSECURE: OriginSet = OriginSet::new().dangerously_allow_insecure_origins();

#[test]
fn what_breaks_a_rule_becomes_no_layer() {
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
