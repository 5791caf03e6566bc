//! Commands and calls that send a request: curl, HTTPie, PowerShell, `fetch`.

mod curl;
mod fetch;
mod httpie;
mod powershell;
mod request;
mod words;

use super::head::Head;
use super::lines::{Line, Mark};

pub(super) use fetch::mode;

use words::{Syntax, words};

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

/// Finds a program at the beginning of a line, behind a prompt, or behind another program.
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
        let rest = &line[start + name.len()..];
        let is_command = is_prompt(line[..start].trim_end()) || has_arguments(program, rest);
        is_command.then_some((program, start))
    })
}

/// Whether a text in front of a command is a prompt, or introduces code.
fn is_prompt(text: &str) -> bool {
    text.is_empty()
        || text.ends_with(['$', '%', '#', '>', '`', ':', '❯', '➜'])
        || text.starts_with(['❯', '➜', 'λ'])
}

/// Whether an option or a URL follows, so that it is no sentence about a program.
fn has_arguments(program: Program, rest: &str) -> bool {
    let is_argument = |start: &&str| rest.starts_with(*start);
    matches!(program, Program::Curl) && ["-", "'http", "\"http", "http"].iter().any(is_argument)
}
