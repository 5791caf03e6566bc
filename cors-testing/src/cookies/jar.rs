//! The cookies of a browser.

use std::thread;
use std::time::Duration;

use cookie::time::OffsetDateTime;
use cors_rules::is_public_suffix;
use http::header::SET_COOKIE;
use http::{HeaderMap, HeaderValue};

use super::context::{CookieContext, ThirdParty};
use super::refusal::{MAX_PAIR, Refusal};
use super::set_cookie::SetCookie;
use super::stored::{Stored, domain_matches, path_matches};
use crate::fetch::Credentials;
use crate::problem::Problem;

/// The cookies of a browser, by a clock of its own, which begins at the time of the system.
///
/// It prints its problems when a test panics, because the assertion that fails only has the status
/// of a later request.
#[derive(Debug)]
pub(crate) struct CookieJar {
    pub(crate) third_party: ThirdParty,
    now: OffsetDateTime,
    /// In the order of their creation.
    cookies: Vec<Stored>,
    /// Cookies that were not stored, with the problem of later requests that lack them.
    ignored: Vec<(Stored, Problem)>,
    problems: Vec<Problem>,
}

impl Default for CookieJar {
    fn default() -> Self {
        Self {
            third_party: ThirdParty::default(),
            now: OffsetDateTime::now_utc(),
            cookies: Vec::new(),
            ignored: Vec::new(),
            problems: Vec::new(),
        }
    }
}

impl Drop for CookieJar {
    fn drop(&mut self) {
        if thread::panicking() && !self.problems.is_empty() {
            let problems: Vec<String> = self.problems.iter().map(ToString::to_string).collect();
            eprintln!("{}", problems.join("\n"));
        }
    }
}

