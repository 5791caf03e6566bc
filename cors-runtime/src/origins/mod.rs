//! Whose pages a policy allows.

pub(crate) mod list;
pub(crate) mod set;
pub(crate) mod source;

use http::HeaderValue;

use crate::header_value::Make;
use crate::origins::list::OriginList;
use crate::origins::source::OriginsFrom;
use crate::policy::Policy;

#[allow(
    clippy::declare_interior_mutable_const,
    reason = "the bytes of a header's value never change"
)]
const ANY: HeaderValue = HeaderValue::from_static("*");

/// The origins of one policy.
#[derive(Debug)]
pub(crate) enum AllowedOrigins {
    /// `*`, or one origin: the answer is the same for everyone.
    Fixed(HeaderValue),
    /// Several origins or a pattern, or a source of more: the answer depends on who asks.
    Several(OriginList, Option<OriginsFrom>),
}

/// Whether a function of the user's said yes to the origin of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Vouched {
    Yes,
    No,
}

impl AllowedOrigins {
    /// `policy` has kept the rules.
    pub(crate) fn new(policy: &Policy<'_>, from: Option<OriginsFrom>, make: Make) -> Self {
        let texts = || {
            let written = &policy.written;
            written.origins.iter().chain(written.dev_origins).copied()
        };
        if texts().any(|text| text == "*") {
            return Self::Fixed(ANY);
        }
        let list = OriginList::new(texts(), make);
        match (list.only(), &from) {
            (Some(one), None) => Self::Fixed(one),
            _ => Self::Several(list, from),
        }
    }

    /// The value of `Access-Control-Allow-Origin` for a request that came from `origin`, `None`
    /// where it isn't allowed.
    #[inline]
    pub(crate) fn grant(&self, origin: &HeaderValue, vouched: Vouched) -> Option<HeaderValue> {
        match self {
            Self::Fixed(fixed) => (fixed == ANY || fixed == origin).then(|| fixed.clone()),
            Self::Several(list, from) => list.grant(origin).or_else(|| {
                let is_allowed = match from {
                    Some(OriginsFrom::Set(set)) => set.allows(origin),
                    Some(OriginsFrom::Function(_)) => vouched == Vouched::Yes,
                    None => false,
                };
                is_allowed.then(|| origin.clone())
            }),
        }
    }

    /// The value that every response carries, where it doesn't depend on the request.
    pub(crate) fn fixed(&self) -> Option<&HeaderValue> {
        match self {
            Self::Fixed(value) => Some(value),
            Self::Several(..) => None,
        }
    }

    /// Whether a function of the user's has to be asked.
    pub(crate) fn asks(&self) -> bool {
        matches!(self, Self::Several(_, Some(OriginsFrom::Function(_))))
    }
}
