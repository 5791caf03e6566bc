//! Output: text, JSON, annotations, tests.

mod by_hand;
mod text;
