//! OpenAPI: handlers that `#[utoipa::path]` describes, with their policies.
//!
//! Relies on the names that utoipa-axum's `routes!` writes into the crates of its users (`__path_` and
//! the traits of `utoipa::__dev`), which utoipa therefore keeps within a major version.

use std::any::type_name;
use std::convert::Infallible;
use std::fmt;
use std::mem;

use axum::extract::Request;
use axum::response::IntoResponse;
use axum::routing::Route;
use tower_layer::Layer;
use tower_service::Service;
use utoipa::__dev::{SchemaReferences, Tags};
use utoipa::openapi::{Components, HttpMethod, OpenApi};
use utoipa_axum::router::OpenApiRouter;

use super::document::Document;
use super::router::CorsRouter;
use super::routes::Routes;
use crate::policy::HandlerLocation;

/// The handlers of one path with their policies and their OpenAPI operations, from
/// [`documented!`](crate::documented!).
///
/// Pass it to [`CorsRouter::documented`](crate::CorsRouter::documented).
#[must_use]
pub struct Documented<S = ()> {
    routes: Routes<S>,
    operations: Vec<Operation>,
    /// Only the operations and their schemas.
    api: OpenApi,
}

/// A `#[utoipa::path]`, as far as it is compared with `#[cors]`.
#[derive(Clone)]
struct Operation {
    /// The path of the function, as far as the name of a type has it.
    handler: String,
    path: String,
    methods: Vec<HttpMethod>,
}

impl<S> Documented<S>
where
    S: Clone + Send + Sync + 'static,
{
    /// Applies a layer to the handlers, inside CORS, as [`Routes::layer`].
    pub fn layer<L>(self, layer: L) -> Self
    where
        L: Layer<Route> + Clone + Send + Sync + 'static,
        L::Service:
            Service<Request, Error: Into<Infallible> + 'static> + Clone + Send + Sync + 'static,
        <L::Service as Service<Request>>::Response: IntoResponse + 'static,
        <L::Service as Service<Request>>::Future: Send + 'static,
    {
        Self {
            routes: self.routes.layer(layer),
            ..self
        }
    }
}

impl<S> Clone for Documented<S> {
    fn clone(&self) -> Self {
        Self {
            routes: self.routes.clone(),
            operations: self.operations.clone(),
            api: self.api.clone(),
        }
    }
}

impl<S> fmt::Debug for Documented<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let operations = self.operations.iter().map(|operation| &operation.handler);
        f.debug_list().entries(operations).finish()
    }
}

impl<S> CorsRouter<S>
where
    S: Clone + Send + Sync + 'static,
{
    /// Adds the handlers of [`documented!`](crate::documented!) at the path of their `#[utoipa::path]`,
    /// each under the policy of its `#[cors]`, and their operations to the document of this router.
    /// [`nest`](Self::nest) puts its prefix in front of the paths of the document, and
    /// [`merge`](Self::merge) joins two documents.
    ///
    /// ```
    /// use axum::Json;
    /// use cors_runtime::{CorsRouter, cors, documented};
    ///
    /// #[utoipa::path(get, path = "/jobs", responses((status = 200, body = Vec<String>)))]
    /// #[cors(origins = ["https://app.example.com"], methods = [GET])]
    /// async fn jobs() -> Json<Vec<String>> {
    ///     Json(Vec::new())
    /// }
    ///
    /// let (router, api) = CorsRouter::new()
    ///     .nest("/v1", CorsRouter::new().documented(documented![jobs]))
    ///     .split_for_parts();
    /// assert!(api.paths.paths.contains_key("/v1/jobs"));
    /// let app: axum::Router = router.into_router();
    /// ```
    ///
    /// # Panics
    ///
    /// With every error of the list: where the methods of `#[utoipa::path]` are not those of `#[cors]`,
    /// and where the handlers have different paths. HEAD may be left out, because a GET handler serves
    /// HEAD as well. Also panics as [`route`](Self::route).
    #[track_caller]
    pub fn documented(self, documented: Documented<S>) -> Self {
        if let Some(errors) = documented.errors() {
            panic!("{errors}");
        }
        let mut router = self;
        if let Some(operation) = documented.operations.first() {
            router = router.route(&operation.path, documented.routes);
        }
        router.document.merge(Document::new(documented.api));
        router
    }

    /// Adds a document, such as that of `#[derive(utoipa::OpenApi)]`: the title, the version, security
    /// schemes and tags. Its values take precedence over those of the document so far.
    ///
    /// ```
    /// use cors_runtime::CorsRouter;
    /// use utoipa::OpenApi;
    ///
    /// #[derive(OpenApi)]
    /// #[openapi(info(title = "Jobs", version = "1.2.0"))]
    /// struct ApiDoc;
    ///
    /// let router: CorsRouter = CorsRouter::new().with_openapi(ApiDoc::openapi());
    /// let (_, api) = router.split_for_parts();
    /// assert_eq!(api.info.title, "Jobs");
    /// ```
    pub fn with_openapi(mut self, api: OpenApi) -> Self {
        let mut document = Document::new(api);
        document.merge(self.document);
        self.document = document;
        self
    }

    /// Returns the router and its OpenAPI document, as
    /// [`OpenApiRouter::split_for_parts`](utoipa_axum::router::OpenApiRouter::split_for_parts). The
    /// router can then serve the document; its own is empty.
    ///
    /// The document has the operations of [`documented`](Self::documented) and of every
    /// [`OpenApiRouter`](utoipa_axum::router::OpenApiRouter) in this router, and no routes for preflights. Without
    /// [`with_openapi`](Self::with_openapi) its title and version are empty.
    pub fn split_for_parts(mut self) -> (Self, OpenApi) {
        let document = mem::take(&mut self.document);
        (self, document.into_openapi())
    }
}

