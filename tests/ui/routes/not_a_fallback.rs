use std::convert::Infallible;

use axum::body::Body;
use axum::http::{Request, Response};
use cors_runtime::{CorsRouter, cors, policies};

#[cors(origins = ["https://app.example"], methods = [GET])]
async fn show() {}

async fn not_an_extractor(_: u8) {}

fn main() {
    let service = tower::service_fn(async |_: Request<Body>| {
        Ok::<_, Infallible>(Response::new(Body::empty()))
    });
    let _service: CorsRouter = CorsRouter::new().fallback(service);
    let _function: CorsRouter = CorsRouter::new().fallback(not_an_extractor);
    let _policies: CorsRouter = CorsRouter::new().fallback(policies![show]);
}
