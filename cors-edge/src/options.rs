//! The settings of an export.

use std::collections::BTreeMap;
use std::fmt;
use std::net::{IpAddr, Ipv6Addr};

use crate::difference::Difference;
use crate::refusal::Refusal;

/// The settings of an export.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Options {
    /// The application, as `HOST:PORT`. For the Gateway API, the name and the port of its Service.
    pub upstream: String,
    /// The address of the edge, as `ADDRESS:PORT`. For the Gateway API, the name of the Gateway.
    pub listen: String,
    /// The origins of each set of the table, by the name of the set.
    pub sets: BTreeMap<String, Vec<String>>,
    /// The differences that are accepted. Only the Gateway API has some.
    pub accepted: Vec<Difference>,
}

impl Default for Options {
    /// The application on `127.0.0.1:3000` and the edge on `0.0.0.0:8000`, without sets.
    fn default() -> Self {
        Self {
            upstream: "127.0.0.1:3000".to_owned(),
            listen: "0.0.0.0:8000".to_owned(),
            sets: BTreeMap::new(),
            accepted: Vec::new(),
        }
    }
}

/// The addresses of the options.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Addresses {
    pub(crate) listen: Address,
    pub(crate) upstream: Address,
}

impl Addresses {
    /// Reads both addresses.
    pub(crate) fn of(options: &Options) -> Result<Self, Vec<Refusal>> {
        Self::read(options, Ok)
    }

    /// Reads both addresses, with another condition for the one to listen on.
    pub(crate) fn read(
        options: &Options,
        listens: impl FnOnce(Address) -> Result<Address, Refusal>,
    ) -> Result<Self, Vec<Refusal>> {
        let listen = Address::parse("listen", &options.listen).and_then(listens);
        let upstream = Address::parse("upstream", &options.upstream);
        match (listen, upstream) {
            (Ok(listen), Ok(upstream)) => Ok(Self { listen, upstream }),
            (listen, upstream) => Err([listen.err(), upstream.err()]
                .into_iter()
                .flatten()
                .collect()),
        }
    }
}

/// Host and port of the options. `Display` prints an IPv6 address in brackets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Address {
    /// A name or an address, without brackets.
    pub(crate) host: String,
    pub(crate) port: u16,
}

impl Address {
    /// Reads the value of an option.
    pub(crate) fn parse(option: &str, text: &str) -> Result<Self, Refusal> {
        let parsed = || {
            let (host, port) = text.rsplit_once(':')?;
            let port = port.parse().ok().filter(|&port| port != 0)?;
            let bracketed = host
                .strip_prefix('[')
                .and_then(|host| host.strip_suffix(']'));
            let host = match bracketed {
                Some(address) => address.parse::<Ipv6Addr>().ok()?.to_string(),
                None => host.to_owned(),
            };
            let is_of_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
            let is_valid =
                bracketed.is_some() || (!host.is_empty() && host.chars().all(is_of_name));
            is_valid.then_some(Self { host, port })
        };
        parsed().ok_or_else(|| {
            let reason = format!("`{text}` of `--{option}` is not a host with a port");
            let example = if option == "listen" {
                "0.0.0.0:8000"
            } else {
                "127.0.0.1:3000"
            };
            let remedy = format!("write it without a scheme, such as `--{option} {example}`");
            Refusal::of_table(reason, remedy)
        })
    }

    /// Whether the host is an address, so that no name is looked up.
    pub(crate) fn is_ip(&self) -> bool {
        self.host.parse::<IpAddr>().is_ok()
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.host.contains(':') {
            write!(f, "[{}]:{}", self.host, self.port)
        } else {
            write!(f, "{}:{}", self.host, self.port)
        }
    }
}
