//! Policies at the edge: the responses through a gateway are those of the application.

mod application;
mod compare;
mod program;
mod requests;

use cors_test_support::serve;

#[tokio::test(flavor = "multi_thread")]
async fn alone() {
    let requests = requests::requests(2000);
    let addr = serve(application::app()).await;
    let mut counts = std::collections::BTreeMap::new();
    let mut c = cors_test_support::Connection::open(addr);
    for request in &requests {
        if request.values("upgrade").next().is_some() {
            c = cors_test_support::Connection::open(addr);
        }
        let r = c.exchange(request);
        if request.values("upgrade").next().is_some() {
            c = cors_test_support::Connection::open(addr);
        }
        *counts
            .entry((request.method().to_owned(), r.status()))
            .or_insert(0) += 1;
    }
    println!("{counts:?}");
    compare::compare(addr, addr, &requests, &[]);
}
