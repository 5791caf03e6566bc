use cors_runtime::{CorsRouter, cors, routes};

async fn plain() {}

mod jobs {
    pub async fn list() {}
}

async fn generic<T>() {}

#[cors(origins = ["https://app.example"], methods = [GET])]
async fn annotated() {}

fn main() {
    let _one: CorsRouter = CorsRouter::new().route("/", routes![annotated, plain]);
    let _path: CorsRouter = CorsRouter::new().route("/", routes![jobs::list]);
    let _generic: CorsRouter = CorsRouter::new().route("/", routes![generic::<u8>]);
}
