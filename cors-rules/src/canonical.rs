//! Suggests the valid spelling of an invalid origin.

use crate::bytes::{contains, equal, find_any, find_last, split_around, starts_with_ignoring_case};
use crate::host;
use crate::origin::{MAX_LEN, Pattern, inner_space, is_default_port, is_web, parse_port};
use crate::text::Text;

/// A text as long as the longest valid pattern.
pub(crate) type Spelling = Text<MAX_LEN>;

/// The valid pattern that the user probably meant with `text`. Empty if there is none.
///
/// Repairs the input as the [URL parser](https://url.spec.whatwg.org/#concept-basic-url-parser)
/// does, so that the result is the origin that browsers send.
pub(crate) const fn canonical(text: &str) -> Spelling {
    let Ok(text) = core::str::from_utf8(text.as_bytes().trim_ascii()) else {
        return Spelling::EMPTY;
    };
    if text.len() > 256 || inner_space(text.as_bytes()) {
        return Spelling::EMPTY;
    }
    let lower = Spelling::lowercased(text);
    let (scheme, authority) = split_scheme(lower.as_str());
    let authority = bare_authority(authority);
    let (host, port) = match find_last(authority.as_bytes(), b':') {
        Some(colon) if !matches!(find_last(authority.as_bytes(), b']'), Some(at) if at > colon) => {
            split_around(authority, colon)
        }
        _ => (authority, ""),
    };

    let mut spelling = Spelling::EMPTY;
    spelling.push(match scheme {
        Some(scheme) => scheme,
        None if host::is_loopback(host) => "http",
        None if contains(host.as_bytes(), b'.') || !port.is_empty() => "https",
        // A single word without a scheme could be anything.
        None => return Spelling::EMPTY,
    });
    spelling.push("://");
    push_canonical_host(&mut spelling, host);
    match parse_port(port) {
        None if equal(port.as_bytes(), b"*") => spelling.push(":*"),
        None if port.is_empty() => {}
        None => return Spelling::EMPTY,
        Some(number) => {
            if !matches!(scheme, Some(scheme) if is_default_port(scheme, number)) {
                spelling.push(":");
                spelling.push_number(number as u32, 10);
            }
        }
    }
    match Pattern::parse(spelling.as_str()) {
        Some(_) => spelling,
        None => Spelling::EMPTY,
    }
}

/// The canonical spelling of an `http://` origin with the scheme `https`.
pub(crate) const fn over_https(text: &str) -> Spelling {
    let mut spelling = Spelling::of("https");
    spelling.push(text.split_at("http".len()).1);
    canonical(spelling.as_str())
}

/// Splits off the scheme, if there is one, and the slashes after it.
const fn split_scheme(text: &str) -> (Option<&str>, &str) {
    if starts_with_ignoring_case(text.as_bytes(), b"//") {
        return (None, text.split_at(2).1);
    }
    if let Some(colon) = find_any(text.as_bytes(), b":") {
        let (scheme, rest) = split_around(text, colon);
        // Browsers accept any number of slashes after a web scheme: `https:example.com`,
        // `https:/example.com`, `https:///example.com`.
        if is_web(scheme) {
            let mut rest = rest;
            while let [b'/', ..] = rest.as_bytes() {
                rest = rest.split_at(1).1;
            }
            return (Some(scheme), rest);
        }
        if let [b'/', b'/', ..] = rest.as_bytes() {
            return (Some(scheme), rest.split_at(2).1);
        }
    }
    (None, text)
}

/// Removes path, query, fragment and user info.
const fn bare_authority(authority: &str) -> &str {
    let bare = match find_any(authority.as_bytes(), host::AUTHORITY_ENDS) {
        Some(end) => authority.split_at(end).0,
        None => authority,
    };
    match find_last(bare.as_bytes(), b'@') {
        Some(at) => split_around(bare, at).1,
        None => bare,
    }
}

const fn push_canonical_host(spelling: &mut Spelling, host: &str) {
    if let [b'[', .., b']'] = host.as_bytes() {
        let address = host.split_at(host.len() - 1).0.split_at(1).1;
        if let Some(pieces) = host::parse_ipv6(address) {
            if let Some(ipv4) = host::mapped_ipv4(pieces) {
                spelling.push(host::write_ipv4(ipv4).as_str());
            } else {
                spelling.push("[");
                spelling.push(host::write_ipv6(pieces).as_str());
                spelling.push("]");
            }
            return;
        }
    } else if host::ends_in_number(host)
        && let Some(address) = host::parse_ipv4(host)
    {
        spelling.push(host::write_ipv4(address).as_str());
        return;
    }
    spelling.push(host);
}

#[cfg(test)]
mod tests {
    use super::{canonical, over_https};

    #[test]
    fn canonical_spelling_of_an_invalid_origin() {
        let table = [
            ("https://App.Example/", "https://app.example"),
            (" https://app.example\n", "https://app.example"),
            ("https://me@app.example/a?b#c", "https://app.example"),
            ("https://app.example:443", "https://app.example"),
            ("http://app.example:0080", "http://app.example"),
            ("https:app.example", "https://app.example"),
            ("https:///app.example", "https://app.example"),
            ("app.example", "https://app.example"),
            ("localhost:5173", "http://localhost:5173"),
            ("*.app.example", "https://*.app.example"),
            ("http://127.1:8080", "http://127.0.0.1:8080"),
            ("http://[0:0::1]:*", "http://[::1]:*"),
            ("http://[::ffff:127.0.0.1]", "http://127.0.0.1"),
        ];
        for (text, expected) in table {
            assert_eq!(canonical(text).as_str(), expected, "{text:?}");
        }
    }

    #[test]
    fn no_canonical_spelling() {
        for text in [
            "",
            "app",
            "https://",
            "https://a b",
            "https://app..example",
            "https://app.example:99999",
            "https://bücher.example",
            "null",
        ] {
            assert_eq!(canonical(text).as_str(), "", "{text:?}");
        }
    }

    #[test]
    fn https_instead_of_http() {
        let table = [
            ("http://app.example", "https://app.example"),
            ("http://app.example:8080", "https://app.example:8080"),
            ("http://app.example:443", "https://app.example"),
        ];
        for (text, expected) in table {
            assert_eq!(over_https(text).as_str(), expected, "{text:?}");
        }
    }
}
