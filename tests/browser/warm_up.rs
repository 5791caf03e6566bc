//! Firefox's cache of preflights, which remembers nothing at first.

use axum::Router;
use cors_runtime::{CorsRouter, cors, routes};

use super::engines::Session;
use super::observed::Observed;
use super::request::Request;
use super::server::{Ports, logged};

#[cors(origins = ["http://127.0.0.1:*"], methods = [PUT], max_age = 600)]
async fn cacheable() {}

/// Repeats a request until it arrives without a preflight.
pub(crate) async fn until_preflights_are_remembered(session: &Session) {
    let (ports, listeners) = Ports::bind().await;
    let router = CorsRouter::new().route("/cacheable", routes![cacheable]);
    let (app, log): (Router, _) = logged(router.into_router());
    Ports::serve(listeners, &app);
    session
        .open(&ports.fill("http://127.0.0.1:PAGE/page"))
        .await;
    let put = Request::new("PUT", ports.fill("http://127.0.0.1:API/cacheable"));
    for _ in 0..20 {
        let observed = Observed::in_engine(session, &put, &log).await;
        if observed.preflight().is_none() {
            return;
        }
    }
    panic!("{} remembers no preflight", session.engine);
}
