use cors_runtime::{CorsRouter, cors, documented};

#[utoipa::path(get, path = "/items")]
#[cors(origins = ["https://app.example"], methods = [GET])]
async fn list() {}

fn main() {
    let _: CorsRouter = CorsRouter::new().route("/items", documented![list]);
}
