use std::convert::Infallible;

use axum::body::Body;
use axum::http::{Request, Response};
use cors_runtime::CorsRouter;

async fn not_an_extractor(_: u8) {}

fn main() {
    let service = tower::service_fn(async |_: Request<Body>| {
        Ok::<_, Infallible>(Response::new(Body::empty()))
    });
    let _service: CorsRouter = CorsRouter::new().fallback(service);
    let _function: CorsRouter = CorsRouter::new().fallback(not_an_extractor);
}
