use cors_runtime::{CorsRouter, cors, policies};

async fn plain() {}

#[cors(origins = ["https://app.example"], methods = [GET])]
async fn show() {}

#[cors(origins = ["https://app.example"], methods = [GET, PUT])]
async fn save() {}

fn main() {
    let _no_policy: CorsRouter = CorsRouter::new().with_policies("/", policies![show, plain]);
    let _twice: CorsRouter = CorsRouter::new().with_policies("/", policies![show, save]);
    let _no_path: CorsRouter = CorsRouter::new().with_policies("/", policies![show, "/x"]);
}
