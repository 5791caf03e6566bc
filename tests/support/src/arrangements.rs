use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use axum::routing::{MethodRouter, trace};
use cors_runtime::{CorsRouter, Routes};

use crate::App;

/// The same routes, put together in every way that moves the CORS decision to another place: the
/// handler, a layer around it, a nested or merged router, a plain router of axum.
///
/// Each of the apps gives the same responses on these routes.
#[must_use]
pub fn arrangements(paths: &[(&'static str, Routes)]) -> Vec<App> {
    let routes = || {
        paths.iter().fold(CorsRouter::new(), |router, (path, own)| {
            router.route(path, own.clone())
        })
    };
    let changed = |change: fn(Routes) -> Routes| {
        paths.iter().fold(CorsRouter::new(), |router, (path, own)| {
            router.route(path, change(own.clone()))
        })
    };
    let method_routers = |change: fn(Routes) -> MethodRouter| {
        paths.iter().fold(Router::new(), |router, (path, own)| {
            router.route(path, change(own.clone()))
        })
    };
    let layer = from_fn(layer_that_sets_cors);
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
        App::nested("nested", "/api", CorsRouter::new().nest("/api", routes())),
        App::nested(
            "nested twice, layered in between",
            "/api/v1",
            CorsRouter::new().nest(
                "/api",
                CorsRouter::new().nest("/v1/", routes()).layer(layer),
            ),
        ),
        App::nested(
            "nested below a capture",
            "/users/7",
            CorsRouter::new().nest("/users/{id}", routes()),
        ),
        App::nested(
            "finished, then nested in a plain router",
            "/api",
            Router::new().nest("/api", routes().into_router()),
        ),
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
    ]
}

fn layered(routes: Routes) -> Routes {
    routes.layer(from_fn(layer_that_sets_cors))
}

fn beside_plain_handlers(routes: Routes) -> Routes {
    routes.merge(trace(plain))
}

async fn plain() {}

async fn teapot() -> StatusCode {
    StatusCode::IM_A_TEAPOT
}

/// A layer that writes headers of CORS itself, which those of the policies replace.
async fn layer_that_sets_cors(request: Request, next: Next) -> Response {
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
