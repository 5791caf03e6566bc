//! A server that records what it receives.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::Request;
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::serve::Listener;
use cors_cli::live::{Conversation, Options, ask};
use tokio::net::TcpListener;

#[derive(Clone, Debug)]
pub(crate) struct Server {
    pub(crate) addr: SocketAddr,
    received: Arc<Mutex<Vec<String>>>,
}

impl Server {
    pub(crate) async fn start(app: Router) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let addr = listener.local_addr().expect("a bound address");
        Self::serve(app, addr, listener)
    }

    pub(crate) fn serve<L>(app: Router, addr: SocketAddr, listener: L) -> Self
    where
        L: Listener<Addr = SocketAddr>,
    {
        let received: Arc<Mutex<Vec<String>>> = Arc::default();
        let record = Arc::clone(&received);
        let app = app.layer(middleware::from_fn(move |request: Request, next: Next| {
            record.lock().expect("no panic").push(text(&request));
            async { next.run(request).await }
        }));
        tokio::spawn(async { axum::serve(listener, app).await });
        Self { addr, received }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.addr)
    }

    /// Returns the requests so far: method, version and target, then a line for each header.
    pub(crate) fn received(&self) -> Vec<String> {
        self.received.lock().expect("no panic").clone()
    }

    /// Returns the methods and targets of the requests so far.
    pub(crate) fn targets(&self) -> Vec<String> {
        let received = self.received();
        let first_lines = received.iter().filter_map(|request| request.lines().next());
        first_lines.map(str::to_owned).collect()
    }
}

fn text(request: &Request) -> String {
    let mut headers: Vec<String> = request
        .headers()
        .iter()
        .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap_or("?")))
        .collect();
    headers.sort();
    headers.insert(0, format!("{} {}", request.method(), request.uri().path()));
    headers.join("\n")
}

/// A response with the headers that are given as lines.
pub(crate) fn response(status: u16, headers: &[(&str, &str)]) -> Response {
    let mut response = Response::builder().status(status);
    for (name, value) in headers {
        response = response.header(*name, *value);
    }
    response.body("text".into()).expect("a response")
}

/// Tries a URL for a page of `https://app.example`.
pub(crate) fn options(url: &str) -> Options {
    Options {
        origin: Some("https://app.example".to_owned()),
        max_time: 20.0,
        ..Options::new(url)
    }
}

pub(crate) async fn tried(options: &Options) -> Conversation {
    ask(options)
        .await
        .unwrap_or_else(|error| panic!("{:?}", error.problems()))
}

/// Returns a line for each exchange: purpose, method, target, and the status or the failure.
pub(crate) fn exchanges(conversation: &Conversation) -> Vec<String> {
    let exchanges = conversation.paste.exchanges.iter();
    exchanges
        .map(|exchange| {
            let request = exchange.request.as_ref().expect("a request");
            let status = exchange.response.as_ref().and_then(|response| {
                let status = response.status.as_ref()?;
                Some(status.value.to_string())
            });
            let failure = exchange.failure.as_ref();
            let failure = failure.map(|failure| format!("{:?}", failure.kind));
            format!(
                "{:?}: {} {} -> {}",
                exchange.purpose,
                request.method.value,
                request.target,
                status.or(failure).as_deref().unwrap_or("not sent")
            )
        })
        .collect()
}
