//! The same routes, put together in every way that moves CORS to another place.

use axum::Router;
use axum::extract::Request;
use axum::http::header::ACCESS_CONTROL_REQUEST_METHOD;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use axum::routing::{MethodRouter, trace};
use cors_runtime::{CorsRouter, HandlerPolicy, Policy, PolicyService, Routes};
use tower::{Layer, ServiceExt, service_fn};

use super::exchange::App;

/// The handlers of a path, with their policies and without.
pub(crate) type Path = (&'static str, Routes, MethodRouter);

/// Every answer about these routes is the same in each of the apps.
pub(crate) fn arrangements(paths: &[Path]) -> Vec<App> {
    let routes = || {
        paths
            .iter()
            .fold(CorsRouter::new(), |router, (path, own, _)| {
                router.route(path, own.clone())
            })
    };
    let changed = |change: fn(Routes) -> Routes| {
        paths
            .iter()
            .fold(CorsRouter::new(), |router, (path, own, _)| {
                router.route(path, change(own.clone()))
            })
    };
    let method_routers = |change: fn(Routes) -> MethodRouter| {
        paths.iter().fold(Router::new(), |router, (path, own, _)| {
            router.route(path, change(own.clone()))
        })
    };
    let layer = from_fn(of_another_mind);
    vec![
        App::new("alone", routes()),
        App::new("layered", routes().layer(layer.clone())),
        App::new("route_layered", routes().route_layer(layer.clone())),
        App::new("each path layered", changed(layered)),
        App::new("beside plain handlers", changed(beside_plain_handlers)),
        App::new(
            "beside plain handlers, layered",
            changed(beside_plain_handlers).layer(layer.clone()),
        ),
        App::new(
            "plain handlers given separately",
            paths.iter().fold(routes(), |router, (path, ..)| {
                router.route(path, trace(plain))
            }),
        ),
        App::new("merged", CorsRouter::new().merge(routes())),
        App::new(
            "with state in two stages",
            routes().with_state::<u8>(()).with_state::<()>(7),
        ),
        App::new(
            "with fallbacks",
            routes()
                .fallback(teapot)
                .method_not_allowed_fallback(teapot),
        ),
        App {
            prefix: "/api",
            ..App::new("nested", CorsRouter::new().nest("/api", routes()))
        },
        App {
            prefix: "/api/v1",
            ..App::new(
                "nested twice, layered in between",
                CorsRouter::new().nest(
                    "/api",
                    CorsRouter::new().nest("/v1/", routes()).layer(layer),
                ),
            )
        },
        App {
            prefix: "/users/7",
            ..App::new(
                "nested below a capture",
                CorsRouter::new().nest("/users/{id}", routes()),
            )
        },
        App {
            prefix: "/api",
            ..App::new(
                "finished, then nested in a plain router",
                Router::new().nest("/api", routes().into_router()),
            )
        },
        App::new(
            "method routers in a plain router",
            method_routers(MethodRouter::from),
        ),
        App::new(
            "layered method routers in a plain router",
            method_routers(|own| layered(own).into()),
        ),
        App::new(
            "method routers beside plain handlers",
            method_routers(|own| beside_plain_handlers(own).into()),
        ),
        App::new(
            "method routers with a plain handler added",
            method_routers(|own| MethodRouter::from(own).trace(plain)),
        ),
        App::new(
            "layers of the policies around plain handlers",
            paths.iter().fold(Router::new(), |router, path| {
                router.merge(policy_layers(path))
            }),
        ),
    ]
}

/// A `Policy::layer()` for each policy of the path, each around all of the plain handlers. A
/// request goes to the one for its method, or for the method that its preflight asks for.
fn policy_layers((path, own, plain): &Path) -> Router {
    let policies = CorsRouter::new().route(path, own.clone()).policies();
    let layers: Vec<(Vec<&str>, PolicyService<MethodRouter>)> = policies
        .iter()
        .map(|policy| (policy.methods.clone(), policy_layer(policy, plain)))
        .collect();
    let service = service_fn(move |request: Request| {
        let headers = request.headers();
        let asked = headers.get(ACCESS_CONTROL_REQUEST_METHOD);
        let method = asked.map_or(request.method().as_str().as_bytes(), HeaderValue::as_bytes);
        let naming = |name: &[u8]| {
            let names = |methods: &[&str]| methods.iter().any(|own| own.as_bytes() == name);
            layers.iter().find(|(methods, _)| names(methods))
        };
        let of_get = || naming(b"GET").filter(|_| method == b"HEAD");
        let (_, service) = naming(method).or_else(of_get).unwrap_or(&layers[0]);
        service.clone().oneshot(request)
    });
    Router::new().route_service(path, service)
}

fn policy_layer(policy: &HandlerPolicy, plain: &MethodRouter) -> PolicyService<MethodRouter> {
    fn texts(owned: &[String]) -> Vec<&str> {
        owned.iter().map(String::as_str).collect()
    }
    let (origins, headers) = (texts(&policy.origins), texts(&policy.headers));
    let expose_headers = texts(&policy.expose_headers);
    let mut written = Policy::new(&origins)
        .methods(&policy.methods)
        .headers(&headers)
        .expose_headers(&expose_headers);
    if let Some(seconds) = policy.max_age {
        written = written.max_age(seconds);
    }
    if policy.credentials {
        written = written.credentials();
    }
    if policy.enforce {
        written = written.enforce();
    }
    let layer = written.layer().expect("the rules of the attribute");
    layer.layer(plain.clone())
}

fn layered(routes: Routes) -> Routes {
    routes.layer(from_fn(of_another_mind))
}

fn beside_plain_handlers(routes: Routes) -> Routes {
    routes.merge(trace(plain))
}

async fn plain() {}

async fn teapot() -> StatusCode {
    StatusCode::IM_A_TEAPOT
}

/// A layer that speaks of CORS itself: what the policies say replaces it.
async fn of_another_mind(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    for (name, value) in [
        ("access-control-allow-origin", "https://layer.example"),
        ("access-control-allow-credentials", "true"),
        ("access-control-allow-headers", "x-layer"),
        ("access-control-max-age", "1"),
    ] {
        response.headers_mut().append(
            HeaderName::from_static(name),
            HeaderValue::from_static(value),
        );
    }
    response
}
