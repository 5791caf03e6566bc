//! Hosts as browsers write them in `Origin`: [URL standard, host serializing].
//!
//! [URL standard, host serializing]: https://url.spec.whatwg.org/#host-serializing

use crate::bytes::{contains, equal, find_any, find_last, split_around};
use crate::fault::Fault;
use crate::rule::Rule;
use crate::text::Text;

/// The longest host name in bytes, without a trailing dot (RFC 1035, section 2.3.4).
pub(crate) const MAX_LEN: usize = 253;
const MAX_LABEL_LEN: usize = 63;

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
        if !address.eq_ignore_ascii_case(canonical.as_str()) {
            return Err(Fault::new(Rule::Ipv6NotCanonical, host));
        }
        return Ok(Host::Ip(host));
    }
    if contains(bytes, b'[') || contains(bytes, b']') || contains(bytes, b':') {
        return Err(Fault::new(Rule::Ipv6Invalid, host));
    }
    if let Err(fault) = check_domain(host, is_web) {
        return Err(fault);
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

/// A domain name: ASCII labels, `_` and one trailing dot allowed. Letters may be in upper case,
/// which is a rule of its own. Schemes that aren't the web's have names such as `-`.
pub(crate) const fn check_domain(host: &str, is_web: bool) -> Result<(), Fault<'_>> {
    let bytes = host.as_bytes();
    let mut i = 0;
    while i < bytes.len() {
        if !matches!(bytes[i], b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.') {
            return Err(Fault::new(
                Rule::HostCharacter,
                host.split_at(i).1.split_at(1).0,
            ));
        }
        i += 1;
    }
    let mut rest = without_trailing_dot(host);
    if rest.len() > MAX_LEN {
        return Err(Fault::new(Rule::HostTooLong, host));
    }
    loop {
        let (label, tail) = match find_any(rest.as_bytes(), b".") {
            Some(dot) => {
                let (label, tail) = split_around(rest, dot);
                (label, Some(tail))
            }
            None => (rest, None),
        };
        if label.is_empty() {
            return Err(Fault::new(Rule::LabelEmpty, host));
        }
        if label.len() > MAX_LABEL_LEN {
            return Err(Fault::new(Rule::LabelTooLong, label));
        }
        let label_bytes = label.as_bytes();
        if is_web && (label_bytes[0] == b'-' || label_bytes[label_bytes.len() - 1] == b'-') {
            return Err(Fault::new(Rule::LabelHyphen, label));
        }
        match tail {
            Some(tail) => rest = tail,
            None => return Ok(()),
        }
    }
}

pub(crate) const fn without_trailing_dot(host: &str) -> &str {
    match host.as_bytes() {
        [.., b'.'] => host.split_at(host.len() - 1).0,
        _ => host,
    }
}

/// Browsers read a host as IPv4 when its last label is a number:
/// [ends in a number checker](https://url.spec.whatwg.org/#ends-in-a-number-checker).
pub(crate) const fn ends_in_number(host: &str) -> bool {
    let host = without_trailing_dot(host);
    let last = match find_last(host.as_bytes(), b'.') {
        Some(dot) => split_around(host, dot).1,
        None => host,
    };
    all_digits(last.as_bytes()) || parse_ipv4_number(last).is_some()
}

const fn all_digits(text: &[u8]) -> bool {
    let mut i = 0;
    while i < text.len() {
        if !text[i].is_ascii_digit() {
            return false;
        }
        i += 1;
    }
    !text.is_empty()
}

/// The [IPv4 parser](https://url.spec.whatwg.org/#concept-ipv4-parser): also `127.1` and `0x7f.1`.
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

/// The [IPv4 number parser](https://url.spec.whatwg.org/#ipv4-number-parser).
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
            // What is too large for an address is a number all the same.
            Some(_) if number >= 1 << 32 => {}
            Some(digit) => number = number * radix as u64 + digit as u64,
            None => return None,
        }
        i += 1;
    }
    Some(number)
}

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

/// An IPv6 address between the brackets of a URL's host, in any spelling.
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

/// Four plain decimals, the only form that an address inside an address may have.
const fn parse_dotted(text: &str) -> Option<u32> {
    match parse_ipv4(text) {
        Some(address) if equal(write_ipv4(address).as_str().as_bytes(), text.as_bytes()) => {
            Some(address)
        }
        _ => None,
    }
}

/// `::ffff:a.b.c.d`, whose origin is that of the IPv4 address in name only.
pub(crate) const fn mapped_ipv4(pieces: [u16; 8]) -> Option<u32> {
    match pieces {
        [0, 0, 0, 0, 0, 0xffff, high, low] => Some((high as u32) << 16 | low as u32),
        _ => None,
    }
}

/// The [IPv6 serializer](https://url.spec.whatwg.org/#concept-ipv6-serializer).
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

/// Hosts whose traffic never leaves the machine: `localhost`, `*.localhost`, 127.0.0.0/8, `[::1]`.
pub(crate) const fn is_loopback(host: &str) -> bool {
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

/// Characters that end a host, whatever the scheme.
pub(crate) const fn ends_authority(byte: u8) -> bool {
    contains(b"/?#\\", byte)
}
