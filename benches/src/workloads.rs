//! The requests that the peers answer.

use std::fmt::Write;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use http::header::{
    ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, HeaderName, ORIGIN,
};
use http::{HeaderMap, HeaderValue, Method};

use crate::peers::{
    ORIGIN as ALLOWED, PATH, Peer, Site, THIRTY_REQUESTED, many_origins, origins_of_set,
};
use crate::report::{Section, Table};

/// Workloads of one table, which are measured side by side.
#[derive(Debug)]
pub struct Group {
    /// The heading of the table.
    pub title: &'static str,
    /// The rows of the table.
    pub workloads: Vec<Workload>,
}

impl Group {
    /// Writes the costs of the group: a row for each workload, a column for each peer, and another
    /// table where the peers are others.
    pub fn report(&self, section: &mut Section, cell: impl Fn(&Workload, Peer) -> String) {
        section.heading(self.title);
        for rows in self.workloads.chunk_by(|a, b| a.peers().eq(b.peers())) {
            let heads: Vec<&str> = std::iter::once("")
                .chain(rows[0].peers().map(Peer::label))
                .collect();
            let mut table = Table::new(&heads);
            for workload in rows {
                let costs = workload.peers().map(|peer| cell(workload, peer));
                let cells: Vec<String> = std::iter::once(workload.name.clone())
                    .chain(costs)
                    .collect();
                table.row(&cells);
            }
            section.table(&table);
        }
    }
}

/// One request, and the routers that answer it.
#[derive(Debug)]
pub struct Workload {
    /// The name, which the limits refer to.
    pub name: String,
    /// The request.
    pub head: Head,
    /// The router of each peer.
    pub apps: Vec<(Peer, Router)>,
}

impl Workload {
    /// The peers, in the order of the columns.
    pub fn peers(&self) -> impl Iterator<Item = Peer> {
        self.apps.iter().map(|(peer, _)| *peer)
    }
}

/// The head of a request.
#[derive(Clone, Debug)]
pub struct Head {
    method: Method,
    headers: HeaderMap,
}

impl Head {
    fn get(origin: Option<&str>) -> Self {
        let mut headers = HeaderMap::new();
        if let Some(origin) = origin {
            headers.insert(ORIGIN, value(origin));
        }
        Self {
            method: Method::GET,
            headers,
        }
    }

    fn preflight(origin: &str, method: &str, headers: &str) -> Self {
        Self::get(Some(origin))
            .with(ACCESS_CONTROL_REQUEST_METHOD, method)
            .with(ACCESS_CONTROL_REQUEST_HEADERS, headers)
            .method(Method::OPTIONS)
    }

    fn method(self, method: Method) -> Self {
        Self { method, ..self }
    }

    fn with(mut self, name: HeaderName, text: &str) -> Self {
        self.headers.append(name, value(text));
        self
    }

    /// Makes a request.
    #[must_use]
    pub fn request(&self) -> Request {
        let mut request = Request::new(Body::empty());
        *request.method_mut() = self.method.clone();
        *request.uri_mut() = http::Uri::from_static(PATH);
        *request.headers_mut() = self.headers.clone();
        request
    }

    /// Writes the head in HTTP/1.1.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = format!("{} {PATH} HTTP/1.1\r\nhost: api.example\r\n", self.method);
        for (name, value) in &self.headers {
            let value = String::from_utf8_lossy(value.as_bytes());
            let _ = write!(text, "{name}: {value}\r\n");
        }
        text + "\r\n"
    }
}

fn value(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).expect("the text is a header's value")
}

use Peer::{Axum, AxumOneMoreLayer, ByHand, Ours, TowerHttp};

/// Returns all workloads that need no server.
#[must_use]
pub fn groups() -> Vec<Group> {
    vec![
        actual_requests(),
        one_layer(),
        preflights(),
        many(),
        set(),
        hostile(),
        hostile_origins(),
    ]
}

