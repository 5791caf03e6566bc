//! The decisions of an application, as lists of rules that every edge can be written from.

use cors_rules::{Method, Pattern};

use crate::pattern;
use crate::policy::{PathPolicies, Policy};

/// The rules of one path. The first path that matches a request has its rules, and of those the first one
/// whose conditions hold decides. Without such a rule the request is passed on as it is.
#[derive(Debug)]
pub(crate) struct PathPlan<'p> {
    pub(crate) path: &'p PathPolicies<'p>,
    pub(crate) rules: Vec<Rule>,
}

/// A decision about the requests of a path for which all conditions hold.
#[derive(Clone, Debug)]
pub(crate) struct Rule {
    /// The kind of request, and the handler with its file and line, for a comment.
    pub(crate) comment: String,
    pub(crate) when: Vec<Condition>,
    pub(crate) then: Outcome,
}

/// A test of one part of a request's head.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Condition {
    pub(crate) part: Part,
    pub(crate) test: Test,
}

/// A part of a request's head. Several lines of a header count as one, joined by commas.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Test {
    Absent,
    Present,
    /// The value is one of these texts.
    Is(Vec<String>),
    /// There is a value, and it matches.
    Matches(String),
    /// There is a value, and it does not match.
    Differs(String),
    /// The value matches, or there is none and the empty text matches.
    MatchesOrAbsent(String),
    /// The value has at most this number of bytes.
    AtMostBytes(usize),
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

const BY_ORIGIN: &str = "Origin";
const BY_SITE: &str = "Origin, Sec-Fetch-Site";
const BY_PREFLIGHT: &str = "Origin, Access-Control-Request-Method, Access-Control-Request-Headers";

