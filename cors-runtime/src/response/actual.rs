//! The headers of responses to actual requests.

use http::HeaderMap;
use http::header::ACCESS_CONTROL_EXPOSE_HEADERS;

use super::{remove_cors_headers, vary, write_origin};
use crate::decision::{Forward, Grant};

impl Forward {
    /// Changes the response. To be called once, because values are moved out.
    pub(super) fn apply(&mut self, response: &mut HeaderMap) {
        match &mut self.grant {
            Some(grant) if self.varies_by_site => grant.write(response),
            Some(grant) => grant.write_all(response),
            None if self.is_left_to_edge => remove_cors_headers(response),
            None => {}
        }
        if self.varies_by_site {
            vary::add(response, vary::BY_SITE);
        }
    }
}

impl Grant {
    /// Writes the headers, `Vary` included. To be called once.
    pub(super) fn write_all(&mut self, response: &mut HeaderMap) {
        self.write(response);
        if self.varies() {
            vary::add(response, vary::BY_ORIGIN);
        }
    }

    /// Writes the headers in place of the service's own ones. To be called once, because the origin is
    /// moved out.
    fn write(&mut self, response: &mut HeaderMap) {
        let policy = &*self.policy;
        remove_cors_headers(response);
        let fixed = policy.origins.fixed();
        if let Some(origin) = fixed.cloned().or_else(|| self.origin.take()) {
            write_origin(policy, origin, response);
            if let Some(exposed) = &policy.expose_headers {
                response.insert(ACCESS_CONTROL_EXPOSE_HEADERS, exposed.clone());
            }
        }
    }

    /// Whether the response depends on the request's origin, so that caches must keep one for each
    /// ([CORS and caches](https://fetch.spec.whatwg.org/#cors-protocol-and-http-caches)).
    fn varies(&self) -> bool {
        self.policy.origins.fixed().is_none()
    }
}
