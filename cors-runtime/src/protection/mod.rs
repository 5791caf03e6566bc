//! Protection of routes that have no policy of their own, and of a router as a whole.

mod own_origins;
mod refused;

pub(crate) use self::own_origins::OwnOrigins;
pub use self::refused::{RefusalRule, Refused};

use std::fmt;

use cors_rules::{Place, ProtectionKey};
use http::{HeaderValue, Response};

use crate::errors::{PolicyError, PolicyErrors};
use crate::header_value::shared_value;
use crate::origins::{OriginList, OriginSet};
#[cfg(feature = "axum")]
use crate::policy::RouteProtection;

/// The protection of a router against requests that pages of other sites send.
///
/// It refuses cross-site writes and web sockets with 403 on every route: plain handlers, services, nested
/// routers and fallbacks. Handlers with a policy keep that; for them it adds what is configured
/// here, such as the own origins. The decision needs no configuration, because browsers send
/// [`Sec-Fetch-Site`](https://www.w3.org/TR/fetch-metadata/#sec-fetch-site-header) and
/// [`Origin`](https://fetch.spec.whatwg.org/#origin-header), and pages cannot set them. Requests
/// without either pass, because they come from no current browser: authentication remains the
/// application's.
///
/// ```
/// use axum::Router;
/// use axum::routing::post;
/// use cors_runtime::{CorsRouter, Protection};
///
/// const PROTECTION: Protection = Protection::new()
///     .own_origins(&["https://api.example.com"])
///     .trust(&["https://accounts.example.com"])
///     .checked(); // by the compiler
///
/// let app: Router = CorsRouter::new()
///     .route("/profile", post(async || "saved"))
///     .protect(PROTECTION)
///     .into_router();
/// ```
#[derive(Clone, Copy)]
#[must_use]
pub struct Protection<'a> {
    source: cors_rules::Protection<'a>,
    own_set: Option<&'static OriginSet>,
    trusted_set: Option<&'static OriginSet>,
    reads: bool,
    report_only: bool,
    refused: Option<RefusedResponse>,
}

/// Makes the response to a refused request.
pub(crate) type RefusedResponse = fn(&Refused) -> Response<String>;

impl<'a> Protection<'a> {
    /// Makes a protection against cross-site writes and web sockets. The server's own origins are
    /// those with the host and port of each request's target.
    pub const fn new() -> Self {
        Self {
            source: cors_rules::Protection {
                own_origins: &[],
                trust: &[],
            },
            own_set: None,
            trusted_set: None,
            reads: false,
            report_only: false,
            refused: None,
        }
    }

