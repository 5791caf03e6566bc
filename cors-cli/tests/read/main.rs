//! Text as exchanges and messages, and exchanges as text.

mod forms;
mod outline;
mod transcript;
