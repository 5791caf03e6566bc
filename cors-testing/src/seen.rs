//! The response as far as a page may see it.

use bytes::Bytes;
use http::{HeaderMap, Response};
use http_body_util::BodyExt;

/// What a page sees of a response.
#[derive(Debug)]
pub struct Seen<B> {
    pub(crate) response: Response<B>,
    pub(crate) is_opaque: bool,
    pub(crate) is_redirected: bool,
    pub(crate) preflights: usize,
}

impl<B> Seen<B> {
    /// The status; 0 for an opaque response.
    #[must_use]
    pub fn status(&self) -> u16 {
        if self.is_opaque {
            0
        } else {
            self.response.status().as_u16()
        }
    }

    /// The headers that a page may read: the safelisted and the exposed ones.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        self.response.headers()
    }

    /// Whether the page learns nothing but that there was a response: mode `no-cors`.
    #[must_use]
    pub fn is_opaque(&self) -> bool {
        self.is_opaque
    }

    /// Whether it came after a redirect.
    #[must_use]
    pub fn is_redirected(&self) -> bool {
        self.is_redirected
    }

    /// How many preflights went out for it.
    #[must_use]
    pub fn preflights(&self) -> usize {
        self.preflights
    }

    /// The body, or `None` for an opaque response.
    #[must_use]
    pub fn into_body(self) -> Option<B> {
        (!self.is_opaque).then(|| self.response.into_body())
    }

    /// The whole body, as `arrayBuffer()` of a page's response: empty for an opaque one.
    ///
    /// # Errors
    ///
    /// If the body breaks off.
    pub async fn bytes(self) -> Result<Bytes, B::Error>
    where
        B: BodyExt,
    {
        match self.into_body() {
            Some(body) => Ok(body.collect().await?.to_bytes()),
            None => Ok(Bytes::new()),
        }
    }

    /// The whole body as text, as `text()` of a page's response: empty for an opaque one, and
    /// U+FFFD where it isn't UTF-8.
    ///
    /// # Errors
    ///
    /// If the body breaks off.
    pub async fn text(self) -> Result<String, B::Error>
    where
        B: BodyExt,
    {
        Ok(String::from_utf8_lossy(&self.bytes().await?).into_owned())
    }
}
