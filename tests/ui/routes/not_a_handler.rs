use cors_runtime::{CorsRouter, cors, routes};

struct Unserializable;

#[cors(origins = ["https://app.example"], methods = [GET])]
async fn wrong_answer() -> Unserializable {
    Unserializable
}

#[cors(origins = ["https://app.example"], methods = [GET])]
async fn wrong_argument(_count: u8) {}

fn main() {
    let _app: CorsRouter = CorsRouter::new()
        .route("/answer", routes![wrong_answer])
        .route("/argument", routes![wrong_argument]);
}
