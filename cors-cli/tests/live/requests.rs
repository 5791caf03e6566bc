//! The requests of a page: preflights, withheld and forced requests, redirects.

use axum::Router;
use axum::response::Response;
use axum::routing::any;
use cors_cli::live::{Options, ask};
use cors_testing::Credentials;

use super::server::{Server, exchanges, options, response, tried};

const ALLOWED: &[(&str, &str)] = &[
    ("access-control-allow-origin", "https://app.example"),
    ("access-control-allow-methods", "PUT, DELETE"),
    ("access-control-allow-headers", "content-type, x-a"),
    ("access-control-allow-credentials", "true"),
];

async fn allowing() -> Response {
    response(200, ALLOWED)
}

async fn refusing() -> Response {
    response(200, &[])
}

fn app() -> Router {
    Router::new()
        .route("/allowed", any(allowing))
        .route("/refused", any(refusing))
        .route("/moved", any(async || moved(307, "/allowed")))
        .route("/seen", any(async || moved(303, "/allowed")))
        .route(
            "/away",
            any(async || moved(302, "https://elsewhere.test/login?token=7")),
        )
        .route("/circle", any(async || moved(302, "/circle")))
        .fallback(async || response(404, ALLOWED))
}

fn moved(status: u16, to: &str) -> Response {
    let headers = [ALLOWED, &[("location", to)]].concat();
    response(status, &headers)
}

fn written(method: &str, headers: &[&str], options: Options) -> Options {
    Options {
        method: Some(method.to_owned()),
        headers: headers.iter().map(|&header| header.to_owned()).collect(),
        ..options
    }
}

#[tokio::test]
async fn a_preflight_has_exactly_the_headers_of_a_browser() {
    let server = Server::start(app()).await;
    let put = written(
        "put",
        &[
            "Content-Type: application/json",
            "X-A: 1",
            "accept: text/plain",
        ],
        options(&server.url("/allowed?x=1")),
    );
    tried(&put).await;
    let host = format!("host: {}", server.addr);
    let expected = [
        "OPTIONS /allowed",
        "accept: */*",
        "access-control-request-headers: content-type,x-a",
        "access-control-request-method: PUT",
        &host,
        "origin: https://app.example",
        "sec-fetch-dest: empty",
        "sec-fetch-mode: cors",
        "sec-fetch-site: cross-site",
        concat!(
            "user-agent: Mozilla/5.0 (compatible; cors/",
            env!("CARGO_PKG_VERSION"),
            ")"
        ),
    ];
    assert_eq!(server.received()[0], expected.join("\n"));
}

/// The exchanges of the page, without those that vary them.
async fn page(options: &Options) -> (Vec<String>, Vec<String>) {
    let conversation = tried(options).await;
    let mut exchanges = exchanges(&conversation);
    exchanges.retain(|exchange| {
        ["Preflight:", "Request:", "Redirect:"]
            .iter()
            .any(|purpose| exchange.starts_with(purpose))
    });
    (exchanges, conversation.remarks)
}

/// A request, and what is sent for it.
struct Row {
    /// Method and path.
    request: &'static str,
    headers: &'static [&'static str],
    send: bool,
    exchanges: &'static [&'static str],
    remark: Option<&'static str>,
}

const fn row(request: &'static str, exchanges: &'static [&'static str]) -> Row {
    Row {
        request,
        headers: &[],
        send: false,
        exchanges,
        remark: None,
    }
}

impl Row {
    const fn header(self, header: &'static [&'static str; 1]) -> Self {
        Self {
            headers: header,
            ..self
        }
    }

    const fn sent(self) -> Self {
        Self { send: true, ..self }
    }

    const fn remark(self, remark: &'static str) -> Self {
        Self {
            remark: Some(remark),
            ..self
        }
    }
}

const X: &[&str; 1] = &["x-a: 1"];
const JSON: &[&str; 1] = &["content-type: application/json"];

const SIMPLE: &[Row] = &[
    row("GET /allowed", &["Request: GET /allowed -> 200"]),
    row("HEAD /refused", &["Request: HEAD /refused -> 200"]),
    row("POST /allowed", &["Request: POST /allowed -> 200"]).sent(),
    row("TRACE /allowed", &["Request: TRACE /allowed -> not sent"])
        .sent()
        .remark("browsers refuse to send TRACE"),
];

const PREFLIGHTS: &[Row] = &[
    row(
        "GET /allowed",
        &[
            "Preflight: OPTIONS /allowed -> 200",
            "Request: GET /allowed -> 200",
        ],
    )
    .header(X),
    row("GET /refused", &["Preflight: OPTIONS /refused -> 200"]).header(X),
    row(
        "GET /refused",
        &[
            "Preflight: OPTIONS /refused -> 200",
            "Request: GET /refused -> 200",
        ],
    )
    .header(X)
    .sent(),
    row("PUT /allowed", &["Preflight: OPTIONS /allowed -> 200"])
        .header(JSON)
        .remark("PUT was not sent, because it may change something; `--send` sends it"),
    row("PUT /refused", &["Preflight: OPTIONS /refused -> 200"]).header(JSON),
    row(
        "PUT /refused",
        &[
            "Preflight: OPTIONS /refused -> 200",
            "Request: PUT /refused -> 200",
        ],
    )
    .header(JSON)
    .sent(),
];

