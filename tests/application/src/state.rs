//! The state that the handlers share.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An open position.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
pub struct Job {
    /// The name of the position.
    pub title: String,
    /// The salary of a year.
    pub salary: u32,
}

/// The state of the router.
#[derive(Clone, Debug, Default)]
pub struct AppState {
    jobs: Arc<Mutex<BTreeMap<u32, Job>>>,
    uploads: Arc<AtomicU32>,
    token: Arc<str>,
}

impl AppState {
    /// An empty board.
    #[must_use]
    pub fn new(token: &str) -> Self {
        Self {
            token: token.into(),
            ..Self::default()
        }
    }

    /// The jobs by number. A handler that has panicked leaves them as they are.
    pub(crate) fn jobs(&self) -> MutexGuard<'_, BTreeMap<u32, Job>> {
        self.jobs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn add_upload(&self) {
        self.uploads.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn uploads(&self) -> u32 {
        self.uploads.load(Ordering::Relaxed)
    }

    /// Whether `authorization` is that of a program.
    pub(crate) fn is_program(&self, authorization: &str) -> bool {
        let token = authorization.strip_prefix("Bearer ");
        !self.token.is_empty() && token == Some(&*self.token)
    }
}
