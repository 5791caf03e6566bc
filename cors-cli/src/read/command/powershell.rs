//! The parameters of `Invoke-WebRequest`.

use super::request::{imply_header, imply_method, push_header};
use super::words::Word;
use crate::exchange::{Located, Span};
use crate::read::head::{Head, Source};
use crate::read::names::Side;

/// Reads the words behind `Invoke-WebRequest`. `None` if there is no URL.
pub(super) fn read(words: &[Word], at: Span) -> Option<Head> {
    let located = |word: &Word| Located {
        value: word.value.clone(),
        at: word.at.clone(),
    };
    let mut request = Head::new(Side::Request, Source::Command, at);
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
                let table: Vec<&Word> = words
                    .by_ref()
                    .take_while(|word| !word.value.ends_with('}'))
                    .collect();
                headers(&mut request, &table);
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

/// Adds the members of a table: `"name"="value"`, or `Name = "value"` in three words.
fn headers(request: &mut Head, table: &[&Word]) {
    for (index, word) in table.iter().enumerate() {
        match (
            index.checked_sub(1).map(|index| table[index]),
            table.get(index + 1),
        ) {
            (Some(name), Some(value)) if word.value == "=" => {
                let value_text = value.value.trim_end_matches(';');
                let header = Word {
                    value: format!("{}={value_text}", name.value.trim_start_matches("@{")),
                    at: name.at.start..value.at.end,
                };
                header_of(request, &header);
            }
            _ if word.value.len() > 1 => header_of(request, word),
            _ => {}
        }
    }
}

/// Adds a member of the table. Browsers copy pseudo headers, too.
fn header_of(request: &mut Head, word: &Word) {
    let name = word.value.split('=').next().unwrap_or_default();
    if !["authority", "method", "path", "scheme"].contains(&name) {
        push_header(request, word, '=');
    }
}
