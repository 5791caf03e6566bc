//! Secrets of a text, which are not printed: values of cookies, passwords, tokens, signatures.
//!
//! The text is scanned, and not only its exchanges, because a paste has secrets outside of them as
//! well: in the options of `curl`, in code, in bodies.

mod names;
mod scan;

use crate::exchange::Span;
use crate::secrets::scan::{Scan, Secrets};

pub(crate) use crate::secrets::names::{is_secret_name, secrets_of_value};

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

/// Replaces the secrets of the value of a header with a name in lower case.
pub(crate) fn mask_value(name: &str, value: &str) -> String {
    let secrets = if is_secret_name(name) {
        secrets_of_value(name, value)
    } else {
        Secrets::of(value, Scan::Words)
    };
    Masked::without(value, secrets).text
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
