//! The layer around services that are not those of axum: any body, any error, any readiness.

use std::fmt::Debug;
use std::future::{Ready, ready};
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use cors_runtime::{Policy, PolicyLayer, PolicyService};
use http::{Request, Response, StatusCode};
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
    let request = cors_test_support::preflight("GET /", "https://app.example.com");
    request.to_http().map(|_| A::default())
}

/// The types can be named, for a user that stores them.
#[derive(Clone, Debug)]
struct Server {
    layer: PolicyLayer,
    service: PolicyService<Scripted>,
}

/// A service with this readiness and this response.
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
        let answer = service.call(actual()).await.expect("a response");
        assert_eq!(*answer.body(), "x");
        let headers = answer.headers();
        assert_eq!(
            headers["access-control-allow-origin"],
            "https://app.example.com"
        );
    }
}

/// The body needs a default, because the response to a preflight has it.
#[tokio::test]
async fn any_body() {
    async fn check_body<A, B>(body: fn() -> B)
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
        let answer = service.clone().oneshot(actual()).await.expect("a response");
        assert_eq!(*answer.body(), body());
        let answer = service.oneshot(preflight()).await.expect("a response");
        assert_eq!(*answer.body(), B::default());
        assert_eq!(answer.status(), StatusCode::NO_CONTENT);
    }
    check_body::<(), _>(|| "x").await;
    check_body::<String, _>(|| "x".to_owned()).await;
    check_body::<Vec<u8>, _>(|| Some(7)).await;
    check_body::<Option<u8>, _>(|| ()).await;
}

/// A response may take its time and be awaited by another task.
#[tokio::test]
async fn futures_that_wait() {
    let bell = Arc::new(Notify::new());
    let shared = Arc::clone(&bell);
    let mut service = layer().layer(service_fn(move |_: Request<()>| {
        let bell = Arc::clone(&shared);
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
    let answer = answer.await.expect("no panic").expect("a response");
    assert_eq!(
        answer.headers()["access-control-allow-origin"],
        "https://app.example.com"
    );
}

#[test]
fn shared_between_threads() {
    fn assert_shared<T: Clone + Send + Sync + 'static>(_: &T) {}
    assert_shared(&layer());
    assert_shared(&layer().layer(()));
}
