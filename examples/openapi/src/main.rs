//! A documented API, and a page of another origin that reads the document and uses the API.
//!
//! ```text
//! cargo run --example openapi
//! ```
//!
//! `ADDR` and `PAGE_ADDR` move the two servers; port 0 takes a free port.

mod api;

use std::env;
use std::fmt::Display;
use std::net::SocketAddr;
use std::process::ExitCode;

use axum::Router;
use axum::response::Html;
use axum::routing::get;
use tokio::net::TcpListener;

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
    let (api_listener, api_addr) = listen("ADDR", "127.0.0.1:3000").await?;
    let (page_listener, page_addr) = listen("PAGE_ADDR", "127.0.0.1:8080").await?;
    let api = api::router().map_err(|error| error.to_string())?;
    println!("{}\n", api.policies());
    println!(
        "open http://{page_addr} in a browser; the document is http://{api_addr}{}",
        api::DOCUMENT
    );

    let html = include_str!("page.html").replace("__API__", &format!("http://{api_addr}"));
    let page = Router::new().route("/", get(Html(html)));
    let api = axum::serve(api_listener, api.into_router());
    let page = axum::serve(page_listener, page);
    tokio::select! {
        stopped = async { tokio::try_join!(api.into_future(), page.into_future()) } => {
            stopped.map(|_| ()).map_err(|error| error.to_string())
        }
        _ = tokio::signal::ctrl_c() => Ok(()),
    }
}

/// A listener at the address in the variable `name`. It must be one of this machine, because the
/// policies allow only pages of this machine.
async fn listen(name: &str, default: &str) -> Result<(TcpListener, SocketAddr), String> {
    let addr = env::var(name).unwrap_or_else(|_| default.to_owned());
    let fail = |problem: &dyn Display| {
        format!(
            "cannot listen on `{addr}`: {problem}\nhelp: set {name}, such as {name}=127.0.0.1:0 for any free port"
        )
    };
    let parsed: SocketAddr = addr.parse().map_err(|error| fail(&error))?;
    if !parsed.ip().is_loopback() {
        return Err(fail(&"the example serves only this machine"));
    }
    let listener = TcpListener::bind(parsed)
        .await
        .map_err(|error| fail(&error))?;
    let bound = listener.local_addr().map_err(|error| fail(&error))?;
    Ok((listener, bound))
}
