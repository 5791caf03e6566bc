//! The memory of refusals that were logged as warnings.

use std::collections::HashSet;
use std::hash::{BuildHasher, Hash, RandomState};
use std::sync::{LazyLock, Mutex, PoisonError};

use crate::decision::Refusal;
use crate::head::Head;
use crate::origins::Failure;
use crate::policy::HandlerLocation;

/// The highest number of warnings of one process, so that clients with made-up origins fill neither
/// the log nor the memory.
const MAX_WARNINGS: usize = 256;

static WARNED: LazyLock<(RandomState, Mutex<HashSet<u64>>)> = LazyLock::new(Default::default);

/// Whether this is the first refusal of its origin by its handler; without a handler, on its path.
pub(super) fn is_first(refusal: &Refusal<'_>, head: &Head<'_>) -> bool {
    is_first_at(refusal.location(), head, refusal.requested())
}

/// Whether this is the first failure of its kind in the predicate of this handler.
pub(super) fn is_first_failure(
    location: HandlerLocation,
    failure: Failure,
    head: &Head<'_>,
) -> bool {
    is_first_at(Some(location), head, failure)
}

fn is_first_at(location: Option<HandlerLocation>, head: &Head<'_>, of: impl Hash) -> bool {
    let (hasher, warned) = &*WARNED;
    let handler = location.map(|handler| (handler.path, handler.file, handler.line));
    let route = handler.ok_or(head.path());
    let hash = hasher.hash_one((route, of));
    let mut warned = warned.lock().unwrap_or_else(PoisonError::into_inner);
    warned.len() < MAX_WARNINGS && warned.insert(hash)
}
