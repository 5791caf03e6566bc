//! Origins as browsers send them, and the patterns of an allowlist.

use core::fmt;

use crate::bytes::{contains, equal, equal_ignoring_case, find_any, find_last, split_around};
use crate::fault::Fault;
use crate::host::{self, Host, parse_host};
use crate::rule::Rule;

/// The longest scheme in bytes.
pub(crate) const MAX_SCHEME_LEN: usize = 64;
/// The longest origin or pattern in bytes: scheme, `://`, host with a trailing dot, `:65535`.
pub(crate) const MAX_LEN: usize = MAX_SCHEME_LEN + 3 + host::MAX_LEN + 1 + 6;

/// An origin as a browser sends it: scheme, host and port
/// ([Fetch, `Origin` header](https://fetch.spec.whatwg.org/#origin-header)).
///
/// `Display` prints it as it was sent.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Origin<'a> {
    text: &'a str,
    scheme: &'a str,
    host: Host<'a>,
    port: Option<u16>,
}

impl<'a> Origin<'a> {
    /// The length of the longest origin in bytes: a scheme of 64, a host of 253 with a trailing dot,
    /// and a port of five digits.
    pub const MAX_LEN: usize = MAX_LEN;

    /// Parses the value of an `Origin` header. Returns `None` for `null`, for bytes that are not
    /// ASCII, for more than [`MAX_LEN`](Self::MAX_LEN) bytes, of which none is read, and for anything
    /// else that no browser sends.
    ///
    /// ```
    /// # use cors_rules::Origin;
    /// let origin = Origin::parse(b"https://example.com:8443").unwrap();
    /// assert_eq!(origin.as_str(), "https://example.com:8443");
    /// assert_eq!(origin.scheme(), "https");
    /// assert_eq!(origin.host().to_string(), "example.com");
    /// assert_eq!(origin.port(), Some(8443));
    /// assert!(Origin::parse(b"null").is_none());
    /// assert!(Origin::parse(b"https://example.com/").is_none());
    /// ```
    #[must_use]
    pub const fn parse(value: &'a [u8]) -> Option<Self> {
        if value.len() > MAX_LEN {
            return None;
        }
        // The other rules of an entry explain mistakes. Whatever breaks one of them breaks one of these
        // as well, and looking only for these takes half as long.
        if !value.is_ascii() {
            return None;
        }
        let Ok(text) = core::str::from_utf8(value) else {
            return None;
        };
        let Some((scheme, authority)) = split_scheme(text) else {
            return None;
        };
        if check_scheme(scheme).is_some() || has_upper_case(text) {
            return None;
        }
        let (host, port) = match split_port(scheme, authority) {
            Ok((host, Port::Default)) => (host, None),
            Ok((host, Port::Number(number))) => (host, Some(number)),
            Ok((_, Port::Any)) | Err(_) => return None,
        };
        let Ok(host) = parse_host(host, is_web(scheme)) else {
            return None;
        };
        Some(Self {
            text,
            scheme,
            host,
            port,
        })
    }

    /// The origin as it was sent.
    #[must_use]
    pub const fn as_str(&self) -> &'a str {
        self.text
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

    /// The port, 1 to 65535. `None` for the default port of the scheme, which browsers leave out.
    #[must_use]
    pub const fn port(&self) -> Option<u16> {
        self.port
    }
}

impl fmt::Display for Origin<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text)
    }
}

impl fmt::Debug for Origin<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Origin").field(&self.text).finish()
    }
}

/// An entry of an allowlist: an origin, or a pattern with any subdomain or any port.
///
/// Patterns are in the canonical spelling, so an entry without wildcards allows exactly the origin
/// with the same bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pattern<'a> {
    scheme: &'a str,
    subdomains: bool,
    host: Host<'a>,
    port: Port,
}

/// The port of a [`Pattern`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Port {
    /// No port is written: the default port of the scheme.
    Default,
    /// This port, 1 to 65535.
    Number(u16),
    /// `:*`: any port, including the default port.
    Any,
}

