//! The policies of one path, by method.

#[cfg(feature = "axum")]
use std::any::TypeId;
#[cfg(feature = "axum")]
use std::sync::Arc;

use cors_rules::Method;
use http::HeaderValue;

use crate::head::Head;
use crate::header_value::{comma_separated, method_list, shared_value};
#[cfg(feature = "axum")]
use crate::origins::{State, StateType};
use crate::policy::{PolicyRef, Registration};

/// The policies of one path, each for the methods of its handler.
#[derive(Clone, Debug, Default)]
pub(crate) struct PathPolicies {
    by_method: [Option<PolicyRef>; Method::ALL.len()],
    /// The values of `Access-Control-Allow-Methods`, for preflights that ask for a method.
    allow_methods: [Option<&'static HeaderValue>; Method::ALL.len()],
    /// Boxed, because few services have some.
    unrouted: Option<Box<UnroutedMethods>>,
    /// Whether the policy of GET decides about web sockets over HTTP/2, which are CONNECT.
    web_sockets: bool,
    /// The policy that holds the requests of methods that have none. Their responses have no headers.
    others: Option<PolicyRef>,
    /// The policies whose predicate extracts from a state, each with that of its router.
    #[cfg(feature = "axum")]
    states: Vec<(PolicyRef, State)>,
}

/// The policies of methods that axum does not route to handlers.
#[derive(Clone, Debug, Default)]
struct UnroutedMethods {
    /// In the order of their names.
    methods: Vec<UnroutedMethod>,
    /// Replaces the values of [`PathPolicies::allow_methods`], because each set of names is made of its
    /// own.
    allow_methods: [Option<HeaderValue>; Method::ALL.len()],
}

#[derive(Clone, Debug)]
struct UnroutedMethod {
    name: Box<str>,
    policy: PolicyRef,
    allow_methods: Option<HeaderValue>,
}

impl PathPolicies {
    /// The policy of handlers, for methods that axum routes.
    #[cfg(any(feature = "axum", test))]
    pub(crate) fn new(methods: impl IntoIterator<Item = Method>, policy: &PolicyRef) -> Self {
        Self::with_unrouted(methods, Vec::new(), policy)
    }

    /// The policy of a service, for any methods.
    pub(crate) fn of_service(methods: &[&str], policy: &PolicyRef) -> Self {
        let routed = |name: &&str| Method::parse(name.as_bytes());
        let mut unrouted: Vec<&str> = methods.to_vec();
        unrouted.retain(|name| routed(name).is_none());
        unrouted.sort_unstable();
        Self::with_unrouted(methods.iter().filter_map(routed), unrouted, policy)
    }

