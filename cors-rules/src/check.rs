//! Checks a policy, or a protection, against the rules, key by key.
//!
//! Each function checks one entry of a list, so that every error is reported at its own place. None
//! depends on where the policy comes from.

use crate::bytes::{contains, equal_ignoring_case, find_any};
use crate::canonical::{canonical, over_https};
use crate::fault::Fault;
use crate::header::{
    header_prefix, is_cookie, is_cors_prefix, is_cors_request_header, is_cors_response_header,
    is_covered_by_prefix, is_covered_by_wildcard, is_forbidden_in_requests,
    is_forbidden_in_responses, is_forbidden_prefix, is_prefix_of_authorization,
    is_preflight_response_header, is_token,
};
use crate::key::Key;
use crate::method::{Method, is_forbidden_method, registered};
use crate::opt_out::Tolerance;
use crate::origin::{Pattern, is_web};
use crate::policy::{Policy, ServedBy};
use crate::protection::{Protection, ProtectionKey};
use crate::public_suffix::is_public_suffix;
use crate::rule::Rule;
use crate::text::Text;
use crate::violation::Violation;

/// The keys that have rules, in the order in which a policy is checked.
pub const KEYS: [Key; 7] = [
    Key::Origins,
    Key::DevOrigins,
    Key::Methods,
    Key::Headers,
    Key::ExposeHeaders,
    Key::MaxAge,
    Key::Enforce,
];

/// The largest `max_age` in seconds: no browser caches a preflight for longer.
const MAX_AGE: u32 = 86_400;

const ANY: &str = "*";

/// The place of a violation within the value of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Place {
    /// The whole value.
    Whole,
    /// The entry at this index of the list, from 0.
    Entry(usize),
}

impl Place {
    /// The first place, for a walk through the violations of a key.
    pub const FIRST: Self = Self::Whole;

    /// The place after this one.
    #[must_use]
    pub const fn next(self) -> Self {
        match self {
            Self::Whole => Self::Entry(0),
            Self::Entry(index) => Self::Entry(index + 1),
        }
    }
}

impl<'a> Policy<'a> {
    /// The first rule that is broken in the value of `key`, at `from` or after it.
    #[must_use]
    pub const fn violation(&self, key: Key, from: Place) -> Option<(Place, Violation<'a>)> {
        let mut place = from;
        loop {
            let violation = match place {
                Place::Whole => self.violation_of_whole(key),
                Place::Entry(index) if index < self.list(key).len() => {
                    self.violation_of_entry(key, index)
                }
                Place::Entry(_) => return None,
            };
            if let Some(violation) = violation {
                return Some((place, violation));
            }
            place = place.next();
        }
    }

    /// Every broken rule with its place, in the order of [`KEYS`].
    pub fn violations(&self) -> impl Iterator<Item = (Key, Place, Violation<'a>)> {
        walk(KEYS, |key, from| self.violation(key, from))
    }

    const fn violation_of_whole(&self, key: Key) -> Option<Violation<'a>> {
        match key {
            Key::Origins => origins(self),
            Key::Methods => methods(self),
            Key::MaxAge => max_age(self),
            Key::Enforce => enforce(self),
            _ => None,
        }
    }

    const fn violation_of_entry(&self, key: Key, index: usize) -> Option<Violation<'a>> {
        match key {
            Key::Origins => origin(self, index),
            Key::DevOrigins => origin(self, self.origins.len() + index),
            Key::Methods => method(self, index),
            Key::Headers => header(self, index),
            Key::ExposeHeaders => exposed_header(self, index),
            _ => None,
        }
    }
}

