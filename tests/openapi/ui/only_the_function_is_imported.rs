use cors_runtime::{CorsRouter, documented};
use jobs::list;

mod jobs {
    use cors_runtime::cors;

    #[utoipa::path(get, path = "/jobs")]
    #[cors(origins = ["*"], methods = [GET])]
    pub async fn list() {}
}

fn main() {
    let _: CorsRouter = CorsRouter::new().documented(documented![list]);
}
