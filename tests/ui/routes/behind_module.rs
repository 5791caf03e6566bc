use cors_runtime::{CorsRouter, routes};

mod handlers {
    pub mod health_check {
        use cors_runtime::cors;

        #[cors(origins = ["https://app.example"], methods = [GET])]
        pub async fn health_check() {}
    }

    pub use health_check::*;
}

use handlers::*;

fn main() {
    let _by_path: CorsRouter = CorsRouter::new().route("/", routes![handlers::health_check]);
    let _by_name: CorsRouter = CorsRouter::new().route("/", routes![health_check]);
    let _right: CorsRouter =
        CorsRouter::new().route("/", routes![handlers::health_check::health_check]);
}
