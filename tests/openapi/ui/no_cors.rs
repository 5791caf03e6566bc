use cors_runtime::{CorsRouter, documented};

#[utoipa::path(get, path = "/jobs")]
async fn list() {}

fn main() {
    let _: CorsRouter = CorsRouter::new().documented(documented![list]);
}
