//! Over a real socket: what a browser's connection sees, and what only a raw one can send.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use axum::Router;
use cors_runtime::{CorsRouter, cors, routes};

#[cors(origins = ["https://a.example", "https://b.example"], methods = [GET, PUT], headers = ["x-a", "x-b"])]
async fn list() -> &'static str {
    "[]"
}

async fn serve() -> SocketAddr {
    let app: Router = CorsRouter::new().route("/", routes![list]).into_router();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a free port");
    let addr = listener.local_addr().expect("a bound address");
    tokio::spawn(async { axum::serve(listener, app).await });
    addr
}

/// Sends each request on one connection, and gives the heads of the answers.
fn exchange(addr: SocketAddr, requests: &[Vec<u8>]) -> Vec<String> {
    let mut stream = TcpStream::connect(addr).expect("a server");
    stream
        .set_read_timeout(Some(Duration::from_secs(10)))
        .expect("a timeout");
    let mut heads = Vec::new();
    for request in requests {
        stream.write_all(request).expect("the server reads");
        let mut answer = Vec::new();
        let mut chunk = [0; 4096];
        while !answer.windows(4).any(|window| window == b"\r\n\r\n") {
            match stream.read(&mut chunk) {
                Ok(0) | Err(_) => break,
                Ok(read) => answer.extend_from_slice(&chunk[..read]),
            }
        }
        heads.push(String::from_utf8_lossy(&answer).to_lowercase());
    }
    heads
}

fn request(method: &str, headers: &str) -> Vec<u8> {
    format!("{method} / HTTP/1.1\r\nhost: api\r\n{headers}\r\n").into_bytes()
}

#[tokio::test(flavor = "multi_thread")]
async fn preflight_and_request_share_a_connection() {
    let addr = serve().await;
    let preflight = "origin: https://a.example\r\naccess-control-request-method: PUT\r\n\
                     access-control-request-headers: X-B ,\r\naccess-control-request-headers: x-a\r\n";
    let heads = exchange(
        addr,
        &[
            request("OPTIONS", preflight),
            request("HEAD", "origin: https://b.example\r\n"),
            request("GET", "origin: https://a.example.evil.example\r\n"),
        ],
    );
    assert!(heads[0].starts_with("http/1.1 204"), "{}", heads[0]);
    assert!(heads[0].contains("access-control-allow-headers: x-a, x-b\r\n"));
    assert!(heads[1].contains("access-control-allow-origin: https://b.example\r\n"));
    assert!(heads[2].starts_with("http/1.1 200"), "{}", heads[2]);
    assert!(!heads[2].contains("access-control-"));
    assert!(heads[2].contains("vary: origin\r\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_bytes_arrive_the_server_lives() {
    let addr = serve().await;
    let mut obs_text =
        b"GET / HTTP/1.1\r\nhost: api\r\norigin: https://a.example\xff\r\n\r\n".to_vec();
    let refused = exchange(addr, &[std::mem::take(&mut obs_text)]);
    assert!(!refused[0].contains("access-control-"), "{}", refused[0]);

    let commas = format!(
        "origin: https://a.example\r\naccess-control-request-method: GET\r\n\
         access-control-request-headers: {}\r\n",
        ",".repeat(100_000)
    );
    let refused = exchange(addr, &[request("OPTIONS", &commas)]);
    assert!(refused[0].starts_with("http/1.1 403"), "{}", refused[0]);
    let alive = exchange(addr, &[request("GET", "origin: https://a.example\r\n")]);
    assert!(alive[0].contains("access-control-allow-origin: https://a.example\r\n"));
}
