//! An API behind a proxy, and the responses that a page gets from it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use axum::Router;
use axum::serve::ListenerExt;
use cors_testing::{Credentials, Mode};
use tokio::net::TcpListener;

use super::engines::Session;
use super::observed::Observed;
use super::request::Request;
use super::server::{Log, logged};

#[derive(Debug)]
pub(crate) struct Api {
    pub(crate) addr: SocketAddr,
    log: Log,
    connections: Arc<AtomicUsize>,
}

impl Api {
    pub(crate) async fn start(app: Router) -> Self {
        let (app, log) = logged(app);
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let addr = listener.local_addr().expect("a bound address");
        let connections = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&connections);
        let listener = listener.tap_io(move |_| {
            count.fetch_add(1, Relaxed);
        });
        tokio::spawn(async { axum::serve(listener, app).await });
        Self {
            addr,
            log,
            connections,
        }
    }

    /// The number of connections so far.
    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Relaxed)
    }

    /// The requests that arrive here for a request of the open page, such as `PUT /salaries`, and the
    /// response that the page gets: `OPTIONS PUT -> 204`. A PUT has a JSON body.
    pub(crate) async fn outcome(&self, session: &Session, base: &str, request: &str) -> String {
        let (method, path) = request.split_once(' ').expect("a method and a path");
        let json = (method == "PUT").then_some(("content-type", "application/json", "1"));
        let request = Request {
            method: method.to_owned(),
            url: format!("{base}{path}"),
            headers: json
                .map(|(name, value, _)| (name.into(), value.into()))
                .into_iter()
                .collect(),
            body: json.map(|(.., body)| body.into()),
            credentials: Credentials::Include,
            mode: Mode::Cors,
            upload_listener: false,
        };
        let observed = Observed::in_engine(session, &request, &self.log).await;
        observed.summary()
    }
}
