//! Output: text, JSON, annotations, tests.

mod by_hand;
mod cases;
mod github;
mod guide;
mod json;
mod secrets;
mod test_case;
mod text;
