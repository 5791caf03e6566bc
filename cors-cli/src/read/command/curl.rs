//! The options of curl.

use super::words::Word;
use super::{head, imply_header, imply_method, push_header};
use crate::exchange::{Located, Span};
use crate::read::head::Head;

/// An option that matters here. The other ones are skipped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Meaning {
    Method,
    Header,
    Data,
    Json,
    Form,
    Upload,
    User,
    Cookie,
    UserAgent,
    Referer,
    Url,
    /// A value of no use.
    Value,
    Head,
    Get,
    Http2,
    /// Nothing, without a value.
    Flag,
}

/// Returns the meaning of a letter. All others are flags.
fn short(letter: char) -> Meaning {
    match letter {
        'X' => Meaning::Method,
        'H' => Meaning::Header,
        'd' => Meaning::Data,
        'F' => Meaning::Form,
        'T' => Meaning::Upload,
        'u' => Meaning::User,
        'b' => Meaning::Cookie,
        'A' => Meaning::UserAgent,
        'e' => Meaning::Referer,
        'I' => Meaning::Head,
        'G' => Meaning::Get,
        'o' | 'w' | 'x' | 'm' | 'c' | 'D' | 'E' | 'K' | 'r' | 'U' | 'y' | 'Y' | 'z' | 'C' | 'P'
        | 'Q' | 't' => Meaning::Value,
        _ => Meaning::Flag,
    }
}

/// Returns the meaning of a long option. All others are flags.
fn long(name: &str) -> Meaning {
    match name {
        "request" => Meaning::Method,
        "header" => Meaning::Header,
        "data" | "data-raw" | "data-binary" | "data-ascii" | "data-urlencode" => Meaning::Data,
        "json" => Meaning::Json,
        "form" | "form-string" => Meaning::Form,
        "upload-file" => Meaning::Upload,
        "user" | "oauth2-bearer" => Meaning::User,
        "cookie" => Meaning::Cookie,
        "user-agent" => Meaning::UserAgent,
        "referer" => Meaning::Referer,
        "url" => Meaning::Url,
        "head" => Meaning::Head,
        "get" => Meaning::Get,
        "http2" | "http2-prior-knowledge" | "http3" => Meaning::Http2,
        "output" | "write-out" | "proxy" | "max-time" | "connect-timeout" | "cookie-jar"
        | "dump-header" | "cert" | "key" | "cacert" | "capath" | "resolve" | "connect-to"
        | "interface" | "retry" | "range" | "config" | "proxy-user" | "limit-rate"
        | "max-redirs" | "ciphers" | "tls-max" | "unix-socket" | "noproxy" | "proxy-header"
        | "local-port" | "doh-url" => Meaning::Value,
        _ => Meaning::Flag,
    }
}

/// Reads the words behind `curl`. `None` if there is no URL.
pub(super) fn read(words: &[Word], at: Span) -> Option<Head> {
    let mut request = head(located(String::new(), 0..0), at);
    request.target = None;
    let mut is_get = false;
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let (meaning, inline) = option(&word.value);
        let Some(meaning) = meaning else {
            let is_redirection = word
                .value
                .trim_start_matches(['1', '2', '&'])
                .starts_with('>');
            if is_redirection {
                if word.value.ends_with('>') {
                    words.next();
                }
            } else if request.target.is_none() {
                request.target = url(word);
            }
            continue;
        };
        let inline = inline.map(|value| Word {
            value: value.to_owned(),
            at: word.tail(value),
        });
        let value = match meaning {
            Meaning::Head | Meaning::Get | Meaning::Http2 | Meaning::Flag => word,
            _ => match &inline {
                Some(value) => value,
                None => match words.next() {
                    Some(value) => value,
                    None => break,
                },
            },
        };
        match meaning {
            Meaning::Get => is_get = true,
            Meaning::Url => request.target = url(value),
            _ => apply(&mut request, meaning, value),
        }
    }
    request.target.as_ref()?;
    if is_get && request.has_body {
        request.has_body = false;
        request.fields.retain(|field| field.at != implied_type());
    }
    imply_type(&mut request);
    let method = if request.has_body && !is_get {
        "POST"
    } else {
        "GET"
    };
    imply_method(&mut request, method);
    Some(request)
}

