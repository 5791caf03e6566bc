//! The differences between an application alone and through each edge, with their reasons.

use cors_test_support::{WireRequest, WireResponse, refused};

use super::compare::{Difference, Differences, ThroughEdge};

pub(crate) const CADDY: Differences = Differences {
    accepted: &[EMPTY_ORIGIN, COMMA, NAMES_AS_REQUESTED],
    beside_own_headers: &[Difference {
        reason: "Caddy removes no header of a response that switches protocols; browsers read none there",
        example: "GET /socket
                  origin: https://app.example
                  connection: upgrade
                  upgrade: websocket
                  sec-websocket-version: 13
                  sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==",
        is_of: |_, response| response.status() == 101,
        through_edge: ThroughEdge::Changed(|_, response| {
            let lines: Vec<_> = GRANTS
                .into_iter()
                .filter_map(|name| Some((name, response.values(name).next()?.to_owned())))
                .collect();
            let twice =
                |response: WireResponse, (name, value): (&str, String)| response.with(name, &value);
            lines.into_iter().fold(response, twice)
        }),
    }],
    without_own_headers: &[],
    is_left: has_no_row,
};

pub(crate) const ENVOY: Differences = Differences {
    accepted: &[
        Difference {
            reason: "Envoy drops an empty line beside another one, which no browser sends",
            example: "OPTIONS /public
                      origin: https://app.example
                      origin:
                      access-control-request-method: GET",
            is_of: |request, _| {
                let origins = request.values("origin").count();
                origins > 1 && request.values("origin").any(str::is_empty)
            },
            through_edge: ThroughEdge::To(without_empty_origins),
        },
        COMMA,
        NAMES_AS_REQUESTED,
        Difference {
            reason: "Envoy refuses methods that it does not have, and a QUERY without `content-type`",
            example: "QUERY /reports",
            is_of: |request, _| ["get", "X", "QUERY"].contains(&request.method()),
            through_edge: ThroughEdge::Declined(400),
        },
    ],
    beside_own_headers: &[Difference {
        reason: "a web socket that the application declines has its headers beside those of the route",
        example: "GET /jobs
                  connection: upgrade
                  upgrade: websocket",
        is_of: |request, response| {
            let is_socket = request.values("upgrade").next().is_some();
            let is_passed = compares_host(request) && !is_allowed(request, response);
            is_socket && response.status() == 200 && !is_passed
        },
        through_edge: ThroughEdge::Changed(|_, response| {
            let twice = |value: &str| format!("{value},{value}");
            GRANTS
                .iter()
                .fold(response, |response, name| response.map(name, twice))
        }),
    }],
    without_own_headers: &[OWN_PAGES],
    // Envoy compares each line, and lines of an own page are no reason to refuse.
    is_left: |request| {
        request.values("sec-fetch-site").count() > 1
            || has_no_row(request)
            || compares_host(request)
    },
};

pub(crate) const HAPROXY: Differences = Differences {
    accepted: &[
        COMMA,
        NAMES_AS_REQUESTED,
        Difference {
            reason: "HAProxy does not join the lines of a list, so it refuses several; browsers send one",
            example: "OPTIONS /jobs
                      origin: https://app.example
                      access-control-request-method: POST
                      access-control-request-headers: content-type
                      access-control-request-headers: x-csrf",
            is_of: |request, response| {
                let lines = request.values("access-control-request-headers").count();
                lines > 1 && response.status() == 204
            },
            through_edge: ThroughEdge::Changed(|_, _| refused()),
        },
    ],
    beside_own_headers: &[],
    without_own_headers: &[],
    is_left: has_no_row,
};

pub(crate) const NGINX: Differences = Differences {
    accepted: &[
        Difference {
            reason: "nginx before version 1.23 has only the first line of a header; browsers send one",
            example: "OPTIONS /public
                      origin: https://app.example
                      origin: https://b.example
                      access-control-request-method: GET",
            is_of: |request, _| {
                let mut names = COMPARED.into_iter();
                names.any(|name| request.values(name).count() > 1)
            },
            through_edge: ThroughEdge::To(WireRequest::first_lines),
        },
        EMPTY_ORIGIN,
        COMMA,
        NAMES_AS_REQUESTED,
        Difference {
            reason: "nginx accepts methods in upper case only",
            example: "get /public",
            is_of: |request, _| request.method() == "get",
            through_edge: ThroughEdge::Declined(400),
        },
        Difference {
            reason: "nginx declines TRACE",
            example: "TRACE /nowhere",
            is_of: |request, _| request.method() == "TRACE",
            through_edge: ThroughEdge::Declined(405),
        },
    ],
    beside_own_headers: &[],
    without_own_headers: &[],
    is_left: has_no_row,
};

