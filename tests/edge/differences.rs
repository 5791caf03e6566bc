//! The differences between an application alone and through each edge, with their reasons.

use cors_test_support::{WireRequest, WireResponse, response};

use super::compare::{Difference, ThroughEdge};

pub(crate) const NGINX: &[Difference] = &[
    FIRST_LINES,
    NAMES_AS_REQUESTED,
    Difference {
        reason: "nginx accepts methods in upper case only",
        is_of: |request, _| request.method() == "get",
        through_edge: ThroughEdge::Changed(|_, _| response(400, "")),
    },
];

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

pub(crate) const ENVOY: &[Difference] = &[
    NAMES_AS_REQUESTED,
    Difference {
        reason: "Envoy refuses a QUERY that has no `content-type`",
        is_of: |request, _| request.method() == "QUERY",
        through_edge: ThroughEdge::Changed(|_, _| response(400, "")),
    },
];
