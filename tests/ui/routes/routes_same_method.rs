use cors_runtime::{CorsRouter, cors, routes};

#[cors(origins = ["https://app.example"], methods = [GET])]
async fn list() {}

#[cors(origins = ["https://app.example"], methods = [PUT, GET])]
async fn save() {}

#[cors(origins = ["https://app.example"], methods = [PUT])]
async fn replace<T>() {}

fn main() {
    let _app: CorsRouter = CorsRouter::new()
        .route("/two", routes![list, save])
        .route("/three", routes![list, save, replace::<u8>])
        .route("/twice", routes![list, list]);
}
