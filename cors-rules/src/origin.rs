//! Origins: what a browser sends, and the patterns that an allow list holds.

use crate::bytes::{
    contains, equal, equal_ignoring_case, find_any, find_last, split_around,
    starts_with_ignoring_case,
};
use crate::host;
use crate::rule::Rule;
use crate::spelling::Text;

/// The longest scheme in bytes.
const MAX_SCHEME_LEN: usize = 64;

/// What is wrong with a list entry, and the slice of it that is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fault<'a> {
    pub(crate) rule: Rule,
    pub(crate) part: &'a str,
}

impl<'a> Fault<'a> {
    pub(crate) const fn new(rule: Rule, part: &'a str) -> Self {
        Self { rule, part }
    }
}

/// An origin as a browser sends it: scheme, host and port
/// ([Fetch, `Origin` header](https://fetch.spec.whatwg.org/#origin-header)).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Origin<'a> {
    scheme: &'a str,
    host: Host<'a>,
    port: Option<u16>,
}

impl<'a> Origin<'a> {
    /// Reads the value of an `Origin` header. `None` for `null`, for anything that no browser
    /// sends, and for bytes that aren't ASCII.
    ///
    /// ```
    /// # use cors_rules::Origin;
    /// let origin = Origin::parse(b"https://example.com:8443").unwrap();
    /// assert_eq!((origin.scheme(), origin.host().as_str(), origin.port()), ("https", "example.com", Some(8443)));
    /// assert!(Origin::parse(b"null").is_none());
    /// assert!(Origin::parse(b"https://example.com/").is_none());
    /// ```
    #[must_use]
    pub const fn parse(value: &'a [u8]) -> Option<Self> {
        let Ok(text) = core::str::from_utf8(value) else {
            return None;
        };
        match Pattern::read(text) {
            Ok(Pattern {
                scheme,
                subdomains: false,
                host,
                port,
            }) => match port {
                Port::Default => Some(Self {
                    scheme,
                    host,
                    port: None,
                }),
                Port::Number(number) => Some(Self {
                    scheme,
                    host,
                    port: Some(number),
                }),
                Port::Any => None,
            },
            _ => None,
        }
    }

    /// The scheme, without `:`.
    #[must_use]
    pub const fn scheme(&self) -> &'a str {
        self.scheme
    }

    /// The host.
    #[must_use]
    pub const fn host(&self) -> Host<'a> {
        self.host
    }

    /// The port, or `None` for the scheme's default port, which browsers leave out.
    #[must_use]
    pub const fn port(&self) -> Option<u16> {
        self.port
    }
}

/// An entry of an allow list: an origin, or one whose subdomains or ports are left open.
///
/// Everything is in the canonical spelling, so an entry without wildcards allows exactly the
/// origin with the same bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pattern<'a> {
    scheme: &'a str,
    subdomains: bool,
    host: Host<'a>,
    port: Port,
}

/// The host of an origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Host<'a> {
    /// A domain name in lower-case ASCII.
    Domain(&'a str),
    /// Four decimals, or a compressed IPv6 address in brackets.
    Ip(&'a str),
}

impl<'a> Host<'a> {
    /// The host as it stands in the origin.
    #[must_use]
    pub const fn as_str(&self) -> &'a str {
        match *self {
            Self::Domain(host) | Self::Ip(host) => host,
        }
    }
}

/// The port of a [`Pattern`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Port {
    /// Not written: the scheme's default.
    Default,
    /// Exactly this one.
    Number(u16),
    /// `:*`: every port, the default included.
    Any,
}

impl<'a> Pattern<'a> {
    /// Reads an entry of `origins`; `None` where it isn't valid, and
    /// [`check::listed_origin`](crate::check::listed_origin) says why.
    ///
    /// ```
    /// # use cors_rules::Pattern;
    /// let pattern = Pattern::parse("https://*.example.com").unwrap();
    /// assert!(pattern.subdomains());
    /// assert!(Pattern::parse("https://example.*").is_none());
    /// ```
    #[must_use]
    pub const fn parse(text: &'a str) -> Option<Self> {
        match Self::read(text) {
            Ok(pattern) => Some(pattern),
            Err(_) => None,
        }
    }

