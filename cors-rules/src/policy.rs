//! The policy of one handler, as plain data.

use crate::bytes::{equal, equal_ignoring_case};
use crate::header::{header_prefix, is_covered_by_prefix, is_covered_by_wildcard};
use crate::key::Key;
use crate::method::Method;
use crate::opt_out::Tolerance;

/// The values of a policy as the user wrote them, valid or not.
///
/// [`violations`](Self::violations) lists the rules that it breaks. `cors-runtime` compiles it into
/// the form that requests are answered from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Policy<'a> {
    /// The origins whose pages may call the handler, as [`Pattern`](crate::Pattern)s; or only
    /// `"*"`, for every origin.
    pub origins: &'a [&'a str],
    /// More origins, during development.
    pub dev_origins: &'a [&'a str],
    /// Whether there are more origins that are known only at run time.
    pub origins_from: bool,
    /// The methods that the handler or the service serves.
    pub methods: &'a [&'a str],
    /// The kind of service that serves the methods.
    pub served_by: ServedBy,
    /// The request headers that pages may set, in any case: names, prefixes such as `"x-*"`, and
    /// `"*"` for every header but `authorization`.
    pub headers: &'a [&'a str],
    /// The response headers that pages may read in addition to the safelisted ones, in any case;
    /// `"*"` for every header.
    pub expose_headers: &'a [&'a str],
    /// The seconds for which a browser may cache a preflight, 0 to 86400. `None` sends no header;
    /// browsers then cache it for 5 seconds.
    pub max_age: Option<u32>,
    /// Whether cookies, TLS client certificates and HTTP authentication may be sent.
    pub credentials: bool,
    /// Whether requests of other origins are refused, instead of their responses being hidden.
    pub enforce: bool,
    /// The rules about credentials that do not apply.
    pub tolerance: Tolerance,
}

/// The kind of service under a policy, which bounds the methods of the policy.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ServedBy {
    /// Handlers. axum routes only the [`Method`](crate::Method)s to them.
    Handlers,
    /// Any service, which may serve any method.
    #[default]
    AnyService,
}

impl<'a> Policy<'a> {
    /// The entries of a key of [`Key::LISTS`]. Empty for other keys.
    #[must_use]
    pub const fn list(&self, key: Key) -> &'a [&'a str] {
        match key {
            Key::Origins => self.origins,
            Key::DevOrigins => self.dev_origins,
            Key::Methods => self.methods,
            Key::Headers => self.headers,
            Key::ExposeHeaders => self.expose_headers,
            _ => &[],
        }
    }

    /// Whether an entry of `headers` is `name`, in any case, or covers it. `"*"` covers every name
    /// but `authorization`.
    #[must_use]
    pub const fn allows_header(&self, name: &str) -> bool {
        let name = name.as_bytes();
        let mut i = 0;
        while i < self.headers.len() {
            let allows = match self.headers[i].as_bytes() {
                b"*" => is_covered_by_wildcard(name),
                entry => match header_prefix(self.headers[i]) {
                    Some(prefix) => is_covered_by_prefix(name, prefix),
                    None => equal_ignoring_case(entry, name),
                },
            };
            if allows {
                return true;
            }
            i += 1;
        }
        false
    }

    /// Whether `methods` has `method`.
    #[must_use]
    pub const fn serves(&self, method: Method) -> bool {
        let mut i = 0;
        while i < self.methods.len() {
            if equal(self.methods[i].as_bytes(), method.as_str().as_bytes()) {
                return true;
            }
            i += 1;
        }
        false
    }
}
