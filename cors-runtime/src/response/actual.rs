//! The headers of responses to actual requests.

use http::header::ACCESS_CONTROL_EXPOSE_HEADERS;
use http::{HeaderMap, Response};

use super::{remove_cors_headers, vary, write_origin};
use crate::decision::{Forward, Grant};
use crate::head::Head;
use crate::protection::Refused;

/// The changes of the response to a forwarded request.
#[derive(Debug)]
pub(crate) struct Effects {
    grant: Option<Grant>,
    varies_by_site: bool,
    reported: Option<Box<Refused>>,
}

impl Effects {
    /// Those of a handler inside a layer that decides.
    #[cfg(feature = "axum")]
    pub(crate) const NONE: Self = Self {
        grant: None,
        varies_by_site: false,
        reported: None,
    };

    pub(crate) fn new(forward: Forward<'_>, head: &Head<'_>) -> Self {
        let reported = forward.reported.as_ref();
        Self {
            reported: reported.map(|refusal| Box::new(refusal.mark(head, true))),
            grant: forward.grant,
            varies_by_site: forward.varies_by_site,
        }
    }

    /// Those of a handler that applies its policy itself.
    #[cfg(feature = "axum")]
    pub(crate) fn of_grant(grant: Grant) -> Self {
        Self {
            varies_by_site: grant.policy.enforce,
            grant: Some(grant),
            reported: None,
        }
    }

    /// Whether the response belongs to a policy.
    pub(crate) fn is_granted(&self) -> bool {
        self.grant.is_some()
    }

    /// Changes the response. To be called once, because values are moved out.
    pub(super) fn apply<B>(&mut self, response: &mut Response<B>) {
        if let Some(grant) = &mut self.grant {
            grant.write(response.headers_mut());
        }
        if self.varies_by_site {
            vary::add(response.headers_mut(), vary::BY_SITE);
        }
        if let Some(refused) = self.reported.take() {
            response.extensions_mut().insert(*refused);
        }
    }
}

impl Grant {
    /// Writes the headers in place of the service's own ones. To be called once, because the origin is
    /// moved out.
    fn write(&mut self, response: &mut HeaderMap) {
        let policy = &*self.policy;
        remove_cors_headers(response);
        let fixed = policy.origins.fixed();
        // The response depends on the request's origin, so caches must keep one for each.
        // https://fetch.spec.whatwg.org/#cors-protocol-and-http-caches
        let varies = fixed.is_none();
        if let Some(origin) = fixed.cloned().or_else(|| self.origin.take()) {
            write_origin(policy, origin, response);
            if let Some(exposed) = &policy.expose_headers {
                response.insert(ACCESS_CONTROL_EXPOSE_HEADERS, exposed.clone());
            }
        }
        if varies {
            vary::add(response, vary::BY_ORIGIN);
        }
    }
}
