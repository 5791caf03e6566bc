//! Remedies for wrong arguments that clap has none for.

use std::path::Path;

use clap::Error;
use clap::error::{ContextKind, ContextValue, ErrorKind};

/// Adds the remedy to the error of a mistake that people make with this command.
pub(crate) fn with_remedy(mut error: Error) -> Error {
    if let Some(remedy) = remedy(&error) {
        let remedies = ContextValue::StyledStrs(vec![remedy.into()]);
        error.insert(ContextKind::Suggested, remedies);
    }
    error
}

fn remedy(error: &Error) -> Option<String> {
    let text = |kind| match error.get(kind)? {
        ContextValue::String(text) => Some(text.as_str()),
        _ => None,
    };
    match error.kind() {
        ErrorKind::InvalidSubcommand => {
            let input = text(ContextKind::InvalidSubcommand)?;
            is_input(input).then(|| "write `explain` before it: `cors explain ..`".to_owned())
        }
        ErrorKind::InvalidValue => {
            let is_edge = text(ContextKind::InvalidArg)? == "<EDGE>";
            let value = text(ContextKind::InvalidValue)?;
            (is_edge && Path::new(value).is_file())
                .then(|| format!("write the gateway before the file: `cors export envoy {value}`"))
        }
        ErrorKind::MissingRequiredArgument => {
            let ContextValue::Strings(missing) = error.get(ContextKind::InvalidArg)? else {
                return None;
            };
            let is_edge = missing.iter().any(|argument| argument == "<EDGE>");
            is_edge
                .then(|| "write the gateway and the file: `cors export envoy cors.lock`".to_owned())
        }
        ErrorKind::UnknownArgument => of_argument(text(ContextKind::InvalidArg)?),
        _ => None,
    }
}

/// Whether a text is one that `cors explain` takes.
fn is_input(text: &str) -> bool {
    let is_paste = text.contains(char::is_whitespace) || text.contains("://");
    is_paste || text.starts_with(':') || Path::new(text).is_file()
}

fn of_argument(argument: &str) -> Option<String> {
    let remedy = match argument {
        "omit" | "same-origin" | "include" => {
            return Some(format!("write it with `=`: `--credentials={argument}`"));
        }
        "-I" | "--head" => "write `-X HEAD`",
        "-i" | "-v" | "-s" | "-S" | "-L" | "--include" | "--verbose" | "--silent"
        | "--location" => "leave it out: heads are read and redirects are followed without it",
        "-o" | "--output" => "leave it out: `> FILE` at the end writes the output to a file",
        _ if !argument.starts_with('-') => {
            "there is one input: put quotes around a text with spaces, or give it on standard input"
        }
        _ => return None,
    };
    Some(remedy.to_owned())
}
