//! Policies in three forms: as the user writes them, compiled for requests, as a summary.

mod compiled;
#[cfg(feature = "serde")]
mod config;
#[cfg(feature = "serde")]
mod data;
mod headers;
mod listed;
mod summary;
mod table;

pub(crate) use self::compiled::{PolicyRef, Registration};
#[cfg(feature = "serde")]
pub use self::config::PolicyConfig;
pub(crate) use self::headers::Requested;
pub use self::listed::{HandlerPolicy, PlainRoute, Policies, RouteProtection};
pub use self::summary::HandlerLocation;

use std::fmt;

use cors_rules::check::KEYS;
use cors_rules::{Key, Origin, Place, ServedBy, Tolerance};
use http::request::Parts;

use crate::errors::{PolicyError, PolicyErrors};
use crate::origins::{HeadPredicate, OriginSet, PolicySource};

/// The cross-origin policy of a handler, or of any other service.
///
/// Handlers share a policy that is a constant: `#[cors(policy = ACCOUNT, ..)]`. Other keys override
/// its values; they are never merged. The compiler checks the result of each attribute by the same
/// rules.
///
/// ```
/// use cors_runtime::{Policy, cors};
///
/// pub const SITE: &[&str] = &["https://misujob.example", "https://*.misujob.example"];
/// pub const ACCOUNT: Policy = Policy::new(SITE).credentials().max_age(600);
///
/// #[cors(policy = ACCOUNT, methods = [POST], headers = ["content-type"])]
/// async fn save() {}
/// ```
///
/// A policy can also be made at start-up, of values from configuration; [`PolicyConfig`](crate::guide::policies#policies-from-configuration)
/// reads a whole one. [`check`](Self::check) and
/// [`layer`](Self::layer) then return every error at once.
///
/// ```
/// use cors_runtime::{Policy, Rule};
///
/// let configured = ["https://app.example.com/", "null"];
/// let errors = Policy::new(&configured).methods(&["GET"]).check().unwrap_err();
/// let rules: Vec<Rule> = errors.iter().filter_map(|error| error.rule()).collect();
/// assert_eq!(rules, [Rule::OriginPath, Rule::OriginNull]);
/// ```
#[doc(alias("CorsLayer", "Cors"))]
#[derive(Clone, Copy)]
#[must_use]
pub struct Policy<'a> {
    pub(crate) source: cors_rules::Policy<'a>,
    pub(crate) from: Option<PolicySource>,
}

