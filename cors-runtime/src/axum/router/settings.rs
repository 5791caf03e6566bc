//! Settings of a router, which hold for all of its routes.

use std::panic::Location;
use std::sync::Arc;

use super::CorsRouter;
use crate::axum::diagnostics::Diagnostics;
use crate::axum::routes::placed;
use crate::axum::shell::Guard;
use crate::decision::PathPolicies;
use crate::policy::Policy;
use crate::protection::{CompiledProtection, Protection};

impl<S> CorsRouter<S>
where
    S: Clone + Send + Sync + 'static,
{
    /// Protects every route of this router against cross-site writes and web sockets: plain handlers,
    /// services, nested routers and fallbacks. Their requests are refused with 403 before any layer,
    /// extractor or handler runs. Handlers with a policy keep that.
    ///
    /// It holds for routes that are added before and after, until
    /// [`into_router`](Self::into_router). A nested or merged [`CorsRouter`] with a protection keeps its
    /// own.
    ///
    /// ```
    /// use axum::Router;
    /// use axum::routing::post;
    /// use cors_runtime::{CorsRouter, Protection};
    ///
    /// let app: Router = CorsRouter::new()
    ///     .route("/profile", post(async || "saved"))
    ///     .protect(Protection::new())
    ///     .into_router();
    /// ```
    ///
    /// # Panics
    ///
    /// If the protection breaks a rule, with every error. A [`checked`](Protection::checked) constant
    /// breaks none.
    #[track_caller]
    pub fn protect(self, protection: Protection<'_>) -> Self {
        if let Err(errors) = protection.check() {
            panic!("`protect`: {errors}");
        }
        Self {
            guard: Guard {
                protection: Some(Arc::new(CompiledProtection::new(&protection))),
                ..self.guard
            },
            ..self
        }
    }

    /// Gives a policy to everything in this router that has none: plain handlers, services, merged and
    /// nested plain routers, the 404 and the 405. A page of an allowed origin can then read the 404 of a
    /// wrong URL.
    ///
    /// A handler with a policy of its own keeps that for its methods, also on a path that it shares with
    /// plain handlers: each preflight is answered by the policy of the requested method. So do the
    /// policies of [`with_policies`](Self::with_policies), [`with_policy`](Self::with_policy),
    /// [`fallback`](Self::fallback), and of a service in [`Policy::layer`] that is given to
    /// [`route_service`](Self::route_service), [`nest_service`](Self::nest_service) or
    /// [`fallback_service`](Self::fallback_service).
    ///
    /// Policies that the router does not see are replaced: a [`Policy::layer`] elsewhere, around the routes
    /// of a plain router, around a [`MethodRouter`](axum::routing::MethodRouter), or inside another
    /// middleware; and those of handlers in a finished router, which
    /// [`into_router`](Self::into_router) has returned, or in `MethodRouter::from(routes![..])`. Pages
    /// that the default allows can then read their responses.
    /// Give plain routes to a [`CorsRouter`] with a default policy of its own, and merge or nest that;
    /// merge or nest a `CorsRouter` itself, and give `routes!` to [`route`](Self::route).
    ///
    /// ```
    /// use axum::Router;
    /// use axum::routing::get;
    /// use cors_runtime::{CorsRouter, Policy, cors, routes};
    ///
    /// const PAGES: Policy = Policy::new(&["https://app.example.com"])
    ///     .methods(&["GET", "POST", "DELETE"])
    ///     .credentials()
    ///     .checked();
    ///
    /// #[cors(origins = ["*"], methods = [GET])]
    /// async fn feed() {}
    ///
    /// let app: Router = CorsRouter::new()
    ///     .route("/feed", routes![feed]) // every origin
    ///     .route("/jobs", get(async || "jobs")) // PAGES
    ///     .default_policy(PAGES) // and so do the 404 and the 405
    ///     .into_router();
    /// ```
    ///
    /// It holds for the methods that it names, and for HEAD if it names GET. Cross-origin writes of
    /// origins that it does not allow are refused whatever their method, as by a handler with a policy.
    /// It holds for routes that are added before and after, until [`into_router`](Self::into_router). A
    /// nested or merged [`CorsRouter`] with a default policy keeps its own for its routes. Unknown paths
    /// below the prefix of a nested router get the 404 of the outer router, as in axum, and so its policy,
    /// unless the nested router has a fallback.
    ///
    /// Plain handlers of one path cannot come from two routers with different default policies, because
    /// a preflight would be for both: `into_router` panics.
    ///
    /// Layers of this router are inside of it.
    ///
    /// # Panics
    ///
    /// If the policy breaks a rule, with every error. A [`checked`](Policy::checked) constant breaks none.
    #[track_caller]
    pub fn default_policy(self, policy: Policy<'_>) -> Self {
        if let Err(errors) = policy.check_of_handlers() {
            panic!("`default_policy`: {errors}");
        }
        let (methods, policy) = placed(&policy, "CorsRouter::default_policy", Location::caller());
        Self {
            guard: Guard {
                default: Some(Arc::new(PathPolicies::of_default(methods, &policy))),
                ..self.guard
            },
            ..self
        }
    }

    /// Answers refused preflights with 200, the headers of the steps that passed, and the reason as
    /// plain text. The browser's console then names the step that failed instead of a missing header.
    /// An origin that is not allowed still gets no allow-origin; a method or header that is not allowed
    /// fails in the browser's own comparison.
    ///
    /// Browsers always accept GET, HEAD and POST in the list of methods. Where one of these has no
    /// policy, the console names a header or the response instead; the text and the log event are
    /// right.
    ///
    /// It is opt-in and meant for development, because the reason discloses the policies.
    ///
    /// ```
    /// # use cors_runtime::CorsRouter;
    /// # let router: CorsRouter = CorsRouter::new();
    /// let router = router.diagnostics(cfg!(debug_assertions));
    /// ```
    ///
    /// The router on which [`into_router`](Self::into_router) is called decides; the settings of routers
    /// that were nested or merged into it are ignored.
    pub fn diagnostics(self, are_wanted: bool) -> Self {
        Self {
            diagnostics: Diagnostics(are_wanted),
            ..self
        }
    }

    /// Leaves CORS to a gateway in front of this server, which decides by the same policies: see
    /// [the guide](crate::guide::edge#policies-at-the-edge).
    ///
    /// - Responses of routes with a policy have no `access-control-*` headers, and no `Vary: Origin` for
    ///   the sake of those. The gateway writes them, so that none is there twice.
    /// - Preflights are not answered. They reach the routes as any other OPTIONS request: 405, unless a
    ///   handler of yours serves OPTIONS.
    /// - Everything that is held is still refused, with 403 or 421: cross-site writes, web sockets,
    ///   [`enforce`](macro@crate::cors#enforce), and what [`protect`](Self::protect) refuses. Responses
    ///   that depend on it keep their `Vary: Origin, Sec-Fetch-Site`.
    /// - Log events are as before. A preflight that the gateway has not answered is one as well.
    ///
    /// The gateway is then the only way to the server for browsers. Let no page reach the server
    /// directly: no page of another origin could read a response, and a cache in between would keep
    /// responses without `Vary`.
    ///
    /// ```
    /// # use cors_runtime::CorsRouter;
    /// # let router: CorsRouter = CorsRouter::new();
    /// let router = router.at_the_edge(std::env::var_os("AT_THE_EDGE").is_some());
    /// ```
    ///
    /// The router on which [`into_router`](Self::into_router) is called decides. Policies that it does not
    /// see keep their headers: those of finished routers, and a [`Policy::layer`] that is not given to a
    /// method of this router. So do the responses of a
    /// [fallback for methods](Self::method_not_allowed_fallback) on paths with plain handlers, because no
    /// gateway knows which methods these serve.
    pub fn at_the_edge(self, is_at_the_edge: bool) -> Self {
        Self {
            is_at_the_edge,
            ..self
        }
    }
}
