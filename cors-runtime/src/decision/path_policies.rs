//! The policies of one path, by method.

use cors_rules::Method;
use http::HeaderValue;

use crate::head::Head;
use crate::header_value::method_list;
use crate::policy::{PolicyRef, Registration};

/// The policies of one path, each for the methods of its handler.
#[derive(Clone, Debug, Default)]
pub(crate) struct PathPolicies {
    by_method: [Option<PolicyRef>; Method::ALL.len()],
    /// The values of `Access-Control-Allow-Methods`, for preflights that ask for a method.
    allow_methods: [Option<&'static HeaderValue>; Method::ALL.len()],
    /// Whether the policy of GET decides about web sockets over HTTP/2, which are CONNECT.
    web_sockets: bool,
    /// The policy that holds the requests of methods that have none. Their responses have no headers.
    others: Option<PolicyRef>,
}

impl PathPolicies {
    pub(crate) fn new(methods: impl IntoIterator<Item = Method>, policy: &PolicyRef) -> Self {
        let mut policies = Self::default();
        for method in methods {
            policies.by_method[method as usize] = Some(policy.clone());
        }
        policies.list_methods();
        // A service may serve CONNECT, whatever it is.
        policies.web_sockets = matches!(policy, PolicyRef::Shared(_));
        policies
    }

    /// The same policies, of handlers that open web sockets.
    #[cfg(feature = "axum")]
    pub(crate) fn with_web_sockets(self) -> Self {
        Self {
            web_sockets: true,
            ..self
        }
    }

    /// Lists for each method all methods with an equal policy. Browsers keep one
    /// response for a URL, so a list of the requested method only would make them ask again at each
    /// change of the method. A method under another policy is never listed, because browsers then send
    /// it without asking.
    fn list_methods(&mut self) {
        let mut lists = self.allow_methods;
        for (method, policy) in self.iter() {
            // HEAD is served with GET and needs no entry, because browsers always accept it.
            let is_named = |other: Method| self.by_method[other as usize].is_some();
            let alike = self.iter().filter(|&(other, other_policy)| {
                (is_named(other) || other == method) && policy.is_equal(other_policy)
            });
            lists[method as usize] = Some(method_list(alike.map(|(method, _)| method)));
        }
        self.allow_methods = lists;
    }

    /// The value of `Access-Control-Allow-Methods` for a preflight that asks for `method`.
    pub(crate) fn allow_methods(&self, method: Method) -> Option<&'static HeaderValue> {
        self.allow_methods[method as usize]
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
        self.serving(match *head.method() {
            http::Method::CONNECT if self.web_sockets => Method::Get,
            ref method => Method::parse(method.as_str().as_bytes())?,
        })
    }

    /// The methods that have a policy, each with that.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (Method, &PolicyRef)> + Clone {
        Method::ALL
            .iter()
            .filter_map(|&method| Some((method, self.serving(method)?)))
    }

    /// The policy that holds the requests of methods that have none.
    pub(super) fn others(&self) -> Option<&PolicyRef> {
        self.others.as_ref()
    }

    /// Whether no method has a policy.
    pub(crate) fn is_empty(&self) -> bool {
        self.by_method.iter().all(Option::is_none)
    }

    /// The methods of one policy.
    pub(crate) fn methods_of(&self, policy: &Registration) -> Vec<&'static str> {
        let own = self
            .iter()
            .filter(|(_, own)| std::ptr::eq(&raw const ***own, policy));
        own.map(|(method, _)| method.as_str()).collect()
    }

    /// Whether they are the policy of a layer around a service.
    pub(crate) fn are_of_layer(&self) -> bool {
        let mut policies = self.iter();
        policies
            .next()
            .is_some_and(|(_, policy)| policy.location().is_none())
    }

    /// The method with a policy that differs from `requested` only in upper and lower case.
    pub(crate) fn matching_other_case(&self, requested: &[u8]) -> Option<Method> {
        let mut methods = self.iter().map(|(method, _)| method);
        methods.find(|method| method.as_str().as_bytes().eq_ignore_ascii_case(requested))
    }
}

#[cfg(feature = "axum")]
impl PathPolicies {
    /// The policy of handlers that have none of their own. It holds methods that it does not name, as
    /// that of a layer.
    pub(crate) fn of_default(
        methods: impl IntoIterator<Item = Method>,
        policy: &PolicyRef,
    ) -> Self {
        Self {
            others: Some(policy.clone()),
            ..Self::new(methods, policy)
        }
    }

    /// The same policies, and for other methods those of `default`.
    pub(crate) fn or_default(mut self, default: &Self) -> Self {
        let get = Method::Get as usize;
        let serves_get = self.by_method[get].is_some();
        for (index, default) in default.by_method.iter().enumerate() {
            // A GET handler serves HEAD as well.
            if serves_get && index == Method::Head as usize {
                continue;
            }
            let own = &mut self.by_method[index];
            *own = own.take().or_else(|| default.clone());
        }
        self.web_sockets |= default.web_sockets && !serves_get;
        self.others = self.others.take().or_else(|| default.others.clone());
        self.list_methods();
        self
    }

