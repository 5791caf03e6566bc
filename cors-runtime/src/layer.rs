//! CORS around a service: around a whole path, outside of the user's own layers, so that a 401 of
//! theirs carries the headers and a preflight never reaches them; or around what is no handler.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use cors_rules::Method;
use http::header::{ALLOW, VARY};
use http::{HeaderValue, Request, Response, StatusCode};
use pin_project_lite::pin_project;
use tower_layer::Layer;
use tower_service::Service;

use crate::compiled::{CompiledPolicy, PolicyRef};
use crate::note::Probe;
use crate::origins::Vouched;
use crate::policy::Policy;
use crate::preflight::{Explain, InSilence, PathPolicies, answer, is_preflight};
use crate::refusal::{self, Refusal};
use crate::response::WithHeaders;

/// A policy around any service that speaks `http`, from [`Policy::layer`].
#[derive(Clone, Debug)]
pub struct PolicyLayer(CorsLayer<InSilence>);

impl PolicyLayer {
    /// `policy` has kept the rules.
    pub(crate) fn new(policy: &Policy<'_>) -> Self {
        let methods = policy.written.methods.iter();
        let compiled = CompiledPolicy::of_layer(policy);
        let policies = PathPolicies::new(
            methods.filter_map(|method| Method::parse(method.as_bytes())),
            &PolicyRef::Shared(Arc::new(compiled)),
        );
        Self(CorsLayer::service(Arc::new(policies), InSilence))
    }
}

impl<S> Layer<S> for PolicyLayer {
    type Service = PolicyService<S>;

    fn layer(&self, inner: S) -> PolicyService<S> {
        PolicyService(self.0.layer(inner))
    }
}

/// A service inside a [`PolicyLayer`].
#[derive(Clone, Debug)]
pub struct PolicyService<S>(Cors<S, InSilence>);

impl<S, A, B> Service<Request<A>> for PolicyService<S>
where
    S: Service<Request<A>, Response = Response<B>>,
    B: Default,
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

