//! Cuts a text into heads, commands, messages of consoles and failures.

use super::command;
use super::console;
use super::failure;
use super::field::{Pair, place};
use super::head::{Head, Piece, Source, is_method};
use super::lines::{Line, Mark};
use super::names::{Side, is_known, is_token, side};
use super::pairs;
use super::title::{Label, Section, label};
use crate::exchange::Span;

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
            self.close();
            self.cut.pieces.push(Piece::Failure(failure));
            return line.next;
        }
        let is_below_blank = std::mem::take(&mut self.is_below_blank);
        let may_be_command = self.state != State::Body || is_below_blank;
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
        if self.state != State::Body || pair.is_none() {
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
            State::Outside => self.outside(line),
        }
    }

    fn first_line(&self, line: &Line<'_>) -> Option<Head> {
        if let Some(head) = Head::status_line(line.text, line.at) {
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
        let Some(open) = &self.open else { return };
        let next = self.peek(line);
        let next = next.as_ref();
        let is_header = |line: &Line<'_>| {
            line.text.starts_with(':') || Pair::read(line.text).is_some_and(|pair| pair.is_header)
        };
        let goes_on = match (self.state, open.source) {
            (State::Outside | State::Body, _) => return,
            // The marks of curl leave no doubt.
            _ if line.mark.is_some() => false,
            (State::SpacedHead, _) => next.is_some_and(is_header),
            (_, Source::Title | Source::Loose) => next.is_some_and(|next| {
                is_header(next) && Pair::read(next.text).is_none_or(|pair| pair.is_known())
            }),
            (_, Source::General) => next.is_some_and(|next| label(next.text, true).is_some()),
            // An empty line below the first one, or below each.
            _ => next.is_some_and(|next| {
                let is_known = Pair::read(next.text).is_some_and(|pair| pair.is_known());
                let follows = Line::read(self.text, next.next);
                is_known
                    && (open.fields.is_empty()
                        || open.fields.len() == 1 && follows.is_none_or(|line| line.is_blank()))
            }),
        };
        if goes_on {
            self.state = State::SpacedHead;
            return;
        }
        let has_body = open.side == Side::Response && open.source != Source::General;
        if has_body {
            self.state = State::Body;
        } else {
            self.close();
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

    /// Reads a line of the part `General`, and returns where the next one begins.
    fn general(&mut self, line: &Line<'a>) -> Option<usize> {
        let is_general = self.section == Some(Section::General)
            || self
                .open
                .as_ref()
                .is_some_and(|open| open.source == Source::General);
        if is_method(line.text) {
            // Firefox: the method, and the URL below it.
            let next = self.peek(line).filter(|next| next.text.contains("://"))?;
            self.open_general(line);
            let open = self.open.as_mut()?;
            open.set_pseudo("method", line.text, line.at);
            open.set_pseudo("path", next.text, next.at);
            return Some(next.next);
        }
        let (label, value) = label(line.text, is_general)?;
        if label == Label::Other && !is_general {
            return Some(line.next);
        }
        let (value, at, next) = if value.is_empty() {
            let next = self.peek(line)?;
            (next.text, next.at, next.next)
        } else {
            (value, line.at + place(line.text, value).start, line.next)
        };
        self.open_general(line);
        let open = self.open.as_mut()?;
        let is_read = match label {
            Label::Url => open.set_pseudo("path", value, at),
            Label::Method => open.set_pseudo("method", value, at),
            Label::Status => open.set_status(value, at),
            Label::Part(name) => open.set_pseudo(name, value, at),
            Label::Other => true,
        };
        open.at.end = next.min(self.text.trim_end().len()).max(open.at.end);
        if !is_read {
            self.cut.unread.push(line.at..line.at + line.text.len());
        }
        Some(next)
    }

    fn open_general(&mut self, line: &Line<'_>) {
        let is_open = |open: &Head| open.source == Source::General;
        if !self.open.as_deref().is_some_and(is_open) {
            self.close();
            let at = line.at..line.at + line.text.len();
            self.open = Some(Box::new(Head::new(Side::Request, Source::General, at)));
        }
        self.state = State::Head;
    }

    fn outside(&mut self, line: &Line<'a>) -> usize {
        let pair = Pair::read(line.text);
        if pair.is_none_or(|pair| !pair.is_known()) {
            let heads = pairs::read(line.text, line.at);
            if !heads.is_empty() {
                self.close();
                let heads = heads.into_iter().map(|head| Piece::Head(Box::new(head)));
                self.cut.pieces.extend(heads);
                return line.next;
            }
        }
        let titled = match self.section {
            Some(Section::Headers(side)) => Some(side),
            _ => None,
        };
        let pseudo = pseudo(line.text);
        let is_pseudo = pseudo.is_some();
        let begins = pair.is_some_and(|pair| match titled {
            Some(_) => pair.is_header || is_known(pair.name),
            None => pair.is_known(),
        });
        let is_below_general = self.cut.pieces.last().is_some_and(|piece| match piece {
            Piece::Head(head) => matches!(head.source, Source::General | Source::Loose),
            _ => false,
        });
        let name = line.text.trim_end_matches(':');
        let is_name = is_known(name) && (titled.is_some() || is_below_general);
        let side = match (titled, pseudo, pair) {
            (Some(titled), ..) => titled,
            (_, Some((name, _)), _) => side_of_pseudo(name),
            (.., Some(pair)) => side(pair.name).unwrap_or(Side::Response),
            _ if is_name => side(name).unwrap_or(Side::Response),
            _ => return line.next,
        };
        if !(begins || is_name || is_pseudo) {
            return line.next;
        }
        let source = if titled.is_some() {
            Source::Title
        } else {
            Source::Loose
        };
        self.close();
        let mut head = Head::new(side, source, line.at..line.at);
        head.is_tls = self.is_tls;
        self.open = Some(Box::new(head));
        self.state = State::Head;
        self.indent = line.mark.map_or(line.indent(), |_| 0);
        self.head_line(line)
    }

    /// Reads a line of the open head, and returns where the next one begins.
    fn head_line(&mut self, line: &Line<'a>) -> usize {
        let Some(mut open) = self.open.take() else {
            return line.next;
        };
        if open.source == Source::General {
            let is_words = line
                .text
                .chars()
                .all(|c| c.is_ascii_alphabetic() || c == ' ');
            if open.status.is_some() && open.reason.is_empty() && is_words && !is_known(line.text) {
                line.text.clone_into(&mut open.reason);
                self.open = Some(open);
                return line.next;
            }
            self.open = Some(open);
            self.close();
            return self.outside(line);
        }
        if open.fields.is_empty() {
            self.indent = line.mark.map_or(line.indent(), |_| 0);
        }
        let end = line.at + line.text.len();
        let mut next = line.next;
        let pair = Pair::read(line.text);
        if let Some((name, value)) = pseudo(line.text) {
            if open.source == Source::Loose && side_of_pseudo(name) != open.side {
                self.open = Some(open);
                self.close();
                return self.outside(line);
            }
            let below = self.value_below(line).filter(|_| value.is_empty());
            let (value, at) = match &below {
                Some(below) => (below.text, below.at),
                None => (value, line.at + place(line.text, value).start),
            };
            next = below.as_ref().map_or(next, |below| below.next);
            open.is_tls = true;
            open.at.end = at + value.len();
            open.set_pseudo(name, value, at);
        } else if self.continues(&open, line, pair) {
            if let Some(field) = open.fields.last_mut() {
                if !field.value.is_empty() {
                    field.value.push(' ');
                }
                field.value.push_str(line.text);
                field.at.end = end;
            }
            open.at.end = end;
        } else if let Some(pair) = pair {
            if conflicts(&open, pair) {
                self.open = Some(open);
                self.close();
                return self.outside(line);
            }
            let mut field = pair.field(self.text);
            if let Some(below) = self.value_below(line).filter(|_| pair.value.is_empty()) {
                below.text.clone_into(&mut field.value);
                field.at.end = below.at + below.text.len();
                next = below.next;
            }
            open.at.end = field.at.end.max(open.at.end);
            let value_at = field.at.end - field.value.len();
            let is_status = field.name == "status"
                && open.side == Side::Response
                && open.status.is_none()
                && open.set_status(&field.value, value_at);
            if !is_status {
                open.fields.push(field);
            }
        } else if let Some(below) = self.name_alone(&open, line) {
            if conflicts(&open, pair_of(line.text, below.text)) {
                self.open = Some(open);
                self.close();
                return self.outside(line);
            }
            let mut field = pair_of(line.text, below.text).field(self.text);
            field.at.end = below.at + below.text.len();
            open.at.end = field.at.end;
            open.fields.push(field);
            next = below.next;
        } else if open.source == Source::Loose || line.is_rule() || is_bracket(line.text) {
            let begins_body = open.side == Side::Response && line.text.starts_with(['<', '{', '[']);
            let is_only_bracket = is_bracket(line.text);
            self.open = Some(open);
            if is_only_bracket {
                return next;
            }
            if begins_body {
                self.state = State::Body;
                self.body_line(line);
            } else {
                self.close();
            }
            return next;
        } else if open.side == Side::Response && line.text.starts_with(['<', '{', '[']) {
            self.open = Some(open);
            self.state = State::Body;
            self.body_line(line);
            return next;
        } else {
            self.cut.unread.push(line.at..end);
        }
        self.open = Some(open);
        next
    }

    /// Whether a line goes on with the value of the header above it.
    fn continues(&self, open: &Head, line: &Line<'_>, pair: Option<Pair<'_>>) -> bool {
        let Some(last) = open.fields.last().filter(|_| line.mark.is_none()) else {
            return false;
        };
        let is_indented = line.indent() > self.indent;
        let is_unfinished = last.value.ends_with(',');
        match pair {
            Some(pair) => is_indented && is_unfinished && !pair.is_known(),
            None => is_indented && !is_bracket(line.text) || is_unfinished,
        }
    }

    /// The value of a header whose name stands on a line of its own.
    fn value_below(&self, line: &Line<'_>) -> Option<Line<'a>> {
        if line.mark.is_some() {
            return None;
        }
        let below = Line::read(self.text, line.next).filter(|below| !below.is_blank())?;
        let is_value = !below.text.ends_with(':')
            && pseudo(below.text).is_none()
            && Section::read(below.text).is_none()
            && match Pair::read(below.text) {
                Some(pair) if pair.is_known() || pair.name.contains('-') => false,
                Some(_) => {
                    let after = Line::read(self.text, below.next);
                    after.is_none_or(|after| after.is_blank() || after.text.ends_with(':'))
                }
                None => true,
            };
        is_value.then_some(below)
    }

    /// The value of a header whose name stands on a line of its own, without a colon.
    fn name_alone(&self, open: &Head, line: &Line<'_>) -> Option<Line<'a>> {
        let is_name = matches!(open.source, Source::Title | Source::Loose)
            && (is_known(line.text) || is_token(line.text) && line.text.contains('-'));
        self.value_below(line).filter(|_| is_name)
    }

    fn body_line(&mut self, line: &Line<'_>) {
        let is_progress = line.text.starts_with("{ [") || line.text.starts_with("} [");
        if let Some(open) = self.open.as_mut().filter(|_| !is_progress) {
            if open.body.is_empty() {
                open.body.start = line.at;
            }
            open.body.end = line.at + line.text.len();
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

fn side_of_pseudo(name: &str) -> Side {
    match name {
        "status" => Side::Response,
        _ => Side::Request,
    }
}

/// Whether a header without a title belongs to the other side.
fn conflicts(open: &Head, pair: Pair<'_>) -> bool {
    open.source == Source::Loose && side(pair.name).is_some_and(|side| side != open.side)
}

/// Whether a line has only the end or the beginning of an object.
fn is_bracket(line: &str) -> bool {
    line.chars()
        .all(|c| matches!(c, '{' | '}' | '[' | ']' | '(' | ')' | ',' | ';'))
}

fn pair_of<'a>(name: &'a str, value: &'a str) -> Pair<'a> {
    Pair {
        name,
        value,
        is_header: true,
    }
}
