//! Handlers of every shape, registered by every kind of path.

use std::future::{Future, ready};
use std::pin::Pin;

use axum::extract::{FromRef, Path, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::routing::MethodRouter;
use cors_runtime::{CorsRouter, Routes, cors, routes};

use super::exchange::{App, Case, Failures, Whole, answer, check, granted};

mod jobs {
    use cors_runtime::cors;

    #[cors(origins = ["https://jobs.example"], methods = [GET])]
    pub(super) async fn list() -> &'static str {
        "jobs::list"
    }

    pub(super) mod deep {
        use cors_runtime::cors;

        #[cors(origins = ["https://deep.example"], methods = [GET])]
        pub(crate) async fn list() -> &'static str {
            "jobs::deep::list"
        }

        #[cors(origins = ["https://deep.example"], methods = [GET])]
        pub(crate) async fn globbed() -> &'static str {
            "globbed"
        }
    }
}

mod exports {
    pub(super) use super::jobs::deep::*;
    pub(super) use super::jobs::list as exported;
}

use self::exports::exported as exported_again;
use self::jobs::list as renamed;

trait Named: Send + Sync + 'static {
    const NAME: &'static str;
}

struct First;

impl Named for First {
    const NAME: &'static str = "first";
}

struct Second;

impl Named for Second {
    const NAME: &'static str = "second";
}

#[cors(origins = ["https://generic.example"], methods = [GET])]
async fn generic<T: Named>() -> &'static str {
    T::NAME
}

#[cors(origins = ["https://generic.example"], methods = [GET])]
async fn generic_with_where<T, const N: usize>() -> String
where
    T: Named,
{
    format!("{} {N}", T::NAME)
}

#[cors(origins = ["https://app.example.com"], methods = [GET])]
fn boxed() -> Pin<Box<dyn Future<Output = &'static str> + Send>> {
    Box::pin(ready("boxed"))
}

#[cors(origins = ["https://app.example.com"], methods = [GET])]
fn ready_made() -> impl Future<Output = impl IntoResponse> + Send {
    ready((StatusCode::ACCEPTED, "ready"))
}

#[cors(origins = ["https://app.example.com"], methods = [GET])]
#[tracing::instrument]
async fn instrumented_below() -> &'static str {
    "instrumented below"
}

#[tracing::instrument]
#[cors(origins = ["https://app.example.com"], methods = [GET])]
async fn instrumented_above() -> &'static str {
    "instrumented above"
}

#[cors(origins = ["https://app.example.com"], methods = [GET])]
#[axum::debug_handler]
async fn debugged_below() -> &'static str {
    "debugged below"
}

#[axum::debug_handler]
#[cors(origins = ["https://app.example.com"], methods = [GET])]
async fn debugged_above() -> &'static str {
    "debugged above"
}

/// Between comments and attributes,
#[allow(clippy::let_and_return, reason = "an attribute above")]
#[cors(origins = ["https://app.example.com"], methods = [GET])]
/// as they come.
#[deprecated = "an attribute below"]
async fn described() -> &'static str {
    let answer = "described";
    answer
}

#[cors(origins = ["https://app.example.com"], methods = ["GET", r"POST"])]
async fn methods_as_strings() -> &'static str {
    "strings"
}

#[derive(Clone)]
struct Everything {
    number: u8,
    text: &'static str,
}

impl FromRef<Everything> for u8 {
    fn from_ref(everything: &Everything) -> Self {
        everything.number
    }
}

#[cors(origins = ["https://app.example.com"], methods = [GET])]
async fn with_state(State(everything): State<Everything>, State(number): State<u8>) -> String {
    format!("{} {number}", everything.text)
}

#[cors(origins = ["https://app.example.com"], methods = [GET])]
async fn generic_over_state<S: Clone + Into<u8> + Send + Sync + 'static>(
    State(state): State<S>,
    Path(path): Path<String>,
) -> String {
    let number: u8 = state.into();
    format!("{path} {number}")
}

/// The type of the state is up to the caller, as is the handler's.
fn routes_in_a_generic_function<T: Named, S: Clone + Send + Sync + 'static>() -> Routes<S> {
    routes![generic::<T>, self::posted]
}

#[cors(origins = ["https://app.example.com"], methods = [POST])]
async fn posted() {}

