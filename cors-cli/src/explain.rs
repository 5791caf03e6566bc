//! The command `cors explain`.

use std::fs;
use std::io::{self, IsTerminal as _, Read as _, Write as _};
use std::path::Path;
use std::process::ExitCode;

use cors_cli::live::{self, Options};
use cors_cli::show::{self, Source};
use cors_cli::{Asked, Diagnosis, Paste, Verdict, diagnose, read};

use crate::args::{Explain, Format};
use crate::exit;

/// An error of the arguments or of the input, as it is printed.
type Unusable = String;

/// The place of a paste.
#[derive(Clone, Copy)]
enum Place<'a> {
    Stdin,
    File(&'a str),
    Argument(&'a str),
}

/// The exchanges of an input.
struct Found<'a> {
    paste: Paste,
    source: Source<'a>,
    /// Sentences about assumptions, and about requests that were not sent.
    remarks: Vec<String>,
    asked: Asked,
}

pub(crate) fn run(arguments: &Explain) -> ExitCode {
    match explained(arguments) {
        Ok(verdict) => exit_code(verdict).into(),
        Err(error) => {
            anstream::eprintln!("error: {error}");
            exit::USAGE.into()
        }
    }
}

/// Prints the diagnosis of the input.
fn explained(arguments: &Explain) -> Result<Verdict, Unusable> {
    let mut found = match arguments.input.as_deref() {
        Some(url) if is_url(url) => tried(url, arguments),
        None | Some("-") => pasted(Place::Stdin, arguments),
        Some(name) if Path::new(name).is_file() => pasted(Place::File(name), arguments),
        Some(text) => pasted(Place::Argument(text), arguments),
    }?;
    let mut diagnosis = diagnose(&found.paste, &found.asked);
    diagnosis.assumptions.splice(0..0, found.remarks.drain(..));
    print(arguments, &found, &diagnosis)?;
    Ok(diagnosis.verdict())
}

/// Whether an input is tried, and not read: a word that is a URL of HTTP, or begins with a port.
fn is_url(input: &str) -> bool {
    let has_scheme = |scheme: &str| {
        let start = input.get(..scheme.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    };
    let is_port = |rest: &str| rest.starts_with(|c: char| c == '/' || c.is_ascii_digit());
    let is_local = input.strip_prefix(':').is_some_and(is_port);
    is_word(input) && (has_scheme("http://") || has_scheme("https://") || is_local)
}

fn is_word(input: &str) -> bool {
    !input.is_empty() && !input.contains(char::is_whitespace)
}

/// Reads a paste.
fn pasted<'a>(place: Place<'a>, arguments: &Explain) -> Result<Found<'a>, Unusable> {
    let without_effect = arguments.live.given();
    if !without_effect.is_empty() {
        return Err(format!(
            "{} without a URL\nhelp: give the URL, or remove what concerns only requests to it",
            without_effect.join(", ")
        ));
    }
    arguments.origin.as_deref().map(live::origin).transpose()?;
    let text = text(place)?;
    let paste = read(&text).map_err(|error| match place {
        Place::Argument(name) if is_word(name) => no_input(name),
        _ => error.to_string(),
    })?;
    let source = match place {
        Place::Stdin => Source::Stdin,
        Place::File(name) if paste.text == text => Source::File(name),
        Place::File(name) => Source::Har(name),
        Place::Argument(_) => Source::Argument,
    };
    Ok(Found {
        paste,
        source,
        remarks: Vec::new(),
        asked: asked(arguments),
    })
}

/// Returns the error of a word that is neither a paste nor a file nor a URL.
fn no_input(name: &str) -> Unusable {
    if Path::new(name).is_dir() {
        return format!("`{name}` is a folder\nhelp: give one file, such as a HAR file");
    }
    let help = match name.split_once("://") {
        Some((_, rest)) => format!("for a URL, write `https://{rest}` or `http://{rest}`"),
        None if name.starts_with("localhost") => format!("for a URL, write `http://{name}`"),
        None if is_host(name) => {
            format!("for a URL, write `https://{name}`; for a file, check its name and folder")
        }
        None => "check the name and the folder of the file; a URL begins with `https://` or \
                 `http://`, or with `:3000` for localhost"
            .to_owned(),
    };
    format!("there is no file `{name}`, and it is no URL\nhelp: {help}")
}

