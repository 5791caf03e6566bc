//! Origins and patterns in the form that requests are compared with.
//!
//! A client chooses the `Origin` of its request. So that is bounded before it is hashed or compared,
//! matched on its bytes, and parsed only where a pattern matches them.

use std::borrow::Borrow;
use std::collections::{HashMap, HashSet};
use std::hash::{Hash, Hasher};

use cors_rules::{Origin, Pattern, Port};
use http::HeaderValue;

use crate::header_value::MakeValue;

/// Exact origins and patterns. A look-up takes constant time in their number.
#[derive(Debug)]
pub(crate) struct OriginList {
    exact: Exact,
    patterns: Patterns,
}

/// The entry of a list that the `Origin` of a request matches.
#[derive(Debug)]
pub(super) enum Match<'a> {
    /// An origin with the same bytes, which are valid.
    Exact(&'a HeaderValue),
    /// A pattern with the same scheme, host and port. The bytes may be invalid.
    Pattern,
}

impl Match<'_> {
    /// Whether `origin` is valid as well, so that it is allowed.
    pub(super) fn allows(&self, origin: &[u8]) -> bool {
        match self {
            Self::Exact(_) => true,
            Self::Pattern => Origin::parse(origin).is_some(),
        }
    }

    /// The value of `Access-Control-Allow-Origin` for `origin`; `None` where that is not allowed.
    #[inline]
    pub(super) fn grant(&self, origin: &HeaderValue) -> Option<HeaderValue> {
        match self {
            // The list's own value, because its clone never allocates.
            Self::Exact(listed) => Some((*listed).clone()),
            Self::Pattern => self.allows(origin.as_bytes()).then(|| origin.clone()),
        }
    }
}

/// Origins that are compared as bytes.
#[derive(Debug)]
enum Exact {
    /// Up to [`FEW`](Self::FEW), because comparing those is faster than hashing one.
    Few(Vec<HeaderValue>),
    Many(HashSet<Listed>),
}

/// A listed origin, which is found by its bytes.
#[derive(Debug, PartialEq, Eq)]
struct Listed(HeaderValue);

impl Borrow<[u8]> for Listed {
    fn borrow(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl Hash for Listed {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        self.0.as_bytes().hash(hasher);
    }
}

impl Exact {
    const FEW: usize = 4;

    /// Takes each origin once.
    fn new(origins: Vec<HeaderValue>) -> Self {
        if origins.len() > Self::FEW {
            return Self::Many(origins.into_iter().map(Listed).collect());
        }
        let mut few = Vec::with_capacity(origins.len());
        for origin in origins {
            if !few.contains(&origin) {
                few.push(origin);
            }
        }
        Self::Few(few)
    }

    #[inline]
    fn get(&self, origin: &[u8]) -> Option<&HeaderValue> {
        match self {
            Self::Few(origins) => origins.iter().find(|listed| listed.as_bytes() == origin),
            Self::Many(origins) => origins.get(origin).map(|listed| &listed.0),
        }
    }

    fn len(&self) -> usize {
        match self {
            Self::Few(origins) => origins.len(),
            Self::Many(origins) => origins.len(),
        }
    }
}

impl OriginList {
    /// `texts` have passed the rules of `cors-rules`; an entry that has not allows no origin. One that
    /// is there twice is taken once.
    pub(crate) fn new<'a>(texts: impl IntoIterator<Item = &'a str>, make: MakeValue) -> Self {
        let mut exact = Vec::new();
        let mut patterns = Vec::new();
        for text in texts {
            match Pattern::parse(text) {
                Some(pattern) if pattern.is_exact() => exact.extend(make(text)),
                Some(pattern) => patterns.push(HostPattern::new(&pattern)),
                None => {}
            }
        }
        Self {
            exact: Exact::new(exact),
            patterns: Patterns::new(patterns),
        }
    }

