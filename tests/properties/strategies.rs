//! Strategies for random origins, lists and requests.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::service::{
    APIS, Api, Line, Lines, ORIGIN, PAGE, REQUEST_HEADERS, REQUEST_METHOD, value,
};

pub(crate) fn api() -> impl Strategy<Value = &'static Api> {
    (0..APIS.len()).prop_map(|index| &APIS[index])
}

pub(crate) fn one_of(words: &'static str) -> impl Strategy<Value = &'static str> {
    select(words.split('|').collect::<Vec<_>>())
}

/// An API, and an origin that one of its entries matches, with up to two changes.
pub(crate) fn near_miss() -> impl Strategy<Value = (&'static Api, String)> {
    const PIECES: &str = "|a|x|z.y|A|-|_|0|.|..|/|//|\\|:|:80|:443|81|:8080|08080|:65535|:65536|:+80|\
        :0|:*|*|*.|@|u:p@|?|#|%2e|%| |\t|,|[|]|::1|é|\u{212a}|http|https|httpss|app|null|\
        a.example|.example|evil.example|https://a.example";
    const CHANGES: &[fn(&str, usize, &str) -> String] = &[
        |whole, at, piece| format!("{}{piece}{}", &whole[..at], &whole[at..]),
        |whole, at, _| format!("{}{}", &whole[..at], whole.get(at + 1..).unwrap_or("")),
        |whole, at, _| whole[..at].to_owned() + &whole[at..].to_uppercase(),
        |whole, _, piece| format!("{whole}{piece}"),
        |whole, _, piece| format!("{whole}{piece}{whole}"),
        |whole, _, piece| whole.replace("://", &format!("://{piece}")),
        |whole, _, piece| whole.replace("://", &format!("://{piece}.")),
        |whole, _, _| whole.replacen("a.", "", 1),
        |whole, _, piece| format!("{piece}{}", whole.trim_start_matches(|c| c != ':')),
        |whole, _, piece| format!("{}{piece}", whole.trim_end_matches(char::is_numeric)),
        |_, _, piece| piece.to_owned(),
    ];
    let labels = "([a-z0-9_-]{1,3}\\.){0,3}|([a-z]\\.){1,3}|([a-z]{61,64}\\.){1,4}";
    let port = prop_oneof![Just(""), Just(":8080"), one_of(PIECES)];
    let changes = vec((select(CHANGES), any::<Index>(), one_of(PIECES)), 0..=2);
    let strategy = (api(), any::<Index>(), labels, port, changes);
    strategy.prop_map(|(api, entry, labels, port, changes)| {
        let entry = entry
            .get(api.origins)
            .replace(":*", port)
            .replace("*.", &labels);
        let mut origin = entry.replace('*', PAGE);
        for (change, at, piece) in changes {
            let at = at.index(origin.len() + 1);
            let at = (0..=at).rfind(|at| origin.is_char_boundary(*at));
            let at = at.unwrap_or_default();
            origin = change(&origin, at, piece);
        }
        (api, origin)
    })
}

/// Mostly one line of a header, mostly with one of these words.
pub(crate) fn lines(name: &'static str, words: &'static str) -> impl Strategy<Value = Lines> {
    let line = line(name, words).boxed();
    prop_oneof![4 => vec(line.clone(), 1), 1 => vec(line, 0..=3)]
}

pub(crate) fn line(names: &'static str, words: &'static str) -> impl Strategy<Value = Line> {
    let byte = prop_oneof![b' '..=b'~', 0x80..=0xff_u8, select(&b"\t ,*:/"[..])];
    let text =
        prop_oneof![4 => one_of(words).prop_map(value), 1 => vec(byte, 0..40).prop_map(value)];
    (one_of(names), text)
}

/// A method, a request with anything in its CORS headers, and the CORS headers of the handler.
pub(crate) fn anything() -> impl Strategy<Value = (&'static Api, &'static str, Lines, Lines)> {
    let method = one_of("OPTIONS|OPTIONS|GET|HEAD|POST|PUT|PATCH|DELETE|TRACE|CONNECT|get|X");
    let origin = lines(ORIGIN, "null|*|https://a.example");
    let requested = lines(REQUEST_METHOD, "GET|HEAD|PUT|OPTIONS|DELETE|get|X|");
    let names = lines(REQUEST_HEADERS, "x-a|x-a, X-b|| ,|*|authorization");
    let handler_lines = line(
        "vary|access-control-allow-origin|access-control-allow-credentials|access-control-max-age|\
         access-control-allow-headers|access-control-expose-headers|access-control-request-method",
        "*|true|accept, ORIGIN|x-origin|Origin|null|https://a.example",
    );
    let origin = prop_oneof![Just(None), origin.prop_map(Some)];
    let request = (origin, requested, names);
    let strategy = (near_miss(), method, request, vec(handler_lines, 0..6));
    strategy.prop_map(
        |((api, near), method, (origin, requested, names), handler_lines)| {
            let origin = origin.unwrap_or_else(|| vec![(ORIGIN, value(near))]);
            (
                api,
                method,
                [origin, requested, names].concat(),
                handler_lines,
            )
        },
    )
}

/// The elements of a list in any order, case and spacing, on one line or several.
pub(crate) fn list(elements: Vec<String>) -> impl Strategy<Value = Vec<String>> {
    let looks = (any::<u64>(), "[ \\t]{0,2}", "[ \\t]{0,2}", any::<bool>());
    let looks = vec(looks, elements.len());
    (Just(elements).prop_shuffle(), looks).prop_map(|(elements, looks)| {
        let mut lines: Vec<String> = Vec::new();
        for (element, (upper, before, after, begins)) in elements.into_iter().zip(looks) {
            let case = |(i, c): (usize, char)| match upper >> i & 1 {
                0 => c,
                _ => c.to_ascii_uppercase(),
            };
            let element: String = element.chars().enumerate().map(case).collect();
            let element = format!("{before}{element}{after}");
            match lines.last_mut().filter(|_| !begins) {
                Some(line) => *line = format!("{line},{element}"),
                None => lines.push(element),
            }
        }
        lines
    })
}

/// Origins, entries of policies, and common mistakes in both.
pub(crate) fn origin_text() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => near_miss().prop_map(|(_, origin)| origin),
        1 => ".{0,20}",
        1 => "([a-z]{1,3}|[hH]ttps?|HTTP)(:|:/|://|:///)[a-z0-9.A-]{1,12}(:[0-9*]{0,6})?[/?#]?",
        1 => "https?://[0-9xa-f]{1,4}(\\.[0-9xa-f]{0,3}){0,4}(:0{0,2}[0-9]{1,5})?",
        1 => "https?://\\[(::ffff|[0-9a-fF]{0,4})(::?[0-9a-f]{1,4}){0,7}(::|:1\\.2\\.3\\.4)?\\](:[0-9]{1,5})?",
    ]
}
