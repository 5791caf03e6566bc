//! The configuration of Caddy: a block for each path, and in it one for each rule, with its conditions as an
//! expression.

use std::collections::BTreeSet;

use crate::options::{Addresses, Options};
use crate::pattern::any_of;
use crate::plan::{Condition, Outcome, Part, PathPlan, Rule, Test, Value};
use crate::refusal::Refusal;

/// Writes a whole Caddyfile.
///
/// # Errors
///
/// Fails if an address of the options is none.
pub(crate) fn write(plans: &[PathPlan<'_>], options: &Options) -> Result<String, Vec<Refusal>> {
    let Addresses { listen, upstream } = Addresses::of(options)?;
    let mut snippets = Blocks::new(&upstream.to_string(), 0);
    for names in varying(plans) {
        snippets.vary(names);
    }
    let mut blocks = Blocks::new(&upstream.to_string(), 2);
    let mut first = 1;
    for (plan, number) in plans.iter().zip(1..) {
        blocks.path(plan, number, first);
        first += plan.rules.len();
    }
    let port = listen.port.to_string();
    let host = if listen.host.contains(':') {
        format!("[{}]", listen.host)
    } else {
        listen.host
    };
    Ok(CONFIGURATION
        .replace("PORT", &port)
        .replace("HOST", &host)
        .replace("UPSTREAM", &upstream.to_string())
        .replace("SNIPPETS\n", &snippets.text)
        .replace("\t\tPATHS\n", &blocks.text))
}

const CONFIGURATION: &str = r#"# Written by `cors export caddy` from the policies of the application. Do not edit it.
{
	admin off
	auto_https off
	persist_config off
}

SNIPPETS
http://:PORT {
	bind HOST

	# The path as it was sent, because the application compares that.
	map {http.request.orig_uri} {cors_path} {
		"~^([^?]*)" "${1}"
	}

	route {
		# To Caddy an empty header is an absent one, so it is absent for the application as well.
		@empty_origin expression `{http.request.header.origin} == ""`
		request_header @empty_origin -origin

		PATHS
		reverse_proxy UPSTREAM
	}
}
"#;

/// Blocks in the order in which they are tried, indented by tabs as Caddy's own formatter does.
struct Blocks {
    text: String,
    upstream: String,
    depth: usize,
}

impl Blocks {
    fn new(upstream: &str, depth: usize) -> Self {
        Self {
            text: String::new(),
            upstream: upstream.to_owned(),
            depth,
        }
    }

    fn line(&mut self, line: &str) {
        let line = format!("{}{line}\n", "\t".repeat(self.depth));
        self.text.push_str(&line);
    }

    fn block(&mut self, head: &str, body: impl FnOnce(&mut Self)) {
        self.line(&format!("{head} {{"));
        self.depth += 1;
        body(self);
        self.depth -= 1;
        self.line("}");
    }

    fn path(&mut self, plan: &PathPlan<'_>, number: usize, first: usize) {
        self.line(&format!(
            "# {}",
            plan.path.path.replace(char::is_control, "?")
        ));
        let matches = matches("{cors_path}", &plan.path.route.regex());
        self.line(&format!("@path_{number} expression `{matches}`"));
        self.block(&format!("handle @path_{number}"), |blocks| {
            for (rule, number) in plan.rules.iter().zip(first..) {
                blocks.rule(rule, number);
            }
            blocks.block("handle", |blocks| blocks.proxy(false));
        });
        self.text.push('\n');
    }

    fn rule(&mut self, rule: &Rule, number: usize) {
        let conditions: Vec<String> = rule.when.iter().map(expression).collect();
        self.line(&format!("# {}", rule.comment));
        let mut handle = "handle".to_owned();
        if !conditions.is_empty() {
            self.line(&format!(
                "@rule_{number} expression `{}`",
                conditions.join(" && ")
            ));
            handle = format!("handle @rule_{number}");
        }
        self.block(&handle, |blocks| match &rule.then {
            Outcome::Respond { status, headers } => {
                blocks.headers(headers, None);
                blocks.line(&format!("respond {status}"));
            }
            Outcome::Forward { headers, vary } => {
                blocks.headers(headers, *vary);
                blocks.proxy(true);
            }
            Outcome::Pass { vary } => {
                blocks.headers(&[], *vary);
                blocks.proxy(false);
            }
        });
    }

    /// Sets headers at once, so that Caddy's own errors have them as well.
    fn headers(&mut self, headers: &[(&str, Value)], vary: Option<&str>) {
        if !headers.is_empty() {
            self.block("header", |blocks| {
                for (name, value) in headers {
                    blocks.line(&format!("{name} \"{}\"", format(value)));
                }
            });
        }
        if let Some(names) = vary {
            self.line(&format!("import {}", snippet(names)));
        }
    }

