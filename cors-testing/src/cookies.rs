//! The cookies of a browser.

use std::collections::BTreeMap;

use http::HeaderMap;
use http::header::SET_COOKIE;

/// Cookies by host, without attributes.
#[derive(Debug, Default)]
pub(crate) struct CookieJar {
    /// By host, then by name.
    hosts: BTreeMap<String, BTreeMap<String, String>>,
}

impl CookieJar {
    pub(crate) fn set(&mut self, host: &str, name: &str, value: &str) {
        let cookies = self.hosts.entry(host.to_owned()).or_default();
        cookies.insert(name.to_owned(), value.to_owned());
    }

    /// Returns the value of the header `cookie`, or `None` if a host has set no cookies.
    pub(crate) fn header(&self, host: &str) -> Option<String> {
        let cookies = self.hosts.get(host)?;
        let pairs: Vec<String> = cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        (!pairs.is_empty()).then(|| pairs.join("; "))
    }

    /// Stores the cookies of a response. `Max-Age=0` removes one, other attributes are ignored.
    pub(crate) fn store(&mut self, host: &str, response: &HeaderMap) {
        for line in response.get_all(SET_COOKIE) {
            let Ok(line) = line.to_str() else { continue };
            let mut parts = line.split(';').map(str::trim);
            let Some((name, value)) = parts.next().and_then(|cookie| cookie.split_once('=')) else {
                continue;
            };
            if parts.any(|part| part.eq_ignore_ascii_case("max-age=0")) {
                if let Some(cookies) = self.hosts.get_mut(host) {
                    cookies.remove(name);
                }
            } else {
                self.set(host, name, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn cookies_are_stored_by_host() {
        let mut jar = CookieJar::default();
        let response = |line| HeaderMap::from_iter([(SET_COOKIE, HeaderValue::from_static(line))]);
        jar.set("a.example", "session", "1");
        jar.store("a.example", &response("theme=dark; Path=/; Secure"));
        jar.store("b.example", &response("session=2"));
        jar.store("a.example", &response("no pair"));
        let header = |jar: &CookieJar, host| jar.header(host).unwrap_or_default();
        assert_eq!(header(&jar, "a.example"), "session=1; theme=dark");
        assert_eq!(header(&jar, "b.example"), "session=2");
        jar.store("a.example", &response("theme=; max-age=0"));
        assert_eq!(header(&jar, "a.example"), "session=1");
        jar.store("a.example", &response("session=; Max-Age=0"));
        assert_eq!(jar.header("a.example"), None);
        assert_eq!(jar.header("c.example"), None);
    }
}
