use cors_runtime::{CorsRouter, cors, documented};

#[cors(origins = ["*"], methods = [GET])]
async fn list() {}

fn main() {
    let _: CorsRouter = CorsRouter::new().documented(documented![list]);
}
