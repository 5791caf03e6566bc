//! The arrangements, and the policies as layers around handlers without one: the same rows hold for
//! the attribute and for `Policy::layer()`.

use axum::Router;
use axum::extract::Request;
use axum::http::HeaderValue;
use axum::http::header::ACCESS_CONTROL_REQUEST_METHOD;
use axum::routing::MethodRouter;
use cors_runtime::{CorsRouter, HandlerPolicy, Policy, PolicyService, Routes};
use cors_test_support::{App, arrangements};
use tower::{Layer, ServiceExt, service_fn};

/// The handlers of a path, with their policies and without.
pub(crate) type Path = (&'static str, Routes, MethodRouter);

/// As [`arrangements`], and with the policies as layers around the handlers that have none.
pub(crate) fn arrangements_and_layers(paths: &[Path]) -> Vec<App> {
    let own: Vec<(&'static str, Routes)> = paths
        .iter()
        .map(|(path, own, _)| (*path, own.clone()))
        .collect();
    let mut apps = arrangements(&own);
    apps.push(App::new(
        "layers of the policies around plain handlers",
        paths.iter().fold(Router::new(), |router, path| {
            router.merge(policy_layers(path))
        }),
    ));
    apps
}

/// A `Policy::layer()` for each policy of the path, each around all of the plain handlers. A
/// request goes to the one for its method, or for the method that its preflight requests.
fn policy_layers((path, own, plain): &Path) -> Router {
    let policies = CorsRouter::new().route(path, own.clone()).policies();
    let layers: Vec<(Vec<String>, PolicyService<MethodRouter>)> = policies
        .iter()
        .map(|policy| (policy.methods.clone(), policy_layer(policy, plain)))
        .collect();
    let service = service_fn(move |request: Request| {
        let headers = request.headers();
        let requested = headers.get(ACCESS_CONTROL_REQUEST_METHOD);
        let method = requested.map_or(request.method().as_str().as_bytes(), HeaderValue::as_bytes);
        let naming = |name: &[u8]| {
            let names = |methods: &[String]| methods.iter().any(|own| own.as_bytes() == name);
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
    let (origins, methods) = (texts(&policy.origins), texts(&policy.methods));
    let headers = texts(&policy.headers);
    let (dev_origins, expose_headers) = (texts(&policy.dev_origins), texts(&policy.expose_headers));
    let mut layer_policy = Policy::new(&origins)
        .dev_origins_if(true, &dev_origins)
        .methods(&methods)
        .headers(&headers)
        .expose_headers(&expose_headers);
    if let Some(seconds) = policy.max_age {
        layer_policy = layer_policy.max_age(seconds);
    }
    if policy.credentials {
        layer_policy = layer_policy.credentials();
    }
    if policy.enforce {
        layer_policy = layer_policy.enforce();
    }
    let layer = layer_policy.layer().expect("the rules of the attribute");
    layer.layer(plain.clone())
}
