//! A page on one origin, Envoy on another, the API of an example behind Envoy: `examples/envoy`.

use std::net::SocketAddr;

use axum::Router;
use cors_edge::{Edge, Options, Table, export};
use cors_runtime::{CorsRouter, cors, routes};
use cors_test_support::{Connection, WireRequest, WireResponse, actual, preflight, serve};
use expect_test::expect_file;

use super::edge::{Checked, ENVOY, Program, free_address};
use super::engines::{Session, in_each_engine};
use super::example::{Example, SALARIES};
use super::salaries::use_page;

const README: &str = include_str!("../../examples/envoy/README.md");
const PASS_THROUGH: &str = include_str!("../../examples/envoy/envoy.yaml");
const LOGIN: &str = include_str!("../../examples/envoy/login.yaml");
const POLICIES: &str = include_str!("../../examples/envoy/policies.yaml");

/// Envoy on a free port with a configuration of `examples/envoy`. `None` if it is missing, which is
/// reported.
fn start(configuration: &str, upstream: SocketAddr, listen: SocketAddr) -> Option<Program> {
    let program = ENVOY.find()?;
    let port = |addr: SocketAddr| format!("port_value: {}", addr.port());
    for written in ["port_value: 8000", "port_value: 3000"] {
        assert!(configuration.contains(written), "{written}");
    }
    let configuration = configuration
        .replace("port_value: 8000", &port(listen))
        .replace("port_value: 3000", &port(upstream));
    let checked = Checked::new(ENVOY, program, &format!("browser-{listen}"), &configuration);
    Some(checked.start(listen))
}

/// `policies.yaml` is the output of the command in `README.md`.
#[test]
fn envoy_configuration_of_the_example_is_up_to_date() {
    let table: Table = include_str!("../../examples/salaries/cors.lock")
        .parse()
        .expect("a table");
    let origins = include_str!("../../examples/envoy/origins.txt").lines();
    let mut options = Options::default();
    options.listen = "127.0.0.1:8000".to_owned();
    let origins = origins.map(str::to_owned).collect();
    options.sets.insert("configured".to_owned(), origins);
    let configuration = export(Edge::Envoy, &table, &options).expect("Envoy can have it");
    expect_file!["../../examples/envoy/policies.yaml"].assert_eq(&configuration);
}

/// Uses the page of the example, whose API is behind Envoy.
async fn use_page_through(
    session: &Session,
    configuration: &str,
    name: &str,
    edge: &[(&str, &str)],
) {
    let [listen, upstream] = [free_address(), free_address()];
    let Some(_envoy) = start(configuration, upstream, listen) else {
        return;
    };
    let [url, upstream] = [format!("http://{listen}"), upstream.to_string()];
    let mut variables = vec![("API_URL", url.as_str()), ("API_ADDR", upstream.as_str())];
    variables.extend(edge);
    use_page(session, &Example::start_with(&SALARIES, &variables), name).await;
}

in_each_engine!(salaries_page_through_envoy of SALARIES);
async fn salaries_page_through_envoy(session: &Session) {
    use_page_through(session, PASS_THROUGH, "envoy", &[]).await;
}

in_each_engine!(salaries_page_with_its_policies_in_envoy of SALARIES);
async fn salaries_page_with_its_policies_in_envoy(session: &Session) {
    let edge = [("AT_THE_EDGE", "1")];
    use_page_through(session, POLICIES, "envoy-policies", &edge).await;
}

#[cors(
    origins = ["https://app.example"],
    methods = [GET],
    headers = ["authorization"],
)]
async fn list() -> &'static str {
    "[]"
}

fn app() -> Router {
    CorsRouter::new()
        .route("/jobs", routes![list])
        .into_router()
}

/// The login of `README.md` beside the exported policies: pages can read its 403.
#[tokio::test(flavor = "multi_thread")]
async fn login_beside_the_policies_in_envoy() {
    let blocks = README.split("```yaml\n").skip(1);
    let blocks: Vec<_> = blocks
        .filter_map(|block| block.split("```").next())
        .collect();
    let [filter] = blocks[..] else {
        panic!("{blocks:?}");
    };
    let filters = "          http_filters:\n";
    assert!(POLICIES.contains(filters), "{POLICIES}");
    let configuration = POLICIES.replace(filters, &format!("{filters}{filter}"));
    let (listen, upstream) = (free_address(), serve(at_the_edge()).await);
    let Some(_envoy) = start(&configuration, upstream, listen) else {
        return;
    };
    let page = "http://127.0.0.1:8080";
    let get = || actual("GET /salaries", page);
    for (name, request, status) in [
        ("a preflight", preflight("GET /salaries", page), 204),
        ("signed out", get(), 403),
        (
            "signed in",
            get().header("authorization", "Bearer example"),
            200,
        ),
    ] {
        let response = exchange(listen, request);
        let origins: Vec<&str> = response.values("access-control-allow-origin").collect();
        assert_eq!(
            (response.status(), &*origins),
            (status, &[page][..]),
            "{name}"
        );
    }
}

#[cors(origins = ["http://127.0.0.1:*"], methods = [GET])]
async fn salaries() -> &'static str {
    "[]"
}

/// An application that leaves CORS to Envoy.
fn at_the_edge() -> Router {
    let router = CorsRouter::new().route("/salaries", routes![salaries]);
    router.at_the_edge(true).into_router()
}

fn exchange(server: SocketAddr, request: WireRequest) -> WireResponse {
    Connection::open(server).exchange(request.header("host", &server.to_string()))
}

/// The table of logins in `README.md`: preflights pass, and everything else needs the password.
#[tokio::test(flavor = "multi_thread")]
async fn login_of_envoy_lets_preflights_by() {
    let (listen, upstream) = (free_address(), serve(app()).await);
    let Some(_envoy) = start(LOGIN, upstream, listen) else {
        return;
    };
    let asks = preflight("GET /jobs", "https://app.example").request_headers("authorization");
    let get = |headers: &str| {
        WireRequest::from(format!("GET /jobs\norigin: https://app.example\n{headers}"))
    };
    let options = WireRequest::from("OPTIONS /jobs\norigin: https://app.example");
    // The password is `example`.
    let signed_in = get("authorization: Basic YWRhOmV4YW1wbGU=");
    for (name, request, status, is_readable) in [
        ("a preflight", asks, 204, true),
        ("signed in", signed_in, 200, true),
        ("signed out", get(""), 401, false),
        ("no preflight", options, 401, false),
    ] {
        let response = exchange(listen, request);
        let readable = response
            .values("access-control-allow-origin")
            .next()
            .is_some();
        assert_eq!(
            (response.status(), readable),
            (status, is_readable),
            "{name}"
        );
    }
}
