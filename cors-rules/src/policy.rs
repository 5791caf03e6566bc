//! The policy of one handler, as plain data, and the walk through what is wrong with it.

use crate::check;
use crate::violation::Violation;

/// What a handler allows, as it was written. `cors-runtime` makes of it what a request is answered
/// from, and [`violation`](Self::violation) says which rules it breaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Policy<'a> {
    /// The origins whose pages may call the handler, as [`Pattern`](crate::Pattern)s; or `"*"`
    /// alone for every origin.
    pub origins: &'a [&'a str],
    /// More origins, while developing.
    pub dev_origins: &'a [&'a str],
    /// Whether still more origins are known only when the program runs.
    pub origins_from: bool,
    /// The methods that it serves.
    pub methods: &'a [&'a str],
    /// The request headers that pages may set, in any case; `"*"` for every one but
    /// `authorization`.
    pub headers: &'a [&'a str],
    /// The response headers that they may read beyond the safelisted ones, in any case; `"*"` for
    /// every one.
    pub expose_headers: &'a [&'a str],
    /// For how many seconds a browser may remember a preflight, 0 to 86400. `None` sends nothing,
    /// which browsers take for 5.
    pub max_age: Option<u32>,
    /// Whether cookies, TLS client certificates and HTTP authentication may be sent.
    pub credentials: bool,
    /// Whether requests from other origins are refused, instead of their responses hidden.
    pub enforce: bool,
    /// Which rules about credentials don't hold.
    pub tolerance: Tolerance,
}

/// What `dangerously_allow(..)` lets through.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tolerance {
    /// `http://` origins on other machines, with credentials.
    pub insecure_origins: bool,
    /// Wildcards right below a public suffix, with credentials.
    pub public_suffixes: bool,
}

impl Tolerance {
    /// Every rule holds.
    pub const NONE: Self = Self {
        insecure_origins: false,
        public_suffixes: false,
    };
}

/// A part of a policy, by its key in the attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Key {
    /// `origins`.
    Origins,
    /// `dev_origins`.
    DevOrigins,
    /// `origins_from`.
    OriginsFrom,
    /// `methods`.
    Methods,
    /// `headers`.
    Headers,
    /// `expose_headers`.
    ExposeHeaders,
    /// `max_age`.
    MaxAge,
    /// `enforce`.
    Enforce,
}

impl Key {
    /// Every key, in the order in which a policy is checked.
    pub const ALL: &'static [Self] = &[
        Self::Origins,
        Self::DevOrigins,
        Self::OriginsFrom,
        Self::Methods,
        Self::Headers,
        Self::ExposeHeaders,
        Self::MaxAge,
        Self::Enforce,
    ];

    /// The key as it is written.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Origins => "origins",
            Self::DevOrigins => "dev_origins",
            Self::OriginsFrom => "origins_from",
            Self::Methods => "methods",
            Self::Headers => "headers",
            Self::ExposeHeaders => "expose_headers",
            Self::MaxAge => "max_age",
            Self::Enforce => "enforce",
        }
    }
}

/// Where in a policy a rule is broken: by the value of a key as a whole, or by one entry of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Place {
    /// The whole value.
    Whole,
    /// The entry at this index of the list, from 0.
    Entry(usize),
}

impl Place {
    /// Where a walk begins.
    pub const FIRST: Self = Self::Whole;

    /// The place after this one.
    #[must_use]
    pub const fn next(self) -> Self {
        match self {
            Self::Whole => Self::Entry(0),
            Self::Entry(index) => Self::Entry(index + 1),
        }
    }
}

impl<'a> Policy<'a> {
    /// The first rule that is broken in the value of `key`, at `from` or after it.
    #[must_use]
    pub const fn violation(&self, key: Key, from: Place) -> Option<(Place, Violation<'a>)> {
        let mut place = from;
        loop {
            let violation = match place {
                Place::Whole => self.violation_of_whole(key),
                Place::Entry(index) if index < self.list(key).len() => {
                    self.violation_of_entry(key, index)
                }
                Place::Entry(_) => return None,
            };
            if let Some(violation) = violation {
                return Some((place, violation));
            }
            place = place.next();
        }
    }

    /// Every broken rule with its place.
    pub fn violations(&self) -> impl Iterator<Item = (Key, Place, Violation<'a>)> {
        Key::ALL.iter().flat_map(move |&key| {
            let mut from = Place::FIRST;
            core::iter::from_fn(move || {
                let (place, violation) = self.violation(key, from)?;
                from = place.next();
                Some((key, place, violation))
            })
        })
    }

    const fn list(&self, key: Key) -> &'a [&'a str] {
        match key {
            Key::Origins => self.origins,
            Key::DevOrigins => self.dev_origins,
            Key::Methods => self.methods,
            Key::Headers => self.headers,
            Key::ExposeHeaders => self.expose_headers,
            Key::OriginsFrom | Key::MaxAge | Key::Enforce => &[],
        }
    }

    const fn violation_of_whole(&self, key: Key) -> Option<Violation<'a>> {
        match key {
            Key::Origins => check::origins(self),
            Key::Methods => check::methods(self),
            Key::MaxAge => check::max_age(self),
            Key::Enforce => check::enforce(self),
            Key::DevOrigins | Key::OriginsFrom | Key::Headers | Key::ExposeHeaders => None,
        }
    }

    const fn violation_of_entry(&self, key: Key, index: usize) -> Option<Violation<'a>> {
        match key {
            Key::Origins => check::origin(self, index),
            Key::DevOrigins => check::origin(self, self.origins.len() + index),
            Key::Methods => check::method(self.methods, index),
            Key::Headers => check::header(self, index),
            Key::ExposeHeaders => check::exposed_header(self, index),
            Key::OriginsFrom | Key::MaxAge | Key::Enforce => None,
        }
    }
}
