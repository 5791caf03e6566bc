//! The attribute of a handler, as its companion carries it: compiled into a policy when the handler is
//! registered.

use cors_rules::Method;
use cors_rules::source::Source;

use super::companion::{Companion, MakeOriginsFrom};
use super::methods::Methods;
use crate::errors::PolicyErrors;
use crate::origins::OriginsFrom;
use crate::policy::{HandlerLocation, Policy, Registration};

/// The constants of a [`Companion`].
#[derive(Clone, Copy, Debug)]
pub(super) struct HandlerSource {
    text: &'static str,
    methods: Methods,
    policy: Option<&'static Policy<'static>>,
    from: MakeOriginsFrom,
    web_socket: bool,
}

impl HandlerSource {
    pub(super) const fn of<C: Companion>() -> Self {
        Self {
            text: C::TEXT,
            methods: C::METHODS,
            policy: C::POLICY,
            from: C::ORIGINS_FROM,
            web_socket: C::WEB_SOCKET,
        }
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
    /// If the text is not in the format of this version. That cannot happen through Cargo, because
    /// `cors-macros`, `cors-rules` and this crate require exactly the same version of each other.
    pub(crate) fn compile(&self, handler: &'static str) -> Result<Registration, PolicyErrors> {
        let (file, line, keys) = self.parts().expect("generated text is in this format");
        let location = HandlerLocation {
            path: handler,
            file,
            line,
        };
        if let Some(policy) = self.policy {
            return self.compiled(policy, location);
        }
        let source = match Source::read(keys) {
            Ok(source) => source,
            Err(error) => panic!("{handler}: {error}"),
        };
        let policy = Policy {
            source: source.policy(),
            from: None,
        };
        self.compiled(&policy, location)
    }

    /// The file, the line and the keys of the text `8 12 src/main.rs` with the keys in further lines.
    fn parts(&self) -> Option<(&'static str, u32, &'static str)> {
        let (place, keys) = self.text.split_once('\n')?;
        let (_methods, place) = place.split_once(' ')?;
        let (line, file) = place.split_once(' ')?;
        Some((file, line.parse().ok()?, keys))
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
    use super::super::methods::Methods;
    use super::HandlerSource;

    fn source(text: &'static str) -> HandlerSource {
        HandlerSource {
            text,
            methods: Methods::of_text(text),
            policy: None,
            from: None,
            web_socket: false,
        }
    }

    #[test]
    fn valid_text_is_compiled() {
        let text = "65 12 src/my main.rs\norigins https://app.example\nmax_age 600\n";
        let source = source(text);
        assert_eq!(source.methods(), Methods(65));
        let registration = source.compile("app::handler");
        let registration = registration.expect("the policy keeps the rules");
        let location = registration.location();
        assert_eq!((location.file, location.line), ("src/my main.rs", 12));
    }

    #[test]
    #[should_panic(
        expected = "app::handler: `origin https://app.example` is not a line of an attribute's text"
    )]
    fn an_unknown_key_is_refused() {
        let source = source("1 1 src/main.rs\norigin https://app.example\n");
        let _ = source.compile("app::handler");
    }
}
