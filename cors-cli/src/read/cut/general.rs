//! Method, URL and status, as browsers' tools list them.

use super::{Cutter, State};
use crate::read::field::place;
use crate::read::head::{Head, Source, is_method};
use crate::read::lines::Line;
use crate::read::names::{Side, is_known};
use crate::read::title::{Label, Section, label};

impl<'a> Cutter<'a> {
    /// Reads a line of the part `General`, and returns where the next one begins.
    pub(super) fn general(&mut self, line: &Line<'a>) -> Option<usize> {
        if is_method(line.text) {
            // Firefox: the method, and the URL below it.
            let next = self.peek(line).filter(|next| next.text.contains("://"))?;
            let open = self.open_general(line);
            open.set_pseudo("method", line.text, line.at);
            open.set_pseudo("path", next.text, next.at);
            return Some(next.next);
        }
        let is_general = self.section == Some(Section::General) || self.is_in_general();
        let Some((label, value)) = label(line.text, is_general) else {
            return self.reason(line);
        };
        if label == Label::Other && !is_general {
            return Some(line.next);
        }
        let (value, at, next) = if value.is_empty() {
            let next = self.peek(line)?;
            (next.text, next.at, next.next)
        } else {
            (value, place(self.text, value).start, line.next)
        };
        let open = self.open_general(line);
        open.at.end = open.at.end.max(at + value.len());
        let is_read = match label {
            Label::Url => open.set_pseudo("path", value, at),
            Label::Method => open.set_pseudo("method", value, at),
            Label::Status => open.set_status(value, at),
            Label::Part(name) => open.set_pseudo(name, value, at),
            Label::Other => true,
        };
        if !is_read {
            self.unread(line);
        }
        Some(next)
    }

    pub(super) fn is_in_general(&self) -> bool {
        let open = self.open.as_ref();
        open.is_some_and(|open| open.source == Source::General)
    }

    /// Reads a reason phrase below its status, as Firefox copies it.
    fn reason(&mut self, line: &Line<'_>) -> Option<usize> {
        let is_in_general = self.is_in_general();
        let open = self.open.as_mut().filter(|_| is_in_general)?;
        let is_of_words = |c: char| c.is_ascii_alphabetic() || c == ' ';
        let is_reason = open.status.is_some()
            && open.reason.is_empty()
            && line.text.chars().all(is_of_words)
            && !is_known(line.text);
        is_reason.then(|| {
            line.text.clone_into(&mut open.reason);
            line.next
        })
    }

    fn open_general(&mut self, line: &Line<'_>) -> &mut Head {
        if !self.is_in_general() {
            self.close();
        }
        self.state = State::Head;
        let at = line.at..line.at + line.text.len();
        let new = || Box::new(Head::new(Side::Request, Source::General, at));
        self.open.get_or_insert_with(new)
    }
}
