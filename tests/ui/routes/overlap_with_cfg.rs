use cors_runtime::{CorsRouter, cors, routes};

#[cors(origins = ["https://app.example"], methods = [GET])]
async fn list() {}

#[cors(origins = ["https://app.example"], methods = [PUT, GET])]
async fn save() {}

fn main() {
    let _app: CorsRouter = CorsRouter::new()
        .route("/in", routes![list, #[cfg(all())] save])
        .route("/in_first", routes![#[cfg(not(any()))] list, save])
        .route("/out", routes![#[cfg(any())] list, save])
        .route("/out_of_three", routes![list, #[cfg(all())] #[cfg(any())] absent, save]);
}
