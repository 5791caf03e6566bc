//! Text as the heads of requests and responses: raw, or the output of curl.

use std::fmt;

use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};

/// The reason why a text has no head.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Unread {
    /// A line is not of the expected kind.
    Line(String, Line),
    /// There are several heads.
    Several(usize, Line),
}

/// The kind of a line in a head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Line {
    Request,
    Status,
    Header,
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Request => "request",
            Self::Status => "response",
            Self::Header => "header",
        })
    }
}

/// The first line of a response.
pub(crate) struct Start {
    pub(crate) status: StatusCode,
    pub(crate) reason: String,
}

/// The kinds of heads: the mark of `curl -v`, the first line, and whether a head is skipped because
/// another one is meant.
struct Kind<T> {
    mark: char,
    line: Line,
    first: fn(&str) -> Option<T>,
    is_skipped: fn(&T) -> bool,
}

type Head<T> = (T, HeaderMap);

/// Reads the head of a request.
pub(crate) fn read_request(text: &str) -> Result<Head<Method>, Unread> {
    let kind = Kind {
        mark: '>',
        line: Line::Request,
        first: request_line,
        is_skipped: |method| *method == Method::CONNECT,
    };
    kind.read(text)
}

/// Reads the head of a response.
pub(crate) fn read_response(text: &str) -> Result<Head<Start>, Unread> {
    let kind = Kind {
        mark: '<',
        line: Line::Status,
        first: status_line,
        is_skipped: |start| {
            let is_of_connect = start.reason.eq_ignore_ascii_case("connection established");
            matches!(start.status.as_u16(), 100 | 102..=199) || is_of_connect
        },
    };
    kind.read(text)
}

impl<T> Kind<T> {
    /// Reads the first line, and the headers below it up to an empty line. If the text does not begin
    /// with a head, the lines are read that `curl -v` marks.
    fn read(&self, text: &str) -> Result<Head<T>, Unread> {
        let text = text.trim_ascii();
        let line = text.lines().next().unwrap_or_default().trim_ascii();
        if (self.first)(line).is_some() {
            return self.read_plain(text);
        }
        let marked = text
            .lines()
            .filter_map(|line| line.trim_ascii().strip_prefix(self.mark));
        let head = self.heads(marked.collect())?;
        head.ok_or_else(|| error(line, self.line))
    }

    /// Reads a text that begins with a head. Others count only if they follow immediately, because
    /// the rest is a body.
    fn read_plain(&self, text: &str) -> Result<Head<T>, Unread> {
        let mut lines: Vec<&str> = text.lines().collect();
        if is_double_spaced(&lines) {
            lines.retain(|line| !line.trim_ascii().is_empty());
        }
        let mut end = 0;
        let is_end = |line: &&str| line.trim_ascii().is_empty();
        while lines
            .get(end)
            .is_some_and(|line| (self.first)(line.trim_ascii()).is_some())
        {
            for is_below in [false, true] {
                let rest = lines.iter().skip(end);
                end += rest.take_while(|line| is_end(line) == is_below).count();
            }
        }
        lines.truncate(end);
        let head = self.heads(lines)?;
        head.ok_or_else(|| error(text, self.line))
    }

    /// Reads the heads among lines, and returns the one that is meant.
    fn heads(&self, lines: Vec<&str>) -> Result<Option<Head<T>>, Unread> {
        let mut heads: Vec<(T, Vec<&str>)> = Vec::new();
        let mut is_inside = false;
        for line in lines {
            if let Some(start) = (self.first)(line.trim_ascii()) {
                heads.push((start, Vec::new()));
                is_inside = true;
            } else if line.trim_ascii().is_empty() {
                is_inside = false;
            } else if let Some((_, lines)) = heads.last_mut().filter(|_| is_inside) {
                lines.push(line);
            }
        }
        let meant = heads
            .iter()
            .filter(|(start, _)| !(self.is_skipped)(start))
            .count();
        if meant > 1 {
            return Err(Unread::Several(meant, self.line));
        }
        let place = heads
            .iter()
            .position(|(start, _)| !(self.is_skipped)(start));
        let head = match place {
            Some(place) => Some(heads.swap_remove(place)),
            None => heads.pop(),
        };
        head.map(|(start, lines)| Ok((start, headers(&lines)?)))
            .transpose()
    }
}

/// Whether there is an empty line between each two lines, as some forums have it.
fn is_double_spaced(lines: &[&str]) -> bool {
    let is_empty = |at: usize| {
        lines
            .get(at)
            .is_some_and(|line| line.trim_ascii().is_empty())
    };
    let is_header = |at: usize| lines.get(at).is_some_and(|line| header(line).is_some());
    is_empty(1) && is_header(2) && is_empty(3) && is_header(4)
}

