//! The policy of one handler, as plain data.

/// What a handler allows. It holds what was written; `cors-runtime` makes of it what a request
/// is answered from, and [`check`](crate::check) holds the rules that it keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy<'a> {
    /// The origins whose pages may call the handler, as [`Pattern`](crate::Pattern)s; or `"*"`
    /// alone for every origin.
    pub origins: &'a [&'a str],
    /// The request headers that they may set, in any case; `"*"` for every one but
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
}

/// What `dangerously_allow(..)` lets through.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tolerance {
    /// `http://` origins on other machines, with credentials.
    pub insecure_origins: bool,
    /// Wildcards right below a public suffix, with credentials.
    pub public_suffixes: bool,
}
