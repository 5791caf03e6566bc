//! Preflights: recognised, decided, answered.

use cors_rules::Method;
use http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD,
    CONTENT_TYPE, ORIGIN, VARY,
};
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};

use crate::compiled::{CompiledPolicy, PolicyRef};
use crate::header_value::{counted, joined};
use crate::note::Probe;
use crate::origins::Vouched;
use crate::refusal::Refusal;
use crate::requested_headers::Requested;

/// The policies of one path, each for the methods that its handler serves.
#[derive(Clone, Debug, Default)]
pub(crate) struct PathPolicies {
    by_method: [Option<PolicyRef>; Method::ALL.len()],
}

impl PathPolicies {
    pub(crate) fn new(methods: impl IntoIterator<Item = Method>, policy: &PolicyRef) -> Self {
        let mut policies = Self::default();
        for method in methods {
            policies.by_method[method as usize] = Some(policy.clone());
        }
        policies
    }

    /// Where both have one for a method, axum has refused the two handlers already.
    pub(crate) fn merge(&mut self, other: Self) {
        for (own, other) in self.by_method.iter_mut().zip(other.by_method) {
            *own = own.take().or(other);
        }
    }

    /// The policy of the handler that serves `method`; a GET handler serves HEAD, too.
    pub(crate) fn serving(&self, method: Method) -> Option<&PolicyRef> {
        let own = self.by_method[method as usize].as_ref();
        match method {
            Method::Head => own.or(self.by_method[Method::Get as usize].as_ref()),
            _ => own,
        }
    }

    /// The policy that decides about a request, preflight or not.
    pub(crate) fn deciding(
        &self,
        method: &http::Method,
        headers: &HeaderMap,
    ) -> Option<&PolicyRef> {
        let method = if is_preflight(method, headers) {
            only(headers, ACCESS_CONTROL_REQUEST_METHOD)?.as_bytes()
        } else {
            method.as_str().as_bytes()
        };
        self.serving(Method::parse(method)?)
    }

    /// Each method that has a policy.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (Method, &PolicyRef)> + Clone {
        Method::ALL
            .iter()
            .filter_map(|&method| Some((method, self.serving(method)?)))
    }

    /// The method that is meant by one that lacks a policy for its case alone.
    pub(crate) fn spelled_otherwise(&self, asked: &[u8]) -> Option<Method> {
        let mut methods = self.iter().map(|(method, _)| method);
        methods.find(|method| method.as_str().as_bytes().eq_ignore_ascii_case(asked))
    }

    /// Each policy with the methods that its handler names.
    pub(crate) fn handlers(&self) -> Vec<(&PolicyRef, Vec<Method>)> {
        let mut handlers: Vec<(&PolicyRef, Vec<Method>)> = Vec::new();
        for (&method, policy) in Method::ALL.iter().zip(&self.by_method) {
            let Some(policy) = policy else { continue };
            match handlers.iter_mut().find(|(other, _)| other.is(policy)) {
                Some((_, methods)) => methods.push(method),
                None => handlers.push((policy, vec![method])),
            }
        }
        handlers
    }

    /// Whether a policy takes more than its handler can do by itself.
    pub(crate) fn need_layer(&self) -> bool {
        self.iter().any(|(_, policy)| policy.needs_layer())
    }

    /// Whether a function of the user's has to be asked.
    pub(crate) fn ask(&self) -> bool {
        self.iter().any(|(_, policy)| policy.asks())
    }

    /// The methods that have one, as in `Allow`.
    pub(crate) fn allow(&self) -> Option<HeaderValue> {
        let methods: Vec<&str> = self.iter().map(|(method, _)| method.as_str()).collect();
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

/// How a refused preflight is answered.
pub(crate) trait Explain<B> {
    /// Whether the browser's console is to name the step that failed, instead of a missing header.
    fn is_wanted(&self) -> bool;

    /// A body with the reason, or none.
    fn body(&self, reason: Option<String>) -> B;
}

/// With the status alone, which is what a stranger should get.
#[derive(Clone, Copy, Debug)]
pub(crate) struct InSilence;

impl<B: Default> Explain<B> for InSilence {
    fn is_wanted(&self) -> bool {
        false
    }

    fn body(&self, _: Option<String>) -> B {
        B::default()
    }
}

/// How many headers an answer has at most, with the `Content-Length` of axum.
const MOST_HEADERS: usize = 7;

/// 204 with the headers that let the request follow; or 403 without any; or, where the reason is
/// to be told, 200 with the headers of the steps that passed.
pub(crate) fn answer<B>(
    headers: &HeaderMap,
    policies: &PathPolicies,
    vouched: Vouched,
    explain: &impl Explain<B>,
    probe: Option<&Probe>,
) -> Response<B> {
    let mut answer = HeaderMap::with_capacity(MOST_HEADERS);
    let (status, reason) = match decide(headers, policies, vouched) {
        Ok(allowed) => {
            if let Some(probe) = probe {
                probe.granted(allowed.policy);
            }
            allowed.write(&mut answer);
            (StatusCode::NO_CONTENT, None)
        }
        Err(refusal) => {
            refusal.tell("preflight refused");
            if let Some(probe) = probe {
                probe.refused(&refusal);
            }
            if explain.is_wanted() {
                write_passed(&refusal, headers, vouched, &mut answer);
                (StatusCode::OK, Some(refusal.to_string()))
            } else {
                (StatusCode::FORBIDDEN, None)
            }
        }
    };
    answer.insert(
        VARY,
        HeaderValue::from_static(
            "Origin, Access-Control-Request-Method, Access-Control-Request-Headers",
        ),
    );
    if reason.is_some() {
        answer.insert(
            CONTENT_TYPE,
            HeaderValue::from_static("text/plain; charset=utf-8"),
        );
    }
    let mut response = Response::new(explain.body(reason));
    *response.status_mut() = status;
    *response.headers_mut() = answer;
    response
}

struct Allowed<'a> {
    policy: &'a CompiledPolicy,
    origin: HeaderValue,
    method: Method,
    asks_for_headers: bool,
}