    /// Reads an entry, and says what first keeps it from being one.
    pub(crate) const fn read(text: &'a str) -> Result<Self, Fault<'a>> {
        if equal_ignoring_case(text.as_bytes(), b"null") {
            return Err(Fault::new(Rule::OriginNull, text));
        }
        if let Some(fault) = check_characters(text) {
            return Err(fault);
        }
        let Some(colon) = find_any(text.as_bytes(), b":") else {
            return Err(Fault::new(Rule::OriginWithoutScheme, text));
        };
        let (scheme, rest) = split_around(text, colon);
        let [b'/', b'/', ..] = rest.as_bytes() else {
            return Err(Fault::new(Rule::OriginWithoutScheme, text));
        };
        if let Some(fault) = check_scheme(scheme) {
            return Err(fault);
        }
        let authority = rest.split_at(2).1;
        if let Some(fault) = check_tail(authority) {
            return Err(fault);
        }
        if !authority.is_ascii() {
            return Err(Fault::new(Rule::OriginNotAscii, authority));
        }
        let (host, port) = match split_port(scheme, authority) {
            Ok(split) => split,
            Err(fault) => return Err(fault),
        };
        let (subdomains, host) = match host.as_bytes() {
            [b'*', b'.', ..] => (true, host.split_at(2).1),
            _ => (false, host),
        };
        if contains(host.as_bytes(), b'*') {
            return Err(Fault::new(Rule::WildcardPosition, host));
        }
        match parse_host(host, is_web(scheme)) {
            Ok(_) if has_upper_case(text) => Err(Fault::new(Rule::OriginUpperCase, text)),
            Ok(Host::Ip(ip)) if subdomains => Err(Fault::new(Rule::WildcardPosition, ip)),
            Ok(_) if subdomains && host::without_trailing_dot(host).len() + 2 > host::MAX_LEN => {
                Err(Fault::new(Rule::HostTooLong, host))
            }
            Ok(host) => Ok(Self {
                scheme,
                subdomains,
                host,
                port,
            }),
            Err(fault) => Err(fault),
        }
    }

    /// The scheme, without `:`.
    #[must_use]
    pub const fn scheme(&self) -> &'a str {
        self.scheme
    }

    /// `true` for `*.host`: the names one or more labels below the host, not the host itself.
    #[must_use]
    pub const fn subdomains(&self) -> bool {
        self.subdomains
    }

    /// The host, without `*.`.
    #[must_use]
    pub const fn host(&self) -> Host<'a> {
        self.host
    }

    /// The port.
    #[must_use]
    pub const fn port(&self) -> Port {
        self.port
    }

    /// `true` where the entry stands for one origin, whose bytes are the entry's own.
    #[must_use]
    pub const fn is_exact(&self) -> bool {
        !self.subdomains && !matches!(self.port, Port::Any)
    }

    /// `http` to a host that isn't this machine: anyone on the way can be that origin.
    pub(crate) const fn is_insecure(&self) -> bool {
        equal(self.scheme.as_bytes(), b"http") && !host::is_loopback(self.host.as_str())
    }

    /// The domain right above the wildcard, without a trailing dot. `None` without `*.`, and for
    /// `*.localhost`, which is this machine.
    #[must_use]
    pub const fn wildcard_parent(&self) -> Option<&'a str> {
        if self.subdomains && !host::is_loopback(self.host.as_str()) {
            Some(host::without_trailing_dot(self.host.as_str()))
        } else {
            None
        }
    }
}

