//! The cause of an error response, as the parts of a sentence about it.

use crate::diagnosis::Finding;

/// The parts of a sentence about a response.
pub(super) struct Symptom {
    pub(super) id: &'static str,
    pub(super) why: String,
    pub(super) remedies: Vec<(String, Option<String>)>,
    pub(super) is_not_cors: bool,
}

impl Symptom {
    pub(super) fn new(id: &'static str, why: impl Into<String>) -> Self {
        Self {
            id,
            why: why.into(),
            remedies: Vec::new(),
            is_not_cors: false,
        }
    }

    pub(super) fn remedy(mut self, text: &str) -> Self {
        self.remedies.push((text.to_owned(), None));
        self
    }

    pub(super) fn code(mut self, text: &str, code: &str) -> Self {
        self.remedies.push((text.to_owned(), Some(code.to_owned())));
        self
    }

    /// Adds the remedies to a finding.
    pub(super) fn remedies(self, finding: Finding) -> Finding {
        let add = |finding: Finding, (text, code): (String, Option<String>)| match code {
            Some(code) => finding.code(text, code),
            None => finding.remedy(text),
        };
        self.remedies.into_iter().fold(finding, add)
    }

    pub(super) fn not_cors(self) -> Self {
        Self {
            is_not_cors: true,
            ..self
        }
    }
}
