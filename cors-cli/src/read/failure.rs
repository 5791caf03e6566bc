//! Errors of commands, in place of a response.

use super::lines::Line;
use crate::exchange::{Failure, FailureKind};

/// Reads an error of curl, `curl: (7) Failed to connect`, or of HTTPie.
pub(super) fn of_command(line: &Line<'_>) -> Option<Failure> {
    let text = line.text;
    let kind = if let Some(error) = text.strip_prefix("curl: (") {
        let (code, words) = error.split_once(')')?;
        of_curl(code.parse().ok()?, words)?
    } else if text.starts_with("http: error: ") || text.starts_with("https: error: ") {
        of_words(text)
    } else {
        return None;
    };
    Some(Failure {
        kind,
        text: text.to_owned(),
        at: line.at..line.at + text.len(),
    })
}

/// Reads an error in the lines of `curl -v` about the connection.
pub(super) fn of_connection(line: &Line<'_>) -> Option<Failure> {
    const BEGINNINGS: [&str; 6] = [
        "Could not resolve host",
        "Failed to connect to",
        "SSL certificate problem",
        "Operation timed out",
        "Connection timed out",
        "Empty reply from server",
    ];
    let is_error = BEGINNINGS
        .iter()
        .any(|beginning| line.text.starts_with(beginning));
    is_error.then(|| Failure {
        kind: of_words(line.text),
        text: line.text.to_owned(),
        at: line.at..line.at + line.text.len(),
    })
}

/// Returns the kind of an exit code of curl. `None` for errors that come after a response, such as that of
/// a file that cannot be written.
fn of_curl(code: u32, words: &str) -> Option<FailureKind> {
    Some(match code {
        5 | 6 => FailureKind::Dns,
        7 if words.contains("imed out") => FailureKind::Timeout,
        7 => FailureKind::Refused,
        28 => FailureKind::Timeout,
        35 => FailureKind::Tls,
        51 | 58 | 60 | 77 | 83 | 90 => FailureKind::Certificate,
        16 | 52 | 55 | 56 | 92 => FailureKind::Closed,
        22 | 23 => return None,
        _ => FailureKind::Other,
    })
}

/// Returns the kind of an error that is in words only.
pub(super) fn of_words(words: &str) -> FailureKind {
    const KINDS: [(&str, FailureKind); 15] = [
        ("NAME_NOT_RESOLVED", FailureKind::Dns),
        ("ame or service not known", FailureKind::Dns),
        ("hostname could not be found", FailureKind::Dns),
        ("getaddrinfo", FailureKind::Dns),
        ("ould not resolve", FailureKind::Dns),
        ("CONNECTION_REFUSED", FailureKind::Refused),
        ("onnection refused", FailureKind::Refused),
        ("ould not connect", FailureKind::Refused),
        ("TIMED_OUT", FailureKind::Timeout),
        ("imed out", FailureKind::Timeout),
        ("CERT", FailureKind::Certificate),
        ("ertificate", FailureKind::Certificate),
        ("SSL", FailureKind::Tls),
        ("BLOCKED_BY_CLIENT", FailureKind::Blocked),
        ("ailed to connect", FailureKind::Refused),
    ];
    let kind = KINDS.iter().find(|(part, _)| words.contains(part));
    let is_closed = [
        "RESET",
        "CLOSED",
        "EMPTY_RESPONSE",
        "mpty reply",
        "losed",
        "reset",
        "connection was lost",
    ]
    .iter()
    .any(|part| words.contains(part));
    match kind {
        Some((_, kind)) => *kind,
        None if is_closed => FailureKind::Closed,
        None => FailureKind::Other,
    }
}
