//! Text as exchanges and messages, and exchanges as text.

mod costs;
mod forms;
mod har;
mod outline;
mod transcript;
