//! Sentences of browser consoles.

use super::field::Pair;
use super::head::is_method;
use super::lines::{Line, Mark};
use crate::exchange::{Located, Span};
use crate::message::{Engine, Message, MessageKind};

mod sentences;

use sentences::{CORS, STATUS, Sentence, WHOLE_LINES};

/// Reads the sentence that a line has, or that begins in it. Returns the offset behind it.
pub(super) fn read(text: &str, line: &Line<'_>) -> Option<(Message, usize)> {
    const LINES: usize = 4;
    let is_header = || Pair::read(line.text).is_some_and(|pair| pair.is_known());
    if line.mark == Some(Mark::Received) || !sentences::may_begin(line.text) {
        return None;
    }
    let mut words = Words::default();
    words.push(line);
    let mut sentence = sentences::find(&words.text);
    // Firefox begins its sentences about a policy with the name of the header.
    let is_of_policy =
        sentence.is_some_and(|sentence| sentence.kind == MessageKind::ContentSecurityPolicy);
    if is_header() && !is_of_policy {
        return None;
    }
    let mut next = line.next;
    let is_whole = line.text.ends_with(['.', ')']);
    if sentence.is_none() && !is_whole && sentences::is_begun(line.text) {
        // A mail or a terminal has wrapped it.
        let mut wrapped = words.clone();
        let mut end = next;
        for _ in 0..LINES {
            let Some(more) = Line::read(text, end).filter(|more| !more.is_blank()) else {
                break;
            };
            wrapped.push(&more);
            end = more.next;
            sentence = sentences::find(&wrapped.text);
            if sentence.is_some() {
                words = wrapped;
                next = end;
                break;
            }
        }
    }
    let is_status = || has_status(line.text).then_some(&STATUS);
    let is_whole_line = || {
        let line = line.text.trim().trim_end_matches('.');
        WHOLE_LINES.iter().find(|sentence| sentence.phrase == line)
    };
    let sentence = sentence
        .or_else(|| find(&words, CORS))
        .or_else(is_status)
        .or_else(is_whole_line)?;
    Some((words.message(sentence), next))
}

/// Whether a line is `POST https://api.example/data 413 (Payload Too Large)`, maybe behind a file, or a
/// line `"OPTIONS /data HTTP/1.1" 400` of a server's log.
fn has_status(line: &str) -> bool {
    const WORDS: usize = 6;
    let words: Vec<&str> = line.split_whitespace().take(WORDS).collect();
    let is_refused = |rest: &str| rest.starts_with(['4', '5']);
    let is_log = |end: &str| {
        line.split_once(end)
            .is_some_and(|(_, rest)| is_refused(rest))
    };
    is_log(" HTTP/1.1\" ")
        || is_log(" HTTP/2.0\" ")
        || words.windows(4).any(|words| {
            let is_status =
                words[2].len() == 3 && words[2].bytes().all(|byte| byte.is_ascii_digit());
            is_method(words[0])
                && words[1].contains("://")
                && is_status
                && words[3].starts_with('(')
        })
        || matches!(words[..], [method, url, status]
            if is_method(method) && url.contains("://") && status.len() == 3 && is_refused(status))
}

fn find<'a>(words: &Words, sentences: &'a [Sentence]) -> Option<&'a Sentence> {
    sentences
        .iter()
        .find(|sentence| words.text.contains(sentence.phrase))
}

/// A sentence with one space between words and with straight quotes, and the places of its bytes.
#[derive(Clone, Debug, Default)]
struct Words {
    text: String,
    /// The offset of each byte in the whole text, and that of the end.
    places: Vec<usize>,
    end: usize,
}

impl Words {
    fn push(&mut self, line: &Line<'_>) {
        const MAX: usize = 8 * 1024;
        if !self.text.is_empty() {
            self.text.push(' ');
            self.places.push(self.end);
        }
        for (offset, c) in line.text.char_indices() {
            if self.text.len() > MAX {
                break;
            }
            let c = match c {
                '‘' | '’' => '\'',
                '“' | '”' => '"',
                c => c,
            };
            self.text.push(c);
            let place = line.at + offset;
            self.places.extend(std::iter::repeat_n(place, c.len_utf8()));
        }
        self.end = line.at + line.text.len();
    }

    /// Returns a part with its place in the whole text.
    fn located(&self, part: Span) -> Located<String> {
        let place = |at: usize| self.places.get(at).copied().unwrap_or(self.end);
        Located {
            value: self.text[part.clone()].to_owned(),
            at: place(part.start)..place(part.end),
        }
    }

    /// Returns the part between two phrases, or up to the end if the second one is missing.
    fn between(&self, (before, after): (&str, &str)) -> Option<Span> {
        let start = self.text.find(before)? + before.len();
        let length = self.text[start..].find(after)?;
        (length > 0).then_some(start..start + length)
    }

    fn any(&self, phrases: &[(&str, &str)]) -> Option<Span> {
        phrases.iter().find_map(|&phrase| self.between(phrase))
    }

