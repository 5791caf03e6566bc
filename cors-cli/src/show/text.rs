//! A diagnosis for a person.

use std::collections::HashSet;
use std::fmt::Write as _;

use annotate_snippets::renderer::{DEFAULT_HELP_STYLE, Style};
use annotate_snippets::{Group, Level, Message, Renderer};

use crate::diagnosis::{Case, Diagnosis, Finding, Remedy, Verdict};
use crate::exchange::{Exchange, Paste, Purpose, Span};
use crate::show::names;
use crate::show::snippet::snippets;
use crate::show::source::Source;
use crate::show::view::{View, printable};

/// The number of cases that are printed.
const MAX_CASES: usize = 10;

/// The number of consequences, of problems that come next, and of servers, each, of a case that are
/// printed.
const MAX_FINDINGS: usize = 8;

/// The width of the pasted lines, unless the terminal has another one.
const WIDTH: usize = 80;

/// Writes a diagnosis as text for a person. The first line has the cause.
///
/// Colours are ANSI sequences, which `anstream` removes where they are not wanted. With the width of a
/// terminal in columns, sentences are wrapped at spaces. Without one, each is a line. Pasted lines are
/// cut in both cases. At most ten cases are printed, and their number.
#[must_use]
pub fn text(
    paste: &Paste,
    diagnosis: &Diagnosis,
    source: Source<'_>,
    width: Option<usize>,
) -> String {
    let mut text = Text {
        view: View::new(paste, source),
        width,
        has_several: requests(&diagnosis.cases) > 1,
        printed: HashSet::new(),
        out: String::new(),
    };
    let is_printed = |case: &&Case| case.cause.is_some() || !case.next.is_empty();
    let mut cases: Vec<&Case> = diagnosis.cases.iter().filter(is_printed).collect();
    if cases.is_empty() {
        cases.extend(diagnosis.cases.first());
    }
    for case in cases.iter().take(MAX_CASES) {
        text.case(case);
    }
    if cases.is_empty() {
        let nothing = Level::INFO.with_name("no problem");
        let title = nothing.primary_title("nothing here is subject to CORS");
        text.group(Group::with_title(title));
    }
    text.unread();
    text.summary(diagnosis, cases.len().saturating_sub(MAX_CASES));
    text.sent();
    if !diagnosis.assumptions.is_empty() {
        text.blank_line();
    }
    for assumption in diagnosis.assumptions.iter().take(MAX_FINDINGS) {
        text.line(Style::new(), "assumed", assumption);
    }
    text.out
}

/// A text that is being written.
struct Text<'a> {
    view: View<'a>,
    width: Option<usize>,
    has_several: bool,
    /// The sentences that have been written.
    printed: HashSet<String>,
    out: String,
}

