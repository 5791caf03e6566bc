use cors_runtime::{CorsRouter, cors, routes};

struct Users;

impl Users {
    async fn list() {}
}

struct Pages<T>(T);

impl<T> Pages<T> {
    async fn show() {}
}

#[cors(origins = ["https://app.example"], methods = [GET])]
async fn handler() {}

fn main() {
    let _app: CorsRouter = CorsRouter::new()
        .route("/users", routes![handler, Users::list])
        .route("/pages", routes![Pages::<u8>::show])
        .route("/qualified", routes![<Users>::list, <Pages<u8>>::show]);
}
