//! The lines of heads and of bodies.

use super::{Cutter, State};
use crate::exchange::Field;
use crate::read::head::{Head, Piece, Source};
use crate::read::lines::Line;
use crate::read::names::Side;
use crate::read::pairs;
use crate::read::row::Row;
use crate::read::title::Section;

impl<'a> Cutter<'a> {
    /// Reads a line that is in no head, and returns where the next one begins.
    pub(super) fn outside(&mut self, line: &Line<'a>) -> usize {
        let title = match self.section {
            Some(Section::Headers(side)) => Some(side),
            _ => None,
        };
        let row = Row::read(self.text, line, title.is_some() || self.is_below_pane());
        let row =
            row.filter(|row| row.is_pseudo || row.is_known || title.is_some() && row.is_header);
        let Some(row) = row else {
            self.objects(line);
            return line.next;
        };
        let source = title.map_or(Source::Loose, |_| Source::Title);
        let side = title.or_else(|| row.side()).unwrap_or(Side::Response);
        self.close();
        let mut head = Head::new(side, source, row.at.clone());
        head.is_tls = self.is_tls;
        self.open = Some(Box::new(head));
        self.state = State::Head;
        self.head_line(line)
    }

    /// Reads the headers that a line has as objects.
    fn objects(&mut self, line: &Line<'_>) {
        for head in pairs::read(line.text, line.at) {
            self.close();
            self.cut.pieces.push(Piece::Head(Box::new(head)));
        }
    }

    /// Whether the last head is of a pane, so that another one of it follows.
    fn is_below_pane(&self) -> bool {
        self.cut.pieces.last().is_some_and(|piece| match piece {
            Piece::Head(head) => matches!(head.source, Source::General | Source::Loose),
            _ => false,
        })
    }

    /// Reads a line of the open head, and returns where the next one begins.
    pub(super) fn head_line(&mut self, line: &Line<'a>) -> usize {
        let Some(open) = self
            .open
            .as_mut()
            .filter(|open| open.source != Source::General)
        else {
            self.close();
            return self.outside(line);
        };
        if open.fields.is_empty() {
            self.indent = line.indent();
        }
        let is_in_pane = matches!(open.source, Source::Title | Source::Loose);
        let row = Row::read(self.text, line, is_in_pane);
        let is_below = |last: &Field| {
            self.text
                .get(last.at.end..line.start)
                .is_some_and(is_end_of_line)
        };
        let last = open.fields.last().filter(|last| is_below(last));
        if last.is_some_and(|last| continues(last, line, row.as_ref(), self.indent)) {
            continue_with(open, line);
            return line.next;
        }
        let Some(row) = row else {
            return self.no_header(line);
        };
        let is_other = |side| side != open.side;
        if open.source == Source::Loose && row.side().is_some_and(is_other) {
            self.close();
            return self.outside(line);
        }
        add(open, &row);
        row.next
    }

    /// Reads a line of the open head that is no header.
    fn no_header(&mut self, line: &Line<'a>) -> usize {
        let Some(open) = &self.open else {
            return line.next;
        };
        if open.side == Side::Response
            && line.text.starts_with(['<', '{', '['])
            && !line.is_bracket()
        {
            self.state = State::Body;
            self.body_line(line);
        } else if line.is_bracket() || line.is_rule() {
            // It is a part of an object, or of the layout.
        } else if open.source == Source::Loose {
            self.close();
        } else {
            self.unread(line);
        }
        line.next
    }

    /// Adds a line to the body of the open response.
    pub(super) fn body_line(&mut self, line: &Line<'_>) {
        // The meter of curl.
        let is_progress = line.text.starts_with("{ [") || line.text.starts_with("} [");
        if let Some(open) = self.open.as_mut().filter(|_| !is_progress) {
            if open.body.is_empty() {
                open.body.start = line.at;
            }
            open.body.end = line.at + line.text.len();
        }
    }
}

/// Whether a line goes on with the value of the header above it.
fn continues(last: &Field, line: &Line<'_>, row: Option<&Row<'_>>, indent: usize) -> bool {
    if line.mark.is_some() {
        return false;
    }
    let is_indented = line.indent() > indent;
    let is_unfinished = last.value.ends_with(',');
    match row {
        Some(row) => is_indented && is_unfinished && !row.is_known,
        None => is_indented && !line.is_bracket() || is_unfinished,
    }
}

/// Whether nothing but the end of a line is between two places.
fn is_end_of_line(text: &str) -> bool {
    const MAX: usize = 8;
    text.len() <= MAX && text.trim().is_empty()
}

fn continue_with(open: &mut Head, line: &Line<'_>) {
    let end = line.at + line.text.len();
    if let Some(field) = open.fields.last_mut() {
        if !field.value.is_empty() {
            field.value.push(' ');
        }
        field.value.push_str(line.text);
        field.at.end = end;
    }
    open.at.end = end;
}

fn add(open: &mut Head, row: &Row<'_>) {
    open.at.end = open.at.end.max(row.at.end);
    if row.is_pseudo {
        open.is_tls = true;
        open.set_pseudo(row.name, row.value, row.value_at());
        return;
    }
    // Old versions of Chromium show the pseudo header as `status`.
    let is_status = open.side == Side::Response
        && open.status.is_none()
        && row.name.eq_ignore_ascii_case("status")
        && open.set_status(row.value, row.value_at());
    if !is_status {
        open.fields.push(row.field());
    }
}
