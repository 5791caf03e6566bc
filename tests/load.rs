//! A server under load while its `OriginSet` changes: 10,000 requests over 64 connections, and each
//! response is the one of the old set or of the new set, never a mixture.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use std::thread::{self, ScopedJoinHandle};

use axum::Router;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn};
use cors_runtime::{CorsRouter, OriginSet, Policy, cors, routes};
use cors_test_support::{Connection, PREFLIGHT_VARY, WireRequest, WireResponse, response, serve};

const REQUESTS: usize = 10_000;
const CONNECTIONS: usize = 64;

static TENANTS: OriginSet = OriginSet::new();
const OLD: [&str; 3] = [
    "https://both.example",
    "https://old.example",
    "https://*.old.example",
];
const NEW: [&str; 4] = [
    "https://*.new.example",
    "https://new.example",
    "https://both.example",
    "https://*.old.example:8443",
];

const SHOPS: Policy = Policy::new(&["https://listed.example"])
    .origins_from(&TENANTS)
    .credentials();

#[cors(policy = SHOPS, methods = [GET], expose_headers = ["x-total"])]
async fn list() -> &'static str {
    "[]"
}

#[cors(policy = SHOPS, methods = [PUT], headers = ["content-type"], max_age = 600)]
async fn save() -> StatusCode {
    StatusCode::NO_CONTENT
}

#[cors(policy = SHOPS, methods = [DELETE], enforce)]
async fn remove() -> StatusCode {
    StatusCode::NO_CONTENT
}

/// Without layers, with a layer, and with diagnostics.
const PATHS: [&str; 3] = ["/plain", "/layered", "/diagnostics"];

fn app() -> Router {
    let shop = || CorsRouter::new().route("/", routes![list, save, remove]);
    let pass = |request: Request, next: Next| next.run(request);
    Router::new()
        .nest(PATHS[0], shop().into_router())
        .nest(PATHS[1], shop().layer(from_fn(pass)).into_router())
        .nest(PATHS[2], shop().diagnostics(true).into_router())
}

