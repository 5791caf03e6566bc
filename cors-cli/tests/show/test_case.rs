//! Cases as tests, which compile, and fail for the reason of the diagnosis.

use std::process::Command;

use cors_cli::show;
use expect_test::{ExpectFile, expect_file};

use crate::cases::diagnosed;

/// The paste, the file with its test, and words of the failure.
fn tests() -> [(&'static str, ExpectFile, &'static str); 6] {
    [
        (
            "cookie-samesite-lax",
            expect_file!["../generated/cookie_samesite_lax.rs"],
            "cookie: the browser ignores `jwt`",
        ),
        (
            "corp-same-origin",
            expect_file!["../generated/corp_same_origin.rs"],
            "response, resource policy: ",
        ),
        (
            "curl-v-http2-options-405",
            expect_file!["../generated/curl_v_http2_options_405.rs"],
            "preflight, origin: the page of `http://app.example.org` got 405",
        ),
        (
            "raw-trailing-slash",
            expect_file!["../generated/raw_trailing_slash.rs"],
            "response, origin: ",
        ),
        (
            "slash-redirect-without-headers",
            expect_file!["../generated/slash_redirect_without_headers.rs"],
            "response, origin: the page of `http://localhost:4000` got 301",
        ),
        (
            "upload-listener-500",
            expect_file!["../generated/upload_listener_500.rs"],
            "preflight, status: ",
        ),
    ]
}

#[test]
fn tests_are_written() {
    for (name, file, _) in tests() {
        let (paste, diagnosis) = diagnosed(name);
        let test = show::test_case(&paste, &diagnosis).expect("the paste has a response");
        file.assert_eq(&test);
    }
}

#[test]
fn written_tests_fail_for_the_reason_of_the_diagnosis() {
    let cargo = Command::new(env!("CARGO"))
        .args([
            "test",
            "--quiet",
            "--package",
            "cors-cli",
            "--test",
            "generated",
        ])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env("RUST_BACKTRACE", "0")
        .output()
        .expect("cargo runs");
    let output = String::from_utf8_lossy(&cargo.stdout);
    let errors = String::from_utf8_lossy(&cargo.stderr);
    for (name, _, reason) in tests() {
        let module = name.replace('-', "_");
        let start = format!("---- {module}::the_page_can_read_the_response stdout ----");
        let failure = output
            .split(&start)
            .nth(1)
            .and_then(|it| it.split("---- ").next());
        let failure = failure.unwrap_or_else(|| panic!("{name} did not fail\n{output}{errors}"));
        assert!(failure.contains(reason), "{name}: {failure}");
    }
}
