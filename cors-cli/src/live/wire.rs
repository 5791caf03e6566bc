//! Requests that are sent, recorded and limited.

use std::mem;
use std::sync::{Mutex, MutexGuard, PoisonError};

use http::header::{
    ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, HeaderValue, USER_AGENT,
};
use http::{Method, Request, Version, request};
use http_body::Body as _;

use super::connection::{Body, Connector, Received, Versions};
use crate::exchange::{Failure, FailureKind, Paste, Purpose};
use crate::transcript::Transcript;

/// The most requests that are sent in all.
pub(super) const MAX_REQUESTS: usize = 12;

/// The only way to a server.
#[derive(Debug)]
pub(super) struct Wire {
    connector: Connector,
    /// The host that was named, which is the only one that gets requests.
    host: String,
    user_agent: HeaderValue,
    record: Mutex<Record>,
}

#[derive(Debug, Default)]
struct Record {
    transcript: Transcript,
    remarks: Vec<String>,
    sent: usize,
    first: First,
}

/// The first exchanges of the page, from which others are derived.
#[derive(Clone, Debug, Default)]
pub(super) struct First {
    pub(super) preflight: Option<Sent>,
    pub(super) request: Option<Sent>,
}

impl First {
    /// Whether there is no response, because the certificate is not trusted.
    pub(super) fn is_distrusted(&self) -> bool {
        let sent = self.preflight.iter().chain(&self.request);
        let mut outcomes = sent.map(|sent| &sent.outcome);
        outcomes.any(|outcome| *outcome == Err(FailureKind::Certificate))
    }
}

/// A request that was sent.
#[derive(Clone, Debug)]
pub(super) struct Sent {
    /// The head, with an absolute URI.
    pub(super) head: request::Parts,
    /// The version of the response, or the reason why there is none.
    pub(super) outcome: Result<Version, FailureKind>,
}

impl Wire {
    pub(super) fn new(connector: Connector, host: &str, user_agent: HeaderValue) -> Self {
        Self {
            connector,
            host: host.to_owned(),
            user_agent,
            record: Mutex::default(),
        }
    }

    /// Sends a request, and records it. `None` if it is not sent, or there is no response. A redirect to
    /// another host is recorded, because browsers follow it.
    pub(super) async fn send(
        &self,
        purpose: Purpose,
        mut head: request::Parts,
        body: Body,
        versions: Versions,
    ) -> Option<Received> {
        let agent = self.user_agent.clone();
        head.headers.insert(USER_AGENT, agent);
        let has_body = !body.is_end_stream();
        if head.uri.host() != Some(&self.host) {
            self.remark(format!(
                "a browser would call `{}` next; this command sends requests only to `{}`",
                head.uri.host().unwrap_or_default(),
                self.host
            ));
            self.not_sent(Purpose::Redirect, &after_preflight(head), has_body);
            return None;
        }
        if !self.has_room() {
            return None;
        }
        let request = Request::from_parts(head.clone(), body);
        let outcome = self.connector.send(request, versions).await;
        if let Some(distrust) = self.connector.take_distrust() {
            self.remark(format!(
                "{distrust}; browsers send no request until a person accepts it"
            ));
        }
        if let Ok((response, _)) = &outcome
            && response.version == Version::HTTP_2
        {
            head.version = response.version;
        }
        let mut record = self.record();
        let recorded = outcome.as_ref().map_err(Failure::clone);
        let recorded = recorded.map(|(response, body)| (response, &body[..]));
        record.transcript.push(purpose, &head, has_body, recorded);
        let result = outcome.as_ref().map(|(response, _)| response.version);
        let sent = Sent {
            outcome: result.map_err(|failure| failure.kind),
            head,
        };
        let first = &mut record.first;
        match purpose {
            Purpose::Preflight => drop(first.preflight.get_or_insert(sent)),
            Purpose::Request => drop(first.request.get_or_insert(sent)),
            _ => {}
        }
        outcome.ok()
    }

    /// Whether another request may be sent. Counts it.
    fn has_room(&self) -> bool {
        let has_room = self.record().sent < MAX_REQUESTS;
        if has_room {
            self.record().sent += 1;
        } else {
            self.remark(format!(
                "further requests were left out, because {MAX_REQUESTS} were sent"
            ));
        }
        has_room
    }

    /// Adds a sentence about something that the exchanges do not show.
    pub(super) fn remark(&self, remark: String) {
        let remarks = &mut self.record().remarks;
        if !remarks.contains(&remark) {
            remarks.push(remark);
        }
    }

    /// Records a request that is not sent.
    pub(super) fn not_sent(&self, purpose: Purpose, head: &request::Parts, has_body: bool) {
        let transcript = &mut self.record().transcript;
        transcript.push_unsent(purpose, head, has_body);
    }

    pub(super) fn has_sent(&self) -> bool {
        self.record().sent > 0
    }

    /// Returns the first exchanges of the page.
    pub(super) fn first(&self) -> First {
        self.record().first.clone()
    }

    /// Returns everything that was recorded.
    pub(super) fn take(&self) -> (Paste, Vec<String>) {
        let record = mem::take(&mut *self.record());
        (record.transcript.into_paste(), record.remarks)
    }

    fn record(&self) -> MutexGuard<'_, Record> {
        let record = self.record.lock();
        record.unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns the request that follows a preflight. Other requests are returned as they are.
fn after_preflight(mut head: request::Parts) -> request::Parts {
    let requested = head.headers.remove(ACCESS_CONTROL_REQUEST_METHOD);
    let method = requested.and_then(|method| Method::from_bytes(method.as_bytes()).ok());
    head.headers.remove(ACCESS_CONTROL_REQUEST_HEADERS);
    head.method = method.unwrap_or(head.method);
    head
}