    /// Replaces the server's own origins, such as `https://api.example.com`, without wildcards.
    ///
    /// Requests to any other host are then refused with 421
    /// ([RFC 9110, section 15.5.20](https://www.rfc-editor.org/rfc/rfc9110#section-15.5.20)), reads and
    /// preflights included: DNS rebinding reaches nothing. A proxy in front that changes `Host` needs its own
    /// value in the list.
    ///
    /// List only origins that trust each other. Where a browser sends no `Sec-Fetch-Site`, every own
    /// origin may use every other one, because behind a proxy `Origin` and `Host` differ.
    pub const fn own_origins(mut self, origins: &'a [&'a str]) -> Self {
        self.source.own_origins = origins;
        self
    }

    /// Adds the origins of a set to the server's own, such as hosts that are known only when the program
    /// runs. It has the effects of [`own_origins`](Self::own_origins), also for tenants that do not trust
    /// each other: these do not belong into one protection. Patterns of the set match, too.
    ///
    /// A set takes `http://` origins of other machines only with
    /// [`dangerously_allow_insecure_origins`](OriginSet::dangerously_allow_insecure_origins).
    pub const fn own_origins_from(mut self, set: &'static OriginSet) -> Self {
        self.own_set = Some(set);
        self
    }

    /// Replaces the other origins whose pages may write to routes without a policy, as the entries
    /// of [`origins`](macro@crate::cors#origins) with credentials; never `"*"`. Their pages still read
    /// no responses, because that takes a policy.
    pub const fn trust(mut self, origins: &'a [&'a str]) -> Self {
        self.source.trust = origins;
        self
    }

    /// Adds the origins of a set to those of [`trust`](Self::trust), such as origins of the environment, or
    /// those of a migration whose routes have no policy yet. Patterns of the set match, too.
    ///
    /// ```
    /// use cors_runtime::{OriginSet, Protection};
    ///
    /// static SITES: OriginSet = OriginSet::new();
    ///
    /// const PROTECTION: Protection = Protection::new().trust_from(&SITES).checked();
    ///
    /// SITES.replace(["https://app.example.com"])?; // at start-up, and whenever it changes
    /// # Ok::<(), cors_runtime::PolicyErrors>(())
    /// ```
    ///
    /// A set never has `"*"`. It takes `http://` origins of other machines only with
    /// [`dangerously_allow_insecure_origins`](OriginSet::dangerously_allow_insecure_origins), and wildcards
    /// right below a public suffix only with
    /// [`dangerously_allow_public_suffixes`](OriginSet::dangerously_allow_public_suffixes).
    pub const fn trust_from(mut self, set: &'static OriginSet) -> Self {
        self.trusted_set = Some(set);
        self
    }

    /// Refuses cross-site reads as well: scripts, images, frames and `no-cors` requests of other
    /// sites. Links to the server's pages pass, and so do preflights. Responses then carry
    /// `Vary: Origin, Sec-Fetch-Site`.
    ///
    /// Serve `https://`: over `http://` to another machine browsers mark no scripts, images and frames, so
    /// these are not refused.
    pub const fn reads(mut self) -> Self {
        self.reads = true;
        self
    }

    /// Passes every request on, with the event `request would be refused` and [`Refused`] in the
    /// response's extensions. Handlers with [`enforce`](macro@crate::cors#enforce) keep refusing.
    pub const fn report_only(mut self) -> Self {
        self.report_only = true;
        self
    }

    /// Sets the response to refused requests, in place of 403 (or 421) with an empty body. Its
    /// `Access-Control-*` headers are removed; `Vary` and `Cache-Control` are set. The function is not
    /// `async`, and captures nothing.
    ///
    /// ```
    /// use cors_runtime::{Protection, Refused};
    ///
    /// fn problem(refused: &Refused) -> axum::http::Response<String> {
    ///     axum::http::Response::builder()
    ///         .status(403)
    ///         .header("content-type", "text/plain; charset=utf-8")
    ///         .body(refused.to_string())
    ///         .unwrap_or_default()
    /// }
    ///
    /// const PROTECTION: Protection = Protection::new().refused(problem).checked();
    /// ```
    pub const fn refused(mut self, response: fn(&Refused) -> Response<String>) -> Self {
        self.refused = Some(response);
        self
    }

    /// The values, for people.
    #[cfg(feature = "axum")]
    fn listed(&self) -> RouteProtection {
        let owned = |list: &[&str]| list.iter().map(|&text| text.to_owned()).collect();
        let source = |set: Option<&OriginSet>| set.map(|_| "a set");
        RouteProtection {
            own_origins: owned(self.source.own_origins),
            own_origins_from: source(self.own_set),
            own_origins_set: self.own_set.and_then(OriginSet::name),
            trust: owned(self.source.trust),
            trust_from: source(self.trusted_set),
            trust_set: self.trusted_set.and_then(OriginSet::name),
            reads: self.reads,
            report_only: self.report_only,
            custom_response: self.refused.is_some(),
        }
    }

    /// Checks every rule.
    ///
    /// # Errors
    ///
    /// Every broken rule, with its list and position.
    pub fn check(&self) -> Result<(), PolicyErrors> {
        let violations = self.source.violations();
        let errors = violations
            .map(|(key, place, violation)| PolicyError::of_list(key.as_str(), place, &violation));
        PolicyErrors::unless_empty(errors.collect())
    }

    /// Returns the protection, or stops the compiler where a rule is broken. Use
    /// [`check`](Self::check) outside of constants.
    ///
    /// ```compile_fail,E0080
    /// # use cors_runtime::Protection;
    /// const PROTECTION: Protection = Protection::new().trust(&["*"]).checked();
    /// ```
    ///
    /// # Panics
    ///
    /// If a rule is broken; during const evaluation that is a compile error.
    #[track_caller]
    pub const fn checked(self) -> Self {
        let mut i = 0;
        while i < ProtectionKey::ALL.len() {
            let key = ProtectionKey::ALL[i];
            if let Some((_, violation)) = self.source.violation(key, Place::FIRST) {
                panic!("{}", violation.message().as_str());
            }
            i += 1;
        }
        self
    }
}

impl Default for Protection<'_> {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Protection<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Protection")
            .field("own_origins", &self.source.own_origins)
            .field("trust", &self.source.trust)
            .field("reads", &self.reads)
            .field("report_only", &self.report_only)
            .finish_non_exhaustive()
    }
}

/// A protection in the form that requests are decided by.
#[derive(Debug)]
pub(crate) struct CompiledProtection {
    pub(crate) own: OwnOrigins,
    trust: OriginList,
    trusted_set: Option<&'static OriginSet>,
    pub(crate) reads: bool,
    pub(crate) report_only: bool,
    pub(crate) refused: Option<RefusedResponse>,
    /// The values, for people.
    #[cfg(feature = "axum")]
    pub(crate) listed: RouteProtection,
}

impl CompiledProtection {
    /// `protection` has passed the rules.
    pub(crate) fn new(protection: &Protection<'_>) -> Self {
        let source = &protection.source;
        Self {
            own: OwnOrigins::new(source.own_origins, protection.own_set),
            trust: OriginList::new(source.trust.iter().copied(), shared_value),
            trusted_set: protection.trusted_set,
            reads: protection.reads,
            report_only: protection.report_only,
            refused: protection.refused,
            #[cfg(feature = "axum")]
            listed: protection.listed(),
        }
    }

    pub(crate) fn trusts(&self, origin: &HeaderValue) -> bool {
        let origin = origin.as_bytes();
        let is_in = |set: &OriginSet| set.allows_bytes(origin);
        self.trust.contains(origin) || self.trusted_set.is_some_and(is_in)
    }

    /// Whether it adds anything to the policies of handlers, which hold writes and sockets
    /// themselves.
    #[cfg(feature = "axum")]
    pub(crate) fn concerns_handlers(&self) -> bool {
        !matches!(self.own, OwnOrigins::OfTarget)
            || self.reads
            || self.report_only
            || self.refused.is_some()
    }
}