    /// `unrouted` are in the order of their names.
    fn with_unrouted(
        methods: impl IntoIterator<Item = Method>,
        unrouted: Vec<&str>,
        policy: &PolicyRef,
    ) -> Self {
        let mut policies = Self::default();
        for method in methods {
            policies.by_method[method as usize] = Some(policy.clone());
        }
        if !unrouted.is_empty() {
            let unrouted = unrouted.into_iter().map(|name| UnroutedMethod {
                name: name.into(),
                policy: policy.clone(),
                allow_methods: None,
            });
            policies.unrouted = Some(Box::new(UnroutedMethods {
                methods: unrouted.collect(),
                ..UnroutedMethods::default()
            }));
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
        for (method, policy) in self.routed() {
            let alike = self.alike(policy, Some(method));
            lists[method as usize] = Some(method_list(alike));
        }
        self.allow_methods = lists;
        if let Some(mut unrouted) = self.unrouted.take() {
            unrouted.list_methods(self);
            self.unrouted = Some(unrouted);
        }
    }

    /// The methods whose policy is equal to this one. HEAD is served with GET and needs no entry unless
    /// it is `requested`, because browsers always accept it.
    fn alike(
        &self,
        policy: &Registration,
        requested: Option<Method>,
    ) -> impl Iterator<Item = Method> {
        let is_named = |method: Method| self.by_method[method as usize].is_some();
        let alike = self.routed().filter(move |&(method, other)| {
            (is_named(method) || Some(method) == requested) && policy.is_equal(other)
        });
        alike.map(|(method, _)| method)
    }

    /// The value of `Access-Control-Allow-Methods` for a preflight that asks for this method.
    pub(crate) fn allow_methods(&self, name: &[u8]) -> Option<&HeaderValue> {
        match (Method::parse(name), self.unrouted.as_deref()) {
            (Some(method), None) => self.allow_methods[method as usize],
            (Some(method), Some(unrouted)) => unrouted.allow_methods[method as usize].as_ref(),
            (None, unrouted) => unrouted?.find(name)?.allow_methods.as_ref(),
        }
    }

    /// The policy for the method of this name.
    #[inline]
    pub(crate) fn named(&self, name: &[u8]) -> Option<&PolicyRef> {
        match (Method::parse(name), self.unrouted.as_deref()) {
            (Some(method), _) => self.serving(method),
            (None, Some(unrouted)) => Some(&unrouted.find(name)?.policy),
            (None, None) => None,
        }
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
        match *head.method() {
            http::Method::CONNECT if self.web_sockets => self.serving(Method::Get),
            ref method => self.named(method.as_str().as_bytes()),
        }
    }

    /// The methods of axum that have a policy, each with that.
    fn routed(&self) -> impl Iterator<Item = (Method, &PolicyRef)> + Clone {
        Method::ALL
            .iter()
            .filter_map(|&method| Some((method, self.serving(method)?)))
    }

    /// The names of the methods that have a policy, each with that.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &PolicyRef)> + Clone {
        let routed = self.routed();
        let unrouted = self.unrouted.iter().flat_map(|unrouted| &unrouted.methods);
        routed
            .map(|(method, policy)| (method.as_str(), policy))
            .chain(unrouted.map(|other| (&*other.name, &other.policy)))
    }

    /// The policy that holds the requests of methods that have none.
    pub(crate) fn others(&self) -> Option<&PolicyRef> {
        self.others.as_ref()
    }

    /// Whether no method has a policy.
    pub(crate) fn is_empty(&self) -> bool {
        self.unrouted.is_none() && self.by_method.iter().all(Option::is_none)
    }

    /// The methods of one policy.
    pub(crate) fn methods_of(&self, policy: &Registration) -> Vec<&str> {
        let own = self
            .iter()
            .filter(|(_, own)| std::ptr::eq(&raw const ***own, policy));
        own.map(|(method, _)| method).collect()
    }

    /// Whether a policy has a predicate that needs only the head of a request.
    pub(crate) fn any_has_head_predicate(&self) -> bool {
        let mut policies = self.iter().map(|(_, policy)| policy).chain(&self.others);
        policies.any(|policy| policy.origins.has_head_predicate())
    }

    /// Whether they are the policy of a layer around a service.
    pub(crate) fn are_of_layer(&self) -> bool {
        let mut policies = self.iter();
        policies
            .next()
            .is_some_and(|(_, policy)| policy.is_of_layer())
    }

    /// The method with a policy that differs from `requested` only in upper and lower case.
    pub(crate) fn matching_other_case(&self, requested: &[u8]) -> Option<&str> {
        let mut methods = self.iter().map(|(method, _)| method);
        methods.find(|method| method.as_bytes().eq_ignore_ascii_case(requested))
    }
}

impl UnroutedMethods {
    fn find(&self, name: &[u8]) -> Option<&UnroutedMethod> {
        let methods = &self.methods;
        let found = methods.binary_search_by(|other| other.name.as_bytes().cmp(name));
        found.ok().map(|index| &methods[index])
    }

