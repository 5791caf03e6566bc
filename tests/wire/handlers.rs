//! `#[cors]` does not change a handler: functions of any form, registered through any path, give the
//! same response as before, with the headers of their own policy.
//!
//! The body of each response is the first label of the origin that the policy of the handler allows.
#![allow(unused_qualifications, reason = "paths of every kind are the point")]

use std::future::{Future, ready};
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::Router;
use axum::extract::{FromRequestParts, OriginalUri, Request, State};
use axum::http::{HeaderMap, Method, Uri, Version};
use axum::response::IntoResponse;
use axum::routing::get;
use cors_runtime::{CorsRouter, Routes, cors, routes};
use cors_test_support::{
    App, Failures, WireResponse, actual, approved, case, check, preflight, response,
};

/// The response of the handler called `name`, with its policy.
fn own(name: &str) -> WireResponse {
    response(
        200,
        &format!("access-control-allow-origin: https://{name}.example"),
    )
}

/// The handler called `name` responds to a page of `https://{name}.example` on `/x`, and its preflight.
async fn check_each(handlers: impl IntoIterator<Item = (&'static str, Routes)>) {
    let mut failures = Failures::default();
    for (name, routes) in handlers {
        let app = App::new(name, CorsRouter::new().route("/x", routes));
        let origin = format!("https://{name}.example");
        let request = actual("GET /x", &origin);
        let found = app.complete(&request).await;
        failures.compare(|| name, &name, &found.body());
        let headers = format!(
            "access-control-allow-origin: {origin}
             access-control-allow-methods: GET"
        );
        let cases = [
            case("the request", request, own(name)),
            case(
                "the preflight",
                preflight("GET /x", &origin),
                approved(&headers),
            ),
        ];
        check(&[app], &cases).await;
    }
    failures.finish();
}

// Kinds of async functions.

#[cors(origins = ["https://async.example"], methods = [GET])]
async fn asynchronous() -> &'static str {
    "async"
}

#[cors(origins = ["https://future.example"], methods = [GET])]
fn future() -> impl Future<Output = impl IntoResponse> {
    ready("future")
}

type Boxed = Pin<Box<dyn Future<Output = &'static str> + Send>>;

#[cors(origins = ["https://boxed.example"], methods = [GET])]
fn boxed() -> Boxed {
    Box::pin(async { "boxed" })
}

struct Now(&'static str);

impl Future for Now {
    type Output = &'static str;

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Self::Output> {
        Poll::Ready(self.0)
    }
}

#[cors(origins = ["https://const.example"], methods = [GET])]
const fn constant() -> Now {
    Now("const")
}

#[tokio::test]
async fn asynchronous_in_every_way() {
    check_each(vec![
        ("async", routes![asynchronous]),
        ("future", routes![future]),
        ("boxed", routes![boxed]),
        ("const", routes![constant]),
    ])
    .await;
}

// Generics.

trait Name: Send + 'static {
    const NAME: &'static str;
}

struct First;
struct Second;

impl Name for First {
    const NAME: &'static str = "first";
}

impl Name for Second {
    const NAME: &'static str = "second";
}

#[cors(origins = ["https://first.example"], methods = [GET])]
async fn one<T: Name>() -> &'static str {
    T::NAME
}

#[cors(origins = ["https://first-second.example"], methods = [GET])]
async fn two<T, U>() -> String
where
    T: Name,
    U: Name,
{
    format!("{}-{}", T::NAME, U::NAME)
}

#[cors(origins = ["https://first-7.example"], methods = [GET])]
async fn with_number<T: Name, const N: usize>() -> String {
    format!("{}-{N}", T::NAME)
}

#[cors(origins = ["https://extractor.example"], methods = [GET])]
async fn extracting<T: FromRequestParts<()> + Send + 'static>(_: T) -> &'static str {
    "extractor"
}

#[cors(origins = ["https://post.example"], methods = [POST])]
async fn post<T: Name, const B: bool>(_: String) -> String {
    format!("{}-{B}", T::NAME)
}

/// Registers a generic handler of a generic type.
fn of<T: Name, S: Clone + Send + Sync + 'static>() -> Routes<S> {
    routes![one::<T>]
}

