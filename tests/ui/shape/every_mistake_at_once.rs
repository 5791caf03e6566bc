use cors_runtime::cors;

#[cors(
    origins = ["https://app.example/", "HTTPS://app.example", "null"],
    dev_origins = ["localhost:5173"],
    methods = [get, TRACE],
    headers = ["cookie"],
    expose_headers = ["set-cookie"],
    max_age = 1_000_000,
    credential,
)]
async fn handler() -> &'static str {
    "still callable"
}

// The only errors are those of the attribute: the function is there, and so is its policy.
fn main() {
    let _answer = handler();
    let _routes: cors_runtime::Routes = cors_runtime::routes![handler];
}
