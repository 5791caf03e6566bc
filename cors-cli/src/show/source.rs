//! The place that a paste came from.

use std::fmt;

/// The place that a paste came from, as it is named in the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source<'a> {
    /// An argument of the command line.
    Argument,
    /// Standard input.
    Stdin,
    /// A file. Lines of the paste are lines of the file.
    File(&'a str),
    /// A HAR file. Its requests were written as text, so that lines of the paste are not lines of the
    /// file.
    Har(&'a str),
    /// A URL that was tried.
    Url(&'a str),
}

impl<'a> Source<'a> {
    /// Whether the paste is a transcript, whose lines are not those of the source.
    pub(super) fn is_transcript(self) -> bool {
        matches!(self, Self::Har(_) | Self::Url(_))
    }

    /// Returns the file, if lines of the paste are lines of it.
    pub(super) fn file(self) -> Option<&'a str> {
        match self {
            Self::File(path) => Some(path),
            Self::Argument | Self::Stdin | Self::Har(_) | Self::Url(_) => None,
        }
    }
}

impl fmt::Display for Source<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Argument => f.write_str("paste"),
            Self::Stdin => f.write_str("stdin"),
            Self::File(name) | Self::Har(name) | Self::Url(name) => f.write_str(name),
        }
    }
}