    /// A snippet that adds names to `Vary`. Joins the lines of the response, and removes those names that the
    /// application has sent, too.
    fn vary(&mut self, names: &str) {
        self.block(&format!("({})", snippet(names)), |blocks| {
            blocks.line(&format!("header vary \"{names}\""));
            blocks.block("header", |blocks| {
                blocks.line(r#">vary "{http.response.header.vary}""#);
                for name in names.split(", ") {
                    let twice = format!(r"^({names})((?:,.*)?),[ \t]*(?i:{name})[ \t]*((?:,.*)?)$");
                    blocks.line(&format!(r#">vary "{twice}" "$1$2$3""#));
                }
            });
        });
        self.text.push('\n');
    }

    fn proxy(&mut self, removes_headers: bool) {
        let proxy = format!("reverse_proxy {}", self.upstream);
        if removes_headers {
            self.block(&proxy, |blocks| {
                blocks.line("header_down -access-control-*");
            });
        } else {
            self.line(&proxy);
        }
    }
}

/// The name of the snippet that adds names to `Vary`.
fn snippet(names: &str) -> String {
    format!(
        "cors_vary_{}",
        names
            .to_ascii_lowercase()
            .replace(", ", "_")
            .replace('-', "_")
    )
}

/// The names that rules add to `Vary`, each list once.
fn varying<'p>(plans: &'p [PathPlan<'_>]) -> BTreeSet<&'p str> {
    let rules = plans.iter().flat_map(|plan| &plan.rules);
    let names = rules.filter_map(|rule| match &rule.then {
        Outcome::Respond { .. } => None,
        Outcome::Forward { vary, .. } | Outcome::Pass { vary } => *vary,
    });
    names.collect()
}

/// The value of a part. To Caddy an absent header is an empty one, and several lines are joined by commas.
fn placeholder(part: Part) -> &'static str {
    match part {
        Part::Method => "{http.request.method}",
        Part::Host => "{http.request.hostport}",
        Part::Origin => "{http.request.header.origin}",
        Part::RequestedMethod => "{http.request.header.access-control-request-method}",
        Part::RequestedHeaders => "{http.request.header.access-control-request-headers}",
        Part::FetchSite => "{http.request.header.sec-fetch-site}",
        Part::FetchMode => "{http.request.header.sec-fetch-mode}",
        Part::FetchDest => "{http.request.header.sec-fetch-dest}",
        Part::Upgrade => "{http.request.header.upgrade}",
    }
}

fn expression(condition: &Condition) -> String {
    let part = placeholder(condition.part);
    let present = format!("{part} != \"\"");
    match &condition.test {
        Test::Absent => format!("{part} == \"\""),
        Test::Present => present,
        Test::Is(texts) => format!("{part} in [{}]", list(texts)),
        Test::IsNot(texts) => format!("{present} && !({part} in [{}])", list(texts)),
        Test::Matches(expressions) => {
            format!("{present} && {}", matches(part, &any_of(expressions)))
        }
        Test::Differs(expressions) => {
            format!("{present} && !{}", matches(part, &any_of(expressions)))
        }
        Test::MatchesOrAbsent(expression) => matches(part, expression),
        Test::AtMostBytes(bytes) => format!("{part}.size() <= {bytes}"),
        Test::OfHost => OF_HOST.to_owned(),
    }
}

/// Compares `Origin` with `Host`, which may be in upper case and have the default port of the origin's scheme.
const OF_HOST: &str = r#"!{http.request.header.origin}.matches(r"[A-Z]|^https:.*:443$|^http:.*:80$") && [{http.request.header.origin}, {http.request.header.origin} + ({http.request.header.origin}.startsWith("https:") ? ":443" : ":80")].exists(origin, origin in ["https://" + {http.request.hostport}.lowerAscii(), "http://" + {http.request.hostport}.lowerAscii()])"#;

fn list(texts: &[String]) -> String {
    let texts: Vec<String> = texts.iter().map(|text| quoted(text)).collect();
    texts.join(", ")
}

/// A text of an expression in backticks. Caddy reads `{` and a letter as the start of a placeholder.
fn quoted(text: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    quoted.replace('`', r"\u0060").replace('{', r"\u007b")
}

/// A call that compares a whole value. Neither `"` nor a backtick can be in the raw text of an expression in
/// backticks.
fn matches(value: &str, expression: &str) -> String {
    let expression = expression.replace('"', r"\x22").replace('`', r"\x60");
    format!("{value}.matches(r\"^(?:{expression})$\")")
}

fn format(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::Origin => placeholder(Part::Origin).to_owned(),
        Value::WithRequestedHeaders(names) => {
            let names: String = names.iter().map(|name| name.clone() + ", ").collect();
            names + placeholder(Part::RequestedHeaders)
        }
    }
}
