//! Refused writes and reads as a test of the user's: what an attacker's page can send, and which
//! handlers run.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::extract::State;
use axum::routing::{MethodRouter, get, post};
use cors_runtime::{CorsRouter, Protection, cors, routes};
use cors_testing::{BeaconBody, Browser, Credentials, Fetch, Form, FormEncoding, Load, Mode};
use http::Request;

use super::server::PAGE;
use cors_test_support::Failures;

type Runs = Arc<AtomicUsize>;

async fn count(State(runs): State<Runs>) {
    runs.fetch_add(1, Ordering::Relaxed);
}

#[cors(origins = ["https://app.test"], methods = [POST])]
async fn write(State(runs): State<Runs>) {
    runs.fetch_add(1, Ordering::Relaxed);
}

#[cors(origins = ["https://app.test"], methods = [GET], enforce)]
async fn read(State(runs): State<Runs>) {
    runs.fetch_add(1, Ordering::Relaxed);
}

fn app(name: &str, runs: &Runs) -> Router {
    let plain = || -> MethodRouter<Runs> { post(count).merge(get(count)) };
    let router = CorsRouter::<Runs>::new();
    let router = match name {
        "policy" => router.route("/", routes![write, read]),
        "protected" => router.route("/", plain()).protect(Protection::new()),
        "reads" => router
            .route("/", plain())
            .protect(Protection::new().reads()),
        _ => router.route("/", plain()),
    };
    router.with_state::<()>(runs.clone()).into_router()
}

const ATTACKS: [&str; 11] = [
    "form",
    "form in a frame",
    "text form",
    "file form",
    "no-cors fetch",
    "beacon",
    "script",
    "image",
    "frame",
    "get form",
    "link",
];
/// The attacks by kind, each as a range of [`ATTACKS`].
const KINDS: [(&str, Range<usize>); 3] = [("writes", 0..6), ("reads", 6..10), ("link", 10..11)];

async fn attack(evil: &Browser, app: &Router, name: &str) {
    let form = || Form::post("/").field("to", "evil").by_script();
    // Errors do not matter to the attacker.
    match name {
        "form" => drop(evil.submit(app, form()).await),
        "form in a frame" => drop(evil.submit(app, form().in_frame()).await),
        "text form" => drop(
            evil.submit(app, form().encoding(FormEncoding::TextPlain))
                .await,
        ),
        "file form" => {
            let form = form().file("f", "a.txt", "text/plain", "x");
            drop(
                evil.submit(app, form.encoding(FormEncoding::Multipart))
                    .await,
            );
        }
        "no-cors fetch" => {
            let fetch = Fetch::new(Request::post("/")).mode(Mode::NoCors);
            drop(evil.fetch(app, fetch, Credentials::Include).await);
        }
        "beacon" => drop(evil.beacon(app, "/", BeaconBody::bytes("x")).await),
        "script" => drop(evil.load(app, Load::Script, "/").await),
        "image" => drop(evil.load(app, Load::Image, "/").await),
        "frame" => drop(evil.load(app, Load::Frame, "/").await),
        "get form" => drop(evil.submit(app, Form::get("/").in_frame()).await),
        "link" => drop(evil.navigate(app, "/").await),
        _ => unreachable!("{name}"),
    }
}

/// The attacks that run, against a handler with a policy, a protected one, and a protected one with
/// `reads`.
#[tokio::test]
async fn attacks_run_nothing_that_is_held() {
    const EVIL: &str = "https://evil.test";
    const OWN: &str = "https://api.test";
    const ALL: &str = "writes reads link";
    let browser = |page, hidden| match hidden {
        "origin" => Browser::at(page).without_origin(),
        "metadata" => Browser::at(page).without_fetch_metadata(),
        "referrer" => Browser::at(page).no_referrer(),
        _ => Browser::at(page),
    };
    let rows = [
        (EVIL, "", ["link", "reads link", "link"]),
        (EVIL, "origin", ["link", "reads link", "link"]),
        (EVIL, "metadata", ["reads link", "reads link", "reads link"]),
        (EVIL, "referrer", ["link", "reads link", "link"]),
        (PAGE, "", ["writes link", "reads link", "link"]),
        (PAGE, "origin", ["link", "reads link", "link"]),
        (PAGE, "metadata", [ALL, "reads link", "reads link"]),
        (PAGE, "referrer", ["link", "reads link", "link"]),
        (OWN, "", [ALL, ALL, ALL]),
        (OWN, "origin", [ALL, ALL, ALL]),
        (OWN, "metadata", [ALL, ALL, ALL]),
        (OWN, "referrer", [ALL, ALL, ALL]),
        ("null", "", ["link", "reads link", "link"]),
        ("null", "origin", ["link", "reads link", "link"]),
        (
            "null",
            "metadata",
            ["reads link", "reads link", "reads link"],
        ),
        ("null", "referrer", ["link", "reads link", "link"]),
    ];
    let mut failures = Failures::default();
    for (page, hidden, expected) in rows {
        let [policy, protected, reads] = expected;
        for (app_name, expected) in [
            ("open", ALL),
            ("policy", policy),
            ("protected", protected),
            ("reads", reads),
        ] {
            let mut ran = Vec::new();
            for (kind, attacks) in KINDS {
                let mut count = 0;
                for name in &ATTACKS[attacks.clone()] {
                    let runs = Runs::default();
                    attack(&browser(page, hidden), &app(app_name, &runs), name).await;
                    count += runs.load(Ordering::Relaxed);
                }
                if count == attacks.len() {
                    ran.push(kind.to_owned());
                } else if count > 0 {
                    ran.push(format!("{count} of the {kind}"));
                }
            }
            failures.compare(
                || format!("{page} without {hidden:?}: {app_name}"),
                &expected,
                &ran.join(" ").as_str(),
            );
        }
    }
    failures.finish();
}
