//! Policies as values: shared between handlers, or made when the program starts.

use std::fmt;

use cors_rules::check::KEYS;
use cors_rules::{Key, Place, Tolerance};

use crate::errors::{PolicyError, PolicyErrors};
use crate::layer::PolicyLayer;
use crate::origin_set::OriginSet;

/// What a handler, or anything else that answers requests, allows to other origins.
///
/// As a constant it is shared between handlers, `#[cors(policy = ACCOUNT, ..)]`; a key beside
/// `policy` replaces what it says there, and never adds to it. The compiler checks the whole where
/// it is used, by the rules of the attribute.
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
/// What is known only when the program starts makes one there; [`check`](Self::check) and
/// [`layer`](Self::layer) answer with everything that is wrong with it.
///
/// ```
/// use cors_runtime::{Policy, Rule};
///
/// let configured = ["https://app.example.com/", "null"];
/// let errors = Policy::new(&configured).methods(&["GET"]).check().unwrap_err();
/// let rules: Vec<Rule> = errors.iter().filter_map(|error| error.rule()).collect();
/// assert_eq!(rules, [Rule::OriginPath, Rule::OriginNull]);
/// ```
#[derive(Clone, Copy)]
#[must_use]
pub struct Policy<'a> {
    pub(crate) written: cors_rules::Policy<'a>,
    pub(crate) set: Option<&'static OriginSet>,
}

