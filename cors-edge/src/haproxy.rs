//! The configuration of HAProxy: an ACL for each condition, a line for each rule, and lines for the headers
//! of responses.
//!
//! A variable has the value of each header, because an ACL on a header itself compares each of its lines.

use crate::conditions::Conditions;
use crate::options::{Addresses, Options};
use crate::pattern;
use crate::plan::{Condition, Outcome, Part, PathPlan, Rule, Test, Value};
use crate::refusal::Refusal;

/// Writes a whole configuration, with a frontend and a backend.
///
/// # Errors
///
/// Fails if an address of the options is none.
pub(crate) fn write(plans: &[PathPlan<'_>], options: &Options) -> Result<String, Vec<Refusal>> {
    let Addresses { listen, upstream } = Addresses::of(options)?;
    let conditions = Conditions::of(plans);
    let mut lines = variables();
    lines.push(String::new());
    lines.extend(conditions.iter().flat_map(|(number, it)| acls(number, it)));
    let mut first = 1;
    for (plan, path) in plans.iter().zip(1..) {
        lines.extend(lines_of_path(plan, path, first, &conditions));
        first += plan.rules.len();
    }
    let rules: Vec<&Rule> = plans.iter().flat_map(|plan| &plan.rules).collect();
    lines.extend(lines_of_responses(&rules));
    let lines = lines.iter().map(|line| match line.as_str() {
        "" => "\n".to_owned(),
        line => format!("    {line}\n"),
    });
    let configuration = CONFIGURATION
        .replace("LISTEN", &listen.to_string())
        .replace("UPSTREAM", &upstream.to_string())
        .replace("    LINES\n", &lines.collect::<String>());
    Ok(configuration)
}

const CONFIGURATION: &str = r"# Written by `cors export haproxy` from the policies of the application. Do not edit it.
defaults
    mode http
    timeout connect 5s
    timeout http-request 10s
    # The application has its own limits of times, and may stream.
    timeout client 1h
    timeout server 1h

frontend edge
    bind LISTEN
    default_backend application

    LINES

backend application
    server application UPSTREAM
";

/// The variable of each header.
const VARIABLES: [(Part, &str); 7] = [
    (Part::Host, "host"),
    (Part::Origin, "origin"),
    (Part::RequestedMethod, "access-control-request-method"),
    (Part::RequestedHeaders, "access-control-request-headers"),
    (Part::FetchSite, "sec-fetch-site"),
    (Part::FetchMode, "sec-fetch-mode"),
    (Part::FetchDest, "sec-fetch-dest"),
];

/// Sets the variables.
fn variables() -> Vec<String> {
    let mut lines = vec!["http-request set-var(txn.cors_path) path".to_owned()];
    for (_, header) in VARIABLES {
        let variable = variable(header);
        lines.push(format!(
            "http-request set-var({variable}) req.fhdr({header})"
        ));
    }
    lines.push(
        "# Several lines have a value that no policy allows, because HAProxy does not join them."
            .to_owned(),
    );
    for (_, header) in VARIABLES {
        let variable = variable(header);
        lines.push(format!(
            "http-request set-var({variable}) 'str(\"several,lines:?\")' if {{ req.fhdr_cnt({header}) gt 1 }}"
        ));
    }
    let joined = quoted("%[var(txn.cors_host)]|%[var(txn.cors_origin)]");
    lines.push(format!(
        "http-request set-var-fmt(txn.cors_host_and_origin) {joined}"
    ));
    lines
}

fn variable(header: &str) -> String {
    format!("txn.cors_{}", header.replace('-', "_"))
}

/// The header of a part, if it is one.
fn header(part: Part) -> Option<&'static str> {
    match part {
        Part::Method => None,
        Part::Upgrade => Some("upgrade"),
        _ => VARIABLES
            .iter()
            .find(|(own, _)| *own == part)
            .map(|(_, header)| *header),
    }
}

