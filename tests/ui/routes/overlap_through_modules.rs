use cors_runtime::{CorsRouter, routes};

mod jobs {
    pub mod v1 {
        use cors_runtime::cors;

        #[cors(origins = ["https://app.example"], methods = [POST])]
        pub async fn save() {}
    }

    pub mod v2 {
        use cors_runtime::cors;

        #[cors(origins = ["https://app.example"], methods = [POST, PUT])]
        pub async fn save() {}
    }
}

fn main() {
    use jobs::v2::save as store;

    let _paths: CorsRouter =
        CorsRouter::new().route("/", routes![jobs::v1::save, self::jobs::v2::save]);
    let _renamed: CorsRouter = CorsRouter::new().route("/", routes![jobs::v1::save, store]);
}
