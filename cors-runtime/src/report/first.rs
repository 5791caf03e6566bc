//! The memory of refusals that were logged as warnings.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};
use std::sync::{LazyLock, Mutex, PoisonError};

use crate::decision::Refusal;
use crate::head::Head;

/// The highest number of warnings of one process, so that clients with made-up origins fill neither
/// the log nor the memory.
const MAX_WARNINGS: usize = 256;

static WARNED: LazyLock<(RandomState, Mutex<HashSet<u64>>)> = LazyLock::new(Default::default);

/// Whether this is the first refusal of its origin by its handler; without a handler, on its path.
pub(super) fn is_first(refusal: &Refusal<'_>, head: &Head<'_>) -> bool {
    let (hasher, warned) = &*WARNED;
    let handler = refusal
        .location()
        .map(|handler| (handler.path, handler.file, handler.line));
    let route = handler.ok_or(head.path());
    let hash = hasher.hash_one((route, refusal.requested()));
    let mut warned = warned.lock().unwrap_or_else(PoisonError::into_inner);
    warned.len() < MAX_WARNINGS && warned.insert(hash)
}
