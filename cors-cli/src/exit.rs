//! The exit codes. 0 is success.

/// A browser refuses the request, or a file is stale.
pub(crate) const REFUSED: u8 = 1;

/// Wrong arguments, or input that cannot be read. clap has the same code.
pub(crate) const USAGE: u8 = 2;

/// There is no connection to the server.
pub(crate) const NOT_REACHED: u8 = 3;