impl<'a> Policy<'a> {
    /// A policy for these origins; `["*"]` for every origin. What they look like is told at
    /// [`#[cors]`](macro@crate::cors#origins).
    pub const fn new(origins: &'a [&'a str]) -> Self {
        Self {
            written: cors_rules::Policy {
                origins,
                dev_origins: &[],
                origins_from: false,
                methods: &[],
                headers: &[],
                expose_headers: &[],
                max_age: None,
                credentials: false,
                enforce: false,
                tolerance: Tolerance::NONE,
            },
            set: None,
        }
    }

    /// These origins in place of the ones so far.
    pub const fn origins(mut self, origins: &'a [&'a str]) -> Self {
        self.written.origins = origins;
        self
    }

    /// The origins of a set as well: those that it has when a request comes. A function is for the
    /// attribute alone.
    pub const fn origins_from(mut self, set: &'static OriginSet) -> Self {
        self.written.origins_from = true;
        self.set = Some(set);
        self
    }

    /// The methods that are served, in upper case: some of GET, HEAD, POST, PUT, PATCH, DELETE and
    /// OPTIONS. GET covers HEAD.
    pub const fn methods(mut self, methods: &'a [&'a str]) -> Self {
        self.written.methods = methods;
        self
    }

    /// The request headers that a page may set, in any case; `["*"]` for every one but
    /// `authorization`.
    /// [`Access-Control-Allow-Headers`](https://fetch.spec.whatwg.org/#http-access-control-allow-headers)
    pub const fn headers(mut self, headers: &'a [&'a str]) -> Self {
        self.written.headers = headers;
        self
    }

    /// The response headers that a page may read beyond the safelisted ones, in any case; `["*"]`
    /// for every one.
    /// [`Access-Control-Expose-Headers`](https://fetch.spec.whatwg.org/#http-access-control-expose-headers)
    pub const fn expose_headers(mut self, headers: &'a [&'a str]) -> Self {
        self.written.expose_headers = headers;
        self
    }

    /// For how many seconds a browser may remember a preflight, 0 to 86400.
    /// [`Access-Control-Max-Age`](https://fetch.spec.whatwg.org/#http-access-control-max-age)
    pub const fn max_age(mut self, seconds: u32) -> Self {
        self.written.max_age = Some(seconds);
        self
    }

    /// Lets pages send cookies, TLS client certificates and HTTP authentication, and read what
    /// comes back.
    /// [`Access-Control-Allow-Credentials`](https://fetch.spec.whatwg.org/#http-access-control-allow-credentials)
    pub const fn credentials(mut self) -> Self {
        self.written.credentials = true;
        self
    }

    /// Refuses requests from other origins, as the key [`enforce`](macro@crate::cors#enforce) does.
    /// A [`layer`](Self::layer) does so for every method, since the service inside may serve more
    /// than the policy names.
    pub const fn enforce(mut self) -> Self {
        self.written.enforce = true;
        self
    }

    /// Lets `http://` origins on other machines stand beside `credentials`: anyone on the network
    /// between can then act as the signed-in user.
    pub const fn dangerously_allow_insecure_origins(mut self) -> Self {
        self.written.tolerance.insecure_origins = true;
        self
    }

    /// Lets wildcards right below a public suffix stand beside `credentials`: everyone who
    /// registers a name there can then act as the signed-in user.
    pub const fn dangerously_allow_public_suffixes(mut self) -> Self {
        self.written.tolerance.public_suffixes = true;
        self
    }

    /// Every broken rule, methods included.
    ///
    /// # Errors
    ///
    /// All of them, in the order of the keys; last, what its set tolerates and the policy doesn't.
    pub fn check(&self) -> Result<(), PolicyErrors> {
        let violations = self.written.violations();
        let mut errors: Vec<PolicyError> = violations
            .map(|(key, place, violation)| PolicyError::new(key, place, &violation))
            .collect();
        if let Some(set) = self.set {
            errors.extend(set.intolerable(&self.written));
        }
        PolicyErrors::unless_empty(errors)
    }

    /// A [`tower::Layer`](https://docs.rs/tower/latest/tower/trait.Layer.html) for anything that
    /// speaks `http` and isn't a handler: a file server, a fallback, a service of tonic or hyper. It
    /// answers preflights, and puts the headers on the answers for the methods of the policy, by the
    /// same rules as the attribute.
    ///
    /// ```
    /// use axum::Router;
    /// use cors_runtime::Policy;
    /// use tower::Layer;
    /// use tower_http::services::ServeDir;
    ///
    /// const FILES: Policy = Policy::new(&["https://app.example.com"])
    ///     .methods(&["GET"])
    ///     .checked();
    ///
    /// # fn main() -> Result<(), cors_runtime::PolicyErrors> {
    /// let files = FILES.layer()?.layer(ServeDir::new("public"));
    /// let app: Router = Router::new().nest_service("/files", files);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// - Methods: the policy is for those that it names, and HEAD where it names GET. The preflight
    ///   for another one is refused. Another request goes through and comes back as the service
    ///   answers it, such as with 405 from a file server; [`enforce`](Self::enforce) holds for it,
    ///   too.
    /// - Other layers: a login belongs inside. Preflights don't reach it, and its 401 has the
    ///   headers. One outside refuses preflights, since browsers send them without credentials.
    /// - Routers: [`Router::layer`](https://docs.rs/axum/latest/axum/struct.Router.html#method.layer)
    ///   of axum puts it around every path, those that nobody serves included, and in the place of
    ///   what handlers with a policy of their own say. `MethodRouter::layer` puts it around one path;
    ///   `MethodRouter::route_layer` does not do, as axum keeps OPTIONS from it. A `CorsRouter` takes
    ///   the finished service in `route_service` and `nest_service`, and in `fallback` inside of
    ///   `axum::routing::any_service`.
    /// - Bodies: the answers to preflights have an empty one, so the type of the service's bodies has
    ///   to be `Default`. Those of axum, tonic and tower-http are, and `Full` and `BoxBody` of
    ///   http-body-util; hyper's `Incoming`, as a proxy passes it on, is not, and
    ///   `MapResponseBodyLayer` of tower-http inside makes a `BoxBody` of it.
    /// - gRPC-Web: `GrpcWebLayer` of tonic belongs inside, and the policy says POST, the headers
    ///   `content-type`, `x-grpc-web`, `x-user-agent` and `grpc-timeout`, and exposes `grpc-status`
    ///   and `grpc-message`.
    ///
    /// It may be cloned for many services: what it compiles once, they share.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with the policy, as [`check`](Self::check) says it. A constant that
    /// is [`checked`](Self::checked) can only be wrong about its set: one that tolerates more than
    /// the policy does.
    pub fn layer(&self) -> Result<PolicyLayer, PolicyErrors> {
        self.check()?;
        Ok(PolicyLayer::new(self))
    }

    /// The policy itself, or an error of the compiler: for a constant that is used where no
    /// attribute checks it, such as by [`layer`](Self::layer). Outside of a constant it panics; use
    /// [`check`](Self::check) there.
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
            assert_keeps_rules(&self, KEYS[i]);
            i += 1;
        }
        self
    }

    /// What `dangerously_allow(..)` of the attribute says, in place of what was said before.
    #[doc(hidden)]
    pub const fn __tolerance(mut self, insecure_origins: bool, public_suffixes: bool) -> Self {
        self.written.tolerance = Tolerance {
            insecure_origins,
            public_suffixes,
        };
        self
    }

    /// `dev_origins` of the attribute: what the user's crate allows in a debug build.
    #[doc(hidden)]
    pub const fn __dev_origins(mut self, origins: &'a [&'a str]) -> Self {
        self.written.dev_origins = origins;
        self
    }

    /// `origins_from` of the attribute, in place of a set.
    #[doc(hidden)]
    pub const fn __origins_from_attribute(mut self) -> Self {
        self.written.origins_from = true;
        self.set = None;
        self
    }
}

impl fmt::Debug for Policy<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.written.fmt(f)
    }
}

/// Stops the compiler where what stands under `key` breaks a rule.
///
/// # Panics
///
/// During const evaluation, which makes it an error at the user's expression.
#[track_caller]
pub const fn assert_keeps_rules(policy: &Policy<'_>, key: Key) {
    if let Some((_, violation)) = policy.written.violation(key, Place::FIRST) {
        panic!("{}", violation.message().as_str());
    }
}
