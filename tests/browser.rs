//! Headless Chromium and `testing::Browser`, side by side: both make the same requests to the same
//! services, and have to agree on every one that arrives and on all that the page gets to see.
//!
//! Wants `chromedriver` and Chromium or Chrome. Without them the tests say so and ask
//! `testing::Browser` alone, except where `CI=true`: there they fail.
#![allow(clippy::too_many_lines, reason = "a table is as long as its rows")]

mod browser {
    mod cases;
    mod chromium;
    mod observed;
    mod request;
    mod salaries;
    mod scenes;
    mod server;
}