/// Plans the rules of each path.
pub(crate) fn plan<'p>(paths: &'p [PathPolicies<'p>]) -> Vec<PathPlan<'p>> {
    let plan = |path: &'p PathPolicies<'p>| PathPlan {
        path,
        rules: rules(path),
    };
    paths.iter().map(plan).collect()
}

fn rules(path: &PathPolicies<'_>) -> Vec<Rule> {
    let Some(first) = path.policies.first() else {
        return Vec::new();
    };
    let mut rules = Vec::new();
    rules.extend(misdirected(path));
    for policy in &path.policies {
        rules.extend(preflights(policy, path));
    }
    let preflight = vec![
        is(Part::Method, ["OPTIONS"]),
        when(Part::RequestedMethod, Test::Present),
        when(Part::Origin, Test::Present),
    ];
    let headers = vec![("vary", text(BY_PREFLIGHT))];
    let comment = format!(
        "any other preflight: {}",
        first.handler.path.replace(char::is_control, "?")
    );
    rules.push(Rule::new(
        &comment,
        preflight,
        Outcome::Respond {
            status: 403,
            headers,
        },
    ));
    for policy in &path.policies {
        rules.extend(Actual::of(policy, path).rules());
    }
    rules
}

/// Requests to a host that is not the server's own.
fn misdirected(path: &PathPolicies<'_>) -> Option<Rule> {
    let protection = path.protection.filter(|it| !it.report_only)?;
    if path.own_origins.is_empty() {
        return None;
    }
    let hosts: Vec<String> = patterns(&path.own_origins)
        .iter()
        .map(pattern::host)
        .collect();
    let outside = vec![when(Part::Host, Test::Differs(pattern::any_of(&hosts)))];
    let then = refusal(421, protection.custom_response);
    Some(Rule::new(
        "a host that is not the server's own",
        outside,
        then,
    ))
}

/// A refused request: 403, or 421, which no cache keeps. A function of the application makes its own
/// response.
fn refusal(status: u16, is_custom: bool) -> Outcome {
    if is_custom {
        return Outcome::Pass { vary: None };
    }
    let headers = vec![("vary", text(BY_SITE)), ("cache-control", text("no-store"))];
    Outcome::Respond { status, headers }
}

/// The preflights that a policy allows.
fn preflights(policy: &Policy<'_>, path: &PathPolicies<'_>) -> Vec<Rule> {
    let mut groups: Vec<(Vec<String>, Vec<&str>)> = Vec::new();
    for method in served_methods(policy, path) {
        let allowed = allow_methods(policy, path, method);
        match groups.iter_mut().find(|(other, _)| *other == allowed) {
            Some((_, methods)) => methods.push(method),
            None => groups.push((allowed, vec![method])),
        }
    }
    let mut rules = Vec::new();
    for (allowed, methods) in groups {
        let comment = format!("preflight for {}: {}", methods.join(", "), policy.source());
        let mut conditions = vec![
            is(Part::Method, ["OPTIONS"]),
            is(Part::RequestedMethod, methods),
        ];
        conditions.extend(allowed_origin(policy));
        let headers = |allow_headers: Option<Value>| {
            let mut headers = origin_headers(policy);
            headers.push(("access-control-allow-methods", text(&allowed.join(", "))));
            headers.extend(allow_headers.map(|value| ("access-control-allow-headers", value)));
            let max_age = policy
                .handler
                .max_age
                .map(|seconds| text(&seconds.to_string()));
            headers.extend(max_age.map(|value| ("access-control-max-age", value)));
            headers.push(("vary", text(BY_PREFLIGHT)));
            Outcome::Respond {
                status: 204,
                headers,
            }
        };
        let names = &policy.handler.headers;
        if !names.is_empty() {
            let mut conditions = conditions.clone();
            conditions.extend(requested_headers(names));
            rules.push(Rule::new(
                &comment,
                conditions,
                headers(Some(allow_headers(names))),
            ));
        }
        let nothing = Test::MatchesOrAbsent(pattern::no_requested_headers());
        conditions.push(when(Part::RequestedHeaders, nothing));
        rules.push(Rule::new(&comment, conditions, headers(None)));
    }
    rules
}

/// The conditions under which a preflight asks for allowed headers.
fn requested_headers(names: &[String]) -> Vec<Condition> {
    let mut tests = vec![
        Test::Matches(pattern::requested_headers(names)),
        Test::AtMostBytes(cors_rules::requested_headers::MAX_BYTES),
        Test::Matches(pattern::bounded_names()),
        Test::Matches(pattern::bounded_empty()),
    ];
    let listed: Vec<&str> = names.iter().map(String::as_str).collect();
    let policy = cors_rules::Policy {
        headers: &listed,
        ..cors_rules::Policy::default()
    };
    if listed.contains(&"*") && !policy.allows_header("authorization") {
        tests.push(Test::Differs(pattern::AUTHORIZATION.to_owned()));
    }
    let condition = |test| when(Part::RequestedHeaders, test);
    tests.into_iter().map(condition).collect()
}

fn allow_headers(names: &[String]) -> Value {
    let (prefixes, names): (Vec<&String>, Vec<&String>) = names
        .iter()
        .partition(|name| cors_rules::header_prefix(name).is_some());
    let names: Vec<String> = names.into_iter().cloned().collect();
    if prefixes.is_empty() {
        Value::Text(names.join(", "))
    } else {
        Value::WithRequestedHeaders(names)
    }
}

/// The methods of a policy. A GET handler serves HEAD as well, unless another one does.
fn served_methods<'p>(policy: &'p Policy<'_>, path: &PathPolicies<'_>) -> Vec<&'p str> {
    let mut methods: Vec<&str> = policy.handler.methods.iter().map(String::as_str).collect();
    if policy.names("GET") && !path.policies.iter().any(|other| other.names("HEAD")) {
        methods.push("HEAD");
    }
    methods
}

/// The value of `Access-Control-Allow-Methods`: the methods of the path with an equal policy. HEAD is
/// listed where it has a policy of its own, or is `requested`, because browsers always accept it.
fn allow_methods(policy: &Policy<'_>, path: &PathPolicies<'_>, requested: &str) -> Vec<String> {
    let equal = path.policies.iter().filter(|other| policy.is_equal(other));
    let mut methods: Vec<&str> = equal
        .flat_map(|other| &other.handler.methods)
        .map(String::as_str)
        .collect();
    if requested == "HEAD" && !methods.contains(&"HEAD") {
        methods.push("HEAD");
    }
    // Those that axum routes in its order, and others by their names.
    methods.sort_by_key(|name| {
        (
            Method::parse(name.as_bytes()).map_or(u8::MAX, |method| method as u8),
            *name,
        )
    });
    methods.into_iter().map(str::to_owned).collect()
}

