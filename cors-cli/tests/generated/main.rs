//! Tests that `cors explain --test` has written, so that it is known that they compile and fail.
//!
//! `UPDATE_EXPECT=1 cargo test --test show test_case` writes them.

mod cookie_samesite_lax;
mod corp_same_origin;
mod curl_v_http2_options_405;
mod raw_trailing_slash;
mod slash_redirect_without_headers;
mod upload_listener_500;