    /// The entry that `origin` matches. It [allows](Match::allows) only what is valid.
    #[inline]
    pub(super) fn find(&self, origin: &[u8]) -> Option<Match<'_>> {
        // A longer one is not valid, and hashing it would take time that a client chooses.
        if origin.len() > Origin::MAX_LEN {
            return None;
        }
        match self.exact.get(origin) {
            Some(listed) => Some(Match::Exact(listed)),
            None => self.patterns.match_bytes(origin).then_some(Match::Pattern),
        }
    }

    /// Whether `origin` is allowed.
    pub(crate) fn contains(&self, origin: &[u8]) -> bool {
        self.find(origin).is_some_and(|entry| entry.allows(origin))
    }

    /// The one origin of a list that holds nothing else.
    pub(super) fn only(&self) -> Option<HeaderValue> {
        match &self.exact {
            Exact::Few(origins) if self.patterns.is_empty() => match origins.as_slice() {
                [one] => Some(one.clone()),
                _ => None,
            },
            _ => None,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.exact.len() + self.patterns.len()
    }
}

/// Patterns, which are matched with the bytes of an origin.
#[derive(Debug)]
enum Patterns {
    /// Up to [`FEW`](Self::FEW), because comparing those is faster than hashing a host.
    Few(Vec<HostPattern>),
    Many(ByHost),
}

impl Patterns {
    const FEW: usize = 4;

    /// Takes each pattern once.
    fn new(mut patterns: Vec<HostPattern>) -> Self {
        patterns.sort_unstable();
        patterns.dedup();
        if patterns.len() > Self::FEW {
            Self::Many(ByHost::new(patterns))
        } else {
            Self::Few(patterns)
        }
    }

    /// Whether a pattern matches scheme, host and port of these bytes. They may be no valid origin.
    fn match_bytes(&self, origin: &[u8]) -> bool {
        if self.is_empty() {
            return false;
        }
        let Some(split) = Split::of(origin) else {
            return false;
        };
        match self {
            Self::Few(patterns) => patterns.iter().any(|pattern| pattern.matches(&split)),
            Self::Many(patterns) => patterns.match_any(&split),
        }
    }

    fn is_empty(&self) -> bool {
        matches!(self, Self::Few(patterns) if patterns.is_empty())
    }

    fn len(&self) -> usize {
        match self {
            Self::Few(patterns) => patterns.len(),
            Self::Many(patterns) => patterns.len,
        }
    }
}

/// A pattern.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct HostPattern {
    /// The host; for a `*.` pattern, the domain behind it.
    host: Box<[u8]>,
    rest: Rest,
}

/// Everything of a pattern but its host.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Rest {
    subdomains: bool,
    /// `None` for any.
    port: Option<OnePort>,
    scheme: Box<[u8]>,
}

/// `None` for the default of the scheme.
type OnePort = Option<u16>;

impl HostPattern {
    fn new(pattern: &Pattern<'_>) -> Self {
        Self {
            host: pattern.host().as_str().as_bytes().into(),
            rest: Rest {
                subdomains: pattern.subdomains(),
                port: match pattern.port() {
                    Port::Default => Some(None),
                    Port::Number(number) => Some(Some(number)),
                    Port::Any => None,
                },
                scheme: pattern.scheme().as_bytes().into(),
            },
        }
    }

    fn matches(&self, split: &Split<'_>) -> bool {
        let Rest {
            subdomains,
            port,
            scheme,
        } = &self.rest;
        let host = match split.host.strip_suffix(&*self.host) {
            Some(before) if *subdomains => before.ends_with(b"."),
            Some(before) => before.is_empty(),
            None => false,
        };
        host && port.is_none_or(|port| port == split.port) && **scheme == *split.scheme
    }
}

/// Many patterns.
#[derive(Debug)]
struct ByHost {
    /// The keys come from configuration and from tenants, so the hash has a random key: nobody can
    /// choose domains that collide.
    patterns: HashMap<Box<[u8]>, Vec<Rest>>,
    len: usize,
    /// The numbers of dots in the domains behind a `*.`, a bit for each from 0 to 126. Only parent
    /// domains with as many dots are looked up.
    numbers_of_dots: u128,
    /// Whether there is a pattern without `*.`.
    any_whole_host: bool,
}

