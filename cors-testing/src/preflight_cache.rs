//! The [CORS-preflight cache](https://fetch.spec.whatwg.org/#concept-cache).

use std::time::Duration;

use cors_rules::is_covered_by_wildcard;

use crate::preflight::Granted;

/// Chromium's limit on the age of an entry, in seconds: two hours. Firefox has a day, Safari ten
/// minutes.
const MAX_AGE: u64 = 2 * 60 * 60;

/// The entries of all preflights, by a clock of its own.
#[derive(Debug, Default)]
pub(crate) struct PreflightCache {
    entries: Vec<Entry>,
    now: Duration,
}

#[derive(Debug)]
struct Entry {
    key: Key,
    until: Duration,
    kind: CacheKind,
}

/// The partition of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Key {
    pub(crate) origin: String,
    pub(crate) url: String,
    /// Whether the request includes credentials.
    pub(crate) credentials: bool,
}

/// An allowed method, or an allowed header in lower case.
#[derive(Clone, Debug, PartialEq, Eq)]
enum CacheKind {
    Method(String),
    Header(String),
}

impl PreflightCache {
    /// Advances the clock, and removes the entries that have expired.
    pub(crate) fn wait(&mut self, time: Duration) {
        self.now += time;
        self.entries.retain(|entry| entry.until > self.now);
    }

    /// Replaces the entries of all methods and headers that a response allows.
    pub(crate) fn store(&mut self, key: &Key, granted: Granted) {
        let age = Duration::from_secs(granted.max_age.min(MAX_AGE));
        let until = self.now + age;
        let methods = granted.methods.into_iter().map(CacheKind::Method);
        let headers = granted.headers.into_iter();
        let headers = headers.map(|name| CacheKind::Header(name.to_ascii_lowercase()));
        for kind in methods.chain(headers) {
            self.entries
                .retain(|entry| !(entry.key == *key && entry.kind == kind));
            if age > Duration::ZERO {
                self.entries.push(Entry {
                    key: key.clone(),
                    until,
                    kind,
                });
            }
        }
    }

    /// [Clears the entries](https://fetch.spec.whatwg.org/#concept-cache-clear) of an origin and a
    /// URL, after a network error of a request that needed a preflight.
    pub(crate) fn clear(&mut self, key: &Key) {
        self.entries
            .retain(|entry| entry.key.origin != key.origin || entry.key.url != key.url);
    }

    /// Whether there is a
    /// [method cache entry match](https://fetch.spec.whatwg.org/#concept-cache-match-method).
    pub(crate) fn has_method(&self, key: &Key, method: &str) -> bool {
        self.has_match(key, |kind| match kind {
            CacheKind::Method(name) => name == method || name == "*",
            CacheKind::Header(_) => false,
        })
    }

    /// Whether there is a
    /// [header-name cache entry match](https://fetch.spec.whatwg.org/#concept-cache-match-header).
    /// `header` is in lower case.
    pub(crate) fn has_header(&self, key: &Key, header: &str) -> bool {
        self.has_match(key, |kind| match kind {
            CacheKind::Header(name) => {
                name == header || (name == "*" && is_covered_by_wildcard(header.as_bytes()))
            }
            CacheKind::Method(_) => false,
        })
    }

    /// Whether there is a [cache entry match](https://fetch.spec.whatwg.org/#concept-cache-match).
    fn has_match(&self, key: &Key, is_match: impl Fn(&CacheKind) -> bool) -> bool {
        self.entries.iter().any(|entry| {
            entry.key.origin == key.origin
                && entry.key.url == key.url
                && (entry.key.credentials || !key.credentials)
                && is_match(&entry.kind)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(credentials: bool) -> Key {
        Key {
            origin: "https://app.example".to_owned(),
            url: "https://api.test/".to_owned(),
            credentials,
        }
    }

    fn granted(methods: &[&str], headers: &[&str], max_age: u64) -> Granted {
        let owned = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
        Granted {
            methods: owned(methods),
            headers: owned(headers),
            max_age,
        }
    }

    #[test]
    fn entries_expire_after_max_age() {
        for (max_age, lifetime) in [(1, 1), (600, 600), (7200, 7200), (86_400, 7200)] {
            let mut cache = PreflightCache::default();
            cache.store(&key(false), granted(&["PUT"], &[], max_age));
            cache.wait(Duration::from_secs(lifetime - 1));
            assert!(cache.has_method(&key(false), "PUT"), "{max_age}");
            cache.wait(Duration::from_secs(1));
            assert!(!cache.has_method(&key(false), "PUT"), "{max_age}");
        }
    }

    #[test]
    fn max_age_zero_removes_an_entry() {
        let mut cache = PreflightCache::default();
        cache.store(&key(false), granted(&["PUT"], &["X-A"], 600));
        cache.store(&key(false), granted(&["PUT"], &[], 0));
        assert!(!cache.has_method(&key(false), "PUT"));
        assert!(cache.has_header(&key(false), "x-a"));
    }

    #[test]
    fn a_wildcard_matches_all_but_authorization() {
        let mut cache = PreflightCache::default();
        cache.store(&key(false), granted(&["*"], &["*"], 600));
        assert!(cache.has_method(&key(false), "PUT"));
        assert!(cache.has_header(&key(false), "x-a"));
        assert!(!cache.has_header(&key(false), "authorization"));
    }

    #[test]
    fn entries_without_credentials_do_not_match_requests_with_credentials() {
        for (stored, requested, matches) in [
            (false, false, true),
            (false, true, false),
            (true, false, true),
            (true, true, true),
        ] {
            let mut cache = PreflightCache::default();
            cache.store(&key(stored), granted(&["PUT"], &[], 600));
            assert_eq!(cache.has_method(&key(requested), "PUT"), matches);
        }
    }

    #[test]
    fn clearing_removes_both_kinds_of_credentials() {
        let mut cache = PreflightCache::default();
        cache.store(&key(true), granted(&["PUT"], &[], 600));
        cache.clear(&key(false));
        assert!(!cache.has_method(&key(true), "PUT"));
    }
}
