//! The policies of the table as an edge can have them: paths in the order in which they are tried, sets in
//! place of their names. Everything that no edge can have is refused here.

use cors_rules::{Pattern, Tolerance};

use crate::options::Options;
use crate::path::{Path, Route};
use crate::refusal::{Refusal, source};
use crate::sets::{unused_sets, with_set};
use crate::table::{Handler, Protection, Table};

/// The policies of one path.
#[derive(Debug)]
pub(crate) struct PathPolicies<'t> {
    pub(crate) route: Route,
    /// The path as the table has it.
    pub(crate) path: &'t str,
    /// Whether only paths that no route matches are meant.
    pub(crate) is_fallback: bool,
    /// The policy of each handler. A route without a policy has none.
    pub(crate) policies: Vec<Policy<'t>>,
    pub(crate) protection: Option<&'t Protection>,
    /// The server's own origins. Empty if those of each request's target are meant.
    pub(crate) own_origins: Vec<String>,
}

/// The policy of one handler.
#[derive(Debug)]
pub(crate) struct Policy<'t> {
    pub(crate) handler: &'t Handler,
    /// The origins of the handler and of its set.
    pub(crate) origins: Vec<String>,
}

impl Policy<'_> {
    /// Whether every origin is allowed.
    pub(crate) fn allows_any(&self) -> bool {
        self.origins.iter().any(|origin| origin == "*")
    }

    /// The value of `Access-Control-Allow-Origin` that does not depend on the request.
    pub(crate) fn fixed_origin(&self) -> Option<&str> {
        match self.origins.as_slice() {
            [one] if self.handler.origins_from.is_none() => {
                let is_fixed = one == "*" || Pattern::parse(one).is_some_and(|it| it.is_exact());
                is_fixed.then_some(one)
            }
            _ => None,
        }
    }

    /// Whether both are equal, so that a preflight for one may list the methods of the other.
    pub(crate) fn is_equal(&self, other: &Self) -> bool {
        let values = |handler: &Handler| {
            let Handler {
                origins,
                headers,
                expose_headers,
                max_age,
                credentials,
                enforce,
                ..
            } = handler.clone();
            (
                origins,
                headers,
                expose_headers,
                max_age,
                credentials,
                enforce,
            )
        };
        let is_listed = self.handler.origins_from.is_none() && other.handler.origins_from.is_none();
        std::ptr::eq(self.handler, other.handler)
            || (is_listed && values(self.handler) == values(other.handler))
    }

    pub(crate) fn names(&self, method: &str) -> bool {
        self.handler.methods.iter().any(|name| name == method)
    }
}

/// Reads the table: the paths with policies, and the routes without one that must be tried before such
/// a path. The first path that matches a request is its own.
///
/// # Errors
///
/// Everything that no edge can have.
pub(crate) fn resolve<'t>(
    table: &'t Table,
    options: &Options,
) -> Result<Vec<PathPolicies<'t>>, Vec<Refusal>> {
    let mut refusals = Vec::new();
    if table.debug {
        refusals.push(Refusal::of_table(
            "the table is that of a debug build, whose policies may allow more",
            "write the table with a release build, or export the lock file",
        ));
    }
    refusals.extend(unused_sets(table, options));
    let mut paths: Vec<PathPolicies<'t>> = Vec::new();
    for handler in &table.handlers {
        if let Err(found) = add(&mut paths, handler, options) {
            refusals.extend(found);
        }
    }
    for plain in table.plain.iter().map(|plain| plain.path.as_str()) {
        if paths.iter().all(|known| known.path != plain)
            && let Some((route, is_fallback)) = place(plain)
        {
            paths.push(PathPolicies::new(route, plain, is_fallback));
        }
    }
    paths.sort_by(|one, other| {
        let fallback = one.is_fallback.cmp(&other.is_fallback);
        fallback.then_with(|| one.route.precedence(&other.route))
    });
    refusals.extend(paths.iter().filter_map(|path| hidden(path, &paths)));
    if !refusals.is_empty() {
        return Err(refusals);
    }
    let mut kept = Vec::new();
    while let Some(path) = paths.pop() {
        // A request that no path matches is passed on as well, so this one is only needed before others.
        let is_needed = |other: &PathPolicies<'_>| other.route.overlaps(&path.route);
        if !path.policies.is_empty() || kept.iter().any(is_needed) {
            kept.push(path);
        }
    }
    kept.reverse();
    Ok(kept)
}

impl<'t> PathPolicies<'t> {
    fn new(route: Route, path: &'t str, is_fallback: bool) -> Self {
        Self {
            route,
            path,
            is_fallback,
            policies: Vec::new(),
            protection: None,
            own_origins: Vec::new(),
        }
    }
}

