//! The policies of a router as a list.

#[cfg(feature = "axum")]
use cors_rules::OptOut;

#[cfg(feature = "axum")]
use super::compiled::Registration;

/// The policies of a router, from `CorsRouter::policies`. `Display` prints an aligned table for people.
///
/// With the feature `serde` they can be serialised: a table that is complete for a
/// [gateway](crate::guide::edge#policies-at-the-edge) and for a
/// [lock file](crate::guide::testing#a-lock-file-for-policies). It has a `version`, and an order that
/// does not depend on that of the registration. It lists a default policy on each path where that
/// holds, and `debug: true` if cors-runtime was compiled with debug assertions. The names are those of
/// the fields of [`HandlerPolicy`] and [`PlainRoute`], in the lists `handlers` and `plain`.
///
/// ```
/// # #[cfg(all(feature = "serde", feature = "axum"))]
/// # fn main() -> Result<(), serde_json::Error> {
/// # use cors_runtime::{CorsRouter, cors, routes};
/// #[cors(origins = ["https://app.example.com"], methods = [GET], max_age = 600)]
/// async fn jobs() {}
///
/// let router: CorsRouter = CorsRouter::new().route("/jobs/{id}", routes![jobs]);
/// let json = serde_json::to_value(router.policies())?;
/// assert_eq!(json["version"], 1);
/// assert_eq!(json["handlers"][0]["path"], "/jobs/{id}");
/// assert_eq!(json["handlers"][0]["max_age"], 600);
/// # Ok(())
/// # }
/// # #[cfg(not(all(feature = "serde", feature = "axum")))]
/// # fn main() {}
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policies {
    /// Those of handlers, services and fallbacks, and then the default policies, once for each router.
    handlers: Vec<HandlerPolicy>,
    /// The number of default policies at the end.
    defaults: usize,
    /// The default policies on each path where they hold.
    defaults_by_path: Vec<HandlerPolicy>,
    plain: Vec<PlainRoute>,
}

/// A route without a policy of its own. It may have the default policy of its router.
///
/// ```
/// use axum::routing::get;
/// use cors_runtime::{CorsRouter, Policy};
///
/// const REST: Policy = Policy::new(&["https://app.example.com"]).methods(&["GET"]).checked();
///
/// let router: CorsRouter = CorsRouter::new()
///     .route("/health", get(async || "ok"))
///     .default_policy(REST);
/// let policies = router.policies();
/// let unprotected = policies.plain().iter().filter(|route| !route.has_default_policy);
/// assert_eq!((policies.plain().len(), unprotected.count()), (1, 0));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct PlainRoute {
    /// The path, as it was given to the router. `/*` stands for paths that are not known, and
    /// `(fallback)` for those that no route matches.
    pub path: String,
    /// Whether the [default policy](crate::guide::layers#a-default-policy) of a router holds for it.
    pub has_default_policy: bool,
    /// Whether cross-site writes and web sockets are refused, by the router's protection or its default
    /// policy.
    pub writes_refused: bool,
    /// The protection of its router.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub protection: Option<RouteProtection>,
}

/// The values of a [`Protection`](crate::Protection).
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct RouteProtection {
    /// The server's own origins. Without any, they are those of each request's target.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Vec::is_empty"))]
    pub own_origins: Vec<String>,
    /// The source of more own origins: `"a set"`.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub own_origins_from: Option<&'static str>,
    /// The [name](crate::OriginSet::named) of that set.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub own_origins_set: Option<&'static str>,
    /// The other origins whose pages may write to routes without a policy.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Vec::is_empty"))]
    pub trust: Vec<String>,
    /// The source of more of them: `"a set"`.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub trust_from: Option<&'static str>,
    /// The [name](crate::OriginSet::named) of that set.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub trust_set: Option<&'static str>,
    /// Whether cross-site reads are refused as well.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "is_false"))]
    pub reads: bool,
    /// Whether refusals are only reported.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "is_false"))]
    pub report_only: bool,
    /// Whether a function makes the response to refused requests.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "is_false"))]
    pub custom_response: bool,
}

#[cfg(feature = "serde")]
#[allow(
    clippy::trivially_copy_pass_by_ref,
    reason = "the signature that serde calls"
)]
fn is_false(value: &bool) -> bool {
    !value
}