impl ByHost {
    /// `patterns` are sorted, because look-ups in those of one host are binary searches.
    fn new(patterns: Vec<HostPattern>) -> Self {
        let mut by_host = Self {
            patterns: HashMap::with_capacity(patterns.len()),
            len: patterns.len(),
            numbers_of_dots: 0,
            any_whole_host: false,
        };
        for HostPattern { host, rest } in patterns {
            if rest.subdomains {
                let dots = host.iter().filter(|byte| **byte == b'.');
                by_host.numbers_of_dots |= dots.fold(1, |bit, _| bit << 1);
            } else {
                by_host.any_whole_host = true;
            }
            by_host.patterns.entry(host).or_default().push(rest);
        }
        by_host
    }

    fn match_any(&self, split: &Split<'_>) -> bool {
        if self.any_whole_host && self.contains(split, split.host, false) {
            return true;
        }
        // Each dot is followed by a parent domain; the shortest comes first.
        let mut numbers = self.numbers_of_dots;
        let bytes = split.host.iter().enumerate().rev();
        for (dot, _) in bytes.filter(|(_, byte)| **byte == b'.') {
            if numbers == 0 {
                break;
            }
            if numbers & 1 == 1 && self.contains(split, &split.host[dot + 1..], true) {
                return true;
            }
            numbers >>= 1;
        }
        false
    }

    fn contains(&self, split: &Split<'_>, host: &[u8], subdomains: bool) -> bool {
        let Some(patterns) = self.patterns.get(host) else {
            return false;
        };
        [Some(split.port), None].into_iter().any(|port| {
            patterns
                .binary_search_by(|pattern| {
                    (pattern.subdomains, pattern.port, &*pattern.scheme).cmp(&(
                        subdomains,
                        port,
                        split.scheme,
                    ))
                })
                .is_ok()
        })
    }
}

/// Scheme, host and port of an `Origin`, which may be invalid. Those of a valid one are the ones that
/// [`Origin::parse`] returns.
#[derive(Debug, PartialEq, Eq)]
struct Split<'a> {
    scheme: &'a [u8],
    host: &'a [u8],
    port: OnePort,
}

impl<'a> Split<'a> {
    fn of(origin: &'a [u8]) -> Option<Self> {
        let colon = origin.iter().position(|byte| *byte == b':')?;
        let (scheme, rest) = origin.split_at(colon);
        let authority = rest.strip_prefix(b"://")?;
        let (host, port) = split_port(authority);
        Some(Self { scheme, host, port })
    }
}

/// Splits off the port: a colon and up to five digits at the end.
fn split_port(authority: &[u8]) -> (&[u8], OnePort) {
    const MAX_DIGITS: usize = 5;
    let mut port = 0_u32;
    let mut unit = 1;
    for (position, byte) in authority.iter().enumerate().rev().take(MAX_DIGITS + 1) {
        match byte {
            b'0'..=b'9' => {
                port += u32::from(byte - b'0') * unit;
                unit *= 10;
            }
            b':' => {
                return match u16::try_from(port) {
                    Ok(port) if unit > 1 => (&authority[..position], Some(port)),
                    _ => (authority, None),
                };
            }
            _ => break,
        }
    }
    (authority, None)
}

#[cfg(test)]
mod tests {
    use cors_rules::Origin;
    use http::HeaderValue;

    use super::{OriginList, Split};
    use crate::header_value::shared_value;

