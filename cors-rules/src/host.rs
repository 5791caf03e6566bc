//! Hosts as browsers write them in the `Origin` header: [URL standard, host serializing].
//!
//! [URL standard, host serializing]: https://url.spec.whatwg.org/#host-serializing

use core::fmt;

use crate::bytes::{contains, equal, equal_ignoring_case, find_any, find_last, split_around};
use crate::fault::Fault;
use crate::rule::Rule;
use crate::text::Text;

/// The longest host name in bytes, without a trailing dot (RFC 1035, section 2.3.4).
pub(crate) const MAX_LEN: usize = 253;
/// The longest label in bytes (RFC 1035, section 2.3.4).
const MAX_LABEL_LEN: usize = 63;

/// The characters that end host and port in a URL, of any scheme.
pub(crate) const AUTHORITY_ENDS: &[u8] = b"/?#\\";

/// The host of an origin. `Display` prints it as it is written there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Host<'a> {
    /// A domain name in lower-case ASCII.
    Domain(&'a str),
    /// Four decimals, or a compressed IPv6 address in brackets.
    Ip(&'a str),
}

impl<'a> Host<'a> {
    /// The host as it is written in the origin.
    #[must_use]
    pub const fn as_str(&self) -> &'a str {
        match *self {
            Self::Domain(host) | Self::Ip(host) => host,
        }
    }
}

impl fmt::Display for Host<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Parses a host, or returns the first rule that it breaks. Upper case is accepted here.
pub(crate) const fn parse_host(host: &str, is_web: bool) -> Result<Host<'_>, Fault<'_>> {
    let bytes = host.as_bytes();
    if bytes.is_empty() {
        return Err(Fault::new(Rule::HostEmpty, host));
    }
    if let [b'[', .., b']'] = bytes {
        let address = host.split_at(bytes.len() - 1).0.split_at(1).1;
        if contains(address.as_bytes(), b'%') {
            return Err(Fault::new(Rule::Ipv6Zone, host));
        }
        let Some(pieces) = parse_ipv6(address) else {
            return Err(Fault::new(Rule::Ipv6Invalid, host));
        };
        if mapped_ipv4(pieces).is_some() {
            return Err(Fault::new(Rule::Ipv6Mapped, host));
        }
        let canonical = write_ipv6(pieces);
        if !equal_ignoring_case(address.as_bytes(), canonical.as_str().as_bytes()) {
            return Err(Fault::new(Rule::Ipv6NotCanonical, host));
        }
        return Ok(Host::Ip(host));
    }
    if let Err(fault) = check_domain(host) {
        return match find_any(bytes, b"[]:") {
            Some(_) => Err(Fault::new(Rule::Ipv6Invalid, host)),
            None => Err(fault),
        };
    }
    if is_web && ends_in_number(host) {
        return match parse_ipv4(host) {
            Some(address) if equal(write_ipv4(address).as_str().as_bytes(), host.as_bytes()) => {
                Ok(Host::Ip(host))
            }
            _ => Err(Fault::new(Rule::Ipv4Invalid, host)),
        };
    }
    Ok(Host::Domain(host))
}

/// Checks a domain name: ASCII labels, with `_`, a hyphen anywhere and one trailing dot allowed, as
/// in browsers. Letters may be in upper case, because a rule of its own rejects that.
const fn check_domain(host: &str) -> Result<(), Fault<'_>> {
    if is_domain(host.as_bytes()) {
        Ok(())
    } else {
        Err(fault_of_domain(host))
    }
}

/// Whether a host that is not empty is a domain name. One pass, because requests wait for it.
const fn is_domain(host: &[u8]) -> bool {
    let mut label_len = 0;
    let mut i = 0;
    while i < host.len() {
        if is_of_label(host[i]) {
            label_len += 1;
        } else if host[i] == b'.' && is_label_len(label_len) {
            label_len = 0;
        } else {
            return false;
        }
        i += 1;
    }
    match label_len {
        // The trailing dot.
        0 => host.len() <= MAX_LEN + 1,
        _ => host.len() <= MAX_LEN && is_label_len(label_len),
    }
}

const fn is_label_len(len: usize) -> bool {
    1 <= len && len <= MAX_LABEL_LEN
}