/// Returns the workloads of a server with one client and one connection.
#[must_use]
pub fn over_loopback() -> Group {
    let peers = [Axum, ByHand, Ours, TowerHttp];
    Group {
        title: "A server over loopback",
        workloads: vec![
            workload(
                "server, one origin",
                Head::get(Some(ALLOWED)),
                &peers,
                |who| Site::OneOrigin.app(who),
            ),
            workload(
                "server, three origins",
                Head::get(Some(ALLOWED)),
                &peers,
                |who| Site::ThreeOrigins.app(who),
            ),
            workload(
                "server, preflight",
                Head::preflight(ALLOWED, "GET", "authorization"),
                &[Axum, ByHand, Ours, TowerHttp],
                |who| Site::OneOrigin.app(who),
            ),
        ],
    }
}

const STRANGER: &str = "https://app.stranger.example";

fn workload(
    name: impl Into<String>,
    head: Head,
    peers: &[Peer],
    app: impl Fn(Peer) -> Router,
) -> Workload {
    Workload {
        name: name.into(),
        head,
        // `axum::serve` does this first, because axum otherwise builds all routes for each request.
        apps: peers
            .iter()
            .map(|&who| (who, app(who).with_state(())))
            .collect(),
    }
}

fn actual_requests() -> Group {
    let mut workloads = Vec::new();
    for (policy, site) in [
        ("one origin", Site::OneOrigin),
        ("three origins", Site::ThreeOrigins),
        ("30 exposed headers", Site::ThirtyHeaders),
    ] {
        for (what, origin) in [
            ("allowed", Some(ALLOWED)),
            ("refused", Some(STRANGER)),
            ("without Origin", None),
        ] {
            if site == Site::ThirtyHeaders && origin != Some(ALLOWED) {
                continue;
            }
            workloads.push(workload(
                format!("{policy}, {what}"),
                Head::get(origin),
                &[Axum, ByHand, Ours, TowerHttp],
                |who| site.app(who),
            ));
        }
    }
    Group {
        title: "Actual requests",
        workloads,
    }
}

fn one_layer() -> Group {
    let workloads = [
        ("layer, one origin", Site::OneOrigin),
        ("layer, three origins", Site::ThreeOrigins),
    ];
    Group {
        title: "Actual requests under one layer of the application",
        workloads: workloads
            .into_iter()
            .map(|(name, site)| {
                workload(
                    name,
                    Head::get(Some(ALLOWED)),
                    &[Axum, AxumOneMoreLayer, Ours, TowerHttp],
                    |who| site.layered_app(who),
                )
            })
            .collect(),
    }
}

fn preflights() -> Group {
    let head = |origin, method| Head::preflight(origin, method, "authorization");
    let mut workloads = Vec::new();
    for (policy, site) in [
        ("one origin", Site::OneOrigin),
        ("three origins", Site::ThreeOrigins),
    ] {
        for (what, head) in [
            ("allowed", head(ALLOWED, "GET")),
            ("method refused", head(ALLOWED, "DELETE")),
            ("origin refused", head(STRANGER, "GET")),
            (
                "header refused",
                Head::preflight(ALLOWED, "GET", "authorization,x-other"),
            ),
        ] {
            workloads.push(workload(
                format!("preflight, {policy}, {what}"),
                head,
                &[Axum, ByHand, Ours, TowerHttp],
                |who| site.app(who),
            ));
        }
    }
    workloads.push(workload(
        "preflight, 30 headers, allowed",
        Head::preflight(ALLOWED, "GET", THIRTY_REQUESTED),
        &[Axum, Ours, TowerHttp],
        |who| Site::ThirtyHeaders.app(who),
    ));
    Group {
        title: "Preflights",
        workloads,
    }
}

/// Numbers of origins in a policy.
pub const MANY: [usize; 4] = [1, 3, 100, 10_000];
/// Kinds of origins in a policy.
pub const KINDS: [&str; 3] = ["exact", "wildcard", "mixed"];

fn many() -> Group {
    let mut workloads = Vec::new();
    for kind in KINDS {
        for count in MANY {
            let exact = |n| format!("https://tenant{n}.example");
            let wildcard = |n| format!("https://*.tenant{n}.example");
            let entry = |n| match kind {
                "exact" => exact(n),
                "wildcard" => wildcard(n),
                _ if (count - n) % 2 == 0 => exact(n),
                _ => wildcard(n),
            };
            let last = entry(count - 1);
            let origins: Vec<String> = (0..count).map(entry).collect();
            let peers: &[Peer] = match kind {
                // tower-http has no wildcards.
                "exact" => &[Axum, AxumOneMoreLayer, Ours, TowerHttp],
                _ => &[Axum, AxumOneMoreLayer, Ours],
            };
            workloads.push(workload(
                format!("{kind}, {count}"),
                Head::get(Some(&last.replace('*', "shop"))),
                peers,
                |who| many_origins(who, &origins),
            ));
        }
    }
    Group {
        title: "Many origins, by a layer",
        workloads,
    }
}

