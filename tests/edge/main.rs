//! Policies at the edge: the responses through a gateway are those of the application.

mod application;
mod compare;
mod differences;
mod program;
mod requests;
mod tables;

use compare::{Difference, Differences, compare};
use cors_edge::{Edge, Options, Table, export};
use cors_test_support::{Connection, actual, response, serve};
use program::{Checked, Kind, free_address};
use requests::{pages_of_hosts, requests};

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
async fn test(edge: Edge, kind: Kind, differences: &Differences) {
    let Some(program) = kind.find() else {
        return;
    };
    let requests = [requests(2000), pages_of_hosts()].concat();
    let alone = serve(application::app(false)).await;
    for is_at_the_edge in [false, true] {
        let behind = serve(application::app(is_at_the_edge)).await;
        let addr = free_address();
        let mut options = Options::default();
        options.listen = addr.to_string();
        options.upstream = behind.to_string();
        let configuration = exported(edge, &table(), &options);
        let checked = Checked::new(kind, program.clone(), &addr.to_string(), &configuration);
        let _program = checked.start(addr);
        let own = if is_at_the_edge {
            differences.without_own_headers
        } else {
            differences.beside_own_headers
        };
        let accepted: Vec<&Difference> = differences.accepted.iter().chain(own).collect();
        compare(alone, addr, &requests, &accepted, differences.is_left);
    }
}

/// A page can read the status of a gateway's own error, as it reads those of the application.
fn test_errors(edge: Edge, kind: Kind) {
    let Some(program) = kind.find() else {
        return;
    };
    let addr = free_address();
    let mut options = Options::default();
    options.listen = addr.to_string();
    options.upstream = free_address().to_string();
    let configuration = exported(edge, &table(), &options);
    let _program = Checked::new(kind, program, &addr.to_string(), &configuration).start(addr);
    let request = actual("GET /unauthorized", "https://app.example");
    let found = Connection::open(addr).exchange(request);
    assert!([502, 503].contains(&found.status()), "{found}");
    let expected = "access-control-allow-credentials: true
         access-control-allow-origin: https://app.example
         vary: Origin";
    let expected = response(found.status(), expected);
    assert_eq!(found.cors_headers(), expected);
}

fn exported(edge: Edge, table: &Table, options: &Options) -> String {
    export(edge, table, options).unwrap_or_else(|refusals| panic!("{refusals:#?}"))
}

macro_rules! edges {
    ($($name:ident: $edge:ident, $constant:ident;)+) => {$(
        mod $name {
            use super::{Edge, differences, program, tables};

            #[tokio::test(flavor = "multi_thread")]
            async fn responses_are_those_of_the_application() {
                super::test(Edge::$edge, program::$constant, &differences::$constant).await;
            }

            #[test]
            fn own_errors_have_the_headers() {
                super::test_errors(Edge::$edge, program::$constant);
            }

            #[test]
            fn reads_any_text() {
                tables::test_any_text(Edge::$edge, program::$constant);
            }

            #[test]
            fn reads_a_large_table() {
                tables::test_large(Edge::$edge, program::$constant);
            }
        }
    )+};
}

edges! {
    caddy: Caddy, CADDY;
    envoy: Envoy, ENVOY;
    haproxy: HaProxy, HAPROXY;
    nginx: Nginx, NGINX;
}
