//! The configuration of nginx: maps from the head of a request to the rule that decides, and from that rule
//! to the response.
//!
//! Nothing that a client sends is joined with anything else, apart from `Host` and `Origin`, which are compared
//! with each other, and have a separator that neither has where they are equal. Each test is a map of one part to `0` or `1`,
//! and only these digits are joined. Texts are regular expressions as well, because a map ignores the case
//! of its texts.

mod map;
mod responses;

use std::collections::BTreeMap;

use self::map::{Line, MAX_EXPRESSION, Map, quoted};
use self::responses::RULE;
use crate::conditions::Conditions;
use crate::options::{Addresses, Options};
use crate::pattern::{escaped, host_and_origin};
use crate::plan::{Condition, Part, PathPlan, Rule, Test};
use crate::refusal::Refusal;

/// Writes a whole configuration, with a server and an upstream.
///
/// # Errors
///
/// Fails if an address of the options is none, and for texts that nginx does not read.
pub(crate) fn write(plans: &[PathPlan<'_>], options: &Options) -> Result<String, Vec<Refusal>> {
    let Addresses { listen, upstream } = Addresses::of(options)?;
    let rules: Vec<&Rule> = plans.iter().flat_map(|plan| &plan.rules).collect();
    let conditions = Conditions::of(plans);
    let mut maps = maps_of_conditions(&conditions);
    maps.extend(maps_of_rules(plans, &conditions));
    maps.extend(responses::maps(&rules));
    let refusals = maps.iter().flat_map(Map::refusals);
    let refusals: Vec<Refusal> = refusals.chain(responses::refusals(&rules)).collect();
    if !refusals.is_empty() {
        return Err(refusals);
    }
    let maps: Vec<String> = maps.iter().map(Map::to_string).collect();
    let configuration = CONFIGURATION
        .replace("LISTEN", &listen.to_string())
        .replace("UPSTREAM", &upstream.to_string())
        .replace("        RESPONSES\n", &responses::directives(&rules))
        .replace("    MAPS\n", &maps.join("\n"));
    Ok(configuration)
}

const CONFIGURATION: &str = r#"# Written by `cors export nginx` from the policies of the application. Do not edit it.
# Relative paths are below the folder of `-p`.
pid nginx.pid;
error_log stderr;

events {}

http {
    access_log off;
    client_body_temp_path body;
    proxy_temp_path proxy;
    fastcgi_temp_path fastcgi;
    scgi_temp_path scgi;
    uwsgi_temp_path uwsgi;

    # There is a variable for each test and each path, and a line for each rule.
    variables_hash_max_size 65536;
    variables_hash_bucket_size 128;
    map_hash_max_size 65536;

    upstream application {
        server UPSTREAM;
        keepalive 16;
    }

    map $http_upgrade $cors_connection {
        default upgrade;
        "" "";
    }

    # The path as it was sent, because the application compares that.
    map $request_uri $cors_path {
        "~^([^?]*)" $1;
    }

    MAPS

    server {
        listen LISTEN;

        RESPONSES

        location / {
            # The application has its own limits of sizes and times, and may stream.
            client_max_body_size 0;
            proxy_read_timeout 1h;
            proxy_send_timeout 1h;

            proxy_pass http://application;
            proxy_http_version 1.1;
            proxy_set_header Host $http_host;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection $cors_connection;
            # nginx before version 1.23 compares only the first of several lines, so the application gets
            # no other one.
            proxy_set_header Origin $http_origin;
            proxy_set_header Sec-Fetch-Site $http_sec_fetch_site;
        }
    }
}
"#;

/// A map for each condition.
fn maps_of_conditions(conditions: &Conditions<'_>) -> Vec<Map> {
    let map = |(number, condition): (usize, &Condition)| Map {
        source: source(condition),
        name: result(number, condition),
        lines: lines_of_test(&condition.test),
    };
    conditions.iter().map(map).collect()
}

fn variable(part: Part) -> &'static str {
    match part {
        Part::Method => "request_method",
        Part::Host => "http_host",
        Part::Origin => "http_origin",
        Part::RequestedMethod => "http_access_control_request_method",
        Part::RequestedHeaders => "http_access_control_request_headers",
        Part::FetchSite => "http_sec_fetch_site",
        Part::FetchMode => "http_sec_fetch_mode",
        Part::FetchDest => "http_sec_fetch_dest",
        Part::Upgrade => "http_upgrade",
    }
}

