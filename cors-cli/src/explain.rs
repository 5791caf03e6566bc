//! The command `cors explain`.

use std::fs;
use std::io::{self, IsTerminal as _, Read as _};
use std::path::Path;
use std::process::ExitCode;

use cors_cli::{Asked, Diagnosis, Paste, Verdict, diagnose, read};

use crate::args::Explain;
use crate::exit;

/// An error of the arguments or of the input, as it is printed.
type Unusable = String;

pub(crate) fn run(arguments: &Explain) -> ExitCode {
    match paste(arguments) {
        Ok(paste) => {
            let diagnosis = diagnose(&paste, &asked(arguments));
            print(arguments, &paste, &diagnosis);
            exit_code(&diagnosis).into()
        }
        Err(error) => {
            anstream::eprintln!("error: {error}");
            exit::USAGE.into()
        }
    }
}

fn asked(arguments: &Explain) -> Asked {
    Asked {
        origin: arguments.origin.clone(),
        method: arguments.method.clone(),
        credentials: arguments.credentials.map(Into::into),
        no_cors: arguments.no_cors,
        audit: arguments.audit,
    }
}

fn paste(arguments: &Explain) -> Result<Paste, Unusable> {
    let text = text(arguments.input.as_deref())?;
    read(&text).map_err(|error| error.to_string())
}

/// Returns the text of a file, of standard input, or of the argument itself.
fn text(input: Option<&str>) -> Result<String, Unusable> {
    match input {
        None | Some("-") => {
            if io::stdin().is_terminal() {
                anstream::eprintln!("paste what you have, then press Ctrl+D");
            }
            let mut bytes = Vec::new();
            io::stdin()
                .read_to_end(&mut bytes)
                .map_err(|error| format!("standard input cannot be read: {error}"))?;
            Ok(decoded(bytes))
        }
        Some(name) if Path::new(name).is_file() => fs::read(name)
            .map(decoded)
            .map_err(|error| format!("`{name}` cannot be read: {error}")),
        Some(text) => Ok(text.to_owned()),
    }
}

/// Decodes UTF-8. Other bytes are replaced, because only the names and the values of headers matter.
fn decoded(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

fn print(_arguments: &Explain, _paste: &Paste, diagnosis: &Diagnosis) {
    anstream::println!("{diagnosis:#?}");
}

fn exit_code(diagnosis: &Diagnosis) -> u8 {
    let any = |verdict| diagnosis.cases.iter().any(|case| case.verdict == verdict);
    if any(Verdict::Refused) {
        exit::REFUSED
    } else if any(Verdict::NotReached) {
        exit::NOT_REACHED
    } else {
        0
    }
}
