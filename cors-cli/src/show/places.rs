//! Lines and columns of a text.

use std::ops::Range;

use crate::exchange::Span;

/// A text with the beginnings of its lines.
#[derive(Debug)]
pub(super) struct Places<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

impl<'a> Places<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let newlines = text.match_indices('\n').map(|(at, _)| at + 1);
        let starts = std::iter::once(0).chain(newlines).collect();
        Self { text, starts }
    }

    /// Returns the index of the line that a byte is in.
    pub(super) fn line_of(&self, offset: usize) -> usize {
        let behind = self.starts.partition_point(|&start| start <= offset);
        behind.saturating_sub(1)
    }

    /// Returns the bytes of lines, without the end of the last one.
    pub(super) fn bytes_of(&self, lines: Range<usize>) -> Span {
        let start = self.starts.get(lines.start).copied();
        let start = start.unwrap_or(self.text.len());
        let end = self.starts.get(lines.end).map_or(self.text.len(), |&it| it);
        let text = &self.text[start..end];
        let text = text.strip_suffix('\n').unwrap_or(text);
        let text = text.strip_suffix('\r').unwrap_or(text);
        start..start + text.len()
    }

    /// Returns the column of a byte in characters, from 1.
    pub(super) fn column_of(&self, offset: usize) -> usize {
        let start = self.starts[self.line_of(offset)];
        self.text[start..offset].chars().count() + 1
    }

    /// Moves a span to boundaries of characters inside the text.
    pub(super) fn clamp(&self, at: &Span) -> Span {
        let boundary = |mut offset: usize| {
            offset = offset.min(self.text.len());
            while !self.text.is_char_boundary(offset) {
                offset -= 1;
            }
            offset
        };
        let start = boundary(at.start);
        start..boundary(at.end).max(start)
    }

    /// Cuts a span at the end of its first line that is not blank, and white space around it, so that it
    /// can be underlined.
    pub(super) fn first_line(&self, at: &Span) -> Span {
        let at = self.clamp(at);
        let text = &self.text[at.clone()];
        let start = at.start + (text.len() - text.trim_start().len());
        let line = text.trim_start().lines().next().unwrap_or_default();
        start..start + line.trim_end().len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_columns() {
        let places = Places::new("ä\r\n\n > b\n");
        for (offset, line, column) in [(0, 0, 1), (2, 0, 2), (4, 1, 1), (6, 2, 2), (10, 3, 1)] {
            assert_eq!(places.line_of(offset), line, "{offset}");
            assert_eq!(places.column_of(offset), column, "{offset}");
        }
        assert_eq!(places.bytes_of(0..1), 0..2);
        assert_eq!(places.bytes_of(0..3), 0..9);
        assert_eq!(places.bytes_of(7..9), 10..10);
    }

    #[test]
    fn spans_that_are_not_of_the_text_are_moved_into_it() {
        let places = Places::new("aä\n");
        assert_eq!(places.clamp(&(2..99)), 1..4);
        assert_eq!(places.clamp(&(99..100)), 4..4);
        #[allow(clippy::reversed_empty_ranges, reason = "the worst span")]
        let reversed = 3..1;
        assert_eq!(places.clamp(&reversed), 3..3);
    }

    #[test]
    fn a_head_is_underlined_in_its_first_line() {
        let places = Places::new("\n  < HTTP/2 405 \r\n< a: b\n");
        assert_eq!(places.first_line(&(0..24)), 3..15);
    }
}
