//! The decision about held requests: whether a page of another site sent them.

use http::HeaderValue;

use crate::head::{Head, Lines};
use crate::protection::{OwnOrigins, RefusalRule};

/// Checks a held request whose origin no policy allows.
///
/// `Sec-Fetch-Site` is trusted because pages cannot set it
/// ([Fetch Metadata](https://www.w3.org/TR/fetch-metadata/#sec-fetch-site-header)). `same-origin` passes
/// beside an `Origin` that is not the target's, because browsers send that through a proxy that changes
/// `Host`; where the own origins are configured, it has to be one of them.
pub(super) fn check(head: &Head<'_>, own: &OwnOrigins) -> Result<(), RefusalRule> {
    let (origin, site) = (head.origin_lines(), head.site_lines());
    if matches!(origin, Lines::Several) || matches!(site, Lines::Several) {
        return Err(RefusalRule::SeveralLines);
    }
    let is_own = |origin: &HeaderValue| match own {
        OwnOrigins::OfTarget => head.is_origin_of_target(origin),
        OwnOrigins::Configured(own) => own.contains(origin),
    };
    match (site.value(), origin.value()) {
        (Some(site), _) if site == "none" => Ok(()),
        (Some(site), origin) if site == "same-origin" => match (own, origin) {
            (OwnOrigins::Configured(_), Some(origin)) if origin != "null" && !is_own(origin) => {
                Err(RefusalRule::Origin)
            }
            _ => Ok(()),
        },
        (Some(_), _) if head.is_link() => Ok(()),
        (Some(_), _) => Err(RefusalRule::CrossSite),
        (None, Some(origin)) if !is_own(origin) => Err(RefusalRule::Origin),
        (None, _) => Ok(()),
    }
}
