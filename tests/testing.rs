//! `testing::Browser` without a real browser beside it: the services that it drives, and what
//! its errors say.
#![allow(clippy::too_many_lines, reason = "a table is as long as its rows")]

mod testing {
    mod messages;
    mod server;
    mod services;
}