impl<'a> Protection<'a> {
    /// The first rule that is broken in the list of `key`, at `from` or after it.
    #[must_use]
    pub const fn violation(
        &self,
        key: ProtectionKey,
        from: Place,
    ) -> Option<(Place, Violation<'a>)> {
        let list = self.list(key);
        let mut index = match from {
            Place::Whole => 0,
            Place::Entry(index) => index,
        };
        while index < list.len() {
            let violation = match key {
                ProtectionKey::OwnOrigins => own_origin(list, index),
                ProtectionKey::Trust => trusted_origin(list, index),
            };
            if let Some(violation) = violation {
                return Some((Place::Entry(index), violation));
            }
            index += 1;
        }
        None
    }

    /// Every broken rule with its place, in the order of [`ProtectionKey::ALL`].
    pub fn violations(&self) -> impl Iterator<Item = (ProtectionKey, Place, Violation<'a>)> {
        walk(ProtectionKey::ALL, |key, from| self.violation(key, from))
    }
}

/// Walks through the keys, and through the broken rules of each. `violation` finds the first one at a
/// place or after it.
fn walk<'a, K: Copy>(
    keys: impl IntoIterator<Item = K>,
    violation: impl Fn(K, Place) -> Option<(Place, Violation<'a>)> + Copy,
) -> impl Iterator<Item = (K, Place, Violation<'a>)> {
    keys.into_iter().flat_map(move |key| {
        let mut from = Place::FIRST;
        core::iter::from_fn(move || {
            let (place, violation) = violation(key, from)?;
            from = place.next();
            Some((key, place, violation))
        })
    })
}

/// Checks the origins as a whole. [`origin`] checks the entries.
const fn origins<'a>(policy: &Policy<'a>) -> Option<Violation<'a>> {
    // `dev_origins` do not count, because a release build with no other origins would allow nobody.
    if policy.origins.is_empty() && !policy.origins_from {
        return Some(Violation::new(Rule::OriginsMissing, ""));
    }
    None
}

/// Checks the entry at `index` of `origins` followed by `dev_origins`.
const fn origin<'a>(policy: &Policy<'a>, index: usize) -> Option<Violation<'a>> {
    let own = policy.origins.len();
    let (text, is_twice) = if index < own {
        let text = policy.origins[index];
        (text, is_before(policy.origins, index, text))
    } else {
        let text = policy.dev_origins[index - own];
        let is_twice = is_before(policy.origins, own, text)
            || is_before(policy.dev_origins, index - own, text);
        (text, is_twice)
    };
    if is(text, ANY) {
        if is_twice {
            // The first `*` is reported already, because it has other entries beside it.
            return None;
        }
        if policy.credentials {
            return Some(Violation::new(Rule::CredentialsAnyOrigin, text));
        }
        if index >= own {
            return Some(Violation::new(Rule::DevOriginsAny, text));
        }
        if own + policy.dev_origins.len() > 1 || policy.origins_from {
            return Some(Violation::new(Rule::OriginsAnyBesideOthers, text));
        }
        return None;
    }
    let place = if index < own {
        ListedIn::Origins
    } else {
        ListedIn::DevOrigins
    };
    let broken = listed(text, policy.credentials, policy.tolerance, place);
    match broken {
        None if is_twice => Some(Violation::new(Rule::OriginDuplicate, text)),
        broken => broken,
    }
}

/// The list of an origin, on which the rules about credentials depend.
#[derive(Clone, Copy)]
enum ListedIn {
    Origins,
    DevOrigins,
    Set,
}

impl ListedIn {
    /// The rules about insecure origins and about public suffixes, whose remedies differ.
    const fn rules(self) -> (Rule, Rule) {
        match self {
            Self::Origins | Self::DevOrigins => (
                Rule::CredentialsInsecureOrigin,
                Rule::CredentialsPublicSuffix,
            ),
            Self::Set => (Rule::SetInsecureOrigin, Rule::SetPublicSuffix),
        }
    }
}

/// Checks one origin of a policy, without regard to other entries of the list. `*` is not an origin.
#[must_use]
pub const fn listed_origin(
    text: &str,
    credentials: bool,
    tolerance: Tolerance,
) -> Option<Violation<'_>> {
    if is(text, ANY) {
        return Some(Violation::new(Rule::SetAnyOrigin, text));
    }
    listed(text, credentials, tolerance, ListedIn::Origins)
}

