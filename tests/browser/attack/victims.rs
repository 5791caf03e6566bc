//! The servers that are attacked, and the attacker's.

use std::fmt::Write as _;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::extract::ws::{Message, WebSocketUpgrade};
use axum::extract::{RawQuery, Request, State};
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{any, get, post};
use cors_runtime::{CorsRouter, Protection};
use tokio::net::TcpListener;

/// The names of the handlers that ran, and the requests with the statuses of their responses.
#[derive(Clone, Debug, Default)]
pub(super) struct Record {
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
    pub(super) async fn take(&self) -> String {
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

    fn answered(&self) -> MutexGuard<'_, Vec<String>> {
        self.answered.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Outside of everything: writes down each request with the status of its response.
pub(super) async fn write_down(
    State(record): State<Record>,
    request: Request,
    next: Next,
) -> Response {
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
pub(super) const VICTIMS: [&str; 5] = ["plain", "annotated", "enforced", "protected", "reads"];

pub(super) fn victim(name: &str) -> CorsRouter<Record> {
    match name {
        "plain" => plain_routes(),
        "annotated" => routes_of!(annotated),
        "enforced" => routes_of!(enforced),
        "protected" => plain_routes().protect(Protection::new()),
        "reads" => plain_routes().protect(Protection::new().reads()),
        _ => unreachable!(),
    }
}

pub(super) async fn page() -> Html<&'static str> {
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

/// A server that runs, with a page of its own.
#[derive(Debug)]
pub(super) struct Victim {
    pub(super) port: u16,
    pub(super) record: Record,
    /// The same for `cors_testing::Browser`. Every host leads to it, so it redirects as the attacker does.
    pub(super) app: Router,
}

impl Victim {
    pub(super) async fn start(router: CorsRouter<Record>) -> Self {
        let record = Record::default();
        let app = router
            .route("/page", get(page))
            .with_state::<()>(record.clone())
            .into_router()
            .layer(from_fn_with_state(record.clone(), write_down));
        Self {
            port: serve(app.clone()).await,
            record,
            app: Router::new()
                .route("/onward", any(onward))
                .fallback_service(app),
        }
    }
}

/// A page whose policy is broken by an image, which the browser reports to the URL after the question
/// mark.
async fn reporting(RawQuery(to): RawQuery) -> impl IntoResponse {
    let to = to.expect("where to");
    let policy = format!("img-src data:; report-uri {to}");
    let page = "<!doctype html><link rel=icon href=data:,><title>page</title><img src=/image>";
    ([(CONTENT_SECURITY_POLICY, policy)], Html(page))
}

pub(super) async fn start_attacker() -> u16 {
    let app = Router::new()
        .route("/page", get(page))
        .route("/reporting", get(reporting))
        .route("/onward", any(onward));
    serve(app).await
}
