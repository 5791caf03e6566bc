//! The configuration of Envoy: plain routes, because its filter for CORS sends no `Vary`, and compares
//! neither methods nor headers.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use crate::options::{Address, Addresses, Options};
use crate::path::Route;
use crate::pattern::{any_of, escaped, none_of};
use crate::plan::{Condition, Outcome, Part, PathPlan, RESPONSE_HEADERS, Rule, Test, Value};
use crate::refusal::Refusal;
use crate::yaml::quoted;

/// Writes a whole static configuration, with a listener and a cluster.
///
/// # Errors
///
/// Fails if an address of the options is invalid.
pub(crate) fn write(plans: &[PathPlan<'_>], options: &Options) -> Result<String, Vec<Refusal>> {
    let Addresses { listen, upstream } = Addresses::read(options, |listen| {
        if listen.is_ip() {
            return Ok(listen);
        }
        let reason = format!(
            "Envoy listens on an address, and `{}` is a name",
            listen.host
        );
        let remedy = format!("write `--listen 0.0.0.0:{}`", listen.port);
        Err(Refusal::of_table(reason, remedy))
    })?;
    let mut routes = Routes {
        text: START.replace("LISTEN", &socket_address(&listen)),
        anchors: BTreeMap::new(),
    };
    for plan in plans {
        routes.write_path(plan);
    }
    let mut text = routes.text;
    // A name is looked up again and again, because its addresses change.
    let kind = if upstream.is_ip() {
        "STATIC"
    } else {
        "STRICT_DNS"
    };
    let end = END.replace("KIND", kind);
    text.push_str(&end.replace("UPSTREAM", &socket_address(&upstream)));
    Ok(text)
}

const START: &str = r#"# Written by `cors export envoy` from the policies of the application. Do not edit it.
# The application refuses what is held as well. It is the one that compares `Origin` with `Host`.
layered_runtime:
  layers:
  - name: regular_expressions
    # The bound of RE2 itself remains.
    static_layer: {re2.max_program_size.error_level: 1000000, re2.max_program_size.warn_level: 1000000}
static_resources:
  listeners:
  - name: edge
    address: LISTEN
    filter_chains:
    - filters:
      - name: envoy.filters.network.http_connection_manager
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
          stat_prefix: edge
          # The application compares paths as they are sent.
          normalize_path: false
          merge_slashes: false
          path_with_escaped_slashes_action: KEEP_UNCHANGED
          upgrade_configs: [{upgrade_type: websocket}]
          http_filters:
          - name: envoy.filters.http.router
            typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
          route_config:
            virtual_hosts:
            - name: application
              domains: ["*"]
              routes:
"#;

const END: &str = r#"              # Everything else is the application's.
              - match: {prefix: "/"}
                route: {cluster: application, timeout: 0s}
  clusters:
  - name: application
    type: KIND
    load_assignment:
      cluster_name: application
      endpoints:
      - lb_endpoints:
        - endpoint: {address: UPSTREAM}
"#;

fn socket_address(address: &Address) -> String {
    let host = quoted(&address.host);
    format!(
        "{{socket_address: {{address: {host}, port_value: {}}}}}",
        address.port
    )
}

/// The routes, and the long matchers that one of them has already.
struct Routes {
    text: String,
    /// The anchor of each matcher.
    anchors: BTreeMap<String, String>,
}

impl Routes {
    fn write_path(&mut self, plan: &PathPlan<'_>) {
        for rule in &plan.rules {
            self.write_rule(&plan.path.route, rule);
        }
        // The rules of a path that is tried later must not decide.
        let rest = Rule {
            comment: format!("anything else: {}", plan.path.path),
            when: Vec::new(),
            then: Outcome::Pass { vary: None },
        };
        self.write_rule(&plan.path.route, &rest);
    }

    fn write_rule(&mut self, route: &Route, rule: &Rule) {
        self.line(0, &format!("# {}", rule.comment));
        self.line(0, "- match:");
        let path = match route.exact() {
            Some(path) => format!("path: {}", quoted(&path)),
            None => format!("safe_regex: {{regex: {}}}", quoted(&route.regex())),
        };
        self.line(4, &path);
        if !rule.when.is_empty() {
            self.line(4, "headers:");
        }
        for condition in &rule.when {
            let matcher = self.anchored(condition);
            self.line(4, &format!("- {matcher}"));
        }
        let (headers, vary) = match &rule.then {
            Outcome::Respond { status, headers } => {
                self.line(2, &format!("direct_response: {{status: {status}}}"));
                (headers.as_slice(), None)
            }
            Outcome::Forward { headers, vary } => {
                self.line(2, PASS);
                let own = RESPONSE_HEADERS.join(", ");
                self.line(2, &format!("response_headers_to_remove: [{own}]"));
                (headers.as_slice(), *vary)
            }
            Outcome::Pass { vary } => {
                self.line(2, PASS);
                (&[][..], *vary)
            }
        };
        let vary = vary.map(|names| ("vary", Value::Text(names.to_owned())));
        let mut headers = headers.iter().chain(&vary).peekable();
        if headers.peek().is_some() {
            self.line(2, "response_headers_to_add:");
        }
        for (name, value) in headers {
            let value = quoted(&format(value));
            self.line(2, &format!("- {{header: {{key: {name}, value: {value}}}}}"));
        }
    }

    fn line(&mut self, indent: usize, line: &str) {
        const ROUTES: usize = 14;
        self.text.push_str(&" ".repeat(ROUTES + indent));
        self.text.push_str(line);
        self.text.push('\n');
    }

    /// The matcher of a condition: a long one only where it is first, and then a reference to it.
    fn anchored(&mut self, condition: &Condition) -> String {
        const LONG: usize = 100;
        let name = name(condition.part);
        let matcher = format!("{{name: {name}, {}}}", matcher(condition));
        if matcher.len() <= LONG {
            return matcher;
        }
        let number = self.anchors.len() + 1;
        match self.anchors.entry(matcher) {
            Entry::Occupied(entry) => format!("*{}", entry.get()),
            Entry::Vacant(entry) => {
                let anchor = format!("{}-{number}", name.trim_matches(['"', ':']));
                let matcher = format!("&{anchor} {}", entry.key());
                entry.insert(anchor);
                matcher
            }
        }
    }
}

/// No time limit, because the application has its own, and may stream.
const PASS: &str = "route: {cluster: application, timeout: 0s}";

/// The name of a header, or that of a pseudo-header.
fn name(part: Part) -> &'static str {
    match part {
        Part::Method => "\":method\"",
        Part::Host => "\":authority\"",
        Part::Origin => "origin",
        Part::RequestedMethod => "access-control-request-method",
        Part::RequestedHeaders => "access-control-request-headers",
        Part::FetchSite => "sec-fetch-site",
        Part::FetchMode => "sec-fetch-mode",
        Part::FetchDest => "sec-fetch-dest",
        Part::Upgrade => "upgrade",
    }
}