/// Checks one origin of a set, without regard to other entries. `*` is not an origin. The rules about
/// credentials hold, because any policy may use the set.
#[must_use]
pub const fn set_origin(text: &str, tolerance: Tolerance) -> Option<Violation<'_>> {
    if is(text, ANY) {
        return Some(Violation::new(Rule::SetAnyOrigin, text));
    }
    listed(text, true, tolerance, ListedIn::Set)
}

/// Checks one origin, without regard to other entries of the list.
const fn listed(
    text: &str,
    credentials: bool,
    tolerance: Tolerance,
    place: ListedIn,
) -> Option<Violation<'_>> {
    let pattern = match Pattern::read(text) {
        Ok(pattern) => pattern,
        Err(fault) => return Some(malformed(text, fault)),
    };
    if !credentials {
        return None;
    }
    let (of_insecure, of_suffix) = place.rules();
    // A release does not contain the origins of development.
    let is_excepted = matches!(place, ListedIn::DevOrigins) && pattern.is_of_local_network();
    if pattern.is_insecure() && !is_excepted && !tolerance.insecure_origins {
        return Some(insecure(text, &pattern, of_insecure));
    }
    if tolerance.public_suffixes {
        return None;
    }
    match suffix_above_wildcard(&pattern) {
        Some(suffix) => Some(Violation::new(of_suffix, text).part(suffix)),
        None => None,
    }
}

const fn malformed<'a>(text: &'a str, Fault { rule, part }: Fault<'a>) -> Violation<'a> {
    let violation = Violation::new(rule, text).part(part);
    // A canonical spelling corrects a typo. For these rules it would hide the mistake.
    match rule {
        Rule::OriginNull
        | Rule::OriginsInOneString
        | Rule::OriginQuotes
        | Rule::OriginAddressRange
        | Rule::WildcardPosition => violation,
        Rule::OriginSeparator => match find_any(text.as_bytes(), b";|") {
            Some(at) if at + 1 == text.len() => violation.spelling(&canonical(text.split_at(at).0)),
            _ => violation,
        },
        _ => violation.spelling(&canonical(text)),
    }
}

const fn insecure<'a>(text: &'a str, pattern: &Pattern<'_>, rule: Rule) -> Violation<'a> {
    let violation = Violation::new(rule, text);
    // Below a public suffix, `https` would break the next rule.
    match suffix_above_wildcard(pattern) {
        Some(_) => violation,
        None => violation.spelling(&over_https(text)),
    }
}

/// The domain directly above the wildcard, if it is a public suffix.
const fn suffix_above_wildcard<'a>(pattern: &Pattern<'a>) -> Option<&'a str> {
    match pattern.wildcard_parent() {
        Some(parent) if is_public_suffix(parent) => Some(parent),
        _ => None,
    }
}

/// Checks the entry at `index` of `own_origins`.
const fn own_origin<'a>(list: &[&'a str], index: usize) -> Option<Violation<'a>> {
    let text = list[index];
    if contains(text.as_bytes(), b'*') {
        return Some(Violation::new(Rule::OwnOriginWildcard, text));
    }
    match Pattern::read(text) {
        Err(fault) => Some(malformed(text, fault)),
        Ok(pattern) if !is_web(pattern.scheme()) => {
            Some(Violation::new(Rule::OwnOriginScheme, text).part(pattern.scheme()))
        }
        Ok(_) if is_before(list, index, text) => Some(Violation::new(Rule::OriginDuplicate, text)),
        Ok(_) => None,
    }
}

