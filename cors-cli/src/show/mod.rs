//! Diagnoses as output: text for a person, JSON, annotations of GitHub Actions, a test.
//!
//! The values of cookies, of `authorization` and of similar headers and parameters are replaced by
//! `***` in all of them.

mod github;
mod json;
mod names;
mod places;
mod snippet;
mod source;
mod test_case;
mod text;
mod view;

pub use self::github::github;
pub use self::json::json;
pub use self::source::Source;
pub use self::test_case::test_case;
pub use self::text::text;
