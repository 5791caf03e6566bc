use cors_runtime::{CorsRouter, Policy, cors, policies, routes};

const FEED: Policy = Policy::new(&["*"]).methods(&["GET"]).checked();

#[cors(origins = ["https://app.example"], methods = [GET])]
async fn show() {}

fn main() {
    let _policies: CorsRouter = CorsRouter::new().route("/", policies![show]);
    let _handler: CorsRouter = CorsRouter::new().route("/", show);
    let _routes: CorsRouter = CorsRouter::new().with_policies("/", routes![show]);
    let _policy: CorsRouter = CorsRouter::new().with_policies("/", FEED);
}
