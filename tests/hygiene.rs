//! The expansion of `#[cors]` in unusual modules: with shadowed names, without a prelude, under strict
//! lints. It compiles without a warning, and the handler works.
#![deny(
    missing_docs,
    missing_debug_implementations,
    nonstandard_style,
    unused,
    unreachable_pub,
    unnameable_types,
    deprecated,
    unused_qualifications,
    clippy::pedantic
)]

use cors_runtime::{CorsRouter, Routes, cors, routes};
use cors_test_support::{App, actual};

const ORIGIN: &str = "https://app.example";

/// Whether the path `/` lets a page of [`ORIGIN`] read its response.
async fn allows(name: &'static str, routes: Routes<()>) -> bool {
    let app = App::new(name, CorsRouter::new().route("/", routes));
    let response = app.cors(actual("GET /", ORIGIN)).await;
    assert_eq!(response.status(), 200, "{name}");
    response.values("access-control-allow-origin").eq([ORIGIN])
}

/// Names of the standard library for other items.
pub mod shadowed {
    use cors_runtime::{Routes, cors};

    #[allow(missing_docs, missing_debug_implementations)]
    pub struct Option;
    #[allow(missing_docs, missing_debug_implementations)]
    pub struct Some;
    #[allow(missing_docs, missing_debug_implementations)]
    pub struct None;
    #[allow(missing_docs, missing_debug_implementations)]
    pub struct Vec;
    #[allow(missing_docs, missing_debug_implementations)]
    pub struct Method;
    #[allow(missing_docs, missing_debug_implementations)]
    pub struct Policy;
    #[allow(missing_docs, missing_debug_implementations, non_camel_case_types)]
    pub struct str;
    #[allow(missing_docs, missing_debug_implementations, non_camel_case_types)]
    pub struct bool;
    #[allow(missing_docs)]
    pub mod core {}
    #[allow(missing_docs)]
    pub mod std {}

    /// A handler.
    #[cors(origins = ["https://app.example"], methods = [GET], max_age = 1, credentials)]
    pub async fn list() {}

    /// Its routes.
    pub fn all() -> Routes {
        cors_runtime::routes![list]
    }
}

/// No prelude at all.
pub mod without_prelude {
    #![no_implicit_prelude]

    /// A handler.
    #[::cors_runtime::cors(origins = ["https://app.example"], methods = [GET], max_age = 1)]
    pub async fn list() {}

    /// Its routes.
    pub fn all() -> ::cors_runtime::Routes {
        ::cors_runtime::routes![list]
    }
}

/// Another name for the crate.
pub mod renamed {
    extern crate cors_runtime as other;

    /// A handler.
    #[other::cors(crate = other, origins = ["https://app.example"], methods = [GET])]
    pub async fn list() {}

    /// Its routes.
    pub fn all() -> other::Routes {
        other::routes![list]
    }
}

macro_rules! handler {
    ($name:ident, $origin:literal, $($method:ident),*) => {
        /// A handler.
        #[cors(origins = [$origin], methods = [$($method),*])]
        pub async fn $name() {}
    };
}

handler!(from_macro, "https://app.example", GET, POST);

/// Arguments of `macro_rules!` macros, which are groups without delimiters.
#[allow(unused_qualifications)]
pub mod fragments {
    use cors_runtime::{Origin, Policy, Routes, cors, routes};

    const SITE: &[&str] = &["https://app.example"];
    const ACCOUNT: Policy = Policy::new(SITE);
    const AGE: u32 = 600;

    fn is_tenant(_: &Origin<'_>, _: &http::request::Parts) -> bool {
        false
    }

    macro_rules! by_expression {
        ($name:ident, $origins:expr, $methods:expr, $max_age:expr, $headers:expr) => {
            #[cors(origins = $origins, methods = $methods, max_age = $max_age, headers = $headers)]
            async fn $name() {}
        };
    }
    by_expression!(lists, ["https://app.example"], [GET], 600, ["x-a", "x-b"]);
    by_expression!(paths, SITE, [PUT], AGE, []);

    macro_rules! by_path {
        ($policy:path, $function:path, $krate:path, $age:path) => {
            #[cors(policy = $policy, origins_from = $function, crate = $krate, max_age = $age, methods = [POST])]
            async fn of_paths() {}
        };
    }
    by_path!(ACCOUNT, self::is_tenant, ::cors_runtime, self::AGE);