const fn is_of_label(byte: u8) -> bool {
    OF_LABELS[byte as usize]
}

/// The bytes of labels, in a table because that is faster than comparing ranges.
const OF_LABELS: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 128_u8 {
        table[byte as usize] = byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        byte += 1;
    }
    table
};

/// The first rule that is broken by a host that is no domain name.
const fn fault_of_domain(host: &str) -> Fault<'_> {
    let bytes = host.as_bytes();
    let mut i = 0;
    while i < bytes.len() {
        if !is_of_label(bytes[i]) && bytes[i] != b'.' {
            return Fault::new(Rule::HostCharacter, host.split_at(i).1.split_at(1).0);
        }
        i += 1;
    }
    let mut rest = without_trailing_dot(host);
    if rest.len() > MAX_LEN {
        return Fault::new(Rule::HostTooLong, host);
    }
    while let Some(dot) = find_any(rest.as_bytes(), b".") {
        let (label, tail) = split_around(rest, dot);
        if label.is_empty() {
            return Fault::new(Rule::LabelEmpty, host);
        }
        if label.len() > MAX_LABEL_LEN {
            return Fault::new(Rule::LabelTooLong, label);
        }
        rest = tail;
    }
    if rest.len() > MAX_LABEL_LEN {
        Fault::new(Rule::LabelTooLong, rest)
    } else {
        Fault::new(Rule::LabelEmpty, host)
    }
}

/// `host` without its trailing dot, if it has one.
pub(crate) const fn without_trailing_dot(host: &str) -> &str {
    match host.as_bytes() {
        [.., b'.'] => host.split_at(host.len() - 1).0,
        _ => host,
    }
}

/// Whether the last label is a number, so that browsers parse the host as IPv4:
/// [ends in a number checker](https://url.spec.whatwg.org/#ends-in-a-number-checker).
pub(crate) const fn ends_in_number(host: &str) -> bool {
    let host = without_trailing_dot(host);
    let last = match find_last(host.as_bytes(), b'.') {
        Some(dot) => split_around(host, dot).1,
        None => host,
    };
    all_digits(last.as_bytes()) || parse_ipv4_number(last).is_some()
}

pub(crate) const fn all_digits(text: &[u8]) -> bool {
    let mut i = 0;
    while i < text.len() {
        if !text[i].is_ascii_digit() {
            return false;
        }
        i += 1;
    }
    !text.is_empty()
}

/// Parses an IPv4 address as the [IPv4 parser](https://url.spec.whatwg.org/#concept-ipv4-parser)
/// does, which also accepts `127.1` and `0x7f.1`.
pub(crate) const fn parse_ipv4(host: &str) -> Option<u32> {
    let mut rest = without_trailing_dot(host);
    let mut address: u64 = 0;
    let mut parts: u32 = 0;
    loop {
        parts += 1;
        if parts > 4 {
            return None;
        }
        let Some(dot) = find_any(rest.as_bytes(), b".") else {
            let free = 256_u64.pow(5 - parts);
            return match parse_ipv4_number(rest) {
                #[allow(
                    clippy::cast_possible_truncation,
                    reason = "four bytes by construction"
                )]
                Some(number) if number < free => Some((address * free + number) as u32),
                _ => None,
            };
        };
        let (part, tail) = split_around(rest, dot);
        match parse_ipv4_number(part) {
            Some(number) if number < 256 => address = address * 256 + number,
            _ => return None,
        }
        rest = tail;
    }
}

/// Parses a number as the [IPv4 number parser](https://url.spec.whatwg.org/#ipv4-number-parser)
/// does: decimal, octal after `0`, hexadecimal after `0x`.
const fn parse_ipv4_number(text: &str) -> Option<u64> {
    let (digits, radix) = match text.as_bytes() {
        [] => return None,
        [b'0', b'x' | b'X', hex @ ..] => (hex, 16),
        [b'0', octal @ ..] => (octal, 8),
        decimal => (decimal, 10),
    };
    let mut number: u64 = 0;
    let mut i = 0;
    while i < digits.len() {
        match (digits[i] as char).to_digit(radix) {
            // Too large for an address, but still a number. The cap avoids an overflow.
            Some(_) if number >= 1 << 32 => {}
            Some(digit) => number = number * radix as u64 + digit as u64,
            None => return None,
        }
        i += 1;
    }
    Some(number)
}

