//! The page of an attacker, on another site than the server that it attacks: every way in which a page
//! sends requests without asking first, and what of these is carried out or read.
//!
//! The same requests of the server's own page all have to work.

use std::fmt::{self, Write as _};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::extract::ws::{Message, WebSocketUpgrade};
use axum::extract::{RawQuery, Request, State};
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{any, get, post};
use cors_runtime::{CorsRouter, Protection};
use serde_json::Value;
use tokio::net::TcpListener;

use super::engines::{Session, in_each_engine};

/// The names of the handlers that ran, and the requests with the statuses of their responses.
#[derive(Clone, Debug, Default)]
struct Record {
    ran: Arc<Mutex<Vec<&'static str>>>,
    answered: Arc<Mutex<Vec<String>>>,
}

impl Record {
    fn ran(&self, handler: &'static str) {
        let mut ran = self.ran.lock().unwrap_or_else(PoisonError::into_inner);
        ran.push(handler);
    }

    /// Returns the events since the last call, such as `POST 200, write ran`. Waits for a response,
    /// because a beacon does not wait for it.
    async fn take(&self) -> String {
        for _ in 0..300 {
            if !self.answered().is_empty() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let answered = std::mem::take(&mut *self.answered());
        let mut ran = self.ran.lock().unwrap_or_else(PoisonError::into_inner);
        let mut words = if answered.is_empty() {
            "nothing arrived".to_owned()
        } else {
            answered.join(", ")
        };
        for handler in ran.drain(..) {
            write!(words, ", {handler} ran").expect("text");
        }
        words
    }

    fn answered(&self) -> std::sync::MutexGuard<'_, Vec<String>> {
        self.answered.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Outside of everything: writes down each request with the status of its response.
async fn write_down(State(record): State<Record>, request: Request, next: Next) -> Response {
    let method = request.method().clone();
    let is_of_the_page = ["/page", "/favicon.ico"].contains(&request.uri().path());
    let response = next.run(request).await;
    if !is_of_the_page {
        let answer = format!("{method} {}", response.status().as_u16());
        record.answered().push(answer);
    }
    response
}

/// The handlers, plain or with the arguments of `#[cors]`.
macro_rules! handlers {
    ($module:ident, $(cors($($argument:tt)*))?) => {
        mod $module {
            use super::*;
            #[allow(unused_imports, reason = "for the variants with a policy")]
            use cors_runtime::cors;

            $(#[cors(methods = [POST, PUT], $($argument)*)])?
            pub(super) async fn write(State(record): State<Record>) -> &'static str {
                record.ran("write");
                "written"
            }

            $(#[cors(methods = [GET], $($argument)*)])?
            pub(super) async fn read(State(record): State<Record>) -> &'static str {
                record.ran("read");
                "secret"
            }

            $(#[cors(methods = [GET], $($argument)*)])?
            pub(super) async fn script(State(record): State<Record>) -> impl IntoResponse {
                record.ran("script");
                ([(CONTENT_TYPE, "text/javascript")], "window.stolen = 'secret'")
            }

            $(#[cors(methods = [GET], $($argument)*)])?
            pub(super) async fn events(State(record): State<Record>) -> impl IntoResponse {
                record.ran("events");
                ([(CONTENT_TYPE, "text/event-stream")], "data: secret\n\n")
            }

            $(#[cors(methods = [GET], $($argument)*)])?
            pub(super) async fn socket(
                State(record): State<Record>,
                upgrade: WebSocketUpgrade,
            ) -> Response {
                record.ran("socket");
                upgrade.on_upgrade(async |mut socket| {
                    let _ = socket.send(Message::text("secret")).await;
                    // Until the page closes it.
                    while let Some(Ok(_)) = socket.recv().await {}
                })
            }
        }
    };
}

handlers!(plain,);
handlers!(annotated, cors(origins = ["https://app.example"]));
handlers!(enforced, cors(origins = ["https://app.example"], enforce));

macro_rules! routes_of {
    ($module:ident) => {
        CorsRouter::<Record>::new()
            .route("/write", cors_runtime::routes![$module::write])
            .route("/read", cors_runtime::routes![$module::read])
            .route("/script.js", cors_runtime::routes![$module::script])
            .route("/events", cors_runtime::routes![$module::events])
            .route("/socket", cors_runtime::routes![$module::socket])
    };
}

fn plain_routes() -> CorsRouter<Record> {
    CorsRouter::new()
        .route("/write", post(plain::write).put(plain::write))
        .route("/read", get(plain::read))
        .route("/script.js", get(plain::script))
        .route("/events", get(plain::events))
        .route("/socket", any(plain::socket))
}

/// The servers that are attacked.
const VICTIMS: [&str; 5] = ["plain", "annotated", "enforced", "protected", "reads"];

fn victim(name: &str) -> CorsRouter<Record> {
    match name {
        "plain" => plain_routes(),
        "annotated" => routes_of!(annotated),
        "enforced" => routes_of!(enforced),
        "protected" => plain_routes().protect(Protection::new()),
        "reads" => plain_routes().protect(Protection::new().reads()),
        _ => unreachable!(),
    }
}

async fn page() -> Html<&'static str> {
    Html("<!doctype html><link rel=icon href=data:,><title>page</title><body></body>")
}

/// Redirects to the URL after the question mark, with the same method and body.
async fn onward(RawQuery(to): RawQuery) -> Redirect {
    Redirect::temporary(&to.expect("where to"))
}

/// Serves an app on a free port, and returns that.
async fn serve(app: Router) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let addr = listener.local_addr().expect("a bound address");
    tokio::spawn(async { axum::serve(listener, app).await });
    addr.port()
}

/// Starts a server with a page of its own.
async fn start(router: CorsRouter<Record>) -> (u16, Record) {
    let record = Record::default();
    let app = router
        .route("/page", get(page))
        .with_state::<()>(record.clone())
        .into_router()
        .layer(from_fn_with_state(record.clone(), write_down));
    (serve(app).await, record)
}

/// A page whose policy is broken by an image, which the browser reports to the URL after the question
/// mark.
async fn reporting(RawQuery(to): RawQuery) -> impl IntoResponse {
    let to = to.expect("where to");
    let policy = format!("img-src data:; report-uri {to}");
    let page = "<!doctype html><link rel=icon href=data:,><title>page</title><img src=/image>";
    ([(CONTENT_SECURITY_POLICY, policy)], Html(page))
}

async fn start_attacker() -> u16 {
    let app = Router::new()
        .route("/page", get(page))
        .route("/reporting", get(reporting))
        .route("/onward", any(onward));
    serve(app).await
}

/// A request of the open page: what arrives, what runs, and what the page learns.
async fn attack(session: &Session, name: &str, base: &str, record: &Record) -> String {
    let arguments = vec![Value::from(name), Value::from(base)];
    let learned = session
        .client
        .execute_async(include_str!("attack.js"), arguments)
        .await;
    let learned = learned.unwrap_or_else(|error| panic!("{name} fails: {error}"));
    let mut outcome = record.take().await;
    if let Some(learned) = learned.as_str().filter(|learned| !learned.is_empty()) {
        write!(outcome, ", the page reads {learned}").expect("text");
    }
    outcome
}

/// The outcomes of a request of the attacker's page for each of the victims, and of the own page.
struct Outcomes {
    strangers: [&'static str; VICTIMS.len()],
    own: &'static str,
}

const WRITE: Outcomes = Outcomes {
    strangers: [
        "POST 200, write ran",
        "POST 403",
        "POST 403",
        "POST 403",
        "POST 403",
    ],
    own: "POST 200, write ran",
};
const FETCHED_WRITE: Outcomes = Outcomes {
    own: "POST 200, write ran, the page reads written",
    ..WRITE
};
/// A preflight asks first. Without a policy it reaches the service, which may answer CORS itself.
const ASKED_WRITE: Outcomes = Outcomes {
    strangers: [
        "OPTIONS 405",
        "OPTIONS 403",
        "OPTIONS 403",
        "OPTIONS 405",
        "OPTIONS 405",
    ],
    own: "PUT 200, write ran, the page reads written",
};
/// The handler runs where reads are not held, and the page learns nothing.
const READ: Outcomes = Outcomes {
    strangers: [
        "GET 200, read ran",
        "GET 200, read ran",
        "GET 403",
        "GET 200, read ran",
        "GET 403",
    ],
    own: "GET 200, read ran",
};
const FETCHED_READ: Outcomes = Outcomes {
    own: "GET 200, read ran, the page reads secret",
    ..READ
};
/// The value of a script is the page's, whatever CORS says.
const SCRIPT: Outcomes = Outcomes {
    strangers: [
        "GET 200, script ran, the page reads secret",
        "GET 200, script ran, the page reads secret",
        "GET 403",
        "GET 200, script ran, the page reads secret",
        "GET 403",
    ],
    own: "GET 200, script ran, the page reads secret",
};
/// A module is read by CORS.
const MODULE: Outcomes = Outcomes {
    strangers: [
        "GET 200, script ran",
        "GET 200, script ran",
        "GET 403",
        "GET 200, script ran",
        "GET 403",
    ],
    own: "GET 200, script ran, the page reads secret",
};
const EVENTS: Outcomes = Outcomes {
    strangers: [
        "GET 200, events ran",
        "GET 200, events ran",
        "GET 403",
        "GET 200, events ran",
        "GET 403",
    ],
    own: "GET 200, events ran, the page reads secret",
};
const SOCKET: Outcomes = Outcomes {
    strangers: [
        "GET 101, socket ran, the page reads secret",
        "GET 403",
        "GET 403",
        "GET 403",
        "GET 403",
    ],
    own: "GET 101, socket ran, the page reads secret",
};

const ATTACKS: [(&str, Outcomes); 20] = [
    ("form", WRITE),
    ("form of plain text", WRITE),
    ("form with files", WRITE),
    ("form of a sandboxed frame", WRITE),
    ("no-cors POST", WRITE),
    ("no-cors POST that outlives the page", WRITE),
    ("beacon", WRITE),
    ("fetch POST", FETCHED_WRITE),
    ("fetch PUT", ASKED_WRITE),
    ("form with GET", READ),
    ("fetch GET", FETCHED_READ),
    ("no-cors GET", FETCHED_READ),
    ("image", READ),
    ("style", READ),
    ("frame", READ),
    ("object", READ),
    ("script", SCRIPT),
    ("script as a module", MODULE),
    ("events", EVENTS),
    ("socket", SOCKET),
];

/// Rows that differ, so that all are shown.
#[derive(Default)]
struct Rows(Vec<String>);

impl Rows {
    fn compare(&mut self, row: impl fmt::Display, expected: &str, found: &str) {
        if expected != found {
            self.0.push(format!(
                "{row}\n    expected {expected}\n    found    {found}"
            ));
        }
    }

    #[track_caller]
    fn finish(self) {
        assert!(self.0.is_empty(), "{}", self.0.join("\n"));
    }
}

in_each_engine!(a_page_of_another_site_writes_and_opens_nothing);
async fn a_page_of_another_site_writes_and_opens_nothing(session: &Session) {
    let attacker = format!("http://localhost:{}", start_attacker().await);
    let mut rows = Rows::default();
    for (number, name) in VICTIMS.into_iter().enumerate() {
        let (port, record) = start(victim(name)).await;
        // A name of its own, so another site.
        let base = format!("http://127.0.0.1:{port}");
        session.open(&format!("{attacker}/page")).await;
        for (attacking, outcomes) in &ATTACKS {
            let found = attack(session, attacking, &base, &record).await;
            let row = format!("{attacking}, to {name}");
            rows.compare(row, outcomes.strangers[number], &found);
        }
        let redirected = attack(session, "form over a redirect", &base, &record).await;
        let row = format!("form over a redirect, to {name}");
        rows.compare(row, WRITE.strangers[number], &redirected);

        session
            .open(&format!("{attacker}/reporting?{base}/write"))
            .await;
        let row = format!("a report of a broken policy, to {name}");
        rows.compare(row, WRITE.strangers[number], &record.take().await);

        session.open(&format!("{base}/page")).await;
        for (attacking, outcomes) in &ATTACKS {
            // A sandboxed frame is of no origin, so of another.
            let expected = match *attacking {
                "form of a sandboxed frame" => outcomes.strangers[number],
                _ => outcomes.own,
            };
            let found = attack(session, attacking, &base, &record).await;
            rows.compare(format!("{attacking}, of {name} itself"), expected, &found);
        }
        // The own page, which the attacker sends back with a body of its choice.
        let onward = format!("{attacker}/onward?{base}");
        for attacking in ["form", "no-cors POST", "beacon"] {
            let found = attack(session, attacking, &onward, &record).await;
            let row = format!("{attacking}, of {name} over the attacker");
            rows.compare(row, WRITE.strangers[number], &found);
        }
    }
    rows.finish();
}

in_each_engine!(a_page_of_the_same_site_writes_and_opens_nothing);
/// A page below the domain of the server, such as one that a user may fill: `Sec-Fetch-Site: same-site`,
/// and cookies with `SameSite` come along.
async fn a_page_of_the_same_site_writes_and_opens_nothing(session: &Session) {
    let attacker = format!("http://evil.localhost:{}", start_attacker().await);
    let mut rows = Rows::default();
    for (number, name) in VICTIMS.into_iter().enumerate() {
        let (port, record) = start(victim(name)).await;
        let base = format!("http://localhost:{port}");
        session.open(&format!("{attacker}/page")).await;
        for (attacking, outcomes) in &ATTACKS {
            let found = attack(session, attacking, &base, &record).await;
            let row = format!("{attacking}, to {name}");
            rows.compare(row, outcomes.strangers[number], &found);
        }
    }
    rows.finish();
}

in_each_engine!(links_lead_to_a_protected_server_and_forms_do_not);
/// Links and forms of the whole tab.
async fn links_lead_to_a_protected_server_and_forms_do_not(session: &Session) {
    const LINK: &str = "location.href = arguments[0]";
    const FORM: &str = "
        const form = document.createElement('form');
        Object.assign(form, { action: arguments[0], method: 'post' });
        document.body.append(form);
        form.submit();";
    let attacker = start_attacker().await;
    let mut rows = Rows::default();
    for (number, name) in VICTIMS.into_iter().enumerate() {
        let (port, record) = start(victim(name)).await;
        for (script, path, expected) in [
            (LINK, "read", "GET 200, read ran"),
            (FORM, "write", WRITE.strangers[number]),
        ] {
            session
                .open(&format!("http://localhost:{attacker}/page"))
                .await;
            let url = format!("http://127.0.0.1:{port}/{path}");
            session.run(script, &url).await;
            let found = record.take().await;
            // Otherwise the page that opens next may be replaced by this one.
            session.is_at(&url).await;
            rows.compare(format!("{path}, to {name}"), expected, &found);
        }
    }
    rows.finish();
}

in_each_engine!(a_page_of_another_site_over_plain_http);
/// Over plain http to a name, browsers send no Fetch Metadata: `Origin` and `Host` decide. Reads without
/// `Origin` can't be told from those of the own page, which is the limit that the documentation names.
async fn a_page_of_another_site_over_plain_http(session: &Session) {
    let attacker = start_attacker().await;
    let mut rows = Rows::default();
    for (number, name) in VICTIMS.into_iter().enumerate() {
        let (port, record) = start(victim(name)).await;
        let base = format!("http://victim.test:{port}");
        let held = |attack: &&(&str, Outcomes)| {
            let is_read = attack.1.own.starts_with("GET 200");
            !is_read || ["fetch GET", "script as a module", "events"].contains(&attack.0)
        };
        session
            .open(&format!("http://attacker.test:{attacker}/page"))
            .await;
        for (attacking, outcomes) in ATTACKS.iter().filter(held) {
            let found = attack(session, attacking, &base, &record).await;
            let row = format!("{attacking}, to {name}");
            rows.compare(row, outcomes.strangers[number], &found);
        }
        session.open(&format!("{base}/page")).await;
        for (attacking, outcomes) in ATTACKS.iter().filter(held) {
            if *attacking == "form of a sandboxed frame" {
                continue;
            }
            let found = attack(session, attacking, &base, &record).await;
            rows.compare(
                format!("{attacking}, of {name} itself"),
                outcomes.own,
                &found,
            );
        }
    }
    rows.finish();
}

in_each_engine!(own_origins_end_dns_rebinding);
/// A name of the attacker's that points to the server: for the browser its page is of the same origin.
async fn own_origins_end_dns_rebinding(session: &Session) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let port = listener.local_addr().expect("a bound address").port();
    let own = format!("http://127.0.0.1:{port}");
    let record = Record::default();
    let protected = routes_of!(annotated)
        .protect(Protection::new().own_origins(&[&own]))
        .with_state::<()>(record.clone())
        .into_router();
    // The page stands for what the attacker's own server sent, before the name pointed here.
    let app = Router::new()
        .route("/page", get(page))
        .fallback_service(protected)
        .layer(from_fn_with_state(record.clone(), write_down));
    tokio::spawn(async { axum::serve(listener, app).await });

    let rebound = format!("http://rebound.test:{port}");
    session.open(&format!("{own}/page")).await;
    assert_eq!(
        attack(session, "fetch GET", &own, &record).await,
        FETCHED_READ.own
    );
    session.open(&format!("{rebound}/page")).await;
    for (attacking, method) in [
        ("fetch GET", "GET"),
        ("fetch POST", "POST"),
        ("socket", "GET"),
    ] {
        let found = attack(session, attacking, &rebound, &record).await;
        // Engines may repeat it over another connection, which is what 421 is for.
        let expected = format!("{method} 421");
        assert!(
            found.split(", ").all(|answer| answer == expected),
            "{attacking}: {found}"
        );
    }
}
