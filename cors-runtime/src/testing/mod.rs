//! A browser for `cargo test`: the steps of the [Fetch standard](https://fetch.spec.whatwg.org)
//! over any tower service, and what it objects to in words that say what to change.
//!
//! - [`Browser`] calls a service as a page would: preflights and their cache, the CORS check,
//!   credentials, redirects, and of the response only what a page may see.
//! - [`explain`] and [`explain_response`] look at the heads of an exchange, also as raw text, and
//!   name every problem.
//!
//! Not modelled: `SameSite` and the other attributes of cookies (whatever the server sets is sent,
//! if credentials are), caches of responses, Content Security Policy, mixed content, ports that
//! browsers block, and what isn't HTTP. Where a browser leaves the standard, this one doesn't:
//! Chromium forgets what it remembers of a URL once a request there isn't covered by it, and asks
//! again.

mod browser;
mod cache;
mod check;
mod fetch;
mod head;
mod problem;
mod safelist;

pub use self::browser::{Body, Browser, FetchError, Seen};
pub use self::check::{Credentials, explain, explain_response};
pub use self::fetch::{Fetch, Mode};
pub use self::head::{HeadError, RequestHead, ResponseHead};
pub use self::problem::{Problem, Step};