/// Writes the four decimals of an address.
pub(crate) const fn write_ipv4(address: u32) -> Text<15> {
    let mut text = Text::EMPTY;
    let bytes = address.to_be_bytes();
    let mut i = 0;
    while i < 4 {
        if i > 0 {
            text.push(".");
        }
        text.push_number(bytes[i] as u32, 10);
        i += 1;
    }
    text
}

/// Parses an IPv6 address without its brackets, in any spelling:
/// [IPv6 parser](https://url.spec.whatwg.org/#concept-ipv6-parser).
pub(crate) const fn parse_ipv6(text: &str) -> Option<[u16; 8]> {
    let bytes = text.as_bytes();
    let mut pieces = [0_u16; 8];
    let mut count = 0;
    let mut gap = None;
    let mut i = 0;
    if let [b':', b':', ..] = bytes {
        gap = Some(0);
        i = 2;
    }
    while i < bytes.len() {
        if count == 8 {
            return None;
        }
        let start = i;
        let mut piece: u16 = 0;
        while i < bytes.len() && i - start < 4 && bytes[i].is_ascii_hexdigit() {
            piece = match (bytes[i] as char).to_digit(16) {
                #[allow(clippy::cast_possible_truncation, reason = "one hex digit")]
                Some(digit) => piece * 16 + digit as u16,
                None => return None,
            };
            i += 1;
        }
        if i < bytes.len() && bytes[i] == b'.' && count <= 6 {
            let Some(tail) = parse_dotted(text.split_at(start).1) else {
                return None;
            };
            let bytes = tail.to_be_bytes();
            pieces[count] = u16::from_be_bytes([bytes[0], bytes[1]]);
            pieces[count + 1] = u16::from_be_bytes([bytes[2], bytes[3]]);
            count += 2;
            break;
        }
        if i == start {
            return None;
        }
        pieces[count] = piece;
        count += 1;
        if i == bytes.len() {
            break;
        }
        if bytes[i] != b':' || i + 1 == bytes.len() {
            return None;
        }
        i += 1;
        if bytes[i] == b':' {
            if gap.is_some() {
                return None;
            }
            gap = Some(count);
            i += 1;
        }
    }
    match gap {
        None if count == 8 => Some(pieces),
        Some(at) if count < 8 => {
            let mut whole = [0_u16; 8];
            let mut i = 0;
            while i < at {
                whole[i] = pieces[i];
                i += 1;
            }
            while i < count {
                whole[8 - count + i] = pieces[i];
                i += 1;
            }
            Some(whole)
        }
        _ => None,
    }
}

/// Parses four plain decimals, the only form of IPv4 that is canonical or allowed inside of IPv6.
const fn parse_dotted(text: &str) -> Option<u32> {
    match parse_ipv4(text) {
        Some(address) if equal(write_ipv4(address).as_str().as_bytes(), text.as_bytes()) => {
            Some(address)
        }
        _ => None,
    }
}

/// The IPv4 address inside of `::ffff:a.b.c.d`. Browsers treat the two as different origins.
pub(crate) const fn mapped_ipv4(pieces: [u16; 8]) -> Option<u32> {
    match pieces {
        [0, 0, 0, 0, 0, 0xffff, high, low] => Some((high as u32) << 16 | low as u32),
        _ => None,
    }
}

/// Writes an address as the [IPv6 serializer](https://url.spec.whatwg.org/#concept-ipv6-serializer)
/// does.
pub(crate) const fn write_ipv6(pieces: [u16; 8]) -> Text<39> {
    let (gap, gap_len) = longest_zeros(pieces);
    let mut text = Text::EMPTY;
    let mut i = 0;
    while i < 8 {
        if i == gap && gap_len > 1 {
            text.push("::");
            i += gap_len;
            continue;
        }
        if i > 0 && !(gap_len > 1 && i == gap + gap_len) {
            text.push(":");
        }
        text.push_number(pieces[i] as u32, 16);
        i += 1;
    }
    text
}

