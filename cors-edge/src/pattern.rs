//! Origins, hosts and header names as regular expressions.
//!
//! The expressions are in the dialect that RE2, PCRE and Go have in common: no look-around, no
//! references. They have no anchors, because each edge has its own way to match a whole value.

use std::collections::BTreeSet;

use cors_rules::requested_headers::{MAX_EMPTY, MAX_NAMES};
use cors_rules::{Pattern, Port, header_prefix};

/// Escapes text for a regular expression.
pub(crate) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_ascii_punctuation()
            && !matches!(
                character,
                '/' | '-'
                    | '_'
                    | ':'
                    | ','
                    | '%'
                    | '"'
                    | '\''
                    | '@'
                    | '&'
                    | '='
                    | '~'
                    | '!'
                    | '<'
                    | '>'
                    | ';'
                    | '`'
                    | '#'
            )
        {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}

/// Any of several expressions.
pub(crate) fn any_of(expressions: &[String]) -> String {
    match expressions {
        [one] => one.clone(),
        several => format!("(?:{})", several.join("|")),
    }
}

/// Every text but these, none of which is empty, without look-around.
pub(crate) fn none_of(texts: &[&str]) -> String {
    let mut starts: Vec<char> = texts
        .iter()
        .filter_map(|text| text.chars().next())
        .collect();
    starts.sort_unstable();
    starts.dedup();
    let mut expressions = Vec::new();
    if !texts.contains(&"") {
        expressions.push(String::new());
    }
    let others: String = starts
        .iter()
        .map(|&start| escaped(&start.to_string()))
        .collect();
    expressions.push(match others.as_str() {
        "" => ".+".to_owned(),
        others => format!("[^{others}].*"),
    });
    for start in starts {
        let rests: Vec<&str> = texts
            .iter()
            .filter_map(|text| text.strip_prefix(start))
            .collect();
        expressions.push(format!(
            "{}{}",
            escaped(&start.to_string()),
            none_of(&rests)
        ));
    }
    any_of(&expressions)
}

