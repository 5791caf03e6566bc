//! Commands and calls that send a request: curl, HTTPie, PowerShell, `fetch`.

mod curl;
mod fetch;
mod httpie;
mod powershell;
mod words;

use super::head::{Head, Source};
use super::lines::{Line, Mark};
use super::names::Side;
use crate::exchange::{Field, Located, Span};

pub(super) use fetch::mode;

use words::{Syntax, Word, words};

/// Reads the command that begins in a line. Returns the offset behind it; behind everything that was
/// looked at, if it is no command with a URL.
pub(super) fn read(text: &str, line: &Line<'_>) -> (Option<Head>, usize) {
    if line.mark == Some(Mark::Received) {
        return (None, line.at);
    }
    if let Some(start) = line.text.find("fetch(") {
        return fetch::read(text, line.at + start);
    }
    let Some((program, start)) = program(line.text) else {
        return (None, line.at);
    };
    let start = line.at + start;
    let is_quoted = text[..start].ends_with('`');
    let syntax = match program {
        Program::PowerShell => Syntax::PowerShell,
        _ => Syntax::of(&text[start..]),
    };
    let (words, end) = words(text, start, syntax, is_quoted);
    let at = start..words.last().map_or(start, |word| word.at.end);
    let words = words.get(1..).unwrap_or_default();
    let head = match program {
        Program::Curl => curl::read(words, at),
        Program::Httpie { is_https } => httpie::read(words, at, is_https),
        Program::PowerShell => powershell::read(words, at),
    };
    (head, end)
}

#[derive(Clone, Copy, Debug)]
enum Program {
    Curl,
    Httpie { is_https: bool },
    PowerShell,
}

/// Finds a program at the beginning of a line or behind a prompt.
fn program(line: &str) -> Option<(Program, usize)> {
    const PROGRAMS: [(&str, Program); 10] = [
        ("curl ", Program::Curl),
        ("curl.exe ", Program::Curl),
        ("http ", Program::Httpie { is_https: false }),
        ("https ", Program::Httpie { is_https: true }),
        ("xh ", Program::Httpie { is_https: false }),
        ("xhs ", Program::Httpie { is_https: true }),
        ("Invoke-WebRequest ", Program::PowerShell),
        ("Invoke-RestMethod ", Program::PowerShell),
        ("iwr ", Program::PowerShell),
        ("irm ", Program::PowerShell),
    ];
    PROGRAMS.iter().find_map(|&(name, program)| {
        let start = line.find(name)?;
        let before = line[..start].trim_end();
        let is_prompt =
            before.is_empty() || before.ends_with(['$', '%', '#', '>', '`', ':', '❯', '➜']);
        is_prompt.then_some((program, start))
    })
}

/// Returns the head of a command, with its URL.
fn head(url: Located<String>, at: Span) -> Head {
    let mut head = Head::new(Side::Request, Source::Command, at);
    head.target = Some(url);
    head
}

/// Adds a header that is an argument: `Name: value`.
fn push_header(head: &mut Head, word: &Word, separator: char) {
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
fn imply_header(head: &mut Head, name: &str, value: &str, at: &Span) {
    if head.field(name).is_none() {
        head.fields.push(Field {
            name: name.to_owned(),
            value: value.to_owned(),
            at: at.clone(),
        });
    }
}

/// Sets the method that options imply, at the end of a command.
fn imply_method(head: &mut Head, method: &str) {
    if head.method.is_none() {
        let start = head.at.start;
        head.method = Some(Located {
            value: method.to_owned(),
            at: start..start,
        });
    }
}
