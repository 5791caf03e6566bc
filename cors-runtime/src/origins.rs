//! Whose pages a policy allows.

use http::HeaderValue;

use crate::origin_list::OriginList;
use crate::origins_from::OriginsFrom;
use crate::policy::Policy;

/// The origins of one policy.
#[derive(Debug)]
pub(crate) enum AllowedOrigins {
    /// `*`: the answer is `*` for everyone.
    Any,
    /// One origin, so the answer is the same for everyone.
    One(HeaderValue),
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
    pub(crate) fn new(policy: &Policy<'_>, from: Option<OriginsFrom>) -> Self {
        let texts = || {
            let written = &policy.written;
            written.origins.iter().chain(written.dev_origins).copied()
        };
        if texts().any(|text| text == "*") {
            return Self::Any;
        }
        let list = OriginList::new(texts());
        match (list.only(), &from) {
            (Some(one), None) => Self::One(one),
            _ => Self::Several(list, from),
        }
    }

    /// The value of `Access-Control-Allow-Origin` for a request that came from `origin`, `None`
    /// where it isn't allowed.
    pub(crate) fn grant(&self, origin: &HeaderValue, vouched: Vouched) -> Option<HeaderValue> {
        match self {
            Self::Any => Some(HeaderValue::from_static("*")),
            Self::One(one) => (one == origin).then(|| one.clone()),
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
    pub(crate) fn fixed(&self) -> Option<HeaderValue> {
        match self {
            Self::Any => Some(HeaderValue::from_static("*")),
            Self::One(one) => Some(one.clone()),
            Self::Several(..) => None,
        }
    }

    /// Whether a function of the user's has to be asked.
    pub(crate) fn asks(&self) -> bool {
        matches!(self, Self::Several(_, Some(OriginsFrom::Function(_))))
    }
}