#[tokio::test]
async fn generics() {
    check_each(vec![
        ("first", routes![one::<First>]),
        ("first", of::<First, ()>()),
        ("first-second", routes![two::<First, Second>]),
        ("first-7", routes![with_number::<First, 7>]),
        ("first-7", routes![with_number::<First, { 3 + 4 }>]),
        ("extractor", routes![extracting::<(Method, Uri)>]),
        ("extractor", routes![extracting::<OriginalUri>]),
        ("first", routes![post::<Second, true>, one::<First>,]),
    ])
    .await;
    let several = routes![two::<Second, First>, post::<Second, true>,];
    let app = App::new("several", CorsRouter::new().route("/x", several));
    let cases = [
        case("the first", "GET /x", own("first-second")),
        case("the second", "POST /x", own("post")),
    ];
    for (case, body) in cases.iter().zip(["second-first", "second-true"]) {
        assert_eq!(app.complete(&case.request).await.body(), body);
    }
    check(&[app], &cases).await;
}

// Other attributes.

#[tracing::instrument]
#[cors(origins = ["https://instrument-above.example"], methods = [GET])]
async fn instrument_above() -> &'static str {
    "instrument-above"
}

#[cors(origins = ["https://instrument-below.example"], methods = [GET])]
#[tracing::instrument(skip_all, fields(kind = "any"), err(Debug))]
async fn instrument_below(_: Request) -> Result<&'static str, ()> {
    Ok("instrument-below")
}

#[axum::debug_handler]
#[cors(origins = ["https://debug-above.example"], methods = [GET])]
async fn debug_above(_: Method, _: String) -> &'static str {
    "debug-above"
}

#[cors(origins = ["https://debug-below.example"], methods = [GET])]
#[axum::debug_handler]
async fn debug_below(_: Method, _: String) -> &'static str {
    "debug-below"
}

/// Documented
/** in several ways, */
#[doc = "with lints and hints."]
#[allow(clippy::needless_return, reason = "for the attribute to matter")]
#[cors(origins = ["https://decorated.example"], methods = [GET])]
#[must_use = "as futures are"]
#[inline(never)]
#[expect(unused_variables)]
/// Below, too.
async fn decorated(uri: Uri) -> &'static str {
    return "decorated";
}

#[cfg(not(any()))]
#[cors(origins = ["https://configured.example"], methods = [GET])]
#[cfg(test)]
async fn configured() -> &'static str {
    "configured"
}

#[cfg(any())]
#[cors(origins = ["https://elsewhere.example"], methods = [GET])]
async fn configured() -> Missing {}

#[cfg_attr(all(), cors(origins = ["https://on-condition.example"], methods = [GET]))]
#[cfg_attr(any(), cors(origins = ["https://elsewhere.example"], methods = [GET]))]
async fn on_condition() -> &'static str {
    "on-condition"
}

#[tokio::test]
async fn other_attributes() {
    check_each(vec![
        ("instrument-above", routes![instrument_above]),
        ("instrument-below", routes![instrument_below]),
        ("debug-above", routes![debug_above]),
        ("debug-below", routes![debug_below]),
        ("decorated", routes![decorated]),
        ("configured", routes![configured]),
        ("on-condition", routes![on_condition]),
    ])
    .await;
}

// Names and paths.

mod jobs {
    pub(crate) use self::private::reexported;
    pub(crate) use self::private::reexported as renamed_twice;
    use super::*;

    mod private {
        use cors_runtime::cors;

        #[cors(origins = ["https://reexported.example"], methods = [GET])]
        pub(crate) async fn reexported() -> &'static str {
            "reexported"
        }
    }

    #[cors(origins = ["https://list.example"], methods = [GET])]
    pub(crate) async fn list() -> &'static str {
        "list"
    }

    #[cors(origins = ["https://hidden.example"], methods = [GET])]
    async fn hidden() -> &'static str {
        "hidden"
    }

    pub(super) fn all() -> [(&'static str, Routes); 4] {
        [
            ("hidden", routes![hidden]),
            ("hidden", routes![self::hidden]),
            ("async", routes![super::asynchronous]),
            ("async", routes![asynchronous]),
        ]
    }
}

mod globbed {
    #[allow(clippy::wildcard_imports, reason = "one brings the policies, too")]
    pub(super) use super::jobs::*;
}

