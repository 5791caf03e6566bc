//! Errors at start-up: where `#[utoipa::path]` and `#[cors]` disagree.

use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::{Mutex, PoisonError};

use cors_runtime::{CorsRouter, Documented, cors, documented};
use expect_test::{Expect, expect};

/// The message of the panic with which a list is refused. The lines of this file are left out, because
/// they change with it.
fn message(documented: Documented<()>) -> String {
    let register = || CorsRouter::new().documented(documented);
    let panic = catch_unwind(AssertUnwindSafe(register)).expect_err("a panic");
    let message = panic.downcast::<String>().expect("a formatted message");
    let mut parts = message.split(concat!(file!(), ":"));
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |message, part| {
        let line_end = part.find(|digit: char| !digit.is_ascii_digit());
        message + "errors.rs:LINE" + &part[line_end.unwrap_or(0)..]
    })
}

fn check(documented: Documented<()>, expected: &Expect) {
    expected.assert_eq(&message(documented));
}

#[utoipa::path(put, path = "/jobs")]
#[cors(origins = ["*"], methods = [POST])]
async fn other_method() {}

#[cors(origins = ["*"], methods = [GET, DELETE])]
#[utoipa::path(get, path = "/jobs")]
async fn described_too_little() {}

#[cors(origins = ["*"], methods = [PATCH])]
#[utoipa::path(method(patch, options), path = "/jobs")]
async fn described_too_much() {}

#[cors(origins = ["*"], methods = [GET])]
#[utoipa::path(method(get, trace), path = "/jobs")]
async fn trace() {}

#[test]
fn a_method_that_only_one_attribute_names() {
    check(
        documented![other_method],
        &expect![[r"
        `openapi::errors::other_method` (errors.rs:LINE): `#[utoipa::path]` names PUT, and `#[cors]` names POST
        help: write `#[utoipa::path(post, ..)]`, or `#[cors(methods = [PUT], ..)]`"]],
    );
}

#[test]
fn every_method_that_only_one_attribute_names() {
    check(
        documented![other_method, described_too_little, described_too_much],
        &expect![[r"
            `openapi::errors::other_method` (errors.rs:LINE): `#[utoipa::path]` names PUT, and `#[cors]` names POST
            help: write `#[utoipa::path(post, ..)]`, or `#[cors(methods = [PUT], ..)]`
            `openapi::errors::described_too_little` (errors.rs:LINE): `#[utoipa::path]` names GET, and `#[cors]` names GET and DELETE
            help: write `#[utoipa::path(method(get, delete), ..)]`, or `#[cors(methods = [GET], ..)]`
            `openapi::errors::described_too_much` (errors.rs:LINE): `#[utoipa::path]` names PATCH and OPTIONS, and `#[cors]` names PATCH
            help: write `#[utoipa::path(patch, ..)]`, or `#[cors(methods = [PATCH, OPTIONS], ..)]`"]],
    );
}

#[test]
fn trace_is_no_method_of_cors() {
    check(
        documented![trace],
        &expect![[r"
        `openapi::errors::trace` (errors.rs:LINE): `#[utoipa::path]` names GET and TRACE, and `#[cors]` names GET
        help: write `#[utoipa::path(get, ..)]`, because no page can send TRACE"]],
    );
}

#[utoipa::path(get, path = "/jobs")]
#[cors(origins = ["*"], methods = [GET])]
async fn list() {}

#[utoipa::path(delete, path = "/jobs/{id}")]
#[cors(origins = ["*"], methods = [DELETE])]
async fn remove() {}

#[test]
fn several_paths() {
    check(
        documented![list, remove],
        &expect![[r"
            the handlers of one `documented!` must have one path, and these have 2: `/jobs` of `list`, `/jobs/{id}` of `remove`
            help: write `.documented(documented![list]).documented(documented![remove])`"]],
    );
}

#[test]
fn several_paths_and_other_methods() {
    check(
        documented![remove, other_method],
        &expect![[r"
            `openapi::errors::other_method` (errors.rs:LINE): `#[utoipa::path]` names PUT, and `#[cors]` names POST
            help: write `#[utoipa::path(post, ..)]`, or `#[cors(methods = [PUT], ..)]`
            the handlers of one `documented!` must have one path, and these have 2: `/jobs/{id}` of `remove`, `/jobs` of `other_method`
            help: write `.documented(documented![remove]).documented(documented![other_method])`"]],
    );
}

mod shadowed {
    #[utoipa::path(get, path = "/others")]
    #[allow(dead_code, reason = "its `__path_show` is used")]
    pub(super) fn show() {}
}

mod imported {
    use cors_runtime::cors;

    #[utoipa::path(get, path = "/jobs")]
    #[cors(origins = ["*"], methods = [GET])]
    pub(super) async fn show() {}
}

#[test]
fn the_path_of_another_function() {
    use imported::show;
    use shadowed::__path_show;

    check(
        documented![show],
        &expect![[r"
            `openapi::errors::imported::show` has the `#[utoipa::path]` of `openapi::errors::shadowed::show`
            help: write the handler with its module, such as `documented![imported::show]`"]],
    );
}

#[test]
fn the_panic_is_at_the_call() {
    static PLACES: Mutex<Vec<(String, u32)>> = Mutex::new(Vec::new());
    let places = || PLACES.lock().unwrap_or_else(PoisonError::into_inner);
    let before = take_hook();
    set_hook(Box::new(move |info| {
        let place = info.location().map(|at| (at.file().to_owned(), at.line()));
        places().extend(place);
        before(info);
    }));
    let line = line!() + 1;
    let refused = catch_unwind(|| CorsRouter::<()>::new().documented(documented![other_method]));
    assert!(refused.is_err());
    assert!(places().contains(&(file!().to_owned(), line)));
}
