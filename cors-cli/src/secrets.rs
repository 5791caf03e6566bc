//! Secrets of a text, which are not printed: values of cookies, passwords, tokens, signatures.
//!
//! The text is scanned, and not only its exchanges, because a paste has secrets outside of them as
//! well: in the options of `curl`, in code, in bodies.

use crate::exchange::Span;

/// The text in the place of a secret.
const MASK: &str = "***";

/// A text without its secrets.
#[derive(Debug)]
pub(crate) struct Masked {
    pub(crate) text: String,
    cuts: Vec<Cut>,
}

#[derive(Debug)]
struct Cut {
    /// The replaced bytes.
    at: Span,
    /// The bytes in [`Masked::text`] that replace them.
    by: Span,
}

impl Masked {
    /// Replaces the secrets that are found in a text, and others that are known.
    pub(crate) fn new(text: &str, known: impl IntoIterator<Item = Span>) -> Self {
        let mut secrets = Secrets::of(text, Scan::Paste);
        secrets.extend(known);
        Self::without(text, secrets)
    }

    fn without(text: &str, mut secrets: Vec<Span>) -> Self {
        secrets.retain(|at| !at.is_empty());
        secrets.sort_by_key(|at| at.start);
        secrets.dedup_by(|next, at| {
            let is_one = next.start <= at.end;
            at.end = if is_one { at.end.max(next.end) } else { at.end };
            is_one
        });
        let mut masked = String::with_capacity(text.len());
        let mut cuts: Vec<Cut> = Vec::new();
        let mut done = 0;
        for at in secrets {
            masked.push_str(&text[done..at.start]);
            let start = masked.len();
            masked.push_str(MASK);
            done = at.end;
            let by = start..masked.len();
            cuts.push(Cut { at, by });
        }
        masked.push_str(&text[done..]);
        Self { text: masked, cuts }
    }

    /// Returns the span in the masked text.
    pub(crate) fn map(&self, at: &Span) -> Span {
        let start = self.moved(at.start, |cut| cut.by.start);
        start..self.moved(at.end, |cut| cut.by.end).max(start)
    }

    /// Moves a byte. One inside of a secret goes to one of its ends.
    fn moved(&self, offset: usize, end: impl Fn(&Cut) -> usize) -> usize {
        let before = self.cuts.partition_point(|cut| cut.at.start < offset);
        match before.checked_sub(1).map(|index| &self.cuts[index]) {
            None => offset,
            Some(cut) if offset < cut.at.end => end(cut),
            Some(cut) => cut.by.end + (offset - cut.at.end),
        }
    }
}

/// Replaces the secrets of URLs in a sentence, a title or a line of configuration.
pub(crate) fn mask_urls(words: &str) -> String {
    Masked::without(words, Secrets::of(words, Scan::Words)).text
}

/// Whether the value of a header, of a cookie, of a parameter or of a property is a secret, by its name
/// in lower case.
pub(crate) fn is_secret_name(name: &str) -> bool {
    const PARTS: [&str; 15] = [
        "apikey",
        "api-key",
        "api_key",
        "authorization",
        "cookie",
        "csrf",
        "jwt",
        "passwd",
        "password",
        "secret",
        "sessid",
        "session",
        "signature",
        "token",
        "xsrf",
    ];
    const NAMES: [&str; 4] = ["auth", "bearer", "sid", "x-amz-credential"];
    let is_cors = name.starts_with("access-control-");
    !is_cors && (NAMES.contains(&name) || PARTS.iter().any(|part| name.contains(part)))
}

/// Names that are too general outside of the query of a URL.
fn is_secret_parameter(name: &str) -> bool {
    is_secret_name(name) || matches!(name, "code" | "key" | "pass" | "pwd" | "sig" | "state")
}

/// Options of `curl` and HTTPie with a password or a cookie.
fn is_secret_option(word: &str) -> bool {
    const OPTIONS: [&str; 10] = [
        "-a",
        "-b",
        "-u",
        "-U",
        "--auth",
        "--cookie",
        "--oauth2-bearer",
        "--proxy-user",
        "--pass",
        "--user",
    ];
    OPTIONS.contains(&word)
}