impl Text<'_> {
    fn case(&mut self, case: &Case) {
        self.blank_line();
        let (level, sentence) = match (&case.cause, case.verdict) {
            (Some(finding), Verdict::Allowed) => (Level::WARNING, finding.sentence.clone()),
            (Some(finding), _) => (Level::ERROR, finding.sentence.clone()),
            (None, Verdict::Allowed) if case.is_preflight_only => {
                let rest = if self.is_tried(case) {
                    ", which was not sent"
                } else {
                    "; the response to the request itself, which needs `access-control-allow-origin` as \
                     well, is not here"
                };
                (
                    Level::INFO.with_name("no problem"),
                    format!("the preflight allows {}{rest}", case.title),
                )
            }
            (None, Verdict::Allowed) => (
                Level::INFO.with_name("no problem"),
                format!(
                    "a browser lets the page read the response to {}",
                    case.title
                ),
            ),
            (None, _) => (Level::ERROR, format!("{} fails", case.title)),
        };
        let evidence = case.cause.as_ref().map_or(&[][..], |it| &it.evidence);
        let title = level.primary_title(self.wrapped("no problem: ", &sentence));
        let group = title.elements(snippets(&self.view, evidence));
        self.group(group.elements(self.remarks(case)));
        if let Some(finding) = &case.cause {
            self.printed.insert(finding.sentence.clone());
            self.remedies(finding);
        }
        for next in case.next.iter().take(MAX_FINDINGS) {
            // Requests to one server have the same problems.
            if self.printed.insert(next.sentence.clone()) {
                self.next(next, case.verdict);
            }
        }
        self.more(case.next.len());
    }

    /// Whether the preflight was sent to a URL, and not pasted.
    fn is_tried(&self, case: &Case) -> bool {
        let exchanges = &self.view.paste.exchanges;
        let mut sent = case
            .exchanges
            .iter()
            .filter_map(|&index| exchanges.get(index));
        sent.any(|exchange| exchange.purpose == Purpose::Preflight)
    }

    /// The lines below the evidence.
    fn remarks(&self, case: &Case) -> Vec<Message<'static>> {
        let Some(finding) = &case.cause else {
            return Vec::new();
        };
        let mut remarks = Vec::new();
        let mut remark = |name: &'static str, words: &str| {
            let level = Level::NOTE.with_name(name);
            remarks.push(level.message(self.wrapped("   = follows from it: ", words)));
        };
        if self.has_several {
            let count = match case.count {
                0 | 1 => String::new(),
                count => format!(", and {} more like it", count - 1),
            };
            remark("request", &format!("{}{count}", case.title));
        }
        if finding.is_not_cors && !finding.sentence.contains("not CORS") {
            remark("not CORS", "no CORS header cures it");
        }
        for consequence in case.consequences.iter().take(MAX_FINDINGS) {
            remark("follows from it", &consequence.sentence);
        }
        let is_underlined = |at: &Span| finding.evidence.iter().any(|it| it.at == *at);
        let answerers = case.answered_by.iter().filter(|it| !is_underlined(&it.at));
        for answerer in answerers.take(MAX_FINDINGS) {
            let name = answerer.layer.name();
            let at = self.view.places.first_line(&answerer.at);
            let sign = self.view.quote(&at);
            let line = self.view.places.line_of(at.start) + 1;
            let words = if at.is_empty() {
                name.to_owned()
            } else {
                format!("{name}, by `{}` in line {line}", cut(&sign))
            };
            remark("answered by", &words);
        }
        remarks
    }

    fn next(&mut self, finding: &Finding, verdict: Verdict) {
        self.blank_line();
        let level = match verdict {
            Verdict::Allowed => Level::WARNING,
            Verdict::Refused | Verdict::NotReached => Level::WARNING.with_name("next"),
        };
        let title = level.primary_title(self.wrapped("warning: ", &finding.sentence));
        self.group(title.elements(snippets(&self.view, &finding.evidence)));
        self.remedies(finding);
    }

    fn more(&mut self, count: usize) {
        if count > MAX_FINDINGS {
            let more = format!(
                "{} are not printed; `--format json` has all",
                count - MAX_FINDINGS
            );
            self.line(Style::new(), "more", &more);
        }
    }

    fn remedies(&mut self, finding: &Finding) {
        if !finding.remedies.is_empty() {
            self.blank_line();
        }
        for remedy in &finding.remedies {
            self.remedy(remedy);
        }
    }

    fn remedy(&mut self, remedy: &Remedy) {
        let name = match remedy.layer {
            Some(layer) => format!("help for {}", layer.name()),
            None => "help".to_owned(),
        };
        self.line(DEFAULT_HELP_STYLE, &name, &remedy.text);
        for line in remedy.code.as_deref().unwrap_or_default().lines() {
            self.out.push_str("    ");
            self.out.push_str(&printable(line));
            self.out.push('\n');
        }
    }

    /// The lines of heads that were skipped.
    fn unread(&mut self) {
        let paste = self.view.paste;
        let unread = &paste.unread;
        if !unread.is_empty() {
            self.blank_line();
        }
        for at in unread.iter().take(MAX_FINDINGS) {
            let line = self.view.places.line_of(self.view.places.clamp(at).start) + 1;
            let words = format!(
                "line {line} is no header, and was skipped: `{}`",
                cut(&self.view.quote(at))
            );
            self.line(Style::new(), "unread", &words);
        }
    }

    /// The numbers of requests, if there are several.
    fn summary(&mut self, diagnosis: &Diagnosis, cut: usize) {
        let of = |verdict| {
            let cases = diagnosis
                .cases
                .iter()
                .filter(|case| case.verdict == verdict);
            cases.map(|case| case.count.max(1)).sum::<usize>()
        };
        let mut numbers = Vec::new();
        for (count, words) in [
            (of(Verdict::Refused), "refused"),
            (of(Verdict::NotReached), "without a response"),
            (of(Verdict::Allowed), "allowed"),
            (
                self.view.paste.left_out,
                "left out, because no CORS check applies",
            ),
        ] {
            if count > 0 {
                numbers.push(format!("{count} {words}"));
            }
        }
        if !self.has_several && self.view.paste.left_out == 0 {
            return;
        }
        self.blank_line();
        self.line(Style::new(), "requests", &numbers.join("; "));
        if cut > 0 {
            let more = format!("{cut} cases are not printed; `--format json` has all");
            self.line(Style::new(), "more", &more);
        }
    }

    /// The requests that were sent, if there was a server.
    fn sent(&mut self) {
        let paste = self.view.paste;
        let sent = paste
            .exchanges
            .iter()
            .filter(|it| it.purpose != Purpose::Pasted);
        let sent: Vec<String> = sent.map(sent_request).collect();
        if sent.is_empty() {
            return;
        }
        self.blank_line();
        self.out.push_str("sent:\n");
        for (index, request) in sent.iter().enumerate() {
            let _ = writeln!(self.out, "{:>4}. {request}", index + 1);
        }
    }

    fn group(&mut self, group: Group<'_>) {
        let width = self.width.unwrap_or(WIDTH).saturating_sub(8).max(20);
        let renderer = Renderer::styled().term_width(width);
        self.out.push_str(&renderer.render(&[group]));
        self.out.push('\n');
    }

    fn line(&mut self, style: Style, name: &str, words: &str) {
        let indent = " ".repeat(4);
        let words = self.wrapped(&format!("{name}: "), words);
        let words = words.replace('\n', &format!("\n{indent}"));
        let _ = writeln!(self.out, "{style}{name}{style:#}: {words}");
    }

    fn blank_line(&mut self) {
        if !self.out.is_empty() {
            self.out.push('\n');
        }
    }

    /// Breaks words between a prefix and the width of the terminal.
    fn wrapped(&self, prefix: &str, words: &str) -> String {
        let words = printable(words);
        let width = self.width.map(|it| it.saturating_sub(prefix.len()).max(20));
        let mut wrapped = String::new();
        let mut length = 0;
        for word in words.split_whitespace() {
            let word_length = word.chars().count();
            if wrapped.is_empty() {
                length = word_length;
            } else if width.is_some_and(|width| length + 1 + word_length > width) {
                wrapped.push('\n');
                length = word_length;
            } else {
                wrapped.push(' ');
                length += 1 + word_length;
            }
            wrapped.push_str(word);
        }
        wrapped
    }
}

fn requests(cases: &[Case]) -> usize {
    cases.iter().map(|case| case.count.max(1)).sum()
}

fn sent_request(exchange: &Exchange) -> String {
    let (_, purpose) = names::of_purpose(exchange.purpose);
    let request = exchange.request.as_ref().map_or_else(String::new, |it| {
        let url = it.url.as_ref().map(|it| it.value.as_str());
        printable(&format!(
            "{} {}",
            it.method.value,
            url.unwrap_or(&it.target)
        ))
    });
    let response = exchange.response.as_ref();
    let result = match (
        response.and_then(|it| it.status.as_ref()),
        &exchange.failure,
    ) {
        (Some(status), _) => status.value.to_string(),
        (None, Some(failure)) => printable(&failure.text),
        (None, None) => "no response".to_owned(),
    };
    format!("{request}: {result} ({purpose})")
}

/// Cuts a text that is quoted in a sentence.
fn cut(text: &str) -> String {
    const MAX: usize = 60;
    match text.char_indices().nth(MAX) {
        Some((end, _)) => format!("{}..", &text[..end]),
        None => text.to_owned(),
    }
}
