use cors_runtime::{CorsRouter, cors, routes};

mod jobs {
    use cors_runtime::{Routes, cors, routes};

    #[cors(origins = ["https://app.example"], methods = [POST])]
    async fn save() {}

    async fn without_cors() {}

    mod inner {
        use cors_runtime::cors;

        #[cors(origins = ["https://app.example"], methods = [PUT])]
        pub async fn replace() {}
    }

    pub fn routes() -> Routes {
        routes![save, inner::replace]
    }
}

#[cors(origins = ["https://app.example"], methods = [GET])]
async fn list() {}

fn main() {
    let _function: CorsRouter = CorsRouter::new().route("/", routes![list, jobs::save]);
    let _plain: CorsRouter = CorsRouter::new().route("/", routes![jobs::without_cors]);
    let _module: CorsRouter = CorsRouter::new().route("/", routes![jobs::inner::replace]);
    jobs::routes();
}
