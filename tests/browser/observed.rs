//! The observable effects of a request: requests that arrive at the server, and the response that the
//! page sees.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use axum::body::Body;
use axum::extract::Request;
use cors_test_support::print;
use cors_testing::Browser;
use http::Method;
use http::header::{
    ACCEPT_ENCODING, ACCEPT_LANGUAGE, ACCESS_CONTROL_REQUEST_METHOD, CACHE_CONTROL, CONNECTION,
    CONTENT_LENGTH, PRAGMA, REFERER, SEC_WEBSOCKET_EXTENSIONS, SEC_WEBSOCKET_KEY,
    UPGRADE_INSECURE_REQUESTS, USER_AGENT,
};
use serde::Deserialize;

use super::engines::{Engine, Session};
use super::request::Request as Asked;
use super::server::Log;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Observed {
    /// In the order of arrival, preflights and redirects included.
    pub(crate) requests: Vec<Received>,
    /// The response that the page sees; `None` for a network error.
    pub(crate) visible: Option<VisibleResponse>,
}

/// A request as it arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Received {
    pub(crate) method: Method,
    target: String,
    headers: BTreeMap<String, String>,
}

/// The parts of a response that a page may see.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct VisibleResponse {
    /// `None` where the page gets an event or shows a document, and no status.
    pub(crate) status: Option<u16>,
    #[serde(deserialize_with = "combined")]
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: String,
}

/// The result of the script in an engine's page.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Answer {
    Visible(VisibleResponse),
    Error(#[expect(dead_code, reason = "for `Debug`")] String),
}

impl Observed {
    pub(crate) async fn in_engine(session: &Session, request: &Asked, log: &Log) -> Self {
        let answer = session.fetch(request).await;
        Self {
            requests: log.take(),
            visible: match answer {
                Answer::Visible(visible) => Some(visible),
                Answer::Error(_) => None,
            },
        }
    }

    pub(crate) async fn in_testing(
        browser: &Browser,
        app: &axum::Router,
        request: &Asked,
        log: &Log,
    ) -> Self {
        let visible = browser.fetch(app, request, request.credentials).await;
        Self {
            requests: log.take(),
            visible: match visible {
                Ok(visible) => Some(VisibleResponse::of(visible).await),
                Err(_) => None,
            },
        }
    }

    pub(crate) fn without(mut self, header: &str) -> Self {
        for request in &mut self.requests {
            request.headers.remove(header);
        }
        self
    }

    pub(crate) fn preflight(&self) -> Option<&Received> {
        self.requests.iter().find(|request| request.is_preflight())
    }

    pub(crate) fn actual(&self) -> Option<&Received> {
        self.requests.iter().find(|request| !request.is_preflight())
    }

    /// The methods that arrived, and the response that the page sees: status, headers that begin with `x-`, and
    /// the body up to a colon.
    pub(crate) fn summary(&self) -> String {
        let methods = self
            .requests
            .iter()
            .map(|request| request.method.to_string());
        let mut words: Vec<String> = methods.chain(["->".to_owned()]).collect();
        match &self.visible {
            None => words.push("network error".to_owned()),
            Some(visible) => {
                words.extend(visible.status.map(|status| status.to_string()));
                let own = visible
                    .headers
                    .iter()
                    .filter(|(name, _)| name.starts_with("x-"));
                words.extend(own.map(|(name, value)| format!("{name}: {value}")));
                let body = visible.body.split(':').next();
                words.extend(body.filter(|body| !body.is_empty()).map(str::to_owned));
            }
        }
        words.join(" ")
    }

    /// Where an engine deviates: its outcome, as `summary` has it, or else each field that differs, as
    /// `request 1, origin: null`. Beside each the outcome or the value of the standard.
    fn deviations(&self, engine: Engine, standard: &Self) -> BTreeMap<String, String> {
        let (outcome, expected) = (self.summary(), standard.summary());
        if outcome != expected {
            // Fields of requests that have no counterpart show nothing.
            return BTreeMap::from([(outcome, expected)]);
        }
        let (fields, standard) = (self.fields(), standard.fields());
        let names: BTreeSet<&String> = fields.keys().chain(standard.keys()).collect();
        let first = self.requests.iter().position(|it| !it.is_preflight());
        let mut deviations = BTreeMap::new();
        for name in names {
            let (value, expected) = (fields.get(name), standard.get(name));
            let is_after_redirect = (first.map_or(0, |first| first + 1)..self.requests.len())
                .any(|number| name.starts_with(&format!("request {number}, ")));
            let is_known =
                is_after_redirect && engine.deviates_after_redirects(name, value, expected);
            if value != expected && !is_known {
                let text =
                    |value: Option<&String>| value.map_or("nothing", |value| value).to_owned();
                deviations.insert(format!("{name}: {}", text(value)), text(expected));
            }
        }
        deviations
    }

    /// All fields by name, because a field that is missing on one side is a difference.
    pub(crate) fn fields(&self) -> BTreeMap<String, String> {
        let mut fields = BTreeMap::new();
        for (number, request) in self.requests.iter().enumerate() {
            let start = format!("{} {}", request.method, request.target);
            fields.insert(format!("request {number}"), start);
            for (name, value) in &request.headers {
                fields.insert(format!("request {number}, {name}"), value.clone());
            }
        }
        let Some(visible) = &self.visible else {
            return fields;
        };
        if let Some(status) = visible.status {
            fields.insert("status".to_owned(), status.to_string());
        }
        fields.insert("body".to_owned(), visible.body.clone());
        for (name, value) in &visible.headers {
            fields.insert(format!("response, {name}"), value.clone());
        }
        fields
    }
}