/// White space and commas, before anything is taken apart.
const fn check_characters(text: &str) -> Option<Fault<'_>> {
    let bytes = text.as_bytes();
    let mut i = 0;
    while i < bytes.len() {
        match bytes[i] {
            b',' => return Some(Fault::new(Rule::OriginsInOneString, text)),
            0..=b' ' | 0x7f => {
                // Only at the ends is it a slip; between two words it is a second origin.
                let rule = if inner_space(bytes.trim_ascii()) {
                    Rule::OriginsInOneString
                } else {
                    Rule::OriginWhiteSpace
                };
                return Some(Fault::new(rule, text));
            }
            _ => {}
        }
        i += 1;
    }
    None
}

const fn has_upper_case(text: &str) -> bool {
    let mut i = 0;
    while i < text.len() {
        if text.as_bytes()[i].is_ascii_uppercase() {
            return true;
        }
        i += 1;
    }
    false
}

const fn inner_space(bytes: &[u8]) -> bool {
    find_any(bytes, b" \t\r\n\x0c").is_some()
}

/// [Scheme](https://url.spec.whatwg.org/#concept-url-scheme).
const fn check_scheme(scheme: &str) -> Option<Fault<'_>> {
    let bytes = scheme.as_bytes();
    if contains(bytes, b'*') {
        return Some(Fault::new(Rule::WildcardPosition, scheme));
    }
    if !matches!(bytes, [first, ..] if first.is_ascii_alphabetic()) {
        return Some(Fault::new(Rule::OriginScheme, scheme));
    }
    let mut i = 0;
    while i < bytes.len() {
        if !matches!(bytes[i], b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'+' | b'-' | b'.') {
            return Some(Fault::new(Rule::OriginScheme, scheme));
        }
        i += 1;
    }
    if bytes.len() > MAX_SCHEME_LEN {
        return Some(Fault::new(Rule::SchemeTooLong, scheme));
    }
    if equal_ignoring_case(scheme.as_bytes(), b"file") {
        return Some(Fault::new(Rule::SchemeFile, scheme));
    }
    None
}

/// Whatever stands around host and port in a URL but not in an origin.
const fn check_tail(authority: &str) -> Option<Fault<'_>> {
    let bytes = authority.as_bytes();
    let mut i = 0;
    while i < bytes.len() {
        if host::ends_authority(bytes[i]) {
            let rule = match bytes[i] {
                _ if i == 0 => Rule::HostEmpty,
                b'?' => Rule::OriginQuery,
                b'#' => Rule::OriginFragment,
                _ => Rule::OriginPath,
            };
            return Some(Fault::new(rule, authority.split_at(i).1));
        }
        i += 1;
    }
    match find_last(bytes, b'@') {
        Some(at) => Some(Fault::new(
            Rule::OriginUserInfo,
            authority.split_at(at + 1).0,
        )),
        None => None,
    }
}

