//! The keys of the `#[cors]` attribute.

use crate::bytes::equal;

/// A key of the `#[cors]` attribute.
///
/// It can be matched exhaustively, because `cors-macros` must handle every key and is pinned to the
/// version of this crate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Key {
    /// `origins`: the origins that may call the handler.
    Origins,
    /// `dev_origins`: more origins, in debug builds only.
    DevOrigins,
    /// `methods`: the methods that the handler serves.
    Methods,
    /// `headers`: the request headers that a page may set.
    Headers,
    /// `expose_headers`: the response headers that a page may read.
    ExposeHeaders,
    /// `max_age`: the seconds for which a browser may cache a preflight.
    MaxAge,
    /// `credentials`: whether cookies may be sent.
    Credentials,
    /// `enforce`: whether requests of other origins are refused.
    Enforce,
    /// `dangerously_allow`: the rules that do not apply, see [`OptOut`](crate::OptOut).
    DangerouslyAllow,
    /// `policy`: a constant whose values the other keys override.
    Policy,
    /// `origins_from`: a source of origins that are known only at run time.
    OriginsFrom,
    /// `state`: the type of the router's state, for the function of `origins_from`.
    State,
    /// `crate`: the path of the crate `cors-runtime`.
    Crate,
}

impl Key {
    /// Every key, in the order in which messages list them.
    pub const ALL: [Self; 13] = [
        Self::Origins,
        Self::DevOrigins,
        Self::Methods,
        Self::Headers,
        Self::ExposeHeaders,
        Self::MaxAge,
        Self::Credentials,
        Self::Enforce,
        Self::DangerouslyAllow,
        Self::Policy,
        Self::OriginsFrom,
        Self::State,
        Self::Crate,
    ];

    /// The keys whose value is a list of strings, or of methods.
    pub const LISTS: [Self; 5] = [
        Self::Origins,
        Self::DevOrigins,
        Self::Methods,
        Self::Headers,
        Self::ExposeHeaders,
    ];

    /// The key as users write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Origins => "origins",
            Self::DevOrigins => "dev_origins",
            Self::Methods => "methods",
            Self::Headers => "headers",
            Self::ExposeHeaders => "expose_headers",
            Self::MaxAge => "max_age",
            Self::Credentials => "credentials",
            Self::Enforce => "enforce",
            Self::DangerouslyAllow => "dangerously_allow",
            Self::Policy => "policy",
            Self::OriginsFrom => "origins_from",
            Self::State => "state",
            Self::Crate => "crate",
        }
    }

    /// Finds the key of that name, or returns `None`. Keys are case-sensitive.
    #[must_use]
    pub const fn parse(name: &str) -> Option<Self> {
        let mut i = 0;
        while i < Self::ALL.len() {
            if equal(Self::ALL[i].as_str().as_bytes(), name.as_bytes()) {
                return Some(Self::ALL[i]);
            }
            i += 1;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::Key;

    #[test]
    fn every_key_is_parsed_from_its_name() {
        for key in Key::ALL {
            assert_eq!(Key::parse(key.as_str()), Some(key));
        }
    }

    #[test]
    fn unknown_keys_are_not_parsed() {
        for name in ["", "origin", "Origins", "origins ", "insecure_origins"] {
            assert_eq!(Key::parse(name), None, "{name:?}");
        }
    }
}
