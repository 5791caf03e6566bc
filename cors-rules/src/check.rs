//! The rules of a policy, key by key. Each function looks at one entry of a list, so that every one
//! can be reported at its own place; none of them knows where the policy comes from.

use crate::bytes::{equal_ignoring_case, is_one_of};
use crate::header::{
    is_cors_request_header, is_cors_response_header, is_forbidden_in_requests,
    is_forbidden_in_responses, is_token,
};
use crate::method::Method;
use crate::origin::{Fault, Pattern, canonical, over_https};
use crate::policy::{Policy, Tolerance};
use crate::public_suffix::is_public_suffix;
use crate::rule::Rule;
use crate::spelling::Text;
use crate::violation::Violation;

/// The most seconds that `max_age` may name: the largest cap of any browser.
const MAX_AGE: u32 = 86_400;

const ANY: &str = "*";

/// The origins as a whole; the entries follow with [`origin`].
pub(crate) const fn origins<'a>(policy: &Policy<'a>) -> Option<Violation<'a>> {
    // With `dev_origins` alone a release build would allow nobody.
    if policy.origins.is_empty() && !policy.origins_from {
        return Some(Violation::new(Rule::OriginsMissing, ""));
    }
    None
}

/// The entry at `index` of `origins` and `dev_origins` in one.
pub(crate) const fn origin<'a>(policy: &Policy<'a>, index: usize) -> Option<Violation<'a>> {
    let own = policy.origins.len();
    let (text, is_twice) = if index < own {
        let text = policy.origins[index];
        (text, stands_before(policy.origins, index, text))
    } else {
        let text = policy.dev_origins[index - own];
        let is_twice = stands_before(policy.origins, own, text)
            || stands_before(policy.dev_origins, index - own, text);
        (text, is_twice)
    };
    if is(text, ANY) {
        if is_twice {
            // The first one has been told of, since it doesn't stand alone.
            return None;
        }
        if policy.credentials {
            return Some(Violation::new(Rule::CredentialsAnyOrigin, text));
        }
        if own + policy.dev_origins.len() > 1 || policy.origins_from {
            return Some(Violation::new(Rule::OriginsAnyBesideOthers, text));
        }
        return None;
    }
    let broken = listed_origin(text, policy.credentials, policy.tolerance);
    match broken {
        None if is_twice => Some(Violation::new(Rule::OriginDuplicate, text)),
        broken => broken,
    }
}

/// One origin, whatever stands beside it. `*` isn't one.
#[must_use]
pub const fn listed_origin(
    text: &str,
    credentials: bool,
    tolerance: Tolerance,
) -> Option<Violation<'_>> {
    if is(text, ANY) {
        return Some(Violation::new(Rule::SetAnyOrigin, text));
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

/// The methods as a whole; the entries follow with [`method`].
pub(crate) const fn methods<'a>(policy: &Policy<'a>) -> Option<Violation<'a>> {
    if policy.methods.is_empty() {
        return Some(Violation::new(Rule::MethodsMissing, ""));
    }
    None
}

/// The entry at `index` of `methods`.
pub(crate) const fn method<'a>(list: &[&'a str], index: usize) -> Option<Violation<'a>> {
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
pub(crate) const fn header<'a>(policy: &Policy<'a>, index: usize) -> Option<Violation<'a>> {
    let list = policy.headers;
    let name = list[index];
    if is(name, ANY) {
        return any_header(policy, list, index, Rule::CredentialsAnyHeader);
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
    let is_covered = !is_one_of(name, &["authorization"]) && !policy.credentials;
    if is_covered && stands_before(list, list.len(), ANY) {
        return Some(Violation::new(Rule::HeadersAnyBesideOthers, name));
    }
    None
}

/// The entry at `index` of `expose_headers`.
pub(crate) const fn exposed_header<'a>(policy: &Policy<'a>, index: usize) -> Option<Violation<'a>> {
    let list = policy.expose_headers;
    let name = list[index];
    if is(name, ANY) {
        return any_header(policy, list, index, Rule::CredentialsAnyExposed);
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
    if !policy.credentials && stands_before(list, list.len(), ANY) {
        return Some(Violation::new(Rule::HeadersAnyBesideOthers, name));
    }
    None
}

pub(crate) const fn max_age<'a>(policy: &Policy<'a>) -> Option<Violation<'a>> {
    match policy.max_age {
        None | Some(0..=MAX_AGE) => None,
        Some(seconds) => Some(Violation::new(Rule::MaxAgeRange, "").number(seconds)),
    }
}

pub(crate) const fn enforce<'a>(policy: &Policy<'a>) -> Option<Violation<'a>> {
    if policy.enforce && stands_before(policy.origins, policy.origins.len(), ANY) {
        return Some(Violation::new(Rule::EnforceAnyOrigin, ANY));
    }
    None
}

const fn any_header<'a>(
    policy: &Policy<'a>,
    list: &[&'a str],
    index: usize,
    with_credentials: Rule,
) -> Option<Violation<'a>> {
    if policy.credentials {
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
        if equal_ignoring_case(list[before].as_bytes(), name.as_bytes()) {
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