impl<'a> Policy<'a> {
    /// Makes a policy for these origins; `["*"]` for every origin. They are written as in
    /// [`#[cors]`](macro@crate::cors#origins). It allows no methods, no headers and no credentials.
    pub const fn new(origins: &'a [&'a str]) -> Self {
        Self {
            source: cors_rules::Policy {
                origins,
                dev_origins: &[],
                origins_from: false,
                methods: &[],
                served_by: ServedBy::AnyService,
                headers: &[],
                expose_headers: &[],
                max_age: None,
                credentials: false,
                enforce: false,
                tolerance: Tolerance::NONE,
            },
            from: None,
        }
    }

    /// Replaces the origins.
    #[doc(alias("allow_origin", "allowed_origin", "AllowOrigin"))]
    pub const fn origins(mut self, origins: &'a [&'a str]) -> Self {
        self.source.origins = origins;
        self
    }

    /// Adds the origins of a set, which may change while the program runs. It replaces a set or a
    /// function that was given before.
    #[doc(alias("AllowOrigin"))]
    pub const fn origins_from(self, set: &'static OriginSet) -> Self {
        self.from(PolicySource::Set(set))
    }

    /// Adds the origins for which a function returns `true`. It replaces a set or a function that was
    /// given before; the function may call [`OriginSet::allows`].
    ///
    /// ```
    /// use cors_runtime::{Origin, OriginSet, Policy};
    /// use http::request::Parts;
    ///
    /// static PARTNERS: OriginSet = OriginSet::new();
    ///
    /// fn is_partner_or_preview(origin: &Origin<'_>, _: &Parts) -> bool {
    ///     let name = origin.host().as_str().strip_suffix("-acme.vercel.app");
    ///     let branch = name.and_then(|name| name.strip_prefix("shop-git-"));
    ///     let is_preview = origin.scheme() == "https"
    ///         && origin.port().is_none()
    ///         && branch.is_some_and(|branch| !branch.contains('.'));
    ///     is_preview || PARTNERS.allows(origin)
    /// }
    ///
    /// const SHOP: Policy = Policy::new(&["https://shop.example.com"])
    ///     .origins_if(is_partner_or_preview)
    ///     .methods(&["GET"])
    ///     .checked();
    /// ```
    ///
    /// The function is called for each request and preflight with an origin that the policy does not
    /// list, but not for the server's own pages (`Sec-Fetch-Site: same-origin`). It gets the head of
    /// the request. It must not block, because nothing bounds it. If it panics, only that request fails
    /// (500). The rules of origins do not see what it returns; with [`credentials`](Self::credentials)
    /// each origin that it allows acts as the signed-in user.
    ///
    /// A function that is `async`, or that takes extractors, is for the key
    /// [`origins_from`](macro@crate::cors#dynamic-origins) of the attribute.
    #[doc(alias("predicate"))]
    pub const fn origins_if(self, function: fn(&Origin<'_>, &Parts) -> bool) -> Self {
        let predicate: HeadPredicate = function;
        self.from(PolicySource::Head(predicate))
    }

    const fn from(mut self, source: PolicySource) -> Self {
        self.source.origins_from = true;
        self.from = Some(source);
        self
    }

    /// Replaces the origins of development: those of `origins` if `condition` holds, none otherwise.
    /// They are allowed beside the others, as those of the key
    /// [`dev_origins`](macro@crate::cors#dev_origins), whose rules hold: with `credentials` they may be
    /// `http://` origins of the local network.
    ///
    /// Pass `cfg!(debug_assertions)`, which is evaluated in the crate that it is written in: a release
    /// build of that crate does not allow these origins.
    ///
    /// ```
    /// use cors_runtime::Policy;
    ///
    /// const SITE: Policy = Policy::new(&["https://app.example.com"])
    ///     .dev_origins_if(cfg!(debug_assertions), &["http://localhost:5173"]);
    /// ```
    pub const fn dev_origins_if(mut self, condition: bool, origins: &'a [&'a str]) -> Self {
        self.source.dev_origins = if condition { origins } else { &[] };
        self
    }

    /// Replaces the allowed methods. GET covers HEAD.
    /// [`Access-Control-Allow-Methods`](https://fetch.spec.whatwg.org/#http-access-control-allow-methods)
    ///
    /// axum routes GET, HEAD, POST, PUT, PATCH, DELETE and OPTIONS to handlers. The attribute and
    /// `Policy::routes` take only these. A [`layer`](Self::layer) takes every method that browsers send,
    /// such as `PROPFIND` and `QUERY`: all but CONNECT, TRACE and TRACK. Methods are compared byte by byte.
    /// [Registered methods](https://www.iana.org/assignments/http-methods/http-methods.xhtml) are written
    /// in upper case.
    #[doc(alias("allow_methods", "allowed_methods", "AllowMethods"))]
    pub const fn methods(mut self, methods: &'a [&'a str]) -> Self {
        self.source.methods = methods;
        self
    }

    /// Replaces the request headers that a page may set, in any case; `["x-*"]` for every one with that
    /// prefix, `["*"]` for every one but `authorization`.
    /// [`Access-Control-Allow-Headers`](https://fetch.spec.whatwg.org/#http-access-control-allow-headers)
    #[doc(alias("allow_headers", "allowed_headers", "AllowHeaders"))]
    pub const fn headers(mut self, headers: &'a [&'a str]) -> Self {
        self.source.headers = headers;
        self
    }

    /// Replaces the response headers that a page may read beyond the safelisted ones, in any case;
    /// `["*"]` for every one.
    /// [`Access-Control-Expose-Headers`](https://fetch.spec.whatwg.org/#http-access-control-expose-headers)
    #[doc(alias("ExposeHeaders"))]
    pub const fn expose_headers(mut self, headers: &'a [&'a str]) -> Self {
        self.source.expose_headers = headers;
        self
    }

    /// Sets the number of seconds for which a browser may remember a preflight, 0 to 86400.
    /// [`Access-Control-Max-Age`](https://fetch.spec.whatwg.org/#http-access-control-max-age)
    #[doc(alias("MaxAge"))]
    pub const fn max_age(mut self, seconds: u32) -> Self {
        self.source.max_age = Some(seconds);
        self
    }

    /// Allows credentials: pages may send cookies, TLS client certificates and HTTP authentication,
    /// and read the response.
    /// [`Access-Control-Allow-Credentials`](https://fetch.spec.whatwg.org/#http-access-control-allow-credentials)
    #[doc(alias("allow_credentials", "supports_credentials", "AllowCredentials"))]
    pub const fn credentials(mut self) -> Self {
        self.source.credentials = true;
        self
    }

    /// Refuses requests from other origins, as the key [`enforce`](macro@crate::cors#enforce) does.
    /// A [`layer`](Self::layer) does so for every method, because the service inside may serve more
    /// than the policy lists.
    pub const fn enforce(mut self) -> Self {
        self.source.enforce = true;
        self
    }

    /// Permits `http://` origins on other machines with `credentials`. Anyone on the network between
    /// can then act as the signed-in user.
    pub const fn dangerously_allow_insecure_origins(mut self) -> Self {
        self.source.tolerance.insecure_origins = true;
        self
    }

    /// Permits wildcards right below a public suffix with `credentials`. Everyone who registers a name
    /// there can then act as the signed-in user.
    pub const fn dangerously_allow_public_suffixes(mut self) -> Self {
        self.source.tolerance.public_suffixes = true;
        self
    }

    /// Checks every rule.
    ///
    /// # Errors
    ///
    /// Every broken rule, in the order of the keys; last, the opt-outs of its set that the policy
    /// lacks.
    pub fn check(&self) -> Result<(), PolicyErrors> {
        self.check_source(&self.source)
    }

    /// Checks every rule, and that axum routes the methods to handlers.
    #[cfg(feature = "axum")]
    pub(crate) fn check_of_handlers(&self) -> Result<(), PolicyErrors> {
        self.check_source(&of_handlers(self.source))
    }

    fn check_source(&self, source: &cors_rules::Policy<'_>) -> Result<(), PolicyErrors> {
        let violations = source.violations();
        let mut errors: Vec<PolicyError> = violations
            .map(|(key, place, violation)| PolicyError::new(key, place, &violation))
            .collect();
        if let Some(PolicySource::Set(set)) = self.from {
            errors.extend(set.tolerance_errors(source));
        }
        PolicyErrors::unless_empty(errors)
    }

    /// Returns the policy, or stops the compiler where a rule is broken. It is for constants that no
    /// attribute checks, such as those for [`layer`](Self::layer). It takes the methods that a layer takes.
    /// Use [`check`](Self::check) elsewhere.
    ///
    /// ```
    /// # use cors_runtime::Policy;
    /// const FILES: Policy = Policy::new(&["*"]).methods(&["GET"]).checked();
    /// ```
    ///
    /// ```compile_fail,E0080
    /// # use cors_runtime::Policy;
    /// const FILES: Policy = Policy::new(&["*"]).methods(&["get"]).checked();
    /// ```
    ///
    /// # Panics
    ///
    /// If a rule is broken; during const evaluation that is a compile error.
    #[track_caller]
    pub const fn checked(self) -> Self {
        let mut i = 0;
        while i < KEYS.len() {
            assert_source(&self.source, KEYS[i]);
            i += 1;
        }
        self
    }
}