use jobs::{list as jobs_list, renamed_twice as renamed};

#[cors(origins = ["https://raw.example"], methods = [GET])]
async fn r#type() -> &'static str {
    "raw"
}

#[tokio::test]
async fn names_and_paths() {
    check_each(jobs::all()).await;
    check_each(vec![
        ("list", routes![jobs::list]),
        ("list", routes![self::jobs::list]),
        ("list", routes![crate::handlers::jobs::list]),
        ("list", routes![super::handlers::jobs::list]),
        ("list", routes![jobs_list]),
        ("list", routes![globbed::list]),
        ("reexported", routes![jobs::reexported]),
        ("reexported", routes![globbed::reexported]),
        ("reexported", routes![renamed]),
        ("raw", routes![r#type]),
    ])
    .await;
}

// Macros, and handlers inside functions.

macro_rules! handler {
    ($(#[$attribute:meta])* $vis:vis $name:ident, $text:literal, [$($origin:literal),*]) => {
        #[cors(origins = [$($origin),*], methods = [GET])]
        $(#[$attribute])*
        $vis async fn $name() -> &'static str {
            $text
        }
    };
}

handler!(
    /// Documented.
    pub(crate) from_macro, "from-macro", ["https://from-macro.example"]
);

macro_rules! routes_of {
    ($($name:ident)*; ident) => { routes![$($name),*] };
    ($($path:path)*; path) => { routes![$($path),*] };
    ($($expression:expr),*; expr) => { routes![$($expression),*] };
    ($module:ident, $name:ident) => { routes![$module::$name,] };
    ($name:ident $text:literal $origin:literal) => {{
        handler!($name, $text, [$origin]);
        routes![$name]
    }};
}

struct Api;

impl Api {
    fn routes() -> Routes {
        #[cors(origins = ["https://in-method.example"], methods = [GET])]
        async fn inside_a_function() -> &'static str {
            "in-method"
        }
        routes![inside_a_function]
    }
}

fn beside_its_namesake() -> [(&'static str, Routes); 3] {
    // In a module: rustc calls a name from a macro ambiguous (E0659) where it hides another one
    // from within a block, and an attribute is such a macro.
    mod inner {
        use super::cors;

        #[cors(origins = ["https://namesake.example"], methods = [GET])]
        pub(super) async fn asynchronous() -> &'static str {
            "namesake"
        }
    }
    let imported = {
        use inner::asynchronous;
        routes![asynchronous]
    };
    [
        ("async", routes![asynchronous]),
        ("namesake", routes![inner::asynchronous]),
        ("namesake", imported),
    ]
}

#[tokio::test]
async fn macros_and_functions() {
    #[cors(origins = ["https://in-test.example"], methods = [GET])]
    async fn inside_a_function() -> &'static str {
        "in-test"
    }
    let in_closure = || {
        handler!(
            inside_a_closure,
            "in-closure",
            ["https://in-closure.example"]
        );
        routes![inside_a_closure]
    };
    check_each(vec![
        ("from-macro", routes![from_macro]),
        ("from-macro", routes_of![from_macro; ident]),
        ("from-macro", routes_of![self::from_macro; path]),
        ("from-macro", routes_of![from_macro; expr]),
        ("first-7", routes_of![with_number::<First, 7>; path]),
        ("first-7", routes_of![with_number::<First, 7>; expr]),
        ("list", routes_of![jobs, list]),
        (
            "defined",
            routes_of![defined "defined" "https://defined.example"],
        ),
        ("in-test", routes![inside_a_function]),
        ("in-closure", in_closure()),
        ("in-method", Api::routes()),
    ])
    .await;
    check_each(beside_its_namesake()).await;
}

// Arguments.

#[cors(origins = ["https://sixteen.example"], methods = [GET])]
#[allow(clippy::too_many_arguments, reason = "as many as axum takes")]
async fn sixteen(
    _: Method,
    _: Uri,
    _: Version,
    _: HeaderMap,
    _: OriginalUri,
    _: Method,
    _: Uri,
    _: Version,
    _: HeaderMap,
    _: OriginalUri,
    _: Method,
    _: Uri,
    _: Version,
    _: HeaderMap,
    State(()): State<()>,
    _: String,
) -> &'static str {
    "sixteen"
}