impl Engine {
    /// Whether the engine always sends this value after a redirect to another origin: in Firefox a page
    /// of the same site becomes one of another site, and WebKit sends no Fetch Metadata.
    fn deviates_after_redirects(
        self,
        field: &str,
        value: Option<&String>,
        standard: Option<&String>,
    ) -> bool {
        match self {
            Self::Chromium => false,
            Self::Firefox => {
                field.ends_with(", sec-fetch-site")
                    && value.is_some_and(|value| value == "cross-site")
                    && standard.is_some_and(|standard| standard == "same-site")
            }
            Self::WebKit => field.contains(", sec-fetch-") && value.is_none(),
        }
    }
}

impl Received {
    pub(crate) fn is_preflight(&self) -> bool {
        self.method == Method::OPTIONS
            && self
                .header(ACCESS_CONTROL_REQUEST_METHOD.as_str())
                .is_some()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }
}

impl From<&Request> for Received {
    fn from(request: &Request) -> Self {
        let headers = request.headers();
        let names = headers
            .keys()
            .filter(|name| !is_of_the_engine(name.as_str()));
        Self {
            method: request.method().clone(),
            target: request.uri().to_string(),
            headers: names
                .map(|name| {
                    let values = headers.get_all(name).iter();
                    let values: Vec<_> = values
                        .map(|value| String::from_utf8_lossy(value.as_bytes()))
                        .collect();
                    (
                        name.to_string(),
                        without_random(name.as_str(), &values.join(", ")),
                    )
                })
                .collect(),
        }
    }
}

/// The value of a header in which the parts that are random have names: the boundary of a body, and the
/// session of tower-sessions.
fn without_random(header: &str, value: &str) -> String {
    let (start, name) = match header {
        "content-type" => ("boundary=", "BOUNDARY"),
        "cookie" => ("id=", "SESSION"),
        _ => return value.to_owned(),
    };
    match value.split_once(start) {
        // Neither is followed by anything else in these tests.
        Some((before, _)) => format!("{before}{start}{name}"),
        None => value.to_owned(),
    }
}

/// Headers that depend on the browser or the connection, and not on CORS.
fn is_of_the_engine(name: &str) -> bool {
    name.starts_with("sec-ch-")
        || name == "sec-fetch-storage-access"
        || name == "priority"
        || [
            ACCEPT_ENCODING,
            ACCEPT_LANGUAGE,
            CACHE_CONTROL,
            CONNECTION,
            CONTENT_LENGTH,
            PRAGMA,
            REFERER,
            SEC_WEBSOCKET_EXTENSIONS,
            SEC_WEBSOCKET_KEY,
            UPGRADE_INSECURE_REQUESTS,
            USER_AGENT,
        ]
        .iter()
        .any(|other| name == other)
}

impl VisibleResponse {
    async fn of(visible: cors_testing::VisibleResponse<Body>) -> Self {
        let lines = visible.headers().iter().map(|(name, value)| {
            let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
            (name.to_string(), value)
        });
        let mut headers = combine(lines);
        let status = visible.status();
        if status == 204 {
            // axum sets it, and hyper does not send it.
            headers.remove("content-length");
        }
        let body = visible.bytes().await.expect("a whole body");
        Self {
            status: Some(status),
            headers,
            body: String::from_utf8_lossy(&body).into_owned(),
        }
    }

    /// A text that the page shows, or the event that it gets.
    pub(crate) fn text(body: impl Into<String>) -> Self {
        Self {
            status: None,
            headers: BTreeMap::new(),
            body: body.into(),
        }
    }
}

fn combined<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<BTreeMap<String, String>, D::Error> {
    Vec::<(String, String)>::deserialize(deserializer).map(combine)
}

/// Joins the lines of each name, as pages see them. Without `date`, which hyper adds on a connection, and
/// nothing adds in process.
fn combine(lines: impl IntoIterator<Item = (String, String)>) -> BTreeMap<String, String> {
    let mut headers: BTreeMap<String, String> = BTreeMap::new();
    let lines = lines.into_iter().filter(|(name, _)| name != "date");
    for (name, value) in lines {
        headers
            .entry(name)
            .and_modify(|values| *values = format!("{values}, {value}"))
            .or_insert(value);
    }
    headers
}

/// The rows of a table in which two sides differ, each with the names of the sides.
#[derive(Debug, Default)]
pub(crate) struct Differences(Vec<String>);

impl Differences {
    pub(crate) fn differ(
        &mut self,
        row: impl fmt::Display,
        what: &str,
        left: (&str, &str),
        right: (&str, &str),
    ) {
        if left.1 != right.1 {
            let (left, right) = (
                format!("{}: {}", left.0, left.1),
                format!("{}: {}", right.0, right.1),
            );
            self.0.push(format!(
                "{row}\n    {what}\n        {left}\n        {right}"
            ));
        }
    }

    /// Compares an engine with `cors_testing::Browser`, field by field, and what differs with the
    /// deviations that are known of the engine. One that is gone is printed and fails nothing.
    pub(crate) fn compare(
        &mut self,
        row: impl fmt::Display,
        engine: Engine,
        observed: &Observed,
        testing: &Observed,
        known: &[String],
    ) {
        let found = observed.deviations(engine, testing);
        for (deviation, standard) in &found {
            if !known.contains(deviation) {
                let engine = engine.to_string();
                self.differ(
                    &row,
                    "new deviation",
                    (&engine, deviation),
                    ("testing", standard),
                );
            }
        }
        for gone in known.iter().filter(|known| !found.contains_key(*known)) {
            print(&format!("{engine} no longer deviates: {row}: {gone}"));
        }
    }

    #[track_caller]
    pub(crate) fn finish(self) {
        let Self(rows) = self;
        assert!(
            rows.is_empty(),
            "{} differences:\n{}",
            rows.len(),
            rows.join("\n")
        );
    }
}
