//! Names whose values are secrets, and the parts of those values.

use crate::exchange::Span;

/// Whether the value of a header, of a cookie, of a parameter or of a property is a secret, by its name
/// in lower case.
pub(crate) fn is_secret_name(name: &str) -> bool {
    const PARTS: [&str; 15] = [
        "apikey",
        "api-key",
        "api_key",
        "authorization",
        "cookie",
        "csrf",
        "jwt",
        "passwd",
        "password",
        "secret",
        "sessid",
        "session",
        "signature",
        "token",
        "xsrf",
    ];
    const NAMES: [&str; 4] = ["auth", "bearer", "sid", "x-amz-credential"];
    let is_cors = name.starts_with("access-control-");
    !is_cors && (NAMES.contains(&name) || PARTS.iter().any(|part| name.contains(part)))
}

/// Names that are too general outside of the query of a URL.
pub(super) fn is_secret_parameter(name: &str) -> bool {
    is_secret_name(name) || matches!(name, "code" | "key" | "pass" | "pwd" | "sig" | "state")
}

/// Options of `curl` and `http` with a password or a cookie.
pub(super) fn is_secret_option(word: &str) -> bool {
    const OPTIONS: [&str; 10] = [
        "-a",
        "-b",
        "-u",
        "-U",
        "--auth",
        "--cookie",
        "--oauth2-bearer",
        "--proxy-user",
        "--pass",
        "--user",
    ];
    OPTIONS.contains(&word)
}

/// Returns the parts of the value of a header that are secrets: not the names and the attributes of
/// cookies, and not the scheme of `authorization`, because they may be the evidence.
pub(crate) fn secrets_of_value(name: &str, value: &str) -> Vec<Span> {
    if name.ends_with("cookie") && value.contains('=') {
        return secrets_of_cookies(value, name == "set-cookie");
    }
    let scheme = value.split_once(' ').filter(|(scheme, _)| {
        let is_word = scheme
            .bytes()
            .all(|it| it.is_ascii_alphanumeric() || it == b'-');
        name.ends_with("authorization") && is_word
    });
    let start = scheme.map_or(0, |(scheme, _)| scheme.len() + 1);
    std::iter::once(start..value.len()).collect()
}

fn secrets_of_cookies(value: &str, has_attributes: bool) -> Vec<Span> {
    const ATTRIBUTES: [&str; 6] = [
        "domain", "expires", "max-age", "path", "priority", "samesite",
    ];
    let mut secrets = Vec::new();
    let mut start = 0;
    for part in value.split(';') {
        let end = start + part.trim_end().len();
        if let Some((name, rest)) = part.split_once('=') {
            let name = name.trim().to_ascii_lowercase();
            let mut secret = start + (part.len() - rest.len());
            if has_attributes && ATTRIBUTES.contains(&name.as_str()) {
                // Another cookie may stand behind a comma, where several headers became one.
                secret = rest.rfind('=').map_or(end, |at| secret + at + 1);
            }
            secrets.push(secret.min(end)..end);
        }
        start += part.len() + 1;
    }
    secrets
}
