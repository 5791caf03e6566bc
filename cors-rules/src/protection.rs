//! The protection of an application, as plain data.

/// The origins of a `Protection` as the user wrote them, valid or not.
///
/// [`violations`](Self::violations) lists the rules that it breaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Protection<'a> {
    /// The origins under which browsers reach the server, each exact.
    pub own_origins: &'a [&'a str],
    /// The origins whose pages may send any request, as [`Pattern`](crate::Pattern)s.
    pub trust: &'a [&'a str],
}

/// A list of a [`Protection`], named like the method that sets it.
///
/// It is apart from [`Key`](crate::Key), because the `#[cors]` attribute does not take these lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ProtectionKey {
    /// `own_origins`: the origins under which browsers reach the server.
    OwnOrigins,
    /// `trust`: the origins whose pages may send any request.
    Trust,
}

impl ProtectionKey {
    /// Every key, in the order in which a protection is checked.
    pub const ALL: [Self; 2] = [Self::OwnOrigins, Self::Trust];

    /// The key as messages print it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OwnOrigins => "own_origins",
            Self::Trust => "trust",
        }
    }
}

impl<'a> Protection<'a> {
    /// The entries of `key`.
    #[must_use]
    pub const fn list(&self, key: ProtectionKey) -> &'a [&'a str] {
        match key {
            ProtectionKey::OwnOrigins => self.own_origins,
            ProtectionKey::Trust => self.trust,
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;
    use alloc::vec::Vec;

    use super::{Protection, ProtectionKey};
    use crate::check::Place;
    use crate::key::Key;
    use crate::rule::Rule;

    const NONE: Protection<'_> = Protection {
        own_origins: &[],
        trust: &[],
    };

    fn rules(protection: &Protection<'_>) -> Vec<Rule> {
        let violations = protection.violations();
        violations
            .map(|(_, _, violation)| violation.rule())
            .collect()
    }

    #[test]
    fn own_origins_are_exact() {
        let table = [
            ("https://app.example", None),
            ("http://app.example:8080", None),
            ("http://[::1]:3000", None),
            ("*", Some(Rule::OwnOriginWildcard)),
            ("https://*.app.example", Some(Rule::OwnOriginWildcard)),
            ("http://localhost:*", Some(Rule::OwnOriginWildcard)),
            ("https://app.*", Some(Rule::OwnOriginWildcard)),
            ("tauri://localhost", Some(Rule::OwnOriginScheme)),
            ("null", Some(Rule::OriginNull)),
            ("app.example", Some(Rule::OriginWithoutScheme)),
            ("https://App.example", Some(Rule::OriginUpperCase)),
            ("https://app.example/", Some(Rule::OriginPath)),
            ("https://app.example:443", Some(Rule::PortDefault)),
        ];
        for (text, rule) in table {
            let own_origins = &[text];
            let protection = Protection {
                own_origins,
                ..NONE
            };
            assert_eq!(rules(&protection), Vec::from_iter(rule), "{text}");
        }
    }

    #[test]
    fn trusted_origins_follow_the_rules_for_credentials() {
        let table = [
            ("https://app.example", None),
            ("https://*.app.example:*", None),
            ("http://localhost:*", None),
            ("chrome-extension://abc", None),
            ("*", Some(Rule::TrustAnyOrigin)),
            ("http://app.example", Some(Rule::TrustInsecureOrigin)),
            ("http://*.app.example", Some(Rule::TrustInsecureOrigin)),
            #[cfg(feature = "public-suffix-list")]
            ("https://*.github.io", Some(Rule::TrustPublicSuffix)),
            ("https://*.com", Some(Rule::TrustPublicSuffix)),
            ("null", Some(Rule::OriginNull)),
            ("https://app.example/", Some(Rule::OriginPath)),
            ("https://app.*", Some(Rule::WildcardPosition)),
        ];
        for (text, rule) in table {
            let trust = &[text];
            let protection = Protection { trust, ..NONE };
            assert_eq!(rules(&protection), Vec::from_iter(rule), "{text}");
        }
    }

    #[test]
    fn violations_have_their_places() {
        let protection = Protection {
            own_origins: &["https://a.example", "*", "https://a.example"],
            trust: &["https://b.example", "https://b.example", "http://c.example"],
        };
        let found: Vec<_> = protection
            .violations()
            .map(|(key, place, violation)| (key, place, violation.rule()))
            .collect();
        assert_eq!(
            found,
            [
                (
                    ProtectionKey::OwnOrigins,
                    Place::Entry(1),
                    Rule::OwnOriginWildcard
                ),
                (
                    ProtectionKey::OwnOrigins,
                    Place::Entry(2),
                    Rule::OriginDuplicate
                ),
                (ProtectionKey::Trust, Place::Entry(1), Rule::OriginDuplicate),
                (
                    ProtectionKey::Trust,
                    Place::Entry(2),
                    Rule::TrustInsecureOrigin
                ),
            ]
        );
    }

    #[test]
    fn messages_name_the_correction() {
        let trust = &["http://app.example"];
        let protection = Protection { trust, ..NONE };
        let first = protection.violation(ProtectionKey::Trust, Place::FIRST);
        let (_, violation) = first.expect("a broken rule");
        assert_eq!(
            violation.to_string(),
            "`http://app.example` in `trust` is open to anyone on the network, who could then act \
             as the signed-in user\nhelp: write `\"https://app.example\"`"
        );
    }

    #[test]
    fn the_attribute_has_no_such_key() {
        for key in ProtectionKey::ALL {
            assert_eq!(Key::parse(key.as_str()), None, "{key:?}");
        }
    }

    #[test]
    fn checks_are_const() {
        const FIRST: bool = NONE
            .violation(ProtectionKey::OwnOrigins, Place::FIRST)
            .is_none();
        const { assert!(FIRST) };
    }
}
