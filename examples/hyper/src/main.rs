//! A note that pages of other origins may read and replace, served by hyper alone.
//!
//! ```text
//! cargo run --example hyper
//! ```
//!
//! `ADDR` moves the server; port 0 takes a free port.

use std::convert::Infallible;
use std::env;
use std::fmt::Display;
use std::net::{Ipv4Addr, SocketAddr};
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};

use cors_runtime::{Origin, Policy};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::header::{ALLOW, HeaderValue};
use hyper::http::request::Parts;
use hyper::server::conn::http1;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;
use tower::{Layer, service_fn};

/// The policy for pages of this machine, checked by the compiler.
const PAGES: Policy = Policy::new(&["http://127.0.0.1:*", "http://[::1]:*"])
    .origins_if(is_loopback)
    .methods(&["GET", "PUT"])
    .headers(&["content-type"])
    .max_age(600)
    .checked();

/// The other addresses of this machine, `127.0.0.0/8`, which no pattern can name.
fn is_loopback(origin: &Origin<'_>, _: &Parts) -> bool {
    let address = origin.host().as_str().parse::<Ipv4Addr>();
    origin.scheme() == "http" && address.is_ok_and(|address| address.is_loopback())
}

const LONGEST_NOTE: usize = 4096;

type Note = Arc<Mutex<Bytes>>;

/// Knows nothing of CORS: it gets no preflight, and each of its answers gets the headers.
async fn answer(
    note: Note,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let mut response = Response::default();
    match *request.method() {
        Method::GET | Method::HEAD => {
            let note = note.lock().unwrap_or_else(PoisonError::into_inner).clone();
            *response.body_mut() = Full::new(note);
        }
        Method::PUT => {
            let body = Limited::new(request.into_body(), LONGEST_NOTE);
            *response.status_mut() = match body.collect().await {
                Ok(body) => {
                    *note.lock().unwrap_or_else(PoisonError::into_inner) = body.to_bytes();
                    StatusCode::NO_CONTENT
                }
                Err(_) => StatusCode::PAYLOAD_TOO_LARGE,
            };
        }
        _ => {
            *response.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
            let allowed = HeaderValue::from_static("GET,HEAD,PUT");
            response.headers_mut().insert(ALLOW, allowed);
        }
    }
    Ok(response)
}

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), String> {
    let note = Note::new(Mutex::new(Bytes::from_static(b"remember the milk\n")));
    let layer = PAGES.layer().map_err(|errors| errors.to_string())?;
    let service = layer.layer(service_fn(move |request| answer(note.clone(), request)));

    let (listener, addr) = listen().await?;
    println!("try two allowed preflights and a refused one, and the request itself:\n");
    for (origin, note) in [
        ("http://127.0.0.1:8080", "204, and what the page may send"),
        (
            "http://127.0.0.5:8080",
            "204, by the function of the policy",
        ),
        ("http://localhost:8080", "403"),
    ] {
        println!(
            "curl -i -X OPTIONS http://{addr}/ -H 'Origin: {origin}' \
             -H 'Access-Control-Request-Method: PUT' \
             -H 'Access-Control-Request-Headers: content-type'   # {note}"
        );
    }
    println!(
        "curl -i http://{addr}/ -H 'Origin: http://127.0.0.1:8080'   # 200, for the page to read"
    );

    loop {
        let stream = tokio::select! {
            accepted = listener.accept() => accepted.map_err(|error| error.to_string())?.0,
            _ = tokio::signal::ctrl_c() => return Ok(()),
        };
        let service = TowerToHyperService::new(service.clone());
        let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                eprintln!("{error}");
            }
        });
    }
}

/// A listener at the address in `ADDR`. It has to be this machine's own, as the policy allows pages
/// from there alone.
async fn listen() -> Result<(TcpListener, SocketAddr), String> {
    let addr = env::var("ADDR").unwrap_or_else(|_| "127.0.0.1:3000".to_owned());
    let fail = |problem: &dyn Display| {
        format!(
            "cannot listen on `{addr}`: {problem}; set ADDR, such as ADDR=127.0.0.1:0 for any free port"
        )
    };
    let parsed: SocketAddr = addr.parse().map_err(|error| fail(&error))?;
    if !parsed.ip().is_loopback() {
        return Err(fail(&"the example serves this machine alone"));
    }
    let listener = TcpListener::bind(parsed)
        .await
        .map_err(|error| fail(&error))?;
    let bound = listener.local_addr().map_err(|error| fail(&error))?;
    Ok((listener, bound))
}