/// The text that a condition compares.
fn source(condition: &Condition) -> String {
    match condition.test {
        Test::OfHost => "\"$http_host|$http_origin\"".to_owned(),
        _ => format!("${}", variable(condition.part)),
    }
}

/// The variable with `1` where a condition holds.
fn result(number: usize, condition: &Condition) -> String {
    let part = variable(condition.part).trim_start_matches("http_");
    format!(
        "cors_{}_{number}",
        part.replace("access_control_request", "requested")
    )
}

/// The lines of a map to `1` where a test holds. To nginx an absent header is an empty one.
fn lines_of_test(test: &Test) -> Vec<Line> {
    let (absent, matched, other) = match test {
        Test::Absent => ("1", "0", "0"),
        Test::Present => ("0", "1", "1"),
        Test::Is(_) | Test::Matches(_) | Test::AtMostBytes(_) | Test::OfHost => ("0", "1", "0"),
        Test::IsNot(_) | Test::Differs(_) => ("0", "0", "1"),
        Test::MatchesOrAbsent(_) => ("1", "1", "0"),
    };
    let expressions = match test {
        Test::Absent | Test::Present => Vec::new(),
        Test::Is(texts) | Test::IsNot(texts) => texts.iter().map(|text| escaped(text)).collect(),
        Test::Matches(expressions) | Test::Differs(expressions) => expressions.clone(),
        Test::MatchesOrAbsent(expression) => vec![expression.clone()],
        Test::AtMostBytes(bytes) => vec![format!(".{{0,{bytes}}}")],
        // Apart, because each has references of its own.
        Test::OfHost => {
            let lines = host_and_origin()
                .into_iter()
                .map(|it| Line::whole(&it, matched));
            return lines.chain([Line::default(other)]).collect();
        }
    };
    let mut lines = vec![Line::empty(absent)];
    lines.extend(
        joined(&expressions)
            .iter()
            .map(|it| Line::whole(it, matched)),
    );
    lines.push(Line::default(other));
    lines
}

/// Alternatives, as many on a line as nginx reads.
fn joined(expressions: &[String]) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for expression in expressions {
        match lines.last_mut() {
            Some(line) if line.len() + expression.len() < MAX_EXPRESSION => {
                line.push('|');
                line.push_str(expression);
            }
            _ => lines.push(expression.clone()),
        }
    }
    lines
}

/// A map of each path to the number of the rule that decides, from 1, and a map to that of the request's path.
fn maps_of_rules(plans: &[PathPlan<'_>], conditions: &Conditions<'_>) -> Vec<Map> {
    let mut maps = Vec::new();
    let mut paths = Vec::new();
    let mut first = 1;
    for plan in plans {
        let number = if plan.rules.is_empty() {
            "\"\"".to_owned()
        } else {
            let name = format!("cors_rule_of_{}", maps.len());
            let number = format!("${name}");
            maps.push(map_of_path(name, &plan.rules, first, conditions));
            number
        };
        first += plan.rules.len();
        let comment = plan.path.path.replace(char::is_control, "?");
        paths.push(Line::whole(&plan.path.route.regex(), number).with_comment(&comment));
    }
    maps.push(Map {
        source: "$cors_path".to_owned(),
        name: RULE.to_owned(),
        lines: paths,
    });
    maps
}

/// A map from the results of a path's conditions to the number of a rule. In the expressions `.` is a condition
/// that the rule does not have.
fn map_of_path(name: String, rules: &[Rule], first: usize, conditions: &Conditions<'_>) -> Map {
    let numbers = |rule| conditions.of_rule(rule).collect::<BTreeMap<_, _>>();
    let all: BTreeMap<usize, &Condition> = rules.iter().flat_map(numbers).collect();
    let results = all
        .iter()
        .map(|(&number, condition)| format!("${{{}}}", result(number, condition)));
    let source = format!("\"{}\"", results.collect::<String>());
    let lines = rules.iter().zip(first..).map(|(rule, number)| {
        let own = numbers(rule);
        let digits = all
            .keys()
            .map(|number| if own.contains_key(number) { '1' } else { '.' });
        let digits: String = digits.collect();
        let key = quoted(&format!("~^{}", digits.trim_end_matches('.')));
        Line::new(key, number.to_string()).with_comment(&rule.comment)
    });
    Map {
        source,
        name,
        lines: lines.collect(),
    }
}
