//! Which origins a policy allows, in the form that a request is held against.

use cors_policy::{Origin, Pattern, Port};
use http::HeaderValue;

/// The origins of one policy. A look-up costs a search, however long the list.
#[derive(Debug)]
pub(crate) enum AllowedOrigins {
    /// `*`: the answer is `*` for everyone.
    Any,
    /// One origin, so the answer is the same for everyone.
    One(HeaderValue),
    /// Several origins or a pattern: the answer depends on who asks.
    Several {
        exact: Box<[HeaderValue]>,
        patterns: Patterns,
    },
}

impl AllowedOrigins {
    /// `list` has kept the rules of `cors-policy`; an entry that hasn't allows nobody.
    pub(crate) fn new(list: &'static [&'static str]) -> Self {
        if list.contains(&"*") {
            return Self::Any;
        }
        let (exact, patterns): (Vec<_>, Vec<_>) = list
            .iter()
            .filter_map(|text| Some((*text, Pattern::parse(text)?)))
            .partition(|(_, pattern)| pattern.is_exact());
        let mut exact: Vec<HeaderValue> = exact
            .into_iter()
            .map(|(text, _)| HeaderValue::from_static(text))
            .collect();
        if let ([one], []) = (exact.as_slice(), patterns.as_slice()) {
            return Self::One(one.clone());
        }
        exact.sort_unstable_by(|a, b| by_length(a.as_bytes(), b.as_bytes()));
        Self::Several {
            exact: exact.into(),
            patterns: Patterns::new(patterns.into_iter().map(|(_, pattern)| pattern)),
        }
    }

    /// The value of `Access-Control-Allow-Origin` for a request that came from `origin`, `None`
    /// where it isn't allowed.
    pub(crate) fn grant(&self, origin: &HeaderValue) -> Option<HeaderValue> {
        match self {
            Self::Any => Some(HeaderValue::from_static("*")),
            Self::One(one) => (one == origin).then(|| one.clone()),
            Self::Several { exact, patterns } => {
                let listed = exact
                    .binary_search_by(|entry| by_length(entry.as_bytes(), origin.as_bytes()))
                    .ok()
                    .and_then(|index| exact.get(index));
                match listed {
                    // The list's own value: cloning it never allocates.
                    Some(listed) => Some(listed.clone()),
                    None => patterns.allow(origin.as_bytes()).then(|| origin.clone()),
                }
            }
        }
    }

    /// The value that every response carries, where it doesn't depend on the request.
    pub(crate) fn fixed(&self) -> Option<HeaderValue> {
        match self {
            Self::Any => Some(HeaderValue::from_static("*")),
            Self::One(one) => Some(one.clone()),
            Self::Several { .. } => None,
        }
    }
}

/// Lengths first: most origins differ in it, and comparing it is free.
fn by_length(a: &[u8], b: &[u8]) -> std::cmp::Ordering {
    a.len().cmp(&b.len()).then_with(|| a.cmp(b))
}

/// Patterns, sorted by host.
#[derive(Debug)]
pub(crate) struct Patterns {
    sorted: Box<[Key<'static>]>,
    /// The most labels that the domain under a `*.` has: how far a look-up has to go.
    labels: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key<'a> {
    host: &'a str,
    scheme: &'a str,
    subdomains: bool,
    port: PortKey,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum PortKey {
    Exactly(Option<u16>),
    Any,
}

impl Patterns {
    fn new(patterns: impl Iterator<Item = Pattern<'static>>) -> Self {
        let mut labels = 0;
        let mut sorted: Vec<_> = patterns
            .map(|pattern| {
                let host = pattern.host().as_str();
                if pattern.subdomains() {
                    labels = labels.max(host.split('.').count());
                }
                Key {
                    host,
                    scheme: pattern.scheme(),
                    subdomains: pattern.subdomains(),
                    port: match pattern.port() {
                        Port::Default => PortKey::Exactly(None),
                        Port::Number(number) => PortKey::Exactly(Some(number)),
                        Port::Any => PortKey::Any,
                    },
                }
            })
            .collect();
        sorted.sort_unstable();
        Self {
            sorted: sorted.into(),
            labels,
        }
    }

    /// Whether some pattern allows `origin`, which is parsed first: no text is ever compared with
    /// a part of another.
    fn allow(&self, origin: &[u8]) -> bool {
        if self.sorted.is_empty() {
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
        [PortKey::Exactly(origin.port()), PortKey::Any]
            .into_iter()
            .any(|port| {
                let key = Key {
                    host,
                    scheme: origin.scheme(),
                    subdomains,
                    port,
                };
                self.sorted.binary_search(&key).is_ok()
            })
    }
}
