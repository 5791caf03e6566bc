//! The responses of an application alone, and those through an edge.

use std::net::SocketAddr;

use cors_test_support::{Connection, Failures, WireRequest, WireResponse};

use super::application::DECIDED;

/// A difference that is accepted, because the edge cannot do it otherwise.
pub(crate) struct Difference {
    pub(crate) reason: &'static str,
    /// A request that has it, which random ones may not be.
    pub(crate) example: &'static str,
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
    /// One with this status, whatever its headers.
    Declined(u16),
}

/// The differences of an edge.
pub(crate) struct Differences {
    pub(crate) accepted: &'static [Difference],
    /// Those where the application behind the edge has CORS headers of its own.
    pub(crate) beside_own_headers: &'static [Difference],
    /// Those where it has none.
    pub(crate) without_own_headers: &'static [Difference],
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
    accepted: &[&Difference],
    is_left: fn(&WireRequest) -> bool,
) {
    let mut failures = Failures::default();
    let [mut alone, mut through] = [application, edge].map(Client::new);
    let mut found = vec![0; accepted.len()];
    let mut left = 0;
    let examples: Vec<WireRequest> = accepted.iter().map(|it| it.example.into()).collect();
    for request in requests.iter().chain(&examples) {
        let mut seen = request.clone();
        let mut expected = compared(alone.exchange(request));
        let mut response = through.exchange(request);
        let is_decided_behind = response.values(DECIDED).next().is_some();
        response = compared(response);
        for (difference, count) in accepted.iter().zip(&mut found) {
            if !(difference.is_of)(&seen, &expected) {
                continue;
            }
            let before = expected.clone();
            match difference.through_edge {
                ThroughEdge::To(change) => {
                    seen = change(seen);
                    expected = compared(alone.exchange(&seen));
                }
                ThroughEdge::Changed(change) => expected = compared(change(&seen, expected)),
                ThroughEdge::Declined(status) => {
                    expected = WireResponse::from(status.to_string());
                    response = response.retain(|_| false);
                }
            }
            *count += usize::from(before != expected);
        }
        let is_left = is_left(&seen);
        left += usize::from(is_decided_behind);
        failures.compare(
            || format!("{request}\ndecided by the application"),
            &(is_decided_behind && is_left),
            &is_decided_behind,
        );
        failures.compare(|| request, &expected, &response);
    }
    failures.finish();
    assert!(left > 0, "no request is left to the application");
    for (difference, count) in accepted.iter().zip(found) {
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
    // White space around the names of a list is not part of them.
    let response = response.map("access-control-allow-headers", |value| {
        let names: Vec<&str> = value.split(',').map(str::trim).collect();
        names.join(", ")
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
