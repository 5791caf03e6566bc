//! The responses of an application alone, and those through an edge.

use std::net::SocketAddr;

use cors_test_support::{Connection, Failures, WireRequest, WireResponse};

use super::application::DECIDED;

/// A difference that is accepted, because the edge cannot do it otherwise.
pub(crate) struct Difference {
    pub(crate) reason: &'static str,
    /// Whether the response to a request of this kind differs, from that of the application.
    pub(crate) is_of: fn(&WireRequest, &WireResponse) -> bool,
    pub(crate) through_edge: ThroughEdge,
}

/// The response through an edge.
pub(crate) enum ThroughEdge {
    /// The one that the application gives to this request.
    To(fn(WireRequest) -> WireRequest),
    /// The one of the application, with this change.
    Changed(fn(&WireRequest, WireResponse) -> WireResponse),
}

/// The differences of an edge.
pub(crate) struct Differences {
    pub(crate) accepted: &'static [Difference],
    /// Whether the edge leaves the decision about a request to the application.
    pub(crate) is_left: fn(&WireRequest) -> bool,
}

/// Sends each request to both, and compares status, `access-control-*`, `vary` and `cache-control`.
///
/// A response that differs is one of a [`Difference`], and each of these is needed. The application behind the
/// edge decides about nothing but what is left to it.
pub(crate) fn compare(
    application: SocketAddr,
    edge: SocketAddr,
    requests: &[WireRequest],
    differences: &Differences,
) {
    let mut failures = Failures::default();
    let [mut alone, mut through] = [application, edge].map(Client::new);
    let mut found = vec![0; differences.accepted.len()];
    let mut left = 0;
    for request in requests {
        let mut seen = request.clone();
        let mut expected = compared(alone.exchange(request));
        for (difference, count) in differences.accepted.iter().zip(&mut found) {
            if !(difference.is_of)(&seen, &expected) {
                continue;
            }
            let before = expected.clone();
            expected = match difference.through_edge {
                ThroughEdge::To(change) => {
                    seen = change(seen);
                    compared(alone.exchange(&seen))
                }
                ThroughEdge::Changed(change) => compared(change(&seen, expected)),
            };
            *count += usize::from(before != expected);
        }
        let response = through.exchange(request);
        let is_decided_behind = response.values(DECIDED).next().is_some();
        let is_left = (differences.is_left)(&seen);
        left += usize::from(is_decided_behind);
        failures.compare(
            || format!("{request}\ndecided by the application"),
            &(is_decided_behind && is_left),
            &is_decided_behind,
        );
        failures.compare(|| request, &expected, &compared(response));
    }
    failures.finish();
    assert!(left > 0, "no request is left to the application");
    for (difference, count) in differences.accepted.iter().zip(found) {
        assert!(
            count > 0,
            "no request has this difference: {}",
            difference.reason
        );
    }
}

/// The status and the headers that are compared.
///
/// `vary` is compared as a sorted list of names, because neither their order and case nor the lines on
/// which they stand have a meaning (RFC 9110, sections 5.3 and 12.5.5). A name that stands twice is there
/// twice. Lines of `access-control-*` have to be the same, because a browser joins them.
fn compared(response: WireResponse) -> WireResponse {
    let response = response.retain(|name| {
        name.starts_with("access-control-") || name == "vary" || name == "cache-control"
    });
    let names = response.values("vary").flat_map(|line| line.split(','));
    let mut names: Vec<String> = names.map(|name| name.trim().to_ascii_lowercase()).collect();
    names.sort_unstable();
    names.dedup();
    let names = names.join(", ");
    let response = response.without_body().retain(|name| name != "vary");
    // White space around a value is not part of it.
    let response = response.map("access-control-allow-headers", |value| {
        value.trim().to_owned()
    });
    if names.is_empty() {
        response
    } else {
        response.with("vary", &names)
    }
}

/// A client that keeps its connection.
struct Client {
    addr: SocketAddr,
    connection: Option<Connection>,
}

impl Client {
    fn new(addr: SocketAddr) -> Self {
        Self {
            addr,
            connection: None,
        }
    }

    fn exchange(&mut self, request: &WireRequest) -> WireResponse {
        let connection = self.connection.take();
        let mut connection = connection.unwrap_or_else(|| Connection::open(self.addr));
        let response = connection.exchange(request);
        let closes = response
            .values("connection")
            .any(|value| value.eq_ignore_ascii_case("close"));
        // After an upgrade the protocol is another one, or the server waits for it.
        let upgrades = request.values("upgrade").next().is_some();
        if !closes && !upgrades {
            self.connection = Some(connection);
        }
        response
    }
}