fn request_line(line: &str) -> Option<Method> {
    let words: Vec<&str> = line.split_ascii_whitespace().collect();
    let (method, target) = match words[..] {
        // `curl https://api.example` is no request.
        [method, target] if !method.bytes().any(|byte| byte.is_ascii_lowercase()) => {
            (method, target)
        }
        [method, target, version] if version.starts_with("HTTP/") => (method, target),
        _ => return None,
    };
    let has_scheme = || {
        let scheme = target.split_once("://").map(|(scheme, _)| scheme);
        scheme.is_some_and(|scheme| scheme.bytes().all(|byte| byte.is_ascii_alphabetic()))
    };
    let is_of_proxy = method == "CONNECT" && words.len() == 3;
    let is_target = target.starts_with(['/', '*']) || has_scheme() || is_of_proxy;
    Method::from_bytes(method.as_bytes())
        .ok()
        .filter(|_| is_target)
}

fn status_line(line: &str) -> Option<Start> {
    let (version, rest) = line.split_once([' ', '\t'])?;
    if !version.starts_with("HTTP/") {
        return None;
    }
    let rest = rest.trim_ascii();
    let (status, reason) = rest.split_once([' ', '\t']).unwrap_or((rest, ""));
    Some(Start {
        status: status.parse().ok()?,
        reason: reason.trim_ascii().to_owned(),
    })
}

/// Splits a header into name and value. Panes of developer tools have a tab in between.
fn header(line: &str) -> Option<(HeaderName, &str)> {
    let line = line.trim_ascii();
    let (name, value) = line.split_once([':', '\t'])?;
    let name = HeaderName::try_from(name.trim_ascii_end()).ok()?;
    Some((name, value.trim_ascii()))
}

fn headers(lines: &[&str]) -> Result<HeaderMap, Unread> {
    let mut fields: Vec<(HeaderName, String, usize)> = Vec::new();
    for line in lines {
        let depth = line.len() - line.trim_ascii_start().len();
        match (header(line), fields.last_mut()) {
            (Some((name, value)), _) => fields.push((name, value.to_owned(), depth)),
            // A value that goes on in the next line.
            (None, Some((_, value, parent))) if depth > *parent => {
                value.push(' ');
                value.push_str(line.trim_ascii());
            }
            (None, _) => return Err(error(line, Line::Header)),
        }
    }
    let mut headers = HeaderMap::new();
    for (name, value, _) in fields {
        // From bytes, because servers send values that are not ASCII, such as a host in Unicode.
        let invalid = || error(&format!("{name}: {value}"), Line::Header);
        let bytes = HeaderValue::from_bytes(value.as_bytes()).map_err(|_| invalid())?;
        headers.try_append(&name, bytes).map_err(|_| invalid())?;
    }
    Ok(headers)
}

fn error(line: &str, expected: Line) -> Unread {
    const MAX_CHARS: usize = 200;
    let line = line.trim_ascii().chars().take(MAX_CHARS).collect();
    Unread::Line(line, expected)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn request_lines() {
        for (line, method) in [
            ("OPTIONS /data HTTP/1.1", Some("OPTIONS")),
            ("GET / HTTP/2", Some("GET")),
            ("GET /", Some("GET")),
            ("PUT https://api.example/data HTTP/1.1", Some("PUT")),
            ("OPTIONS * HTTP/1.1", Some("OPTIONS")),
            ("patch /data HTTP/1.1", Some("patch")),
            ("GET", None),
            ("GET data HTTP/1.1", None),
            ("GET /data 1.1", None),
            ("G@T /data HTTP/1.1", None),
            ("HTTP/1.1 200 OK", None),
            ("Origin: https://app.example", None),
            ("", None),
        ] {
            let read = request_line(line);
            assert_eq!(read.as_ref().map(Method::as_str), method, "{line}");
        }
    }

    #[test]
    fn status_lines() {
        for (line, status) in [
            ("HTTP/1.1 204 No Content", Some(204)),
            ("HTTP/2 200", Some(200)),
            ("HTTP/1.1 999", Some(999)),
            ("HTTP/1.1 99", None),
            ("HTTP/1.1 1000", None),
            ("HTTP/1.1", None),
            ("204 No Content", None),
            ("GET / HTTP/1.1", None),
            ("", None),
        ] {
            let read = status_line(line);
            assert_eq!(read.map(|start| start.status.as_u16()), status, "{line}");
        }
    }
}
