//! A server under load while its configured origins change: 10,000 requests over many connections,
//! and each answer is that of one set or of the other, whole.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use std::thread::{self, ScopedJoinHandle};
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn};
use cors_runtime::{CorsRouter, OriginSet, Policy, cors, routes};
use tokio::net::TcpListener;

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

/// Without layers, with one, and with reasons for the browser's console.
const PATHS: [&str; 3] = ["/plain", "/layered", "/told"];

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

/// A status, and the headers that concern CORS, sorted.
type Answer<S> = (u16, Vec<(S, S)>);

/// What has to be answered if the origin is allowed, or if it isn't.
fn right(
    kind: Kind,
    path: &str,
    origin: Option<&'static str>,
    allowed: bool,
) -> Answer<&'static str> {
    const HEADERS: &str = "access-control-allow-headers";
    let is_told = path == "/told";
    let (status, mut headers) = match kind {
        // No browser sends such a one, so it is axum's.
        Preflight(..) if origin.is_none() => return (405, vec![]),
        Preflight(..) if is_told && !allowed => (200, vec![]),
        Preflight("POST", _) | Preflight(_, Some("x-other")) if !is_told => (403, vec![]),
        Preflight(..) if !allowed => (403, vec![]),
        Preflight("POST", _) => (200, vec![]),
        Preflight(method, Some("x-other")) => {
            (200, vec![(METHODS, method), (HEADERS, "content-type")])
        }
        Preflight(method, Some(headers)) => {
            let max_age = ("access-control-max-age", "600");
            (204, vec![(METHODS, method), (HEADERS, headers), max_age])
        }
        Preflight(method, None) => (204, vec![(METHODS, method)]),
        Actual("GET" | "HEAD") if allowed => {
            (200, vec![("access-control-expose-headers", "x-total")])
        }
        Actual("GET" | "HEAD") => (200, vec![]),
        Actual("DELETE") if origin.is_some() && !allowed => (403, vec![]),
        Actual(_) => (204, vec![]),
    };
    if let Some(origin) = origin.filter(|_| allowed && status != 403) {
        headers.push(("access-control-allow-credentials", "true"));
        headers.push(("access-control-allow-origin", origin));
    }
    let vary = match kind {
        Preflight(..) => "Origin, Access-Control-Request-Method, Access-Control-Request-Headers",
        Actual(_) => "Origin",
    };
    headers.push(("vary", vary));
    headers.sort_unstable();
    (status, headers)
}

/// One connection, kept alive.
struct Connection(BufReader<TcpStream>);

impl Connection {
    fn open(addr: SocketAddr) -> Self {
        let stream = TcpStream::connect(addr).expect("a server");
        let timeout = Some(Duration::from_secs(10));
        stream.set_read_timeout(timeout).expect("a timeout");
        Self(BufReader::new(stream))
    }

    fn send(&mut self, kind: Kind, path: &str, origin: Option<&str>) -> Answer<String> {
        let mut asked = vec![("origin", origin)];
        let method = match kind {
            Preflight(method, headers) => {
                asked.push(("access-control-request-method", Some(method)));
                asked.push(("access-control-request-headers", headers));
                "OPTIONS"
            }
            Actual(method) => method,
        };
        let mut request = format!("{method} {path} HTTP/1.1\r\nhost: api\r\n");
        for (name, value) in asked {
            let line = value.map(|value| format!("{name}: {value}\r\n"));
            request += &line.unwrap_or_default();
        }
        request += "\r\n";
        let stream = self.0.get_mut();
        stream
            .write_all(request.as_bytes())
            .expect("the server reads");

        let status = self.line();
        let status = status.split(' ').nth(1).and_then(|code| code.parse().ok());
        let mut headers = Vec::new();
        let mut length = 0;
        while let Some((name, value)) = self.line().split_once(": ") {
            if name == "content-length" {
                length = value.parse().expect("a length");
            } else if name == "vary" || name.starts_with("access-control-") {
                headers.push((name.to_owned(), value.to_owned()));
            }
        }
        if method != "HEAD" {
            self.0.read_exact(&mut vec![0; length]).expect("a body");
        }
        headers.sort_unstable();
        (status.expect("a status"), headers)
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.0.read_line(&mut line).expect("an answer");
        assert!(line.ends_with("\r\n"), "the answer ends early: {line:?}");
        line.truncate(line.len() - 2);
        line
    }
}

/// How many answers there were, and how many that only the old or only the new set gives.
#[derive(Debug, Default)]
struct Tally {
    answers: usize,
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

        let (status, headers) = connection.send(kind, path, origin);
        let headers = headers.iter().map(|(name, value)| (&**name, &**value));
        // No method passes: the page is told those of one policy, and each looks into the set.
        let told = |(name, value): &(&str, &str)| {
            *name != METHODS || kind != Preflight("POST", None) || value.contains("POST")
        };
        let headers = headers.filter(told);
        let answer = (status, headers.collect());
        let is_right = allowed.map(|allowed| right(kind, path, origin, allowed) == answer);
        assert!(
            is_right != [false, false],
            "{kind:?} {path} of {origin:?}: {answer:?}"
        );

        tally.answers += 1;
        tally.preflights += usize::from(matches!(kind, Preflight(..)));
        if allowed[0] != allowed[1] {
            for (count, is_right) in tally.only.iter_mut().zip(is_right) {
                *count += usize::from(is_right);
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_answer_is_that_of_one_set_while_sets_change() {
    TENANTS.replace(OLD).expect("good origins");
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let addr = listener.local_addr().expect("a bound address");
    tokio::spawn(async { axum::serve(listener, app()).await });

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
        let tally = tally.expect("every answer is right");
        sum.answers += tally.answers;
        sum.preflights += tally.preflights;
        sum.only[0] += tally.only[0];
        sum.only[1] += tally.only[1];
    }
    assert_eq!(sum.answers, REQUESTS);
    assert_eq!(sum.preflights, REQUESTS / 2);
    assert!(rounds > 100, "{rounds} rounds");
    assert!(sum.only.iter().all(|&count| count > 100), "{sum:?}");
}
