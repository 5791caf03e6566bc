//! The lines of a text, without what terminals, mails and forums put in front of them.

/// A line without its marks and its indentation.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line<'a> {
    /// The content, without white space around it.
    pub(super) text: &'a str,
    /// The offset of the content.
    pub(super) at: usize,
    /// The offset of the line itself.
    pub(super) start: usize,
    /// The offset of the next line.
    pub(super) next: usize,
    pub(super) mark: Option<Mark>,
    /// Whether it is in a list of points.
    is_item: bool,
}

/// A mark of `curl -v`. The first one is also that of a quote in a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    Sent,
    Received,
    Info,
}

impl<'a> Line<'a> {
    /// Reads the line that begins at an offset. `None` at the end of the text.
    pub(super) fn read(text: &'a str, start: usize) -> Option<Self> {
        let rest = text.get(start..).filter(|rest| !rest.is_empty())?;
        let length = rest.find('\n').map_or(rest.len(), |end| end + 1);
        let line = &rest[..length];
        let mut content = line.trim_start();
        let mut mark = None;
        while let Some(quoted) = content.strip_prefix('>') {
            mark = Some(Mark::Sent);
            content = quoted.trim_start();
        }
        if let Some(received) = received(content) {
            mark = Some(Mark::Received);
            content = received.trim_start();
        } else if let Some(info) = content.strip_prefix("* ") {
            mark = Some(Mark::Info);
            content = info.trim_start();
        }
        // A point of a list.
        let points = ["- ", "• ", "· ", "– "];
        let item = points.iter().find_map(|point| content.strip_prefix(point));
        if let Some(item) = item {
            content = item.trim_start();
        }
        Some(Self {
            text: content.trim_ascii_end(),
            at: start + line.len() - content.len(),
            start,
            next: start + length,
            mark,
            is_item: item.is_some(),
        })
    }

    /// The number of bytes in front of the content. A mark is no indentation, nor is the point of a list.
    pub(super) fn indent(&self) -> usize {
        if self.mark.is_some() || self.is_item {
            0
        } else {
            self.at - self.start
        }
    }

    pub(super) fn is_blank(&self) -> bool {
        self.text.is_empty()
    }

    /// Whether the line begins or ends a block of code.
    pub(super) fn is_fence(&self) -> bool {
        let fences = ["```", "~~~"];
        fences.iter().any(|fence| self.text.starts_with(fence))
    }

    /// Whether the line has only the beginning or the end of an object.
    pub(super) fn is_bracket(&self) -> bool {
        let is_bracket = |c| matches!(c, '{' | '}' | '[' | ']' | '(' | ')' | ',' | ';');
        self.text.chars().all(is_bracket)
    }

    /// Whether the line has only characters that draw a line or leave something out.
    pub(super) fn is_rule(&self) -> bool {
        let is_drawn = |c| matches!(c, '-' | '=' | '_' | '*' | '#' | '.' | '…' | '—');
        !self.is_blank() && self.text.chars().all(is_drawn)
    }
}

/// Returns the rest of a line that was received, unlike a line of HTML.
fn received(content: &str) -> Option<&str> {
    let rest = content.strip_prefix('<')?;
    let is_marked = rest.trim_end().is_empty() || rest.starts_with([' ', '\t']);
    (is_marked || rest.starts_with("HTTP/")).then_some(rest)
}
