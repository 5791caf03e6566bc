//! CORS around a service, as a `tower` layer.
//!
//! Around a path of axum's router it runs outside the user's own layers, so that their responses
//! carry the headers and preflights do not reach them.

#[cfg(feature = "axum")]
mod policy_of;

#[cfg(feature = "axum")]
pub(crate) use self::policy_of::{OwnPolicy, take_policy};

use std::future::Future;
use std::panic::Location;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use http::{HeaderValue, Request, Response, StatusCode};
use pin_project_lite::pin_project;
use tower_layer::Layer;
use tower_service::Service;

use crate::decision::{Decision, Forward, PathPolicies, Scope, ServiceKind};
use crate::errors::PolicyErrors;
use crate::head::Head;
use crate::origins::Predicate;
#[cfg(feature = "axum")]
use crate::origins::State;
use crate::policy::{Policy, PolicyRef, Registration};
use crate::protection::{CompiledProtection, Protection, Refused};
use crate::report::{Listeners, mark_decided, mark_reported, report_undecided};
use crate::response::{
    Reasons, ResponseFuture, Silent, TextDiagnostics, Texts, answer, refuse, undecided,
};

impl Policy<'_> {
    /// Makes a [`tower::Layer`](https://docs.rs/tower/latest/tower/trait.Layer.html) for any service
    /// that has the types of the crate `http` and is not an axum handler: a file server, a fallback,
    /// tonic, hyper. It answers preflights and adds the headers to the responses for the methods of the
    /// policy, by the same rules as the attribute.
    ///
    /// ```
    /// use axum::Router;
    /// use cors_runtime::Policy;
    /// use tower::Layer;
    /// use tower_http::services::ServeDir;
    ///
    /// const FILES: Policy = Policy::new(&["https://app.example.com"])
    ///     .methods(&["GET"])
    ///     .checked();
    ///
    /// # fn main() -> Result<(), cors_runtime::PolicyErrors> {
    /// let files = FILES.layer()?.layer(ServeDir::new("public"));
    /// let app: Router = Router::new().nest_service("/files", files);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// - Methods: every one that browsers send, also those that axum cannot route to handlers, such as
    ///   `PROPFIND`, `REPORT` and `QUERY`. The policy holds for those that it lists, and for HEAD if it
    ///   lists GET. Preflights for other methods are refused. Other requests reach the service, and their
    ///   responses are unchanged; only [`enforce`](Self::enforce) holds for them as well.
    /// - Events, errors of cors-testing: the place of this call takes the place of a handler.
    /// - Other middleware: put authentication inside, because preflights carry no credentials, and
    ///   because a 401 needs the headers, too.
    /// - Routers: [`Router::layer`](https://docs.rs/axum/latest/axum/struct.Router.html#method.layer)
    ///   of axum applies it to every path, unknown ones included; it overrides handlers that have a
    ///   policy of their own. `MethodRouter::layer` applies it to one path, where it answers all
    ///   preflights; for several policies of one path see `Policy::routes`. `MethodRouter::route_layer`
    ///   does not work, because axum does not pass OPTIONS through it. A `CorsRouter` takes the finished
    ///   service in `route_service`, `nest_service` and `fallback_service`, and finds the policy there: its
    ///   own layers are then inside the policy. This layer must be the outermost one of the service.
    /// - Bodies: the type of the service's response bodies is `Default`, because responses to preflights
    ///   have an empty one. Those of axum, tonic and tower-http are, and `Full` and `BoxBody` of
    ///   http-body-util. hyper's `Incoming`, which proxies pass on, is not: make it a `BoxBody` with
    ///   `MapResponseBodyLayer` of tower-http inside.
    /// - gRPC-Web: put `GrpcWebLayer` of tonic inside. The policy lists POST, the headers
    ///   `content-type`, `x-grpc-web`, `x-user-agent` and `grpc-timeout`, and exposes `grpc-status` and
    ///   `grpc-message`.
    ///
    /// The layer can be cloned for many services, which then share one compiled policy.
    ///
    /// # Errors
    ///
    /// Every error of the policy, as from [`check`](Self::check). A [`checked`](Self::checked) constant
    /// only fails if its set has an opt-out that the policy lacks.
    #[track_caller]
    pub fn layer(&self) -> Result<PolicyLayer, PolicyErrors> {
        self.check()?;
        Ok(PolicyLayer::new(self, Location::caller()))
    }
}

