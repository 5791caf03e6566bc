//! Policies at the edge: the responses through a gateway are those of the application.

mod application;
mod compare;
mod differences;
mod program;
mod requests;

use compare::{Difference, Differences, compare};
use cors_edge::{Edge, Options, Table, export};
use cors_test_support::serve;
use program::{Kind, Program, free_address};
use requests::requests;

/// The table of the application's policies. It has no origins of development, so it is that of a release
/// build, too.
fn table() -> Table {
    let policies = application::router().policies();
    let mut table = serde_json::to_value(&policies).expect("policies are text and numbers");
    table["debug"] = false.into();
    table.to_string().parse().expect("a table")
}

/// Compares the responses of the application alone with those through an edge, behind which it has CORS
/// headers of its own, and behind which it has none.
async fn test(edge: Edge, kind: &Kind, differences: &Differences) {
    let Some(program) = kind.find() else {
        return;
    };
    let alone = serve(application::app(false)).await;
    for is_at_the_edge in [false, true] {
        let behind = serve(application::app(is_at_the_edge)).await;
        let addr = free_address();
        let mut options = Options::default();
        options.listen = addr.to_string();
        options.upstream = behind.to_string();
        let configuration = match export(edge, &table(), &options) {
            Ok(configuration) => configuration,
            Err(refusals) => panic!("{refusals:#?}"),
        };
        let program = Program::start(kind, &program, addr, &configuration);
        let own = if is_at_the_edge {
            differences.without_own_headers
        } else {
            differences.beside_own_headers
        };
        let accepted: Vec<&Difference> = differences.accepted.iter().chain(own).collect();
        let requests = requests(2000);
        compare(
            alone,
            program.addr,
            &requests,
            &accepted,
            differences.is_left,
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nginx() {
    test(Edge::Nginx, &program::NGINX, &differences::NGINX).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn haproxy() {
    test(Edge::HaProxy, &program::HAPROXY, &differences::HAPROXY).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn caddy() {
    test(Edge::Caddy, &program::CADDY, &differences::CADDY).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn envoy() {
    test(Edge::Envoy, &program::ENVOY, &differences::ENVOY).await;
}
