//! Origins and patterns in the form that requests are compared with.

use std::collections::{HashMap, HashSet};

use cors_rules::{Origin, Pattern, Port};
use http::HeaderValue;

use crate::header_value::MakeValue;

/// Exact origins and patterns. A look-up takes constant time in their number.
#[derive(Debug)]
pub(crate) struct OriginList {
    exact: Exact,
    patterns: Patterns,
}

/// Origins that are compared as bytes.
#[allow(clippy::mutable_key_type, reason = "the bytes are immutable")]
#[derive(Debug)]
enum Exact {
    /// Up to [`FEW`](Self::FEW), because comparing those is faster than hashing one.
    Few(Vec<HeaderValue>),
    Many(HashSet<HeaderValue>),
}

impl Exact {
    const FEW: usize = 4;

    fn new(origins: Vec<HeaderValue>) -> Self {
        if origins.len() <= Self::FEW {
            Self::Few(origins)
        } else {
            Self::Many(origins.into_iter().collect())
        }
    }

    #[inline]
    fn get(&self, origin: &HeaderValue) -> Option<&HeaderValue> {
        match self {
            Self::Few(origins) => origins.iter().find(|&listed| listed == origin),
            Self::Many(origins) => origins.get(origin),
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
    /// `texts` have passed the rules of `cors-rules`; an entry that has not allows no origin.
    pub(crate) fn new<'a>(texts: impl IntoIterator<Item = &'a str>, make: MakeValue) -> Self {
        let mut exact = Vec::new();
        let mut patterns = Patterns::default();
        for text in texts {
            match Pattern::parse(text) {
                Some(pattern) if pattern.is_exact() => exact.extend(make(text)),
                Some(pattern) => patterns.insert(&pattern),
                None => {}
            }
        }
        patterns.sort();
        Self {
            exact: Exact::new(exact),
            patterns,
        }
    }

    /// The value of `Access-Control-Allow-Origin` for `origin`; `None` where that is not allowed.
    #[inline]
    pub(super) fn grant(&self, origin: &HeaderValue) -> Option<HeaderValue> {
        match self.exact.get(origin) {
            // The list's own value, because its clone never allocates.
            Some(listed) => Some(listed.clone()),
            None => self
                .patterns
                .allow(origin.as_bytes())
                .then(|| origin.clone()),
        }
    }

    pub(crate) fn contains(&self, origin: &HeaderValue) -> bool {
        self.exact.get(origin).is_some() || self.patterns.allow(origin.as_bytes())
    }

    /// The one origin of a list that holds nothing else.
    pub(super) fn only(&self) -> Option<HeaderValue> {
        match &self.exact {
            Exact::Few(origins) if self.patterns.by_host.is_empty() => match origins.as_slice() {
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

/// Patterns by host; for a `*.` pattern, by the domain behind it.
#[derive(Debug, Default)]
struct Patterns {
    by_host: HashMap<Box<str>, Vec<Rest>>,
    /// The number of labels of the longest domain behind a `*.`, which bounds each look-up.
    labels: usize,
}

/// Everything of a pattern but its host.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Rest {
    subdomains: bool,
    /// `None` for any.
    port: Option<OnePort>,
    scheme: Box<str>,
}

/// `None` for the default of the scheme.
type OnePort = Option<u16>;

impl Patterns {
    fn insert(&mut self, pattern: &Pattern<'_>) {
        let host = pattern.host().as_str();
        if pattern.subdomains() {
            self.labels = self.labels.max(host.split('.').count());
        }
        self.by_host.entry(host.into()).or_default().push(Rest {
            subdomains: pattern.subdomains(),
            port: match pattern.port() {
                Port::Default => Some(None),
                Port::Number(number) => Some(Some(number)),
                Port::Any => None,
            },
            scheme: pattern.scheme().into(),
        });
    }

    /// Sorts the patterns of each host, because look-ups are binary searches.
    fn sort(&mut self) {
        for patterns in self.by_host.values_mut() {
            patterns.sort_unstable();
        }
    }

    fn len(&self) -> usize {
        self.by_host.values().map(Vec::len).sum()
    }

    /// Whether a pattern allows `origin`. It is parsed first, so that scheme, host and port are
    /// compared as wholes.
    fn allow(&self, origin: &[u8]) -> bool {
        if self.by_host.is_empty() {
            return false;
        }
        let Some(origin) = Origin::parse(origin) else {
            return false;
        };
        let host = origin.host().as_str();
        if self.contains(&origin, host, false) {
            return true;
        }
        // Each dot is followed by a parent domain; the shortest comes first.
        host.rmatch_indices('.')
            .take(self.labels)
            .any(|(dot, _)| self.contains(&origin, &host[dot + 1..], true))
    }

    fn contains(&self, origin: &Origin<'_>, host: &str, subdomains: bool) -> bool {
        let Some(patterns) = self.by_host.get(host) else {
            return false;
        };
        [Some(origin.port()), None].into_iter().any(|port| {
            patterns
                .binary_search_by(|pattern| {
                    (pattern.subdomains, pattern.port, &*pattern.scheme).cmp(&(
                        subdomains,
                        port,
                        origin.scheme(),
                    ))
                })
                .is_ok()
        })
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::OriginList;
    use crate::header_value::shared_value;

    fn allows(list: &[&str], origin: &str) -> bool {
        let list = OriginList::new(list.iter().copied(), shared_value);
        let origin = HeaderValue::from_str(origin).unwrap();
        assert_eq!(list.grant(&origin).is_some(), list.contains(&origin));
        list.contains(&origin)
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
}