/// Returns the parts of the value of a header that are secrets: not the names and the attributes of
/// cookies, and not the scheme of `authorization`, because they may be the evidence.
pub(crate) fn secrets_of_value(name: &str, value: &str) -> Vec<Span> {
    if name.ends_with("cookie") && value.contains('=') {
        return secrets_of_cookies(value, name == "set-cookie");
    }
    let scheme = value.split_once(' ').filter(|(scheme, _)| {
        let is_word = scheme
            .bytes()
            .all(|it| it.is_ascii_alphanumeric() || it == b'-');
        name.ends_with("authorization") && is_word
    });
    let start = scheme.map_or(0, |(scheme, _)| scheme.len() + 1);
    vec![start..value.len()]
}

fn secrets_of_cookies(value: &str, has_attributes: bool) -> Vec<Span> {
    const ATTRIBUTES: [&str; 6] = [
        "domain", "expires", "max-age", "path", "priority", "samesite",
    ];
    let mut secrets = Vec::new();
    let mut start = 0;
    for part in value.split(';') {
        let end = start + part.trim_end().len();
        if let Some((name, rest)) = part.split_once('=') {
            let name = name.trim().to_ascii_lowercase();
            let mut secret = start + (part.len() - rest.len());
            if has_attributes && ATTRIBUTES.contains(&name.as_str()) {
                // Another cookie may stand behind a comma, where several headers became one.
                secret = rest.rfind('=').map_or(end, |at| secret + at + 1);
            }
            secrets.push(secret.min(end)..end);
        }
        start += part.len() + 1;
    }
    secrets
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Scan {
    /// Everything that may be in a paste.
    Paste,
    /// Only URLs and tokens, because the words of a remedy resemble secrets: `SESSION_COOKIE_SECURE = True`.
    Words,
}

/// A scanner of a text. It goes over each byte once, apart from the bytes of a line around a secret.
struct Secrets<'a> {
    text: &'a str,
    scan: Scan,
    found: Vec<Span>,
}

impl<'a> Secrets<'a> {
    fn of(text: &'a str, scan: Scan) -> Vec<Span> {
        let found = Vec::new();
        let mut secrets = Self { text, scan, found };
        let mut at = 0;
        while at < text.len() {
            let word = secrets.end(at, |byte| !is_of_word(byte));
            at = if word > at {
                secrets.word(at..word).max(word)
            } else if secrets.rest(at).starts_with(b"://") {
                secrets.user_info(at + 3);
                at + 3
            } else {
                at + 1
            };
        }
        secrets.found
    }