    /// Lists the methods with an equal policy as [`PathPolicies::list_methods`] does, those of the path
    /// that axum routes first.
    fn list_methods(&mut self, path: &PathPolicies) {
        let list = |policy: &Registration, requested: Option<Method>| {
            let routed = path.alike(policy, requested).map(Method::as_str);
            let mut names: Vec<&str> = routed.collect();
            let others = self.methods.iter();
            let others = others.filter(|other| policy.is_equal(&other.policy));
            names.extend(others.map(|other| &*other.name));
            comma_separated(&names, shared_value)
        };
        let mut routed = [const { None }; Method::ALL.len()];
        for (method, policy) in path.routed() {
            routed[method as usize] = list(policy, Some(method));
        }
        let others = self.methods.iter().map(|other| list(&other.policy, None));
        let others: Vec<Option<HeaderValue>> = others.collect();
        self.allow_methods = routed;
        for (other, list) in self.methods.iter_mut().zip(others) {
            other.allow_methods = list;
        }
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

    /// The same policies, where they are the policy of a service, which also holds methods that it does
    /// not name.
    pub(crate) fn of_whole_service(mut self) -> Self {
        let first = self.iter().next().map(|(_, policy)| policy.clone());
        self.others = self.others.take().or(first);
        self
    }

    /// Whether every method has its policy here, so that no default applies.
    pub(crate) fn are_of_whole_service(&self) -> bool {
        self.others.is_some()
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

    /// Whether both are default policies with equal values.
    pub(crate) fn is_equal_default(&self, other: &Self) -> bool {
        let names = |policies: &Self| policies.by_method.each_ref().map(Option::is_some);
        let equal = |own: &PolicyRef, other: &PolicyRef| own.is_equal(other);
        let both = self.others.as_ref().zip(other.others.as_ref());
        both.is_some_and(|(own, other)| equal(own, other)) && names(self) == names(other)
    }

    /// Adds the policies of another router. Both have one for no method: see
    /// [`common`](Self::common).
    pub(crate) fn merge(&mut self, other: Self) {
        for (own, other) in self.by_method.iter_mut().zip(other.by_method) {
            *own = own.take().or(other);
        }
        match (&mut self.unrouted, other.unrouted) {
            (Some(own), Some(other)) => {
                own.methods.extend(other.methods);
                own.methods
                    .sort_unstable_by(|one, other| one.name.cmp(&other.name));
            }
            (own, other) => *own = own.take().or(other),
        }
        self.web_sockets |= other.web_sockets;
        self.others = self.others.take().or(other.others);
        self.states.extend(other.states);
        self.list_methods();
    }

    /// Keeps the state of the router for the predicates that extract from it, and have none yet.
    pub(crate) fn bind<S: Clone + Send + Sync + 'static>(&mut self, state: &S) {
        while let Some((policy, wanted)) = self.unbound()
            && wanted.id == TypeId::of::<S>()
        {
            self.states.push((policy.clone(), Arc::new(state.clone())));
        }
    }

    /// The first policy whose predicate extracts from a state, if it has none yet.
    pub(crate) fn unbound(&self) -> Option<(&PolicyRef, StateType)> {
        self.iter().find_map(|(_, policy)| {
            let wanted = policy.origins.state()?;
            self.state_of(policy).is_none().then_some((policy, wanted))
        })
    }

    /// The state for the predicate of a policy.
    pub(crate) fn state_of(&self, policy: &PolicyRef) -> Option<&State> {
        let mut states = self.states.iter();
        states.find_map(|(of, state)| of.is(policy).then_some(state))
    }

    /// The first method that has a policy in both, with the two policies.
    pub(crate) fn common<'a>(
        &'a self,
        other: &'a Self,
    ) -> Option<(&'a str, &'a PolicyRef, &'a PolicyRef)> {
        let both = self.by_method.iter().zip(&other.by_method);
        let mut both = Method::ALL.iter().zip(both);
        let routed = both.find_map(|(method, (own, other))| {
            Some((method.as_str(), own.as_ref()?, other.as_ref()?))
        });
        let mut unrouted = self.unrouted.iter().flat_map(|unrouted| &unrouted.methods);
        routed.or_else(|| {
            unrouted.find_map(|own| {
                let policy = other.named(own.name.as_bytes())?;
                Some((&*own.name, &own.policy, policy))
            })
        })
    }