/// Returns the origins of a large `OriginSet`.
#[must_use]
pub fn hundred_thousand() -> Vec<String> {
    (0..100_000)
        .map(|n| format!("https://tenant{n}.example"))
        .collect()
}

fn set() -> Group {
    let origins = hundred_thousand();
    let requests = [
        ("hit", "https://tenant99999.example"),
        ("miss", STRANGER),
        ("near miss", "https://tenant99999.example:8443"),
    ];
    Group {
        title: "`OriginSet` of 100,000",
        workloads: requests
            .into_iter()
            .map(|(what, origin)| {
                workload(
                    format!("set, {what}"),
                    Head::get(Some(origin)),
                    &[Axum, Ours, TowerHttp],
                    |who| origins_of_set(who, &origins),
                )
            })
            .collect(),
    }
}

/// Contents of a hostile `Access-Control-Request-Headers`.
pub const HOSTILE: [&str; 4] = ["commas", "one name", "white space", "lines"];
/// Sizes of a hostile `Access-Control-Request-Headers`.
pub const SIZES: [&str; 2] = ["4 KiB", "1 MiB"];

fn hostile() -> Group {
    const KIB: usize = 1024;
    let filled = |unit: &str, bytes: usize| {
        let text = unit.repeat(bytes / unit.len());
        Head::preflight(ALLOWED, "GET", &text)
    };
    let lines = |count| {
        let head = Head::get(Some(ALLOWED))
            .with(ACCESS_CONTROL_REQUEST_METHOD, "GET")
            .method(Method::OPTIONS);
        (0..count).fold(head, |head, _| {
            head.with(ACCESS_CONTROL_REQUEST_HEADERS, "authorization   ")
        })
    };
    let mut workloads = Vec::new();
    for (size, bytes) in SIZES.into_iter().zip([4 * KIB, KIB * KIB]) {
        // Fewer than 1 MiB of lines, because a `HeaderMap` holds at most 32,768 headers.
        let number_of_lines = if bytes == 4 * KIB { 256 } else { 1024 };
        for (kind, head) in HOSTILE.into_iter().zip([
            filled(",", bytes),
            filled("authorization,  ", bytes),
            filled(" \t", bytes),
            lines(number_of_lines),
        ]) {
            workloads.push(workload(
                format!("hostile, {kind}, {size}"),
                head,
                &[Axum, Ours, TowerHttp],
                |who| Site::OneOrigin.app(who),
            ));
        }
    }
    Group {
        title: "Hostile preflights",
        workloads,
    }
}

/// Lists with which a hostile `Origin` is compared.
pub const HOSTILE_ORIGINS: [&str; 2] = ["exact", "wildcard"];
/// Sizes of an `Origin`.
pub const ORIGIN_SIZES: [&str; 2] = ["short", "400 kB"];

/// Origins that end like one of the list. hyper accepts headers of 400 kB.
fn hostile_origins() -> Group {
    let mut workloads = Vec::new();
    for kind in HOSTILE_ORIGINS {
        let prefix = if kind == "exact" { "" } else { "*." };
        let origins: Vec<String> = (0..100)
            .map(|n| format!("https://{prefix}tenant{n}.example"))
            .collect();
        for (size, origin) in ORIGIN_SIZES.into_iter().zip([
            "https://a.stranger.example".to_owned(),
            format!("https://{}tenant99.example", "a.".repeat(200_000)),
        ]) {
            let peers: &[Peer] = match kind {
                // tower-http has no wildcards.
                "exact" => &[Axum, Ours, TowerHttp],
                _ => &[Axum, Ours],
            };
            workloads.push(workload(
                format!("hostile origin, {kind}, {size}"),
                Head::get(Some(&origin)),
                peers,
                |who| many_origins(who, &origins),
            ));
        }
    }
    Group {
        title: "Hostile origins",
        workloads,
    }
}