/// The place of a type that options imply, until the end of the command.
fn implied_type() -> Span {
    0..0
}

/// Adds the type of a form last, because an own header replaces it.
fn imply_type(request: &mut Head) {
    let is_implied = |field: &crate::exchange::Field| field.at == implied_type();
    if let Some(index) = request.fields.iter().position(is_implied) {
        let field = request.fields.remove(index);
        let start = request.at.start;
        imply_header(request, "content-type", &field.value, &(start..start));
    }
}

fn apply(request: &mut Head, meaning: Meaning, value: &Word) {
    let header = |request: &mut Head, name| imply_header(request, name, &value.value, &value.at);
    let body = |request: &mut Head, content_type: &str| {
        request.has_body = true;
        if !request
            .fields
            .iter()
            .any(|field| field.at == implied_type())
        {
            request.fields.push(crate::exchange::Field {
                name: "content-type".to_owned(),
                value: content_type.to_owned(),
                at: implied_type(),
            });
        }
    };
    match meaning {
        Meaning::Method => request.method = Some(located(value.value.clone(), value.at.clone())),
        Meaning::Header if !value.value.ends_with(':') => {
            let separator = if value.value.contains(':') { ':' } else { ';' };
            push_header(request, value, separator);
        }
        Meaning::Data => body(request, "application/x-www-form-urlencoded"),
        Meaning::Json => body(request, "application/json"),
        Meaning::Form => body(request, "multipart/form-data"),
        Meaning::Upload => {
            request.has_body = true;
            let start = value.at.start;
            request.method = Some(located("PUT".to_owned(), start..start));
        }
        Meaning::User => {
            let start = value.at.start;
            imply_header(request, "authorization", "Basic", &(start..start));
        }
        Meaning::Cookie => header(request, "cookie"),
        Meaning::UserAgent => header(request, "user-agent"),
        Meaning::Referer => header(request, "referer"),
        Meaning::Head if request.method.is_none() => {
            request.method = Some(located("HEAD".to_owned(), value.at.clone()));
        }
        Meaning::Http2 => request.is_tls = true,
        _ => {}
    }
}

/// Reads an option with the value that stands in the same word. `None` if the word is no option.
fn option(word: &str) -> (Option<Meaning>, Option<&str>) {
    if let Some(name) = word.strip_prefix("--") {
        let (name, value) = match name.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (name, None),
        };
        return (Some(long(name)), value);
    }
    let Some(letters) = word.strip_prefix('-').filter(|letters| !letters.is_empty()) else {
        return (None, None);
    };
    // Several letters in one word, of which the last one may have a value.
    for (index, letter) in letters.char_indices() {
        let rest = &letters[index + letter.len_utf8()..];
        match short(letter) {
            Meaning::Flag if !rest.is_empty() => {}
            meaning @ (Meaning::Head | Meaning::Get) if rest.is_empty() => {
                return (Some(meaning), None);
            }
            Meaning::Head => return (Some(Meaning::Head), None),
            Meaning::Get => return (Some(Meaning::Get), None),
            meaning => return (Some(meaning), (!rest.is_empty()).then_some(rest)),
        }
    }
    (Some(Meaning::Flag), None)
}

/// Reads a word as a URL, with `http:` if it has no scheme.
fn url(word: &Word) -> Option<Located<String>> {
    let value = &word.value;
    let host = value.split(['/', '?', ':']).next().unwrap_or_default();
    let is_url = value.contains("://")
        || host == "localhost"
        || host.contains('.') && !host.starts_with('.') && !host.ends_with('.');
    let value = if value.contains("://") {
        value.clone()
    } else {
        format!("http://{value}")
    };
    is_url.then(|| located(value, word.at.clone()))
}

fn located(value: String, at: Span) -> Located<String> {
    Located { value, at }
}
