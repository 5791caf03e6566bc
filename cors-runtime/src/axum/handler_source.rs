//! The attribute of a handler as generated code carries it: as text, which the compiler checks
//! fastest, and which is compiled into a policy when the handler is registered.

use cors_rules::Method;
use cors_rules::source::Source;

use super::companion::PolicyCell;
use crate::errors::PolicyErrors;
use crate::origins::OriginsFrom;
use crate::policy::{HandlerLocation, Policy, Registration};

/// The attribute of one handler.
#[derive(Clone, Copy, Debug)]
#[must_use]
pub struct HandlerSource {
    methods: Methods,
    file: &'static str,
    line: u32,
    /// The keys and their values in the format of [`cors_rules::source`].
    keys: &'static str,
    /// Replaces `keys` if the attribute uses constants.
    policy: Option<&'static Policy<'static>>,
    /// The source of `origins_from`, as a function because a constant cannot hold every source.
    from: Option<fn() -> OriginsFrom>,
    /// Whether the handler takes a `WebSocketUpgrade`.
    web_socket: bool,
    pub(super) cell: &'static PolicyCell,
}

/// A set of methods: the sum of their [bits](Method::bit).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Methods(pub u8);

impl Methods {
    /// The methods of a policy. Invalid ones are left out.
    #[must_use]
    pub const fn of(policy: &Policy<'_>) -> Self {
        let mut methods = Self(0);
        let mut i = 0;
        while i < policy.source.methods.len() {
            // An invalid method is a compile error of its own.
            if let Some(method) = Method::parse(policy.source.methods[i].as_bytes()) {
                methods.0 |= method.bit();
            }
            i += 1;
        }
        methods
    }

    pub(crate) fn iter(self) -> impl Iterator<Item = Method> {
        let all = Method::ALL.iter().copied();
        all.filter(move |method| self.0 & method.bit() != 0)
    }

    /// The first method that is in both sets.
    pub(crate) const fn common(self, other: Self) -> Option<Method> {
        let mut i = 0;
        while i < Method::ALL.len() {
            let method = Method::ALL[i];
            if self.0 & other.0 & method.bit() != 0 {
                return Some(method);
            }
            i += 1;
        }
        None
    }
}

impl HandlerSource {
    #[allow(missing_docs, reason = "for generated code")]
    pub const fn of<C>(
        methods: u8,
        file: &'static str,
        line: u32,
        keys: &'static str,
        cell: &'static PolicyCell,
    ) -> Self {
        Self {
            methods: Methods(methods),
            file,
            line,
            keys,
            policy: None,
            from: None,
            web_socket: false,
            cell,
        }
    }

    #[allow(missing_docs, reason = "for generated code")]
    pub const fn policy(mut self, policy: &'static Policy<'static>) -> Self {
        self.policy = Some(policy);
        self
    }

    #[allow(missing_docs, reason = "for generated code")]
    pub const fn origins_from(mut self, from: fn() -> OriginsFrom) -> Self {
        self.from = Some(from);
        self
    }

    #[allow(missing_docs, reason = "for generated code")]
    pub const fn web_socket(mut self) -> Self {
        self.web_socket = true;
        self
    }

    /// Whether the handler opens web sockets: by GET, and over HTTP/2 by
    /// [extended CONNECT](https://www.rfc-editor.org/rfc/rfc8441#section-4).
    pub(crate) const fn opens_web_sockets(&self) -> bool {
        self.web_socket && self.methods.0 & Method::Get.bit() != 0
    }

    pub(crate) const fn methods(&self) -> Methods {
        self.methods
    }

    /// Compiles the policy of the handler whose path is `handler`.
    ///
    /// # Errors
    ///
    /// The mistakes that are known only at run time: opt-outs of a set that the handler lacks.
    ///
    /// # Panics
    ///
    /// If `keys` is not in the format of this version. That cannot happen through Cargo, because
    /// `cors-macros`, `cors-rules` and this crate require exactly the same version of each other.
    pub(crate) fn compile(&self, handler: &'static str) -> Result<Registration, PolicyErrors> {
        let location = HandlerLocation {
            path: handler,
            file: self.file,
            line: self.line,
        };
        if let Some(policy) = self.policy {
            return self.compiled(policy, location);
        }
        let source = match Source::read(self.keys) {
            Ok(source) => source,
            Err(error) => panic!("{handler}: {error}"),
        };
        let policy = Policy {
            source: source.policy(),
            from: None,
        };
        self.compiled(&policy, location)
    }

    fn compiled(
        &self,
        policy: &Policy<'_>,
        handler: HandlerLocation,
    ) -> Result<Registration, PolicyErrors> {
        let from = match self.from {
            Some(from) => Some(from()),
            None => policy.from.map(OriginsFrom::from),
        };
        if let Some(OriginsFrom::Set(set)) = from {
            PolicyErrors::unless_empty(set.tolerance_errors(&policy.source))?;
        }
        Ok(Registration::of_handler(policy, from, handler))
    }
}

#[cfg(test)]
mod tests {
    use super::super::companion::PolicyCell;
    use super::HandlerSource;

    static CELL: PolicyCell = PolicyCell::EMPTY;

    #[test]
    fn valid_text_is_compiled() {
        let keys = "origins https://app.example\nmax_age 600\n";
        let source = HandlerSource::of::<()>(1, "src/main.rs", 1, keys, &CELL);
        assert!(source.compile("app::handler").is_ok());
    }

    #[test]
    #[should_panic(
        expected = "app::handler: `origin https://app.example` is not a line of an attribute's text"
    )]
    fn an_unknown_key_is_refused() {
        let keys = "origin https://app.example\n";
        let source = HandlerSource::of::<()>(1, "src/main.rs", 1, keys, &CELL);
        let _ = source.compile("app::handler");
    }
}
