//! The way to a host, if it is not that of DNS.

use std::net::SocketAddr;

/// An exception for a host.
#[derive(Clone, Debug)]
pub(super) enum Route {
    /// Addresses of a host and a port.
    Addresses {
        host: String,
        port: u16,
        addresses: Vec<SocketAddr>,
    },
    /// Another host and port. `None` is any in `from`, and the same in `to`.
    Host {
        from: (Option<String>, Option<u16>),
        to: (Option<String>, Option<u16>),
    },
}

/// Returns the host and the port to connect to. The first exception that applies is used.
pub(super) fn destination(routes: &[Route], host: &str, port: u16) -> (String, u16) {
    for route in routes {
        if let Route::Host { from, to } = route
            && from.0.as_deref().is_none_or(|from| from == host)
            && from.1.is_none_or(|from| from == port)
        {
            let host = to.0.as_deref().unwrap_or(host);
            return (host.to_owned(), to.1.unwrap_or(port));
        }
    }
    (host.to_owned(), port)
}

/// Returns the given addresses of a host, if there are any.
pub(super) fn addresses<'a>(
    routes: &'a [Route],
    host: &str,
    port: u16,
) -> Option<&'a [SocketAddr]> {
    routes.iter().find_map(|route| match route {
        Route::Addresses {
            host: of,
            port: at,
            addresses,
        } if of == host && *at == port => Some(&addresses[..]),
        _ => None,
    })
}
