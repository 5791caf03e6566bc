use cors_runtime::{CorsRouter, cors, routes};

#[cors(origins = ["https://app.example"], methods = [GET])]
async fn list() {}

fn main() {
    let _app: CorsRouter = CorsRouter::new().route("/", routes![lst, list]);
}
