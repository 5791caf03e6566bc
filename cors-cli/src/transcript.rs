//! Exchanges that were not pasted, written as text, so that evidence can be underlined in it.

use crate::exchange::Paste;

/// A [`Paste`] that grows with each exchange.
#[derive(Clone, Debug, Default)]
pub struct Transcript {
    paste: Paste,
}

impl Transcript {
    /// Returns what was written.
    #[must_use]
    pub fn into_paste(self) -> Paste {
        self.paste
    }
}
