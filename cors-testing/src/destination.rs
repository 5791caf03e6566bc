//! The use that a page makes of a response.

/// The [destination](https://fetch.spec.whatwg.org/#concept-request-destination) of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Destination {
    /// The response goes to a script.
    Empty,
    Document,
    Frame,
    Image,
    Script,
    Style,
    Font,
}

impl Destination {
    /// Returns the value of
    /// [`Sec-Fetch-Dest`](https://www.w3.org/TR/fetch-metadata/#sec-fetch-dest-header).
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Document => "document",
            Self::Frame => "iframe",
            Self::Image => "image",
            Self::Script => "script",
            Self::Style => "style",
            Self::Font => "font",
        }
    }

    /// Returns the header `accept` of a request that has none
    /// ([fetch](https://fetch.spec.whatwg.org/#concept-fetch), step 12).
    pub(crate) fn accept(self) -> &'static str {
        match self {
            Self::Document | Self::Frame => {
                "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
            }
            Self::Image => "image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5",
            Self::Style => "text/css,*/*;q=0.1",
            Self::Empty | Self::Script | Self::Font => "*/*",
        }
    }
}
