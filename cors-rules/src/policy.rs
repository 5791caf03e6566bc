//! The policy of one handler, as plain data.

/// What a handler allows, as it was written. `cors-runtime` makes of it what a request is answered
/// from, and [`violation`](Self::violation) says which rules it breaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Policy<'a> {
    /// The origins whose pages may call the handler, as [`Pattern`](crate::Pattern)s; or `"*"`
    /// alone for every origin.
    pub origins: &'a [&'a str],
    /// More origins, while developing.
    pub dev_origins: &'a [&'a str],
    /// Whether still more origins are known only when the program runs.
    pub origins_from: bool,
    /// The methods that it serves.
    pub methods: &'a [&'a str],
    /// The request headers that pages may set, in any case; `"*"` for every one but
    /// `authorization`.
    pub headers: &'a [&'a str],
    /// The response headers that they may read beyond the safelisted ones, in any case; `"*"` for
    /// every one.
    pub expose_headers: &'a [&'a str],
    /// For how many seconds a browser may remember a preflight, 0 to 86400. `None` sends nothing,
    /// which browsers take for 5.
    pub max_age: Option<u32>,
    /// Whether cookies, TLS client certificates and HTTP authentication may be sent.
    pub credentials: bool,
    /// Whether requests from other origins are refused, instead of their responses hidden.
    pub enforce: bool,
    /// Which rules about credentials don't hold.
    pub tolerance: Tolerance,
}

/// What `dangerously_allow(..)` lets through.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tolerance {
    /// `http://` origins on other machines, with credentials.
    pub insecure_origins: bool,
    /// Wildcards right below a public suffix, with credentials.
    pub public_suffixes: bool,
}

impl Tolerance {
    /// Every rule holds.
    pub const NONE: Self = Self {
        insecure_origins: false,
        public_suffixes: false,
    };
}
