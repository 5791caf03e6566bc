//! The configuration of Envoy: plain routes, because its filter for CORS sends no `Vary`, and compares
//! neither methods nor headers.

use crate::options::{Address, Addresses, Options};
use crate::path::Route;
use crate::plan::{Condition, Outcome, Part, PathPlan, RESPONSE_HEADERS, Rule, Test, Value};
use crate::refusal::Refusal;
use crate::yaml::quoted;

/// Writes a whole static configuration, with a listener and a cluster.
///
/// # Errors
///
/// Fails if an address of the options is none.
pub(crate) fn write(plans: &[PathPlan<'_>], options: &Options) -> Result<String, Vec<Refusal>> {
    let Addresses { listen, upstream } = Addresses::of(options)?;
    let mut text = START.replace("LISTEN", &socket_address(&listen));
    for plan in plans {
        write_path(&mut text, plan);
    }
    let kind = if upstream.is_ip() {
        "STATIC"
    } else {
        "STRICT_DNS"
    };
    let end = END.replace("UPSTREAM", &socket_address(&upstream));
    text.push_str(&end.replace("KIND", kind));
    Ok(text)
}

const START: &str = r#"# Written by `cors export envoy` from the policies of the application. Do not edit it.
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

fn write_path(text: &mut String, plan: &PathPlan<'_>) {
    for rule in &plan.rules {
        write_rule(text, &plan.path.route, rule);
    }
    // The rules of a path that is tried later must not decide.
    let rest = Rule {
        comment: format!("anything else: {}", plan.path.path),
        when: Vec::new(),
        then: Outcome::Pass { vary: None },
    };
    write_rule(text, &plan.path.route, &rest);
}

fn write_rule(text: &mut String, route: &Route, rule: &Rule) {
    let mut line = |indent: usize, line: &str| {
        text.push_str(&" ".repeat(14 + indent));
        text.push_str(line);
        text.push('\n');
    };
    line(0, &format!("# {}", rule.comment));
    line(0, "- match:");
    let path = match route.exact() {
        Some(path) => format!("path: {}", quoted(&path)),
        None => format!("safe_regex: {{regex: {}}}", quoted(&route.regex())),
    };
    line(4, &path);
    if !rule.when.is_empty() {
        line(4, "headers:");
        for condition in &rule.when {
            line(
                4,
                &format!(
                    "- {{name: {}, {}}}",
                    name(condition.part),
                    matcher(condition)
                ),
            );
        }
    }
    let (headers, vary) = match &rule.then {
        Outcome::Respond { status, headers } => {
            line(2, &format!("direct_response: {{status: {status}}}"));
            (headers.as_slice(), None)
        }
        Outcome::Forward { headers, vary } => {
            line(2, "route: {cluster: application, timeout: 0s}");
            line(
                2,
                &format!(
                    "response_headers_to_remove: [{}]",
                    RESPONSE_HEADERS.join(", ")
                ),
            );
            (headers.as_slice(), *vary)
        }
        Outcome::Pass { vary } => {
            line(2, "route: {cluster: application, timeout: 0s}");
            (&[][..], *vary)
        }
    };
    let vary = vary.map(|names| ("vary", Value::Text(names.to_owned())));
    let mut headers = headers.iter().chain(&vary).peekable();
    if headers.peek().is_some() {
        line(2, "response_headers_to_add:");
    }
    for (name, value) in headers {
        line(
            2,
            &format!(
                "- {{header: {{key: {name}, value: {}}}}}",
                quoted(&format(value))
            ),
        );
    }
}

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

/// The test of a header. Envoy joins several lines of one by commas.
fn matcher(condition: &Condition) -> String {
    let regex = |regex: &str| format!("string_match: {{safe_regex: {{regex: {}}}}}", quoted(regex));
    match &condition.test {
        Test::Absent => "present_match: false".to_owned(),
        Test::Present => "present_match: true".to_owned(),
        Test::Is(texts) => match texts.as_slice() {
            [one] => format!("string_match: {{exact: {}}}", quoted(one)),
            several => {
                let texts: Vec<String> = several
                    .iter()
                    .map(|it| crate::pattern::escaped(it))
                    .collect();
                regex(&texts.join("|"))
            }
        },
        Test::Matches(expression) => regex(expression),
        Test::Differs(expression) => format!("{}, invert_match: true", regex(expression)),
        Test::MatchesOrAbsent(expression) => {
            format!("{}, treat_missing_header_as_empty: true", regex(expression))
        }
        Test::AtMostBytes(bytes) => regex(&at_most(*bytes)),
    }
}

/// At most this number of characters, in repetitions that RE2 accepts.
fn at_most(bytes: usize) -> String {
    const BLOCK: usize = 64;
    format!(
        "(?:.{{{BLOCK}}}){{0,{}}}.{{0,{}}}|(?:.{{{BLOCK}}}){{{}}}.{{{}}}",
        (bytes / BLOCK).saturating_sub(1),
        BLOCK - 1,
        bytes / BLOCK,
        bytes % BLOCK,
    )
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
