//! Cookies as [RFC 6265bis](https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis) has
//! them, and [partitioned](https://datatracker.ietf.org/doc/html/draft-cutler-httpbis-partitioned-cookies)
//! ones.

mod context;
mod jar;
mod refusal;
mod set_cookie;
mod stored;
#[cfg(test)]
mod tests;

pub(crate) use context::CookieContext;
pub use context::ThirdParty;
pub(crate) use jar::CookieJar;
