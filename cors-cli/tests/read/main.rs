//! Text as exchanges and messages, and exchanges as text.

mod transcript;