pin_project! {
    /// The future of a [`PolicyService`].
    #[derive(Debug)]
    pub struct PolicyFuture<F, B> {
        #[pin]
        future: CorsFuture<F, B>,
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

/// The policies of a path around the services that answer for it.
#[derive(Clone, Debug)]
pub(crate) struct CorsLayer<X> {
    policies: Arc<PathPolicies>,
    around: Around,
    /// `Allow` for whatever else is answered on an OPTIONS route.
    allow: Option<HeaderValue>,
    explain: X,
}

/// What a layer stands around.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Around {
    /// Handlers with policies.
    Guarded,
    /// What has no policy: preflights alone are answered.
    Plain,
    /// A service under one policy, which may serve more methods than the policy names.
    Service,
}

impl<X> CorsLayer<X> {
    /// Whether a function of the user's has to be asked.
    pub(crate) fn asks(&self) -> bool {
        self.policies.ask()
    }

    /// The policy that decides about a request; none about what a service without one answers.
    fn deciding<A>(&self, request: &Request<A>) -> Option<&PolicyRef> {
        let (method, headers) = (request.method(), request.headers());
        let guarded = matches!(self.around, Around::Guarded | Around::Service);
        let policy = self.policies.deciding(method, headers);
        policy.filter(|_| guarded || is_preflight(method, headers))
    }

    /// The policy of a service that may serve methods which the policy doesn't name: it is
    /// enforced for those as well.
    fn of_service(&self) -> Option<&PolicyRef> {
        let mut policies = self.policies.iter().map(|(_, policy)| policy);
        policies.next().filter(|_| self.around == Around::Service)
    }

    /// As `whole`, around what is no handler: its one policy is enforced for every method.
    fn service(policies: Arc<PathPolicies>, explain: X) -> Self {
        Self {
            around: Around::Service,
            ..Self::whole(policies, explain)
        }
    }

    /// Answers preflights, and puts the headers on actual responses.
    pub(crate) fn whole(policies: Arc<PathPolicies>, explain: X) -> Self {
        Self {
            policies,
            around: Around::Guarded,
            allow: None,
            explain,
        }
    }

    /// Answers preflights alone: what is inside has no policy.
    pub(crate) fn preflights(policies: Arc<PathPolicies>, explain: X) -> Self {
        Self {
            around: Around::Plain,
            ..Self::whole(policies, explain)
        }
    }

    /// Answers preflights, and names the methods of the policies where axum would if there were no
    /// OPTIONS route: in `Allow` of whatever else it answers.
    pub(crate) fn options(policies: Arc<PathPolicies>, explain: X) -> Self {
        Self {
            allow: policies.allow(),
            ..Self::preflights(policies, explain)
        }
    }
}

impl<S, X: Clone> Layer<S> for CorsLayer<X> {
    type Service = Cors<S, X>;

    fn layer(&self, inner: S) -> Cors<S, X> {
        Cors {
            layer: self.clone(),
            inner,
        }
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Cors<S, X> {
    layer: CorsLayer<X>,
    inner: S,
}

impl<S, X> Cors<S, X> {
    /// The policy whose function has to be asked about this request.
    pub(crate) fn asking<A>(&self, request: &Request<A>) -> Option<&PolicyRef> {
        let policy = self.layer.deciding(request);
        policy.filter(|policy| policy.asks())
    }

    /// Answers a request of whose origin the user's function has said what it thinks.
    pub(crate) fn respond<A, B>(
        &mut self,
        mut request: Request<A>,
        vouched: Vouched,
    ) -> CorsFuture<S::Future, B>
    where
        S: Service<Request<A>, Response = Response<B>>,
        X: Explain<B>,
    {
        let CorsLayer {
            policies, explain, ..
        } = &self.layer;
        if is_preflight(request.method(), request.headers()) {
            let probe = Probe::of(request.extensions());
            let response = answer(request.headers(), policies, vouched, explain, probe);
            return CorsFuture::answered(response);
        }
        let decides = self.layer.deciding(&request);
        let Some(policy) = decides.or_else(|| self.layer.of_service()) else {
            return CorsFuture::Actual {
                response: WithHeaders::new(self.inner.call(request), None),
                allow: self.layer.allow.clone(),
            };
        };
        // Once: a set may be another a moment later.
        let grant = policy.clone().grant(request.headers(), vouched);
        let is_heard = refusal::is_heard() && request.extensions().get::<Told>().is_none();
        let probe = Probe::of(request.extensions());
        if (policy.enforce || is_heard || probe.is_some())
            && grant.is_foreign(request.uri(), request.headers())
        {
            let refusal = Refusal::of_origin(request.headers(), policy);
            if let Some(probe) = probe.filter(|_| policy.enforce || decides.is_some()) {
                probe.refused(&refusal);
            }
            if policy.enforce {
                refusal.tell("request refused");
                return CorsFuture::answered(withheld(StatusCode::FORBIDDEN, explain.body(None)));
            }
            if is_heard && decides.is_some() {
                refusal.tell("answer hidden");
            }
        } else if let Some(probe) = probe.filter(|_| decides.is_some()) {
            probe.granted(policy);
        }
        if is_heard && decides.is_some() {
            request.extensions_mut().insert(Told);
        }
        let grant = decides.is_some().then_some(grant);
        CorsFuture::Actual {
            response: WithHeaders::new(self.inner.call(request), grant),
            allow: None,
        }
    }
}

/// In a request whose outermost policy has told the log what there is to tell: that one has the last
/// word on the headers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Told;

/// An answer in place of the handler's, which the origin of the request is the reason for.
pub(crate) fn withheld<B>(status: StatusCode, body: B) -> Response<B> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(VARY, HeaderValue::from_static("Origin"));
    response
}

impl<S, X, A, B> Service<Request<A>> for Cors<S, X>
where
    S: Service<Request<A>, Response = Response<B>>,
    X: Explain<B>,
{
    type Response = Response<B>;
    type Error = S::Error;
    type Future = CorsFuture<S::Future, B>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<A>) -> Self::Future {
        self.respond(request, Vouched::No)
    }
}

pin_project! {
    #[derive(Debug)]
    #[project = CorsFutureProjection]
    pub(crate) enum CorsFuture<F, B> {
        Answered { response: Option<Response<B>> },
        Actual { #[pin] response: WithHeaders<F>, allow: Option<HeaderValue> },
    }
}

impl<F, B> CorsFuture<F, B> {
    fn answered(response: Response<B>) -> Self {
        Self::Answered {
            response: Some(response),
        }
    }
}

impl<F, B, E> Future for CorsFuture<F, B>
where
    F: Future<Output = Result<Response<B>, E>>,
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match self.project() {
            CorsFutureProjection::Answered { response } => match response.take() {
                Some(response) => Poll::Ready(Ok(response)),
                // Polled again after it was done, which no caller may do.
                None => Poll::Pending,
            },
            CorsFutureProjection::Actual { response, allow } => {
                let mut response = ready!(response.poll(cx));
                if let (Some(allow), Ok(response)) = (allow.take(), &mut response) {
                    response.headers_mut().entry(ALLOW).or_insert(allow);
                }
                Poll::Ready(response)
            }
        }
    }
}