/// The route of a row, and whether it is a fallback. `None` for the fallback for methods, which remains
/// the application's, and for invalid paths.
fn place(path: &str) -> Option<(Route, bool)> {
    match Path::parse(path)? {
        Path::Route(route) => Some((route, false)),
        Path::Fallback(route) => Some((route, true)),
        Path::MethodFallback => None,
    }
}

/// Adds the policy of a handler to those of its path.
fn add<'t>(
    paths: &mut Vec<PathPolicies<'t>>,
    handler: &'t Handler,
    options: &Options,
) -> Result<(), Vec<Refusal>> {
    if Path::parse(&handler.path) == Some(Path::MethodFallback) {
        return Ok(());
    }
    let mut refusals = broken_rules(handler);
    let Some((route, is_fallback)) = place(&handler.path) else {
        let reason = format!("`{}` is not a path of axum", handler.path);
        refusals.push(Refusal::of(
            handler,
            reason,
            "write the table with `CorsRouter::policies`",
        ));
        return Err(refusals);
    };
    let set = (
        handler.origins_from.as_deref(),
        handler.origins_set.as_deref(),
    );
    let origins = with_set(handler, &handler.origins, set, options);
    let origins = origins.map_err(|refusal| refusals.push(refusal));
    let mut own_origins = Vec::new();
    if let Some(protection) = &handler.protection {
        let (from, name) = (&protection.own_origins_from, &protection.own_origins_set);
        let set = (from.as_deref(), name.as_deref());
        match with_set(handler, &protection.own_origins, set, options) {
            Ok(origins) => own_origins = origins,
            Err(refusal) => refusals.push(refusal),
        }
    }
    let at = paths.iter().position(|path| path.path == handler.path);
    let at = at.unwrap_or_else(|| {
        paths.push(PathPolicies {
            protection: handler.protection.as_ref(),
            own_origins,
            ..PathPolicies::new(route, &handler.path, is_fallback)
        });
        paths.len() - 1
    });
    let path = &mut paths[at];
    if path.protection != handler.protection.as_ref() {
        let reason = format!(
            "the handlers of `{}` have different protections",
            handler.path
        );
        refusals.push(Refusal::of(
            handler,
            reason,
            "give their routers the same protection",
        ));
    }
    path.policies.push(Policy {
        handler,
        origins: origins.unwrap_or_default(),
    });
    if refusals.is_empty() {
        Ok(())
    } else {
        Err(refusals)
    }
}

/// The rules of policies that a row breaks. The opt-outs were checked where the policy was compiled.
fn broken_rules(handler: &Handler) -> Vec<Refusal> {
    let [origins, methods, headers, expose_headers] = [
        &handler.origins,
        &handler.methods,
        &handler.headers,
        &handler.expose_headers,
    ]
    .map(|list| list.iter().map(String::as_str).collect::<Vec<&str>>());
    let policy = cors_rules::Policy {
        origins: &origins,
        origins_from: handler.origins_from.is_some(),
        methods: &methods,
        headers: &headers,
        expose_headers: &expose_headers,
        max_age: handler.max_age,
        credentials: handler.credentials,
        enforce: handler.enforce,
        tolerance: Tolerance::ALL,
        ..cors_rules::Policy::default()
    };
    let violations = policy.violations();
    let mut refusals: Vec<Refusal> = violations
        .map(|(_, _, it)| Refusal::of_rule(handler, &it))
        .collect();
    if let Some(protection) = &handler.protection {
        let own_origins: Vec<&str> = protection.own_origins.iter().map(String::as_str).collect();
        let protection = cors_rules::Protection {
            own_origins: &own_origins,
            ..cors_rules::Protection::default()
        };
        refusals.extend(
            protection
                .violations()
                .map(|(_, _, it)| Refusal::of_rule(handler, &it)),
        );
    }
    if let Some(origin) = handler.dev_origins.first() {
        refusals.push(Refusal::of(
            handler,
            format!("`{origin}` is an origin of development"),
            "write the table with a release build, or export the lock file",
        ));
    }
    refusals
}

/// Refuses a policy where a route without a policy, whose path is not known, may serve the same requests.
fn hidden(path: &PathPolicies<'_>, paths: &[PathPolicies<'_>]) -> Option<Refusal> {
    let first = path.policies.first()?;
    if path.route.exact().is_some() && !path.is_fallback {
        return None;
    }
    let mut unknown = paths
        .iter()
        .filter(|other| other.policies.is_empty() && other.route.is_unknown());
    let unknown = unknown.find(|other| !other.is_fallback && other.route.overlaps(&path.route))?;
    let reason = format!(
        "some requests to `{}` may be those of routes in `{}`, which are not known",
        path.path, unknown.path
    );
    Some(Refusal::of(
        first.handler,
        reason,
        "add those routes with a `CorsRouter`, so that the table has their paths",
    ))
}

impl Policy<'_> {
    /// The place of the handler, for the comment of a rule.
    pub(crate) fn source(&self) -> String {
        source(self.handler)
    }
}
