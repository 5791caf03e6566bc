//! Evidence, underlined in the lines of the paste around it.

use std::ops::Range;

use annotate_snippets::{Annotation, AnnotationKind, Snippet};

use crate::diagnosis::Evidence;
use crate::exchange::Span;
use crate::show::view::{View, printable};

/// The number of lines without evidence up to which two places are drawn as one.
const MAX_GAP: usize = 40;

/// The number of places that are drawn. The first ones are the most important.
const MAX_EVIDENCE: usize = 6;

/// The number of bytes of a line that are underlined. Lines of consoles are wider than terminals.
const MAX_WIDTH: usize = 60;

/// The number of bytes of a line, from its beginning, that are drawn together with other lines.
const MAX_COLUMN: usize = 100;

/// A place to underline.
struct Mark {
    at: Span,
    line: usize,
    kind: AnnotationKind,
    label: String,
}

/// Draws the evidence of a finding: the first one as the primary one.
pub(super) fn snippets(
    view: &View<'_>,
    evidence: &[Evidence],
) -> Vec<Snippet<'static, Annotation<'static>>> {
    let mut marks = marks(view, evidence);
    let titles: Vec<Mark> = marks.iter().filter_map(|mark| title(view, mark)).collect();
    marks.extend(titles);
    // Equal places are drawn once, with the label of the more important.
    marks.sort_by_key(|mark| (mark.line, mark.at.start, mark.at.end));
    marks.dedup_by(|next, mark| next.at == mark.at);
    // One part of the lines is drawn, so that a place on the right is drawn apart.
    let is_on_the_left = |mark: &Mark| {
        let line = view.places.bytes_of(mark.line..mark.line + 1);
        mark.at.end - line.start <= MAX_COLUMN
    };
    let is_near = |mark: &Mark, next: &Mark| {
        let is_left = is_on_the_left(mark) && is_on_the_left(next);
        mark.line == next.line || is_left && next.line - mark.line <= MAX_GAP
    };
    let parts = marks.chunk_by(is_near);
    let mut snippets: Vec<(bool, _)> = parts.map(|part| snippet(view, part)).collect();
    // The place that is named first is the primary one.
    snippets.sort_by_key(|(is_primary, _)| !is_primary);
    snippets.into_iter().map(|(_, snippet)| snippet).collect()
}

fn marks(view: &View<'_>, evidence: &[Evidence]) -> Vec<Mark> {
    let mut marks: Vec<Mark> = Vec::new();
    for evidence in evidence.iter().take(MAX_EVIDENCE) {
        let at = view.places.first_line(&evidence.at);
        let at = view
            .places
            .clamp(&(at.start..at.end.min(at.start + MAX_WIDTH)));
        let line = view.places.line_of(at.start);
        // Two places that are far apart in a line do not fit on a terminal.
        let is_beside = |mark: &Mark| {
            let start = at.start.min(mark.at.start);
            mark.line != line || at.end.max(mark.at.end) - start <= MAX_WIDTH
        };
        if at.is_empty() || !marks.iter().all(is_beside) {
            continue;
        }
        let kind = if marks.is_empty() {
            AnnotationKind::Primary
        } else {
            AnnotationKind::Context
        };
        let label = printable(&evidence.label);
        marks.push(Mark {
            at,
            line,
            kind,
            label,
        });
    }
    marks
}

/// Returns the beginning of a place.
fn clipped(view: &View<'_>, at: &Span) -> Span {
    let at = view.places.first_line(at);
    let end = at.end.min(at.start + MAX_WIDTH);
    view.places.clamp(&(at.start..end))
}

/// Returns the first line of the request or the response that a mark is in.
fn title(view: &View<'_>, mark: &Mark) -> Option<Mark> {
    let exchanges = view.paste.exchanges.iter();
    let heads = exchanges.flat_map(|exchange| {
        let request = exchange.request.as_ref().map(|it| &it.at);
        let response = exchange.response.as_ref().map(|it| &it.at);
        [request, response]
    });
    let head = heads.flatten().find(|head| head.contains(&mark.at.start))?;
    let at = clipped(view, head);
    let line = view.places.line_of(at.start);
    (line < mark.line && !at.is_empty()).then(|| Mark {
        at,
        line,
        kind: AnnotationKind::Visible,
        label: String::new(),
    })
}

fn snippet(view: &View<'_>, marks: &[Mark]) -> (bool, Snippet<'static, Annotation<'static>>) {
    let lines: Range<usize> = match (marks.first(), marks.last()) {
        (Some(first), Some(last)) => first.line..last.line + 1,
        _ => 0..0,
    };
    let excerpt = view.excerpt(view.places.bytes_of(lines.clone()));
    let annotations = marks.iter().map(|mark| {
        let label = Some(mark.label.clone()).filter(|label| !label.is_empty());
        mark.kind.span(excerpt.map(&mark.at)).label(label)
    });
    let snippet = Snippet::source(excerpt.text().to_owned())
        .path(view.name.clone())
        .line_start(lines.start + 1)
        .annotations(annotations);
    let is_primary = |mark: &Mark| mark.kind == AnnotationKind::Primary;
    (marks.iter().any(is_primary), snippet)
}
