//! The differences between an application alone and through each edge, with their reasons.

use cors_test_support::{WireRequest, refused, response};

use super::compare::{Difference, Differences, ThroughEdge};

pub(crate) const NGINX: Differences = Differences {
    accepted: &[
        FIRST_LINES,
        EMPTY_ORIGIN,
        NAMES_AS_REQUESTED,
        Difference {
            reason: "nginx accepts methods in upper case only",
            is_of: |request, _| request.method() == "get",
            through_edge: ThroughEdge::Changed(|_, _| response(400, "")),
        },
    ],
    is_left: |request| compares_host(request) || has_no_policy(request),
};

pub(crate) const HAPROXY: Differences = Differences {
    accepted: &[
        NAMES_AS_REQUESTED,
        Difference {
            reason: "HAProxy does not join the lines of a list, so it refuses several; browsers send one",
            is_of: |request, response| {
                let lines = request.values("access-control-request-headers").count();
                lines > 1 && response.status() == 204
            },
            through_edge: ThroughEdge::Changed(|_, _| refused()),
        },
    ],
    is_left: |request| compares_host(request) || has_no_policy(request),
};

pub(crate) const CADDY: Differences = Differences {
    accepted: &[
        NAMES_AS_REQUESTED,
        Difference {
            reason: "Caddy removes no header of a response that switches protocols; browsers read none there",
            is_of: |_, response| response.status() == 101,
            through_edge: ThroughEdge::Changed(|_, response| {
                let names = [
                    "access-control-allow-credentials",
                    "access-control-allow-origin",
                ];
                names.iter().fold(response, |response, name| {
                    let values: Vec<String> = response.values(name).map(str::to_owned).collect();
                    values
                        .iter()
                        .fold(response, |response, value| response.with(name, value))
                })
            }),
        },
    ],
    // To Caddy an empty header is an absent one.
    is_left: |request| {
        let is_empty = request.values("origin").any(str::is_empty);
        is_empty || compares_host(request) || has_no_policy(request)
    },
};

/// Without `Sec-Fetch-Site`, the host of `Origin` is compared with that of the target.
fn compares_host(request: &WireRequest) -> bool {
    request.values("origin").next().is_some() && request.values("sec-fetch-site").next().is_none()
}

/// Routes without a policy, and methods that no policy of a path names.
fn has_no_policy(request: &WireRequest) -> bool {
    let named = match request.target() {
        "/staff/password" | "/reads/image" => "",
        "/archive" | "/archive/" | "/archive/a/b" => "GET HEAD",
        "/reports" => "GET HEAD QUERY PROPFIND",
        "/rest/notes" | "/rest/health" | "/staff/settings" => "GET HEAD POST",
        _ => return false,
    };
    named.split(' ').all(|method| method != request.method())
}

/// No browser sends two lines, and a server of HTTP/1.1 in front of nginx need not be the one that joins them.
const FIRST_LINES: Difference = Difference {
    reason: "nginx before version 1.23 has only the first line of a header in a variable",
    is_of: |request, _| {
        let names = [
            "origin",
            "access-control-request-method",
            "access-control-request-headers",
            "sec-fetch-site",
        ];
        names.iter().any(|name| request.values(name).count() > 1)
    },
    through_edge: ThroughEdge::To(WireRequest::first_lines),
};

/// No browser sends one.
const EMPTY_ORIGIN: Difference = Difference {
    reason: "to nginx an empty header is an absent one",
    is_of: |request, _| request.values("origin").any(str::is_empty),
    through_edge: ThroughEdge::To(|request| request.without("origin")),
};

/// The names are the same, apart from case, order and repetitions, which have no meaning.
const NAMES_AS_REQUESTED: Difference = Difference {
    reason: "with a prefix, the requested names are repeated as they were sent",
    is_of: |request, response| {
        let is_of_prefix = request
            .values("access-control-request-method")
            .eq(["PATCH"]);
        is_of_prefix
            && response
                .values("access-control-allow-headers")
                .next()
                .is_some()
    },
    through_edge: ThroughEdge::Changed(|request, response| {
        let requested = request
            .values("access-control-request-headers")
            .next()
            .unwrap_or_default();
        response.map("access-control-allow-headers", |_| {
            format!("content-type, {requested}")
        })
    }),
};

pub(crate) const ENVOY: Differences = Differences {
    accepted: &[
        Difference {
            reason: "Envoy joins lines by commas, and trims them",
            is_of: NAMES_AS_REQUESTED.is_of,
            through_edge: ThroughEdge::Changed(|request, response| {
                let requested = request.values("access-control-request-headers");
                let requested: Vec<&str> = requested.map(str::trim).collect();
                let requested = requested.join(",");
                response.map("access-control-allow-headers", |_| {
                    format!("content-type, {requested}")
                })
            }),
        },
        Difference {
            reason: "Envoy refuses methods that it does not have, and a QUERY without `content-type`",
            is_of: |request, _| ["get", "X", "QUERY"].contains(&request.method()),
            through_edge: ThroughEdge::Changed(|_, _| response(400, "")),
        },
    ],
    is_left: |request| compares_host(request) || has_no_policy(request),
};
