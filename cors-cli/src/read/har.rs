//! HAR files, as the three engines write them. Their entries are read one by one; those without a meaning
//! for CORS, and the bodies, are dropped at once.

use std::borrow::Cow;

use super::console;
use super::failure;
use super::lines::Line;
use super::unreadable::Unreadable;
use crate::exchange::{Exchange, Failure, Located, Paste, Purpose};
use crate::message::{Engine, Message};
use crate::transcript::{Received, Sent, Transcript};

mod entry;
mod order;

use entry::{Entry, Header, origin, read_entries};

/// Whether a text is an object, and so may be a HAR file.
pub(super) fn is_object(text: &str) -> bool {
    text.trim_start_matches('\u{feff}')
        .trim_start()
        .starts_with('{')
}

/// Reads a HAR file. `None` if it is another object.
///
/// If the JSON ends too early or has an error, the entries in front of it are read. The message about that
/// is in [`Paste::unread`].
pub(super) fn read(text: &str) -> Option<Result<Paste, Unreadable>> {
    let text = text.trim_start_matches('\u{feff}');
    let file = read_entries(text).or_else(|| read_entries(&log_of(text)?))?;
    if let (Some(error), true) = (&file.error, file.entries.is_empty()) {
        let reason = error.to_string();
        return Some(Err(Unreadable::har(text, error.line(), reason)));
    }
    let ordered = order::ordered(file.entries);
    let mut transcript = Transcript::default();
    for entry in &ordered.entries {
        write(&mut transcript, entry);
    }
    for (number, error) in &file.invalid {
        transcript.note_unread(&format!("entry {number} is left out: {error}"));
    }
    if let Some(error) = &file.error {
        transcript.note_unread(&format!("the rest of the file is left out: {error}"));
    }
    let mut paste = transcript.into_paste();
    paste.left_out = file.left_out + ordered.left_out;
    paste.page = ordered.entries.iter().find_map(page);
    paste.messages = messages(&paste);
    Some(Ok(paste))
}

/// Returns the log of one entry that was copied without the rest of the file.
fn log_of(text: &str) -> Option<String> {
    // Most entries are smaller, and the text is copied.
    const MAX: usize = 1024 * 1024;
    let is_entry = ["\"request\"", "\"response\"", "\"headers\""]
        .iter()
        .all(|name| text.contains(name));
    (text.len() <= MAX && is_entry).then(|| format!("{{\"log\":{{\"entries\":[{text}]}}}}"))
}

fn write(transcript: &mut Transcript, entry: &Entry) {
    let request = &entry.request;
    let sent = Sent {
        method: &request.method,
        url: &entry.url,
        version: version(&request.http_version),
        headers: lines(&request.headers),
        mode: request
            .header("sec-fetch-mode")
            .and_then(super::command::mode),
        has_body: request.post_data.is_some(),
    };
    let response = &entry.response;
    if response.status == 0 {
        let error = response.error.as_deref().filter(|error| !error.is_empty());
        let text = error.unwrap_or("there is no response");
        let failure = Failure {
            kind: failure::of_words(text),
            text: text.to_owned(),
            at: 0..0,
        };
        transcript.push_text(Purpose::Pasted, &sent, Err(failure));
        return;
    }
    let received = Received {
        version: version(&response.http_version),
        status: response.status,
        reason: &response.status_text,
        headers: lines(&response.headers),
        body: &response.content.start(),
    };
    transcript.push_text(Purpose::Pasted, &sent, Ok(&received));
}

/// Returns the sentences of the console that WebKit writes as errors. Chromium writes `net::ERR_FAILED`.
fn messages(paste: &Paste) -> Vec<Message> {
    let message = |exchange: &Exchange| {
        let failure = exchange.failure.as_ref()?;
        let line = Line::read(&paste.text, failure.at.start)?;
        let is_sentence = !line.text.starts_with("net::");
        let (message, _) = console::read(&paste.text, &line).filter(|_| is_sentence)?;
        let url = exchange
            .request
            .as_ref()
            .and_then(|request| request.url.as_ref());
        Some(Message {
            engine: Some(Engine::WebKit),
            url: url.map(|url| Located {
                value: url.value.to_string(),
                at: url.at.clone(),
            }),
            ..message
        })
    };
    paste.exchanges.iter().filter_map(message).collect()
}

/// Returns the origin of a page. Chromium does not write `origin` for requests that failed.
fn page(entry: &Entry) -> Option<Located<String>> {
    let referer = || entry.request.header("referer").and_then(origin);
    let page = entry.origin().map(str::to_owned).or_else(referer)?;
    (page != "null").then_some(Located {
        value: page,
        at: 0..0,
    })
}

/// Returns the headers without pseudo headers.
fn lines(headers: &[Header]) -> Vec<(&str, Cow<'_, str>)> {
    let headers = headers
        .iter()
        .filter(|header| !header.name.starts_with(':'));
    headers
        .map(|header| (header.name.as_str(), Cow::Borrowed(header.value.as_str())))
        .collect()
}

/// Returns the version as curl writes it. Chromium writes `h2` and `http/2.0`, and nothing if it is unknown.
fn version(version: &str) -> &'static str {
    match version.to_ascii_lowercase().trim_start_matches("http/") {
        "h2" | "2" | "2.0" => "HTTP/2",
        "h3" | "3" | "3.0" => "HTTP/3",
        "1.0" => "HTTP/1.0",
        _ => "HTTP/1.1",
    }
}