    /// Adds the policies of another router. Both have one for no method: see
    /// [`common`](Self::common).
    pub(crate) fn merge(&mut self, other: Self) {
        for (own, other) in self.by_method.iter_mut().zip(other.by_method) {
            *own = own.take().or(other);
        }
        self.web_sockets |= other.web_sockets;
        self.others = self.others.take().or(other.others);
        self.list_methods();
    }

    /// The first method that has a policy in both, with the two policies.
    pub(crate) fn common<'a>(
        &'a self,
        other: &'a Self,
    ) -> Option<(Method, &'a PolicyRef, &'a PolicyRef)> {
        let both = self.by_method.iter().zip(&other.by_method);
        let mut both = Method::ALL.iter().zip(both);
        both.find_map(|(&method, (own, other))| Some((method, own.as_ref()?, other.as_ref()?)))
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
        self.iter().any(|(_, policy)| {
            // Plain handlers cannot apply a policy themselves.
            policy.needs_layer() || matches!(policy, PolicyRef::Shared(_))
        })
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use cors_rules::Method;

    use super::PathPolicies;
    use crate::policy::{Policy, PolicyRef, Registration};

    fn shared(policy: &Policy<'_>) -> PolicyRef {
        PolicyRef::Shared(Arc::new(Registration::of_layer(policy)))
    }

    fn listed(policies: &PathPolicies, method: Method) -> &str {
        let methods = policies.allow_methods(method);
        methods.map_or("", |methods| methods.to_str().expect("names"))
    }

    /// The methods that a preflight for PUT lists where PATCH has the other policy.
    #[cfg(feature = "axum")]
    #[test]
    fn allow_methods_of_equal_policies() {
        static SET: crate::OriginSet = crate::OriginSet::new();
        let app = &["https://app.example"];
        let policy = Policy::new(app).methods(&["PUT"]).headers(&["x-a"]);
        let other_methods = policy.methods(&["PATCH"]);
        for (name, other, expected) in [
            ("equal", policy, "PUT, PATCH"),
            ("of other methods", other_methods, "PUT, PATCH"),
            ("exposes more", policy.expose_headers(&["etag"]), "PUT"),
            ("enforced", policy.enforce(), "PUT"),
            (
                "other origin",
                policy.origins(&["https://b.example"]),
                "PUT",
            ),
            (
                "more origins",
                policy.origins(&["https://app.example", "https://b.example"]),
                "PUT",
            ),
            ("any origin", policy.origins(&["*"]), "PUT"),
            (
                "origin of development",
                policy.dev_origins_if(true, &["http://localhost:1"]),
                "PUT",
            ),
            ("origins of a set", policy.origins_from(&SET), "PUT"),
            ("other header", policy.headers(&["x-b"]), "PUT"),
            ("no header", policy.headers(&[]), "PUT"),
            ("any header", policy.headers(&["*"]), "PUT"),
            ("max_age", policy.max_age(0), "PUT"),
            ("credentials", policy.credentials(), "PUT"),
        ] {
            for (own, other) in [(policy, other), (other, policy)] {
                let mut policies = PathPolicies::new([Method::Put], &shared(&own));
                policies.merge(PathPolicies::new([Method::Patch], &shared(&other)));
                assert_eq!(listed(&policies, Method::Put), expected, "{name}");
            }
        }

        let set = policy.origins_from(&SET);
        let mut policies = PathPolicies::new([Method::Put], &shared(&set));
        policies.merge(PathPolicies::new([Method::Patch], &shared(&set)));
        assert_eq!(listed(&policies, Method::Put), "PUT", "two of one set");
        let policies = PathPolicies::new([Method::Put, Method::Patch], &shared(&set));
        assert_eq!(listed(&policies, Method::Put), "PUT, PATCH", "one of a set");
    }

    #[test]
    fn allow_methods_with_head() {
        const APP: Policy<'_> = Policy::new(&["https://app.example"]);
        let get = PathPolicies::new([Method::Post, Method::Get], &shared(&APP));
        for method in [Method::Get, Method::Post] {
            assert_eq!(listed(&get, method), "GET, POST");
        }
        assert_eq!(listed(&get, Method::Head), "GET, HEAD, POST");
        assert_eq!(listed(&get, Method::Put), "");
        let head = PathPolicies::new([Method::Head], &shared(&APP));
        assert_eq!(listed(&head, Method::Head), "HEAD");
        assert_eq!(listed(&head, Method::Get), "");
    }

    #[cfg(feature = "axum")]
    #[test]
    fn allow_methods_where_head_has_another_policy() {
        const APP: Policy<'_> = Policy::new(&["https://app.example"]);
        let mut policies = PathPolicies::new([Method::Get, Method::Put], &shared(&APP));
        policies.merge(PathPolicies::new(
            [Method::Head],
            &shared(&APP.credentials()),
        ));
        assert_eq!(listed(&policies, Method::Get), "GET, PUT");
        assert_eq!(listed(&policies, Method::Head), "HEAD");
    }
}
