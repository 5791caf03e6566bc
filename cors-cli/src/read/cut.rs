//! Cuts a text into heads, commands, messages of consoles and failures.

use super::command;
use super::console;
use super::failure;
use super::field::{Pair, place};
use super::head::{Head, Piece, Source};
use super::lines::{Line, Mark};
use super::names::{Side, side};
use super::row::Row;
use super::title::{Section, label};
use crate::exchange::{Failure, Span};

mod general;
mod headers;

/// The parts of a text.
#[derive(Debug, Default)]
pub(super) struct Cut {
    pub(super) pieces: Vec<Piece>,
    /// The lines inside of heads that could not be read.
    pub(super) unread: Vec<Span>,
}

/// Cuts a text in one pass. No line is looked at more often than a few times.
pub(super) fn cut(text: &str) -> Cut {
    let mut cutter = Cutter {
        text,
        cut: Cut::default(),
        open: None,
        state: State::Outside,
        section: None,
        is_tls: false,
        indent: 0,
        tried: 0,
        is_below_blank: false,
        payload: 0,
    };
    let mut at = 0;
    while let Some(line) = Line::read(text, at) {
        at = cutter.line(&line).max(line.next);
    }
    cutter.close();
    cutter.cut
}

/// The part of the text in which the next line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Outside,
    Head,
    /// In a head with an empty line below each line.
    SpacedHead,
    Body,
    /// In the body of a request.
    Payload,
}

struct Cutter<'a> {
    text: &'a str,
    cut: Cut,
    open: Option<Box<Head>>,
    state: State,
    section: Option<Section>,
    is_tls: bool,
    /// The indentation of the first header of the open head.
    indent: usize,
    /// The offset up to which no command was found. It bounds the cost of quotes that do not end.
    tried: usize,
    is_below_blank: bool,
    /// The offset of the body of the last request.
    payload: usize,
}

impl<'a> Cutter<'a> {
    /// Reads a line, and returns where the next one begins.
    fn line(&mut self, line: &Line<'a>) -> usize {
        if line.is_fence() {
            self.close();
            return line.next;
        }
        if line.is_blank() {
            self.is_below_blank = true;
            self.blank(line);
            return line.next;
        }
        let pair = Pair::read(line.text);
        if line.mark == Some(Mark::Info) && pair.is_none_or(|pair| side(pair.name).is_none()) {
            self.info(line);
            return line.next;
        }
        if let Some(failure) = failure::of_command(line) {
            self.failure(failure);
            return line.next;
        }
        let is_below_blank = std::mem::take(&mut self.is_below_blank);
        // A body may have code of its own.
        let is_in_body = matches!(self.state, State::Body | State::Payload);
        let is_code = line.text.starts_with('<') || line.text.contains("fetch(");
        let may_be_command = !is_in_body || is_below_blank && !is_code;
        if may_be_command && line.at >= self.tried {
            let (head, end) = command::read(self.text, line);
            if let Some(head) = head {
                self.close();
                self.cut.pieces.push(Piece::Head(Box::new(head)));
                return end;
            }
            self.tried = end;
        }
        if let Some((message, end)) = console::read(self.text, line) {
            self.close();
            self.cut.pieces.push(Piece::Message(message));
            return end;
        }
        if let Some(head) = self.first_line(line) {
            self.begin(head);
            return line.next;
        }
        // A line of a body may be a header or a label by its form.
        if self.state != State::Body || pair.is_none_or(|pair| pair.value.is_empty()) {
            if let Some(section) = Section::read(line.text) {
                self.close();
                self.section = Some(section);
                if section == Section::Payload {
                    self.has_body();
                }
                return line.next;
            }
            if let Some(end) = self.general(line) {
                return end;
            }
        }
        match self.state {
            State::Head | State::SpacedHead => self.head_line(line),
            State::Body if line.indent() < self.indent && line.mark.is_none() => {
                self.close();
                self.outside(line)
            }
            State::Body => {
                self.body_line(line);
                line.next
            }
            State::Payload => line.next,
            State::Outside => self.outside(line),
        }
    }