/// The headers that an edge compares, and of which requests have several lines.
const COMPARED: [&str; 4] = [
    "origin",
    "access-control-request-method",
    "access-control-request-headers",
    "sec-fetch-site",
];

/// The headers of responses to actual requests.
const GRANTS: [&str; 3] = [
    "access-control-allow-origin",
    "access-control-allow-credentials",
    "access-control-expose-headers",
];

/// The names are the same, apart from case, order and repetitions, which have no meaning.
const NAMES_AS_REQUESTED: Difference = Difference {
    reason: "with a prefix, the requested names are repeated as they were sent",
    example: "OPTIONS /jobs/7
              origin: https://app.example
              access-control-request-method: PATCH
              access-control-request-headers: X-Job-A",
    is_of: |request, response| {
        let mut methods = request.values("access-control-request-method");
        let mut allowed = response.values("access-control-allow-headers");
        methods.next() == Some("PATCH") && allowed.next().is_some()
    },
    through_edge: ThroughEdge::Changed(|request, response| {
        let requested: Vec<&str> = request.values("access-control-request-headers").collect();
        let names = format!("content-type, {}", requested.join(","));
        response.map("access-control-allow-headers", |_| names.clone())
    }),
};

/// No browser sends one.
const EMPTY_ORIGIN: Difference = Difference {
    reason: "to the edge an empty header is an absent one",
    example: "OPTIONS /public
              origin:
              access-control-request-method: GET",
    is_of: |request, _| request.values("origin").eq([""]),
    through_edge: ThroughEdge::To(without_empty_origins),
};

/// No browser sends one. Only the policies for every origin, and `Sec-Fetch-Site` of an own page, allow it.
const COMMA: Difference = Difference {
    reason: "an origin with a comma counts as two lines, because proxies join these",
    example: "OPTIONS /public
              origin: https://app.example,https://b.example
              access-control-request-method: GET",
    is_of: |request, _| request.values("origin").any(|origin| origin.contains(',')),
    through_edge: ThroughEdge::To(|request| request.header("origin", "https://b.example")),
};

fn without_empty_origins(request: WireRequest) -> WireRequest {
    request.retain(|name, value| name != "origin" || !value.is_empty())
}

/// The application alone has the header of a single origin in all of its responses.
const OWN_PAGES: Difference = Difference {
    reason: "a held request of the application's own page is the application's, which has no headers",
    example: "PATCH /jobs/7
              host: api.example
              origin: https://api.example",
    is_of: |request, response| {
        let is_read = ["GET", "HEAD", "OPTIONS"].contains(&request.method());
        let enforced = ["/own", "/archive"];
        let is_enforced = enforced
            .iter()
            .any(|path| request.target().starts_with(path));
        let is_held = !is_read || is_enforced || request.values("upgrade").next().is_some();
        is_held
            && compares_host(request)
            && !is_allowed(request, response)
            && response.status() != 403
    },
    through_edge: ThroughEdge::Changed(|_, response| {
        response.retain(|name| !GRANTS.contains(&name))
    }),
};

/// Whether the policy allows the origin of the request.
fn is_allowed(request: &WireRequest, response: &WireResponse) -> bool {
    let mut origins = response.values(GRANTS[0]);
    origins.any(|origin| origin == "*" || request.values("origin").eq([origin]))
}

/// The policy of the plain handler names no method that is left, so the table has no row for it.
fn has_no_row(request: &WireRequest) -> bool {
    request.target() == "/rest/notes" && !["GET", "POST"].contains(&request.method())
}

/// Without `Sec-Fetch-Site`, the host of `Origin` is compared with that of the target.
fn compares_host(request: &WireRequest) -> bool {
    request.values("origin").next().is_some() && request.values("sec-fetch-site").next().is_none()
}
