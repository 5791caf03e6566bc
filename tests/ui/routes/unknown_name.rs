use cors_runtime::{CorsRouter, cors, routes};

use jobs::remve;

#[cors(origins = ["https://app.example"], methods = [GET])]
async fn list() {}

mod jobs {
    use cors_runtime::cors;

    #[cors(origins = ["https://app.example"], methods = [POST])]
    pub async fn save() {}

    #[cors(origins = ["https://app.example"], methods = [DELETE])]
    pub async fn remove() {}
}

fn main() {
    let _typo: CorsRouter = CorsRouter::new().route("/", routes![lst]);
    let _among_others: CorsRouter = CorsRouter::new().route("/", routes![lst, list]);
    let _generic: CorsRouter = CorsRouter::new().route("/", routes![lst::<u8>]);
    let _not_imported: CorsRouter = CorsRouter::new().route("/", routes![save]);
    // The error is at the import.
    let _wrongly_imported: CorsRouter = CorsRouter::new().route("/", routes![remve, list]);
}
