//! Text as exchanges and messages.

use crate::exchange::Paste;

mod command;
mod console;
mod cut;
mod failure;
mod field;
mod head;
mod lines;
mod names;
mod pairing;
mod pairs;
mod title;
mod unreadable;

pub use unreadable::Unreadable;

/// Reads everything that a text has: heads of requests and responses in any form in which people copy
/// them, commands, HAR files, and sentences of browser consoles.
///
/// Lines inside of a head that cannot be read are listed in [`Paste::unread`]; text around heads is skipped.
/// The time is linear in the length of the text. At most 4 KiB of each body are kept.
///
/// # Errors
///
/// If the text has no exchange and no message.
pub fn read(text: &str) -> Result<Paste, Unreadable> {
    let paste = pairing::paste(text, cut::cut(text));
    if paste.exchanges.is_empty() && paste.messages.is_empty() {
        return Err(Unreadable::of(text));
    }
    Ok(paste)
}