/// Checks the entry at `index` of `trust`. Its pages act as the signed-in user, so the rules are
/// those of `origins` with `credentials`, without an opt-out.
const fn trusted_origin<'a>(list: &[&'a str], index: usize) -> Option<Violation<'a>> {
    let text = list[index];
    if is(text, ANY) {
        return Some(Violation::new(Rule::TrustAnyOrigin, text));
    }
    let pattern = match Pattern::read(text) {
        Ok(pattern) => pattern,
        Err(fault) => return Some(malformed(text, fault)),
    };
    if pattern.is_insecure() {
        return Some(insecure(text, &pattern, Rule::TrustInsecureOrigin));
    }
    if let Some(suffix) = suffix_above_wildcard(&pattern) {
        return Some(Violation::new(Rule::TrustPublicSuffix, text).part(suffix));
    }
    if is_before(list, index, text) {
        return Some(Violation::new(Rule::OriginDuplicate, text));
    }
    None
}

/// Checks the methods as a whole. [`method`] checks the entries.
const fn methods<'a>(policy: &Policy<'a>) -> Option<Violation<'a>> {
    if policy.methods.is_empty() {
        return Some(Violation::new(Rule::MethodsMissing, ""));
    }
    None
}

/// Checks the entry at `index` of `methods`.
const fn method<'a>(policy: &Policy<'a>, index: usize) -> Option<Violation<'a>> {
    let text = policy.methods[index];
    if is(text, ANY) {
        return Some(Violation::new(Rule::MethodAny, text));
    }
    if is_forbidden_method(text) {
        return Some(Violation::new(Rule::MethodForbidden, text));
    }
    // Browsers send a method in the case in which the page writes it, so one that is not registered may
    // have any: https://fetch.spec.whatwg.org/#concept-method-normalize
    let (name, is_right) = match registered(text.as_bytes().trim_ascii()) {
        Some(name) => (name, is(text, name)),
        None if is_token(text.as_bytes()) => (text, true),
        None => return Some(Violation::new(Rule::MethodNotToken, text)),
    };
    let by_handlers = matches!(policy.served_by, ServedBy::Handlers);
    if by_handlers && Method::parse(name.as_bytes()).is_none() {
        return Some(Violation::new(Rule::MethodUnknown, text));
    }
    if !is_right {
        return Some(Violation::new(Rule::MethodCase, text).fix(name));
    }
    if is_before(policy.methods, index, text) {
        return Some(Violation::new(Rule::MethodDuplicate, text));
    }
    None
}

/// Checks the entry at `index` of `headers`.
const fn header<'a>(policy: &Policy<'a>, index: usize) -> Option<Violation<'a>> {
    let list = policy.headers;
    let entry = list[index];
    if is(entry, ANY) {
        return any_header(policy, list, index, Rule::CredentialsAnyHeader);
    }
    let prefix = header_prefix(entry);
    if let Some(violation) = header_name(list, index, prefix.is_some(), Rule::HeaderWildcard) {
        return Some(violation);
    }
    let broken = match prefix {
        Some(prefix) => header_prefix_rule(prefix),
        None => header_name_rule(entry),
    };
    if let Some(rule) = broken {
        return Some(Violation::new(rule, entry));
    }
    let is_covered = is_covered_by_wildcard(entry.as_bytes()) && !policy.credentials;
    if is_covered && is_before(list, list.len(), ANY) {
        return Some(Violation::new(Rule::HeadersAnyBesideOthers, entry));
    }
    match prefix {
        Some(prefix) => covered_prefix(list, prefix, entry),
        None => None,
    }
}

/// The rule that a name in `headers` breaks, without regard to other entries.
const fn header_name_rule(name: &str) -> Option<Rule> {
    if is_cookie(name) {
        return Some(Rule::HeaderCookie);
    }
    if is_forbidden_in_requests(name) {
        return Some(Rule::HeaderForbidden);
    }
    if is_cors_response_header(name) {
        return Some(Rule::HeaderOfResponse);
    }
    None
}

