//! The methods that a handler can serve.

/// A method that axum routes and browsers send.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Method {
    /// `GET`; its handler also serves HEAD, unless another one does.
    Get,
    /// `HEAD`.
    Head,
    /// `POST`.
    Post,
    /// `PUT`.
    Put,
    /// `PATCH`.
    Patch,
    /// `DELETE`.
    Delete,
    /// `OPTIONS`; preflights never reach the handler.
    Options,
}

impl Method {
    /// Every method, in the order in which messages list them.
    pub const ALL: &'static [Self] = &[
        Self::Get,
        Self::Head,
        Self::Post,
        Self::Put,
        Self::Patch,
        Self::Delete,
        Self::Options,
    ];

    /// The method as it stands in a request.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
            Self::Options => "OPTIONS",
        }
    }

    /// The method of that name; methods are case-sensitive
    /// ([RFC 9110, section 9.1](https://www.rfc-editor.org/rfc/rfc9110#section-9.1)).
    #[must_use]
    pub const fn parse(name: &[u8]) -> Option<Self> {
        match name {
            b"GET" => Some(Self::Get),
            b"HEAD" => Some(Self::Head),
            b"POST" => Some(Self::Post),
            b"PUT" => Some(Self::Put),
            b"PATCH" => Some(Self::Patch),
            b"DELETE" => Some(Self::Delete),
            b"OPTIONS" => Some(Self::Options),
            _ => None,
        }
    }

    /// One bit, by the method's place in [`ALL`](Self::ALL), for sets of methods.
    #[must_use]
    pub const fn bit(self) -> u8 {
        1 << self as u8
    }
}