/// The origins of an allowlist, as lists of alternatives. Values that match one of each list are allowed.
pub(crate) fn origins(patterns: &[Pattern<'_>]) -> Vec<Vec<String>> {
    let mut lists = vec![patterns.iter().map(origin).collect()];
    let has = |port| patterns.iter().any(|pattern| pattern.port() == port);
    if has(Port::Any) {
        let schemes: BTreeSet<&str> = patterns.iter().map(Pattern::scheme).collect();
        let bounded = schemes
            .into_iter()
            .map(|scheme| format!("{}://{HOST}(?::{})?", escaped(scheme), any_port(scheme)));
        lists.push(bounded.collect());
    } else if patterns.iter().any(Pattern::subdomains) {
        lists.push(vec![format!("[^:]+://{HOST}(?::[0-9]+)?")]);
    }
    lists
}

/// The origins that a pattern matches. Hosts and ports that are out of bounds match as well.
fn origin(pattern: &Pattern<'_>) -> String {
    let subdomains = if pattern.subdomains() { LABELS } else { "" };
    let port = match pattern.port() {
        Port::Default => String::new(),
        Port::Number(number) => format!(":{number}"),
        Port::Any => "(?::[0-9]+)?".to_owned(),
    };
    format!(
        "{}://{subdomains}{}{port}",
        escaped(pattern.scheme()),
        escaped(pattern.host().as_str()),
    )
}

/// One or more labels of at most 63 bytes (RFC 1035, section 2.3.4), each with its dot.
const LABELS: &str = r"(?:[a-z0-9_-]{1,63}\.)+";

/// Hosts of at most 253 bytes, and a dot behind them; or an IPv6 address.
const HOST: &str = r"(?:[^:]{1,253}\.?|\[.*\])";

/// The ports that an origin of this scheme can have: without leading zeros, up to 65535, and not the
/// default one, which browsers leave out.
fn any_port(scheme: &str) -> String {
    let short = match scheme {
        "http" => "[1-79]|8[1-9]|[1-79][0-9]|8|[1-9][0-9]{2}",
        "https" => "[1-9][0-9]?|[1-35-9][0-9]{2}|4[0-35-9][0-9]|44[0-24-9]",
        _ => "[1-9][0-9]{0,2}",
    };
    format!(
        "(?:{short}|[1-9][0-9]{{3}}|[1-5][0-9]{{4}}|6[0-4][0-9]{{3}}|65[0-4][0-9]{{2}}|655[0-2][0-9]|6553[0-5])"
    )
}

/// The values of `Host` that name the host and the port of an origin, in any case. A missing port is that
/// of the origin's scheme.
pub(crate) fn host(pattern: &Pattern<'_>) -> String {
    let default = match pattern.scheme() {
        "https" => Some("443"),
        "http" => Some("80"),
        _ => None,
    };
    let port = match (pattern.port(), default) {
        (Port::Default, Some(default)) => format!("(?::{default})?"),
        (Port::Default, None) => String::new(),
        (Port::Number(number), _) => format!(":{number}"),
        (Port::Any, _) => format!("(?::{})?", any_port("")),
    };
    let subdomains = if pattern.subdomains() { LABELS } else { "" };
    format!(
        "(?i:{subdomains}{}){port}",
        escaped(pattern.host().as_str())
    )
}

/// Lines of `Access-Control-Request-Headers` that name allowed headers only, and at least one, in any case,
/// order and spacing. `*` in the list covers `authorization` here: see [`AUTHORIZATION`].
pub(crate) fn requested_headers(allowed: &[String]) -> String {
    let names = allowed.iter().map(|entry| match header_prefix(entry) {
        Some(prefix) => format!("{}{TOKEN}", escaped(prefix)),
        None if entry == "*" => TOKEN.to_owned(),
        None => escaped(entry),
    });
    let names: Vec<String> = names.collect();
    let name = any_of(&names);
    format!("(?i:[ \\t,]*{name}[ \\t]*(?:,[ \\t,]*{name}[ \\t]*)*(?:,[ \\t,]*)?)")
}

/// The characters of a token ([RFC 9110, section 5.6.2](https://www.rfc-editor.org/rfc/rfc9110#section-5.6.2)).
const TOKEN: &str = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";

/// Lists that have no `authorization`, which `*` does not cover, are those that do not match.
pub(crate) const AUTHORIZATION: &str = r"(?i:(?:.*,)?[ \t]*authorization[ \t]*(?:,.*)?)";

/// Lists without any name.
pub(crate) fn no_requested_headers() -> String {
    format!(r"[ \t]*(?:,[ \t]*){{0,{}}}", MAX_EMPTY - 1)
}

/// Lists of no more names than an application reads.
pub(crate) fn bounded_names() -> String {
    let more = MAX_NAMES - 1;
    format!(r"[ \t,]*[^ \t,][^,]*(?:,[ \t,]*[^ \t,][^,]*){{0,{more}}}(?:,[ \t,]*)?")
}

/// Lists of no more empty elements than an application reads.
pub(crate) fn bounded_empty() -> String {
    let name = r"[ \t]*[^ \t,][^,]*";
    let most = MAX_EMPTY;
    let less = most - 1;
    format!(
        r"(?:{name},)*(?:[ \t]*,(?:{name},)*){{0,{less}}}(?:[ \t]*|{name}|[ \t]*,(?:{name},)*{name})"
    )
}

/// `Host`, a `|` and an `Origin` that has the same host and port, in the dialect of PCRE, which has references and
/// look-ahead. Neither part can have a `|` in these. A missing port is that of the origin's scheme. The groups
/// have names, because HAProxy captures no others.
pub(crate) fn host_and_origin() -> Vec<String> {
    const LOWER_CASE_ORIGIN: &str = r"(?=[^|]*\|[^A-Z]*\z)";
    const HOST: &str = r"(?<cors_host>[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])";
    const PORT: &str = "(?<cors_port>[1-9][0-9]{0,4})";
    let expressions = [("https", 443), ("http", 80)].map(|(scheme, default)| {
        let origin = format!(r"\|{scheme}://(?i:\k<cors_host>)");
        [
            format!(r"{LOWER_CASE_ORIGIN}{HOST}(?::{default})?{origin}"),
            format!(r"{LOWER_CASE_ORIGIN}{HOST}:(?!{default}\|){PORT}{origin}:\k<cors_port>"),
        ]
    });
    expressions.concat()
}

/// `Upgrade` to a web socket, among other protocols.
pub(crate) const WEB_SOCKET: &str = r"(?i:(?:.*,)?[ \t]*websocket[ \t]*(?:,.*)?)";

/// Several lines of a header, which an edge joins by commas.
pub(crate) const SEVERAL_LINES: &str = ".*,.*";

/// At most one line, because no valid origin has a comma.
pub(crate) const ONE_LINE: &str = "[^,]*";

#[cfg(test)]
mod tests {
    use cors_rules::{Origin, Pattern};
    use proptest::prelude::*;
    use regex::Regex;

    use super::*;

    fn matches(expression: &str, text: &str) -> bool {
        Regex::new(&format!("^(?:{expression})$"))
            .unwrap_or_else(|error| panic!("{error}"))
            .is_match(text)
    }

    fn allows(pattern: &str, origin_text: &str) -> bool {
        let pattern = Pattern::parse(pattern).expect("a pattern");
        let expressions = origins(&[pattern]);
        expressions
            .iter()
            .all(|expression| matches(&any_of(expression), origin_text))
    }

    #[test]
    fn origins_of_patterns() {
        let label = "a".repeat(63);
        let long = format!(
            "https://{label}.{label}.{label}.{}.example.com",
            "a".repeat(49)
        );
        for (pattern, origin, expected) in [
            ("https://a.example", "https://a.example", true),
            ("https://a.example", "https://aXexample", false),
            ("https://*.example.com", "https://a.example.com", true),
            ("https://*.example.com", "https://a.b.example.com", true),
            ("https://*.example.com", "https://example.com", false),
            ("https://*.example.com", "https://.example.com", false),
            ("https://*.example.com", "https://a..example.com", false),
            ("https://*.example.com", "https://A.example.com", false),
            (
                "https://*.example.com",
                "https://a.example.com.evil.example",
                false,
            ),
            ("https://*.example.com", "https://aexample.com", false),
            ("https://*.example.com", "https://a.example.com:8443", false),
            ("https://*.example.com", &long, true),
            (
                "https://*.example.com",
                &long.replacen("//a", "//aa", 1),
                false,
            ),
            ("http://localhost:*", "http://localhost", true),
            ("http://localhost:*", "http://localhost:80", false),
            ("http://localhost:*", "http://localhost:8", true),
            ("http://localhost:*", "http://localhost:8080", true),
            ("http://localhost:*", "http://localhost:65535", true),
            ("http://localhost:*", "http://localhost:65536", false),
            ("http://localhost:*", "http://localhost:080", false),
            ("http://[::1]:*", "http://[::1]:3000", true),
        ] {
            assert_eq!(allows(pattern, origin), expected, "{pattern} {origin}");
        }
    }

    #[test]
    fn any_port_is_every_port_but_the_default_one() {
        for scheme in ["http", "https", "app"] {
            let expression = Regex::new(&format!("^{}$", any_port(scheme))).unwrap();
            for port in 0..=70_000 {
                let origin = format!("{scheme}://a:{port}");
                let expected = Origin::parse(origin.as_bytes()).is_some();
                assert_eq!(expression.is_match(&port.to_string()), expected, "{origin}");
            }
        }
    }

    #[test]
    fn hosts_of_own_origins() {
        for (own, host_text, expected) in [
            ("https://api.example", "api.example", true),
            ("https://api.example", "API.example:443", true),
            ("https://api.example", "api.example:80", false),
            ("https://api.example:8443", "api.example", false),
            ("http://localhost:3000", "localhost:3000", true),
            ("http://[::1]:3000", "[::1]:3000", true),
            ("https://api.example", "api.example.evil.example", false),
        ] {
            let pattern = Pattern::parse(own).expect("a pattern");
            assert_eq!(
                matches(&host(&pattern), host_text),
                expected,
                "{own} {host_text}"
            );
        }
    }

    fn is_requested(allowed: &[&str], line: &str) -> bool {
        let allowed: Vec<String> = allowed.iter().map(|&name| name.to_owned()).collect();
        let covers_any = allowed.iter().any(|name| name == "*");
        matches(&requested_headers(&allowed), line)
            && matches(&bounded_names(), line)
            && matches(&bounded_empty(), line)
            && !(covers_any && matches(AUTHORIZATION, line))
    }

    #[test]
    fn requested_headers_in_any_spelling() {
        let names = |count: usize| vec!["x-a"; count].join(",");
        let empty = |count: usize| format!("x-a{}", ",".repeat(count));
        for (line, expected) in [
            ("x-a", true),
            ("X-A , Content-Type", true),
            ("content-type,\tx-a", true),
            (",x-a,,", true),
            ("x-p-1", true),
            ("x-p-", false),
            ("x-a content-type", false),
            ("x-ab", false),
            ("", false),
            (" , ", false),
            (&names(128), true),
            (&names(129), false),
            (&empty(16), true),
            (&empty(17), false),
        ] {
            assert_eq!(
                is_requested(&["x-a", "content-type", "x-p-*"], line),
                expected,
                "{line}"
            );
        }
        for (line, expected) in [("x-any", true), ("x,Authorization", false), ("a b", false)] {
            assert_eq!(is_requested(&["*"], line), expected, "{line}");
        }
        for (count, expected) in [(0, true), (15, true), (16, false)] {
            assert_eq!(
                matches(&no_requested_headers(), &",".repeat(count)),
                expected,
                "{count}"
            );
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn empty_elements_are_counted(line in "[ a,]{0,60}") {
            let empty = line.split(',').filter(|element| element.trim().is_empty()).count();
            prop_assert_eq!(matches(&bounded_empty(), &line), empty <= MAX_EMPTY);
        }

        #[test]
        fn none_of_some_texts(texts in proptest::collection::vec("[a.-]{1,4}", 1..4), text in "[a.-]{0,5}") {
            let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
            prop_assert_eq!(matches(&none_of(&texts), &text), !texts.contains(&text.as_str()));
        }

        #[test]
        fn escaped_text_matches_itself(text in "[ -~]{0,20}") {
            prop_assert!(matches(&escaped(&text), &text));
        }
    }
}
