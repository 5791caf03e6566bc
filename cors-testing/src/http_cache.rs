//! The [HTTP cache](https://www.rfc-editor.org/rfc/rfc9111) of a browser.

use std::collections::VecDeque;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::header::{
    AGE, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, DATE, ETAG,
    EXPIRES, IF_MATCH, IF_MODIFIED_SINCE, IF_NONE_MATCH, IF_RANGE, IF_UNMODIFIED_SINCE,
    LAST_MODIFIED, ORIGIN, PRAGMA, RANGE, VARY,
};
use http::{HeaderMap, HeaderName, Method, StatusCode};

use crate::header_list::{combined, combined_text, delta_seconds};

/// The longest body that is stored, in bytes.
pub(crate) const MAX_BODY: usize = 1 << 20;
/// The number of responses that are stored. The oldest is dropped.
const MAX_ENTRIES: usize = 100;

/// The stored responses, by a clock that tests move.
#[derive(Debug)]
pub(crate) struct HttpCache {
    entries: VecDeque<Entry>,
    now: SystemTime,
    pub(crate) is_off: bool,
}

#[derive(Debug)]
struct Entry {
    key: CacheKey,
    /// The headers of the request that `Vary` names.
    varied: Vec<(HeaderName, Vec<u8>)>,
    fresh_until: Option<SystemTime>,
    stored: Stored,
}

/// The [partition](https://fetch.spec.whatwg.org/#http-cache-partitions) and the URL of a response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CacheKey {
    pub(crate) partition: String,
    /// Without the fragment.
    pub(crate) url: String,
}

/// A response in the cache.
#[derive(Clone, Debug)]
pub(crate) struct Stored {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// `Origin` of the request that the response was sent to.
    pub(crate) origin: Option<String>,
}

/// The result of a lookup.
#[derive(Debug)]
pub(crate) enum Lookup {
    Missing,
    Fresh(Stored),
    /// A response that must be revalidated.
    Stale(Stored),
}

impl Default for HttpCache {
    fn default() -> Self {
        Self {
            entries: VecDeque::new(),
            now: SystemTime::now(),
            is_off: false,
        }
    }
}

impl HttpCache {
    pub(crate) fn wait(&mut self, time: Duration) {
        self.now = self.now.checked_add(time).unwrap_or(self.now);
    }

    /// [Selects](https://www.rfc-editor.org/rfc/rfc9111#section-4) the response to a request.
    pub(crate) fn find(&self, key: &CacheKey, method: &Method, headers: &HeaderMap) -> Lookup {
        if self.is_off || *method != Method::GET || bypasses(headers) {
            return Lookup::Missing;
        }
        let is_match = |entry: &&Entry| {
            entry.key == *key
                && entry
                    .varied
                    .iter()
                    .all(|(name, value)| combined(headers, name) == *value)
        };
        let Some(entry) = self.entries.iter().rev().find(is_match) else {
            return Lookup::Missing;
        };
        let stored = entry.stored.clone();
        if entry.fresh_until.is_some_and(|until| self.now < until) {
            Lookup::Fresh(stored)
        } else if has_validator(&stored.headers) {
            Lookup::Stale(stored)
        } else {
            Lookup::Missing
        }
    }

    /// Whether a response may be [stored](https://www.rfc-editor.org/rfc/rfc9111#section-3), and would
    /// be of use.
    pub(crate) fn may_store(
        &self,
        method: &Method,
        request: &HeaderMap,
        status: StatusCode,
        response: &HeaderMap,
    ) -> bool {
        let varies_by_everything = combined_text(response, &VARY)
            .split(',')
            .any(|name| name.trim() == "*");
        !self.is_off
            && *method == Method::GET
            && !bypasses(request)
            && !matches!(
                status,
                StatusCode::PARTIAL_CONTENT | StatusCode::NOT_MODIFIED
            )
            && !directives(response).any(|(name, _)| name == "no-store")
            && !varies_by_everything
            && (lifetime(status, response, self.now) > Duration::ZERO || has_validator(response))
    }

    /// Stores a response that [`may_store`](Self::may_store) permits.
    pub(crate) fn store(&mut self, key: CacheKey, request: &HeaderMap, stored: Stored) {
        let varied: Vec<_> = combined_text(&stored.headers, &VARY)
            .split(',')
            .filter_map(|name| name.trim().parse().ok())
            .map(|name: HeaderName| {
                let value = combined(request, &name);
                (name, value)
            })
            .collect();
        self.entries
            .retain(|entry| entry.key != key || entry.varied != varied);
        if self.entries.len() == MAX_ENTRIES {
            self.entries.pop_front();
        }
        let lifetime = lifetime(stored.status, &stored.headers, self.now);
        self.entries.push_back(Entry {
            key,
            varied,
            fresh_until: self.now.checked_add(lifetime),
            stored,
        });
    }