/// The conditions under which a policy allows the request's one `Origin`.
fn allowed_origin(policy: &Policy<'_>) -> Vec<Condition> {
    if policy.allows_any() {
        return vec![when(
            Part::Origin,
            Test::Matches(pattern::ONE_LINE.to_owned()),
        )];
    }
    let patterns = patterns(&policy.origins);
    if let ([one], [pattern]) = (policy.origins.as_slice(), patterns.as_slice())
        && pattern.is_exact()
    {
        return vec![is(Part::Origin, [one])];
    }
    let tests = pattern::origins(&patterns).into_iter().map(Test::Matches);
    tests.map(|test| when(Part::Origin, test)).collect()
}

fn patterns(origins: &[String]) -> Vec<Pattern<'_>> {
    origins
        .iter()
        .filter_map(|origin| Pattern::parse(origin))
        .collect()
}

/// The headers of the [CORS check](https://fetch.spec.whatwg.org/#concept-cors-check) for an allowed origin.
fn origin_headers(policy: &Policy<'_>) -> Vec<(&'static str, Value)> {
    let origin = policy.fixed_origin().map_or(Value::Origin, text);
    let mut headers = vec![("access-control-allow-origin", origin)];
    if policy.handler.credentials {
        headers.push(("access-control-allow-credentials", text("true")));
    }
    headers
}

/// The actual requests of one policy.
struct Actual<'p> {
    policy: &'p Policy<'p>,
    path: &'p PathPolicies<'p>,
    methods: Vec<&'p str>,
}

/// The methods whose requests are reads.
const READS: [&str; 3] = ["GET", "HEAD", "OPTIONS"];

impl<'p> Actual<'p> {
    fn of(policy: &'p Policy<'p>, path: &'p PathPolicies<'p>) -> Self {
        let methods = served_methods(policy, path);
        Self {
            policy,
            path,
            methods,
        }
    }

    fn rules(&self) -> Vec<Rule> {
        let methods = || is(Part::Method, self.methods.iter().copied());
        let held = self.held();
        let mut rules = Vec::new();
        if self.policy.allows_any() {
            if !held.is_empty() {
                let one = Test::MatchesOrAbsent(pattern::ONE_LINE.to_owned());
                let conditions = vec![methods(), when(Part::Origin, one)];
                rules.push(self.rule("at most one `Origin`", conditions, self.forward(true)));
            }
        } else if !held.is_empty() || self.policy.fixed_origin().is_none() {
            let mut conditions = vec![methods()];
            conditions.extend(allowed_origin(self.policy));
            rules.push(self.rule("an allowed origin", conditions, self.forward(true)));
        }
        rules.extend(held);
        let is_fixed = self.policy.fixed_origin().is_some();
        rules.push(self.rule("any other request", vec![methods()], self.forward(is_fixed)));
        rules
    }

    /// The response to a request that is passed on. Only that to an allowed origin has CORS headers.
    fn forward(&self, is_allowed: bool) -> Outcome {
        let mut headers = Vec::new();
        if is_allowed {
            headers = origin_headers(self.policy);
            let exposed = &self.policy.handler.expose_headers;
            if !exposed.is_empty() {
                headers.push(("access-control-expose-headers", text(&exposed.join(", "))));
            }
        }
        Outcome::Forward {
            headers,
            vary: self.vary(),
        }
    }

