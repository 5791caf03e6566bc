//! Text as exchanges and messages, and exchanges as text.

mod forms;
mod har;
mod outline;
mod transcript;