const fn split_port<'a>(scheme: &str, authority: &'a str) -> Result<(&'a str, Port), Fault<'a>> {
    let bytes = authority.as_bytes();
    let colon = match (find_last(bytes, b':'), find_last(bytes, b']')) {
        (Some(colon), Some(bracket)) if colon < bracket => None,
        (colon, _) => colon,
    };
    let Some(colon) = colon else {
        return Ok((authority, Port::Default));
    };
    if !contains(bytes, b']')
        && let Some(first) = find_any(bytes, b":")
        && first < colon
    {
        return Err(if is_bare_ipv6(bytes) {
            Fault::new(Rule::Ipv6Invalid, authority)
        } else {
            Fault::new(Rule::PortInvalid, authority.split_at(first).1)
        });
    }
    let (host, port) = split_around(authority, colon);
    if equal(port.as_bytes(), b"*") {
        return Ok((host, Port::Any));
    }
    if contains(port.as_bytes(), b'*') {
        return Err(Fault::new(Rule::WildcardPosition, authority));
    }
    match parse_port(port) {
        Some(number) if is_default_port(scheme, number) => {
            Err(Fault::new(Rule::PortDefault, authority.split_at(colon).1))
        }
        Some(number) if port.as_bytes()[0] != b'0' => Ok((host, Port::Number(number))),
        _ => Err(Fault::new(Rule::PortInvalid, authority.split_at(colon).1)),
    }
}

const fn is_bare_ipv6(authority: &[u8]) -> bool {
    let mut i = 0;
    while i < authority.len() {
        if !matches!(authority[i], b':' | b'.') && !authority[i].is_ascii_hexdigit() {
            return false;
        }
        i += 1;
    }
    true
}

/// Digits alone, 1 to 65535; leading zeros count for nothing here.
const fn parse_port(text: &str) -> Option<u16> {
    let bytes = text.as_bytes();
    let mut number: u32 = 0;
    let mut i = 0;
    while i < bytes.len() {
        if !bytes[i].is_ascii_digit() || number > 65_535 {
            return None;
        }
        number = number * 10 + (bytes[i] - b'0') as u32;
        i += 1;
    }
    #[allow(clippy::cast_possible_truncation, reason = "checked by the pattern")]
    match number {
        1..=65_535 => Some(number as u16),
        _ => None,
    }
}

const fn is_default_port(scheme: &str, port: u16) -> bool {
    match port {
        80 => equal_ignoring_case(scheme.as_bytes(), b"http"),
        443 => equal_ignoring_case(scheme.as_bytes(), b"https"),
        _ => false,
    }
}

/// The schemes of web pages, whose hosts are domains and addresses. Elsewhere a host is a name.
const fn is_web(scheme: &str) -> bool {
    equal_ignoring_case(scheme.as_bytes(), b"http")
        || equal_ignoring_case(scheme.as_bytes(), b"https")
}

const fn parse_host(host: &str, is_web: bool) -> Result<Host<'_>, Fault<'_>> {
    let bytes = host.as_bytes();
    if bytes.is_empty() {
        return Err(Fault::new(Rule::HostEmpty, host));
    }
    if let [b'[', .., b']'] = bytes {
        let address = host.split_at(bytes.len() - 1).0.split_at(1).1;
        if contains(address.as_bytes(), b'%') {
            return Err(Fault::new(Rule::Ipv6Zone, host));
        }
        let Some(pieces) = host::parse_ipv6(address) else {
            return Err(Fault::new(Rule::Ipv6Invalid, host));
        };
        if host::mapped_ipv4(pieces).is_some() {
            return Err(Fault::new(Rule::Ipv6Mapped, host));
        }
        let canonical = host::write_ipv6(pieces);
        if !equal_ignoring_case(address.as_bytes(), canonical.as_str().as_bytes()) {
            return Err(Fault::new(Rule::Ipv6NotCanonical, host));
        }
        return Ok(Host::Ip(host));
    }
    if contains(bytes, b'[') || contains(bytes, b']') || contains(bytes, b':') {
        return Err(Fault::new(Rule::Ipv6Invalid, host));
    }
    if let Err(fault) = host::check_domain(host, is_web) {
        return Err(fault);
    }
    if is_web && host::ends_in_number(host) {
        return match host::parse_ipv4(host) {
            Some(address)
                if equal(
                    host::write_ipv4(address).as_str().as_bytes(),
                    host.as_bytes(),
                ) =>
            {
                Ok(Host::Ip(host))
            }
            _ => Err(Fault::new(Rule::Ipv4Invalid, host)),
        };
    }
    Ok(Host::Domain(host))
}

/// Room for the longest valid pattern: scheme, `://`, `*.`, host with a dot, port.
pub(crate) type Spelling = Text<{ MAX_SCHEME_LEN + 3 + 2 + host::MAX_LEN + 1 + 6 }>;

/// The valid pattern that `text` was probably meant to be; empty where there is none.
///
/// Follows the [URL parser](https://url.spec.whatwg.org/#concept-basic-url-parser) where it
/// repairs what people write, so that the answer is what their browser sends.
pub(crate) const fn canonical(text: &str) -> Spelling {
    let Ok(text) = core::str::from_utf8(text.as_bytes().trim_ascii()) else {
        return Spelling::EMPTY;
    };
    if text.len() > 256 || inner_space(text.as_bytes()) {
        return Spelling::EMPTY;
    }
    let lower = Spelling::lowercased(text);
    let (scheme, authority) = split_scheme(lower.as_str());
    let authority = bare_authority(authority);
    let (host, port) = match find_last(authority.as_bytes(), b':') {
        Some(colon) if !matches!(find_last(authority.as_bytes(), b']'), Some(at) if at > colon) => {
            split_around(authority, colon)
        }
        _ => (authority, ""),
    };

    let mut spelling = Spelling::EMPTY;
    spelling.push(match scheme {
        Some(scheme) => scheme,
        None if host::is_loopback(host) => "http",
        None if contains(host.as_bytes(), b'.') || !port.is_empty() => "https",
        // A lone word is no host that could be told from a slip.
        None => return Spelling::EMPTY,
    });
    spelling.push("://");
    push_canonical_host(&mut spelling, host);
    match parse_port(port) {
        None if equal(port.as_bytes(), b"*") => spelling.push(":*"),
        None if port.is_empty() => {}
        None => return Spelling::EMPTY,
        Some(number) => {
            if !matches!(scheme, Some(scheme) if is_default_port(scheme, number)) {
                spelling.push(":");
                spelling.push_number(number as u32, 10);
            }
        }
    }
    match Pattern::parse(spelling.as_str()) {
        Some(_) => spelling,
        None => Spelling::EMPTY,
    }
}

/// An `http://` origin with `https` in its place.
pub(crate) const fn over_https(text: &str) -> Spelling {
    let mut spelling = Spelling::of("https");
    spelling.push(text.split_at("http".len()).1);
    canonical(spelling.as_str())
}

const fn split_scheme(text: &str) -> (Option<&str>, &str) {
    if starts_with_ignoring_case(text.as_bytes(), b"//") {
        return (None, text.split_at(2).1);
    }
    if let Some(colon) = find_any(text.as_bytes(), b":") {
        let (scheme, rest) = split_around(text, colon);
        // `https:example.com`, `https:/example.com`, `https:///example.com`: browsers read these
        // as the plain form.
        if is_web(scheme) {
            let mut rest = rest;
            while let [b'/', ..] = rest.as_bytes() {
                rest = rest.split_at(1).1;
            }
            return (Some(scheme), rest);
        }
        if let [b'/', b'/', ..] = rest.as_bytes() {
            return (Some(scheme), rest.split_at(2).1);
        }
    }
    (None, text)
}

/// Without path, query, fragment and user info.
const fn bare_authority(authority: &str) -> &str {
    let bare = match find_any(authority.as_bytes(), b"/?#\\") {
        Some(end) => authority.split_at(end).0,
        None => authority,
    };
    match find_last(bare.as_bytes(), b'@') {
        Some(at) => split_around(bare, at).1,
        None => bare,
    }
}

const fn push_canonical_host(spelling: &mut Spelling, host: &str) {
    if let [b'[', .., b']'] = host.as_bytes() {
        let address = host.split_at(host.len() - 1).0.split_at(1).1;
        if let Some(pieces) = host::parse_ipv6(address) {
            if let Some(ipv4) = host::mapped_ipv4(pieces) {
                spelling.push(host::write_ipv4(ipv4).as_str());
            } else {
                spelling.push("[");
                spelling.push(host::write_ipv6(pieces).as_str());
                spelling.push("]");
            }
            return;
        }
    } else if host::ends_in_number(host)
        && let Some(address) = host::parse_ipv4(host)
    {
        spelling.push(host::write_ipv4(address).as_str());
        return;
    }
    spelling.push(host);
}