impl fmt::Debug for Policy<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.source.fmt(f)
    }
}

/// Stops the compiler where the value of `key` breaks a rule in the policy of a handler.
///
/// # Panics
///
/// During const evaluation, which makes it an error at the user's expression.
#[cfg(feature = "axum")]
#[track_caller]
pub const fn assert_keeps_rules(policy: &Policy<'_>, key: Key) {
    assert_source(&of_handlers(policy.source), key);
}

#[track_caller]
const fn assert_source(source: &cors_rules::Policy<'_>, key: Key) {
    if let Some((_, violation)) = source.violation(key, Place::FIRST) {
        panic!("{}", violation.message().as_str());
    }
}

/// The same values as the policy of handlers.
#[cfg(feature = "axum")]
const fn of_handlers(mut source: cors_rules::Policy<'_>) -> cors_rules::Policy<'_> {
    source.served_by = ServedBy::Handlers;
    source
}

/// Replaces the opt-outs: `dangerously_allow(..)` of the attribute.
///
/// A function, because rustc proposes hidden methods to users who mistype the name of another.
#[cfg(feature = "axum")]
pub const fn with_opt_outs(
    mut policy: Policy<'_>,
    insecure_origins: bool,
    public_suffixes: bool,
) -> Policy<'_> {
    policy.source.tolerance = Tolerance {
        insecure_origins,
        public_suffixes,
    };
    policy
}

/// Whether pages may send the header `name`, for the warnings of the attribute.
#[cfg(feature = "axum")]
#[must_use]
pub const fn allows_header(policy: &Policy<'_>, name: &str) -> bool {
    policy.source.allows_header(name)
}

/// Whether pages may send cookies, for the warnings of the attribute.
#[cfg(feature = "axum")]
#[must_use]
pub const fn has_credentials(policy: &Policy<'_>) -> bool {
    policy.source.credentials
}

/// Whether the handler serves POST, for the warnings of the attribute.
#[cfg(feature = "axum")]
#[must_use]
pub const fn serves_post(policy: &Policy<'_>) -> bool {
    policy.source.serves(cors_rules::Method::Post)
}

/// Removes the set or the function, because `origins_from` of the attribute replaces it.
#[cfg(feature = "axum")]
pub const fn without_set(mut policy: Policy<'_>) -> Policy<'_> {
    policy.source.origins_from = true;
    policy.from = None;
    policy
}
