//! Origins and patterns in the form that a request is held against.

use std::collections::{HashMap, HashSet};

use cors_rules::{Origin, Pattern, Port};
use http::HeaderValue;

use crate::header_value::Make;

/// Origins and patterns. A look-up among many costs what one among a few does.
#[derive(Debug)]
pub(crate) struct OriginList {
    exact: Exact,
    patterns: Patterns,
}

/// Origins that are compared as bytes.
// The hash of a header's value is that of its bytes, which never change.
#[allow(clippy::mutable_key_type, reason = "the bytes are immutable")]
#[derive(Debug)]
enum Exact {
    /// So few that comparing all of them is faster than a hash.
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
    /// `texts` have kept the rules of `cors-rules`; an entry that hasn't allows nobody.
    pub(crate) fn new<'a>(texts: impl IntoIterator<Item = &'a str>, make: Make) -> Self {
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

    /// The value of `Access-Control-Allow-Origin` for `origin`, `None` where it isn't allowed.
    #[inline]
    pub(crate) fn grant(&self, origin: &HeaderValue) -> Option<HeaderValue> {
        match self.exact.get(origin) {
            // The list's own value: cloning it never allocates.
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

    /// The one origin that is allowed, if it is only one.
    pub(crate) fn only(&self) -> Option<HeaderValue> {
        match &self.exact {
            Exact::Few(origins) if self.patterns.by_host.is_empty() => match origins.as_slice() {
                [one] => Some(one.clone()),
                _ => None,
            },
            _ => None,
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.exact.len() + self.patterns.len()
    }
}

/// Patterns by host, which for `*.` is the domain below which they hold.
#[derive(Debug, Default)]
struct Patterns {
    by_host: HashMap<Box<str>, Vec<Rest>>,
    /// The most labels that the domain under a `*.` has: how far a look-up has to go.
    labels: usize,
}

/// What a pattern says beside the host.
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

    /// So that many patterns of one host are searched, not tried.
    fn sort(&mut self) {
        for patterns in self.by_host.values_mut() {
            patterns.sort_unstable();
        }
    }

    fn len(&self) -> usize {
        self.by_host.values().map(Vec::len).sum()
    }

    /// Whether some pattern allows `origin`, which is parsed first: no text is ever compared with
    /// a part of another.
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
        // Each dot begins the name of a domain above, the shortest first.
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
