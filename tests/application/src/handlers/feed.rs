//! News for everybody.

use std::convert::Infallible;

use axum::response::sse::{Event, Sse};
use cors_runtime::cors;
use futures_util::stream::{self, Stream};

use crate::policies::PUBLIC;

/// Sends the news as events of a server.
#[utoipa::path(get, path = "/feed", responses((status = 200, content_type = "text/event-stream")))]
#[cors(policy = PUBLIC)]
pub async fn feed() -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let news = ["open", "closed"].map(|text| Ok(Event::default().data(text)));
    Sse::new(stream::iter(news))
}
