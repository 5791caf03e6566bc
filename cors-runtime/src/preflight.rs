//! Preflights: recognised, decided, answered.

use cors_policy::Method;
use http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_HEADERS,
    ACCESS_CONTROL_REQUEST_METHOD, ORIGIN, VARY,
};
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};

use crate::compiled::CompiledPolicy;
use crate::requested_headers::Requested;

/// The policies of one path, each for the methods that its handler serves.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct PathPolicies {
    by_method: [Option<&'static CompiledPolicy>; Method::ALL.len()],
}

impl PathPolicies {
    pub(crate) fn insert(&mut self, methods: &[Method], policy: &'static CompiledPolicy) {
        for &method in methods {
            self.by_method[method as usize] = Some(policy);
        }
    }

    /// Where both have one for a method, axum has refused the two handlers already.
    pub(crate) fn merge(&mut self, other: Self) {
        for (own, other) in self.by_method.iter_mut().zip(other.by_method) {
            *own = own.or(other);
        }
    }

    /// The policy of the handler that serves `method`; a GET handler serves HEAD, too.
    pub(crate) fn serving(&self, method: Method) -> Option<&'static CompiledPolicy> {
        let own = self.by_method[method as usize];
        match method {
            Method::Head => own.or(self.by_method[Method::Get as usize]),
            _ => own,
        }
    }

    /// The methods that have one, as in `Allow`.
    pub(crate) fn allow(&self) -> Option<HeaderValue> {
        let methods: Vec<&str> = Method::ALL
            .iter()
            .filter(|&&method| self.serving(method).is_some())
            .map(|method| method.as_str())
            .collect();
        HeaderValue::try_from(methods.join(",")).ok()
    }
}

/// [CORS-preflight request](https://fetch.spec.whatwg.org/#cors-preflight-request). Any other
/// OPTIONS is the application's.
pub(crate) fn is_preflight(method: &http::Method, headers: &HeaderMap) -> bool {
    method == http::Method::OPTIONS
        && headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD)
        && headers.contains_key(ORIGIN)
}

/// 204 with the headers that let the request follow, or 403 without any.
pub(crate) fn answer<B: Default>(headers: &HeaderMap, policies: &PathPolicies) -> Response<B> {
    let mut response = Response::new(B::default());
    *response.status_mut() = match decide(headers, policies) {
        Some(allowed) => {
            allowed.write(response.headers_mut());
            StatusCode::NO_CONTENT
        }
        None => StatusCode::FORBIDDEN,
    };
    response.headers_mut().insert(
        VARY,
        HeaderValue::from_static(
            "Origin, Access-Control-Request-Method, Access-Control-Request-Headers",
        ),
    );
    response
}

struct Allowed {
    policy: &'static CompiledPolicy,
    origin: HeaderValue,
    method: Method,
    headers: Requested,
}

fn decide(headers: &HeaderMap, policies: &PathPolicies) -> Option<Allowed> {
    let method = Method::parse(only(headers, ACCESS_CONTROL_REQUEST_METHOD)?.as_bytes())?;
    let policy = policies.serving(method)?;
    let origin = policy.origins.grant(only(headers, ORIGIN)?)?;
    let requested = headers.get_all(ACCESS_CONTROL_REQUEST_HEADERS);
    match policy.headers.check(requested.iter()) {
        Requested::Refused => None,
        headers => Some(Allowed {
            policy,
            origin,
            method,
            headers,
        }),
    }
}

/// The value of a header that browsers send once; two lines come from nobody who may be trusted.
pub(crate) fn only(headers: &HeaderMap, name: HeaderName) -> Option<&HeaderValue> {
    let mut lines = headers.get_all(name).iter();
    match (lines.next(), lines.next()) {
        (Some(value), None) => Some(value),
        _ => None,
    }
}

impl Allowed {
    fn write(self, response: &mut HeaderMap) {
        let Self {
            policy,
            origin,
            method,
            headers,
        } = self;
        response.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        if policy.credentials {
            response.insert(
                ACCESS_CONTROL_ALLOW_CREDENTIALS,
                HeaderValue::from_static("true"),
            );
        }
        // The requested method alone: browsers remember what stands here for the whole URL, also
        // for methods that another handler serves.
        response.insert(
            ACCESS_CONTROL_ALLOW_METHODS,
            HeaderValue::from_static(method.as_str()),
        );
        if let (Requested::Allowed, Some(value)) = (headers, policy.headers.value()) {
            response.insert(ACCESS_CONTROL_ALLOW_HEADERS, value.clone());
        }
        if let Some(value) = &policy.max_age {
            response.insert(ACCESS_CONTROL_MAX_AGE, value.clone());
        }
    }
}