/// The routes have no policies, and the document keeps their operations.
impl<S> From<OpenApiRouter<S>> for CorsRouter<S>
where
    S: Clone + Send + Sync + 'static,
{
    fn from(router: OpenApiRouter<S>) -> Self {
        let (router, api) = router.split_for_parts();
        Self::from(router).with_openapi(api)
    }
}

impl<S> Documented<S> {
    /// Every error of the list, each with its remedy.
    fn errors(&self) -> Option<String> {
        let mut errors = Vec::new();
        let handlers = self.handlers();
        for operation in &self.operations {
            let policy = handlers.iter().find(|(location, _)| {
                // A raw identifier is one in the name of a function only.
                location.path.replace("r#", "") == operation.handler
            });
            errors.extend(match policy {
                Some((location, methods)) => operation.compare(location, methods),
                None => Some(operation.of_no_handler(&handlers)),
            });
        }
        errors.extend(several_paths(&self.operations));
        (!errors.is_empty()).then(|| errors.join("\n"))
    }

    /// The handlers with the methods of their `#[cors]`.
    fn handlers(&self) -> Vec<(HandlerLocation, Vec<&str>)> {
        let routes = self.routes.handlers.as_ref();
        let handlers = routes.map_or_else(Vec::new, |routes| routes.policies.handlers());
        let handlers = handlers.into_iter();
        handlers
            .map(|(policy, methods)| (policy.location(), methods))
            .collect()
    }
}

impl Operation {
    /// The error where `#[cors]` names other methods.
    fn compare(&self, handler: &HandlerLocation, cors: &[&str]) -> Option<String> {
        let own: Vec<&str> = self.methods.iter().map(name).collect();
        // A GET handler serves HEAD as well, whether it is named or not.
        let is_served =
            |method, by: &[&str]| by.contains(&method) || (method == "HEAD" && by.contains(&"GET"));
        let agree = own.iter().all(|method| is_served(method, cors))
            && cors.iter().all(|method| is_served(method, &own));
        if agree {
            return None;
        }
        let described = match cors {
            [method] => method.to_lowercase(),
            methods => format!("method({})", methods.join(", ").to_lowercase()),
        };
        let remedy = if self.methods.contains(&HttpMethod::Trace) {
            ", because no page can send TRACE".to_owned()
        } else {
            format!(", or `#[cors(methods = [{}], ..)]`", own.join(", "))
        };
        Some(format!(
            "`{}` ({}:{}): `#[utoipa::path]` names {}, and `#[cors]` names {}\nhelp: write \
             `#[utoipa::path({described}, ..)]`{remedy}",
            handler.path,
            handler.file,
            handler.line,
            own.join(" and "),
            cors.join(" and "),
        ))
    }

    /// The error where the `#[utoipa::path]` in scope is that of a function of the same name.
    fn of_no_handler(&self, handlers: &[(HandlerLocation, Vec<&str>)]) -> String {
        let name = last_name(&self.handler);
        let mut paths = handlers.iter().map(|(location, _)| location.path);
        let of_name = paths.find(|path| last_name(path) == name);
        let handler = of_name.unwrap_or(name);
        let mut parts = handler.rsplit("::");
        parts.next();
        let module = parts.next().unwrap_or("module");
        format!(
            "`{handler}` has the `#[utoipa::path]` of `{}`\nhelp: write the handler with its module, such as \
             `documented![{module}::{name}]`",
            self.handler
        )
    }
}

