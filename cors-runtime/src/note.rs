//! What `testing::Browser` asks to be told beside an answer: whose policy it comes from, and why it
//! was refused. Nothing of it is sent, and a request that doesn't ask costs one look.
// Without the feature nobody asks, and nobody reads.
#![cfg_attr(not(feature = "testing"), allow(dead_code))]

use std::sync::{Arc, OnceLock};

use http::Extensions;

use crate::policy::compiled::CompiledPolicy;
use crate::policy::summary::Handler;
use crate::report::words::Refusal;

/// In a request that asks: room for the answer. The policy that decides first also has the last
/// word on the headers, so what it says stays.
#[derive(Clone, Debug, Default)]
pub(crate) struct Room(Arc<OnceLock<Note>>);

#[derive(Clone, Debug)]
pub(crate) struct Note {
    /// `None` for a policy around what is no handler.
    pub(crate) handler: Option<Handler>,
    pub(crate) refused: Option<Refused>,
    /// What to change where it grants the origin and the page sends credentials; `None` if nothing.
    pub(crate) for_credentials: Option<&'static str>,
}

/// Why, and what to change, in words.
#[derive(Clone, Debug)]
pub(crate) struct Refused {
    pub(crate) why: String,
    pub(crate) help: String,
}

#[cfg(feature = "testing")]
pub(crate) fn room(request: &Extensions) -> Option<&Room> {
    request.get()
}

#[cfg(not(feature = "testing"))]
pub(crate) fn room(_: &Extensions) -> Option<&Room> {
    None
}

impl Room {
    pub(crate) fn granted(&self, policy: &CompiledPolicy) {
        self.0.get_or_init(|| Note {
            handler: policy.described.handler,
            refused: None,
            for_credentials: match (policy.credentials, policy.origins.fixed()) {
                (true, _) => None,
                (false, Some(any)) if any == "*" => Some(
                    "name the origin in `origins` in place of `*`, and add `credentials`; or let the \
                     page send none",
                ),
                (false, _) => Some("add `credentials`, or let the page send none"),
            },
        });
    }

    pub(crate) fn refused(&self, refusal: &Refusal<'_>) {
        self.0.get_or_init(|| Note {
            handler: refusal.handler(),
            refused: Some(Refused {
                why: refusal.reason().to_string(),
                help: refusal.help(),
            }),
            for_credentials: None,
        });
    }

    #[cfg(feature = "testing")]
    pub(crate) fn note(&self) -> Option<&Note> {
        self.0.get()
    }
}