/// The start and the length of the first longest run of zeros.
const fn longest_zeros(pieces: [u16; 8]) -> (usize, usize) {
    let mut longest = (0, 0);
    let mut start = 0;
    while start < 8 {
        let mut end = start;
        while end < 8 && pieces[end] == 0 {
            end += 1;
        }
        if end - start > longest.1 {
            longest = (start, end - start);
        }
        start = end + 1;
    }
    longest
}

/// Whether traffic to `host` never leaves the machine: `localhost`, the names below it, 127.0.0.0/8
/// and `[::1]`. `host` must be in the canonical spelling; a trailing dot is allowed.
#[must_use]
pub const fn is_loopback(host: &str) -> bool {
    const LOCALHOST: &[u8] = b"localhost";
    let name = without_trailing_dot(host).as_bytes();
    if name.len() >= LOCALHOST.len() {
        let (head, tail) = name.split_at(name.len() - LOCALHOST.len());
        if equal(tail, LOCALHOST) && matches!(head, [] | [.., b'.']) {
            return true;
        }
    }
    if equal(host.as_bytes(), b"[::1]") {
        return true;
    }
    match parse_dotted(host) {
        Some(address) => address >> 24 == 127,
        None => false,
    }
}

/// Whether `host` is on the local network by its form: a private or link-local address
/// ([RFC 1918](https://www.rfc-editor.org/rfc/rfc1918#section-3),
/// [RFC 3927](https://www.rfc-editor.org/rfc/rfc3927), [RFC 4193](https://www.rfc-editor.org/rfc/rfc4193),
/// [RFC 4291](https://www.rfc-editor.org/rfc/rfc4291#section-2.5.6)), or a name below `local`, which only
/// the local link resolves ([RFC 6762](https://www.rfc-editor.org/rfc/rfc6762#section-3)). `host` must be
/// in the canonical spelling; a trailing dot is allowed.
pub(crate) const fn is_of_local_network(host: &str) -> bool {
    const LOCAL: &[u8] = b".local";
    let name = without_trailing_dot(host);
    let bytes = name.as_bytes();
    if bytes.len() > LOCAL.len() && equal(bytes.split_at(bytes.len() - LOCAL.len()).1, LOCAL) {
        return true;
    }
    if let [b'[', .., b']'] = bytes {
        let address = name.split_at(bytes.len() - 1).0.split_at(1).1;
        return match parse_ipv6(address) {
            Some([first, ..]) => first & 0xfe00 == 0xfc00 || first & 0xffc0 == 0xfe80,
            None => false,
        };
    }
    match parse_dotted(name) {
        Some(address) => matches!(
            address.to_be_bytes(),
            [10, ..] | [172, 16..=31, ..] | [192, 168, ..] | [169, 254, ..]
        ),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use alloc::borrow::ToOwned;
    use alloc::format;
    use alloc::string::String;

    use super::{
        Host, ends_in_number, is_loopback, is_of_local_network, mapped_ipv4, parse_host,
        parse_ipv4, parse_ipv6, write_ipv4, write_ipv6,
    };
    use crate::rule::Rule;

    #[test]
    fn parse_ipv4_addresses() {
        let table = [
            ("127.0.0.1", [127, 0, 0, 1]),
            ("127.0.0.1.", [127, 0, 0, 1]),
            ("127.1", [127, 0, 0, 1]),
            ("1.2.772", [1, 2, 3, 4]),
            ("16909060", [1, 2, 3, 4]),
            ("0x7f.1", [127, 0, 0, 1]),
            ("0X7F000001", [127, 0, 0, 1]),
            ("0177.0.0.01", [127, 0, 0, 1]),
            ("0x", [0, 0, 0, 0]),
            ("4294967295", [255, 255, 255, 255]),
        ];
        for (text, bytes) in table {
            assert_eq!(
                parse_ipv4(text).map(u32::to_be_bytes),
                Some(bytes),
                "{text}"
            );
        }
    }

    #[test]
    fn invalid_ipv4_addresses() {
        for text in [
            "",
            ".",
            "1.2.3.4.5",
            "256.0.0.1",
            "1.2.3.256",
            "1.2.65536",
            "4294967296",
            "08.0.0.1",
            "0xg.1",
            "1..2",
            "1.2.3.4..",
            "a.1",
            "-1",
            "99999999999999999999999",
        ] {
            assert_eq!(parse_ipv4(text), None, "{text:?}");
        }
    }

    #[test]
    fn ipv4_addresses_are_written_as_four_decimals() {
        for text in ["0.0.0.0", "127.0.0.1", "255.255.255.255", "10.20.30.40"] {
            let address = parse_ipv4(text).expect(text);
            assert_eq!(write_ipv4(address).as_str(), text);
        }
    }

    /// Each text with the canonical spelling of the same address.
    #[test]
    fn parse_ipv6_addresses() {
        let table = [
            ("::", "::"),
            ("::1", "::1"),
            ("1::", "1::"),
            ("0:0:0:0:0:0:0:1", "::1"),
            ("2001:DB8::1", "2001:db8::1"),
            ("2001:0db8:0000::0001", "2001:db8::1"),
            // The longest run of zeros, or else the first, is compressed; one zero is not.
            ("1:0:0:2:0:0:0:3", "1:0:0:2::3"),
            ("1:0:0:2:3:0:0:4", "1::2:3:0:0:4"),
            ("1:0:2:3:4:5:6:7", "1:0:2:3:4:5:6:7"),
            ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"),
            ("::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"),
            ("::1.2.3.4", "::102:304"),
            ("1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304"),
            ("::ffff:127.0.0.1", "::ffff:7f00:1"),
            (
                "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
                "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
            ),
        ];
        for (text, canonical) in table {
            let pieces = parse_ipv6(text).expect(text);
            assert_eq!(write_ipv6(pieces).as_str(), canonical, "{text}");
            assert_eq!(parse_ipv6(canonical), Some(pieces), "{text}");
        }
    }

    #[test]
    fn invalid_ipv6_addresses() {
        for text in [
            "",
            ":",
            ":::",
            "1",
            ":1",
            "1:",
            "1:2:3:4:5:6:7",
            "1:2:3:4:5:6:7:",
            "::1::",
            "1:::2",
            "1:2:3:4:5:6:7:8:9",
            "1:2:3:4:5:6:7::8",
            "::1:2:3:4:5:6:7:8",
            "12345::",
            "::g",
            "fe80::1%eth0",
            "[::1]",
            "::1.2.3",
            "::1.2.3.4.5",
            "::01.2.3.4",
            "::1.2.3.256",
            "1.2.3.4::",
            "::1.2.3.4:5",
            "1:2:3:4:5:6:7:1.2.3.4",
            "::.1.2.3",
            "::1 ",
            "::é",
        ] {
            assert_eq!(parse_ipv6(text), None, "{text:?}");
        }
    }

    #[test]
    fn mapped_ipv4_addresses() {
        let mapped = |text| mapped_ipv4(parse_ipv6(text).expect(text));
        assert_eq!(mapped("::ffff:1.2.3.4"), Some(0x0102_0304));
        assert_eq!(mapped("::1.2.3.4"), None);
        assert_eq!(mapped("::1"), None);
    }

    #[test]
    fn hosts_that_end_in_a_number() {
        for host in ["1", "a.1", "a.1.", "a.0x", "a.0x1f", "a.08", "127.0.0.1"] {
            assert!(ends_in_number(host), "{host}");
        }
        for host in ["a", "1.a", "a.1a", "a.0xg", "a.-1", "a.", "a..", ""] {
            assert!(!ends_in_number(host), "{host:?}");
        }
    }

    #[test]
    fn loopback_hosts() {
        for host in [
            "localhost",
            "localhost.",
            "a.b.localhost",
            "127.0.0.1",
            "127.255.0.9",
            "[::1]",
        ] {
            assert!(is_loopback(host), "{host}");
        }
        for host in [
            "",
            "notlocalhost",
            "localhost.example",
            "128.0.0.1",
            "127.1",
            "[::2]",
            "::1",
        ] {
            assert!(!is_loopback(host), "{host:?}");
        }
    }

    #[test]
    fn hosts_of_the_local_network() {
        for host in [
            "10.0.0.1",
            "10.255.255.255",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.0.1",
            "192.168.1.5.",
            "169.254.1.1",
            "[fc00::1]",
            "[fdff::1]",
            "[fe80::1]",
            "[febf::1]",
            "macbook.local",
            "macbook.local.",
            "a.macbook.local",
        ] {
            assert!(is_of_local_network(host), "{host}");
        }
        for host in [
            "",
            "9.255.255.255",
            "11.0.0.1",
            "172.15.255.255",
            "172.32.0.1",
            "192.167.255.255",
            "192.169.0.1",
            "169.253.0.1",
            "100.64.0.1",
            "10.1",
            "[fbff::1]",
            "[fe00::1]",
            "[fec0::1]",
            "[2001:db8::1]",
            "local",
            ".local",
            "macbook-local",
            "macbook.local.example",
            "192.168.0.1.example",
            "10.0.0.1.nip.io",
        ] {
            assert!(!is_of_local_network(host), "{host:?}");
        }
    }

    #[test]
    fn parse_host_of_a_web_page() {
        for host in [
            "a",
            "app.example",
            "app.example.",
            "_a.b-c.d",
            "-a.b-.-",
            "a.-1",
            "xn--bcher-kva.example",
            "App.Example",
        ] {
            assert_eq!(parse_host(host, true).ok(), Some(Host::Domain(host)));
        }
        for host in [
            "127.0.0.1",
            "0.0.0.0",
            "[::1]",
            "[2001:db8::1]",
            "[2001:DB8::1]",
        ] {
            assert_eq!(parse_host(host, true).ok(), Some(Host::Ip(host)));
            assert_eq!(format!("{}", Host::Ip(host)), host);
        }
    }

    #[test]
    fn labels_and_lengths() {
        let label_63 = "a".repeat(63);
        let host_253 = "a.".repeat(126) + "b";
        for host in [&label_63, &host_253, &(host_253.clone() + ".")] {
            assert!(parse_host(host, true).is_ok(), "{host}");
        }
        let label_64 = "a".repeat(64);
        let host_255 = "a.".repeat(127) + "b";
        let host_254: String = "b".to_owned() + &host_253;
        let table = [
            (&label_64[..], Rule::LabelTooLong, &label_64[..]),
            (&host_254, Rule::HostTooLong, &host_254),
            (&host_255, Rule::HostTooLong, &host_255),
            (".", Rule::LabelEmpty, "."),
            ("a..b", Rule::LabelEmpty, "a..b"),
            (".a", Rule::LabelEmpty, ".a"),
            ("a..", Rule::LabelEmpty, "a.."),
        ];
        for (host, rule, part) in table {
            let fault = parse_host(host, true).expect_err(host);
            assert_eq!((fault.rule, fault.part), (rule, part), "{host}");
        }
    }

    #[test]
    fn invalid_hosts() {
        let table = [
            ("", Rule::HostEmpty),
            ("a%b", Rule::HostCharacter),
            ("a b", Rule::HostCharacter),
            ("127.1", Rule::Ipv4Invalid),
            ("127.0.0.1.", Rule::Ipv4Invalid),
            ("a.256", Rule::Ipv4Invalid),
            ("::1", Rule::Ipv6Invalid),
            ("[::1", Rule::Ipv6Invalid),
            ("[]", Rule::Ipv6Invalid),
            ("[127.0.0.1]", Rule::Ipv6Invalid),
            ("[0::1]", Rule::Ipv6NotCanonical),
            ("[::1.2.3.4]", Rule::Ipv6NotCanonical),
            ("[::ffff:1.2.3.4]", Rule::Ipv6Mapped),
            ("[fe80::1%25eth0]", Rule::Ipv6Zone),
        ];
        for (host, rule) in table {
            let fault = parse_host(host, true).expect_err(host);
            assert_eq!(fault.rule, rule, "{host}");
        }
    }

    /// Such as `chrome-extension` or `tauri`.
    #[test]
    fn parse_host_of_another_scheme() {
        for host in ["-", "-a-", "127.1", "a.1"] {
            assert_eq!(parse_host(host, false).ok(), Some(Host::Domain(host)));
        }
        for host in ["", "a%b", "a..b"] {
            assert!(parse_host(host, false).is_err(), "{host:?}");
        }
    }
}