impl CookieJar {
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.cookies.len()
    }

    #[cfg(test)]
    pub(super) fn now(&self) -> OffsetDateTime {
        self.now
    }

    /// Advances the clock, and removes the cookies that have expired.
    pub(crate) fn wait(&mut self, time: Duration) {
        let time = time.try_into().unwrap_or(cookie::time::Duration::MAX);
        self.now = self.now.saturating_add(time);
        self.cookies.retain(|cookie| !cookie.is_expired(self.now));
    }

    /// Adds a cookie that is sent with every request to a host.
    pub(crate) fn add(&mut self, host: &str, name: &str, value: &str) {
        self.insert(Stored::unrestricted(host, name, value));
    }

    /// Returns every problem so far, each once.
    pub(crate) fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// Returns the header `cookie` of a request, by the
    /// [retrieval algorithm](https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis#section-5.8.3).
    pub(crate) fn header(&self, context: &CookieContext<'_>) -> Option<HeaderValue> {
        let mut cookies = self.sent(context);
        cookies.sort_by_key(|cookie| std::cmp::Reverse(cookie.path.len()));
        let pairs: Vec<String> = cookies.into_iter().map(Stored::pair).collect();
        if pairs.is_empty() {
            return None;
        }
        HeaderValue::from_bytes(pairs.join("; ").as_bytes()).ok()
    }

    /// Returns the problems of cookies that a request lacks.
    pub(crate) fn missing(&mut self, context: &CookieContext<'_>) -> Vec<Problem> {
        let sent: Vec<&str> = self
            .sent(context)
            .into_iter()
            .map(|cookie| cookie.name.as_str())
            .collect();
        let is_missing =
            |cookie: &Stored| cookie.covers(context.url) && !sent.contains(&cookie.name.as_str());
        let withheld = self.cookies.iter().filter(|cookie| is_missing(cookie));
        let withheld: Vec<Problem> = withheld
            .filter_map(|cookie| {
                let refusal = self.withholds(cookie, context)?;
                Some(refusal.withheld(&cookie.name, context))
            })
            .collect();
        let ignored = self.ignored.iter().filter(|(cookie, _)| is_missing(cookie));
        let ignored: Vec<Problem> = ignored.map(|(_, problem)| problem.clone()).collect();
        self.note(&withheld);
        [withheld, ignored].concat()
    }

    /// Stores the cookies of a response, by the
    /// [storage model](https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis#section-5.7),
    /// and returns the problems of those that it ignores.
    pub(crate) fn store(
        &mut self,
        context: &CookieContext<'_>,
        response: &HeaderMap,
    ) -> Vec<Problem> {
        self.receive(context, response, |jar, set, cookie| {
            jar.refusal(set, cookie, context)
        })
    }

    /// Ignores the cookies of a response, because the request was without credentials.
    pub(crate) fn ignore(
        &mut self,
        context: &CookieContext<'_>,
        response: &HeaderMap,
        credentials: Credentials,
    ) -> Vec<Problem> {
        self.receive(context, response, |_, _, _| {
            Some(Refusal::Credentials(credentials))
        })
    }

    fn receive(
        &mut self,
        context: &CookieContext<'_>,
        response: &HeaderMap,
        refusal: impl Fn(&Self, &SetCookie, &Stored) -> Option<Refusal>,
    ) -> Vec<Problem> {
        let mut problems = Vec::new();
        for line in response.get_all(SET_COOKIE) {
            let set = SetCookie::parse(line.as_bytes());
            let cookie = Stored::new(&set, context, self.partition(&set, context), self.now);
            let Some(refusal) = refusal(self, &set, &cookie) else {
                self.ignored
                    .retain(|(other, _)| other.name != cookie.name || !other.covers(context.url));
                self.insert(cookie);
                continue;
            };
            if cookie.is_expired(self.now) {
                let in_request = self.sent(context);
                if in_request.iter().any(|other| other.name == cookie.name) {
                    problems.push(refusal.not_removed(&cookie.name, context));
                }
                continue;
            }
            problems.push(refusal.ignored(&cookie.name, context));
            let later = refusal.missing(&cookie.name, context);
            self.ignored.retain(|(other, _)| !cookie.replaces(other));
            self.ignored.push((cookie, later));
        }
        self.note(&problems);
        problems
    }

    /// Returns the cookies that a request has, by age.
    fn sent(&self, context: &CookieContext<'_>) -> Vec<&Stored> {
        let cookies = self.cookies.iter();
        cookies
            .filter(|cookie| cookie.covers(context.url))
            .filter(|cookie| self.withholds(cookie, context).is_none())
            .collect()
    }

    /// Returns the reason for which a request to the host and path of a cookie lacks it.
    fn withholds(&self, cookie: &Stored, context: &CookieContext<'_>) -> Option<Refusal> {
        if cookie.is_secure && !context.is_secure() {
            return Some(Refusal::Insecure);
        }
        match &cookie.partition {
            Some(site) if *site != context.window() => {
                return Some(Refusal::Partition(site.clone()));
            }
            None if context.is_third_party() => match self.third_party {
                ThirdParty::Allowed => {}
                ThirdParty::Partitioned => return Some(Refusal::ThirdPartyPartitioned),
                ThirdParty::Blocked => return Some(Refusal::ThirdPartyBlocked),
            },
            _ => {}
        }
        if context.sends(cookie.same_site) {
            None
        } else {
            Some(Refusal::SameSite(cookie.same_site))
        }
    }

    /// Returns the partition of a cookie in a response.
    fn partition(&self, set: &SetCookie, context: &CookieContext<'_>) -> Option<String> {
        let is_separate = self.third_party == ThirdParty::Partitioned && context.is_third_party();
        (set.is_partitioned || is_separate).then(|| context.window())
    }

    /// Returns the reason for which a cookie is ignored.
    fn refusal(
        &self,
        set: &SetCookie,
        cookie: &Stored,
        context: &CookieContext<'_>,
    ) -> Option<Refusal> {
        let len = cookie.name.len() + cookie.value.len();
        if len == 0 {
            return Some(Refusal::Empty);
        }
        if len > MAX_PAIR {
            return Some(Refusal::TooLong(len));
        }
        let host = context.host();
        if let Some(domain) = &set.domain {
            if *domain != host && is_public_suffix(domain) {
                return Some(Refusal::PublicSuffix(domain.clone()));
            }
            if !domain_matches(host, domain) {
                return Some(Refusal::Domain(domain.clone()));
            }
        }
        if cookie.is_secure && !context.is_secure() {
            return Some(Refusal::Insecure);
        }
        if has_prefix(cookie, "__Secure-") && !cookie.is_secure {
            return Some(Refusal::SecurePrefix);
        }
        let is_of_host =
            cookie.is_secure && set.domain.is_none() && set.path.as_deref() == Some("/");
        if has_prefix(cookie, "__Host-") && !is_of_host {
            return Some(Refusal::HostPrefix);
        }
        if cookie.same_site == Some(cookie::SameSite::None) && !cookie.is_secure {
            return Some(Refusal::NoneWithoutSecure);
        }
        if set.is_partitioned && !cookie.is_secure {
            return Some(Refusal::PartitionedWithoutSecure);
        }
        if !cookie.is_secure && !context.is_secure() && self.replaces_secure(cookie) {
            return Some(Refusal::ReplacesSecure);
        }
        if !context.stores(cookie.same_site) {
            return Some(Refusal::SameSite(cookie.same_site));
        }
        let is_blocked = self.third_party == ThirdParty::Blocked && context.is_third_party();
        (is_blocked && !set.is_partitioned).then_some(Refusal::ThirdPartyBlocked)
    }

    /// Whether a cookie without `Secure` would replace or hide one that has it.
    fn replaces_secure(&self, cookie: &Stored) -> bool {
        self.cookies.iter().any(|other| {
            other.is_secure
                && other.name == cookie.name
                && (domain_matches(&other.domain, &cookie.domain)
                    || domain_matches(&cookie.domain, &other.domain))
                && path_matches(&cookie.path, &other.path)
        })
    }

    /// Inserts a cookie in the place of an older one. An expired cookie removes it.
    fn insert(&mut self, cookie: Stored) {
        let place = self.cookies.iter().position(|other| cookie.replaces(other));
        match (place, cookie.is_expired(self.now)) {
            (Some(place), false) => self.cookies[place] = cookie,
            (Some(place), true) => {
                self.cookies.remove(place);
            }
            (None, false) => self.cookies.push(cookie),
            (None, true) => {}
        }
    }

    fn note(&mut self, problems: &[Problem]) {
        for problem in problems {
            if !self.problems.contains(problem) {
                self.problems.push(problem.clone());
            }
        }
    }
}

/// Whether a [prefix](https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis#section-5.4)
/// begins the name, in any case. Servers would see it in a value without a name as well.
fn has_prefix(cookie: &Stored, prefix: &str) -> bool {
    let text = if cookie.name.is_empty() {
        &cookie.value
    } else {
        &cookie.name
    };
    let start = text.as_bytes().get(..prefix.len());
    start.is_some_and(|start| start.eq_ignore_ascii_case(prefix.as_bytes()))
}
