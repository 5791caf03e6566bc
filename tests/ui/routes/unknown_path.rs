use cors_runtime::{CorsRouter, cors, routes};

#[cors(origins = ["https://app.example"], methods = [GET])]
async fn list() {}

mod jobs {
    use cors_runtime::cors;

    #[cors(origins = ["https://app.example"], methods = [POST])]
    pub async fn save() {}

    #[cors(origins = ["https://app.example"], methods = [DELETE])]
    pub async fn remove<T: Send + 'static>() {}

    pub fn routes() -> cors_runtime::Routes {
        cors_runtime::routes![super::lst]
    }
}

fn main() {
    let _typo: CorsRouter = CorsRouter::new().route("/", routes![jobs::sve]);
    let _among_others: CorsRouter = CorsRouter::new().route("/", routes![list, jobs::sve]);
    let _generic: CorsRouter = CorsRouter::new().route("/", routes![jobs::remve::<u8>]);
    let _from_crate: CorsRouter = CorsRouter::new().route("/", routes![crate::jobs::sve]);
    let _from_self: CorsRouter = CorsRouter::new().route("/", routes![self::lst]);
    let _module: CorsRouter = CorsRouter::new().route("/", routes![jbs::save]);
    let _other_module: CorsRouter = CorsRouter::new().route("/", routes![jobs::list]);
    let _type: CorsRouter = CorsRouter::new().route("/", routes![jobs::remove::<Typo>]);
    jobs::routes();
}