/// The rule that a prefix in `headers` breaks, without regard to other entries. A prefix of which a
/// page can set some names, and not others, breaks none: `content-*` covers `content-length`, for
/// which no browser asks.
const fn header_prefix_rule(prefix: &str) -> Option<Rule> {
    if is_prefix_of_authorization(prefix) {
        return Some(Rule::HeaderPrefixAuthorization);
    }
    if is_forbidden_prefix(prefix) {
        return Some(Rule::HeaderForbidden);
    }
    if is_cors_prefix(prefix) {
        return Some(Rule::HeaderOfResponse);
    }
    None
}

/// Checks that no other entry is a shorter prefix. A name that a prefix covers is no mistake: it is
/// in every response to a preflight, so that the browser remembers it.
const fn covered_prefix<'a>(
    list: &[&'a str],
    prefix: &str,
    entry: &'a str,
) -> Option<Violation<'a>> {
    let mut i = 0;
    while i < list.len() {
        if let Some(shorter) = header_prefix(list[i])
            && is_covered_by_prefix(prefix.as_bytes(), shorter)
        {
            let violation = Violation::new(Rule::HeadersAnyBesideOthers, entry);
            return Some(violation.part(list[i]).fix(entry));
        }
        i += 1;
    }
    None
}

/// Checks the entry at `index` of `expose_headers`.
const fn exposed_header<'a>(policy: &Policy<'a>, index: usize) -> Option<Violation<'a>> {
    let list = policy.expose_headers;
    let name = list[index];
    if is(name, ANY) {
        return any_header(policy, list, index, Rule::CredentialsAnyExposed);
    }
    if let Some(violation) = header_name(list, index, false, Rule::ExposeWildcard) {
        return Some(violation);
    }
    if is_forbidden_in_responses(name) {
        return Some(Violation::new(Rule::ExposeSetCookie, name));
    }
    if is_cors_request_header(name) {
        return Some(Violation::new(Rule::ExposeOfRequest, name));
    }
    if is_preflight_response_header(name) {
        return Some(Violation::new(Rule::ExposeOfPreflight, name));
    }
    if !policy.credentials && is_before(list, list.len(), ANY) {
        return Some(Violation::new(Rule::HeadersAnyBesideOthers, name));
    }
    None
}

/// Checks the seconds of `max_age`.
const fn max_age<'a>(policy: &Policy<'a>) -> Option<Violation<'a>> {
    match policy.max_age {
        None | Some(0..=MAX_AGE) => None,
        Some(seconds) => Some(Violation::new(Rule::MaxAgeRange, "").number(seconds)),
    }
}

/// Checks `enforce`, which has no effect if every origin is allowed.
const fn enforce<'a>(policy: &Policy<'a>) -> Option<Violation<'a>> {
    if policy.enforce && is_before(policy.origins, policy.origins.len(), ANY) {
        return Some(Violation::new(Rule::EnforceAnyOrigin, ANY));
    }
    None
}

/// Checks `*` in a list of headers.
const fn any_header<'a>(
    policy: &Policy<'a>,
    list: &[&'a str],
    index: usize,
    with_credentials: Rule,
) -> Option<Violation<'a>> {
    if policy.credentials {
        return Some(Violation::new(with_credentials, ANY));
    }
    if is_before(list, index, ANY) {
        return Some(Violation::new(Rule::HeaderDuplicate, ANY));
    }
    None
}

/// Checks the text of a header name, of a request or of a response. `wildcard` is the rule about a
/// `*` that does not end a prefix.
const fn header_name<'a>(
    list: &[&'a str],
    index: usize,
    is_prefix: bool,
    wildcard: Rule,
) -> Option<Violation<'a>> {
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
    if !is_prefix && contains(name.as_bytes(), b'*') {
        return Some(Violation::new(wildcard, name));
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

/// Whether one of the entries before `index` is `text`.
const fn is_before(list: &[&str], index: usize, text: &str) -> bool {
    let mut i = 0;
    while i < index {
        if is(list[i], text) {
            return true;
        }
        i += 1;
    }
    false
}
