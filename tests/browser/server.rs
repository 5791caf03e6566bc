//! A router behind two ports, which are two origins, and a log of every request that arrives.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::extract::{Request, State};
use axum::http::header::DATE;
use axum::http::{HeaderValue, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{Html, Response};
use axum::routing::get;
use tokio::net::TcpListener;

use super::observed::Received;

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
    log.add(&request);
    let mut response = next.run(request).await;
    // hyper adds it on a connection, and nothing adds it in process.
    let date = HeaderValue::from_static("Thu, 01 Jan 1970 00:00:00 GMT");
    response.headers_mut().entry(DATE).or_insert(date);
    response
}

/// Two ports of this machine: one for pages, one for the API. Both serve both.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ports {
    page: u16,
    api: u16,
}

impl Ports {
    pub(crate) fn serve(listeners: [TcpListener; 2], app: &Router) {
        let sandboxed = [(header::CONTENT_SECURITY_POLICY, "sandbox allow-scripts")];
        let blank = || Html("<!doctype html><link rel=icon href=data:,><title>page</title>");
        let app = app
            .clone()
            .route("/page", get(move || async move { blank() }))
            .route(
                "/sandboxed",
                get(move || async move { (sandboxed, blank()) }),
            );
        for listener in listeners {
            let app = app.clone();
            tokio::spawn(async { axum::serve(listener, app).await });
        }
    }

    pub(crate) async fn bind() -> (Self, [TcpListener; 2]) {
        let (page, page_addr) = listen().await;
        let (api, api_addr) = listen().await;
        let ports = Self {
            page: page_addr.port(),
            api: api_addr.port(),
        };
        (ports, [page, api])
    }

    /// `text` with the ports in place of `:PAGE` and `:API`.
    pub(crate) fn fill(self, text: &str) -> String {
        text.replace(":PAGE", &format!(":{}", self.page))
            .replace(":API", &format!(":{}", self.api))
    }
}

async fn listen() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let addr = listener.local_addr().expect("a bound address");
    (listener, addr)
}