/// A layer and its service, whose responses in place of the service's have a body of this bound.
macro_rules! layer {
    (
        $(#[$layer_attr:meta])* $layer:ident,
        $(#[$service_attr:meta])* $service:ident,
        $reasons:ty: $body:path
    ) => {
        $(#[$layer_attr])*
        #[derive(Clone, Debug)]
        pub struct $layer(CorsLayer<$reasons>);

        impl<S: 'static> Layer<S> for $layer {
            type Service = $service<S>;

            fn layer(&self, inner: S) -> $service<S> {
                #[cfg(feature = "axum")]
                policy_of::register::<$service<S>>();
                $service(self.0.layer(inner))
            }
        }

        #[cfg(feature = "axum")]
        impl<S: 'static> policy_of::HasPolicy for $service<S> {
            fn take_policy(&mut self) -> Option<OwnPolicy> {
                self.0.layer.take_policy()
            }
        }

        $(#[$service_attr])*
        #[derive(Clone, Debug)]
        pub struct $service<S>(Cors<S, $reasons>);

        impl<S, A, B> Service<Request<A>> for $service<S>
        where
            S: Service<Request<A>, Response = Response<B>>,
            B: $body,
        {
            type Response = Response<B>;
            type Error = S::Error;
            type Future = PolicyFuture<S::Future, B>;

            fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
                self.0.poll_ready(cx)
            }

            fn call(&mut self, request: Request<A>) -> Self::Future {
                PolicyFuture {
                    future: self.0.call(request),
                }
            }
        }
    };
}

layer! {
    /// A policy around any service that has the types of the crate `http`, from [`Policy::layer`].
    PolicyLayer,
    /// A service inside a [`PolicyLayer`].
    PolicyService,
    Silent: Default
}

layer! {
    /// A policy around any service, which may give the reasons of refused preflights, from
    /// [`PolicyLayer::diagnostics`].
    DiagnosticsLayer,
    /// A service inside a [`DiagnosticsLayer`].
    DiagnosticsService,
    TextDiagnostics: From<String>
}

layer! {
    /// A protection around any service that has the types of the crate `http`, from
    /// [`Protection::layer`].
    ProtectionLayer,
    /// A service inside a [`ProtectionLayer`].
    ProtectionService,
    Texts: From<String>
}

impl PolicyLayer {
    /// `policy` has passed the rules.
    fn new(policy: &Policy<'_>, place: &'static Location<'static>) -> Self {
        let registration = Registration::of_layer(policy, place.file(), place.line());
        let policies = PathPolicies::of_service(
            policy.source.methods,
            &PolicyRef::Shared(Arc::new(registration)),
        );
        Self(CorsLayer::of_service(Arc::new(policies), None, Silent))
    }

    /// Answers refused preflights with 200, the headers of the steps that passed, and the reason as
    /// plain text, as [`CorsRouter::diagnostics`](crate::guide::refusals#the-browsers-console) does. The
    /// browser's console then names the step that failed instead of a missing header.
    ///
    /// It is opt-in and meant for development, because the reason discloses the policy.
    ///
    /// ```
    /// use axum::body::Body;
    /// use cors_runtime::Policy;
    /// use tower::ServiceBuilder;
    /// use tower_http::map_response_body::MapResponseBodyLayer;
    /// use tower_http::services::ServeDir;
    ///
    /// const FILES: Policy = Policy::new(&["https://app.example.com"])
    ///     .methods(&["GET"])
    ///     .checked();
    ///
    /// # fn main() -> Result<(), cors_runtime::PolicyErrors> {
    /// let files = ServiceBuilder::new()
    ///     .layer(FILES.layer()?.diagnostics(cfg!(debug_assertions)))
    ///     .layer(MapResponseBodyLayer::new(Body::new))
    ///     .service(ServeDir::new("public"));
    /// # let _: axum::Router = axum::Router::new().nest_service("/files", files);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// The type of the response bodies has to be made of a `String`, as those of axum and `Full<Bytes>`
    /// of http-body-util are; also with `false`, so that debug and release builds have one type. That of
    /// tower-http's file server is not: put its `MapResponseBodyLayer` inside, as above.
    pub fn diagnostics(self, are_wanted: bool) -> DiagnosticsLayer {
        DiagnosticsLayer(CorsLayer {
            scope: self.0.scope,
            allow: self.0.allow,
            reasons: TextDiagnostics(are_wanted),
            has_head_predicate: self.0.has_head_predicate,
        })
    }
}

pin_project! {
    /// The future of a [`PolicyService`], a [`DiagnosticsService`] or a [`ProtectionService`].
    #[derive(Debug)]
    pub struct PolicyFuture<F, B> {
        #[pin]
        future: ResponseFuture<F, B>,
    }
}

impl<F, B, E> Future for PolicyFuture<F, B>
where
    F: Future<Output = Result<Response<B>, E>>,
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.project().future.poll(cx)
    }
}

