//! Fallbacks for paths and for methods.

use std::convert::Infallible;

use axum::extract::Request;
use axum::response::IntoResponse;
use tower_service::Service;

use super::CorsRouter;
use crate::axum::fallback::{FALLBACK, Fallback, IntoFallback, METHOD_NOT_ALLOWED};
use crate::axum::path::Unserved;
use crate::layer::take_policy;

impl<S> CorsRouter<S>
where
    S: Clone + Send + Sync + 'static,
{
    /// Handles requests that no route matches, as [`axum::Router::fallback`]: by a handler, or by
    /// [`routes!`](crate::routes!) of handlers with a policy.
    ///
    /// With a policy, a page of an allowed origin can read the 404 of a wrong URL: preflights of unknown
    /// paths are answered by it, before the layers, and the responses carry the headers. Methods that it
    /// does not name get an empty 404 without headers.
    ///
    /// ```
    /// use axum::Router;
    /// use axum::http::StatusCode;
    /// use cors_runtime::{CorsRouter, cors, routes};
    ///
    /// #[cors(origins = ["https://app.example.com"], methods = [GET, POST, PUT, DELETE])]
    /// async fn not_found() -> (StatusCode, &'static str) {
    ///     (StatusCode::NOT_FOUND, "nothing here")
    /// }
    ///
    /// let app: Router = CorsRouter::new().fallback(routes![not_found]).into_router();
    /// ```
    ///
    /// A handler is a plain one, even if it has `#[cors]`: its responses carry no headers, unless the
    /// router has a [default policy](Self::default_policy). `POLICY.routes(any(handler))?` puts a plain
    /// one under a policy, and then serves every method.
    #[track_caller]
    pub fn fallback<F, M>(mut self, fallback: F) -> Self
    where
        F: IntoFallback<M, S>,
    {
        let fallback = Fallback::new(fallback);
        if fallback.policies.is_empty() {
            self.rest = self.rest.fallback(fallback.router);
            return self.has_plain_fallback();
        }
        self.plain.retain(|route| route.path != FALLBACK);
        self.fallback = Some(fallback);
        self
    }

    /// Handles requests that no route matches by a service, such as a file server: see
    /// [`axum::Router::fallback_service`]. It has the policy of [`Policy::layer`](crate::Policy::layer) as in
    /// [`route_service`](Self::route_service).
    pub fn fallback_service<T>(mut self, service: T) -> Self
    where
        T: Service<Request, Error = Infallible, Response: IntoResponse, Future: Send + 'static>
            + Clone
            + Send
            + Sync
            + 'static,
    {
        let mut service = service;
        if let Some(own) = take_policy(&mut service) {
            self.plain.retain(|route| route.path != FALLBACK);
            self.fallback = Some(Fallback::of_service(service, own));
            return self;
        }
        self.rest = self.rest.fallback_service(service);
        self.has_plain_fallback()
    }

    fn has_plain_fallback(mut self) -> Self {
        self.fallback = None;
        self.rest_may_have_fallback = true;
        self.plain.retain(|route| route.path != FALLBACK);
        self.plain(FALLBACK)
    }

    /// Handles methods that the routes added so far do not serve, as
    /// [`axum::Router::method_not_allowed_fallback`]: by a handler, or by [`routes!`](crate::routes!) of
    /// handlers with a policy.
    ///
    /// With a policy, a page of an allowed origin can read the 405:
    ///
    /// - Responses of the handlers carry the headers, for the methods that their policies name.
    /// - On a path that has only handlers of `routes!`, the policy approves preflights of methods that
    ///   no handler serves, and layers are inside it.
    /// - On a path with a plain handler it approves no preflight, because a router does not reveal its
    ///   methods: the preflight could be for the plain handler, which has no policy. Layers are outside
    ///   of it there. The same holds for [`Policy::routes`](crate::Policy::routes) and for paths that a
    ///   merged or nested plain router serves as well. Where that still lacks its state in
    ///   [`into_router`](Self::into_router), its paths are not known, and no preflight is approved.
    ///
    /// Where plain handlers have a [default policy](Self::default_policy), that answers preflights, and
    /// its headers replace those of the fallback.
    ///
    /// # Panics
    ///
    /// If a function of `origins_from` of its handlers extracts from the state.
    #[track_caller]
    pub fn method_not_allowed_fallback<F, M>(mut self, fallback: F) -> Self
    where
        F: IntoFallback<M, S>,
    {
        let fallback = Unserved::new(fallback);
        for entry in &mut self.paths {
            entry
                .handlers
                .method_not_allowed_fallback(&entry.path, &fallback);
        }
        for part in &mut self.parts {
            let router = std::mem::take(&mut part.router);
            part.router = router.method_not_allowed_fallback(fallback.router.clone());
        }
        self.rest = self.rest.method_not_allowed_fallback(fallback.router);
        if !fallback.policies.is_empty() {
            let row = (METHOD_NOT_ALLOWED.to_owned(), fallback.policies);
            self.unserved.push(row);
        }
        self
    }
}
