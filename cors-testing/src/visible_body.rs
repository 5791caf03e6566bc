//! The body of a response, from the service or from the browser's cache.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::{Buf, Bytes, BytesMut};
use http_body::{Body, Frame, SizeHint};
use http_body_util::BodyExt;

/// The body of a [`VisibleResponse`](crate::VisibleResponse): the one of the service, or a copy from
/// the HTTP cache of the browser.
pub struct VisibleBody<B: Body> {
    /// The part that was read before, for the cache.
    start: Bytes,
    /// The first frame that is no data, or an error, behind `start`.
    next: Option<Result<Frame<Bytes>, B::Error>>,
    rest: Option<Pin<Box<B>>>,
}

impl<B: Body> VisibleBody<B> {
    pub(crate) fn of_service(body: B) -> Self {
        Self {
            start: Bytes::new(),
            next: None,
            rest: Some(Box::pin(body)),
        }
    }

    pub(crate) fn of_cache(body: Bytes) -> Self {
        Self {
            start: body,
            next: None,
            rest: None,
        }
    }

    /// Reads a body of at most `max` bytes, and returns a copy of it. A longer or broken body is
    /// returned without a copy.
    pub(crate) async fn read(body: B, max: usize) -> (Self, Option<Bytes>) {
        let mut rest = Box::pin(body);
        let mut start = BytesMut::new();
        let next = loop {
            match rest.frame().await {
                None => {
                    let copy = start.freeze();
                    return (Self::of_cache(copy.clone()), Some(copy));
                }
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(data) => start.extend_from_slice(&to_bytes(data)),
                    Err(frame) => break Some(Ok(frame.map_data(to_bytes))),
                },
                Some(Err(error)) => break Some(Err(error)),
            }
            if start.len() > max {
                break None;
            }
        };
        let body = Self {
            start: start.freeze(),
            next,
            rest: Some(rest),
        };
        (body, None)
    }
}

fn to_bytes(mut data: impl Buf) -> Bytes {
    data.copy_to_bytes(data.remaining())
}

impl<B: Body> Body for VisibleBody<B> {
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        let body = self.get_mut();
        if !body.start.is_empty() {
            return Poll::Ready(Some(Ok(Frame::data(std::mem::take(&mut body.start)))));
        }
        if let Some(next) = body.next.take() {
            return Poll::Ready(Some(next));
        }
        match &mut body.rest {
            None => Poll::Ready(None),
            Some(rest) => rest
                .as_mut()
                .poll_frame(cx)
                .map(|frame| frame.map(|frame| frame.map(|frame| frame.map_data(to_bytes)))),
        }
    }

    fn is_end_stream(&self) -> bool {
        let is_rest_empty = self.rest.as_ref().is_none_or(Body::is_end_stream);
        self.start.is_empty() && self.next.is_none() && is_rest_empty
    }

    fn size_hint(&self) -> SizeHint {
        let start = self.start.len() as u64;
        let Some(rest) = &self.rest else {
            return SizeHint::with_exact(start);
        };
        let hint = rest.size_hint();
        let mut sum = SizeHint::new();
        sum.set_lower(hint.lower().saturating_add(start));
        if let Some(upper) = hint.upper() {
            sum.set_upper(upper.saturating_add(start));
        }
        sum
    }
}

// `B::Error` and the frames are not bound to be `Unpin`, and nothing of them is pinned.
impl<B: Body> Unpin for VisibleBody<B> {}

impl<B: Body> fmt::Debug for VisibleBody<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VisibleBody").finish_non_exhaustive()
    }
}
