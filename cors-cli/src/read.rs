//! Text as exchanges and messages.

use std::fmt;

use crate::exchange::Paste;

/// The error of a text that has nothing that can be diagnosed. `Display` has the line and the remedy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("nothing to read")
    }
}

impl std::error::Error for Unreadable {}

/// Reads everything that a text has.
///
/// # Errors
///
/// If it has no exchange and no message.
pub fn read(_text: &str) -> Result<Paste, Unreadable> {
    Err(Unreadable {})
}
