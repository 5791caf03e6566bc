//! A case as a test with cors-testing.

use crate::diagnosis::Diagnosis;
use crate::exchange::Paste;

/// Writes the first case as a test that fails until the cause is gone.
///
/// Returns `None` if the paste has no response that a test could repeat.
#[must_use]
pub fn test_case(_paste: &Paste, _diagnosis: &Diagnosis) -> Option<String> {
    None
}