    /// [Invalidates](https://www.rfc-editor.org/rfc/rfc9111#section-4.4) the responses of a URL, after
    /// a write.
    pub(crate) fn invalidate(&mut self, url: &str) {
        self.entries.retain(|entry| entry.key.url != url);
    }
}

impl Stored {
    /// Adds the headers of a [conditional
    /// request](https://www.rfc-editor.org/rfc/rfc9111#section-4.3.1).
    pub(crate) fn make_conditional(&self, request: &mut HeaderMap) {
        for (validator, condition) in [(ETAG, IF_NONE_MATCH), (LAST_MODIFIED, IF_MODIFIED_SINCE)] {
            if let Some(value) = self.headers.get(validator) {
                request.insert(condition, value.clone());
            }
        }
    }

    /// [Freshens](https://www.rfc-editor.org/rfc/rfc9111#section-4.3.4) the response by a 304.
    pub(crate) fn freshen(&mut self, not_modified: &HeaderMap) {
        for name in not_modified.keys() {
            let is_of_the_body = [
                CONTENT_ENCODING,
                CONTENT_LENGTH,
                CONTENT_RANGE,
                CONTENT_TYPE,
            ]
            .contains(name);
            if is_of_the_body {
                continue;
            }
            self.headers.remove(name);
            for value in not_modified.get_all(name) {
                self.headers.append(name, value.clone());
            }
        }
    }

    /// Whether `Vary` separates the responses to different origins.
    pub(crate) fn varies_by_origin(&self) -> bool {
        combined_text(&self.headers, &VARY)
            .split(',')
            .any(|name| name.trim().eq_ignore_ascii_case(ORIGIN.as_str()))
    }
}

/// Whether a request is not answered from the cache, because the page has set one of
/// [these headers](https://fetch.spec.whatwg.org/#http-network-or-cache-fetch), or asks for a part.
fn bypasses(request: &HeaderMap) -> bool {
    [
        CACHE_CONTROL,
        IF_MATCH,
        IF_MODIFIED_SINCE,
        IF_NONE_MATCH,
        IF_RANGE,
        IF_UNMODIFIED_SINCE,
        PRAGMA,
        RANGE,
    ]
    .iter()
    .any(|name| request.contains_key(name))
}

fn has_validator(response: &HeaderMap) -> bool {
    response.contains_key(ETAG) || response.contains_key(LAST_MODIFIED)
}

/// Returns the directives of `Cache-Control` in lower case, with their values.
fn directives(response: &HeaderMap) -> impl Iterator<Item = (String, String)> {
    let value = combined_text(response, &CACHE_CONTROL).to_ascii_lowercase();
    let directives: Vec<_> = value
        .split(',')
        .map(|directive| {
            let (name, value) = directive.split_once('=').unwrap_or((directive, ""));
            let value = value.trim().trim_matches('"');
            (name.trim().to_owned(), value.to_owned())
        })
        .collect();
    directives.into_iter()
}

/// Returns the [freshness lifetime](https://www.rfc-editor.org/rfc/rfc9111#section-4.2.1) of a response
/// that is received now.
fn lifetime(status: StatusCode, response: &HeaderMap, now: SystemTime) -> Duration {
    let time = |name| httpdate::parse_http_date(&combined_text(response, name)).ok();
    let date = time(&DATE).unwrap_or(now);
    let is_no_cache = directives(response).any(|(name, _)| name == "no-cache");
    let max_age = directives(response).find(|(name, _)| name == "max-age");
    let lifetime = if is_no_cache {
        Duration::ZERO
    } else if let Some((_, seconds)) = max_age {
        Duration::from_secs(delta_seconds(&seconds).unwrap_or(0))
    } else if response.contains_key(EXPIRES) {
        // An invalid date, such as `0`, is in the past.
        let expires = time(&EXPIRES);
        let left = expires.and_then(|expires| expires.duration_since(date).ok());
        left.unwrap_or_default()
    } else {
        heuristic_lifetime(status, time(&LAST_MODIFIED), date)
    };
    let age = delta_seconds(&combined_text(response, &AGE)).unwrap_or(0);
    lifetime.saturating_sub(Duration::from_secs(age)).min(YEAR)
}

