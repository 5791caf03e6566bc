//! [Server-sent events](https://html.spec.whatwg.org/#server-sent-events).

use std::fmt;

use bytes::Bytes;
use http::header::{ACCEPT, CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderName, HeaderValue, Request, Response, StatusCode};
use http_body::Body as HttpBody;
use http_body_util::BodyExt;
use tower_service::Service;
use url::Url;

use crate::exchange::SentRequest;
use crate::fetch::Credentials;
use crate::fetch_error::FetchError;
use crate::fetch_run::FetchRun;
use crate::header_list::combined_text;
use crate::page_request::{PageRequest, RequestMode, url_of_page};
use crate::problem::{Problem, Step};
use crate::session::{Body, BoxError, Session};
use crate::visible_body::VisibleBody;

/// An open `EventSource` of a page: see [`Browser::event_source`](crate::Browser::event_source).
pub struct EventSource<'a, S, B: HttpBody> {
    session: &'a Session,
    service: S,
    /// The URL of the first request, because a new connection begins there, too.
    url: Url,
    credentials: Credentials,
    body: VisibleBody<B>,
    stream: EventStream,
}

/// An event that a server has sent.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ServerEvent {
    /// The name of the event, `message` by default.
    pub event: String,
    /// The data, with LF between its lines.
    pub data: String,
    /// The last ID that the stream has set, empty if there is none.
    pub id: String,
}

impl<'a, S, B> EventSource<'a, S, B>
where
    S: Service<Request<Body>, Response = Response<B>, Error: Into<BoxError>> + Clone,
    B: HttpBody,
{
    pub(crate) async fn open(
        session: &'a Session,
        service: &S,
        url: &str,
        credentials: Credentials,
    ) -> Result<Self, FetchError> {
        let request = url_of_page(session, url);
        let parsed = request.as_ref().ok().cloned();
        let request = request.map(|url| request_to(session, url, credentials, ""));
        let request = request.and_then(|request| match credentials {
            Credentials::Omit => Err(Problem::new(
                Step::Request,
                "an `EventSource` always sends credentials to the origin of the page".to_owned(),
                "write `Credentials::SameOrigin`, or `Credentials::Include` for `withCredentials`",
            )),
            Credentials::SameOrigin | Credentials::Include => Ok(request),
        });
        let mut run = FetchRun::new(session, request)?;
        let body = connect(&mut run, service).await?;
        Ok(Self {
            session,
            service: service.clone(),
            url: parsed.unwrap_or_else(|| run.request.url.clone()),
            credentials,
            body,
            stream: EventStream::default(),
        })
    }

    /// Returns the next event, or `None` at the end of the connection. A browser then connects again,
    /// as [`reconnect`](Self::reconnect) does.
    pub async fn next(&mut self) -> Option<ServerEvent> {
        loop {
            if let Some(event) = self.stream.next() {
                return Some(event);
            }
            // An error of the body is the end of the connection.
            let frame = self.body.frame().await?.ok()?;
            if let Ok(data) = frame.into_data() {
                self.stream.push(&data);
            }
        }
    }

    /// Sends the request again, with `Last-Event-ID` if an event had an ID, as browsers do after the end
    /// of a connection.
    ///
    /// # Errors
    ///
    /// Returns an error as [`Browser::event_source`](crate::Browser::event_source) does. A browser does
    /// not try again after a status other than 200, or a type other than `text/event-stream`.
    pub async fn reconnect(&mut self) -> Result<(), FetchError> {
        self.stream.restart();
        let id = &self.stream.id;
        let request = request_to(self.session, self.url.clone(), self.credentials, id);
        let mut run = FetchRun::new(self.session, Ok(request))?;
        self.body = connect(&mut run, &self.service).await?;
        Ok(())
    }
}

impl<S, B: HttpBody> fmt::Debug for EventSource<'_, S, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventSource")
            .field("url", &self.url.as_str())
            .field("credentials", &self.credentials)
            .finish_non_exhaustive()
    }
}

