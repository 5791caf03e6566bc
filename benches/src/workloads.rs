//! What is asked of the contestants.

use std::fmt::Write;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use http::header::{
    ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, HeaderName, ORIGIN,
};
use http::{HeaderMap, HeaderValue, Method};

use crate::contestants::{
    Contestant, ORIGIN as ALLOWED, PATH, Site, THIRTY_ASKED, many_origins, origins_of_set,
};

/// Workloads that are told in one table, and measured beside each other.
#[derive(Debug)]
pub struct Group {
    /// Its title.
    pub title: &'static str,
    /// What it asks.
    pub workloads: Vec<Workload>,
}

/// One request, and who is asked.
#[derive(Debug)]
pub struct Workload {
    /// Its name, which the limits know.
    pub name: String,
    /// What is asked.
    pub asked: Asked,
    /// Who is.
    pub apps: Vec<(Contestant, Router)>,
}

/// The head of a request.
#[derive(Clone, Debug)]
pub struct Asked {
    method: Method,
    headers: HeaderMap,
}

impl Asked {
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

    /// A request to send.
    #[must_use]
    pub fn request(&self) -> Request {
        let mut request = Request::new(Body::empty());
        *request.method_mut() = self.method.clone();
        *request.uri_mut() = http::Uri::from_static(PATH);
        *request.headers_mut() = self.headers.clone();
        request
    }

    /// The head as HTTP/1.1 has it.
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

use Contestant::{Axum, AxumOneMoreLayer, ByHand, Ours, TowerHttp};

/// Everything that is measured.
#[must_use]
pub fn groups() -> Vec<Group> {
    vec![
        actual_requests(),
        one_layer(),
        preflights(),
        many(),
        set(),
        hostile(),
    ]
}

/// A whole server, asked by one client over one connection.
#[must_use]
pub fn over_loopback() -> Group {
    let contestants = [Axum, ByHand, Ours, TowerHttp];
    Group {
        title: "A server over loopback",
        workloads: vec![
            workload(
                "server, one origin",
                Asked::get(Some(ALLOWED)),
                &contestants,
                |who| Site::OneOrigin.app(who),
            ),
            workload(
                "server, three origins",
                Asked::get(Some(ALLOWED)),
                &contestants,
                |who| Site::ThreeOrigins.app(who),
            ),
            workload(
                "server, preflight",
                Asked::preflight(ALLOWED, "GET", "authorization"),
                &[ByHand, Ours, TowerHttp],
                |who| Site::OneOrigin.app(who),
            ),
        ],
    }
}

const STRANGER: &str = "https://app.stranger.example";

fn workload(
    name: impl Into<String>,
    asked: Asked,
    contestants: &[Contestant],
    app: impl Fn(Contestant) -> Router,
) -> Workload {
    Workload {
        name: name.into(),
        asked,
        // As `axum::serve` does first: else axum makes every route anew for each request.
        apps: contestants
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
                Asked::get(origin),
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
        title: "Actual requests under one layer of the user's",
        workloads: workloads
            .into_iter()
            .map(|(name, site)| {
                workload(
                    name,
                    Asked::get(Some(ALLOWED)),
                    &[Axum, AxumOneMoreLayer, Ours, TowerHttp],
                    |who| site.layered_app(who),
                )
            })
            .collect(),
    }
}

fn preflights() -> Group {
    let asked = |origin, method| Asked::preflight(origin, method, "authorization");
    let mut workloads = Vec::new();
    for (policy, site) in [
        ("one origin", Site::OneOrigin),
        ("three origins", Site::ThreeOrigins),
    ] {
        for (what, asked) in [
            ("allowed", asked(ALLOWED, "GET")),
            ("method refused", asked(ALLOWED, "DELETE")),
            ("origin refused", asked(STRANGER, "GET")),
            (
                "header refused",
                Asked::preflight(ALLOWED, "GET", "authorization,x-other"),
            ),
        ] {
            workloads.push(workload(
                format!("preflight, {policy}, {what}"),
                asked,
                &[ByHand, Ours, TowerHttp],
                |who| site.app(who),
            ));
        }
    }
    workloads.push(workload(
        "preflight, 30 headers, allowed",
        Asked::preflight(ALLOWED, "GET", THIRTY_ASKED),
        &[Ours, TowerHttp],
        |who| Site::ThirtyHeaders.app(who),
    ));
    Group {
        title: "Preflights",
        workloads,
    }
}

/// How many origins a policy has in turn.
pub const MANY: [usize; 4] = [1, 3, 100, 10_000];
/// The kinds of entries that it has.
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
            let contestants: &[Contestant] = match kind {
                // tower-http has no wildcards.
                "exact" => &[Axum, AxumOneMoreLayer, Ours, TowerHttp],
                _ => &[Axum, AxumOneMoreLayer, Ours],
            };
            workloads.push(workload(
                format!("{kind}, {count}"),
                Asked::get(Some(&last.replace('*', "shop"))),
                contestants,
                |who| many_origins(who, &origins),
            ));
        }
    }
    Group {
        title: "Many origins, by a layer",
        workloads,
    }
}

/// The origins that a large `OriginSet` has.
#[must_use]
pub fn hundred_thousand() -> Vec<String> {
    (0..100_000)
        .map(|n| format!("https://tenant{n}.example"))
        .collect()
}

fn set() -> Group {
    let origins = hundred_thousand();
    let asked = [
        ("hit", "https://tenant99999.example"),
        ("miss", STRANGER),
        ("near miss", "https://tenant99999.example:8443"),
    ];
    Group {
        title: "`OriginSet` of 100,000",
        workloads: asked
            .into_iter()
            .map(|(what, origin)| {
                workload(
                    format!("set, {what}"),
                    Asked::get(Some(origin)),
                    &[Axum, Ours, TowerHttp],
                    |who| origins_of_set(who, &origins),
                )
            })
            .collect(),
    }
}

/// What a hostile preflight asks with, of so many bytes.
pub const HOSTILE: [&str; 4] = ["commas", "one name", "white space", "lines"];
/// Of which 4 KiB are the first.
pub const SIZES: [&str; 2] = ["4 KiB", "1 MiB"];

fn hostile() -> Group {
    const KIB: usize = 1024;
    let filled = |unit: &str, bytes: usize| {
        let text = unit.repeat(bytes / unit.len());
        Asked::preflight(ALLOWED, "GET", &text)
    };
    let lines = |count| {
        let asked = Asked::get(Some(ALLOWED))
            .with(ACCESS_CONTROL_REQUEST_METHOD, "GET")
            .method(Method::OPTIONS);
        (0..count).fold(asked, |asked, _| {
            asked.with(ACCESS_CONTROL_REQUEST_HEADERS, "authorization   ")
        })
    };
    let mut workloads = Vec::new();
    for (size, bytes) in SIZES.into_iter().zip([4 * KIB, KIB * KIB]) {
        // 1,024 of them, which is what 1 MiB can't be: a `HeaderMap` holds 32,768.
        let number_of_lines = if bytes == 4 * KIB { 256 } else { 1024 };
        for (kind, asked) in HOSTILE.into_iter().zip([
            filled(",", bytes),
            filled("authorization,  ", bytes),
            filled(" \t", bytes),
            lines(number_of_lines),
        ]) {
            workloads.push(workload(
                format!("hostile, {kind}, {size}"),
                asked,
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
