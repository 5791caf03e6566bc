//! Headers of one line or of two: header panes copy a name and its value on lines of their own.

use super::field::{Pair, place};
use super::lines::Line;
use super::names::{Side, is_known, is_token, side};
use super::title::Section;
use crate::exchange::{Field, Span};

/// A header, or a pseudo header of HTTP/2.
#[derive(Clone, Debug)]
pub(super) struct Row<'a> {
    pub(super) name: &'a str,
    pub(super) value: &'a str,
    pub(super) at: Span,
    /// The offset behind it.
    pub(super) next: usize,
    pub(super) is_pseudo: bool,
    /// Whether the line is a header wherever it stands.
    pub(super) is_known: bool,
    /// Whether the line can be nothing else below a title.
    pub(super) is_header: bool,
}

impl<'a> Row<'a> {
    /// Reads the header that begins in a line. A name without a colon counts only in panes.
    pub(super) fn read(text: &'a str, line: &Line<'a>, is_in_pane: bool) -> Option<Self> {
        if let Some((name, value)) = pseudo(line.text) {
            return Some(Self {
                is_pseudo: true,
                ..Self::new(text, line, name, value)
            });
        }
        if let Some(pair) = Pair::read(line.text) {
            return Some(Self {
                is_known: pair.is_known(),
                is_header: pair.is_header,
                ..Self::new(text, line, pair.name, pair.value)
            });
        }
        let name = line.text;
        let is_name = is_known(name) || is_token(name) && name.contains('-');
        let row = Self::new(text, line, name, "");
        let has_value = !row.value.is_empty();
        (is_in_pane && is_name && has_value).then_some(Self {
            is_known: is_known(name),
            ..row
        })
    }

    /// Adds the value from the line below, if there is none.
    fn new(text: &'a str, line: &Line<'a>, name: &'a str, value: &'a str) -> Self {
        let start = place(text, name).start;
        let below = value_below(text, line).filter(|_| value.is_empty());
        let (value, end, next) = match below {
            Some(below) => (below.text, below.at + below.text.len(), below.next),
            None if value.is_empty() => (value, line.at + line.text.len(), line.next),
            None => (value, place(text, value).end, line.next),
        };
        Self {
            name,
            value,
            at: start..end,
            next,
            is_pseudo: false,
            is_known: false,
            is_header: true,
        }
    }

    /// The side that sends it. `None` for headers of both sides and for unknown ones.
    pub(super) fn side(&self) -> Option<Side> {
        match (self.is_pseudo, self.name) {
            (true, "status") => Some(Side::Response),
            (true, _) => Some(Side::Request),
            (false, name) => side(name),
        }
    }

    pub(super) fn value_at(&self) -> usize {
        self.at.end - self.value.len()
    }

    pub(super) fn field(&self) -> Field {
        Field {
            name: self.name.to_ascii_lowercase(),
            value: self.value.to_owned(),
            at: self.at.clone(),
        }
    }
}

/// Reads a pseudo header of HTTP/2.
fn pseudo(line: &str) -> Option<(&str, &str)> {
    let line = line.strip_prefix(':')?;
    let (name, value) = line.split_once([':', '\t']).unwrap_or((line, ""));
    let name = name.trim_ascii();
    let names = ["method", "path", "scheme", "authority", "status"];
    names.contains(&name).then_some((name, value.trim_ascii()))
}

/// Returns the line below a name, if it is a value.
fn value_below<'a>(text: &'a str, line: &Line<'_>) -> Option<Line<'a>> {
    if line.mark.is_some() {
        return None;
    }
    let below = Line::read(text, line.next).filter(|below| !below.is_blank())?;
    let is_value = !below.text.ends_with(':')
        && pseudo(below.text).is_none()
        && Section::read(below.text).is_none()
        && match Pair::read(below.text) {
            Some(pair) if pair.is_known() || pair.name.contains('-') => false,
            Some(_) => {
                let after = Line::read(text, below.next);
                after.is_none_or(|after| after.is_blank() || after.text.ends_with(':'))
            }
            None => true,
        };
    is_value.then_some(below)
}