/// The policy of one handler on one path.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
#[allow(
    clippy::struct_excessive_bools,
    reason = "the columns of a table, which do not exclude each other"
)]
pub struct HandlerPolicy {
    /// The path, as it was given to the router.
    pub path: String,
    /// The methods of the policy; GET covers HEAD.
    pub methods: Vec<String>,
    /// The path of the function, or the function by which the policy was added, such as
    /// `Policy::layer`.
    pub handler: &'static str,
    /// The source file of the function, or of the call.
    pub file: &'static str,
    /// The line of its name, or of the call.
    pub line: u32,
    /// The listed origins, without those of development.
    pub origins: Vec<String>,
    /// The origins of development, which a release build does not contain.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Vec::is_empty"))]
    pub dev_origins: Vec<String>,
    /// The source of more origins: `"a set"` or `"a function"`.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub origins_from: Option<&'static str>,
    /// The [name](crate::OriginSet::named) of the set.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub origins_set: Option<&'static str>,
    /// The request headers that a page may set.
    pub headers: Vec<String>,
    /// The response headers that a page may read beyond the safelisted ones.
    pub expose_headers: Vec<String>,
    /// The number of seconds for which a browser may remember a preflight.
    pub max_age: Option<u32>,
    /// Whether cookies may be sent.
    pub credentials: bool,
    /// Whether requests from other origins are refused.
    pub enforce: bool,
    /// The rules that the policy opts out of, as in
    /// [`dangerously_allow`](macro@crate::cors#dangerously_allow).
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Vec::is_empty"))]
    pub dangerously_allow: Vec<&'static str>,
    /// Whether the policy also holds the requests of methods that no policy of the path names: those of
    /// a service or a default policy do. The responses have no headers.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "is_false"))]
    pub holds_other_methods: bool,
    /// Whether cross-site writes and web sockets are refused: always, unless the router's protection
    /// only reports them.
    pub writes_refused: bool,
    /// The protection of its router.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub protection: Option<RouteProtection>,
}

impl Policies {
    #[cfg(feature = "axum")]
    pub(crate) fn new(
        mut handlers: Vec<HandlerPolicy>,
        defaults: Vec<HandlerPolicy>,
        defaults_by_path: Vec<HandlerPolicy>,
        plain: Vec<PlainRoute>,
    ) -> Self {
        let count = defaults.len();
        handlers.extend(defaults);
        Self {
            handlers,
            defaults: count,
            defaults_by_path,
            plain,
        }
    }

    /// The policies of each path where they hold, default policies included.
    #[cfg(feature = "serde")]
    pub(super) fn by_path(&self) -> impl Iterator<Item = &HandlerPolicy> {
        let own = self.handlers.len() - self.defaults;
        self.handlers.iter().take(own).chain(&self.defaults_by_path)
    }

    /// The policies, in the order of the paths.
    pub fn iter(&self) -> std::slice::Iter<'_, HandlerPolicy> {
        self.handlers.iter()
    }

    /// The routes without a policy of their own. Only pages of the same origin can read their responses,
    /// except where a route [has a default policy](PlainRoute::has_default_policy).
    #[must_use]
    pub fn plain(&self) -> &[PlainRoute] {
        &self.plain
    }
}

impl<'a> IntoIterator for &'a Policies {
    type Item = &'a HandlerPolicy;
    type IntoIter = std::slice::Iter<'a, HandlerPolicy>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

#[cfg(feature = "axum")]
impl HandlerPolicy {
    /// The row of a policy on a path. Its writes are refused unless the protection only reports.
    pub(crate) fn new(
        path: &str,
        methods: &[&str],
        policy: &Registration,
        protection: Option<&RouteProtection>,
    ) -> Self {
        let location = policy.location();
        let summary = policy.summary.clone();
        let mut origins = summary.origins;
        let only_reports = protection.is_some_and(|protection| protection.report_only);
        Self {
            path: path.to_owned(),
            methods: methods.iter().map(|&method| method.to_owned()).collect(),
            handler: location.path,
            file: location.file,
            line: location.line,
            dev_origins: origins.split_off(origins.len() - summary.dev_origins),
            origins,
            origins_from: summary.origins_from,
            origins_set: summary.origins_set,
            headers: summary.headers,
            expose_headers: summary.expose_headers,
            max_age: summary.max_age,
            credentials: summary.credentials,
            enforce: summary.enforce,
            dangerously_allow: policy.tolerance.iter().map(OptOut::as_str).collect(),
            holds_other_methods: false,
            writes_refused: summary.enforce || !only_reports,
            protection: protection.cloned(),
        }
    }
}
