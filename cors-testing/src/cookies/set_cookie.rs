//! The header `set-cookie`.

use cookie::time::{Duration, OffsetDateTime};
use cookie::{Cookie, SameSite};

/// Longer values of attributes are ignored, by
/// [section 5.6](https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis#section-5.6).
const MAX_ATTRIBUTE: usize = 1024;

/// A [`Set-Cookie`](https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis#section-5.6)
/// header, with the attributes that decide whether the cookie is stored and sent. `HttpOnly` only
/// hides a cookie from scripts.
#[derive(Debug)]
pub(super) struct SetCookie {
    pub(super) name: String,
    pub(super) value: String,
    /// In lower case, without the leading dot.
    pub(super) domain: Option<String>,
    /// `None` is the default path.
    pub(super) path: Option<String>,
    pub(super) is_secure: bool,
    /// `None` without the attribute, and with an unknown value.
    pub(super) same_site: Option<SameSite>,
    pub(super) is_partitioned: bool,
    max_age: Option<Duration>,
    expires: Option<OffsetDateTime>,
}

impl SetCookie {
    pub(super) fn parse(line: &[u8]) -> Self {
        let line = String::from_utf8_lossy(line);
        let (pair, attributes) = line.split_once(';').unwrap_or((&line, ""));
        let (name, value) = pair.split_once('=').unwrap_or(("", pair));
        // The crate refuses cookies without a name, which browsers store.
        let parsed = Cookie::parse(format!("_=;{attributes}"));
        let parsed = parsed.unwrap_or_else(|_| Cookie::new("", ""));
        let short = |value: &&str| value.len() <= MAX_ATTRIBUTE;
        let domain = parsed.domain().filter(short);
        let path = parsed.path().filter(short);
        Self {
            name: trim(name).to_owned(),
            value: trim(value).to_owned(),
            domain: domain
                .filter(|domain| !domain.is_empty())
                .map(str::to_ascii_lowercase),
            path: path.filter(|path| path.starts_with('/')).map(str::to_owned),
            is_secure: parsed.secure() == Some(true),
            same_site: parsed.same_site(),
            is_partitioned: parsed.partitioned() == Some(true),
            max_age: parsed.max_age(),
            expires: parsed.expires_datetime(),
        }
    }

    /// Returns the time at which the cookie expires. `Max-Age` overrides `Expires`. Without both the
    /// cookie is kept as long as the browser runs.
    pub(super) fn expiry(&self, now: OffsetDateTime) -> Option<OffsetDateTime> {
        match self.max_age {
            Some(max_age) => Some(now.saturating_add(max_age)),
            None => self.expires,
        }
    }
}

fn trim(text: &str) -> &str {
    text.trim_matches([' ', '\t'])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn describe(line: &str) -> String {
        let set = SetCookie::parse(line.as_bytes());
        let mut words = vec![format!("{}={}", set.name, set.value)];
        words.extend(set.domain.map(|domain| format!("domain {domain}")));
        words.extend(set.path.map(|path| format!("path {path}")));
        words.extend(set.same_site.map(|value| format!("same-site {value}")));
        words.extend(set.is_secure.then(|| "secure".to_owned()));
        words.extend(set.is_partitioned.then(|| "partitioned".to_owned()));
        words.extend(
            set.max_age
                .map(|age| format!("age {}", age.whole_seconds())),
        );
        words.extend(
            set.expires
                .map(|time| format!("until {}", time.unix_timestamp())),
        );
        words.join(", ")
    }

    #[test]
    fn set_cookie_headers() {
        let long = "a".repeat(MAX_ATTRIBUTE);
        for (section, line, expected) in [
            ("5.6, step 2", "a=b", "a=b"),
            ("5.6, step 2", "a=b=c", "a=b=c"),
            ("5.6, step 2", "a=", "a="),
            ("5.6, step 2", "=b", "=b"),
            ("5.6, step 2", "b", "=b"),
            ("5.6, step 2", "", "="),
            ("5.6, step 2", "b; Secure", "=b, secure"),
            ("5.6, step 3", " a =\tb c ;", "a=b c"),
            ("5.6, step 3", "a=\"b\"", "a=\"b\""),
            ("5.6", "a=b; unknown; x=y;;", "a=b"),
            (
                "5.6.1",
                "a=b; Expires=Thu, 01 Jan 1970 00:00:10 GMT",
                "a=b, until 10",
            ),
            (
                "5.6.1",
                "a=b; expires=Thursday, 01-Jan-70 00:00:10 GMT",
                "a=b, until 10",
            ),
            (
                "5.6.1",
                "a=b; EXPIRES=Thu, 01-Jan-1970 00:00:10 GMT",
                "a=b, until 10",
            ),
            (
                "5.6.1",
                "a=b; Expires=Thu Jan  1 00:00:10 1970",
                "a=b, until 10",
            ),
            ("5.6.1", "a=b; Expires=tomorrow", "a=b"),
            ("5.6.2", "a=b; Max-Age=60", "a=b, age 60"),
            ("5.6.2", "a=b; max-age=0", "a=b, age 0"),
            ("5.6.2", "a=b; Max-Age=-60", "a=b, age 0"),
            ("5.6.2", "a=b; Max-Age=1h", "a=b"),
            ("5.6.2", "a=b; Max-Age=+1", "a=b"),
            (
                "5.6.3",
                "a=b; Domain=Example.COM",
                "a=b, domain example.com",
            ),
            (
                "5.6.3",
                "a=b; Domain=.example.com",
                "a=b, domain example.com",
            ),
            ("5.6.3", "a=b; Domain=", "a=b"),
            ("5.6.3", "a=b; Domain", "a=b"),
            ("5.6.4", "a=b; Path=/c", "a=b, path /c"),
            ("5.6.4", "a=b; Path=c", "a=b"),
            ("5.6.4", "a=b; Path=/c; Path=", "a=b"),
            ("5.6.4", "a=b; Path=/c; Path=/d", "a=b, path /d"),
            ("5.6.5", "a=b; secure", "a=b, secure"),
            ("5.6.5", "a=b; Secure=false", "a=b, secure"),
            ("5.6.6", "a=b; HttpOnly", "a=b"),
            ("5.6.7", "a=b; SameSite=strict", "a=b, same-site Strict"),
            ("5.6.7", "a=b; samesite=LAX", "a=b, same-site Lax"),
            ("5.6.7", "a=b; SameSite=None", "a=b, same-site None"),
            ("5.6.7", "a=b; SameSite=no", "a=b"),
            ("5.6.7", "a=b; SameSite", "a=b"),
            ("Partitioned", "a=b; Partitioned", "a=b, partitioned"),
            ("5.6, attributes", &format!("a=b; Domain=a{long}"), "a=b"),
            ("5.6, attributes", &format!("a=b; Path=/{long}"), "a=b"),
        ] {
            assert_eq!(describe(line), expected, "{section}: {line}");
        }
    }
}
