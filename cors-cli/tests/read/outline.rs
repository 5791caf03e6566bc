//! A paste as a few lines of text, for snapshots, and what holds for every paste.

use std::fmt::Write;

use cors_cli::{Exchange, Field, Message, Paste, Request, Response, Span};

/// Writes everything that was read. `~` is a value that was concluded.
pub(crate) fn outline(paste: &Paste) -> String {
    let mut out = String::new();
    for exchange in &paste.exchanges {
        exchange_lines(&mut out, exchange);
    }
    for message in &paste.messages {
        message_line(&mut out, message);
    }
    if let Some(page) = &paste.page {
        let _ = writeln!(out, "page {}", page.value);
    }
    for unread in &paste.unread {
        let _ = writeln!(out, "unread {}", &paste.text[unread.clone()]);
    }
    if paste.left_out > 0 {
        let _ = writeln!(out, "left out {}", paste.left_out);
    }
    out
}

fn exchange_lines(out: &mut String, exchange: &Exchange) {
    match &exchange.request {
        Some(request) => request_lines(out, request),
        None => out.push_str("> none\n"),
    }
    match &exchange.response {
        Some(response) => response_lines(out, response),
        None => out.push_str("< none\n"),
    }
    if let Some(failure) = &exchange.failure {
        let _ = writeln!(out, "! {:?}: {}", failure.kind, failure.text);
    }
}

fn concluded(at: &Span) -> &'static str {
    if at.is_empty() { "~" } else { "" }
}

fn request_lines(out: &mut String, request: &Request) {
    let method = &request.method;
    let _ = write!(out, "> {}{} ", concluded(&method.at), method.value);
    match &request.url {
        Some(url) => {
            let _ = write!(out, "{}{}", concluded(&url.at), url.value);
        }
        None => out.push_str(&request.target),
    }
    if request.has_body {
        out.push_str(" with a body");
    }
    if let Some(mode) = request.mode {
        let _ = write!(out, ", {mode:?}");
    }
    if let Some(credentials) = &request.credentials {
        let _ = write!(out, ", {:?}", credentials.value);
    }
    out.push('\n');
    fields(out, &request.headers);
}

fn response_lines(out: &mut String, response: &Response) {
    let status = response.status.as_ref();
    let status = status.map_or("no status".to_owned(), |status| status.value.to_string());
    let _ = writeln!(
        out,
        "{}",
        format!("< {status} {}", response.reason).trim_end()
    );
    fields(out, &response.headers);
    if !response.body.value.is_empty() {
        let _ = writeln!(out, "  body {:?}", response.body.value);
    }
}

fn fields(out: &mut String, fields: &[Field]) {
    for field in fields {
        let _ = writeln!(out, "  {}: {}", field.name, field.value);
    }
}

fn message_line(out: &mut String, message: &Message) {
    let _ = write!(out, "# {:?}", message.kind);
    if let Some(engine) = message.engine {
        let _ = write!(out, " of {engine:?}");
    }
    let parts = [
        ("url", &message.url),
        ("from", &message.redirected_from),
        ("origin", &message.origin),
        ("subject", &message.subject),
    ];
    for (name, part) in parts {
        if let Some(part) = part {
            let _ = write!(out, ", {name} {}", part.value);
        }
    }
    if let Some(status) = &message.status {
        let _ = write!(out, ", status {}", status.value);
    }
    if message.is_preflight {
        out.push_str(", preflight");
    }
    if message.has_credentials {
        out.push_str(", credentials");
    }
    out.push('\n');
}
