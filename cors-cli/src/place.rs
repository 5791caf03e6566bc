//! Places in a text.

use std::ops::Range;

/// A range of bytes in the text of a [`Paste`](crate::Paste), on the boundaries of characters.
pub type Span = Range<usize>;

/// A value with its place in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Located<T> {
    /// The value.
    pub value: T,
    /// The place. Empty, if the value was concluded from something else.
    pub at: Span,
}
