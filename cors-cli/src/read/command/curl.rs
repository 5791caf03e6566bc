//! The options of curl.

use super::request::{imply_header, imply_method, push_header};
use super::words::Word;
use crate::exchange::{Located, Span};
use crate::read::head::{Head, Source};
use crate::read::names::Side;

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

impl Meaning {
    fn has_value(self) -> bool {
        !matches!(self, Self::Head | Self::Get | Self::Http2 | Self::Flag)
    }
}

/// Reads the words behind `curl`. `None` if there is no URL.
pub(super) fn read(words: &[Word], at: Span) -> Option<Head> {
    let mut options = Options {
        request: Head::new(Side::Request, Source::Command, at),
        content_type: None,
        is_get: false,
    };
    let mut words = words.iter();
    while let Some(word) = words.next() {
        if let Some(option) = word.value.strip_prefix("--") {
            let (name, inline) = match option.split_once('=') {
                Some((name, value)) => (name, Some(value)),
                None => (option, None),
            };
            options.apply(long(name), word, inline, &mut words);
        } else if let Some(letters) = word.value.strip_prefix('-') {
            // Several letters in one word, of which the last one may have a value.
            for (index, letter) in letters.char_indices() {
                let meaning = short(letter);
                let rest = &letters[index + letter.len_utf8()..];
                options.apply(
                    meaning,
                    word,
                    Some(rest).filter(|rest| !rest.is_empty()),
                    &mut words,
                );
                if meaning.has_value() {
                    break;
                }
            }
        } else if is_redirection(&word.value) {
            if word.value.ends_with('>') {
                words.next();
            }
        } else if options.request.target.is_none() {
            options.request.target = url(word);
        }
    }
    options.finish()
}

/// The options of a command so far.
struct Options {
    request: Head,
    /// The type that an option implies. A header replaces it.
    content_type: Option<&'static str>,
    is_get: bool,
}

impl Options {
    /// Applies an option. Its value is in the same word, or is the next one.
    fn apply<'w>(
        &mut self,
        meaning: Meaning,
        word: &'w Word,
        inline: Option<&str>,
        words: &mut impl Iterator<Item = &'w Word>,
    ) {
        if !meaning.has_value() {
            self.flag(meaning, word);
        } else if let Some(value) = inline {
            let value = Word {
                value: value.to_owned(),
                at: word.tail(value),
            };
            self.value(meaning, &value);
        } else if let Some(value) = words.next() {
            self.value(meaning, value);
        }
    }

    fn flag(&mut self, meaning: Meaning, word: &Word) {
        match meaning {
            Meaning::Get => self.is_get = true,
            Meaning::Http2 => self.request.is_tls = true,
            Meaning::Head if self.request.method.is_none() => {
                self.request.method = Some(located("HEAD".to_owned(), word.at.clone()));
            }
            _ => {}
        }
    }

    fn value(&mut self, meaning: Meaning, value: &Word) {
        let request = &mut self.request;
        let place = value.at.clone();
        let concluded = place.start..place.start;
        match meaning {
            Meaning::Url => request.target = url(value),
            Meaning::Method => request.method = Some(located(value.value.clone(), place)),
            Meaning::Header if !value.value.ends_with(':') => {
                let separator = if value.value.contains(':') { ':' } else { ';' };
                push_header(request, value, separator);
            }
            Meaning::Data => self.body("application/x-www-form-urlencoded"),
            Meaning::Json => self.body("application/json"),
            Meaning::Form => self.body("multipart/form-data"),
            Meaning::Upload => {
                request.has_body = true;
                request.method = Some(located("PUT".to_owned(), concluded));
            }
            Meaning::User => imply_header(request, "authorization", "Basic", &concluded),
            Meaning::Cookie => imply_header(request, "cookie", &value.value, &place),
            Meaning::UserAgent => imply_header(request, "user-agent", &value.value, &place),
            Meaning::Referer => imply_header(request, "referer", &value.value, &place),
            _ => {}
        }
    }

    fn body(&mut self, content_type: &'static str) {
        self.request.has_body = true;
        self.content_type.get_or_insert(content_type);
    }

    fn finish(self) -> Option<Head> {
        let mut request = self.request;
        request.target.as_ref()?;
        request.has_body &= !self.is_get;
        if let Some(content_type) = self.content_type.filter(|_| request.has_body) {
            let start = request.at.start;
            imply_header(&mut request, "content-type", content_type, &(start..start));
        }
        let method = if request.has_body { "POST" } else { "GET" };
        imply_method(&mut request, method);
        Some(request)
    }
}

/// Whether a word is `2>&1`, `>file` or `>`.
fn is_redirection(word: &str) -> bool {
    word.trim_start_matches(['1', '2', '&']).starts_with('>')
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
