use cors_runtime::{CorsRouter, cors, documented};

#[utoipa::path(get, path = "/jobs")]
#[cors(origins = ["*"], methods = [GET])]
async fn list() {}

#[utoipa::path(get, path = "/jobs")]
#[cors(origins = ["*"], methods = [GET])]
async fn search() {}

fn main() {
    let _: CorsRouter = CorsRouter::new().documented(documented![list, search]);
    let _: CorsRouter = CorsRouter::new().documented(documented![list()]);
}
