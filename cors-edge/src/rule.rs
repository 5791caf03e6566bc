//! Rules of an edge: conditions of a request, and the result.

/// A decision about the requests of a path for which all conditions hold.
#[derive(Clone, Debug)]
pub(crate) struct Rule {
    /// The kind of request, and the handler with its file and line, for a comment.
    pub(crate) comment: String,
    pub(crate) when: Vec<Condition>,
    pub(crate) then: Outcome,
}

/// A test of one part of a request's head.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Condition {
    pub(crate) part: Part,
    pub(crate) test: Test,
}

/// A part of a request's head. Several lines of `Origin` and of `Access-Control-Request-*` count as one,
/// joined by commas.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Part {
    Method,
    Host,
    Origin,
    RequestedMethod,
    RequestedHeaders,
    FetchSite,
    FetchMode,
    FetchDest,
    Upgrade,
}

/// A test of a whole value. Regular expressions have no anchors, and match the whole value.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Test {
    Absent,
    Present,
    /// The value is one of these texts.
    Is(Vec<String>),
    /// There is a value, and it is none of these texts. Where an edge tests each line of a header, one other
    /// line is enough.
    IsNot(Vec<String>),
    /// There is a value, and one of these expressions matches it. They are apart, because an edge may have to
    /// write them on several lines.
    Matches(Vec<String>),
    /// There is a value, and none of these expressions matches it.
    Differs(Vec<String>),
    /// The value matches, or there is none and the empty text matches.
    MatchesOrAbsent(String),
    /// The value has at most this number of bytes.
    AtMostBytes(usize),
    /// The value is an origin with the host and the port of the request's target. Only for edges that can
    /// [compare](Hosts::Compared) the two.
    OfHost,
}

/// The place where `Origin` is compared with `Host`, for browsers that send no `Sec-Fetch-Site`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hosts {
    /// The edge compares them.
    Compared,
    /// The edge passes the request on, and the application compares them.
    Left,
}

/// The result of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The edge responds in place of the application.
    Respond {
        status: u16,
        headers: Vec<(&'static str, Value)>,
    },
    /// The application responds. Its CORS headers are removed, those of the policy are set, and names are
    /// added to its `Vary`.
    Forward {
        headers: Vec<(&'static str, Value)>,
        vary: Option<&'static str>,
    },
    /// The application responds as it does without an edge. Names are added to its `Vary`.
    Pass { vary: Option<&'static str> },
}

/// The value of a header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    Text(String),
    /// The `Origin` of the request, which is one line.
    Origin,
    /// These names, and those of the request's `Access-Control-Request-Headers`. Browsers compare whole
    /// names, so the prefix of an entry does not help them.
    WithRequestedHeaders(Vec<String>),
}

/// The headers of the CORS protocol in responses
/// ([Fetch, HTTP responses](https://fetch.spec.whatwg.org/#http-responses)). An edge removes the
/// application's own ones, because two lines of one never match.
pub(crate) const RESPONSE_HEADERS: [&str; 6] = [
    "access-control-allow-origin",
    "access-control-allow-credentials",
    "access-control-allow-methods",
    "access-control-allow-headers",
    "access-control-expose-headers",
    "access-control-max-age",
];

impl Rule {
    pub(crate) fn new(comment: &str, when: Vec<Condition>, then: Outcome) -> Self {
        Self {
            comment: comment.to_owned(),
            when,
            then,
        }
    }
}

pub(crate) fn when(part: Part, test: Test) -> Condition {
    Condition { part, test }
}

pub(crate) fn is(part: Part, texts: impl IntoIterator<Item = impl Into<String>>) -> Condition {
    let texts = texts.into_iter().map(Into::into).collect();
    when(part, Test::Is(texts))
}

pub(crate) fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

/// A condition that one expression matches.
pub(crate) fn matches(part: Part, expression: &str) -> Condition {
    when(part, Test::Matches(vec![expression.to_owned()]))
}

pub(crate) fn is_not(part: Part, texts: &[&str]) -> Condition {
    let texts = texts.iter().map(|&text| text.to_owned()).collect();
    when(part, Test::IsNot(texts))
}
