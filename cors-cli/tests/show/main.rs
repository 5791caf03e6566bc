//! Output: text, JSON, annotations, tests.

mod by_hand;
mod github;
mod json;
mod secrets;
mod text;
