use cors_runtime::{CorsRouter, cors, routes};

#[cors(origins = ["https://app.example"], methods = [GET])]
async fn list() {}

#[cors(origins = ["https://app.example"], methods = [PUT])]
async fn save() {}

fn main() {
    let _app: CorsRouter = CorsRouter::new()
        .route("/lint", routes![#[allow(unused)] list, save])
        .route(
            "/doc",
            routes![
                list,
                /// Saves it.
                save,
            ],
        )
        .route("/after_cfg", routes![#[cfg(all())] #[cfg_attr(all(), cfg(any()))] list])
        .route("/word", routes![#[cfg] list]);
}
