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

/// The body of a refused write is neither read as the next request nor waited for.
#[tokio::test(flavor = "multi_thread")]
async fn a_refused_write_leaves_the_connection_intact() {
    let addr = serve(app()).await;
    let next = || actual("GET /", "https://a.example");
    let allowed = response(
        200,
        "access-control-allow-origin: https://a.example
         vary: Origin",
    );
    let smuggled = "PUT / HTTP/1.1\r\nhost: api\r\norigin: https://a.example\r\n\r\n";
    for body in ["", smuggled] {
        let mut connection = Connection::open(addr);
        let write = actual("PUT /", "https://evil.example").body(body);
        assert_eq!(connection.exchange(write).status(), 403);
        assert_eq!(connection.exchange(next()).cors_headers(), allowed);
    }
    // A client that waits for permission sends no body.
    let mut connection = Connection::open(addr);
    let head = "PUT / HTTP/1.1\r\nhost: api\r\norigin: https://evil.example\r\n\
        content-length: 1000000\r\nexpect: 100-continue\r\n\r\n";
    connection.send_bytes(head.as_bytes());
    assert_eq!(connection.receive(true).status(), 403);
}