    fn rest(&self, at: usize) -> &'a [u8] {
        self.text.as_bytes().get(at..).unwrap_or_default()
    }

    fn byte(&self, at: usize) -> u8 {
        self.rest(at).first().copied().unwrap_or(b'\n')
    }

    fn byte_before(&self, at: usize) -> u8 {
        at.checked_sub(1).map_or(b'\n', |at| self.byte(at))
    }

    /// Returns the first place from `at` on with a certain byte, or the end of the text.
    fn end(&self, at: usize, is_end: impl Fn(u8) -> bool) -> usize {
        let length = self.rest(at).iter().position(|&byte| is_end(byte));
        length.map_or(self.text.len(), |length| at + length)
    }

    fn skip(&self, at: usize, is_skipped: impl Fn(u8) -> bool) -> usize {
        self.end(at, |byte| !is_skipped(byte))
    }

    /// Adds the name and the password of a URL.
    fn user_info(&mut self, at: usize) {
        let end = self.end(at, |byte| is_blank(byte) || b"/?#@\"'`<>".contains(&byte));
        if self.byte(end) == b'@' {
            self.found.push(at..end);
        }
    }

    /// Adds the secret that begins with or behind a word, and returns its end.
    fn word(&mut self, word: Span) -> usize {
        let text = &self.text[word.clone()];
        if text.starts_with("eyJ") && self.byte(word.end) == b'.' {
            let end = self.skip(word.end, |byte| is_of_word(byte) || b".=".contains(&byte));
            self.found.push(word.start..end);
            return end;
        }
        if word.len() > 64 {
            return word.end;
        }
        let name = text.trim_start_matches('-').to_ascii_lowercase();
        let is_parameter = b"?&".contains(&self.byte_before(word.start));
        if is_parameter && self.byte(word.end) == b'=' && is_secret_parameter(&name) {
            let end = self.end(word.end, |byte| {
                is_blank(byte) || b"&#\"'`<>".contains(&byte)
            });
            self.found.push(word.end + 1..end);
            return end;
        }
        if self.scan == Scan::Words {
            return word.end;
        }
        let value = if is_secret_option(text) && is_blank(self.byte_before(word.start)) {
            self.argument(word.end)
        } else if is_secret_name(&name) {
            self.value(&word)
        } else {
            None
        };
        let Some(value) = value else { return word.end };
        let secrets = secrets_of_value(&name, &self.text[value.clone()]);
        let moved = |at: Span| value.start + at.start..value.start + at.end;
        self.found.extend(secrets.into_iter().map(moved));
        value.end
    }

    /// Returns the argument of an option.
    fn argument(&self, at: usize) -> Option<Span> {
        let start = self.skip(at, |byte| byte == b' ' || byte == b'=');
        (start > at).then(|| self.quoted_or(start, is_blank))
    }

    /// Returns the value behind a name: of a header, a property, a parameter, an argument of a function.
    fn value(&self, name: &Span) -> Option<Span> {
        let before = self.byte_before(name.start);
        let after = self.skip(name.end, |byte| byte == b'\\');
        let closes = is_quote(before) && self.byte(after) == before;
        let at = self.skip(after + usize::from(closes), is_space);
        let separator = self.byte(at);
        let opens_arguments = closes && self.byte_before(name.start - 1) == b'(';
        if !(matches!(separator, b':' | b'=') || separator == b',' && opens_arguments) {
            return None;
        }
        let start = self.skip(at + 1, |byte| is_space(byte) || b">\\".contains(&byte));
        let value = if is_quote(before) && !closes {
            start..self.end(start, |byte| byte == before || is_line_end(byte))
        } else if self.byte(start) == b'[' {
            start + 1..self.end(start, |byte| byte == b']' || is_line_end(byte))
        } else if separator == b'=' || closes {
            self.quoted_or(start, |byte| {
                is_blank(byte) || b"&;,\"'`)]}".contains(&byte)
            })
        } else {
            self.quoted_or(start, is_line_end)
        };
        let length = self.text[value.clone()]
            .trim_end_matches(['\\', ' ', '\t'])
            .len();
        (length > 0).then_some(value.start..value.start + length)
    }

    /// Returns the inside of the quotes that begin at a place, or everything up to an end.
    fn quoted_or(&self, start: usize, is_end: impl Fn(u8) -> bool) -> Span {
        let quote = self.byte(start);
        if is_quote(quote) {
            let inside = start + 1;
            inside..self.end(inside, |byte| byte == quote || is_line_end(byte))
        } else {
            start..self.end(start, is_end)
        }
    }
}

fn is_of_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_'
}

