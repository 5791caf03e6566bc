//! The rules of a policy, key by key. Each function looks at one entry of a list, so that a caller
//! can report every entry at its own place; none of them knows where the policy comes from.

use crate::bytes::is_one_of;
use crate::header::{
    is_cors_request_header, is_cors_response_header, is_forbidden_in_requests,
    is_forbidden_in_responses, is_token,
};
use crate::method::Method;
use crate::origin::{Fault, Pattern, canonical, over_https};
use crate::policy::Tolerance;
use crate::public_suffix::is_public_suffix;
use crate::rule::Rule;
use crate::spelling::Text;
use crate::violation::Violation;

/// The most seconds that `max_age` may name: the largest cap of any browser.
pub const MAX_AGE: u32 = 86_400;

const ANY: &str = "*";

/// One list of origins as a whole; the entries follow with [`origin`].
#[must_use]
pub const fn origins<'a>(list: &[&str], credentials: bool) -> Option<Violation<'a>> {
    if list.is_empty() {
        return Some(Violation::new(Rule::OriginsMissing, ""));
    }
    if credentials && stands_before(list, list.len(), ANY) {
        return Some(Violation::new(Rule::CredentialsAnyOrigin, ANY));
    }
    if list.len() > 1 && stands_before(list, list.len(), ANY) {
        return Some(Violation::new(Rule::OriginsAnyBesideOthers, ANY));
    }
    None
}

/// The entry at `index` of a list of origins.
#[must_use]
pub const fn origin<'a>(
    list: &[&'a str],
    index: usize,
    credentials: bool,
    tolerance: Tolerance,
) -> Option<Violation<'a>> {
    let text = list[index];
    if is(text, ANY) {
        return None;
    }
    let pattern = match Pattern::read(text) {
        Ok(pattern) => pattern,
        Err(Fault { rule, part }) => {
            let violation = Violation::new(rule, text).part(part);
            // A canonical spelling mends a slip; for these it would hide the mistake.
            return Some(match rule {
                Rule::OriginNull | Rule::OriginsInOneString | Rule::WildcardPosition => violation,
                _ => violation.spelling(&canonical(text)),
            });
        }
    };
    if stands_before(list, index, text) {
        return Some(Violation::new(Rule::OriginDuplicate, text));
    }
    if !credentials {
        return None;
    }
    if pattern.is_insecure() && !tolerance.insecure_origins {
        let violation = Violation::new(Rule::CredentialsInsecureOrigin, text);
        // Below a wildcard, https may meet the next rule.
        return Some(if pattern.subdomains() {
            violation
        } else {
            violation.spelling(&over_https(text))
        });
    }
    match pattern.wildcard_parent() {
        Some(parent) if !tolerance.public_suffixes && is_public_suffix(parent) => {
            Some(Violation::new(Rule::CredentialsPublicSuffix, text).part(parent))
        }
        _ => None,
    }
}

/// The list of methods as a whole; the entries follow with [`method`].
#[must_use]
pub const fn methods<'a>(list: &[&str]) -> Option<Violation<'a>> {
    if list.is_empty() {
        return Some(Violation::new(Rule::MethodsMissing, ""));
    }
    None
}

/// The entry at `index` of `methods`.
#[must_use]
pub const fn method<'a>(list: &[&'a str], index: usize) -> Option<Violation<'a>> {
    let text = list[index];
    if is(text, ANY) {
        return Some(Violation::new(Rule::MethodAny, text));
    }
    if is_one_of(text, &["CONNECT", "TRACE", "TRACK"]) {
        return Some(Violation::new(Rule::MethodForbidden, text));
    }
    if Method::parse(text.as_bytes()).is_none() {
        let upper: Text<16> = Text::uppercased(text);
        return Some(
            match Method::parse(upper.as_str().as_bytes().trim_ascii()) {
                Some(method) => Violation::new(Rule::MethodCase, text).fix(method.as_str()),
                None => Violation::new(Rule::MethodUnknown, text),
            },
        );
    }
    if stands_before(list, index, text) {
        return Some(Violation::new(Rule::MethodDuplicate, text));
    }
    None
}