impl Protection<'_> {
    /// Makes a [`tower::Layer`](https://docs.rs/tower/latest/tower/trait.Layer.html) for a router that is no
    /// [`CorsRouter`](crate::CorsRouter), and for tonic and hyper. It holds every request, and knows no
    /// policies of the handlers inside: add origins that may write to [`trust`](Self::trust).
    ///
    /// ```
    /// use axum::Router;
    /// use axum::routing::post;
    /// use cors_runtime::Protection;
    ///
    /// # fn main() -> Result<(), cors_runtime::PolicyErrors> {
    /// let app: Router = Router::new()
    ///     .route("/profile", post(async || "saved"))
    ///     .layer(Protection::new().layer()?);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// The type of the response bodies has to be made of a `String`, as those of axum and `Full<Bytes>`
    /// of http-body-util are.
    ///
    /// # Errors
    ///
    /// Every error of the protection, as from [`check`](Self::check).
    pub fn layer(&self) -> Result<ProtectionLayer, PolicyErrors> {
        self.check()?;
        let protection = Arc::new(CompiledProtection::new(self));
        Ok(ProtectionLayer(CorsLayer::of_service(
            Arc::default(),
            Some(protection),
            Texts,
        )))
    }
}

/// The policies of a path around the services that serve it.
#[derive(Clone, Debug)]
pub(crate) struct CorsLayer<R> {
    scope: Scope,
    /// `Allow` for other responses of an OPTIONS route.
    allow: Option<HeaderValue>,
    /// Whether a policy has a predicate that needs only the head of a request.
    has_head_predicate: bool,
    reasons: R,
}

impl<R> CorsLayer<R> {
    /// Carries out the decisions of `scope`.
    pub(crate) fn new(scope: Scope, reasons: R) -> Self {
        Self {
            has_head_predicate: scope.policies().any_has_head_predicate(),
            scope,
            allow: None,
            reasons,
        }
    }

    /// Around a service that is no handler.
    fn of_service(
        policies: Arc<PathPolicies>,
        protection: Option<Arc<CompiledProtection>>,
        reasons: R,
    ) -> Self {
        let scope = Scope::new(policies, ServiceKind::Single, protection);
        Self::new(scope, reasons)
    }

    /// Sets `Allow` where the service sends none: for an OPTIONS route, whose other responses list
    /// the methods of the policies as axum does on a path without such a route.
    #[cfg(feature = "axum")]
    pub(crate) fn allow(self, allow: Option<HeaderValue>) -> Self {
        Self { allow, ..self }
    }

    /// Whether a policy has a predicate that may wait, or extract from the request.
    #[cfg(feature = "axum")]
    pub(crate) fn any_has_function(&self) -> bool {
        self.scope.policies().any_has_function()
    }
}

#[cfg(feature = "axum")]
impl<R: Reasons<axum::body::Body>> CorsLayer<R> {
    /// Moves the policy out, if there is one. Nothing is decided or reported here then.
    fn take_policy(&mut self) -> Option<OwnPolicy> {
        if self.scope.policies().is_empty() {
            return None;
        }
        let passing = Scope::new(Arc::default(), ServiceKind::Actual, None);
        let scope = std::mem::replace(&mut self.scope, passing);
        self.has_head_predicate = false;
        Some(OwnPolicy {
            policies: scope.policies().clone().of_whole_service(),
            gives_reasons: self.reasons.are_given(),
        })
    }
}

impl<S, R: Clone> Layer<S> for CorsLayer<R> {
    type Service = Cors<S, R>;