#[tokio::test]
async fn every_shape() {
    #[cors(origins = ["https://local.example"], methods = [GET])]
    async fn local() -> &'static str {
        "local"
    }
    // Nearer than the module of this file's own.
    #[cors(origins = ["https://local.example"], methods = [GET])]
    async fn posted() -> &'static str {
        "local posted"
    }
    use self::jobs::deep::list as renamed_here;
    #[expect(deprecated, reason = "the attribute stays on the function")]
    let described = routes![described];

    let rows: Vec<(&'static str, Routes, u16, &str, &str)> = vec![
        (
            "a path",
            routes![jobs::list],
            200,
            "https://jobs.example",
            "jobs::list",
        ),
        (
            "a longer path",
            routes![jobs::deep::list],
            200,
            "https://deep.example",
            "jobs::deep::list",
        ),
        (
            "from the crate",
            routes![crate::wire::handlers::jobs::list],
            200,
            "https://jobs.example",
            "jobs::list",
        ),
        (
            "from self",
            routes![self::jobs::list],
            200,
            "https://jobs.example",
            "jobs::list",
        ),
        (
            "from super",
            routes![super::handlers::jobs::list],
            200,
            "https://jobs.example",
            "jobs::list",
        ),
        (
            "renamed on import",
            routes![renamed],
            200,
            "https://jobs.example",
            "jobs::list",
        ),
        (
            "renamed in a function",
            routes![renamed_here],
            200,
            "https://deep.example",
            "jobs::deep::list",
        ),
        (
            "exported under another name",
            routes![exports::exported],
            200,
            "https://jobs.example",
            "jobs::list",
        ),
        (
            "exported and renamed",
            routes![exported_again],
            200,
            "https://jobs.example",
            "jobs::list",
        ),
        (
            "exported by a glob",
            routes![exports::globbed],
            200,
            "https://deep.example",
            "globbed",
        ),
        (
            "declared in a function",
            routes![local],
            200,
            "https://local.example",
            "local",
        ),
        (
            "declared in a function, too",
            routes![posted],
            200,
            "https://local.example",
            "local posted",
        ),
        (
            "generic",
            routes![generic::<First>],
            200,
            "https://generic.example",
            "first",
        ),
        (
            "generic over another type",
            routes![generic::<Second>],
            200,
            "https://generic.example",
            "second",
        ),
        (
            "generic over a number",
            routes![generic_with_where::<First, 7>],
            200,
            "https://generic.example",
            "first 7",
        ),
        (
            "in a generic function",
            routes_in_a_generic_function::<Second, ()>(),
            200,
            "https://generic.example",
            "second",
        ),
        (
            "a boxed future",
            routes![boxed],
            200,
            "https://app.example.com",
            "boxed",
        ),
        (
            "a future that is ready",
            routes![ready_made],
            202,
            "https://app.example.com",
            "ready",
        ),
        (
            "instrumented below",
            routes![instrumented_below],
            200,
            "https://app.example.com",
            "instrumented below",
        ),
        (
            "instrumented above",
            routes![instrumented_above],
            200,
            "https://app.example.com",
            "instrumented above",
        ),
        (
            "debug_handler below",
            routes![debugged_below],
            200,
            "https://app.example.com",
            "debugged below",
        ),
        (
            "debug_handler above",
            routes![debugged_above],
            200,
            "https://app.example.com",
            "debugged above",
        ),
        (
            "comments and attributes around",
            described,
            200,
            "https://app.example.com",
            "described",
        ),
        (
            "methods as strings",
            routes![methods_as_strings],
            200,
            "https://app.example.com",
            "strings",
        ),
    ];
    let mut failures = Failures::default();
    for (name, routes, status, origin, body) in rows {
        let app = App::new(name, CorsRouter::new().route("/x", routes));
        let own = format!("allow-origin: {origin}");
        let cases: &[Case<String>] = &[
            (name, "GET /x".to_owned(), answer(status, &own)),
            (
                name,
                format!("OPTIONS /x | origin: {origin} | request-method: GET"),
                granted(&format!("{own} | allow-methods: GET")),
            ),
        ];
        let found = Whole::of(app.send("GET /x").await).await.body;
        failures.compare(|| name.to_owned(), &body.to_owned(), &found);
        check(&[app], cases).await;
    }
    failures.finish();
}

#[tokio::test]
async fn state() {
    let everything = Everything {
        number: 7,
        text: "text",
    };
    let app = App::new(
        "state",
        CorsRouter::new()
            .route("/state", routes![with_state])
            .with_state(everything)
            .route("/generic/{path}", routes![generic_over_state::<u8>])
            .with_state(8),
    );
    let mut failures = Failures::default();
    for (path, body) in [("/state", "text 7"), ("/generic/p", "p 8")] {
        let found = Whole::of(app.send(&format!("GET {path}")).await).await;
        let expected = (
            200,
            "access-control-allow-origin: https://app.example.com",
            body,
        );
        let found = (found.status, found.headers[0].as_str(), found.body.as_str());
        failures.compare(|| path.to_owned(), &expected, &found);
    }
    failures.finish();
}

/// A handler stays the function that it was.
#[tokio::test]
async fn called_directly() {
    assert_eq!(jobs::list().await, "jobs::list");
    assert_eq!(renamed().await, "jobs::list");
    assert_eq!(generic::<First>().await, "first");
    assert_eq!(
        generic_over_state(State(7_u8), Path("p".to_owned())).await,
        "p 7"
    );
    let handler: fn() -> Pin<Box<dyn Future<Output = &'static str> + Send>> = boxed;
    assert_eq!(handler().await, "boxed");
    // And as a plain handler it has no policy.
    let plain: MethodRouter = axum::routing::get(renamed);
    let app = App::new("plain", axum::Router::new().route("/x", plain));
    check(&[app], &[("plain", "GET /x", answer(200, ""))]).await;
}
