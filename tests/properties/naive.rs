//! The rules of the documentation, implemented a second time: nothing here is shared with the
//! library.

use super::service::Api;

impl Api {
    /// The `access-control-allow-origin` that every response has, if it does not depend on the request.
    pub(crate) fn fixed(&self) -> Option<&'static [u8]> {
        match self.origins {
            [one] if *one == "*" || !one.contains('*') => Some(one.as_bytes()),
            _ => None,
        }
    }

    pub(crate) fn allows(&self, origin: &[u8]) -> bool {
        let matches = |origin| self.origins.iter().any(|entry| matches(entry, origin));
        self.origins == ["*"] || str::from_utf8(origin).is_ok_and(matches)
    }

    pub(crate) fn serves(&self, method: &[u8]) -> bool {
        let method = if method == b"HEAD" { b"GET" } else { method };
        self.methods.iter().any(|own| own.as_bytes() == method)
    }

    pub(crate) fn allows_header(&self, name: &str) -> bool {
        let own = || self.headers.iter();
        let lists = |name: &str| own().any(|own| own.eq_ignore_ascii_case(name));
        let is_token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
        lists(name) || (lists("*") && name.chars().all(is_token) && name != "authorization")
    }
}

fn matches(entry: &str, origin: &str) -> bool {
    match (split(entry), split(origin)) {
        (Some([own, own_host, own_port]), Some([scheme, host, port])) => {
            own == scheme && host_matches(own_host, host) && port_matches(own_port, port, scheme)
        }
        _ => false,
    }
}

/// Scheme, host, and port with its colon.
fn split(origin: &str) -> Option<[&str; 3]> {
    let (scheme, authority) = origin.split_once("://")?;
    let bracket = authority.rfind(']').unwrap_or(0);
    let colon = authority.rfind(':').filter(|colon| *colon > bracket);
    let (host, port) = authority.split_at(colon.unwrap_or(authority.len()));
    Some([scheme, host, port])
}

fn host_matches(entry: &str, host: &str) -> bool {
    let Some(parent) = entry.strip_prefix("*.") else {
        return entry == host;
    };
    let parent: Vec<&str> = parent.split('.').collect();
    let labels: Vec<&str> = host.split('.').collect();
    let deep = labels.len().saturating_sub(parent.len());
    let is_label_char = |c| matches!(c, 'a'..='z' | '0'..='9' | '-' | '_');
    let is_label = |label: &&str| matches!(label.len(), 1..=63) && label.chars().all(is_label_char);
    deep > 0
        && labels[deep..] == parent
        && labels[..deep].iter().all(is_label)
        && host.trim_end_matches('.').len() <= 253
}

fn port_matches(entry: &str, port: &str, scheme: &str) -> bool {
    let is_default = [("http", ":80"), ("https", ":443")].contains(&(scheme, port));
    let number = port.trim_start_matches(':').parse::<u16>().unwrap_or(0);
    let is_port = number > 0 && port == format!(":{number}") && !is_default;
    match entry {
        ":*" => port.is_empty() || is_port,
        _ => entry == port,
    }
}
