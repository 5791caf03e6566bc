//! `testing::Browser` without a real browser beside it: the services that it drives.
#![allow(clippy::too_many_lines, reason = "a table is as long as its rows")]

mod testing {
    mod server;
    mod services;
}