    /// Whether a list allows an origin, with and without many other patterns.
    fn allows(list: &[&str], origin: &str) -> bool {
        let others = (0..10).map(|n| format!("http://*.{n}.many.example:{}", n + 1));
        let others: Vec<String> = others.collect();
        let others = || others.iter().map(String::as_str);
        let alone = OriginList::new(list.iter().copied(), shared_value);
        let beside = OriginList::new(others().chain(list.iter().copied()), shared_value);
        let [alone, beside] = [alone, beside].map(|list| {
            let origin = HeaderValue::from_str(origin).unwrap();
            let entry = list.find(origin.as_bytes());
            let granted = entry.and_then(|entry| entry.grant(&origin));
            assert_eq!(granted.is_some(), list.contains(origin.as_bytes()));
            assert!(granted.is_none_or(|granted| granted == origin));
            list.contains(origin.as_bytes())
        });
        assert_eq!(alone, beside, "{origin}");
        alone
    }

    #[test]
    fn origins() {
        let few = &["https://a.example", "http://b.example:8080"][..];
        let many = &[
            "https://a.example",
            "http://b.example:8080",
            "https://c.example",
            "https://d.example",
            "https://e.example",
        ];
        for list in [few, many] {
            for (origin, expected) in [
                ("https://a.example", true),
                ("http://b.example:8080", true),
                ("http://a.example", false),
                ("https://a.example:443", false),
                ("https://a.example.evil.example", false),
                ("https://evil-a.example", false),
                ("https://A.example", false),
                ("null", false),
                ("*", false),
            ] {
                assert_eq!(allows(list, origin), expected, "{origin}");
            }
        }
    }

    #[test]
    fn origins_with_wildcards() {
        let list = &[
            "https://*.a.example",
            "http://localhost:*",
            "https://*.b.example:*",
        ];
        for (origin, expected) in [
            ("https://x.a.example", true),
            ("https://x.y.a.example", true),
            ("https://a.example", false),
            ("https://xa.example", false),
            ("https://x.a.example:444", false),
            ("http://x.a.example", false),
            ("http://localhost", true),
            ("http://localhost:5173", true),
            ("https://localhost:5173", false),
            ("https://x.b.example:8443", true),
            ("https://b.example:8443", false),
            ("https://x.a.example/", false),
        ] {
            assert_eq!(allows(list, origin), expected, "{origin}");
        }
    }

    #[test]
    fn origins_with_wildcards_at_every_level() {
        let list = &[
            "https://*.a.example",
            "https://*.x.y.b.example",
            "https://*.example.",
            "https://*.c.example:8443",
            "http://*.c.example:*",
            "app://*.c.example",
            "http://[::1]:*",
            "http://127.0.0.1:*",
        ];
        for (origin, expected) in [
            ("https://1.2.3.4.a.example", true),
            ("https://a.a.example", true),
            ("https://z.x.y.b.example", true),
            ("https://x.y.b.example", false),
            ("https://z.y.b.example", false),
            ("https://z.x.example", false),
            ("https://a.example.", true),
            ("https://example.", false),
            ("https://x.a.example..", false),
            ("https://x.c.example:8443", true),
            ("https://x.c.example", false),
            ("https://x.c.example:443", false),
            ("https://x.c.example:08443", false),
            ("https://x.c.example:18443", false),
            ("https://x.c.example:844", false),
            ("http://x.c.example", true),
            ("http://x.c.example:1", true),
            ("http://x.c.example:65535", true),
            ("http://x.c.example:65536", false),
            ("http://x.c.example:99999", false),
            ("http://x.c.example:100000", false),
            ("http://x.c.example:80", false),
            ("http://x.c.example:0", false),
            ("http://x.c.example:", false),
            ("http://x.c.example:*", false),
            ("http://x.c.example:8o", false),
            ("http://x.c.example:1:1", false),
            ("app://x.c.example", true),
            ("app://-x-.c.example", true),
            ("app://x.c.example:1", false),
            ("apps://x.c.example", false),
            ("http://[::1]", true),
            ("http://[::1]:3000", true),
            ("http://[::1]:80", false),
            ("http://::1", false),
            ("http://[::1", false),
            ("http://[::2]:3000", false),
            ("http://[0::1]:3000", false),
            ("http://127.0.0.1:3000", true),
            ("http://x.127.0.0.1:3000", false),
            ("http://127.1:3000", false),
        ] {
            assert_eq!(allows(list, origin), expected, "{origin}");
        }
    }

