//! Paths as they are given to a router, with parameters.

/// Panics at the caller's line if axum would refuse the path, because axum's text lacks the path.
#[track_caller]
pub(super) fn assert_valid(path: &str, v07_checks: bool) {
    assert!(
        path.starts_with('/'),
        "the path `{path}` does not start with `/`\nhelp: write `/{path}`"
    );
    if !v07_checks {
        return;
    }
    for segment in path.split('/') {
        let Some((marker @ (':' | '*'), name)) = split_first(segment) else {
            continue;
        };
        let wildcard = if marker == '*' { "*" } else { "" };
        panic!(
            "`{segment}` in the path `{path}` is a parameter of axum 0.7\nhelp: write `{{{wildcard}{name}}}`, \
             or for the segment as it is call `without_v07_checks` on the router before"
        );
    }
}

/// Panics if axum would refuse to nest a router below the prefix. The root it refuses itself.
#[track_caller]
pub(super) fn assert_valid_prefix(prefix: &str, v07_checks: bool) {
    if prefix.is_empty() {
        return;
    }
    assert_valid(prefix, v07_checks);
    let is_wildcard = |segment: &&str| {
        segment.starts_with("{*") && segment.ends_with('}') && !segment.ends_with("}}")
    };
    if let Some(wildcard) = prefix.split('/').find(is_wildcard) {
        panic!(
            "the prefix `{prefix}` has the wildcard `{wildcard}`, which matches the paths of all routes below\n\
             help: write a parameter, such as `{{name}}`"
        );
    }
}

fn split_first(segment: &str) -> Option<(char, &str)> {
    let mut rest = segment.chars();
    rest.next().map(|first| (first, rest.as_str()))
}

/// Joins the path of a nested route as axum does.
pub(super) fn nested_path(prefix: &str, path: &str) -> String {
    if prefix.ends_with('/') {
        format!("{prefix}{}", path.trim_start_matches('/'))
    } else if path == "/" {
        prefix.to_owned()
    } else {
        format!("{prefix}{path}")
    }
}

/// A value of a parameter that no other route has as a literal.
const VALUE: &str = "a-value-of-cors-runtime";

/// A path that the pattern matches.
pub(super) fn sample(pattern: &str) -> String {
    let mut path = String::with_capacity(pattern.len());
    let mut rest = pattern.chars();
    while let Some(character) = rest.next() {
        let after = rest.as_str();
        match character {
            // Doubled braces stand for themselves.
            '{' | '}' if after.starts_with(character) => {
                path.push(character);
                rest.next();
            }
            '{' => {
                path.push_str(VALUE);
                rest.find(|&character| character == '}');
            }
            _ => path.push(character),
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::sample;

    #[test]
    fn samples_of_patterns() {
        for (pattern, expected) in [
            ("/", "/"),
            ("/users/{id}", "/users/a-value-of-cors-runtime"),
            (
                "/{a}/x/{*rest}",
                "/a-value-of-cors-runtime/x/a-value-of-cors-runtime",
            ),
            ("/{{id}}", "/{id}"),
            ("/{unfinished", "/a-value-of-cors-runtime"),
        ] {
            assert_eq!(sample(pattern), expected, "{pattern}");
        }
    }
}
