//! Over a real socket: requests on the connection of a browser, and bytes that only a raw one sends.

use axum::Router;
use cors_runtime::{CorsRouter, cors, routes};
use cors_test_support::{Connection, actual, approved, preflight, refused, response, serve};

#[cors(origins = ["https://a.example", "https://b.example"], methods = [GET, PUT], headers = ["x-a", "x-b"])]
async fn list() -> &'static str {
    "[]"
}

fn app() -> Router {
    CorsRouter::new().route("/", routes![list]).into_router()
}

#[tokio::test(flavor = "multi_thread")]
async fn preflight_and_request_share_a_connection() {
    let mut connection = Connection::open(serve(app()).await);
    let request = preflight("PUT /", "https://a.example")
        .request_headers("X-B ,")
        .request_headers("x-a");
    assert_eq!(
        connection.exchange(request).cors_headers(),
        approved(
            "access-control-allow-origin: https://a.example
             access-control-allow-methods: GET, PUT
             access-control-allow-headers: x-a, x-b"
        )
    );
    assert_eq!(
        connection
            .exchange(actual("HEAD /", "https://b.example"))
            .cors_headers(),
        response(
            200,
            "access-control-allow-origin: https://b.example
             vary: Origin"
        )
    );
    assert_eq!(
        connection
            .exchange(actual("GET /", "https://a.example.evil.example"))
            .cors_headers(),
        response(200, "vary: Origin")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn server_survives_any_bytes() {
    let addr = serve(app()).await;
    let mut connection = Connection::open(addr);
    connection.send_bytes(b"GET / HTTP/1.1\r\nhost: api\r\norigin: https://a.example\xff\r\n\r\n");
    let found = connection.receive(true).cors_headers();
    assert_eq!(found, response(200, "vary: Origin"));

    let commas = preflight("GET /", "https://a.example").request_headers(&",".repeat(100_000));
    let found = Connection::open(addr).exchange(commas).cors_headers();
    assert_eq!(found, refused());

    let next = actual("GET /", "https://a.example");
    let found = Connection::open(addr).exchange(next).cors_headers();
    assert_eq!(
        found,
        response(
            200,
            "access-control-allow-origin: https://a.example
             vary: Origin"
        )
    );
}
