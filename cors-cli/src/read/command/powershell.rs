//! The parameters of `Invoke-WebRequest`.

use super::words::Word;
use super::{head, imply_header, imply_method, push_header};
use crate::exchange::{Located, Span};
use crate::read::head::Head;

/// Reads the words behind `Invoke-WebRequest`. `None` if there is no URL.
pub(super) fn read(words: &[Word], at: Span) -> Option<Head> {
    let located = |word: &Word| Located {
        value: word.value.clone(),
        at: word.at.clone(),
    };
    let mut request = head(
        Located {
            value: String::new(),
            at: 0..0,
        },
        at,
    );
    request.target = None;
    let mut words = words.iter();
    while let Some(word) = words.next() {
        match word.value.to_ascii_lowercase().as_str() {
            "-uri" => request.target = words.next().map(located),
            "-method" => request.method = words.next().map(located),
            "-body" | "-infile" => request.has_body = words.next().is_some(),
            "-contenttype" => {
                if let Some(word) = words.next() {
                    imply_header(&mut request, "content-type", &word.value, &word.at);
                }
            }
            "-headers" => {
                for word in words.by_ref().skip_while(|word| word.value == "@{") {
                    if word.value == "}" {
                        break;
                    }
                    header(&mut request, word);
                }
            }
            "-websession" | "-useragent" | "-outfile" | "-timeoutsec" => {
                words.next();
            }
            value if request.target.is_none() && value.contains("://") => {
                request.target = Some(located(word));
            }
            _ => {}
        }
    }
    request.target.as_ref()?;
    imply_method(&mut request, "GET");
    Some(request)
}

/// Adds a member of the table of headers. Browsers copy pseudo headers, too.
fn header(request: &mut Head, word: &Word) {
    let name = word.value.split('=').next().unwrap_or_default();
    if !["authority", "method", "path", "scheme"].contains(&name) {
        push_header(request, word, '=');
    }
}
