//! Names of handlers in `routes!` that something else has as well: a macro, a local variable, a handler
//! of another module.

use axum::body::Body;
use axum::http::{HeaderValue, Request};
use cors_runtime::{CorsRouter, Routes, cors, routes};
use http_body_util::BodyExt;
use tower::ServiceExt;

const ORIGIN: &str = "https://app.example";

mod jobs {
    use cors_runtime::cors;

    #[cors(origins = ["https://app.example"], methods = [GET])]
    pub(crate) async fn list() -> &'static str {
        "jobs::list"
    }

    #[cors(origins = ["https://app.example"], methods = [GET])]
    pub(crate) async fn generic<T: Default + ToString + Send + 'static>() -> String {
        T::default().to_string()
    }

    pub(crate) mod archive {
        use cors_runtime::cors;

        #[cors(origins = ["https://app.example"], methods = [GET])]
        pub(crate) async fn list() -> &'static str {
            "jobs::archive::list"
        }
    }

    pub(crate) use archive::list as archived;
}

mod other {
    use cors_runtime::cors;

    #[cors(origins = ["https://app.example"], methods = [GET])]
    pub(crate) async fn from_glob() -> &'static str {
        "other::from_glob"
    }
}

mod feed {
    use cors_runtime::cors;

    #[cors(origins = ["https://app.example"], methods = [GET])]
    pub(crate) async fn feed<T: Default + ToString + Send + 'static>() -> String {
        format!("feed of {}", T::default().to_string())
    }
}

use jobs::generic as renamed;
use other::*;

#[cors(origins = ["https://app.example"], methods = [GET])]
async fn list() -> &'static str {
    "list"
}

/// Named like a macro of the standard library.
#[cors(origins = ["https://app.example"], methods = [GET])]
async fn line() -> &'static str {
    let _ = line!();
    "line"
}

#[allow(unused_imports)]
use std::println as info;

/// Named like an imported macro.
#[cors(origins = ["https://app.example"], methods = [GET])]
async fn info() -> &'static str {
    "info"
}

macro_rules! textual {
    () => {
        "textual"
    };
}

/// Named like a macro of this module.
#[cors(origins = ["https://app.example"], methods = [GET])]
async fn textual() -> &'static str {
    textual!()
}

macro_rules! routes_of {
    (path $handler:path) => {
        routes![$handler]
    };
    (ident $handler:ident) => {
        routes![$handler]
    };
    (tokens $($handler:tt)*) => {
        routes![$($handler)*]
    };
}

macro_rules! handler {
    ($(#[$attribute:meta])* $vis:vis fn $name:ident) => {
        $(#[$attribute])*
        #[cors(origins = ["https://app.example"], methods = [GET])]
        $(#[$attribute])*
        $vis async fn $name() -> &'static str {
            stringify!($name)
        }
    };
}

handler!(#[allow(clippy::unused_async)] pub(crate) fn from_fragments);

/// With an arrow in its generics.
#[allow(clippy::extra_unused_type_parameters)]
#[cors(origins = ["https://app.example"], methods = [GET])]
async fn arrow<F: Fn(u8) -> Vec<u8> + Send + 'static, const N: usize>() -> &'static str {
    "arrow"
}

macro_rules! handler_inside {
    () => {{
        #[cors(origins = ["https://app.example"], methods = [GET])]
        async fn inside() -> &'static str {
            "inside"
        }
        routes![inside]
    }};
}

#[tokio::test]
async fn routes_finds_the_handler_and_its_policy() {
    #[cors(origins = ["https://app.example"], methods = [GET])]
    async fn local() -> &'static str {
        "local"
    }
    // The macro has a variable of this name.
    let __cors_routes = "of the user";

    let cases: [(&str, Routes); 22] = [
        ("list", routes![list]),
        ("list", routes![self::list]),
        ("list", routes![crate::list]),
        ("jobs::list", routes![jobs::list]),
        ("jobs::archive::list", routes![crate::jobs::archive::list]),
        ("jobs::archive::list", routes![jobs::archived]),
        ("0", routes![jobs::generic::<u8>]),
        ("feed of 0", routes![feed::feed::<u8>]),
        ("feed of 0", routes![self::feed::feed::<u8>]),
        ("false", routes![renamed::<bool>]),
        ("other::from_glob", routes![from_glob]),
        ("line", routes![line]),
        ("info", routes![info]),
        ("textual", routes![textual]),
        ("list", routes_of!(path list)),
        ("jobs::list", routes_of!(path jobs::list)),
        ("list", routes_of!(ident list)),
        ("0", routes_of!(tokens jobs::generic::<u8>)),
        ("inside", handler_inside!()),
        ("from_fragments", routes![from_fragments]),
        ("arrow", routes![arrow::<fn(u8) -> Vec<u8>, 1>]),
        ("local", routes![local]),
    ];
    for (body, routes) in cases {
        let app = CorsRouter::new().route("/", routes).into_router();
        let request = Request::get("/").header("origin", ORIGIN);
        let request = request.body(Body::empty()).expect("a request");
        let response = app.oneshot(request).await.expect("a response");
        let allowed = response.headers().get("access-control-allow-origin");
        assert_eq!(
            allowed.map(HeaderValue::as_bytes),
            Some(ORIGIN.as_bytes()),
            "{body}"
        );
        let bytes = response.into_body().collect().await.expect("a body");
        assert_eq!(bytes.to_bytes(), body.as_bytes());
    }
    assert_eq!(__cors_routes, "of the user");
}
