//! `explain` and `explain_response`: every problem that a browser has with an exchange, as text.
//!
//! Heads are written as they go over the wire. Expected messages are written by
//! `UPDATE_EXPECT=1 cargo test --test explain`.
#![allow(clippy::needless_raw_string_hashes, reason = "expect-test writes them")]

mod heads;
mod parts;
mod preflight_requests;
mod preflight_responses;
mod responses;

use std::str::FromStr;

use cors_testing::{Credentials, HeadError, Problem, explain};

/// A preflight and its response: the page wants to POST JSON with a token, and the server only names
/// the origin.
const ARTICLE: [&str; 2] = [
    "OPTIONS /api/data HTTP/1.1
    Origin: https://mywebsite.com
    Access-Control-Request-Method: POST
    Access-Control-Request-Headers: Content-Type, Authorization",
    "HTTP/1.1 200 OK
    Access-Control-Allow-Origin: https://mywebsite.com
    Access-Control-Allow-Methods: GET, OPTIONS",
];

fn read<T: FromStr<Err = HeadError>>(text: &str) -> T {
    text.parse().unwrap_or_else(|error| panic!("{error}"))
}

/// The problems of a preflight and its response.
fn messages(request: &str, response: &str, credentials: Credentials) -> String {
    listed(&explain(&read(request), &read(response), credentials))
}

/// The messages below each other; one that does not stop browsers is marked.
fn listed(problems: &[Problem]) -> String {
    let message = |problem: &Problem| {
        let mark = if problem.is_fatal() {
            ""
        } else {
            "(tolerated) "
        };
        format!("{mark}{problem}")
    };
    let messages: Vec<String> = problems.iter().map(message).collect();
    messages.join("\n")
}
