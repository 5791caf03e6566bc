use axum::Router;
use axum::body::Body;
use axum::response::Response;
use cors_runtime::CorsRouter;
use tower::ServiceExt;

use crate::{Failures, WireRequest, WireResponse};

/// An app under test.
#[derive(Clone, Debug)]
pub struct App {
    /// Its name in failures.
    pub name: &'static str,
    /// The prefix that the paths of all requests get.
    pub prefix: &'static str,
    /// The app itself.
    pub router: Router,
}

/// A router of axum, or a [`CorsRouter`], which is finished.
pub trait IntoRouter<S = ()> {
    /// The router of axum.
    fn into_router(self) -> Router<S>;
}

impl<S> IntoRouter<S> for Router<S> {
    fn into_router(self) -> Self {
        self
    }
}

impl<S: Clone + Send + Sync + 'static> IntoRouter<S> for CorsRouter<S> {
    fn into_router(self) -> Router<S> {
        Self::into_router(self)
    }
}

impl App {
    /// An app without a prefix.
    pub fn new(name: &'static str, router: impl IntoRouter) -> Self {
        Self {
            name,
            prefix: "",
            router: router.into_router(),
        }
    }

    /// An app whose routes are nested below a prefix.
    pub fn nested(name: &'static str, prefix: &'static str, router: impl IntoRouter) -> Self {
        Self {
            prefix,
            ..Self::new(name, router)
        }
    }

    /// Sends one request.
    pub async fn send(&self, request: impl Into<WireRequest>) -> Response {
        let request = request.into().below(self.prefix).to_http();
        let Ok(response) = self.router.clone().oneshot(request.map(Body::from)).await;
        response
    }

    /// Sends one request, for the status and the headers of CORS of its response.
    pub async fn cors(&self, request: impl Into<WireRequest>) -> WireResponse {
        WireResponse::cors(&self.send(request).await)
    }

    /// Sends one request, for all of its response.
    pub async fn complete(&self, request: impl Into<WireRequest>) -> WireResponse {
        WireResponse::complete(self.send(request).await).await
    }
}

/// A row of a table.
#[derive(Clone, Debug)]
pub struct Case {
    /// Its name in failures.
    pub name: String,
    /// The request.
    pub request: WireRequest,
    /// The response to it, as far as it concerns CORS.
    pub response: WireResponse,
}

/// A row of a table; texts are in the notation of this crate.
pub fn case(
    name: impl Into<String>,
    request: impl Into<WireRequest>,
    response: impl Into<WireResponse>,
) -> Case {
    Case {
        name: name.into(),
        request: request.into(),
        response: response.into(),
    }
}

/// Sends every request to every app.
///
/// # Panics
///
/// If a response is not the one of the row, with all rows that went wrong.
pub async fn check(apps: &[App], cases: &[Case]) {
    let mut failures = Failures::default();
    for app in apps {
        for case in cases {
            let name = || format!("{} ({})\n{:.300}", case.name, app.name, case.request);
            let response = app.send(&case.request).await;
            let found = WireResponse::cors_as_in(&case.response, &response);
            failures.compare(name, &case.response, &found);
        }
    }
    failures.finish();
}
