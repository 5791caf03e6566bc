//! A router behind four ports, which are four origins, and a log of every request that arrives.

use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::extract::{Request, State};
use axum::http::header;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{Html, Response};
use axum::routing::get;
use tokio::net::TcpListener;

use super::observed::Received;
use super::tls::TlsListener;

/// The requests that arrived since the last `take`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<Received>>>);

impl Log {
    pub(crate) fn take(&self) -> Vec<Received> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn add(&self, request: &Request) {
        let mut requests = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        requests.push(Received::from(request));
    }
}

/// A router that logs every request, and the log.
pub(crate) fn logged(app: Router) -> (Router, Log) {
    let log = Log::default();
    let app = app.layer(from_fn_with_state(log.clone(), write_down));
    (app, log)
}

async fn write_down(State(log): State<Log>, request: Request, next: Next) -> Response {
    if request.uri().path() != "/favicon.ico" {
        log.add(&request);
    }
    next.run(request).await
}

/// Ports of this machine: one for pages and one for the API, and the same two with TLS. All serve both.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ports([u16; NAMES.len()]);

/// The names of the ports in URLs.
const NAMES: [&str; 4] = [":PAGE", ":API", ":TLS_PAGE", ":TLS_API"];

impl Ports {
    pub(crate) fn serve(listeners: [TcpListener; NAMES.len()], app: &Router) {
        let blank =
            || Html("<!doctype html><link rel=icon href=data:,><title>page</title><body></body>");
        let sandboxed = [(
            header::CONTENT_SECURITY_POLICY,
            "sandbox allow-scripts allow-forms",
        )];
        let no_referrer = [(header::REFERRER_POLICY, "no-referrer")];
        let app = app
            .clone()
            .route("/page", get(move || async move { blank() }))
            .route(
                "/sandboxed",
                get(move || async move { (sandboxed, blank()) }),
            )
            .route(
                "/no-referrer",
                get(move || async move { (no_referrer, blank()) }),
            );
        let [page, api, tls_page, tls_api] = listeners;
        for listener in [page, api] {
            let app = app.clone();
            tokio::spawn(async { axum::serve(listener, app).await });
        }
        for listener in [tls_page, tls_api].map(TlsListener::new) {
            let app = app.clone();
            tokio::spawn(async { axum::serve(listener, app).await });
        }
    }

    pub(crate) async fn bind() -> (Self, [TcpListener; NAMES.len()]) {
        let listeners = [
            listen().await,
            listen().await,
            listen().await,
            listen().await,
        ];
        let port = |listener: &TcpListener| listener.local_addr().expect("a bound address").port();
        (Self(listeners.each_ref().map(port)), listeners)
    }

    /// `text` with the ports in place of their names.
    pub(crate) fn fill(self, text: &str) -> String {
        let ports = NAMES.iter().zip(self.0);
        ports.fold(text.to_owned(), |text, (name, port)| {
            text.replace(name, &format!(":{port}"))
        })
    }
}

async fn listen() -> TcpListener {
    TcpListener::bind("127.0.0.1:0").await.expect("a free port")
}