    fn message(&self, sentence: &Sentence) -> Message {
        let origin = self.origin();
        let has = |phrase| self.text.contains(phrase);
        let is_firefox = has("Cross-Origin Request Blocked") || has("(Reason: ");
        let is_webkit = has("due to access control checks") || has("[Error]");
        let is_chromium =
            has("blocked by CORS policy") || has("in preflight response") || has("net::ERR_");
        let engine = sentence
            .engine
            .or(match (is_firefox, is_webkit, is_chromium) {
                (true, ..) => Some(Engine::Firefox),
                (_, true, _) => Some(Engine::WebKit),
                (.., true) => Some(Engine::Chromium),
                _ => None,
            });
        let url = self.url(origin.as_ref());
        Message {
            kind: sentence.kind,
            engine,
            url: url.map(|url| self.located(url)),
            redirected_from: self
                .any(&[("redirected from '", "'"), ("Redirect from '", "'")])
                .map(|url| self.located(url)),
            origin: origin.map(|origin| self.located(origin)),
            subject: self
                .subject(sentence.kind)
                .map(|subject| self.located(subject)),
            status: self.status(),
            is_preflight: has("reflight")
                || has("\"OPTIONS ")
                || has("OPTIONS http")
                || has("method=OPTIONS")
                || matches!(sentence.kind, MessageKind::Method | MessageKind::Header),
            has_credentials: has("credentials mode is 'include'")
                || has("redentials mode of the request is 'include'")
                || has("redentials flag is true")
                || has("redentials flag is 'true'")
                || has("Credential is not supported"),
            at: self.located(0..self.text.len()).at,
        }
    }

    fn origin(&self) -> Option<Span> {
        let phrases = [
            ("Origin '", "'"),
            ("from origin '", "'"),
            ("Origin ", " is not allowed"),
            ("origin \"", "\""),
        ];
        let page = [("he page at '", "'"), ("he page at ", " ")];
        let origin = self.any(&phrases).or_else(|| {
            let url = self.any(&page)?;
            let text = &self.text[url.clone()];
            let host = text.find("://")? + 3;
            let path = text[host..]
                .find('/')
                .map_or(text.len(), |path| host + path);
            Some(url.start..url.start + path)
        })?;
        let value = &self.text[origin.clone()];
        let is_origin = value.contains("://") && !value.contains(char::is_whitespace);
        (value == "null" || is_origin).then_some(origin)
    }

    /// Returns the URL that a sentence names, or the first one that is not the page's.
    fn url(&self, origin: Option<&Span>) -> Option<Span> {
        let phrases = [
            ("connection to '", "'"),
            (" at '", "' ("),
            (" at '", "' from"),
            ("' to '", "'"),
            ("cannot load ", ". "),
            ("cannot load ", " due to"),
            ("Failed to load ", ": "),
            ("resource at ", ". ("),
            ("resource at ", ". "),
            ("insecure resource '", "'"),
            ("endpoint '", "'"),
        ];
        let is_url = |url: &Span| {
            let text = &self.text[url.clone()];
            (text.contains("://") || text.starts_with(['/', '.'])) && !text.contains([' ', '\''])
        };
        let named = phrases.iter().filter_map(|&phrase| self.between(phrase));
        named.into_iter().find(is_url).or_else(|| {
            let is_page = |at: usize| origin.is_some_and(|origin| origin.contains(&at));
            let is_url = |&(at, _): &(usize, &str)| !is_page(at);
            let urls = ["https://", "http://", "wss://", "ws://"];
            let (at, _) = urls
                .iter()
                .filter_map(|scheme| self.text.match_indices(scheme).find(is_url))
                .min()?;
            let rest = &self.text[at..];
            let end = rest.find(|c: char| c.is_whitespace() || "'\"`<>".contains(c));
            let url = rest[..end.unwrap_or(rest.len())].trim_end_matches(['.', ',', ':', ')', ';']);
            Some(at..at + url.len())
        })
    }

    /// Returns the value, the method or the header that a sentence is about.
    fn subject(&self, kind: MessageKind) -> Option<Span> {
        match kind {
            MessageKind::Method => self.any(&[("Method ", " is not allowed"), ("method '", "'")]),
            MessageKind::Header => self.any(&[
                ("Request header field ", " is not allowed"),
                ("token '", "'"),
                ("header '", "' is not allowed"),
            ]),
            MessageKind::AllowOriginMismatch => {
                self.any(&[("has a value '", "'"), ("does not match '", "'")])
            }
            MessageKind::AllowOriginSeveral => self.any(&[("multiple values '", "'")]),
            MessageKind::AllowOriginInvalid => self.any(&[("invalid value '", "'")]),
            MessageKind::AllowCredentials => self.any(&[("header in the response is '", "'")]),
            MessageKind::HiddenHeader | MessageKind::ForbiddenHeader => {
                self.any(&[("unsafe header \"", "\""), ("denied: ", " ")])
            }
            MessageKind::LocalNetwork => self.any(&[("`", "`")]),
            _ => {
                let start = self.text.find("net::ERR_")?;
                let rest = &self.text[start..];
                let end = rest.find(|c: char| c.is_whitespace() || c == ')');
                Some(start..start + end.unwrap_or(rest.len()))
            }
        }
    }

    fn status(&self) -> Option<Located<u16>> {
        let before = [
            "net::ERR_FAILED ",
            " HTTP/1.1\" ",
            " HTTP/2.0\" ",
            "tatus code: ",
            "status code ",
            "status of ",
            "Unexpected response code: ",
            " status=",
            "[HTTP/1.1 ",
            "[HTTP/2 ",
            "[HTTP/3 ",
        ];
        let after = |phrase: &&str| Some(self.text.find(*phrase)? + phrase.len());
        let bracket = || {
            // `POST https://api.example/data 413 (Payload Too Large)`
            let end = self.text.find(" (").unwrap_or(self.text.len());
            let start = self.text[..end].rfind(' ')? + 1;
            Some(start)
        };
        let start = before.iter().find_map(after).or_else(bracket)?;
        let digits = self.text.get(start..start + 3)?;
        let ends = !self.text[start + 3..].starts_with(|c: char| c.is_ascii_digit());
        let is_status = ends && digits.bytes().all(|byte| byte.is_ascii_digit());
        Some(Located {
            value: digits.parse().ok().filter(|_| is_status)?,
            at: self.located(start..start + 3).at,
        })
    }
}
