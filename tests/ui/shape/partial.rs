//! While an attribute is typed, each key has one error at most, and the function is there.
use cors_runtime::cors;

#[cors(orig)]
async fn beginning() {}

#[cors(origins = )]
async fn sign() {}

#[cors(origins = methods = [GET])]
async fn before_other_keys() {}

#[cors(, origins = ["https://app.example"], methods = [G])]
async fn method() {}

#[cors(policy = )]
async fn policy() {}

#[cors(origins = ["https://app.example"], methods = [GET], max_age = )]
async fn number() {}

#[cors(origins = ["https://app.example"], methods = [GET], dangerously_allow())]
async fn opt_out() {}

#[cors(origins methods = [GET])]
async fn no_sign() {}

// No error of rustc says that a function is missing.
async fn call_all() {
    beginning().await;
    sign().await;
    before_other_keys().await;
    method().await;
    policy().await;
    number().await;
    opt_out().await;
    no_sign().await;
}

fn main() {
    let _future = call_all();
}