/// The expression with the value of a part. `Upgrade` is a list, whose lines count one by one. A variable
/// with the method would have only those that HAProxy knows.
fn fetch(part: Part) -> String {
    match (part, header(part)) {
        (Part::Upgrade, Some(header)) => format!("req.fhdr({header})"),
        (_, Some(header)) => format!("var({})", variable(header)),
        (_, None) => "method".to_owned(),
    }
}

fn name(number: usize, condition: &Condition) -> String {
    let part = header(condition.part).unwrap_or("method");
    format!(
        "{}-{number}",
        part.replace("access-control-request", "requested")
    )
}

/// The lines of an ACL, which holds if one of them does. Those of [`Test::IsNot`] and
/// [`Test::Differs`] hold in the opposite case.
fn acls(number: usize, condition: &Condition) -> Vec<String> {
    let name = name(number, condition);
    let fetch = fetch(condition.part);
    let count = |test: &str| {
        let header = header(condition.part).unwrap_or_default();
        format!("acl {name} req.fhdr_cnt({header}) {test}")
    };
    let regex = |expression: &str| {
        format!(
            "acl {name} {fetch} -m reg -- {}",
            quoted(&format!(r"^(?:{expression})\z"))
        )
    };
    match &condition.test {
        Test::Absent => vec![count("eq 0")],
        Test::Present => vec![count("gt 0")],
        Test::Is(texts) | Test::IsNot(texts) => {
            let kind = if condition.part == Part::Method {
                ""
            } else {
                "-m str "
            };
            let texts: Vec<String> = texts.iter().map(|text| quoted(text)).collect();
            let lines = texts.chunks(MAX_VALUES);
            lines
                .map(|texts| format!("acl {name} {fetch} {kind}-- {}", texts.join(" ")))
                .collect()
        }
        Test::Matches(expressions) | Test::Differs(expressions) => {
            expressions.iter().map(|it| regex(it)).collect()
        }
        Test::MatchesOrAbsent(expression) => vec![regex(expression), count("eq 0")],
        Test::AtMostBytes(bytes) => vec![format!("acl {name} {fetch} -m len 0:{bytes}")],
        Test::OfHost => {
            let acl = |it: &String| {
                let whole = quoted(&format!(r"^(?:{it})\z"));
                format!("acl {name} var(txn.cors_host_and_origin) -m reg -- {whole}")
            };
            pattern::host_and_origin().iter().map(acl).collect()
        }
    }
}

/// The number of values on a line, which has at most 64 words.
const MAX_VALUES: usize = 40;

/// A condition among those of a rule.
fn term(number: usize, condition: &Condition) -> String {
    let name = name(number, condition);
    match (&condition.test, header(condition.part)) {
        (Test::IsNot(_) | Test::Differs(_), Some(header)) => {
            format!("{{ req.fhdr_cnt({header}) gt 0 }} !{name}")
        }
        (Test::IsNot(_) | Test::Differs(_), None) => format!("!{name}"),
        _ => name,
    }
}

/// The lines of a path. Its number, and those of its rules, are in variables.
fn lines_of_path(
    plan: &PathPlan<'_>,
    path: usize,
    first: usize,
    conditions: &Conditions<'_>,
) -> Vec<String> {
    let route = &plan.path.route;
    let matches = match route.exact() {
        Some(path) => format!("-m str -- {}", quoted(&path)),
        None => format!(
            "-m reg -- {}",
            quoted(&format!(r"^(?:{})\z", route.regex()))
        ),
    };
    let comment = plan.path.path.replace(char::is_control, "?");
    let is_of_path = format!("{{ var(txn.cors_route) -m int {path} }}");
    let mut lines = vec![
        String::new(),
        format!("# {comment}"),
        format!(
            "http-request set-var(txn.cors_route) int({path}) if {{ var(txn.cors_path) {matches} }}"
        ),
    ];
    for (rule, number) in plan.rules.iter().zip(first..) {
        let terms = conditions
            .of_rule(rule)
            .map(|(number, it)| term(number, it));
        let terms: Vec<String> = terms.collect();
        let terms = format!(
            "{is_of_path} !{{ var(txn.cors_rule) -m found }} {}",
            terms.join(" ")
        );
        lines.push(format!("# {}", rule.comment));
        lines.push(match &rule.then {
            Outcome::Respond { status, headers } => {
                let headers = headers
                    .iter()
                    .map(|(name, it)| format!(" hdr {name} {}", value(it)));
                let headers: String = headers.collect();
                format!(
                    "http-request return status {status}{headers} if {}",
                    terms.trim_end()
                )
            }
            Outcome::Forward { .. } | Outcome::Pass { .. } => {
                format!(
                    "http-request set-var(txn.cors_rule) int({number}) if {}",
                    terms.trim_end()
                )
            }
        });
    }
    lines.push("# The rules of other paths do not decide.".to_owned());
    lines.push(format!("http-request allow if {is_of_path}"));
    lines
}