    fn layer(&self, inner: S) -> Cors<S, R> {
        Cors {
            layer: self.clone(),
            inner,
        }
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Cors<S, R> {
    layer: CorsLayer<R>,
    inner: S,
}

impl<S, R> Cors<S, R> {
    /// The policy that decides about this request, if its predicate may wait, or extract from the
    /// request. The layer itself calls other predicates.
    #[cfg(feature = "axum")]
    pub(crate) fn function_policy<A>(&self, request: &Request<A>) -> Option<&PolicyRef> {
        let policy = self.layer.scope.predicate_policy(&Head::of(request));
        policy.filter(|policy| policy.origins.has_function())
    }

    /// The state for the predicate of a policy.
    #[cfg(feature = "axum")]
    pub(crate) fn state_of(&self, policy: &PolicyRef) -> Option<&State> {
        self.layer.scope.policies().state_of(policy)
    }

    /// Decides about a request after a call of the predicate, if its policy has one.
    #[inline(never)]
    fn respond_by_head<A, B>(&mut self, request: Request<A>) -> ResponseFuture<S::Future, B>
    where
        S: Service<Request<A>, Response = Response<B>>,
        R: Reasons<B>,
    {
        let policy = self.layer.scope.predicate_policy(&Head::of(&request));
        let Some(policy) = policy.cloned() else {
            return self.respond(request, Predicate::Denies);
        };
        let (head, body) = request.into_parts();
        match policy.origins.evaluate_head(&head) {
            Ok(predicate) => self.respond(Request::from_parts(head, body), predicate),
            Err(failure) => {
                let mut response = Response::new(self.layer.reasons.body(None));
                *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
                report_undecided(&policy, failure, response.status(), &head);
                ResponseFuture::in_place(undecided(response))
            }
        }
    }

    /// Decides about a request, reports the decision, and carries it out. `predicate` is the result
    /// of the user's, if the policy has one.
    pub(crate) fn respond<A, B>(
        &mut self,
        request: Request<A>,
        predicate: Predicate,
    ) -> ResponseFuture<S::Future, B>
    where
        S: Service<Request<A>, Response = Response<B>>,
        R: Reasons<B>,
    {
        let CorsLayer { scope, reasons, .. } = &self.layer;
        let head = Head::of(&request);
        let decision = scope.decide(&head, predicate);
        let mut must_mark = false;
        if let Some(listeners) = Listeners::of(request.extensions(), decision.is_refused()) {
            let is_left_to_edge = scope.is_left_to_edge(&decision, &head);
            if is_left_to_edge {
                listeners.left_to_edge(&head);
            }
            listeners.report(&decision, &head);
            if !is_left_to_edge && scope.is_without_policy(&decision) {
                listeners.without_policy(&head);
            }
            must_mark = listeners.must_mark(&decision);
        }
        match decision {
            Decision::Preflight(outcome) => {
                ResponseFuture::in_place(answer(outcome, &head, predicate, reasons))
            }
            Decision::Refused(refusal) => {
                let custom = scope.protection().and_then(|protection| protection.refused);
                let refused = refusal.mark(&head, false);
                ResponseFuture::in_place(refuse(refused, custom, reasons))
            }
            Decision::Forward(forward) => self.forward(request, forward, None, must_mark),
            Decision::Report(report) => {
                let (refusal, forward) = *report;
                let refused = Box::new(refusal.mark(&head, true));
                self.forward(request, forward, Some(refused), must_mark)
            }
        }
    }

    #[inline]
    fn forward<A, B>(
        &mut self,
        mut request: Request<A>,
        mut forward: Forward,
        reported: Option<Box<Refused>>,
        must_mark: bool,
    ) -> ResponseFuture<S::Future, B>
    where
        S: Service<Request<A>, Response = Response<B>>,
    {
        if must_mark {
            mark_reported(&mut request);
        }
        if forward.is_decided {
            mark_decided(&mut request);
        }
        let allow = match forward.grant {
            Some(_) => None,
            None => self.layer.allow.clone(),
        };
        if self.layer.scope.is_at_the_edge() {
            forward.leave_to_edge();
        }
        ResponseFuture::Forwarded {
            response: self.inner.call(request),
            forward,
            allow,
            reported,
        }
    }
}

impl<S, R, A, B> Service<Request<A>> for Cors<S, R>
where
    S: Service<Request<A>, Response = Response<B>>,
    R: Reasons<B>,
{
    type Response = Response<B>;
    type Error = S::Error;
    type Future = ResponseFuture<S::Future, B>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<A>) -> Self::Future {
        if self.layer.has_head_predicate {
            self.respond_by_head(request)
        } else {
            self.respond(request, Predicate::Denies)
        }
    }
}
