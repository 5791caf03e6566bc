//! The arguments of HTTPie and xh.

use super::request::{head, imply_header, imply_method, push_header};
use super::words::Word;
use crate::exchange::{Located, Span};
use crate::read::head::Head;

/// Reads the words behind `http`. `None` if it is a sentence.
pub(super) fn read(words: &[Word], at: Span, is_https: bool) -> Option<Head> {
    let is_option = |word: &&Word| word.value.starts_with('-');
    let is_form = words.iter().filter(is_option).any(|word| {
        word.value == "--form" || !word.value.starts_with("--") && word.value.contains('f')
    });
    let mut rest = words.iter().filter(|word| !is_option(word)).peekable();
    let is_method = |word: &&&Word| {
        word.value.len() > 2 && word.value.bytes().all(|byte| byte.is_ascii_uppercase())
    };
    let method = rest.next_if(|word| is_method(&word));
    let url = rest.next()?;
    let mut request = head(self::url(url, is_https)?, at);
    request.method = method.map(|word| Located {
        value: word.value.clone(),
        at: word.at.clone(),
    });
    while let Some(item) = rest.next() {
        if item.value == "<" {
            rest.next();
            request.has_body = true;
            continue;
        }
        let separator = item.value.find([':', '=', '@', ';'])?;
        match &item.value[separator..] {
            value if value.starts_with(":=") => request.has_body = true,
            value if value.starts_with("==") => {}
            value if value.starts_with(':') => push_header(&mut request, item, ':'),
            value if value.starts_with(';') => push_header(&mut request, item, ';'),
            _ => request.has_body = true,
        }
    }
    if request.has_body {
        let content_type = if is_form {
            "application/x-www-form-urlencoded"
        } else {
            "application/json"
        };
        let start = request.at.start;
        imply_header(&mut request, "content-type", content_type, &(start..start));
    }
    let method = if request.has_body { "POST" } else { "GET" };
    imply_method(&mut request, method);
    Some(request)
}

/// Reads a URL, also `:3000/path` of localhost and one without a scheme.
fn url(word: &Word, is_https: bool) -> Option<Located<String>> {
    let scheme = if is_https { "https" } else { "http" };
    let value = &word.value;
    let host = value.split(['/', ':']).next().unwrap_or_default();
    let value = if value.contains("://") {
        value.clone()
    } else if let Some(path) = value.strip_prefix(":/") {
        format!("{scheme}://localhost/{path}")
    } else if value.starts_with(':') && value[1..].starts_with(|c: char| c.is_ascii_digit()) {
        format!("{scheme}://localhost{value}")
    } else if host == "localhost" || host.contains('.') && !host.ends_with('.') {
        format!("{scheme}://{value}")
    } else {
        return None;
    };
    let at = word.at.clone();
    Some(Located { value, at })
}
