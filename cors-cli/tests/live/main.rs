//! `cors explain URL` against servers in this process, over sockets.

mod command;
mod limits;
mod probes;
mod requests;
mod server;
mod tls;
mod unreachable;
