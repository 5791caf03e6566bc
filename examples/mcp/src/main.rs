//! An MCP server with the official Rust SDK, and a page of another origin that uses it.
//!
//! ```text
//! cargo run --package cors-mcp
//! ```
//!
//! `ADDR` and `PAGE_ADDR` move the two servers; port 0 takes a free port.

use std::env;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use cors_runtime::{CorsRouter, Policy, Protection, cors, headers, routes};
use rmcp::handler::server::wrapper::Parameters;
use rmcp::model::{ServerCapabilities, ServerConfig};
use rmcp::transport::StreamableHttpService;
use rmcp::transport::streamable_http_server::StreamableHttpServerConfig;
use rmcp::transport::streamable_http_server::session::local::LocalSessionManager;
use rmcp::{ServerHandler, schemars, tool, tool_handler, tool_router};
use tokio::net::TcpListener;

/// The pages that may use the server: those of this machine. `enforce`, because an MCP server has to
/// refuse other origins with 403 on every request, its stream of events (GET) included.
const CLIENTS: Policy = Policy::new(&["http://127.0.0.1:*"])
    .methods(&["GET", "POST", "DELETE"])
    .headers(headers::MCP)
    .expose_headers(headers::MCP_EXPOSED)
    .max_age(600)
    .enforce();

type Mcp = StreamableHttpService<Weather, LocalSessionManager>;

/// The MCP endpoint: the policy is ours, the protocol is the SDK's.
#[cors(policy = CLIENTS)]
async fn mcp(State(service): State<Mcp>, request: Request) -> Response {
    service.handle(request).await.map(Body::new)
}

const TOKEN: &str = "Bearer example";

/// Runs inside CORS: it sees no preflight, and the page can read its 401 with `www-authenticate`.
async fn require_token(request: Request, next: Next) -> Response {
    let token = request.headers().get(header::AUTHORIZATION);
    if token.is_some_and(|token| token == TOKEN) {
        return next.run(request).await;
    }
    let challenge = [(header::WWW_AUTHENTICATE, "Bearer realm=\"weather\"")];
    (StatusCode::UNAUTHORIZED, challenge, "a token is missing").into_response()
}

#[derive(Clone)]
struct Weather {
    degrees: i8,
}

#[derive(serde::Deserialize, schemars::JsonSchema)]
struct Place {
    /// Since 2026-07-28 clients also send it as the header `Mcp-Param-City`.
    #[schemars(extend("x-mcp-header" = "City"))]
    city: String,
}

#[tool_router]
impl Weather {
    #[tool(description = "The weather of tomorrow in a city")]
    fn forecast(&self, Parameters(Place { city }): Parameters<Place>) -> String {
        format!("{} °C and rain in {city}", self.degrees)
    }
}

#[tool_handler]
impl ServerHandler for Weather {
    fn get_info(&self) -> ServerConfig {
        ServerConfig::new(ServerCapabilities::builder().enable_tools().build())
    }
}

/// `own` are the origins of this server. A request for any other host gets 421, against DNS rebinding.
fn api(own: &[&str]) -> Router {
    let service = Mcp::new(
        || Ok(Weather { degrees: 12 }),
        Arc::default(),
        StreamableHttpServerConfig::default(),
    );
    CorsRouter::new()
        .route("/mcp", routes![mcp].layer(from_fn(require_token)))
        .with_state(service)
        .protect(Protection::new().own_origins(own))
        .into_router()
}

/// The page: one server with two names, so two origins to a browser.
fn page(api: &str, stranger: &str) -> Router {
    let page = include_str!("page.html");
    let page = page
        .replace("__API__", api)
        .replace("__STRANGER__", stranger);
    Router::new().route("/", get(Html(page)))
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let (listener, addr) = listen("ADDR", "127.0.0.1:3000").await?;
    let (page_listener, page_addr) = listen("PAGE_ADDR", "127.0.0.1:8080").await?;
    let own = [
        format!("http://{addr}"),
        format!("http://localhost:{}", addr.port()),
    ];
    let stranger = format!("http://localhost:{}", page_addr.port());

    let api = axum::serve(listener, api(&own.each_ref().map(String::as_str)));
    let page = axum::serve(page_listener, page(&own[0], &stranger));
    println!(
        "open http://{page_addr} in a browser; the MCP server is {}/mcp",
        own[0]
    );
    tokio::select! {
        stopped = async { tokio::try_join!(api.into_future(), page.into_future()) } => {
            stopped.map(|_| ())
        }
        _ = tokio::signal::ctrl_c() => Ok(()),
    }
}

/// A listener at the address in the variable `name`.
async fn listen(name: &str, default: &str) -> std::io::Result<(TcpListener, SocketAddr)> {
    let addr = env::var(name).unwrap_or_else(|_| default.to_owned());
    let listener = TcpListener::bind(addr).await?;
    let addr = listener.local_addr()?;
    Ok((listener, addr))
}
