//! The keys of a policy.

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