/// Whether a word begins with the name of a host, such as `api.example/jobs` or `10.0.0.1:3000`.
fn is_host(word: &str) -> bool {
    let host = word.split(['/', ':', '?']).next().unwrap_or_default();
    let is_of_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
    let is_file = [".har", ".json", ".log", ".txt"]
        .iter()
        .any(|end| word.ends_with(end));
    !is_file && host.contains('.') && !host.starts_with('.') && host.chars().all(is_of_name)
}

/// Returns the text of standard input, of a file, or of the argument itself.
fn text(place: Place<'_>) -> Result<String, Unusable> {
    let (name, bytes) = match place {
        Place::Stdin => {
            if io::stdin().is_terminal() {
                anstream::eprintln!("paste the error or the exchange, then press Ctrl+D");
            }
            let mut bytes = Vec::new();
            let read = io::stdin().read_to_end(&mut bytes);
            ("standard input", read.map(|_| bytes))
        }
        Place::File(name) => (name, fs::read(name)),
        Place::Argument(text) => return Ok(text.to_owned()),
    };
    bytes.map(decoded).map_err(|error| unreadable(name, &error))
}

fn unreadable(name: &str, error: &io::Error) -> Unusable {
    format!(
        "`{name}` cannot be read: {error}\nhelp: check the name and the permissions of the file"
    )
}

/// Decodes UTF-8, or UTF-16 with a mark at its start, as `>` of PowerShell writes it. Bytes that are
/// neither are replaced, because the texts of HTTP are ASCII where they matter.
fn decoded(bytes: Vec<u8>) -> String {
    match &bytes[..] {
        [0xff, 0xfe, rest @ ..] => {
            let units = rest.chunks_exact(2);
            let units: Vec<u16> = units
                .map(|unit| u16::from_le_bytes([unit[0], unit[1]]))
                .collect();
            String::from_utf16_lossy(&units)
        }
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        _ => String::from_utf8(bytes)
            .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()),
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

/// Tries a URL.
fn tried<'a>(url: &'a str, arguments: &Explain) -> Result<Found<'a>, Unusable> {
    let options = options(url, arguments)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| format!("no connection can be opened: {error}"))?;
    let conversation = runtime.block_on(live::ask(&options));
    // A name that is still being looked up would delay the end.
    runtime.shutdown_background();
    match conversation {
        Ok(conversation) => Ok(Found {
            paste: conversation.paste,
            // The fragment is not sent, and can have a token.
            source: Source::Url(url.split('#').next().unwrap_or(url)),
            remarks: conversation.remarks,
            asked: Asked {
                origin: Some(conversation.origin),
                credentials: Some(conversation.credentials),
                ..asked(arguments)
            },
        }),
        Err(error) => Err(error.problems().join("\nerror: ")),
    }
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

fn print(arguments: &Explain, found: &Found<'_>, diagnosis: &Diagnosis) -> Result<(), Unusable> {
    let (paste, source) = (&found.paste, found.source);
    let text = match arguments.format {
        _ if arguments.test => show::test_case(paste, diagnosis).ok_or(
            "there is no response that a test could have\nhelp: add the response, or the message of \
             the console",
        )?,
        Format::Text => show::text(paste, diagnosis, source, width()),
        Format::Json => show::json(paste, diagnosis, source),
        Format::Github => show::github(paste, diagnosis, source),
    };
    // A pipe that is closed needs no error.
    let _ = anstream::stdout().write_all(text.as_bytes());
    Ok(())
}

/// Returns the width of the terminal, if the output is shown in one.
fn width() -> Option<usize> {
    let (width, _) = terminal_size::terminal_size_of(io::stdout())?;
    Some(width.0.into())
}

fn exit_code(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Allowed => 0,
        Verdict::Refused => exit::REFUSED,
        Verdict::NotReached => exit::NOT_REACHED,
    }
}
