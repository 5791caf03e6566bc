//! The error of a text that has nothing to diagnose.

use std::fmt;

use crate::secrets::Masked;

/// The error of a text that has nothing to diagnose. `Display` has the line and the remedy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// The number of the line, from 1 on, and the line itself.
    line: Option<(usize, String)>,
    reason: Reason,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Reason {
    Empty,
    Url,
    /// Bytes that no text has, such as those of an image.
    Binary,
    Other,
    /// A HAR file, with the error of its JSON.
    Har(String),
}

impl Unreadable {
    pub(super) fn of(text: &str) -> Self {
        let lines = text.lines().enumerate();
        let mut lines = lines.filter(|(_, line)| !line.trim().is_empty());
        let Some((index, line)) = lines.next() else {
            return Self {
                line: None,
                reason: Reason::Empty,
            };
        };
        let line = line.trim();
        if text.contains('\0') {
            return Self {
                line: None,
                reason: Reason::Binary,
            };
        }
        let is_url = line.contains("://") && !line.contains(char::is_whitespace);
        let reason = if is_url && lines.next().is_none() {
            Reason::Url
        } else {
            Reason::Other
        };
        Self {
            line: Some((index + 1, shortened(line))),
            reason,
        }
    }

    /// A HAR file whose JSON has an error in a line, from 1 on.
    pub(super) fn har(text: &str, line: usize, error: String) -> Self {
        let text = text.lines().nth(line.saturating_sub(1)).unwrap_or_default();
        Self {
            line: Some((line, shortened(text.trim()))),
            reason: Reason::Har(error),
        }
    }
}

/// Returns the beginning of a line, without secrets.
fn shortened(line: &str) -> String {
    const MAX_CHARS: usize = 200;
    let masked = Masked::new(line, []);
    masked
        .text
        .chars()
        .filter(|c| !c.is_control())
        .take(MAX_CHARS)
        .collect()
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let paste = "paste the output of `curl -v`, the headers of a request and its response from the \
                     browser's tools, a HAR file, or a message of the browser's console";
        if let Some((number, line)) = &self.line {
            write!(f, "line {number}: `{line}` ")?;
        }
        match &self.reason {
            Reason::Empty => write!(f, "there is no text\nhelp: {paste}"),
            Reason::Binary => write!(
                f,
                "the input is not text, but an image, an archive or another binary file\nhelp: {paste}, as text"
            ),
            Reason::Url => f.write_str(
                "is a URL without a request\nhelp: give the URL as an argument, so that it is requested, or \
                 paste what `curl -v` prints for it",
            ),
            Reason::Other => write!(f, "begins no head, command or message, nor does any other line\nhelp: {paste}"),
            Reason::Har(error) => write!(
                f,
                "is not JSON of a HAR file: {error}\nhelp: export the file again, by \"Save all as HAR\" in the \
                 network tab"
            ),
        }
    }
}

impl std::error::Error for Unreadable {}