impl<'a> Pattern<'a> {
    /// Parses an entry of `origins`. Returns `None` if it is invalid;
    /// [`check::listed_origin`](crate::check::listed_origin) returns the reason.
    ///
    /// ```
    /// # use cors_rules::Pattern;
    /// let pattern = Pattern::parse("https://*.example.com").unwrap();
    /// assert!(pattern.subdomains());
    /// assert!(Pattern::parse("https://example.*").is_none());
    /// ```
    #[must_use]
    pub const fn parse(text: &'a str) -> Option<Self> {
        if text.len() > MAX_LEN {
            return None;
        }
        match Self::read(text) {
            Ok(pattern) => Some(pattern),
            Err(_) => None,
        }
    }

    /// Parses an entry, or returns the first rule that it breaks. Text of any length is read, for the
    /// message.
    pub(crate) const fn read(text: &'a str) -> Result<Self, Fault<'a>> {
        if equal_ignoring_case(text.as_bytes(), b"null") {
            return Err(Fault::new(Rule::OriginNull, text));
        }
        if let Some(fault) = check_characters(text) {
            return Err(fault);
        }
        let Some((scheme, authority)) = split_scheme(text) else {
            return Err(match address_range(text) {
                Some(fault) => fault,
                None => Fault::new(Rule::OriginWithoutScheme, text),
            });
        };
        if let Some(fault) = check_scheme(scheme) {
            return Err(fault);
        }
        if let Some(fault) = address_range(authority) {
            return Err(fault);
        }
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

    /// Whether the pattern begins with `*.`: it then matches the names one or more labels below the
    /// host, and not the host itself.
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

    /// Whether the pattern has no wildcard. It then matches only the origin with the same bytes.
    #[must_use]
    pub const fn is_exact(&self) -> bool {
        !self.subdomains && !matches!(self.port, Port::Any)
    }

    /// Whether the pattern matches every origin that `other` matches.
    ///
    /// ```
    /// # use cors_rules::Pattern;
    /// let [site, shop] = ["https://*.example.com", "https://shop.example.com"]
    ///     .map(|text| Pattern::parse(text).unwrap());
    /// assert!(site.covers(&shop) && !shop.covers(&site));
    /// ```
    #[must_use]
    pub fn covers(&self, other: &Pattern<'_>) -> bool {
        let [host, covered] = [self.host, other.host].map(|host| host.as_str());
        let is_below = || {
            let labels = covered.strip_suffix(host);
            labels.is_some_and(|labels| labels.ends_with('.'))
        };
        let covers_host = match (self.subdomains, other.subdomains) {
            (true, true) => covered == host || is_below(),
            (true, false) => is_below(),
            (false, false) => covered == host,
            (false, true) => false,
        };
        let covers_port = self.port == Port::Any || self.port == other.port;
        self.scheme == other.scheme && covers_host && covers_port
    }

    /// Whether the scheme is `http` and the host another machine: anyone on the network between can
    /// then send responses as this origin.
    pub(crate) const fn is_insecure(&self) -> bool {
        equal(self.scheme.as_bytes(), b"http") && !host::is_loopback(self.host.as_str())
    }

    /// Whether the host is a machine of the local network, as those of a development team are.
    pub(crate) const fn is_of_local_network(&self) -> bool {
        host::is_of_local_network(self.host.as_str())
    }

    /// The domain directly above the wildcard, without a trailing dot. `None` without `*.`, and for
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

/// Rejects white space, characters between two origins, and quotes, before the entry is split.
const fn check_characters(text: &str) -> Option<Fault<'_>> {
    let bytes = text.as_bytes();
    let mut separator = None;
    let mut quote = bracket_of_list(bytes);
    let mut i = 0;
    while i < bytes.len() {
        match bytes[i] {
            b',' => return Some(Fault::new(Rule::OriginsInOneString, text)),
            0..=b' ' | 0x7f => {
                // At the ends it is a typo. Between two words it separates two origins.
                let rule = if inner_space(bytes.trim_ascii()) {
                    Rule::OriginsInOneString
                } else {
                    Rule::OriginWhiteSpace
                };
                return Some(Fault::new(rule, text));
            }
            b';' | b'|' if separator.is_none() => separator = Some(i),
            b'"' | b'\'' | b'`' if quote.is_none() => quote = Some(i),
            _ => {}
        }
        i += 1;
    }
    if let Some(at) = quote {
        let part = text.split_at(at).1.split_at(1).0;
        return Some(Fault::new(Rule::OriginQuotes, part));
    }
    match separator {
        Some(at) if separates(bytes.split_at(at + 1).1) => Some(Fault::new(
            Rule::OriginSeparator,
            text.split_at(at).1.split_at(1).0,
        )),
        _ => None,
    }
}

/// The position of a bracket around a list of origins. Those of an IPv6 address are in pairs.
const fn bracket_of_list(text: &[u8]) -> Option<usize> {
    match text {
        [b'[', rest @ ..] if separates(rest) => Some(0),
        // Behind an IPv6 address it lacks the other one.
        [rest @ .., b']'] if !contains(rest, b'[') && !has_more_colons(rest, 2) => Some(rest.len()),
        _ => None,
    }
}

/// Whether there are more colons than those of a scheme and a port.
const fn has_more_colons(text: &[u8], most: usize) -> bool {
    let mut colons = 0;
    let mut i = 0;
    while i < text.len() {
        if text[i] == b':' {
            colons += 1;
        }
        i += 1;
    }
    colons > most
}

/// Finds a range of addresses in the notation of CIDR: an address, and the length of a prefix after `/`.
const fn address_range(authority: &str) -> Option<Fault<'_>> {
    let Some(slash) = find_any(authority.as_bytes(), b"/") else {
        return None;
    };
    let (host, length) = split_around(authority, slash);
    let host_bytes = host.as_bytes();
    let is_address = matches!(host_bytes, [b'[', .., b']'])
        || (contains(host_bytes, b'.') && host::parse_ipv4(host).is_some())
        || (contains(host_bytes, b':') && host::parse_ipv6(host).is_some());
    let is_length = !length.is_empty() && length.len() <= 3 && host::all_digits(length.as_bytes());
    if is_address && is_length {
        Some(Fault::new(
            Rule::OriginAddressRange,
            authority.split_at(slash).1,
        ))
    } else {
        None
    }
}

/// Whether a `;` or `|` before `rest` was meant to separate two origins.
const fn separates(mut rest: &[u8]) -> bool {
    if rest.is_empty() {
        return true;
    }
    while let [_, tail @ ..] = rest {
        if let [b':', b'/', b'/', ..] = rest {
            return true;
        }
        rest = tail;
    }
    false
}

const fn has_upper_case(text: &str) -> bool {
    let bytes = text.as_bytes();
    let mut is_found = false;
    let mut i = 0;
    // Without an early end, so that the compiler compares several bytes at once.
    while i < bytes.len() {
        is_found |= bytes[i].is_ascii_uppercase();
        i += 1;
    }
    is_found
}

/// Whether there is white space in `bytes`, which must be trimmed.
pub(crate) const fn inner_space(bytes: &[u8]) -> bool {
    find_any(bytes, b" \t\r\n\x0c").is_some()
}

/// Splits an origin at its first colon, which `//` has to follow.
const fn split_scheme(text: &str) -> Option<(&str, &str)> {
    let Some(colon) = find_any(text.as_bytes(), b":") else {
        return None;
    };
    let (scheme, rest) = split_around(text, colon);
    match rest.as_bytes() {
        [b'/', b'/', ..] => Some((scheme, rest.split_at(2).1)),
        _ => None,
    }
}

/// Checks a [scheme](https://url.spec.whatwg.org/#concept-url-scheme).
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

/// Rejects the parts of a URL that an origin does not have: path, query, fragment and user info.
const fn check_tail(authority: &str) -> Option<Fault<'_>> {
    let bytes = authority.as_bytes();
    let mut i = 0;
    while i < bytes.len() {
        if contains(host::AUTHORITY_ENDS, bytes[i]) {
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

/// Splits an authority into host and port, and checks the port.
const fn split_port<'a>(scheme: &str, authority: &'a str) -> Result<(&'a str, Port), Fault<'a>> {
    let bytes = authority.as_bytes();
    let Some(colon) = find_last(bytes, b':') else {
        return Ok((authority, Port::Default));
    };
    if contains(bytes.split_at(colon).1, b']') {
        return Ok((authority, Port::Default));
    }
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

/// Parses decimal digits, 1 to 65535. Leading zeros are accepted here.
pub(crate) const fn parse_port(text: &str) -> Option<u16> {
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

pub(crate) const fn is_default_port(scheme: &str, port: u16) -> bool {
    match port {
        80 => equal_ignoring_case(scheme.as_bytes(), b"http"),
        443 => equal_ignoring_case(scheme.as_bytes(), b"https"),
        _ => false,
    }
}

/// Whether hosts of this scheme are domains and addresses. Hosts of other schemes are opaque names.
pub(crate) const fn is_web(scheme: &str) -> bool {
    equal_ignoring_case(scheme.as_bytes(), b"http")
        || equal_ignoring_case(scheme.as_bytes(), b"https")
}

#[cfg(test)]
mod tests {
    use alloc::format;
    use alloc::string::String;

    use super::{Origin, Pattern, Port};
    use crate::host::Host;
    use crate::rule::Rule;

    #[test]
    fn patterns_that_cover_others() {
        let entries = [
            "https://example.com",
            "https://a.example.com",
            "https://a.example.com:*",
            "https://*.example.com",
            "https://*.a.example.com",
            "https://*.example.com:*",
        ];
        // Each with the entries above that it covers.
        for (pattern, covered) in [
            ("https://example.com", "#....."),
            ("https://example.com:*", "#....."),
            ("https://a.example.com", ".#...."),
            ("https://a.example.com:*", ".##..."),
            ("https://a.example.com:8443", "......"),
            ("https://*.example.com", ".#.##."),
            ("https://*.example.com:*", ".#####"),
            ("https://*.xample.com:*", "......"),
            ("https://*.a.example.com", "....#."),
            ("http://*.example.com:*", "......"),
        ] {
            let pattern = Pattern::parse(pattern).expect("a pattern");
            let found = entries.map(|entry| {
                let entry = Pattern::parse(entry).expect("a pattern");
                if pattern.covers(&entry) { '#' } else { '.' }
            });
            assert_eq!(String::from_iter(found), covered, "{pattern:?}");
        }
    }

    #[test]
    fn parse_origin() {
        use Host::{Domain, Ip};
        let table = [
            ("https://app.example", "https", Domain("app.example"), None),
            (
                "http://localhost:8080",
                "http",
                Domain("localhost"),
                Some(8080),
            ),
            (
                "https://app.example.",
                "https",
                Domain("app.example."),
                None,
            ),
            ("http://127.0.0.1:1", "http", Ip("127.0.0.1"), Some(1)),
            ("http://[::1]:65535", "http", Ip("[::1]"), Some(65_535)),
            (
                "https://xn--bcher-kva.example",
                "https",
                Domain("xn--bcher-kva.example"),
                None,
            ),
            (
                "http://app.example:443",
                "http",
                Domain("app.example"),
                Some(443),
            ),
            (
                "chrome-extension://-a_b-",
                "chrome-extension",
                Domain("-a_b-"),
                None,
            ),
            ("tauri://127.1", "tauri", Domain("127.1"), None),
            (
                "https://-a.app.example",
                "https",
                Domain("-a.app.example"),
                None,
            ),
            (
                "https://a-.app.example",
                "https",
                Domain("a-.app.example"),
                None,
            ),
        ];
        for (text, scheme, host, port) in table {
            let origin = Origin::parse(text.as_bytes()).expect(text);
            assert_eq!(
                (origin.scheme(), origin.host(), origin.port()),
                (scheme, host, port)
            );
            assert_eq!((origin.as_str(), format!("{origin}")), (text, text.into()));
            assert_eq!(format!("{origin:?}"), format!("Origin({text:?})"));
        }
    }

    #[test]
    fn invalid_origins_are_not_parsed() {
        for value in [
            &b""[..],
            b"null",
            b"*",
            b"app.example",
            b"//app.example",
            b"https://",
            b"https://app.example/",
            b"https://app.example:443",
            b"https://App.example",
            b"https://*.app.example",
            b"https://app.example:*",
            b"https://app.example https://b.example",
            b"https://b\xc3\xbccher.example",
            b"https://app.example\xff",
            b"file://",
        ] {
            assert_eq!(Origin::parse(value), None, "{}", value.escape_ascii());
        }
    }

    #[test]
    fn parse_pattern() {
        let table = [
            ("https://app.example", false, "app.example", Port::Default),
            ("https://*.app.example", true, "app.example", Port::Default),
            ("http://localhost:*", false, "localhost", Port::Any),
            ("http://*.localhost:*", true, "localhost", Port::Any),
            ("http://[::1]:3000", false, "[::1]", Port::Number(3000)),
            ("https://-a-.example", false, "-a-.example", Port::Default),
            ("https://*.-a.example", true, "-a.example", Port::Default),
        ];
        for (text, subdomains, host, port) in table {
            let pattern = Pattern::parse(text).expect(text);
            assert_eq!(pattern.subdomains(), subdomains, "{text}");
            assert_eq!(pattern.host().as_str(), host, "{text}");
            assert_eq!(pattern.port(), port, "{text}");
            assert_eq!(pattern.is_exact(), !text.contains('*'), "{text}");
        }
    }

    /// An origin of the longest parts, as a pattern if `wildcard` is `*.`.
    fn longest(wildcard: &str) -> String {
        let label = "a".repeat(63) + ".";
        let mut host = label.repeat(3);
        host += &"b".repeat(253 - host.len() - wildcard.len());
        let scheme = "c".repeat(64);
        format!("{scheme}://{wildcard}{host}.:65535")
    }

    #[test]
    fn length_is_bounded() {
        let longest_origin = longest("");
        assert_eq!((longest_origin.len(), Origin::MAX_LEN), (327, 327));
        assert!(Origin::parse(longest_origin.as_bytes()).is_some());
        assert!(Pattern::parse(&longest_origin).is_some());
        assert!(Pattern::parse(&longest("*.")).is_some());

        // Each part with a byte more.
        let longer = [
            (format!("c{longest_origin}"), Rule::SchemeTooLong),
            (longest_origin.replace("b.:", "bb.:"), Rule::HostTooLong),
            (format!("{longest_origin}0"), Rule::PortInvalid),
            (longest("*.").replace("b.:", "bb.:"), Rule::HostTooLong),
        ];
        for (text, rule) in longer {
            assert_eq!(text.len(), 328, "{text}");
            assert_eq!(Origin::parse(text.as_bytes()), None, "{text}");
            assert_eq!(Pattern::parse(&text), None, "{text}");
            let fault = Pattern::read(&text).expect_err(&text);
            assert_eq!(fault.rule, rule, "{text}");
        }
    }

    #[test]
    fn long_origins_are_not_read() {
        // A loop over the bytes would exceed the steps that the compiler grants to a constant.
        static LONG: [u8; 400_000] = [b'a'; 400_000];
        const { assert!(Origin::parse(&LONG).is_none()) };

        let text = format!("https://{}example", "a.".repeat(200_000));
        assert_eq!(Origin::parse(text.as_bytes()), None);
        assert_eq!(Pattern::parse(&text), None);
        let fault = Pattern::read(&text).expect_err("a host of more than 253 bytes");
        assert_eq!(fault.rule, Rule::HostTooLong);
    }

    #[test]
    fn wildcard_parent_and_insecure_origins() {
        // Pattern, domain above the wildcard, whether it is insecure.
        let table = [
            ("https://app.example", None, false),
            ("https://*.app.example.", Some("app.example"), false),
            ("http://*.app.example", Some("app.example"), true),
            ("http://*.localhost", None, false),
            ("http://127.0.0.2", None, false),
            ("http://10.0.0.1:8080", None, true),
        ];
        for (text, parent, is_insecure) in table {
            let pattern = Pattern::parse(text).expect(text);
            assert_eq!(pattern.wildcard_parent(), parent, "{text}");
            assert_eq!(pattern.is_insecure(), is_insecure, "{text}");
        }
    }

    #[test]
    fn invalid_patterns() {
        let long_host = format!("https://*.{}b", "a.".repeat(126));
        let table = [
            ("Null", Rule::OriginNull, "Null"),
            (
                "https://a,https://b",
                Rule::OriginsInOneString,
                "https://a,https://b",
            ),
            ("https://a b", Rule::OriginsInOneString, "https://a b"),
            ("https://a;https://b|", Rule::OriginSeparator, ";"),
            ("https://a|https://b", Rule::OriginSeparator, "|"),
            ("https://a:8080;", Rule::OriginSeparator, ";"),
            ("|", Rule::OriginSeparator, "|"),
            ("[\"https://a\"", Rule::OriginQuotes, "["),
            ("\"https://a\"]", Rule::OriginQuotes, "]"),
            ("https://a]", Rule::OriginQuotes, "]"),
            ("[https://[::1]]", Rule::OriginQuotes, "["),
            ("'https://a'", Rule::OriginQuotes, "'"),
            ("https://a`;https://b", Rule::OriginQuotes, "`"),
            (
                "\"https://a\",\"https://b\"",
                Rule::OriginsInOneString,
                "\"https://a\",\"https://b\"",
            ),
            ("http://::1]", Rule::Ipv6Invalid, "::1]"),
            ("[::1", Rule::OriginWithoutScheme, "[::1"),
            ("[::1]/", Rule::OriginWithoutScheme, "[::1]/"),
            ("http://192.168.0.0/16", Rule::OriginAddressRange, "/16"),
            ("192.168.0.0/16", Rule::OriginAddressRange, "/16"),
            ("https://10/8", Rule::OriginPath, "/8"),
            ("http://10.0.0.0/8/", Rule::OriginPath, "/8/"),
            ("http://10.0.0.0/1600", Rule::OriginPath, "/1600"),
            ("http://[fc00::]/7", Rule::OriginAddressRange, "/7"),
            ("fc00::/7", Rule::OriginAddressRange, "/7"),
            ("https://a.example/16", Rule::OriginPath, "/16"),
            ("https://a;b", Rule::HostCharacter, ";"),
            ("https://a/;b", Rule::OriginPath, "/;b"),
            (" https://a\n", Rule::OriginWhiteSpace, " https://a\n"),
            ("app.example", Rule::OriginWithoutScheme, "app.example"),
            ("mailto:me", Rule::OriginWithoutScheme, "mailto:me"),
            ("1http://a", Rule::OriginScheme, "1http"),
            ("*://a", Rule::WildcardPosition, "*"),
            ("FILE://a", Rule::SchemeFile, "FILE"),
            ("https:///a", Rule::HostEmpty, "/a"),
            ("https://a/b?c", Rule::OriginPath, "/b?c"),
            ("https://a?b/c", Rule::OriginQuery, "?b/c"),
            ("https://a#b", Rule::OriginFragment, "#b"),
            ("https://me:pw@a", Rule::OriginUserInfo, "me:pw@"),
            (
                "https://bücher.example",
                Rule::OriginNotAscii,
                "bücher.example",
            ),
            ("HTTPS://a:443", Rule::PortDefault, ":443"),
            ("https://a:0", Rule::PortInvalid, ":0"),
            ("https://a:65536", Rule::PortInvalid, ":65536"),
            ("https://a:080", Rule::PortInvalid, ":080"),
            ("https://a:", Rule::PortInvalid, ":"),
            ("https://a:8*", Rule::WildcardPosition, "a:8*"),
            ("http://::1", Rule::Ipv6Invalid, "::1"),
            ("https://a:1:z", Rule::PortInvalid, ":1:z"),
            ("https://a.*", Rule::WildcardPosition, "a.*"),
            ("https://*.127.0.0.1", Rule::WildcardPosition, "127.0.0.1"),
            ("https://A", Rule::OriginUpperCase, "https://A"),
            (
                &long_host,
                Rule::HostTooLong,
                &long_host["https://*.".len()..],
            ),
        ];
        for (text, rule, part) in table {
            let fault = Pattern::read(text).expect_err(text);
            assert_eq!((fault.rule, fault.part), (rule, part), "{text}");
        }
    }
}