const YEAR: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// Returns the [heuristic freshness](https://www.rfc-editor.org/rfc/rfc9111#section-4.2.2), as Chromium
/// calculates it: a tenth of the time since the last change, and no end for a permanent redirect.
fn heuristic_lifetime(
    status: StatusCode,
    last_modified: Option<SystemTime>,
    date: SystemTime,
) -> Duration {
    match status.as_u16() {
        300 | 301 | 308 | 410 => YEAR,
        200 | 203 => {
            let unchanged = last_modified.and_then(|time| date.duration_since(time).ok());
            unchanged.unwrap_or_default() / 10
        }
        _ => Duration::ZERO,
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn headers(lines: &str) -> HeaderMap {
        let lines = lines.split(" | ").filter(|line| !line.is_empty());
        let pairs = lines.map(|line| {
            let (name, value) = line.split_once(": ").expect("a name and a value");
            let name: HeaderName = name.parse().expect("a name");
            (name, HeaderValue::from_str(value).expect("a value"))
        });
        pairs.collect()
    }

    #[test]
    fn lifetimes() {
        let now = httpdate::parse_http_date("Wed, 25 Nov 2026 12:00:00 GMT").expect("a date");
        for (status, response, seconds) in [
            (200, "", 0),
            (200, "cache-control: max-age=60", 60),
            (200, "cache-control: public, MAX-AGE=\"60\"", 60),
            (200, "cache-control: max-age=60, no-cache", 0),
            (200, "cache-control: max-age=-1", 0),
            (200, "cache-control: max-age=60 | age: 20", 40),
            (200, "cache-control: max-age=60 | age: 70", 0),
            (200, "cache-control: s-maxage=60", 0),
            (
                200,
                "cache-control: max-age=60 | expires: Wed, 25 Nov 2026 13:00:00 GMT",
                60,
            ),
            (200, "expires: Wed, 25 Nov 2026 12:01:00 GMT", 60),
            (
                200,
                "expires: Wed, 25 Nov 2026 12:01:00 GMT | date: Wed, 25 Nov 2026 12:00:50 GMT",
                10,
            ),
            (200, "expires: Wed, 25 Nov 2026 11:00:00 GMT", 0),
            (200, "expires: 0", 0),
            (200, "last-modified: Wed, 25 Nov 2026 11:00:00 GMT", 360),
            (404, "last-modified: Wed, 25 Nov 2026 11:00:00 GMT", 0),
            (404, "cache-control: max-age=60", 60),
            (301, "", YEAR.as_secs()),
            (302, "", 0),
            (200, "cache-control: max-age=99999999999", YEAR.as_secs()),
        ] {
            let status = StatusCode::from_u16(status).expect("a status");
            let found = lifetime(status, &headers(response), now);
            assert_eq!(found, Duration::from_secs(seconds), "{status} {response}");
        }
    }

    #[test]
    fn stored_responses() {
        for (method, request, status, response, is_stored) in [
            ("GET", "", 200, "cache-control: max-age=60", true),
            ("GET", "", 200, "etag: \"1\"", true),
            (
                "GET",
                "",
                200,
                "cache-control: no-cache | etag: \"1\"",
                true,
            ),
            ("GET", "", 200, "", false),
            ("GET", "", 200, "cache-control: max-age=60, no-store", false),
            ("GET", "", 200, "cache-control: max-age=60 | vary: *", false),
            ("GET", "", 206, "cache-control: max-age=60", false),
            ("POST", "", 200, "cache-control: max-age=60", false),
            (
                "GET",
                "range: bytes=0-",
                200,
                "cache-control: max-age=60",
                false,
            ),
            (
                "GET",
                "cache-control: no-cache",
                200,
                "cache-control: max-age=60",
                false,
            ),
        ] {
            let method = Method::from_bytes(method.as_bytes()).expect("a method");
            let status = StatusCode::from_u16(status).expect("a status");
            let (request, response) = (headers(request), headers(response));
            let cache = HttpCache::default();
            let found = cache.may_store(&method, &request, status, &response);
            assert_eq!(found, is_stored, "{request:?} {status} {response:?}");
        }
    }

    #[test]
    fn the_oldest_response_is_dropped() {
        let mut cache = HttpCache::default();
        let key = |number: usize| CacheKey {
            partition: String::new(),
            url: number.to_string(),
        };
        for number in 0..=MAX_ENTRIES {
            let stored = Stored {
                status: StatusCode::OK,
                headers: headers("cache-control: max-age=60"),
                body: Bytes::new(),
                origin: None,
            };
            cache.store(key(number), &HeaderMap::new(), stored);
        }
        let find = |number| cache.find(&key(number), &Method::GET, &HeaderMap::new());
        assert!(matches!(find(0), Lookup::Missing));
        assert!(matches!(find(1), Lookup::Fresh(_)));
    }
}
