//! The export to one edge.

use std::fmt;
use std::str::FromStr;

use crate::caddy;
use crate::envoy;
use crate::gateway_api;
use crate::haproxy;
use crate::nginx;
use crate::options::Options;
use crate::plan::{Hosts, plan};
use crate::policy::resolve;
use crate::refusal::Refusal;
use crate::table::Table;

/// A program at the edge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Edge {
    /// A whole Caddyfile.
    Caddy,
    /// A whole static configuration of Envoy.
    Envoy,
    /// Routes of the Kubernetes Gateway API, since version 1.5.
    GatewayApi,
    /// A whole configuration of HAProxy.
    HaProxy,
    /// A whole configuration of nginx.
    Nginx,
}

/// Writes the configuration of an edge. A comment of each rule names the handler with its file and line.
///
/// # Errors
///
/// Everything that the edge cannot have exactly, all at once. Nothing is approximated.
pub fn export(edge: Edge, table: &Table, options: &Options) -> Result<String, Vec<Refusal>> {
    let paths = resolve(table, options)?;
    match edge {
        Edge::Caddy => caddy::write(&plan(&paths, Hosts::Compared), options),
        Edge::Envoy => envoy::write(&plan(&paths, Hosts::Left), options),
        Edge::GatewayApi => gateway_api::write(&paths, options),
        Edge::HaProxy => haproxy::write(&plan(&paths, Hosts::Compared), options),
        Edge::Nginx => nginx::write(&plan(&paths, Hosts::Compared), options),
    }
}

impl Edge {
    /// Every edge.
    pub const ALL: &'static [Self] = &[
        Self::Caddy,
        Self::Envoy,
        Self::GatewayApi,
        Self::HaProxy,
        Self::Nginx,
    ];

    /// The settings of an export that has none of its own.
    #[must_use]
    pub fn options(self) -> Options {
        let options = Options::default();
        match self {
            Self::GatewayApi => Options {
                upstream: "application:80".to_owned(),
                listen: "gateway".to_owned(),
                ..options
            },
            _ => options,
        }
    }

    /// The name on the command line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Caddy => "caddy",
            Self::Envoy => "envoy",
            Self::GatewayApi => "gateway-api",
            Self::HaProxy => "haproxy",
            Self::Nginx => "nginx",
        }
    }
}

impl fmt::Display for Edge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Edge {
    type Err = String;

    /// Finds the edge of this name.
    fn from_str(name: &str) -> Result<Self, String> {
        let found = Self::ALL.iter().find(|edge| edge.as_str() == name);
        found.copied().ok_or_else(|| {
            let names: Vec<&str> = Self::ALL.iter().map(|edge| edge.as_str()).collect();
            format!(
                "`{name}` is no edge\nhelp: write one of {}",
                names.join(", ")
            )
        })
    }
}