/// The error where the handlers of one list have several paths.
fn several_paths(operations: &[Operation]) -> Option<String> {
    let mut by_path: Vec<(&str, Vec<&str>)> = Vec::new();
    for operation in operations {
        let handler = last_name(&operation.handler);
        match by_path.iter_mut().find(|(path, _)| *path == operation.path) {
            Some((_, handlers)) => handlers.push(handler),
            None => by_path.push((&operation.path, vec![handler])),
        }
    }
    if by_path.len() < 2 {
        return None;
    }
    let found = by_path.iter().map(|(path, handlers)| {
        let handlers = handlers.join("`, `");
        format!("`{path}` of `{handlers}`")
    });
    let calls = by_path
        .iter()
        .map(|(_, handlers)| format!(".documented(documented![{}])", handlers.join(", ")));
    Some(format!(
        "the handlers of one `documented!` must have one path, and these have {}: {}\nhelp: write `{}`",
        by_path.len(),
        found.collect::<Vec<_>>().join(", "),
        calls.collect::<String>(),
    ))
}

fn last_name(path: &str) -> &str {
    path.rsplit("::").next().unwrap_or(path)
}

fn name(method: &HttpMethod) -> &'static str {
    match method {
        HttpMethod::Get => "GET",
        HttpMethod::Post => "POST",
        HttpMethod::Put => "PUT",
        HttpMethod::Delete => "DELETE",
        HttpMethod::Options => "OPTIONS",
        HttpMethod::Head => "HEAD",
        HttpMethod::Patch => "PATCH",
        HttpMethod::Trace => "TRACE",
    }
}

/// The routes of `documented!`, to which [`with_operation`] adds the operations.
pub fn documented<S>(routes: Routes<S>) -> Documented<S> {
    Documented {
        routes,
        operations: Vec::new(),
        api: OpenApi::default(),
    }
}

/// Adds the operation that `#[utoipa::path]` describes. `P` is the type that it generates.
pub fn with_operation<P, S>(mut documented: Documented<S>) -> Documented<S>
where
    P: utoipa::Path + for<'t> Tags<'t> + SchemaReferences,
{
    let mut schemas = Vec::new();
    P::schemas(&mut schemas);
    let mut operation = P::operation();
    let tags = P::tags();
    if !tags.is_empty() {
        let all = operation.tags.get_or_insert_default();
        all.extend(tags.into_iter().map(str::to_owned));
    }
    let Documented {
        operations, api, ..
    } = &mut documented;
    if !schemas.is_empty() {
        let components = api.components.get_or_insert_with(Components::new);
        components.schemas.extend(schemas);
    }
    let path = match P::path() {
        path if path.is_empty() => "/".to_owned(),
        path => path,
    };
    let methods = P::methods();
    api.paths
        .add_path_operation(&path, methods.clone(), operation);
    operations.push(Operation {
        handler: type_name::<P>().replace("__path_", ""),
        path,
        methods,
    });
    documented
}

/// Registers the handlers of one path, as [`routes!`](crate::routes!), with their OpenAPI operations, as
/// utoipa-axum's `routes!`. The path is that of `#[utoipa::path]`, and the policies are those of `#[cors]`.
///
/// Takes the paths of the handlers, with their generics, and returns [`Documented`] for
/// [`CorsRouter::documented`](crate::CorsRouter::documented). `#[cfg(..)]` may precede a path.
///
/// ```
/// use cors_runtime::{CorsRouter, documented};
///
/// mod jobs {
///     use axum::Json;
///     use axum::extract::Path;
///     use cors_runtime::cors;
///
///     #[utoipa::path(get, path = "/jobs/{id}", responses((status = 200, body = String)))]
///     #[cors(origins = ["*"], methods = [GET])]
///     pub async fn show(Path(id): Path<u32>) -> Json<String> {
///         Json(format!("job {id}"))
///     }
///
///     #[cors(origins = ["https://app.example.com"], methods = [DELETE])]
///     #[utoipa::path(delete, path = "/jobs/{id}")]
///     pub async fn remove(Path(_): Path<u32>) {}
/// }
///
/// let (router, api) = CorsRouter::new()
///     .documented(documented![jobs::show, jobs::remove])
///     .split_for_parts();
/// assert!(api.paths.paths["/jobs/{id}"].delete.is_some());
/// let app: axum::Router = router.into_router();
/// ```
///
/// `#[utoipa::path]` generates a type beside the handler, which `use jobs::show` does not import. Name the
/// module, as above, or import everything with `use jobs::*`.
///
/// # Compile errors
///
/// Those of [`routes!`](crate::routes!), and rustc's "cannot find type `__path_show`" where the handler has
/// no `#[utoipa::path]`, or where the type is not imported.
#[macro_export]
macro_rules! documented {
    ($($path:tt)*) => {
        $crate::__private::__documented!($crate; $($path)*)
    };
}
