//! The command `cors`, as a library.
//!
//! [`read`](fn@read) reads a paste, [`diagnose`](fn@diagnose) finds the cause, and [`show`] prints it.

#![forbid(unsafe_code)]

mod diagnose;
mod diagnosis;
mod exchange;
pub mod live;
mod message;
mod place;
mod read;
mod secrets;
pub mod show;
mod transcript;

pub use crate::diagnose::{Asked, diagnose};
pub use crate::diagnosis::{Answerer, Case, Diagnosis, Evidence, Finding, Layer, Remedy, Verdict};
pub use crate::exchange::{
    Exchange, Failure, FailureKind, Field, Located, Paste, Purpose, Request, Response, Span,
};
pub use crate::message::{Engine, Message, MessageKind};
pub use crate::read::{Unreadable, read};
pub use crate::transcript::Transcript;