/// The lines that change the application's responses, and HAProxy's own errors.
fn lines_of_responses(rules: &[&Rule]) -> Vec<String> {
    let numbers = |is_of: &dyn Fn(&Outcome) -> bool| -> Vec<usize> {
        let rules = rules.iter().zip(1..);
        rules
            .filter(|(rule, _)| is_of(&rule.then))
            .map(|(_, number)| number)
            .collect()
    };
    let mut lines = vec![
        String::new(),
        "# The headers of responses, by the rule of the request.".to_owned(),
    ];
    let mut line = |directive: &str, numbers: &[usize], unless: &str| {
        for numbers in numbers.chunks(MAX_VALUES) {
            let numbers: Vec<String> = numbers.iter().map(usize::to_string).collect();
            let is_of_rules = format!("{{ var(txn.cors_rule) -m int {} }}", numbers.join(" "));
            lines.push(format!(
                "http-after-response {directive} if {is_of_rules}{unless}"
            ));
        }
    };
    let forwarded = numbers(&|outcome| matches!(outcome, Outcome::Forward { .. }));
    line("del-header access-control- -m beg", &forwarded, "");
    let headers = rules.iter().filter_map(|rule| match &rule.then {
        Outcome::Forward { headers, .. } => Some(headers),
        Outcome::Respond { .. } | Outcome::Pass { .. } => None,
    });
    let mut known = Vec::new();
    for header in headers.flatten() {
        if known.contains(&header) {
            continue;
        }
        known.push(header);
        let (name, it) = header;
        let has_it = |outcome: &Outcome| match outcome {
            Outcome::Forward { headers, .. } => headers.contains(header),
            Outcome::Respond { .. } | Outcome::Pass { .. } => false,
        };
        line(
            &format!("set-header {name} {}", value(it)),
            &numbers(&has_it),
            "",
        );
    }
    let varying = |outcome: &Outcome| match outcome {
        Outcome::Forward { vary, .. } | Outcome::Pass { vary } => *vary,
        Outcome::Respond { .. } => None,
    };
    let names = rules.iter().filter_map(|rule| varying(&rule.then));
    let mut known = Vec::new();
    for name in names.flat_map(|names| names.split(", ")) {
        if known.contains(&name) {
            continue;
        }
        known.push(name);
        let has_it = |outcome: &Outcome| {
            varying(outcome).is_some_and(|it| it.split(", ").any(|it| it == name))
        };
        let present = quoted(&format!(r"(?:^|,)[ \t]*(?:{name}|\*)[ \t]*(?:,|$)"));
        let unless = format!(" !{{ res.fhdr(vary) -m reg -i -- {present} }}");
        line(
            &format!("add-header vary {name}"),
            &numbers(&has_it),
            &unless,
        );
    }
    lines
}

/// The value of a header, in which `%` begins an expression.
fn value(value: &Value) -> String {
    let text = match value {
        Value::Text(text) => text.replace('%', "%%"),
        Value::Origin => "%[var(txn.cors_origin)]".to_owned(),
        Value::WithRequestedHeaders(names) => {
            let names: String = names
                .iter()
                .map(|name| name.replace('%', "%%") + ", ")
                .collect();
            names + "%[var(txn.cors_access_control_request_headers)]"
        }
    };
    quoted(&text)
}

/// A word in quotes. Only `'` has a meaning in single quotes.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}