/// The test of a header. Envoy joins several lines of `Origin` and of `Access-Control-Request-*` by commas.
/// Of other headers it tests each line, since the versions with the correction of CVE-2026-26308.
fn matcher(condition: &Condition) -> String {
    let regex = |regex: &str| format!("string_match: {{safe_regex: {{regex: {}}}}}", quoted(regex));
    match &condition.test {
        // Envoy compares no two headers, so no plan for it has `OfHost`, which no origin passes here.
        Test::Absent | Test::OfHost => "present_match: false".to_owned(),
        Test::Present => "present_match: true".to_owned(),
        Test::Is(texts) => match texts.as_slice() {
            [one] => format!("string_match: {{exact: {}}}", quoted(one)),
            several => {
                let texts: Vec<String> = several.iter().map(|it| escaped(it)).collect();
                regex(&texts.join("|"))
            }
        },
        Test::IsNot(texts) => regex(&none_of(
            &texts.iter().map(String::as_str).collect::<Vec<_>>(),
        )),
        Test::Matches(expressions) => regex(&any_of(expressions)),
        Test::Differs(expressions) => {
            format!("{}, invert_match: true", regex(&any_of(expressions)))
        }
        Test::MatchesOrAbsent(expression) => {
            format!("{}, treat_missing_header_as_empty: true", regex(expression))
        }
        Test::AtMostBytes(bytes) => format!("{}, invert_match: true", regex(&longer_than(*bytes))),
    }
}

/// More than this number of characters, in repetitions that RE2 accepts.
fn longer_than(bytes: usize) -> String {
    const MOST: usize = 1000;
    let blocks = format!(".{{{MOST}}}").repeat(bytes / MOST);
    format!("{blocks}.{{{}}}.*", bytes % MOST + 1)
}

/// The value of a header, in which `%` begins a command of Envoy.
fn format(value: &Value) -> String {
    match value {
        Value::Text(text) => text.replace('%', "%%"),
        Value::Origin => "%REQ(origin)%".to_owned(),
        Value::WithRequestedHeaders(names) => {
            let names = names.iter().map(|name| name.replace('%', "%%") + ", ");
            names.collect::<String>() + "%REQ(access-control-request-headers)%"
        }
    }
}