fn decide<'a>(
    headers: &'a HeaderMap,
    policies: &'a PathPolicies,
    vouched: Vouched,
) -> Result<Allowed<'a>, Refusal<'a>> {
    let asked = only(headers, ACCESS_CONTROL_REQUEST_METHOD).map(HeaderValue::as_bytes);
    let method = asked.and_then(Method::parse);
    let Some((method, policy)) =
        method.and_then(|method| Some((method, policies.serving(method)?)))
    else {
        return Err(Refusal::Method { asked, policies });
    };
    let asked = only(headers, ORIGIN);
    let Some(origin) = asked.and_then(|origin| policy.origins.grant(origin, vouched)) else {
        return Err(Refusal::Origin {
            asked: asked.map(HeaderValue::as_bytes),
            policy,
        });
    };
    let asks_for_headers = match policy.headers.check(headers) {
        Requested::Nothing => false,
        Requested::Allowed => true,
        Requested::Refused(asked) => {
            return Err(Refusal::Headers {
                asked,
                origin,
                policy,
            });
        }
    };
    Ok(Allowed {
        policy,
        origin,
        method,
        asks_for_headers,
    })
}

/// The headers of the steps before the one that failed, so that the browser fails at that one. A
/// step that has asked for the origin isn't repeated: a set may have been replaced in between.
fn write_passed(
    refusal: &Refusal<'_>,
    headers: &HeaderMap,
    vouched: Vouched,
    answer: &mut HeaderMap,
) {
    match refusal {
        Refusal::Origin { .. } => {}
        Refusal::Method { policies, .. } => {
            let asked = only(headers, ORIGIN);
            let granted = policies.iter().filter_map(|(_, policy)| {
                let origin = policy.origins.grant(asked?, vouched)?;
                Some((policy, origin))
            });
            // Credentials first: a page that sends some can't use an answer without.
            let Some((policy, origin)) = granted.min_by_key(|(policy, _)| !policy.credentials)
            else {
                return;
            };
            write_origin(policy, origin, answer);
            // Of this policy alone: POST passes this step in a browser, which then remembers them.
            let methods = policies.iter().filter(|(_, other)| other.is(policy));
            let methods: Vec<&str> = methods.map(|(method, _)| method.as_str()).collect();
            if let Some(methods) = joined(&methods, counted) {
                answer.insert(ACCESS_CONTROL_ALLOW_METHODS, methods);
            }
        }
        Refusal::Headers {
            asked,
            policy,
            origin,
        } => {
            write_origin(policy, origin.clone(), answer);
            if let Some(method) = only(headers, ACCESS_CONTROL_REQUEST_METHOD) {
                answer.insert(ACCESS_CONTROL_ALLOW_METHODS, method.clone());
            }
            // Where there were too many, a browser would find each of them allowed.
            if let Some(value) = policy.headers.value().filter(|_| asked.is_some()) {
                answer.insert(ACCESS_CONTROL_ALLOW_HEADERS, value.clone());
            }
        }
    }
}

/// What passes the [CORS check](https://fetch.spec.whatwg.org/#concept-cors-check), in answers to
/// preflights and to actual requests alike.
#[inline]
pub(crate) fn write_origin(policy: &CompiledPolicy, origin: HeaderValue, answer: &mut HeaderMap) {
    answer.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    if policy.credentials {
        answer.insert(
            ACCESS_CONTROL_ALLOW_CREDENTIALS,
            HeaderValue::from_static("true"),
        );
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

impl Allowed<'_> {
    fn write(self, answer: &mut HeaderMap) {
        let Self {
            policy,
            origin,
            method,
            asks_for_headers,
        } = self;
        write_origin(policy, origin, answer);
        // The requested method alone: browsers remember what stands here for the whole URL, also
        // for methods that another handler serves.
        answer.insert(
            ACCESS_CONTROL_ALLOW_METHODS,
            HeaderValue::from_static(method.as_str()),
        );
        if let Some(value) = policy.headers.value().filter(|_| asks_for_headers) {
            answer.insert(ACCESS_CONTROL_ALLOW_HEADERS, value.clone());
        }
        if let Some(value) = &policy.max_age {
            answer.insert(ACCESS_CONTROL_MAX_AGE, value.clone());
        }
    }
}