    macro_rules! by_token {
        ($origins:tt, $flag:ident, $origin:literal, $method:ident, $argument:ty) => {
            #[cors(origins = $origins, $flag, methods = [$method], dev_origins = [$origin])]
            async fn of_tokens(_: $argument) {}
        };
    }
    by_token!(
        ["https://app.example"],
        credentials,
        "http://localhost:5173",
        PATCH,
        axum::http::Uri
    );

    // An expression is handed on by a second macro.
    macro_rules! twice {
        ($origin:expr) => {
            twice!(@ [$origin]);
        };
        (@ $origins:expr) => {
            #[cors(origins = $origins, methods = [DELETE])]
            async fn of_two_macros() {}
        };
    }
    twice!("https://app.example");

    macro_rules! with_body {
        ($vis:vis, $body:block, $opt_out:ident) => {
            #[cors(origins = ["https://app.example"], methods = [OPTIONS], dangerously_allow($opt_out))]
            $vis async fn of_a_body() $body
        };
    }
    with_body!(pub(crate), {}, insecure_origins);

    macro_rules! item {
        ($function:item) => {
            #[cors(origins = ["https://app.example"], methods = [HEAD])]
            $function
        };
    }
    item! {
        pub(super) async fn of_an_item() {}
    }

    /// Their routes.
    pub fn all() -> Routes {
        routes![
            lists,
            paths,
            of_paths,
            of_tokens,
            of_two_macros,
            of_a_body,
            of_an_item
        ]
    }
}

/// A policy with names that the check of the arguments could use itself.
pub mod checked_arguments {
    #![no_implicit_prelude]

    use ::cors_runtime::{Policy, Routes, cors, routes};

    struct Check;

    impl Check {
        const FITS: Policy<'static> =
            Policy::new(&["https://app.example"]).headers(&["content-type"]);
    }

    #[cors(policy = Check::FITS, methods = [POST])]
    async fn json(_: ::axum::Json<u32>) {}

    #[cors(policy = Check::FITS, headers = [], methods = [PUT])]
    #[allow(deprecated)]
    async fn silenced(_: ::axum::Json<u32>) {}

    #[cfg(any())]
    #[cors(policy = Check::FITS, headers = HEADERS, methods = [PATCH])]
    async fn compiled_out(_: ::axum::Json<u32>) {}

    #[cors(policy = Check::FITS, methods = [PATCH])]
    #[cfg(any())]
    async fn compiled_out_below(_: ::axum::Json<u32>) {}

    /// Their routes.
    pub fn all() -> Routes {
        routes![json, silenced]
    }
}

/// A raw identifier.
#[cors(origins = ["https://app.example"], methods = [GET])]
pub async fn r#match() {}

/// Compiled out, together with its policy.
#[cors(origins = ["https://app.example"], methods = [GET])]
#[cfg(any())]
pub async fn configured() {}

/// Compiled in.
#[cors(origins = ["https://app.example"], methods = [GET])]
#[cfg(not(any()))]
pub async fn configured() {}

#[cfg(any())]
use nowhere::absent;

/// Named like the macro's own variable.
#[cors(origins = ["https://app.example"], methods = [GET])]
pub async fn routes() {}

/// Constants and functions with names that the expansion could use itself.
pub mod taken {
    use cors_runtime::{Origin, Policy, Routes, cors, routes};

    const POLICY: Policy = Policy::new(VALUE).methods(&["GET"]);
    const VALUE: &[&str] = &["https://app.example"];

    fn origins_from(_: &Origin<'_>, _: &http::request::Parts) -> bool {
        true
    }

    #[cors(policy = POLICY)]
    async fn policy() {}

    #[cors(origins = &VALUE, methods = [POST], origins_from = origins_from)]
    async fn assert_keeps_rules() {}

    /// Its routes.
    pub fn all() -> Routes {
        routes![policy, assert_keeps_rules]
    }
}

/// Paths that begin with `self`, which are not receivers.
#[allow(unused_qualifications)]
pub mod paths_from_self {
    use cors_runtime::{Routes, cors, routes};

    /// The filter that a page requests.
    pub type Filter = axum::extract::Query<Vec<(String, String)>>;

    #[cors(origins = ["https://app.example"], dev_origins = [], methods = [GET])]
    async fn list(axum::extract::Query(_): self::Filter) {}

    /// Its routes.
    pub fn all() -> Routes {
        routes![self::list]
    }
}

/// Policies that allow what their handlers extract, so no lint fires.
pub mod no_false_alarm {
    use std::convert::Infallible;