#[cors(origins = ["https://stateful.example"], methods = [GET])]
#[axum::debug_handler]
async fn stateful(State(text): State<&'static str>, uri: Uri) -> String {
    format!("{text} {}", uri.path())
}

#[tokio::test]
async fn arguments() {
    check_each(vec![("sixteen", routes![sixteen])]).await;
    let app = CorsRouter::new()
        .route("/x", routes![stateful])
        .route("/y", routes![one::<First>])
        .with_state("state");
    let app = App::new("with state", app);
    let cases = [
        case("the handler with the state", "GET /x", own("stateful")),
        case(
            "its preflight",
            preflight("GET /x", "https://stateful.example"),
            approved(
                "access-control-allow-origin: https://stateful.example
                 access-control-allow-methods: GET",
            ),
        ),
        case("a handler that wants none", "GET /y", own("first")),
    ];
    assert_eq!(app.complete("GET /x").await.body(), "state /x");
    check(&[app], &cases).await;
}

// A function like any other.

static POINTER: fn() -> Boxed = boxed;
const CONSTANT: Now = constant();

#[tokio::test]
async fn called_and_passed_on() {
    assert_eq!(asynchronous().await, "async");
    assert_eq!(POINTER().await, "boxed");
    assert_eq!(CONSTANT.await, "const");
    assert_eq!(two::<Second, First>().await, "second-first");
    assert_eq!(
        instrument_below(Request::default()).await,
        Ok("instrument-below")
    );
    assert_eq!(debug_below(Method::GET, String::new()).await, "debug-below");
    assert_eq!(jobs::renamed_twice().await, "reexported");
    assert_eq!(r#type().await, "raw");
    assert_eq!(stateful(State("a"), Uri::default()).await, "a /");
    let plain = Router::new()
        .route("/async", get(asynchronous))
        .route("/pointer", get(POINTER))
        .route("/generic", get(with_number::<First, 7>))
        .route("/instrument", get(instrument_above));
    let plain = App::new("plain axum", plain);
    let paths = ["/async", "/pointer", "/generic", "/instrument"];
    let cases = paths.map(|path| case("no policy", format!("GET {path}"), response(200, "")));
    check(&[plain], &cases).await;
}

/// `routes!` takes any number of handlers.
#[rustfmt::skip::macros(routes)]
#[tokio::test]
async fn arguments_of_the_routes_macro() {
    check_each(vec![
        ("async", routes![asynchronous,]),
        ("async", routes! { asynchronous }),
        ("async", cors_runtime::routes!(asynchronous,)),
        ("async", routes![].merge(routes![asynchronous])),
    ])
    .await;
    let app = CorsRouter::new()
        .route("/none", routes![])
        .route("/a", routes![asynchronous])
        .route("/b", routes![post::<First, false>, asynchronous]);
    let cases = [
        case("no handlers", "GET /none", response(405, "")),
        case(
            "the preflight of no handlers",
            preflight("GET /none", "https://async.example"),
            response(405, ""),
        ),
        case("on one path", "GET /a", own("async")),
        case("and another", "GET /b", own("async")),
        case("beside another handler", "POST /b", own("post")),
    ];
    check(&[App::new("arguments of routes!", app)], &cases).await;
}

mod namesake {
    use super::*;

    pub(super) mod jobs {
        use super::*;

        #[cors(origins = ["https://jobs.example"], methods = [GET], credentials)]
        pub(in super::super) async fn secret() {}
    }

    #[allow(unused_imports, reason = "the function below hides half of it")]
    use jobs::*;

    async fn secret() {}

    pub(super) fn routes_of_secret() -> Routes {
        routes![secret]
    }
}

/// The function hides `jobs::secret`, and its name still resolves to the policy of that handler.
#[test]
#[should_panic(
    expected = "`wire::handlers::namesake::secret` has no `#[cors]` of its own, and its path refers \
                to the policy of `wire::handlers::namesake::jobs::secret`"
)]
fn a_function_never_gets_the_policy_of_another() {
    let _: Routes = routes![namesake::jobs::secret];
    let _: Routes = namesake::routes_of_secret();
}
