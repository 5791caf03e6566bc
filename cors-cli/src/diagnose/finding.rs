//! Findings, built step by step, and their order.

use crate::diagnosis::{Evidence, Finding, Remedy};
use crate::exchange::{Located, Span};

/// The most places that a finding underlines.
const MAX_EVIDENCE: usize = 4;

impl Finding {
    pub(super) fn new(id: &'static str, sentence: impl Into<String>) -> Self {
        Self {
            id,
            sentence: sentence.into(),
            is_not_cors: false,
            evidence: Vec::new(),
            remedies: Vec::new(),
        }
    }

    pub(super) fn not_cors(self) -> Self {
        Self {
            is_not_cors: true,
            ..self
        }
    }

    /// Adds evidence, unless the place is empty or underlined already.
    pub(super) fn at(mut self, at: &Span, label: impl Into<String>) -> Self {
        let is_new = !self.evidence.iter().any(|other| other.at == *at);
        if !at.is_empty() && is_new && self.evidence.len() < MAX_EVIDENCE {
            self.evidence.push(Evidence {
                at: at.clone(),
                label: label.into(),
            });
        }
        self
    }

    pub(super) fn at_value<T>(self, value: Option<&Located<T>>, label: &str) -> Self {
        match value {
            Some(value) => self.at(&value.at, label),
            None => self,
        }
    }

    pub(super) fn remedy(self, text: impl Into<String>) -> Self {
        self.with_remedy(Remedy {
            layer: None,
            text: text.into(),
            code: None,
        })
    }

    pub(super) fn code(self, text: impl Into<String>, code: impl Into<String>) -> Self {
        self.with_remedy(Remedy {
            layer: None,
            text: text.into(),
            code: Some(code.into()),
        })
    }

    pub(super) fn with_remedy(mut self, remedy: Remedy) -> Self {
        self.remedies.push(remedy);
        self
    }

    pub(super) fn with_remedies(mut self, remedies: impl IntoIterator<Item = Remedy>) -> Self {
        self.remedies.extend(remedies);
        self
    }
}

/// The findings about one case, in the order in which a browser comes across them.
#[derive(Debug, Default)]
pub(super) struct Findings {
    /// Problems that fail the request, with the place of the first one in the order of causes.
    fatal: Vec<(Rank, Finding)>,
    next: Vec<Finding>,
    /// A remark that is the cause, if nothing else is.
    promoted: Option<Finding>,
    /// Whether the page was assumed to send credentials.
    pub(super) assumes_credentials: bool,
}

/// The relation of a problem to those after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rank {
    /// Those after it are gone when it is.
    Explains,
    /// Gone when the one before it is.
    Follows,
    /// On its own.
    Alone,
}

impl Findings {
    /// Adds a problem that fails the request.
    pub(super) fn fail(&mut self, rank: Rank, finding: impl Into<Option<Finding>>) {
        self.fatal
            .extend(finding.into().map(|finding| (rank, finding)));
    }

    /// Adds a problem that browsers tolerate, or that fails later.
    pub(super) fn note(&mut self, finding: impl IntoIterator<Item = Finding>) {
        for finding in finding {
            let is_same = |other: &Finding| other.sentence == finding.sentence;
            if !self.next.iter().any(is_same) {
                self.next.push(finding);
            }
        }
    }

    /// Makes a remark the cause of a request that does not fail, because somebody most likely looks for it.
    pub(super) fn promote(&mut self, finding: Option<Finding>) {
        self.promoted = self.promoted.take().or(finding);
    }

    /// Whether the problems that follow are gone when the first one is.
    pub(super) fn is_explained(&self) -> bool {
        self.fatal
            .first()
            .is_some_and(|(rank, _)| *rank == Rank::Explains)
    }

    pub(super) fn has_failed(&self) -> bool {
        !self.fatal.is_empty()
    }

    /// Returns the cause, its consequences, and everything else.
    pub(super) fn into_parts(self) -> (Option<Finding>, Vec<Finding>, Vec<Finding>) {
        let mut fatal = self.fatal.into_iter();
        let first = fatal
            .next()
            .or(self.promoted.map(|finding| (Rank::Alone, finding)));
        let Some((rank, cause)) = first else {
            return (None, Vec::new(), self.next);
        };
        let mut consequences = Vec::new();
        let mut next = Vec::new();
        let mut is_explained = false;
        for (own, finding) in fatal {
            if rank == Rank::Explains || (own == Rank::Follows && next.is_empty()) {
                consequences.push(finding);
            } else if !is_explained {
                is_explained = own == Rank::Explains;
                next.push(finding);
            }
        }
        let is_reported = |id| cause.id == id || consequences.iter().any(|other| other.id == id);
        next.extend(
            self.next
                .into_iter()
                .filter(|finding| !is_reported(finding.id)),
        );

        (Some(cause), consequences, next)
    }
}