    use axum::Json;
    use axum::extract::{Form, FromRequest, Query, Request};
    use cors_runtime::{Policy, Routes, cors, routes};

    /// A body in parts.
    #[derive(Debug)]
    pub struct Multipart;

    impl<S: Sync> FromRequest<S> for Multipart {
        type Rejection = Infallible;

        async fn from_request(_: Request, _: &S) -> Result<Self, Infallible> {
            Ok(Self)
        }
    }

    const ANY: Policy = Policy::new(&["https://app.example"]).headers(&["content-type"]);

    #[cors(origins = ["https://app.example"], methods = [GET])]
    async fn query(_: Query<Vec<(String, String)>>) -> Json<u32> {
        Json(1)
    }

    #[cors(origins = ["https://app.example"], methods = [POST])]
    async fn form(_: Form<Vec<(String, String)>>) {}

    #[cors(origins = ["https://app.example"], methods = [PUT], headers = ["*"])]
    async fn any_header(_: Json<u32>) {}

    #[cors(origins = ["https://app.example"], methods = [PATCH], headers = ["Content-Type"])]
    async fn named(_: Json<u32>) {}

    #[cors(policy = ANY, methods = [DELETE])]
    async fn shared(_: Json<u32>) {}

    #[cors(origins = ["https://app.example"], methods = [OPTIONS])]
    async fn multipart(_: Multipart) {}

    const HEADERS: &[&str] = &["Content-Type"];
    const SITE: &[&str] = &["https://app.example"];

    #[cors(origins = SITE, methods = [HEAD], headers = HEADERS)]
    async fn listed_in_a_constant(_: Option<Json<u32>>) {}

    /// Routes on another path.
    pub fn others() -> Routes {
        routes![state, bytes]
    }

    // Not read from the request, in spite of its type.
    #[cors(origins = SITE, methods = [PUT])]
    async fn state(_: axum::Extension<Json<u32>>) {}

    #[cors(origins = SITE, methods = [GET], headers = ["last-event-id"])]
    async fn bytes(_: Result<String, axum::extract::rejection::StringRejection>) {}

    /// Their routes.
    pub fn all() -> Routes {
        routes![
            query,
            form,
            any_header,
            named,
            shared,
            multipart,
            listed_in_a_constant
        ]
    }
}

/// Each visibility that a handler can have.
pub mod visibilities {
    use cors_runtime::{Routes, cors, routes};

    pub(crate) mod inner {
        use cors_runtime::cors;

        #[cors(origins = ["https://app.example"], methods = [GET])]
        pub(in super::super) async fn in_path() {}

        #[cors(origins = ["https://app.example"], methods = [POST])]
        pub(super) async fn in_super() {}

        #[cors(origins = ["https://app.example"], methods = [PUT])]
        pub(crate) async fn in_crate() {}
    }

    #[cors(origins = ["https://app.example"], methods = [DELETE])]
    async fn private() {}

    /// All of them.
    pub fn all() -> Routes {
        routes![inner::in_path, inner::in_super, inner::in_crate, private]
    }
}

#[tokio::test]
async fn expansions_compile_and_work_in_any_module() {
    /// Declared inside a function.
    #[cors(origins = ["https://app.example"], methods = [GET])]
    async fn local() {}

    let cases: [(&str, Routes); 17] = [
        ("shadowed", shadowed::all()),
        ("without prelude", without_prelude::all()),
        ("renamed", renamed::all()),
        ("from a macro", routes![from_macro]),
        ("raw identifier", routes![r#match]),
        ("configured", routes![configured]),
        (
            "compiled out in `routes!`",
            routes![
                #[cfg(any())]
                absent,
                from_macro,
                #[cfg(all())]
                #[cfg(any())]
                absent::<u8>
            ],
        ),
        (
            "compiled in in `routes!`",
            routes![
                #[cfg(all())]
                from_macro,
                #[cfg(any())]
                absent
            ],
        ),
        (
            "one or the other in `routes!`",
            routes![
                #[cfg(all())]
                from_macro,
                #[cfg(not(all()))]
                from_macro
            ],
        ),
        ("named `routes`", routes![routes]),
        ("names that are taken", taken::all()),
        ("paths from `self`", paths_from_self::all()),
        ("no false alarm", no_false_alarm::all()),
        ("no false alarm elsewhere", no_false_alarm::others()),
        ("fragments", fragments::all()),
        ("visibilities", visibilities::all()),
        ("local", routes![local]),
    ];
    for (name, routes) in cases {
        assert!(allows(name, routes).await, "{name}");
    }
}
