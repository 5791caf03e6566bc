//! A row of the tables, and its constructors by engine.

use crate::message::{Engine, MessageKind};

/// A sentence, by a phrase in it.
#[derive(Debug)]
pub(in crate::read::console) struct Sentence {
    pub(in crate::read::console) phrase: &'static str,
    pub(in crate::read::console) kind: MessageKind,
    /// `None` if several engines use these words.
    pub(in crate::read::console) engine: Option<Engine>,
}

pub(super) const fn any(phrase: &'static str, kind: MessageKind) -> Sentence {
    Sentence {
        phrase,
        kind,
        engine: None,
    }
}

pub(super) const fn chromium(phrase: &'static str, kind: MessageKind) -> Sentence {
    Sentence {
        phrase,
        kind,
        engine: Some(Engine::Chromium),
    }
}

pub(super) const fn firefox(phrase: &'static str, kind: MessageKind) -> Sentence {
    Sentence {
        phrase,
        kind,
        engine: Some(Engine::Firefox),
    }
}

pub(super) const fn webkit(phrase: &'static str, kind: MessageKind) -> Sentence {
    Sentence {
        phrase,
        kind,
        engine: Some(Engine::WebKit),
    }
}