    fn vary(&self) -> Option<&'static str> {
        if self.policy.handler.enforce || self.path.protection.is_some_and(|it| it.reads) {
            return Some(BY_SITE);
        }
        self.policy.fixed_origin().is_none().then_some(BY_ORIGIN)
    }

    /// The rules for held requests whose origin is not allowed: writes, web sockets, and reads if those are
    /// held.
    fn held(&self) -> Vec<Rule> {
        let handler = self.policy.handler;
        let reports = self.path.protection.is_some_and(|it| it.report_only);
        let holds_reads =
            handler.enforce || (!reports && self.path.protection.is_some_and(|it| it.reads));
        let (reads, writes): (Vec<&str>, Vec<&str>) = self
            .methods
            .iter()
            .partition(|method| READS.contains(method));
        let mut rules = Vec::new();
        if handler.writes_refused && !writes.is_empty() {
            rules.extend(self.cross_site("write", &[is(Part::Method, writes)], false));
        }
        if handler.writes_refused && reads.contains(&"GET") {
            let socket = Test::Matches(pattern::WEB_SOCKET.to_owned());
            let sockets = [is(Part::Method, ["GET"]), when(Part::Upgrade, socket)];
            rules.extend(self.cross_site("web socket", &sockets, false));
        }
        if holds_reads && !reads.is_empty() {
            let links = reads.contains(&"GET");
            rules.extend(self.cross_site("read", &[is(Part::Method, reads)], links));
        }
        rules
    }

    /// Refuses the requests of another site. `Sec-Fetch-Site` decides, because pages cannot set it.
    fn cross_site(&self, kind: &str, requests: &[Condition], links: bool) -> Vec<Rule> {
        let is_custom = self.path.protection.is_some_and(|it| it.custom_response);
        let rule = |detail: &str, conditions: Vec<Condition>, then: Outcome| {
            let conditions = [requests, &conditions].concat();
            self.rule(&format!("{kind}, {detail}"), conditions, then)
        };
        let refused = || refusal(403, is_custom);
        let several = || Test::Matches(pattern::SEVERAL_LINES.to_owned());
        let site = |test| when(Part::FetchSite, test);
        let origin = |test| when(Part::Origin, test);
        let mut rules = vec![rule(
            "several lines of `Origin`",
            vec![origin(several())],
            refused(),
        )];
        if links {
            let is_fixed = self.policy.fixed_origin().is_some();
            // `same-origin` is no exception, because own origins are compared below.
            let link = vec![
                is(Part::Method, ["GET", "HEAD"]),
                site(Test::Differs("same-origin".to_owned())),
                is(Part::FetchMode, ["navigate"]),
                is(Part::FetchDest, ["document"]),
            ];
            rules.push(rule(
                "several lines of `Sec-Fetch-Site`",
                vec![site(several())],
                refused(),
            ));
            rules.push(rule("a link", link, self.forward(is_fixed)));
        }
        let own_site = Test::Differs("(?:none|same-origin)".to_owned());
        rules.push(rule("another site", vec![site(own_site)], refused()));
        if self.path.own_origins.is_empty() {
            // The edge cannot compare `Origin` with `Host`. Only the application's response to its own
            // pages has the header of a single origin, and its refusal has none.
            let old_browser = vec![site(Test::Absent), origin(Test::Present)];
            let then = match self.policy.fixed_origin() {
                Some(_) => Outcome::Pass { vary: self.vary() },
                None => self.forward(false),
            };
            rules.push(rule(
                "no `Sec-Fetch-Site`: the application compares `Host`",
                old_browser,
                then,
            ));
        } else {
            let own = pattern::origins(&patterns(&self.path.own_origins)).swap_remove(0);
            let foreign = vec![site(Test::Absent), origin(Test::Differs(own.clone()))];
            rules.push(rule("not an own origin", foreign, refused()));
            let through_a_proxy = vec![
                is(Part::FetchSite, ["same-origin"]),
                origin(Test::Differs(pattern::any_of(&["null".to_owned(), own]))),
            ];
            rules.push(rule("not an own origin", through_a_proxy, refused()));
        }
        rules
    }

    fn rule(&self, kind: &str, conditions: Vec<Condition>, then: Outcome) -> Rule {
        let comment = format!(
            "{}, {kind}: {}",
            self.methods.join(", "),
            self.policy.source()
        );
        Rule::new(&comment, conditions, then)
    }
}

impl Rule {
    fn new(comment: &str, when: Vec<Condition>, then: Outcome) -> Self {
        Self {
            comment: comment.to_owned(),
            when,
            then,
        }
    }
}

fn when(part: Part, test: Test) -> Condition {
    Condition { part, test }
}

fn is(part: Part, texts: impl IntoIterator<Item = impl Into<String>>) -> Condition {
    let texts = texts.into_iter().map(Into::into).collect();
    when(part, Test::Is(texts))
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}
