//! The layer around services that axum knows nothing of: any body, any error, any readiness.

use std::fmt::Debug;
use std::future::{Ready, ready};
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use cors_runtime::{Policy, PolicyLayer, PolicyService};
use http::{HeaderValue, Method, Request, Response, StatusCode};
use tokio::sync::Notify;
use tower::{Layer, Service, ServiceBuilder, ServiceExt, service_fn};

const SITE: Policy = Policy::new(&["https://app.example.com"])
    .methods(&["GET"])
    .checked();

fn layer() -> PolicyLayer {
    SITE.layer().expect("it was checked")
}

fn actual<A: Default>() -> Request<A> {
    Request::new(A::default())
}

fn preflight<A: Default>() -> Request<A> {
    let mut request = actual();
    *request.method_mut() = Method::OPTIONS;
    for (name, value) in [
        ("origin", "https://app.example.com"),
        ("access-control-request-method", "GET"),
    ] {
        let value = HeaderValue::from_static(value);
        request.headers_mut().insert(name, value);
    }
    request
}

/// Whoever stores them can name the types, and share them between threads.
#[derive(Clone, Debug)]
struct Server {
    layer: PolicyLayer,
    service: PolicyService<Scripted>,
}

/// As ready as it says, with the answer that it says.
#[derive(Clone, Debug)]
struct Scripted {
    readiness: Poll<Result<(), &'static str>>,
    answer: Result<&'static str, &'static str>,
}

impl Service<Request<()>> for Scripted {
    type Response = Response<&'static str>;
    type Error = &'static str;
    type Future = Ready<Result<Self::Response, &'static str>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), &'static str>> {
        self.readiness
    }

    fn call(&mut self, _: Request<()>) -> Self::Future {
        ready(self.answer.map(Response::new))
    }
}

#[tokio::test]
async fn readiness_and_errors_are_those_of_the_service() {
    let server = Server {
        layer: layer(),
        service: layer().layer(Scripted {
            readiness: Poll::Pending,
            answer: Err("broken"),
        }),
    };
    let mut service = server.clone().service;
    assert_eq!(service.call(actual()).await.err(), Some("broken"));
    let answer = service.call(preflight()).await.expect("not of the service");
    assert_eq!(answer.status(), StatusCode::NO_CONTENT);
    assert_eq!(*answer.body(), "");

    let mut cx = Context::from_waker(Waker::noop());
    for readiness in [Poll::Pending, Poll::Ready(Err("full")), Poll::Ready(Ok(()))] {
        let inner = Scripted {
            readiness,
            answer: Ok("x"),
        };
        let mut service = server.layer.layer(inner);
        assert_eq!(service.poll_ready(&mut cx), readiness);
        let answer = service.call(actual()).await.expect("an answer");
        assert_eq!(*answer.body(), "x");
        let headers = answer.headers();
        assert_eq!(
            headers["access-control-allow-origin"],
            "https://app.example.com"
        );
    }
}

/// A body only has to have an empty value, which preflights get.
#[tokio::test]
async fn any_body() {
    async fn try_out<A, B>(body: fn() -> B)
    where
        A: Default + Debug + Send + 'static,
        B: Default + Debug + PartialEq + Send + 'static,
    {
        let service =
            ServiceBuilder::new()
                .layer(layer())
                .service(service_fn(move |_: Request<A>| {
                    ready(Ok::<_, &str>(Response::new(body())))
                }));
        let answer = service.clone().oneshot(actual()).await.expect("an answer");
        assert_eq!(*answer.body(), body());
        let answer = service.oneshot(preflight()).await.expect("an answer");
        assert_eq!(*answer.body(), B::default());
        assert_eq!(answer.status(), StatusCode::NO_CONTENT);
    }
    try_out::<(), _>(|| "x").await;
    try_out::<String, _>(|| "x".to_owned()).await;
    try_out::<Vec<u8>, _>(|| Some(7)).await;
    try_out::<Option<u8>, _>(|| ()).await;
}

/// The answer may take its time, and be waited for elsewhere.
#[tokio::test]
async fn futures_that_wait() {
    let bell = Arc::new(Notify::new());
    let heard = Arc::clone(&bell);
    let mut service = layer().layer(service_fn(move |_: Request<()>| {
        let bell = Arc::clone(&heard);
        async move {
            bell.notified().await;
            Ok::<_, &str>(Response::new("x"))
        }
    }));
    let answer = tokio::spawn(service.call(actual()));
    let preflight = service
        .call(preflight())
        .await
        .expect("nothing to wait for");
    assert_eq!(preflight.status(), StatusCode::NO_CONTENT);
    assert!(!answer.is_finished());
    bell.notify_one();
    let answer = answer.await.expect("no panic").expect("an answer");
    assert_eq!(
        answer.headers()["access-control-allow-origin"],
        "https://app.example.com"
    );
}

#[test]
fn shared_between_threads() {
    fn is<T: Clone + Send + Sync + 'static>(_: &T) {}
    is(&layer());
    is(&layer().layer(()));
}