/// Returns the [request](https://html.spec.whatwg.org/#the-eventsource-interface) of a connection. Its
/// headers need no preflight.
fn request_to(session: &Session, url: Url, credentials: Credentials, id: &str) -> PageRequest {
    let mode = RequestMode::Cors;
    let mut request = PageRequest::get(session, "event source", url, mode, credentials);
    let headers = &mut request.headers;
    headers.insert(ACCEPT, HeaderValue::from_static("text/event-stream"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    if let (false, Ok(id)) = (id.is_empty(), HeaderValue::from_bytes(id.as_bytes())) {
        headers.insert(HeaderName::from_static("last-event-id"), id);
    }
    request
}

async fn connect<S, B>(run: &mut FetchRun<'_>, service: &S) -> Result<VisibleBody<B>, FetchError>
where
    S: Service<Request<Body>, Response = Response<B>, Error: Into<BoxError>> + Clone,
    B: HttpBody,
{
    let (sent, response): (SentRequest, _) = run.follow_redirects(service).await?;
    if let Some(problem) = problem(&response) {
        return Err(run.fail(problem, &sent, &response));
    }
    run.conclude("an `open` event");
    Ok(response.into_body())
}

fn problem<B>(response: &Response<B>) -> Option<Problem> {
    let status = response.status();
    if status != StatusCode::OK {
        return Some(Problem::new(
            Step::Status,
            format!(
                "the page does not connect again, after an `error` event of the event source, \
                 which got {status}"
            ),
            "respond with 200",
        ));
    }
    let content_type = combined_text(response.headers(), &CONTENT_TYPE);
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case("text/event-stream") {
        return None;
    }
    Some(Problem::new(
        Step::ContentType,
        format!("the event source got `content-type: {content_type}`"),
        "send `content-type: text/event-stream`, as `axum::response::Sse` does",
    ))
}

/// The [interpretation](https://html.spec.whatwg.org/#event-stream-interpretation) of a stream.
#[derive(Debug, Default)]
struct EventStream {
    unread: Vec<u8>,
    event: String,
    data: String,
    id: String,
    is_started: bool,
}

impl EventStream {
    fn push(&mut self, data: &Bytes) {
        self.unread.extend_from_slice(data);
    }

    /// Begins a new connection. An incomplete event is lost, the ID stays.
    fn restart(&mut self) {
        *self = Self {
            id: std::mem::take(&mut self.id),
            ..Self::default()
        };
    }

    /// Returns the next complete event.
    fn next(&mut self) -> Option<ServerEvent> {
        while let Some(line) = self.line() {
            if !line.is_empty() {
                self.read(&line);
                continue;
            }
            let event = std::mem::take(&mut self.event);
            let mut data = std::mem::take(&mut self.data);
            if data.is_empty() {
                continue;
            }
            data.pop(); // the last LF
            return Some(ServerEvent {
                event: if event.is_empty() {
                    "message".to_owned()
                } else {
                    event
                },
                data,
                id: self.id.clone(),
            });
        }
        None
    }

    /// Takes a line that ends with LF, CR, or CR and LF.
    fn line(&mut self) -> Option<String> {
        let is_end = |byte: &u8| matches!(byte, b'\n' | b'\r');
        let end = self.unread.iter().position(is_end)?;
        // A CR at the end of a frame may be the first half of CR and LF, which the next one completes.
        let length = match self.unread[end..] {
            [b'\r', b'\n', ..] => 2,
            [b'\r'] => return None,
            _ => 1,
        };
        let line: Vec<u8> = self.unread.drain(..end + length).take(end).collect();
        let mut line = String::from_utf8_lossy(&line).into_owned();
        if !self.is_started && line.starts_with('\u{feff}') {
            line.remove(0);
        }
        self.is_started = true;
        Some(line)
    }

    fn read(&mut self, line: &str) {
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "event" => value.clone_into(&mut self.event),
            "data" => {
                self.data.push_str(value);
                self.data.push('\n');
            }
            "id" if !value.contains('\0') => value.clone_into(&mut self.id),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_of_a_stream() {
        for (stream, expected) in [
            ("data: a\n\n", &[("message", "a", "")][..]),
            ("data:a\r\n\r\n", &[("message", "a", "")]),
            (
                "data: a\r\rdata: b\n\n",
                &[("message", "a", ""), ("message", "b", "")],
            ),
            (
                "\u{feff}data:  a\ndata\ndata: b\n\n",
                &[("message", " a\n\nb", "")],
            ),
            (
                "id: 7\nevent: saved\ndata: a\n\ndata: b\n\n",
                &[("saved", "a", "7"), ("message", "b", "7")],
            ),
            (
                ": comment\nretry: 1\n\nid: 8\n\ndata: a\n\n",
                &[("message", "a", "8")],
            ),
            ("data: a\n", &[]),
        ] {
            // Whole, and byte by byte.
            for size in [stream.len(), 1] {
                let mut parser = EventStream::default();
                let mut events = Vec::new();
                for chunk in stream.as_bytes().chunks(size) {
                    parser.push(&Bytes::copy_from_slice(chunk));
                    events.extend(std::iter::from_fn(|| parser.next()));
                }
                let events: Vec<_> = events
                    .iter()
                    .map(|event| (event.event.as_str(), event.data.as_str(), event.id.as_str()))
                    .collect();
                assert_eq!(events, expected, "{stream:?}");
            }
        }
    }
}