const REDIRECTS: &[Row] = &[
    row(
        "GET /moved",
        &[
            "Request: GET /moved -> 307",
            "Redirect: GET /allowed -> 200",
        ],
    ),
    row(
        "POST /seen",
        &[
            "Request: POST /seen -> 303",
            "Redirect: GET /allowed -> 200",
        ],
    )
    .sent(),
    row("PUT /moved", &["Preflight: OPTIONS /moved -> 307"]).header(JSON),
    row(
        "GET /away",
        &[
            "Request: GET /away -> 302",
            "Redirect: GET /login?token=*** -> not sent",
        ],
    )
    .remark(
        "a browser would call `elsewhere.test` next; this command sends requests only to `127.0.0.1`",
    ),
];

#[tokio::test]
async fn requests_of_a_page() {
    let server = Server::start(app()).await;
    for row in [SIMPLE, PREFLIGHTS, REDIRECTS].into_iter().flatten() {
        let (method, path) = row.request.split_once(' ').expect("method and path");
        let options = Options {
            send: row.send,
            ..written(method, row.headers, options(&server.url(path)))
        };
        let (exchanges, remarks) = page(&options).await;
        assert_eq!(exchanges, row.exchanges, "{}", row.request);
        let remarks: Vec<&str> = remarks.iter().map(String::as_str).collect();
        assert_eq!(remarks, Vec::from_iter(row.remark), "{}", row.request);
    }
}

#[tokio::test]
async fn a_write_without_a_preflight_has_to_be_asked_for() {
    let server = Server::start(app()).await;
    let post = Options {
        body: Some(b"a=b".to_vec()),
        ..options(&server.url("/allowed"))
    };
    let error = ask(&post).await.expect_err("nothing can be tried");
    assert!(
        error.problems()[0].contains("help: `--send` sends it"),
        "{error}"
    );
    assert_eq!(server.targets(), [""; 0]);
    let (exchanges, _) = page(&Options { send: true, ..post }).await;
    assert_eq!(exchanges, ["Request: POST /allowed -> 200"]);
    let received = server.received();
    let form = "content-type: application/x-www-form-urlencoded";
    assert!(received[0].contains(form), "{}", received[0]);
}

#[tokio::test]
async fn an_upload_listener_causes_a_preflight() {
    let server = Server::start(app()).await;
    let post = Options {
        upload_listener: true,
        ..written("POST", &[], options(&server.url("/allowed")))
    };
    let (exchanges, _) = page(&post).await;
    assert_eq!(exchanges, ["Preflight: OPTIONS /allowed -> 200"]);
}

#[tokio::test]
async fn the_headers_of_a_preflight_are_the_request_that_follows_it() {
    let server = Server::start(app()).await;
    let as_with_curl = written(
        "OPTIONS",
        &[
            "Origin: https://other.example",
            "Access-Control-Request-Method: PUT",
            "Access-Control-Request-Headers: X-A, Content-Type",
        ],
        Options::new(&server.url("/refused")),
    );
    let (exchanges, remarks) = page(&as_with_curl).await;
    assert_eq!(exchanges, ["Preflight: OPTIONS /refused -> 200"]);
    assert_eq!(remarks, [""; 0]);
    let received = server.received();
    for line in [
        "origin: https://other.example",
        "access-control-request-method: PUT",
        "access-control-request-headers: content-type,x-a",
    ] {
        assert!(received[0].contains(line), "{}", received[0]);
    }
}

#[tokio::test]
async fn mixed_content_is_not_sent() {
    let to_http = async || moved(302, "http://intranet.test/jobs");
    let server = Server::start(Router::new().route("/", any(to_http))).await;
    let (exchanges, remarks) = page(&options(&server.url("/"))).await;
    assert_eq!(exchanges, ["Request: GET / -> 302"]);
    assert!(remarks[0].contains("browsers block `http:`"), "{remarks:?}");

    let (exchanges, remarks) = page(&options("http://intranet.test/jobs")).await;
    assert_eq!(exchanges, ["Request: GET /jobs -> not sent"]);
    assert!(remarks[0].contains("browsers block `http:`"), "{remarks:?}");
}

#[tokio::test]
async fn cookies_are_sent_with_credentials_and_never_printed() {
    let secret = "hunter2";
    let headers = [
        ALLOWED,
        &[("set-cookie", "id=hunter2; Path=/; SameSite=None")],
    ]
    .concat();
    let app = Router::new().fallback(async move || response(200, &headers));
    let server = Server::start(app).await;
    let url = server
        .url("/?api_token=hunter2#hunter2")
        .replace("//", "//user:hunter2@");
    let get = written(
        "GET",
        &["cookie: id=hunter2", "x-api-key: hunter2"],
        options(&url),
    );
    let conversation = tried(&get).await;
    let cookie = server
        .received()
        .iter()
        .any(|request| request.contains("cookie: id=hunter2"));
    assert!(!cookie, "a preflight has no cookies");
    let printed = format!("{conversation:?}");
    assert!(!printed.contains(secret), "{printed}");

    let simple = written("GET", &["cookie: id=hunter2"], options(&server.url("/")));
    tried(&simple).await;
    let sent = |received: &[String]| {
        received
            .iter()
            .any(|request| request.contains("id=hunter2"))
    };
    assert!(sent(&server.received()));
    let omitting = Server::start(self::app()).await;
    let omit = Options {
        credentials: Some(Credentials::Omit),
        ..written(
            "GET",
            &["cookie: id=hunter2"],
            options(&omitting.url("/allowed")),
        )
    };
    tried(&omit).await;
    assert!(!sent(&omitting.received()));
}