/// An origin, and whether it is allowed under [`OLD`] and under [`NEW`].
const ORIGINS: [(Option<&str>, [bool; 2]); 11] = [
    (Some("https://listed.example"), [true, true]),
    (Some("https://both.example"), [true, true]),
    (Some("https://old.example"), [true, false]),
    (Some("https://a.old.example"), [true, false]),
    (Some("https://new.example"), [false, true]),
    (Some("https://a.b.new.example"), [false, true]),
    (Some("https://a.old.example:8443"), [false, true]),
    (Some("https://both.example.evil.example"), [false, false]),
    (Some("https://nobody.example"), [false, false]),
    (Some("null"), [false, false]),
    (None, [false, false]),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Preflight(&'static str, Option<&'static str>),
    Actual(&'static str),
}

use Kind::{Actual, Preflight};

/// Half of them preflights.
const KINDS: [Kind; 8] = [
    Preflight("PUT", Some("content-type")),
    Actual("GET"),
    Preflight("PUT", Some("x-other")),
    Actual("HEAD"),
    Preflight("DELETE", None),
    Actual("DELETE"),
    Preflight("POST", None),
    Actual("PUT"),
];

const METHODS: &str = "access-control-allow-methods";

/// A request for a path, of a page of this origin or of none.
fn request(kind: Kind, path: &str, origin: Option<&str>) -> WireRequest {
    let request = match kind {
        Preflight(method, names) => {
            let request = WireRequest::from(format!("OPTIONS {path}"))
                .header("access-control-request-method", method);
            match names {
                Some(names) => request.request_headers(names),
                None => request,
            }
        }
        Actual(method) => WireRequest::from(format!("{method} {path}")),
    };
    match origin {
        Some(origin) => request.header("origin", origin),
        None => request,
    }
}

/// The response if the origin is allowed, or if it is not.
fn expected(kind: Kind, path: &str, origin: Option<&str>, is_allowed: bool) -> WireResponse {
    let explains = path == "/diagnostics";
    let (status, headers) = match kind {
        // Browsers send no such request, and axum answers it.
        Preflight(..) if origin.is_none() => return response(405, ""),
        Preflight(..) if explains && !is_allowed => (200, String::new()),
        Preflight("POST", _) | Preflight(_, Some("x-other")) if !explains => (403, String::new()),
        Preflight(..) if !is_allowed => (403, String::new()),
        Preflight("POST", _) => (200, String::new()),
        Preflight(method, Some("x-other")) => (
            200,
            format!("{METHODS}: {method}\naccess-control-allow-headers: content-type\n"),
        ),
        Preflight(method, Some(names)) => (
            204,
            format!(
                "{METHODS}: {method}
                 access-control-allow-headers: {names}
                 access-control-max-age: 600\n"
            ),
        ),
        Preflight(method, None) => (204, format!("{METHODS}: {method}\n")),
        Actual("GET" | "HEAD") if is_allowed => {
            (200, "access-control-expose-headers: x-total\n".to_owned())
        }
        Actual("GET" | "HEAD") => (200, String::new()),
        Actual(_) if origin.is_some() && !is_allowed => (403, String::new()),
        Actual(_) => (204, String::new()),
    };
    let vary = match kind {
        Preflight(..) => PREFLIGHT_VARY,
        // The policy of `remove` has `enforce`.
        Actual("DELETE") => "vary: Origin, Sec-Fetch-Site",
        Actual(_) if status == 403 => "vary: Origin, Sec-Fetch-Site",
        Actual(_) => "vary: Origin",
    };
    let response = response(status, &format!("{headers}{vary}"));
    match origin.filter(|_| is_allowed && status != 403) {
        Some(origin) => response
            .with("access-control-allow-credentials", "true")
            .with("access-control-allow-origin", origin),
        None => response,
    }
}

/// The number of responses, and of those that only the old or only the new set gives.
#[derive(Debug, Default)]
struct Tally {
    responses: usize,
    preflights: usize,
    only: [usize; 2],
}

fn send_until_done(addr: SocketAddr, next: &AtomicUsize) -> Tally {
    let mut connection = Connection::open(addr);
    let mut tally = Tally::default();
    loop {
        let number = next.fetch_add(1, Relaxed);
        if number >= REQUESTS {
            return tally;
        }
        let kind = KINDS[number % KINDS.len()];
        let (origin, allowed) = ORIGINS[number / KINDS.len() % ORIGINS.len()];
        let path = PATHS[number / KINDS.len() / ORIGINS.len() % PATHS.len()];

        let response = connection.exchange(request(kind, path, origin));
        let mut found = WireResponse::cors(&response.to_http());
        // If no handler of the path has the method, the methods are those of one of its policies,
        // and which one depends on the set at that moment.
        let names_post = found
            .values(METHODS)
            .any(|methods| methods.contains("POST"));
        if kind == Preflight("POST", None) && !names_post {
            found = found.retain(|name| name != METHODS);
        }
        let is_right = allowed.map(|allowed| expected(kind, path, origin, allowed) == found);
        assert!(
            is_right != [false, false],
            "{kind:?} {path} of {origin:?}: {found}"
        );

        tally.responses += 1;
        tally.preflights += usize::from(matches!(kind, Preflight(..)));
        if allowed[0] != allowed[1] {
            for (count, is_right) in tally.only.iter_mut().zip(is_right) {
                *count += usize::from(is_right);
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_response_is_of_one_origin_set_while_sets_are_replaced() {
    TENANTS.replace(OLD).expect("good origins");
    let addr = serve(app()).await;

    let next = AtomicUsize::new(0);
    let done = AtomicBool::new(false);
    let (tallies, rounds) = thread::scope(|scope| {
        let replacing = scope.spawn(|| {
            let mut rounds = 0_usize;
            while !done.load(Relaxed) {
                TENANTS.replace(NEW).expect("good origins");
                TENANTS.replace(OLD).expect("good origins");
                rounds += 1;
            }
            rounds
        });
        let clients: Vec<_> = (0..CONNECTIONS)
            .map(|_| scope.spawn(|| send_until_done(addr, &next)))
            .collect();
        let tallies: Vec<_> = clients.into_iter().map(ScopedJoinHandle::join).collect();
        done.store(true, Relaxed);
        (tallies, replacing.join().expect("sets are replaced"))
    });

    let mut sum = Tally::default();
    for tally in tallies {
        let tally = tally.expect("every response is right");
        sum.responses += tally.responses;
        sum.preflights += tally.preflights;
        sum.only[0] += tally.only[0];
        sum.only[1] += tally.only[1];
    }
    assert_eq!(sum.responses, REQUESTS);
    assert_eq!(sum.preflights, REQUESTS / 2);
    assert!(rounds > 100, "{rounds} rounds");
    assert!(sum.only.iter().all(|&count| count > 100), "{sum:?}");
}
