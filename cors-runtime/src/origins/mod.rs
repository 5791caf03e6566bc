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

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

use cors_rules::Origin;
use http::HeaderValue;
use http::request::Parts;

pub(crate) use self::list::OriginList;
#[cfg(feature = "axum")]
pub(crate) use self::predicate::{AnyState, State, StateType, Undecided};
#[cfg(feature = "serde")]
pub(crate) use self::set::words;
pub(crate) use self::source::{HeadPredicate, PolicySource};
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
    Allows,
    Denies,
}

impl From<bool> for Predicate {
    fn from(allows: bool) -> Self {
        if allows { Self::Allows } else { Self::Denies }
    }
}

/// The reason for which a predicate could not decide. `Display` prints it as the rest of a sentence
/// about the predicate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Failure {
    /// The extractor of this type rejected the request.
    #[cfg(feature = "axum")]
    Extractor(&'static str),
    /// The predicate returned an error.
    #[cfg(feature = "axum")]
    Error,
    /// The predicate panicked.
    Panic,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            #[cfg(feature = "axum")]
            Self::Extractor(name) => write!(f, "its extractor `{name}` rejected the request"),
            #[cfg(feature = "axum")]
            Self::Error => f.write_str("it returned an error"),
            Self::Panic => f.write_str("it panicked"),
        }
    }
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
            Self::Several(list, from) => match (list.find(origin.as_bytes()), from, predicate) {
                // An origin that matches a pattern and is not valid is not allowed by another source
                // either.
                (Some(entry), ..) => entry.grant(origin),
                (None, Some(OriginsFrom::Set(set)), _) => {
                    let is_allowed = set.allows_bytes(origin.as_bytes());
                    is_allowed.then(|| origin.clone())
                }
                (None, Some(_), Predicate::Allows) => Some(origin.clone()),
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

    /// Whether a predicate has to be called.
    pub(crate) fn has_predicate(&self) -> bool {
        let has_set = matches!(self, Self::Several(_, Some(OriginsFrom::Set(_))));
        self.source().is_some() && !has_set
    }

    /// Whether a predicate has to be called that needs only the head of a request.
    pub(crate) fn has_head_predicate(&self) -> bool {
        matches!(self, Self::Several(_, Some(OriginsFrom::Head(_))))
    }

    /// The source of more origins, in words.
    pub(crate) fn source(&self) -> Option<&'static str> {
        match self {
            Self::Several(_, Some(source)) => Some(source.as_str()),
            _ => None,
        }
    }

    /// The name of the set that is the source of more origins.
    pub(crate) fn set_name(&self) -> Option<&'static str> {
        match self {
            Self::Several(_, Some(OriginsFrom::Set(set))) => set.name(),
            _ => None,
        }
    }

    /// Evaluates a predicate that needs only the head of the request. The result is `Denies`, without a
    /// call, where [`undecided`] returns `None`.
    ///
    /// # Errors
    ///
    /// Fails if the predicate panics.
    pub(crate) fn evaluate_head(&self, request: &Parts) -> Result<Predicate, Failure> {
        let Self::Several(list, Some(OriginsFrom::Head(predicate))) = self else {
            return Ok(Predicate::Denies);
        };
        let value = undecided(list, request);
        let Some(origin) = value.and_then(|value| Origin::parse(value.as_bytes())) else {
            return Ok(Predicate::Denies);
        };
        let call = AssertUnwindSafe(|| predicate(&origin, request));
        catch_unwind(call)
            .map(Predicate::from)
            .map_err(|_| Failure::Panic)
    }
}

/// The origin of a request that only a predicate can allow. `None` if the list has it, and if it is the
/// server's own.
fn undecided<'a>(list: &OriginList, request: &'a Parts) -> Option<&'a HeaderValue> {
    let head = Head::of_parts(request);
    // Without `Sec-Fetch-Site` the schemes may differ, and the page then needs the predicate.
    if request.headers.contains_key("sec-fetch-site") && head.is_same_origin() {
        return None;
    }
    head.origin()
        .filter(|value| list.find(value.as_bytes()).is_none())
}

#[cfg(feature = "axum")]
impl AllowedOrigins {
    /// Whether a predicate has to be called that may wait, or extract from the request.
    pub(crate) fn has_function(&self) -> bool {
        matches!(self, Self::Several(_, Some(OriginsFrom::Function(_))))
    }

    /// The type of the state that the predicate extracts from.
    pub(crate) fn state(&self) -> Option<StateType> {
        match self {
            Self::Several(_, Some(OriginsFrom::Function(function))) => function.state(),
            _ => None,
        }
    }

    /// Evaluates the function of the policy. The result is `Denies`, without a call of the function,
    /// where [`undecided`] returns `None`. Extractors may change the request.
    ///
    /// # Errors
    ///
    /// Fails if an extractor rejects the request, and if the function returns an error or panics.
    pub(crate) async fn evaluate(
        &self,
        request: &mut Parts,
        state: &AnyState,
    ) -> Result<Predicate, Box<Undecided>> {
        let Self::Several(list, Some(OriginsFrom::Function(function))) = self else {
            return Ok(Predicate::Denies);
        };
        // A clone shares the bytes, and leaves the request to the extractors.
        let value = undecided(list, request).cloned();
        let value = value.as_ref().map(HeaderValue::as_bytes);
        let Some(origin) = value.and_then(Origin::parse) else {
            return Ok(Predicate::Denies);
        };
        function
            .call(&origin, request, state)
            .await
            .map(Predicate::from)
    }
}
