//! The bounds of `Access-Control-Request-Headers`. A preflight past one of them is refused.

/// The highest number of bytes in all lines together.
pub const MAX_BYTES: usize = 4096;

/// The highest number of names.
pub const MAX_NAMES: usize = 128;

/// The highest number of empty elements. Gateways add one or two.
pub const MAX_EMPTY: usize = 16;
