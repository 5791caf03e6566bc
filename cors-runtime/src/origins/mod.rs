//! The allowed origins of a policy: a list, a set that changes, a predicate.

mod list;
#[cfg(feature = "axum")]
mod named;
#[cfg(feature = "axum")]
mod predicate;
mod set;
mod source;

#[cfg(feature = "axum")]
pub use self::named::{OriginSource, origins_from};
pub use self::set::OriginSet;
pub use self::source::OriginsFrom;

#[cfg(feature = "axum")]
use cors_rules::Origin;
use http::HeaderValue;
#[cfg(feature = "axum")]
use http::request::Parts;

pub(crate) use self::list::OriginList;
#[cfg(feature = "axum")]
use self::predicate::Panicked;
#[cfg(feature = "axum")]
use crate::head::Head;
use crate::header_value::MakeValue;

#[allow(
    clippy::declare_interior_mutable_const,
    reason = "the bytes of a header's value never change"
)]
const ANY: HeaderValue = HeaderValue::from_static("*");

/// The origins that one policy allows.
#[derive(Debug)]
pub(crate) enum AllowedOrigins {
    /// `*` or one origin: allow-origin is the same in every response.
    Fixed(HeaderValue),
    /// Several origins, a pattern or a source of more: allow-origin depends on the request.
    Several(OriginList, Option<OriginsFrom>),
}

/// The result of the user's predicate for the origin of one request. `Denies` where there is no
/// predicate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Predicate {
    #[cfg(feature = "axum")]
    Allows,
    Denies,
}

impl AllowedOrigins {
    /// `texts` have passed the rules.
    pub(crate) fn new<'a>(
        texts: impl Iterator<Item = &'a str> + Clone,
        from: Option<OriginsFrom>,
        make: MakeValue,
    ) -> Self {
        if texts.clone().any(|text| text == "*") {
            return Self::Fixed(ANY);
        }
        let list = OriginList::new(texts, make);
        match (list.only(), &from) {
            (Some(one), None) => Self::Fixed(one),
            _ => Self::Several(list, from),
        }
    }

    /// The value of `Access-Control-Allow-Origin` for a request from `origin`; `None` where that is
    /// not allowed.
    #[inline]
    pub(crate) fn grant(&self, origin: &HeaderValue, predicate: Predicate) -> Option<HeaderValue> {
        match self {
            Self::Fixed(fixed) => (fixed == ANY || fixed == origin).then(|| fixed.clone()),
            Self::Several(list, from) => match (list.find(origin), from, predicate) {
                // An origin that matches a pattern and is not valid is not allowed by another source
                // either.
                (Some(entry), ..) => entry.grant(origin),
                (None, Some(OriginsFrom::Set(set)), _) => {
                    set.allows(origin).then(|| origin.clone())
                }
                #[cfg(feature = "axum")]
                (None, Some(OriginsFrom::Function(_)), Predicate::Allows) => Some(origin.clone()),
                (None, ..) => None,
            },
        }
    }

    /// The value that every response carries; `None` where it depends on the request.
    pub(crate) fn fixed(&self) -> Option<&HeaderValue> {
        match self {
            Self::Fixed(value) => Some(value),
            Self::Several(..) => None,
        }
    }

    /// Whether the value is `*`.
    pub(crate) fn is_any(&self) -> bool {
        self.fixed().is_some_and(|value| value == ANY)
    }

    /// Whether a function of the user's has to be called.
    #[cfg(feature = "axum")]
    pub(crate) fn has_predicate(&self) -> bool {
        matches!(self, Self::Several(_, Some(OriginsFrom::Function(_))))
    }

    /// The source of more origins, in words.
    pub(crate) fn source(&self) -> Option<&'static str> {
        match self {
            Self::Several(_, Some(OriginsFrom::Set(_))) => Some("a set"),
            #[cfg(feature = "axum")]
            Self::Several(_, Some(OriginsFrom::Function(_))) => Some("a function"),
            _ => None,
        }
    }
}

#[cfg(feature = "axum")]
impl AllowedOrigins {
    /// Evaluates the user's predicate for the origin of a request. The result is `Denies`, without a
    /// call of the predicate, if the list has the origin, if the origin is not valid, and if it is the
    /// server's own.
    ///
    /// # Errors
    ///
    /// Fails if the predicate panics.
    pub(crate) async fn evaluate(&self, request: &Parts) -> Result<Predicate, Panicked> {
        let Self::Several(list, Some(OriginsFrom::Function(function))) = self else {
            return Ok(Predicate::Denies);
        };
        let head = Head::of_parts(request);
        // Without `Sec-Fetch-Site` the schemes may differ, and the page then needs the predicate.
        if request.headers.contains_key("sec-fetch-site") && head.is_same_origin() {
            return Ok(Predicate::Denies);
        }
        let unlisted = head.origin().filter(|value| list.find(value).is_none());
        let Some(origin) = unlisted.and_then(|value| Origin::parse(value.as_bytes())) else {
            return Ok(Predicate::Denies);
        };
        Ok(if predicate::call(function, &origin, request).await? {
            Predicate::Allows
        } else {
            Predicate::Denies
        })
    }
}
