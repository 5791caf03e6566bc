//! Output: text, JSON, annotations, tests.

#![allow(clippy::needless_raw_string_hashes, reason = "expect-test writes them")]

mod by_hand;
mod cases;
mod github;
mod guide;
mod json;
mod secrets;
mod test_case;
mod text;
