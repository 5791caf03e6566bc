//! Web sockets over real connections: who may open one, and that an open one carries messages.
#![allow(clippy::too_many_lines, reason = "a table is as long as its rows")]

mod http1;
