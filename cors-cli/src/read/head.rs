//! Parts of a text, before requests and responses are paired.

use cors_testing::{Credentials, Mode};

use super::names::Side;
use crate::exchange::{Failure, Field, Located, Span};
use crate::message::Message;

/// A part of a text, in its order.
#[derive(Debug)]
pub(super) enum Piece {
    Head(Box<Head>),
    Failure(Failure),
    Message(Message),
}

/// The form in which a head was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// A first line such as `HTTP/1.1 200 OK`.
    FirstLine,
    /// A title such as `Request Headers`.
    Title,
    /// The part `General` of a browser's tools: method, URL and status.
    General,
    /// Headers without either.
    Loose,
    /// A command, or a call of `fetch`.
    Command,
}

/// Everything that a head of either side can have.
#[derive(Debug)]
pub(super) struct Head {
    pub(super) side: Side,
    pub(super) source: Source,
    /// Whether a title stands above, so that a response may come before its request.
    pub(super) is_titled: bool,
    pub(super) method: Option<Located<String>>,
    /// A path with a query, or a URL.
    pub(super) target: Option<Located<String>>,
    pub(super) scheme: Option<Located<String>>,
    pub(super) authority: Option<Located<String>>,
    /// Whether the connection uses TLS. Browsers and curl use HTTP/2 only with it.
    pub(super) is_tls: bool,
    pub(super) status: Option<Located<u16>>,
    pub(super) reason: String,
    pub(super) fields: Vec<Field>,
    pub(super) mode: Option<Mode>,
    pub(super) credentials: Option<Located<Credentials>>,
    pub(super) has_body: bool,
    /// The whole body, with white space around it.
    pub(super) body: Span,
    pub(super) at: Span,
}

impl Head {
    pub(super) fn new(side: Side, source: Source, at: Span) -> Self {
        Self {
            side,
            source,
            is_titled: matches!(source, Source::Title | Source::Loose),
            method: None,
            target: None,
            scheme: None,
            authority: None,
            is_tls: false,
            status: None,
            reason: String::new(),
            fields: Vec::new(),
            mode: None,
            credentials: None,
            has_body: false,
            body: at.end..at.end,
            at,
        }
    }

    pub(super) fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// Reads the first line of a request: `OPTIONS /data HTTP/1.1`, or without a version.
    pub(super) fn request_line(line: &str, at: usize) -> Option<Self> {
        let mut words = line.split_ascii_whitespace();
        let (method, target, version) = (words.next()?, words.next()?, words.next());
        let is_method = match version {
            Some(version) => version.starts_with("HTTP/") && method.chars().all(is_of_method),
            None => is_method(method),
        };
        let is_target = target.starts_with(['/', '*'])
            || target.contains("://")
            || method == "CONNECT" && target.contains(':');
        if !is_method || !is_target || words.next().is_some() {
            return None;
        }
        let mut head = Self::new(Side::Request, Source::FirstLine, at..at + line.len());
        let target_at = at + method.len() + line[method.len()..].find(target)?;
        head.method = Some(located(method, at));
        head.target = Some(located(target, target_at));
        head.is_tls = version.is_some_and(is_http2);
        Some(head)
    }

    /// Reads the first line of a response: `HTTP/1.1 204 No Content`, or without a reason.
    pub(super) fn status_line(line: &str, at: usize) -> Option<Self> {
        let version = line.split_ascii_whitespace().next()?;
        if !version.starts_with("HTTP/") {
            return None;
        }
        let mut head = Self::new(Side::Response, Source::FirstLine, at..at + line.len());
        head.is_tls = is_http2(version);
        head.set_status(&line[version.len()..], at + version.len())
            .then_some(head)
    }

    /// Reads `200 OK`, also with a point of color in front. Returns whether it is a status.
    pub(super) fn set_status(&mut self, text: &str, at: usize) -> bool {
        let start = text.find(|c: char| c.is_ascii_alphanumeric());
        let start = start.unwrap_or(text.len());
        let rest = &text[start..];
        let digits = rest
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(rest.len());
        let Some(status) = rest[..digits].parse().ok().filter(|_| digits == 3) else {
            return false;
        };
        self.status = Some(Located {
            value: status,
            at: at + start..at + start + digits,
        });
        let reason = rest[digits..].trim_ascii();
        let reason = reason
            .split_once(" (from ")
            .map_or(reason, |(reason, _)| reason);
        let reason = reason.trim_start_matches(['/', '-']).trim_ascii();
        reason.clone_into(&mut self.reason);
        true
    }

    /// Sets a pseudo header of HTTP/2, or the parts of a URL that Firefox shows.
    pub(super) fn set_pseudo(&mut self, name: &str, value: &str, at: usize) -> bool {
        let part = match name {
            "method" => &mut self.method,
            "path" | "filename" => &mut self.target,
            "scheme" => &mut self.scheme,
            "authority" | "host" => &mut self.authority,
            "status" => return self.set_status(value, at),
            _ => return false,
        };
        *part = Some(located(value, at));
        true
    }
}

pub(super) fn located(value: &str, at: usize) -> Located<String> {
    Located {
        value: value.to_owned(),
        at: at..at + value.len(),
    }
}

/// Whether a word is a method that pages use.
pub(super) fn is_method(word: &str) -> bool {
    [
        "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "CONNECT",
    ]
    .contains(&word)
}

fn is_of_method(c: char) -> bool {
    c.is_ascii_alphabetic() || c == '-' || c == '_'
}

fn is_http2(version: &str) -> bool {
    version.starts_with("HTTP/2") || version.starts_with("HTTP/3")
}
