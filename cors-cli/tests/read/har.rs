//! HAR files, as the three engines wrote them for the same page, and with mistakes.

use cors_cli::{Paste, read};
use expect_test::{expect, expect_file};

use crate::outline::outline;

const CHROMIUM: &str = include_str!("../har/chromium.har");
const FIREFOX: &str = include_str!("../har/firefox.har");
const WEBKIT: &str = include_str!("../har/webkit.har");

fn outlined(text: &str) -> String {
    match read(text) {
        Ok(paste) => outline(&paste),
        Err(error) => format!("error: {error}\n"),
    }
}

#[test]
fn files_of_the_three_engines() {
    let files = [
        ("Chromium", CHROMIUM),
        ("Firefox", FIREFOX),
        ("WebKit", WEBKIT),
    ];
    let out = files
        .map(|(name, text)| format!("== {name}\n{}\n", outlined(text)))
        .concat();
    expect_file!["har.expected"].assert_eq(&out);
}

/// Makes a file of entries.
fn file(entries: &[&str]) -> String {
    format!(
        r#"{{"log": {{"version": "1.2", "entries": [{}]}}}}"#,
        entries.join(",")
    )
}

/// Makes an entry of a page of `https://app.example`.
fn entry(method: &str, url: &str, status: u16, more: &str) -> String {
    let origin = r#"{"name": "Origin", "value": "https://app.example"}"#;
    format!(
        r#"{{"request": {{"method": "{method}", "url": "{url}", "headers": [{origin}]}},
            "response": {{"status": {status}, "headers": []{more}}}}}"#
    )
}

/// Returns methods, URLs and statuses.
fn requests(paste: &Paste) -> Vec<String> {
    let exchanges = paste.exchanges.iter();
    exchanges
        .map(|exchange| {
            let request = exchange.request.as_ref().expect("a request");
            let url = &request.url.as_ref().expect("a URL").value;
            let status = exchange
                .response
                .as_ref()
                .and_then(|response| response.status.as_ref());
            let status = status.map_or(0, |status| status.value);
            format!("{} {url} {status}", request.method.value)
        })
        .collect()
}

#[test]
fn redirects_are_in_front_of_the_requests_that_follow_them() {
    let login = r#", "redirectURL": "https://login.example/""#;
    let text = file(&[
        &entry("GET", "https://api.example/a", 302, login),
        &entry("GET", "https://api.example/b", 200, ""),
        &entry("GET", "https://login.example/", 200, ""),
        &entry(
            "GET",
            "https://app.example/own",
            302,
            r#", "redirectURL": "/own/""#,
        ),
        &entry("GET", "https://app.example/own/", 200, ""),
    ]);
    let paste = read(&text).expect("a HAR file");
    assert_eq!(
        requests(&paste),
        [
            "GET https://api.example/a 302",
            "GET https://login.example/ 200",
            "GET https://api.example/b 200",
        ]
    );
    assert_eq!(paste.left_out, 2);
}

#[test]
fn a_page_without_requests_to_other_origins_is_no_error() {
    let paste = read(&file(&[&entry("GET", "https://app.example/", 200, "")])).expect("a HAR file");
    assert_eq!((paste.exchanges.len(), paste.left_out), (0, 1));
}

#[test]
fn mistakes_are_tolerated_or_named() {
    let good = entry("GET", "https://api.example/a", 500, "");
    let sloppy = r#"{"request": {"method": "GET", "url": "https://api.example/b", "headers": [
        {"name": "Origin", "value": "https://app.example"}, {"name": "X-Number", "value": 1}], "postData": null},
        "response": {"status": "404", "statusText": null, "headers": null, "content": null}}"#;
    let whole = file(&[&good, sloppy, r#"{"request": 1}"#, "{}", &good]);
    expect![[r"
        > GET https://api.example/a
          host: api.example
          origin: https://app.example
        < 500
        > GET https://api.example/b
          host: api.example
          origin: https://app.example
          x-number: 1
        < 404
        > GET https://api.example/a
          host: api.example
          origin: https://app.example
        < 500
        page https://app.example
        unread entry 3 is left out: invalid type: integer `1`, expected struct Request at line 1 column 13
        unread entry 4 is left out: missing field `request` at line 1 column 2
    "]].assert_eq(&outlined(&whole));
    let cut = &whole[..whole.len() - good.len() / 2];
    expect![[r"
        > GET https://api.example/a
          host: api.example
          origin: https://app.example
        < 500
        > GET https://api.example/b
          host: api.example
          origin: https://app.example
          x-number: 1
        < 404
        page https://app.example
        unread entry 3 is left out: invalid type: integer `1`, expected struct Request at line 1 column 13
        unread entry 4 is left out: missing field `request` at line 1 column 2
        unread the rest of the file is left out: EOF while parsing a string at line 4 column 206
    "]].assert_eq(&outlined(cut));
    expect![[r#"
        error: line 2: `{"entries": [{"request":` is not JSON of a HAR file: EOF while parsing a value at line 2 column 25
        help: export the file again, by "Save all as HAR" in the network tab
    "#]].assert_eq(&outlined("{\"log\":\n{\"entries\": [{\"request\": "));
}

#[test]
fn secrets_are_left_out() {
    let text = CHROMIUM.replace("\"a=1", "\"a=hunter2");
    let paste = read(&text).expect("a HAR file");
    assert!(paste.text.contains("set-cookie: a=…"));
    assert!(!paste.text.contains("hunter2"));
}

/// Reads 100 MB, mostly bodies.
#[test]
#[ignore = "measures a release build"]
fn large_files_take_less_than_two_seconds() {
    use std::time::{Duration, Instant};
    let body = "x\\n".repeat(30_000);
    let more = format!(r#", "content": {{"text": "{body}"}}"#);
    let entry = entry("GET", "https://api.example/a", 500, &more);
    let text = file(&vec![entry.as_str(); 100_000_000 / entry.len()]);
    let start = Instant::now();
    let paste = read(&text).expect("a HAR file");
    let took = start.elapsed();
    println!(
        "{} MB, {} exchanges: {took:?}",
        text.len() / 1_000_000,
        paste.exchanges.len()
    );
    assert!(took < Duration::from_secs(2), "{took:?}");
}
