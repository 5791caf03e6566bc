//! A paste of any form.

use cors_cli::show::{self, Source};
use cors_cli::{Asked, Exchange, Field, Located, Message, Paste, Span, diagnose, read};

pub fn holds(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let paste = match read(&text) {
        Ok(paste) => paste,
        Err(error) => {
            let error = error.to_string();
            assert!(error.contains("\nhelp: "), "{error}");
            assert!(
                !error.chars().any(|c| c.is_control() && c != '\n'),
                "{error:?}"
            );
            return;
        }
    };
    assert_eq!(
        format!("{paste:?}"),
        format!("{:?}", read(&text).expect("as before"))
    );
    for exchange in &paste.exchanges {
        exchange_is_in_place(&paste, exchange);
    }
    for message in &paste.messages {
        message_is_in_place(&paste, message);
    }
    for unread in &paste.unread {
        at(&paste, unread);
    }
    is_shown(&paste);
    if let Some(expected) = plain_response(&text) {
        let first = paste
            .exchanges
            .first()
            .and_then(|exchange| exchange.response.as_ref());
        let fields = first.map(|response| response.headers.iter());
        let fields = fields.into_iter().flatten();
        let values: Vec<(&str, &str)> = fields.map(|field| (&*field.name, &*field.value)).collect();
        assert!(
            values.starts_with(&expected),
            "{values:?} instead of {expected:?}"
        );
    }
}

/// Every output exists, and none has a control character.
fn is_shown(paste: &Paste) {
    let diagnosis = diagnose(paste, &Asked::default());
    let source = Source::Stdin;
    let styled = show::text(paste, &diagnosis, source, Some(60));
    assert!(styled.starts_with('\u{1b}'), "{styled}");
    let outputs = [
        show::json(paste, &diagnosis, source),
        show::github(paste, &diagnosis, source),
        show::test_case(paste, &diagnosis).unwrap_or_default(),
    ];
    for output in outputs {
        let is_plain = |c: char| !c.is_control() || c == '\n';
        assert!(output.chars().all(is_plain), "{output:?}");
    }
}

/// The text of a place, which is in the text and on the boundaries of characters.
fn at<'a>(paste: &'a Paste, span: &Span) -> &'a str {
    paste
        .text
        .get(span.clone())
        .unwrap_or_else(|| panic!("{span:?} is no place"))
}

fn exchange_is_in_place(paste: &Paste, exchange: &Exchange) {
    assert!(
        exchange.request.is_some() || exchange.response.is_some() || exchange.failure.is_some()
    );
    if let Some(request) = &exchange.request {
        at(paste, &request.at);
        // The option `-I` is a method.
        if !at(paste, &request.method.at).starts_with('-') {
            has(paste, &request.method.at, &request.method.value);
        }
        request.url.iter().for_each(|url| {
            at(paste, &url.at);
        });
        request.credentials.iter().for_each(|credentials| {
            at(paste, &credentials.at);
        });
        request
            .headers
            .iter()
            .for_each(|field| field_is_in_place(paste, field));
    }
    if let Some(response) = &exchange.response {
        at(paste, &response.at);
        if let Some(status) = &response.status {
            assert!(!(100..200).contains(&status.value) || status.value == 101);
            assert_eq!(at(paste, &status.at), format!("{:03}", status.value));
        }
        assert_eq!(at(paste, &response.body.at), response.body.value);
        assert!(response.body.value.len() <= 4096);
        response
            .headers
            .iter()
            .for_each(|field| field_is_in_place(paste, field));
    }
    if let Some(failure) = &exchange.failure {
        assert_eq!(at(paste, &failure.at), failure.text);
    }
}

fn field_is_in_place(paste: &Paste, field: &Field) {
    assert!(!field.name.bytes().any(|byte| byte.is_ascii_uppercase()));
    has(paste, &field.at, &field.value);
}

fn message_is_in_place(paste: &Paste, message: &Message) {
    at(paste, &message.at);
    let parts: [&Option<Located<String>>; 4] = [
        &message.url,
        &message.redirected_from,
        &message.origin,
        &message.subject,
    ];
    for part in parts.into_iter().flatten() {
        has(paste, &part.at, &part.value);
    }
    if let Some(status) = &message.status {
        assert_eq!(at(paste, &status.at), format!("{:03}", status.value));
    }
}

/// Checks that a value occurs at its place, up to what quotes, escapes and wrapped lines change. An empty
/// place is that of a value that was concluded.
fn has(paste: &Paste, span: &Span, value: &str) {
    let place = at(paste, span);
    let is_escaped = place.contains(['\\', '^', '`', '\'', '"', '‘', '’', '“', '”']);
    if !place.is_empty() && !is_escaped {
        let words = |text: &str| -> String {
            let kept = |c: &char| !c.is_whitespace() && *c != '>';
            text.chars().filter(kept).collect()
        };
        assert!(
            words(place).contains(&words(value)),
            "{value:?} is not at {place:?}"
        );
    }
}

/// The CORS headers below a first line, read a second time, naively. `None` if the text does not begin so.
fn plain_response(text: &str) -> Option<Vec<(&str, &str)>> {
    let mut lines = text.lines();
    let first = lines.next()?;
    let status = first.strip_prefix("HTTP/1.1 ")?.get(..3)?;
    let is_wrapped = text
        .lines()
        .any(|line| line.starts_with(char::is_whitespace));
    let is_plain = ["200", "204", "403", "500"].contains(&status);
    if !is_plain || is_wrapped || first.contains("onnection") {
        return None;
    }
    let header = |line| {
        let (name, value): (&str, &str) = str::split_once(line, ": ")?;
        let is_plain = |c: char| c.is_ascii_lowercase() || c == '-';
        let is_value = |c: char| c.is_ascii_alphanumeric() || "*:/.".contains(c);
        let is_name = name.starts_with("access-control-allow-") && name.chars().all(is_plain);
        let is_name = is_name && name.len() < 60;
        (is_name && value.chars().all(is_value) && !value.is_empty()).then_some((name, value))
    };
    Some(lines.map_while(header).collect())
}
