//! Text as exchanges and messages.

use crate::exchange::Paste;

mod command;
mod console;
mod cut;
mod failure;
mod field;
mod har;
mod head;
mod lines;
mod names;
mod pairing;
mod pairs;
mod row;
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
/// If the text has no exchange and no message, and if the JSON of a HAR file has an error in front of its first
/// entry. A HAR file without requests to other origins is no error.
pub fn read(text: &str) -> Result<Paste, Unreadable> {
    if har::is_object(text)
        && let Some(result) = har::read(text)
    {
        return result;
    }
    let paste = pairing::paste(text, cut::cut(text));
    if paste.exchanges.is_empty() && paste.messages.is_empty() {
        return Err(Unreadable::of(text));
    }
    Ok(paste)
}