fn is_quote(byte: u8) -> bool {
    matches!(byte, b'"' | b'\'' | b'`')
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

fn is_line_end(byte: u8) -> bool {
    matches!(byte, b'\n' | b'\r')
}

fn is_blank(byte: u8) -> bool {
    is_space(byte) || is_line_end(byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn masked(text: &str) -> String {
        Masked::new(text, []).text
    }

    #[test]
    fn secrets_of_pastes() {
        for (text, expected) in [
            // Headers.
            (
                "> Cookie: id=7; theme=dark\r\n> A: b",
                "> Cookie: id=***; theme=***\r\n> A: b",
            ),
            (
                "< set-cookie: jwt=a.b=; Path=/; HttpOnly",
                "< set-cookie: jwt=***; Path=/; HttpOnly",
            ),
            (
                "set-cookie: a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT, b=2; Secure",
                "set-cookie: a=***; Expires=Wed, 21 Oct 2026 07:28:00 GMT, b=***; Secure",
            ),
            ("authorization:Bearer abc.def", "authorization:Bearer ***"),
            ("Authorization: Basic YTpi", "Authorization: Basic ***"),
            ("Authorization: abc", "Authorization: ***"),
            ("x-api-key: 1 2\nnext: 3", "x-api-key: ***\nnext: 3"),
            ("X-Amz-Security-Token: a/b", "X-Amz-Security-Token: ***"),
            (
                "map[Authorization:[Bearer x] Vary:[Origin]]",
                "map[Authorization:[Bearer ***] Vary:[Origin]]",
            ),
            // Names of headers are none.
            (
                "access-control-allow-credentials: true",
                "access-control-allow-credentials: true",
            ),
            (
                "Access-Control-Allow-Headers: authorization, x-api-key",
                "Access-Control-Allow-Headers: authorization, x-api-key",
            ),
            (
                "['authorization', 'content-type']",
                "['authorization', 'content-type']",
            ),
            (
                "Vary: Cookie\nStatus Code: 200",
                "Vary: Cookie\nStatus Code: 200",
            ),
            ("credentials: \"include\"", "credentials: \"include\""),
            (
                "missing token ‘x-a’ in CORS header",
                "missing token ‘x-a’ in CORS header",
            ),
            // Commands.
            (
                "curl -H 'Cookie: a=b' -X PUT",
                "curl -H 'Cookie: a=***' -X PUT",
            ),
            ("curl -u me:secret https://a/", "curl -u *** https://a/"),
            ("curl --user \"me:se cret\" x", "curl --user \"***\" x"),
            ("curl -b 'a=b' \\\n -k", "curl -b '***' \\\n -k"),
            (
                "curl -H \"Authorization: Bearer x\" \\",
                "curl -H \"Authorization: Bearer ***\" \\",
            ),
            // Code.
            (
                "\"authorization\": \"Bearer x\",",
                "\"authorization\": \"Bearer ***\",",
            ),
            (
                "setRequestHeader('Authorization', 'Bearer x')",
                "setRequestHeader('Authorization', 'Bearer ***')",
            ),
            (
                "{\\\"access_token\\\":\\\"abc\\\",\\\"n\\\":1}",
                "{\\\"access_token\\\":\\\"***\\\",\\\"n\\\":1}",
            ),
            ("{\"token\":123,\"n\":1}", "{\"token\":***,\"n\":1}"),
            (
                "'Authorization' => 'Bearer x'",
                "'Authorization' => 'Bearer ***'",
            ),
            ("user=a&password=b&c=d", "user=a&password=***&c=d"),
            // URLs.
            (
                "PUT /a?X-Amz-Credential=a%2Fb&n=1&X-Amz-Signature=abc HTTP/1.1",
                "PUT /a?X-Amz-Credential=***&n=1&X-Amz-Signature=*** HTTP/1.1",
            ),
            ("https://a/#access_token=abc", "https://a/#access_token=***"),
            (
                "'https://a/?key=1&code=2#x'",
                "'https://a/?key=***&code=***#x'",
            ),
            ("https://me:secret@a.example/@b", "https://***@a.example/@b"),
            ("https://a.example/me@b", "https://a.example/me@b"),
            // Anywhere.
            ("got eyJhbGciOi.eyJzdWIi.c2ln!", "got ***!"),
            ("token:", "token:"),
            ("Cookie: ", "Cookie: "),
        ] {
            assert_eq!(masked(text), expected);
        }
    }

    #[test]
    fn words_of_remedies_are_no_secrets() {
        for (text, expected) in [
            (
                "SESSION_COOKIE_SAMESITE = 'None'",
                "SESSION_COOKIE_SAMESITE = 'None'",
            ),
            ("Set-Cookie: id=..; Secure", "Set-Cookie: id=..; Secure"),
            (
                "GET https://a/?token=b&c=d failed",
                "GET https://a/?token=***&c=d failed",
            ),
        ] {
            assert_eq!(mask_urls(text), expected);
        }
    }

    #[test]
    fn spans_follow_the_text() {
        let text = "cookie: a=secret; b=c\nx: y\nhidden";
        let masked = Masked::new(text, [12..14, 27..33]);
        assert_eq!(masked.text, "cookie: a=***; b=***\nx: y\n***");
        let at = |part: &str| {
            let start = text.find(part).expect("the part is there");
            &masked.text[masked.map(&(start..start + part.len()))]
        };
        assert_eq!(at("a=secret"), "a=***");
        assert_eq!(at("cret"), "***");
        assert_eq!(at("x: y"), "x: y");
    }
}
