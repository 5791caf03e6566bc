//! What the attribute of a handler says, as generated code carries it: text, which costs the
//! compiler next to nothing, and is made into a policy when the handler is registered.

use cors_rules::{Method, Tolerance};

use crate::compiled::CompiledPolicy;
use crate::described::Handler;
use crate::errors::PolicyErrors;
use crate::origins_from::OriginsFrom;
use crate::policy::Policy;

/// One attribute.
#[derive(Clone, Copy, Debug)]
#[must_use]
pub struct HandlerSource {
    methods: Methods,
    file: &'static str,
    line: u32,
    /// A key on each line, with its values behind it: `origins https://a.example https://b.example`.
    /// No value that keeps the rules has white space in it.
    keys: &'static str,
    /// In place of `keys`, where the attribute names constants.
    policy: Option<&'static Policy<'static>>,
    /// For the sources that a constant can't hold.
    from: Option<fn() -> OriginsFrom>,
}

/// The methods of a handler: a bit for each of them, by its place in [`Method::ALL`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Methods(pub u8);

impl Methods {
    /// The methods of a policy that keeps the rules.
    #[must_use]
    pub const fn of(policy: &Policy<'_>) -> Self {
        let mut methods = Self(0);
        let mut i = 0;
        while i < policy.written.methods.len() {
            // What isn't a method is an error elsewhere.
            if let Some(method) = Method::parse(policy.written.methods[i].as_bytes()) {
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

    /// The first method that stands in both.
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
    pub const fn new(methods: Methods, file: &'static str, line: u32, keys: &'static str) -> Self {
        Self {
            methods,
            file,
            line,
            keys,
            policy: None,
            from: None,
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

    pub(crate) const fn methods(&self) -> Methods {
        self.methods
    }

    /// The policy of the handler whose path is `handler`.
    ///
    /// # Errors
    ///
    /// What the compiler couldn't know.
    pub(crate) fn compile(&self, handler: &'static str) -> Result<CompiledPolicy, PolicyErrors> {
        let handler = Handler {
            path: handler,
            file: self.file,
            line: self.line,
        };
        match self.policy {
            Some(policy) => self.compiled(policy, handler),
            None => Keys::read(self.keys).with_policy(|policy| self.compiled(policy, handler)),
        }
    }

    fn compiled(
        &self,
        policy: &Policy<'_>,
        handler: Handler,
    ) -> Result<CompiledPolicy, PolicyErrors> {
        let from = match self.from {
            Some(from) => Some(from()),
            None => policy.set.map(OriginsFrom::Set),
        };
        if let Some(OriginsFrom::Set(set)) = from {
            PolicyErrors::unless_empty(set.intolerable(&policy.written))?;
        }
        Ok(CompiledPolicy::of_handler(policy, from, handler))
    }
}

/// The keys of an attribute.
#[derive(Default)]
struct Keys {
    origins: Vec<&'static str>,
    dev_origins: Vec<&'static str>,
    headers: Vec<&'static str>,
    expose_headers: Vec<&'static str>,
    max_age: Option<u32>,
    credentials: bool,
    enforce: bool,
    tolerance: Tolerance,
}

impl Keys {
    fn read(text: &'static str) -> Self {
        let mut keys = Self::default();
        for line in text.lines() {
            let mut words = line.split(' ');
            match words.next().unwrap_or_default() {
                "origins" => keys.origins.extend(words),
                "dev_origins" => keys.dev_origins.extend(words),
                "headers" => keys.headers.extend(words),
                "expose_headers" => keys.expose_headers.extend(words),
                "max_age" => keys.max_age = words.next().and_then(|word| word.parse().ok()),
                "credentials" => keys.credentials = true,
                "enforce" => keys.enforce = true,
                "insecure_origins" => keys.tolerance.insecure_origins = true,
                "public_suffixes" => keys.tolerance.public_suffixes = true,
                _ => {}
            }
        }
        keys
    }

    fn with_policy<T>(&self, then: impl FnOnce(&Policy<'_>) -> T) -> T {
        let mut policy = Policy::new(&self.origins)
            .__dev_origins(&self.dev_origins)
            .headers(&self.headers)
            .expose_headers(&self.expose_headers);
        policy.written.max_age = self.max_age;
        policy.written.credentials = self.credentials;
        policy.written.enforce = self.enforce;
        policy.written.tolerance = self.tolerance;
        then(&policy)
    }
}
