use cors_runtime::{CorsRouter, cors, routes};

#[cors(origins = ["https://app.example"], methods = [GET])]
async fn handler() {}

fn main() {
    let _app: CorsRouter = CorsRouter::new()
        .route("/call", routes![handler()])
        .route("/closure", routes![async || "closure"])
        .route("/string", routes!["handler", handler])
        .route("/axum", routes![axum::routing::get(handler)])
        .route("/method", routes![GET => handler])
        .route("/no_comma", routes![handler handler]);
}
