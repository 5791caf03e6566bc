//! The policies of the table as an edge can have them: paths in the order in which they are tried, sets in
//! place of their names. Everything that no edge can have is refused here.

use cors_rules::{Pattern, Tolerance};

use crate::options::Options;
use crate::path::{Path, Route};
use crate::refusal::{Refusal, broken, source};
use crate::sets;
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
    /// The other origins whose pages may write to what has no policy.
    pub(crate) trust: Vec<String>,
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
        let (own, other) = (self.handler, other.handler);
        let is_listed = own.origins_from.is_none() && other.origins_from.is_none();
        std::ptr::eq(own, other)
            || (is_listed
                && own.origins == other.origins
                && own.headers == other.headers
                && own.expose_headers == other.expose_headers
                && own.max_age == other.max_age
                && own.credentials == other.credentials
                && own.enforce == other.enforce)
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
            "export the lock file, or write the table with a release build: `cargo run --release`",
        ));
    }
    refusals.extend(sets::unused(table, options));
    let mut paths: Vec<PathPolicies<'t>> = Vec::new();
    for handler in &table.handlers {
        if let Err(found) = add(&mut paths, handler, options) {
            refusals.extend(found);
        }
    }
    for plain in &table.plain {
        if let Some((route, is_fallback)) = place(&plain.path) {
            let is_known = !route.is_unknown() && !is_fallback;
            let path = path_of(&mut paths, &plain.path, route, is_fallback);
            // Some paths below `/*` are those of no route, and so not of its router.
            if is_known || !path.policies.is_empty() {
                refusals.extend(path.protect(&plain.path, plain.protection.as_ref(), options));
            }
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
        let decides = !path.policies.is_empty() || path.protection.is_some();
        if decides || kept.iter().any(is_needed) {
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
            trust: Vec::new(),
        }
    }

    /// Takes over the protection of a row.
    fn protect(
        &mut self,
        place: &str,
        protection: Option<&'t Protection>,
        options: &Options,
    ) -> Vec<Refusal> {
        let is_first = self.protection.is_none() && self.policies.is_empty();
        if !is_first {
            let is_same = self.protection == protection;
            let reason = format!("the routes of `{}` have different protections", self.path);
            let remedy = "give their routers the same protection";
            return (!is_same)
                .then(|| Refusal::at(place, reason, remedy))
                .into_iter()
                .collect();
        }
        let Some(protection) = protection else {
            return Vec::new();
        };
        self.protection = Some(protection);
        let [own_origins, trust] = [&protection.own_origins, &protection.trust]
            .map(|list| list.iter().map(String::as_str).collect::<Vec<&str>>());
        let listed = cors_rules::Protection {
            own_origins: &own_origins,
            trust: &trust,
        };
        let mut refusals: Vec<Refusal> = listed
            .violations()
            .map(|(_, _, it)| broken(place, &it))
            .collect();
        let own_origins = sets::with_set(
            place,
            &protection.own_origins,
            protection.own_origins_from.as_deref(),
            protection.own_origins_set.as_deref(),
            options,
        );
        let trust = sets::with_set(
            place,
            &protection.trust,
            protection.trust_from.as_deref(),
            protection.trust_set.as_deref(),
            options,
        );
        for (origins, own) in [
            (own_origins, &mut self.own_origins),
            (trust, &mut self.trust),
        ] {
            match origins {
                Ok(origins) => *own = origins,
                Err(refusal) => refusals.push(refusal),
            }
        }
        refusals
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
    let origins = sets::with_set(
        &source(handler),
        &handler.origins,
        handler.origins_from.as_deref(),
        handler.origins_set.as_deref(),
        options,
    );
    let origins = origins.unwrap_or_else(|refusal| {
        refusals.push(refusal);
        Vec::new()
    });
    let path = path_of(paths, &handler.path, route, is_fallback);
    refusals.extend(path.protect(&source(handler), handler.protection.as_ref(), options));
    path.policies.push(Policy { handler, origins });
    if refusals.is_empty() {
        Ok(())
    } else {
        Err(refusals)
    }
}

/// The entry of a path, which is added if there is none.
fn path_of<'p, 't>(
    paths: &'p mut Vec<PathPolicies<'t>>,
    path: &'t str,
    route: Route,
    is_fallback: bool,
) -> &'p mut PathPolicies<'t> {
    let at = paths.iter().position(|known| known.path == path);
    let at = at.unwrap_or_else(|| {
        paths.push(PathPolicies::new(route, path, is_fallback));
        paths.len() - 1
    });
    &mut paths[at]
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
    let place = source(handler);
    let mut refusals: Vec<Refusal> = violations.map(|(_, _, it)| broken(&place, &it)).collect();
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