    /// The policies, each with the methods that its handler names.
    pub(crate) fn handlers(&self) -> Vec<(&PolicyRef, Vec<&str>)> {
        let routed = Method::ALL.iter().zip(&self.by_method);
        let routed =
            routed.filter_map(|(method, policy)| Some((method.as_str(), policy.as_ref()?)));
        let unrouted = self.unrouted.iter().flat_map(|unrouted| &unrouted.methods);
        let unrouted = unrouted.map(|method| (&*method.name, &method.policy));
        let mut handlers: Vec<(&PolicyRef, Vec<&str>)> = Vec::new();
        for (method, policy) in routed.chain(unrouted) {
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

    /// Whether a policy has a predicate that may wait, or extract from the request.
    pub(crate) fn any_has_function(&self) -> bool {
        self.iter().any(|(_, policy)| policy.origins.has_function())
    }

    /// The value of `Allow`: the methods that have a policy.
    pub(crate) fn allow(&self) -> Option<HeaderValue> {
        let methods: Vec<&str> = self.iter().map(|(method, _)| method).collect();
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
        PolicyRef::Shared(Arc::new(Registration::of_layer(policy, "", 0)))
    }

    fn listed(policies: &PathPolicies, method: Method) -> &str {
        named(policies, method.as_str())
    }

    fn named<'a>(policies: &'a PathPolicies, method: &str) -> &'a str {
        let methods = policies.allow_methods(method.as_bytes());
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

    #[test]
    fn allow_methods_that_axum_does_not_route() {
        const APP: Policy<'_> = Policy::new(&["https://app.example"]);
        let policy = shared(&APP);
        let policies = PathPolicies::of_service(&["REPORT", "GET", "custom", "MKCOL"], &policy);
        for method in ["GET", "MKCOL", "REPORT", "custom"] {
            assert_eq!(named(&policies, method), "GET, MKCOL, REPORT, custom");
        }
        let with_head = "GET, HEAD, MKCOL, REPORT, custom";
        assert_eq!(named(&policies, "HEAD"), with_head);
        for method in ["PUT", "report", "CUSTOM", "REPOR", "REPORTS", ""] {
            assert_eq!(named(&policies, method), "", "{method}");
            assert!(policies.named(method.as_bytes()).is_none(), "{method}");
        }
        let names: Vec<&str> = policies.iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["GET", "HEAD", "MKCOL", "REPORT", "custom"]);
    }

    #[cfg(feature = "axum")]
    #[test]
    fn allow_methods_that_axum_does_not_route_of_two_policies() {
        const APP: Policy<'_> = Policy::new(&["https://app.example"]);
        let own = || PathPolicies::of_service(&["GET", "REPORT"], &shared(&APP));
        let equal = PathPolicies::of_service(&["MKCOL", "PUT"], &shared(&APP));
        let other = PathPolicies::of_service(&["COPY", "POST"], &shared(&APP.credentials()));
        let mut policies = own();
        for more in [equal, other] {
            assert!(policies.common(&more).is_none());
            policies.merge(more);
        }
        for method in ["GET", "PUT", "MKCOL", "REPORT"] {
            assert_eq!(named(&policies, method), "GET, PUT, MKCOL, REPORT");
        }
        for method in ["POST", "COPY"] {
            assert_eq!(named(&policies, method), "POST, COPY");
        }
        for (methods, common) in [
            (&["GET", "REPORT"][..], Some("GET")),
            (&["REPORT"], Some("REPORT")),
            (&["LOCK"], None),
        ] {
            let other = PathPolicies::of_service(methods, &shared(&APP));
            let found = policies.common(&other).map(|(method, ..)| method);
            assert_eq!(found, common, "{methods:?}");
        }
    }
}
