//! Parts of the request that a command sends.

use super::words::Word;
use crate::exchange::{Field, Located, Span};
use crate::read::head::{Head, Source};
use crate::read::names::Side;

/// Returns the head of a command, with its URL.
pub(super) fn head(url: Located<String>, at: Span) -> Head {
    let mut head = Head::new(Side::Request, Source::Command, at);
    head.target = Some(url);
    head
}

/// Adds a header that is an argument: `Name: value`.
pub(super) fn push_header(head: &mut Head, word: &Word, separator: char) {
    let Some((name, value)) = word.value.split_once(separator) else {
        return;
    };
    head.fields.push(Field {
        name: name.trim_ascii().to_ascii_lowercase(),
        value: value.trim_ascii().to_owned(),
        at: word.at.clone(),
    });
}

/// Adds a header that an option implies.
pub(super) fn imply_header(head: &mut Head, name: &str, value: &str, at: &Span) {
    if head.field(name).is_none() {
        head.fields.push(Field {
            name: name.to_owned(),
            value: value.to_owned(),
            at: at.clone(),
        });
    }
}

/// Sets the method that options imply, at the end of a command.
pub(super) fn imply_method(head: &mut Head, method: &str) {
    if head.method.is_none() {
        let start = head.at.start;
        head.method = Some(Located {
            value: method.to_owned(),
            at: start..start,
        });
    }
}
