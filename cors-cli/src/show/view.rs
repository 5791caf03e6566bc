//! A paste as it may be printed.

use std::borrow::Cow;

use annotate_snippets::normalize_untrusted_str;

use crate::exchange::{Field, Paste, Span};
use crate::secrets::{Masked, is_secret_name, mask_urls, secrets_of_value};
use crate::show::places::Places;
use crate::show::source::Source;

/// A paste with its lines, its secrets and its name.
#[derive(Debug)]
pub(super) struct View<'a> {
    pub(super) paste: &'a Paste,
    pub(super) places: Places<'a>,
    /// The name of the paste, without secrets.
    pub(super) name: String,
    /// The secrets of headers, by their beginning. A scan of the text misses values on lines of their
    /// own.
    secrets: Vec<Span>,
}

/// Lines of a paste, without secrets.
#[derive(Debug)]
pub(super) struct Excerpt {
    /// The place in the paste.
    bytes: Span,
    masked: Masked,
}

impl<'a> View<'a> {
    pub(super) fn new(paste: &'a Paste, source: Source<'_>) -> Self {
        let places = Places::new(&paste.text);
        let requests = paste.exchanges.iter().filter_map(|it| it.request.as_ref());
        let responses = paste.exchanges.iter().filter_map(|it| it.response.as_ref());
        let fields = requests.flat_map(|it| &it.headers);
        let fields = fields.chain(responses.flat_map(|it| &it.headers));
        let mut secrets: Vec<Span> = fields
            .flat_map(|field| secrets_of_field(&places, &paste.text, field))
            .collect();
        secrets.sort_by_key(|at| at.start);
        Self {
            paste,
            places,
            name: printable(&source.to_string()),
            secrets,
        }
    }

    /// Returns whole lines.
    pub(super) fn excerpt(&self, bytes: Span) -> Excerpt {
        let first = self.secrets.partition_point(|at| at.start < bytes.start);
        let inside = self.secrets[first..].iter();
        let inside = inside.take_while(|at| at.end <= bytes.end);
        let known = inside.map(|at| at.start - bytes.start..at.end - bytes.start);
        let text = without_controls(&self.paste.text[bytes.clone()]);
        let masked = Masked::new(&text, known);
        Excerpt { bytes, masked }
    }

    /// Returns the first line of a place.
    pub(super) fn quote(&self, at: &Span) -> String {
        let at = self.places.first_line(at);
        let line = self.places.line_of(at.start);
        let excerpt = self.excerpt(self.places.bytes_of(line..line + 1));
        let quoted = &excerpt.text()[excerpt.map(&at)];
        normalize(quoted)
    }
}

impl Excerpt {
    pub(super) fn text(&self) -> &str {
        &self.masked.text
    }

    /// Returns a span of the paste as one of the excerpt.
    pub(super) fn map(&self, at: &Span) -> Span {
        let Span { start, end } = self.bytes;
        let inside = |offset: usize| offset.clamp(start, end) - start;
        self.masked.map(&(inside(at.start)..inside(at.end)))
    }
}

fn secrets_of_field(places: &Places<'_>, text: &str, field: &Field) -> Vec<Span> {
    if !is_secret_name(&field.name) {
        return Vec::new();
    }
    let at = places.clamp(&field.at);
    let written = &text[at.clone()];
    let (start, secrets) = if written.ends_with(&field.value) {
        let secrets = secrets_of_value(&field.name, &field.value);
        (at.end - field.value.len(), secrets)
    } else {
        // The value goes on in further lines, which keep their numbers.
        let value = written.find([':', '\n', '\t', '=']).map_or(0, |it| it + 1);
        let lines = written[value..]
            .split_inclusive('\n')
            .scan(value, |start, line| {
                let secret = *start..*start + line.trim_end().len();
                *start += line.len();
                Some(secret)
            });
        (at.start, lines.collect())
    };
    let secrets = secrets.into_iter();
    secrets.map(|at| start + at.start..start + at.end).collect()
}

/// Returns words without the secrets of URLs, and without characters that a terminal obeys.
pub(super) fn printable(words: &str) -> String {
    normalize(&mask_urls(words))
}

fn normalize(text: &str) -> String {
    normalize_untrusted_str(&without_controls(text))
}

/// Replaces the control characters that annotate-snippets lets pass by one of the same length.
fn without_controls(text: &str) -> Cow<'_, str> {
    let is_control = |char: char| ('\u{80}'..='\u{9f}').contains(&char);
    if text.contains(is_control) {
        Cow::Owned(text.replace(is_control, "¿"))
    } else {
        Cow::Borrowed(text)
    }
}