    /// Scheme, host and port match, and the bytes are no origin.
    #[test]
    fn origins_that_match_and_are_not_valid() {
        let list = &["https://*.a.example", "http://*.a.example:*"];
        let long = "a".repeat(64);
        for origin in [
            "https://.a.example",
            "https://x..a.example",
            "https://*.a.example",
            "https://X.a.example",
            "https://x_.A.a.example",
            "https://x/.a.example",
            "https://x?.a.example",
            "https://x#.a.example",
            "https://x\\.a.example",
            "https://x@y.a.example",
            "https://x y.a.example",
            "https://x,https://y.a.example",
            "https://x;y.a.example",
            "https://x\ty.a.example",
            "https://x%2e.a.example",
            "https://https://x.a.example",
            "https://[x.a.example",
            "https://x].a.example",
            "https://x:1.a.example",
            "https:///x.a.example",
            &format!("https://{long}.a.example"),
            &format!("https://{}a.example", "x.".repeat(123)),
            "http://x.a.example:080",
            "http://.a.example:1",
        ] {
            let bytes = HeaderValue::from_str(origin).unwrap();
            let list = OriginList::new(list.iter().copied(), shared_value);
            assert!(list.find(bytes.as_bytes()).is_some(), "{origin}");
            assert!(
                list.find(bytes.as_bytes()).unwrap().grant(&bytes).is_none(),
                "{origin}"
            );
        }
    }

    #[test]
    fn origins_longer_than_any_origin() {
        let host = |length: usize| {
            let labels = format!("{}.", "a".repeat(63)).repeat(3);
            format!(
                "{labels}{}.example",
                "b".repeat(length - labels.len() - ".example".len())
            )
        };
        let scheme = "s".repeat(64);
        let longest = format!("{scheme}://{}.:65535", host(253));
        assert_eq!(longest.len(), Origin::MAX_LEN);
        let pattern = format!("{scheme}://*.example.:*");
        assert!(allows(&[&pattern], &longest));
        let too_long = format!("{scheme}s://{}.:65535", host(253));
        assert!(Origin::parse(too_long.as_bytes()).is_none());
        assert!(!allows(&[&pattern.replacen('s', "ss", 1)], &too_long));
        let huge = format!("https://{}example", "a.".repeat(200_000));
        for list in [&["https://*.example"][..], &[&huge]] {
            let list = OriginList::new(list.iter().copied(), shared_value);
            assert!(list.find(huge.as_bytes()).is_none());
        }
    }

    #[test]
    fn origins_are_taken_once() {
        let few = ["https://a.example", "https://*.a.example:*"];
        let many = ["a", "b", "c", "d", "e", "f"].map(|host| format!("https://{host}.example"));
        for list in [&few.map(str::to_owned)[..], &many] {
            let twice = || list.iter().chain(list).map(String::as_str);
            let list_of_twice = OriginList::new(twice(), shared_value);
            assert_eq!(list_of_twice.len(), list.len());
        }
    }

    /// A valid origin has the parts that its parser finds.
    #[test]
    fn parts_of_valid_origins() {
        for text in [
            "https://a.example",
            "https://a.example.:1",
            "http://127.0.0.1:65535",
            "http://[::1]",
            "http://[::1]:3000",
            "http://[2001:db8::1234]",
            "chrome-extension://abcdef",
            "a+b-c.d://1:2",
        ] {
            let origin = Origin::parse(text.as_bytes()).expect(text);
            let parts = Split {
                scheme: origin.scheme().as_bytes(),
                host: origin.host().as_str().as_bytes(),
                port: origin.port(),
            };
            assert_eq!(Split::of(text.as_bytes()), Some(parts), "{text}");
        }
    }
}
