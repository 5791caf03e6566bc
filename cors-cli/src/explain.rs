//! The command `cors explain`.

use std::fs;
use std::io::{self, IsTerminal as _, Read as _};
use std::path::Path;
use std::process::ExitCode;

use cors_cli::live::{self, Conversation, Options};
use cors_cli::{Asked, Diagnosis, Paste, Verdict, diagnose, read};

use crate::args::Explain;
use crate::exit;

/// An error of the arguments or of the input, as it is printed.
type Unusable = String;

pub(crate) fn run(arguments: &Explain) -> ExitCode {
    match diagnosed(arguments) {
        Ok((paste, diagnosis)) => {
            print(arguments, &paste, &diagnosis);
            exit_code(&diagnosis).into()
        }
        Err(error) => {
            anstream::eprintln!("error: {error}");
            exit::USAGE.into()
        }
    }
}

fn diagnosed(arguments: &Explain) -> Result<(Paste, Diagnosis), Unusable> {
    let (paste, remarks) = match &arguments.input {
        Some(input) if is_url(input) => {
            let conversation = tried(input, arguments)?;
            (conversation.paste, conversation.remarks)
        }
        input => {
            let without_effect = arguments.live.given();
            if !without_effect.is_empty() {
                return Err(format!(
                    "{} without a URL\nhelp: remove what concerns only requests, or give a URL instead \
                     of a paste",
                    without_effect.join(", ")
                ));
            }
            let text = text(input.as_deref())?;
            (read(&text).map_err(|error| error.to_string())?, Vec::new())
        }
    };
    let mut diagnosis = diagnose(&paste, &asked(arguments));
    diagnosis.assumptions.splice(0..0, remarks);
    Ok((paste, diagnosis))
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

/// Whether an input is tried, and not read: a URL of HTTP, or one of localhost, without anything else.
fn is_url(input: &str) -> bool {
    let is_word = !input.contains(char::is_whitespace);
    let has_scheme = ["http://", "https://"].iter().any(|scheme| {
        input
            .get(..scheme.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    });
    let is_port = input
        .strip_prefix(':')
        .is_some_and(|rest| rest.starts_with(|c: char| c == '/' || c.is_ascii_digit()));
    is_word && (has_scheme || is_port)
}

fn tried(url: &str, arguments: &Explain) -> Result<Conversation, Unusable> {
    let options = options(url, arguments)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| format!("no connection can be opened: {error}"))?;
    let conversation = runtime.block_on(live::ask(&options));
    // A name that is being looked up would delay the end.
    runtime.shutdown_background();
    conversation.map_err(|error| error.problems().join("\nerror: "))
}

fn options(url: &str, arguments: &Explain) -> Result<Options, Unusable> {
    let live = &arguments.live;
    Ok(Options {
        origin: arguments.origin.clone(),
        method: arguments.method.clone(),
        headers: live.headers.clone(),
        body: body(&live.data)?,
        user: live.user.clone(),
        credentials: arguments.credentials.map(Into::into),
        no_cors: arguments.no_cors,
        upload_listener: live.upload_listener,
        send: live.send,
        audit: arguments.audit,
        insecure: live.insecure,
        resolve: live.resolve.clone(),
        connect_to: live.connect_to.clone(),
        max_time: live.max_time.unwrap_or(DEFAULT_MAX_TIME),
        ..Options::new(url)
    })
}

/// The time limit of each request, in seconds.
const DEFAULT_MAX_TIME: f64 = 10.0;

/// Joins the parts of a body with `&`, as curl does.
fn body(data: &[String]) -> Result<Option<Vec<u8>>, Unusable> {
    let parts = data.iter().map(|data| match data.strip_prefix('@') {
        Some(name) => fs::read(name).map_err(|error| unreadable(name, &error)),
        None => Ok(data.clone().into_bytes()),
    });
    let parts: Vec<Vec<u8>> = parts.collect::<Result<_, _>>()?;
    Ok((!parts.is_empty()).then(|| parts.join(&b'&')))
}

/// Returns the text of a file, of standard input, or of the argument itself.
fn text(input: Option<&str>) -> Result<String, Unusable> {
    match input {
        None | Some("-") => {
            if io::stdin().is_terminal() {
                anstream::eprintln!("paste the error or the exchange, then press Ctrl+D");
            }
            let mut bytes = Vec::new();
            let read = io::stdin().read_to_end(&mut bytes);
            read.map_err(|error| unreadable("standard input", &error))?;
            Ok(decoded(bytes))
        }
        Some(name) if Path::new(name).is_file() => {
            let bytes = fs::read(name).map_err(|error| unreadable(name, &error))?;
            Ok(decoded(bytes))
        }
        Some(text) => Ok(text.to_owned()),
    }
}

fn unreadable(name: &str, error: &io::Error) -> Unusable {
    format!("`{name}` cannot be read: {error}")
}

/// Decodes UTF-8. Other bytes are replaced, because the texts of HTTP are ASCII where they matter.
fn decoded(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

fn print(_arguments: &Explain, paste: &Paste, diagnosis: &Diagnosis) {
    anstream::println!("{}\n{diagnosis:#?}", paste.text);
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
