//! The policies that handlers share.

use cors_runtime::{OriginSet, Policy};

/// The origins of the front ends, from the environment.
pub static ORIGINS: OriginSet = OriginSet::new();

/// For the pages of the front ends. The methods are those of each handler.
pub const PAGES: Policy = Policy::new(&[])
    .origins_from(&ORIGINS)
    .headers(&["content-type", "authorization"])
    .expose_headers(&["x-total-count"])
    .max_age(600)
    .credentials();

/// For every site: without cookies, and reads only.
pub const PUBLIC: Policy = Policy::new(&["*"])
    .methods(&["GET"])
    .expose_headers(&["content-range"])
    .checked();
