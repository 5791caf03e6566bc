//! The policies of one path, by method.

use cors_rules::Method;
#[cfg(feature = "axum")]
use http::HeaderValue;

use crate::head::Head;
use crate::policy::{PolicyRef, Registration};

/// The policies of one path, each for the methods of its handler.
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

    /// The policy of the handler that serves `method`. A GET handler serves HEAD as well.
    #[inline]
    pub(crate) fn serving(&self, method: Method) -> Option<&PolicyRef> {
        let own = self.by_method[method as usize].as_ref();
        match method {
            Method::Head => own.or(self.by_method[Method::Get as usize].as_ref()),
            _ => own,
        }
    }

    /// The policy for the method of an actual request.
    #[inline]
    pub(super) fn policy_for(&self, head: &Head<'_>) -> Option<&PolicyRef> {
        self.serving(Method::parse(head.method().as_str().as_bytes())?)
    }

    /// The methods that have a policy, each with that.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (Method, &PolicyRef)> + Clone {
        Method::ALL
            .iter()
            .filter_map(|&method| Some((method, self.serving(method)?)))
    }

    /// The methods of one policy.
    pub(crate) fn methods_of(&self, policy: &Registration) -> Vec<&'static str> {
        let own = self
            .iter()
            .filter(|(_, own)| std::ptr::eq(&raw const ***own, policy));
        own.map(|(method, _)| method.as_str()).collect()
    }

    /// The method with a policy that differs from `requested` only in upper and lower case.
    pub(crate) fn matching_other_case(&self, requested: &[u8]) -> Option<Method> {
        let mut methods = self.iter().map(|(method, _)| method);
        methods.find(|method| method.as_str().as_bytes().eq_ignore_ascii_case(requested))
    }
}

#[cfg(feature = "axum")]
impl PathPolicies {
    /// Adds the policies of another router. Where both have one for a method, axum has refused the
    /// two handlers already.
    pub(crate) fn merge(&mut self, other: Self) {
        for (own, other) in self.by_method.iter_mut().zip(other.by_method) {
            *own = own.take().or(other);
        }
    }

    /// The policies, each with the methods that its handler names.
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

    /// Whether a policy cannot be applied by its handler.
    pub(crate) fn any_needs_layer(&self) -> bool {
        self.iter().any(|(_, policy)| policy.needs_layer())
    }

    /// Whether a policy has a predicate.
    pub(crate) fn any_has_predicate(&self) -> bool {
        self.iter().any(|(_, policy)| policy.has_predicate())
    }

    /// The value of `Allow`: the methods that have a policy.
    pub(crate) fn allow(&self) -> Option<HeaderValue> {
        let methods: Vec<&str> = self.iter().map(|(method, _)| method.as_str()).collect();
        HeaderValue::try_from(methods.join(",")).ok()
    }
}
