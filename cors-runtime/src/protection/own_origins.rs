//! The server's own origins.

use cors_rules::Origin;
use http::HeaderValue;

use crate::head::{Head, Target};
use crate::header_value::shared_value;
use crate::origins::{OriginList, OriginSet};

/// The origins of the server's own pages.
#[derive(Debug)]
pub(crate) enum OwnOrigins {
    /// The origin of each request's target, as far as that is known: host and port.
    OfTarget,
    Configured(ConfiguredOrigins),
}

/// Own origins that the user has configured.
#[derive(Debug)]
pub(crate) struct ConfiguredOrigins {
    exact: Vec<String>,
    list: OriginList,
    set: Option<&'static OriginSet>,
}

impl OwnOrigins {
    /// `exact` have passed the rules. Without any there is no configuration.
    pub(super) fn new(exact: &[&str], set: Option<&'static OriginSet>) -> Self {
        if exact.is_empty() && set.is_none() {
            return Self::OfTarget;
        }
        Self::Configured(ConfiguredOrigins {
            exact: exact.iter().map(|&origin| origin.to_owned()).collect(),
            list: OriginList::new(exact.iter().copied(), shared_value),
            set,
        })
    }

    /// Whether the server has the host and the port of a request's target. Without a configuration
    /// it has all.
    pub(crate) fn serve(&self, head: &Head<'_>) -> bool {
        match self {
            Self::OfTarget => true,
            Self::Configured(own) => head.target().is_some_and(|target| own.serve(target)),
        }
    }
}

impl ConfiguredOrigins {
    pub(crate) fn contains(&self, origin: &HeaderValue) -> bool {
        let origin = origin.as_bytes();
        self.list.contains(origin) || self.set.is_some_and(|set| set.allows_bytes(origin))
    }

    fn serve(&self, target: Target<'_>) -> bool {
        let exact = self.exact.iter();
        let mut exact = exact.filter_map(|origin| Origin::parse(origin.as_bytes()));
        exact.any(|own| target.is_of(&own)) || self.set.is_some_and(|set| is_in(set, target))
    }
}

/// Whether a set has an origin of this host and port, with either scheme.
fn is_in(set: &OriginSet, target: Target<'_>) -> bool {
    target
        .web_origins()
        .into_iter()
        .flatten()
        .any(|origin| set.contains(&origin))
}