    fn first_line(&self, line: &Line<'_>) -> Option<Head> {
        // The output of PowerShell has the head in a table.
        let raw = line.text.strip_prefix("RawContent");
        let raw = raw.map_or(line.text, |raw| raw.trim_start_matches([' ', ':']));
        if let Some(head) = Head::status_line(raw, place(self.text, raw).start) {
            return Some(head);
        }
        let head = Head::request_line(line.text, line.at)?;
        let has_version = line.text.contains(" HTTP/");
        // A method and a path are also how people write about a request.
        let is_head = has_version
            || self.section == Some(Section::Headers(Side::Request))
            || self.peek(line).is_some_and(|next| {
                Pair::read(next.text).is_some() || Head::status_line(next.text, 0).is_some()
            });
        is_head.then_some(head)
    }

    /// The next line that is not empty, among the next few.
    fn peek(&self, line: &Line<'_>) -> Option<Line<'a>> {
        const LINES: usize = 3;
        let mut at = line.next;
        for _ in 0..LINES {
            let next = Line::read(self.text, at)?;
            if !next.is_blank() {
                return Some(next);
            }
            at = next.next;
        }
        None
    }

    fn begin(&mut self, mut head: Head) {
        if head
            .method
            .as_ref()
            .is_some_and(|method| method.value == "CONNECT")
        {
            self.is_tls = true;
        }
        let is_empty = |open: &Head| open.source == Source::Title && open.fields.is_empty();
        if !self.open.as_deref().is_some_and(is_empty) {
            self.close();
        }
        head.is_tls |= self.is_tls;
        head.is_titled = self.section.is_some();
        self.open = Some(Box::new(head));
        self.state = State::Head;
        self.indent = 0;
    }

    /// Ends the open head.
    fn close(&mut self) {
        if let Some(head) = self.open.take() {
            self.cut.pieces.push(Piece::Head(head));
        }
        self.state = State::Outside;
    }

    fn blank(&mut self, line: &Line<'_>) {
        let Some(open) = &self.open else {
            if line.at > self.payload {
                self.state = State::Outside;
            }
            return;
        };
        let next = self.peek(line);
        let next = next.as_ref();
        let row = next.and_then(|next| Row::read(self.text, next, false));
        let is_known = row
            .as_ref()
            .is_some_and(|row| row.is_pseudo || row.is_known);
        let goes_on = match (self.state, open.source) {
            (State::Outside | State::Body | State::Payload, _) => return,
            // The marks of curl leave no doubt.
            _ if line.mark.is_some() => false,
            (State::SpacedHead, _) => row.is_some_and(|row| row.is_header),
            (_, Source::Title | Source::Loose) => is_known,
            (_, Source::General) => next.is_some_and(|next| label(next.text, true).is_some()),
            // An empty line below the first one, or below each.
            _ => {
                let below = next.and_then(|next| Line::read(self.text, next.next));
                let is_spaced =
                    open.fields.len() == 1 && below.is_none_or(|below| below.is_blank());
                is_known && (open.fields.is_empty() || is_spaced)
            }
        };
        if goes_on {
            self.state = State::SpacedHead;
            return;
        }
        let has_body = open.side == Side::Response && open.source != Source::General;
        if has_body {
            self.state = State::Body;
            return;
        }
        let is_request = open.source == Source::FirstLine;
        self.close();
        if is_request && next.is_some_and(|next| next.text.starts_with(['{', '[', '<'])) {
            self.has_body();
            self.state = State::Payload;
            self.payload = next.map_or(line.next, |next| next.at);
        }
    }

    /// Adds an error. curl prints the same one twice.
    fn failure(&mut self, failure: Failure) {
        self.close();
        if !matches!(self.cut.pieces.last(), Some(Piece::Failure(_))) {
            self.cut.pieces.push(Piece::Failure(failure));
        }
    }

    /// Reads a line of curl about the connection.
    fn info(&mut self, line: &Line<'_>) {
        if self.state == State::Body {
            self.close();
        }
        if line.text.starts_with("Connected to") {
            self.is_tls = line.text.contains(" port 443");
        } else if line.text.starts_with("SSL connection using") {
            self.is_tls = true;
        } else if line.text.contains("upload completely sent") {
            self.has_body();
        } else if let Some(failure) = failure::of_connection(line) {
            self.failure(failure);
        }
    }

    /// Remembers that the request above has a body.
    fn has_body(&mut self) {
        if let Some(Piece::Head(head)) = self.cut.pieces.last_mut()
            && head.side == Side::Request
        {
            head.has_body = true;
        }
    }

    /// Remembers a line that could not be read.
    fn unread(&mut self, line: &Line<'_>) {
        self.cut.unread.push(line.at..line.at + line.text.len());
    }
}
