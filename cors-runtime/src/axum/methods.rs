//! The methods of a handler, as a set that const evaluation can compare.

use cors_rules::Method;

use crate::policy::Policy;

/// A set of methods: the sum of their [bits](Method::bit).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Methods(pub u8);

impl Methods {
    /// The methods of a policy, if there is one. Invalid ones are left out.
    #[must_use]
    pub const fn of(policy: Option<&Policy<'_>>) -> Self {
        let mut methods = Self(0);
        let Some(policy) = policy else {
            return methods;
        };
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

    /// The methods at the beginning of a text: the sum of their bits, up to a space.
    pub(super) const fn of_text(text: &str) -> Self {
        let text = text.as_bytes();
        let mut methods = 0;
        let mut i = 0;
        while i < text.len() && text[i].is_ascii_digit() {
            methods = 10 * methods + (text[i] - b'0');
            i += 1;
        }
        Self(methods)
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