/// The entry at `index` of `headers`.
#[must_use]
pub const fn header<'a>(
    list: &[&'a str],
    index: usize,
    credentials: bool,
) -> Option<Violation<'a>> {
    let name = list[index];
    if is(name, ANY) {
        return any_header(list, index, credentials, Rule::CredentialsAnyHeader);
    }
    if let Some(violation) = header_name(list, index) {
        return Some(violation);
    }
    if is_forbidden_in_requests(name) {
        return Some(Violation::new(Rule::HeaderForbidden, name));
    }
    if is_cors_response_header(name) {
        return Some(Violation::new(Rule::HeaderOfResponse, name));
    }
    if stands_before(list, list.len(), ANY) && !is_one_of(name, &["authorization"]) && !credentials
    {
        return Some(Violation::new(Rule::HeadersAnyBesideOthers, name));
    }
    None
}

/// The entry at `index` of `expose_headers`.
#[must_use]
pub const fn exposed_header<'a>(
    list: &[&'a str],
    index: usize,
    credentials: bool,
) -> Option<Violation<'a>> {
    let name = list[index];
    if is(name, ANY) {
        return any_header(list, index, credentials, Rule::CredentialsAnyExposed);
    }
    if let Some(violation) = header_name(list, index) {
        return Some(violation);
    }
    if is_forbidden_in_responses(name) {
        return Some(Violation::new(Rule::ExposeSetCookie, name));
    }
    if is_cors_request_header(name) {
        return Some(Violation::new(Rule::ExposeOfRequest, name));
    }
    if stands_before(list, list.len(), ANY) && !credentials {
        return Some(Violation::new(Rule::HeadersAnyBesideOthers, name));
    }
    None
}

/// `max_age` in seconds, as it was written; `None` where it isn't a number at all.
#[must_use]
pub const fn max_age(text: &str, seconds: Option<u32>) -> Option<Violation<'_>> {
    match seconds {
        Some(0..=MAX_AGE) => None,
        _ => Some(Violation::new(Rule::MaxAgeRange, text)),
    }
}

const fn any_header<'a>(
    list: &[&'a str],
    index: usize,
    credentials: bool,
    with_credentials: Rule,
) -> Option<Violation<'a>> {
    if credentials {
        return Some(Violation::new(with_credentials, ANY));
    }
    if stands_before(list, index, ANY) {
        return Some(Violation::new(Rule::HeaderDuplicate, ANY));
    }
    None
}

/// What holds for the name of a header in either direction.
const fn header_name<'a>(list: &[&'a str], index: usize) -> Option<Violation<'a>> {
    let name = list[index];
    if !is_token(name.as_bytes()) {
        let violation = Violation::new(Rule::HeaderNotToken, name);
        let mut bare = name.as_bytes().trim_ascii();
        if let [name @ .., b':'] = bare {
            bare = name;
        }
        return Some(match core::str::from_utf8(bare) {
            Ok(bare) if is_token(bare.as_bytes()) => violation.spelling(&Text::lowercased(bare)),
            _ => violation,
        });
    }
    let mut before = 0;
    while before < index {
        if list[before].eq_ignore_ascii_case(name) {
            return Some(Violation::new(Rule::HeaderDuplicate, name));
        }
        before += 1;
    }
    None
}

const fn is(text: &str, other: &str) -> bool {
    crate::bytes::equal(text.as_bytes(), other.as_bytes())
}

/// Whether `text` stands in front of `index`.
const fn stands_before(list: &[&str], index: usize, text: &str) -> bool {
    let mut i = 0;
    while i < index {
        if is(list[i], text) {
            return true;
        }
        i += 1;
    }
    false
}
