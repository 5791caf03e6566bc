//! The state of a browser that outlives a request.

use std::error::Error;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use http_body_util::Full;
use url::Url;

use crate::cookies::CookieJar;
use crate::http_cache::HttpCache;
use crate::log::Log;
use crate::preflight_cache::PreflightCache;

/// The body of a request, complete in memory.
pub type Body = Full<Bytes>;

pub(crate) type BoxError = Box<dyn Error + Send + Sync>;

/// A browser's page and server, with its preflights and cookies.
#[derive(Debug)]
pub(crate) struct Session {
    /// The origin of the page. `None` is the opaque origin, `null`.
    pub(crate) page: Option<String>,
    /// The base of relative URLs.
    pub(crate) server: Url,
    pub(crate) hidden: Hidden,
    /// Shared by the pages of a browser.
    memory: Arc<Mutex<Memory>>,
}

/// The headers that a browser is configured not to send.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Hidden {
    /// `Origin`, where CORS and web sockets do not need it.
    pub(crate) origin: bool,
    /// `Sec-Fetch-*`.
    pub(crate) fetch_metadata: bool,
    /// The origin of the page, because of `Referrer-Policy: no-referrer`.
    pub(crate) referrer: bool,
}

#[derive(Debug, Default)]
pub(crate) struct Memory {
    pub(crate) preflights: PreflightCache,
    pub(crate) cookies: CookieJar,
    pub(crate) http_cache: HttpCache,
    pub(crate) log: Log,
}

impl Session {
    pub(crate) fn new(page: Option<String>, server: Url) -> Self {
        Self {
            page,
            server,
            hidden: Hidden::default(),
            memory: Arc::default(),
        }
    }

    /// Returns the session of another page in the same browser.
    pub(crate) fn of_page(&self, page: Option<String>) -> Self {
        Self {
            page,
            server: self.server.clone(),
            hidden: Hidden {
                referrer: false,
                ..self.hidden
            },
            memory: Arc::clone(&self.memory),
        }
    }

    pub(crate) fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
