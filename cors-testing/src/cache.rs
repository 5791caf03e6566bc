//! What a browser remembers of preflights.

use std::time::Duration;

use crate::check::Permitted;

/// No browser remembers a preflight for longer: Firefox a day, Chromium two hours, Safari ten
/// minutes. Chromium's.
const LONGEST: Duration = Duration::from_hours(2);

/// The [CORS-preflight cache](https://fetch.spec.whatwg.org/#concept-cache), by the browser's own
/// clock.
#[derive(Debug, Default)]
pub(crate) struct PreflightCache {
    entries: Vec<Entry>,
    now: Duration,
}

#[derive(Debug)]
struct Entry {
    key: Key,
    until: Duration,
    what: What,
}

/// What entries are kept apart by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Key {
    pub(crate) origin: String,
    pub(crate) url: String,
    pub(crate) credentials: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum What {
    Method(String),
    Header(String),
}

impl PreflightCache {
    pub(crate) fn wait(&mut self, time: Duration) {
        self.now += time;
        self.entries.retain(|entry| entry.until > self.now);
    }

    pub(crate) fn store(&mut self, key: &Key, permitted: Permitted) {
        let age = Duration::from_secs(permitted.max_age).min(LONGEST);
        let until = self.now + age;
        let methods = permitted.methods.into_iter().map(What::Method);
        let headers = permitted.headers.into_iter();
        let headers = headers.map(|name| What::Header(name.to_ascii_lowercase()));
        for what in methods.chain(headers) {
            self.entries
                .retain(|entry| !(entry.key == *key && entry.what == what));
            if age > Duration::ZERO {
                self.entries.push(Entry {
                    key: key.clone(),
                    until,
                    what,
                });
            }
        }
    }

    /// [Clear cache entries](https://fetch.spec.whatwg.org/#concept-cache-clear): after a network
    /// error of a request that needed them.
    pub(crate) fn clear(&mut self, key: &Key) {
        self.entries
            .retain(|entry| entry.key.origin != key.origin || entry.key.url != key.url);
    }

    /// [Method cache entry match](https://fetch.spec.whatwg.org/#concept-cache-match-method).
    pub(crate) fn has_method(&self, key: &Key, method: &str) -> bool {
        self.matches(key, |what| match what {
            What::Method(name) => name == method || name == "*",
            What::Header(_) => false,
        })
    }

    /// [Header-name cache entry match](https://fetch.spec.whatwg.org/#concept-cache-match-header).
    pub(crate) fn has_header(&self, key: &Key, header: &str) -> bool {
        self.matches(key, |what| match what {
            What::Header(name) => {
                name == header || (name == "*" && header != crate::safelist::NON_WILDCARD)
            }
            What::Method(_) => false,
        })
    }

    /// [Cache entry match](https://fetch.spec.whatwg.org/#concept-cache-match).
    fn matches(&self, key: &Key, is_it: impl Fn(&What) -> bool) -> bool {
        self.entries.iter().any(|entry| {
            entry.key.origin == key.origin
                && entry.key.url == key.url
                && (entry.key.credentials || !key.credentials)
                && is_it(&entry.what)
        })
    }
}
