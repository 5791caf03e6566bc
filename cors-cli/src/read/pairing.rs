//! Pairs requests with responses.

use url::{Position, Url};

use super::command::mode;
use super::cut::Cut;
use super::head::{Head, Piece, Source, located};
use super::names::Side;
use crate::exchange::{Exchange, Failure, Located, Paste, Purpose, Request, Response, body_start};
use crate::message::Message;

/// Returns the exchanges and the messages of a text.
pub(super) fn paste(text: &str, cut: Cut) -> Paste {
    let mut pairing = Pairing {
        text,
        exchanges: Vec::new(),
        messages: Vec::new(),
        open: Open::default(),
        followed: 0,
    };
    for piece in cut.pieces {
        match piece {
            Piece::Head(head) => pairing.head(*head),
            Piece::Failure(failure) => pairing.failure(failure),
            Piece::Message(message) => pairing.messages.push(message),
        }
    }
    pairing.close();
    join_reversed(&mut pairing.exchanges);
    take_status(&mut pairing.exchanges, &pairing.messages);
    let page = pairing
        .messages
        .iter()
        .find_map(|message| message.origin.clone());
    Paste {
        text: text.to_owned(),
        exchanges: pairing.exchanges,
        messages: pairing.messages,
        page,
        left_out: 0,
        unread: cut.unread,
    }
}

/// Joins one response with the one request below it: Firefox shows responses first.
fn join_reversed(exchanges: &mut Vec<Exchange>) {
    if let [first, second] = exchanges.as_mut_slice()
        && first.request.is_none()
        && second.response.is_none()
        && second.failure.is_none()
    {
        first.request = second.request.take();
        exchanges.truncate(1);
    }
}

/// Takes the status of the one response that has none from the messages, if they have one status: a pane of
/// headers does not have it, unlike the line of the console above it.
fn take_status(exchanges: &mut [Exchange], messages: &[Message]) {
    let [exchange] = exchanges else {
        return;
    };
    let mut statuses = messages
        .iter()
        .filter_map(|message| message.status.as_ref());
    if let (Some(response), Some(status)) = (&mut exchange.response, statuses.next())
        && response.status.is_none()
        && statuses.all(|other| other.value == status.value)
        && status.value >= 200
    {
        response.status = Some(status.clone());
    }
}

struct Pairing<'a> {
    text: &'a str,
    exchanges: Vec<Exchange>,
    messages: Vec<Message>,
    open: Open,
    /// The responses to one command after its first one.
    followed: usize,
}

/// The parts of an exchange that were found so far.
#[derive(Debug, Default)]
struct Open {
    /// Method, URL and status, as browsers' tools list them.
    general: Option<Head>,
    request: Option<Head>,
    response: Option<Head>,
    failure: Option<Failure>,
}

impl Pairing<'_> {
    fn head(&mut self, head: Head) {
        match (head.source, head.side) {
            (Source::General, _) => {
                if !self.open.lacks_general() {
                    self.close();
                }
                self.open.general = Some(head);
            }
            (_, Side::Request) => self.request(head),
            (_, Side::Response) => self.response(head),
        }
    }

    fn request(&mut self, mut head: Head) {
        self.followed = 0;
        let open = &mut self.open;
        let is_unanswered = open.response.is_none() && open.failure.is_none();
        if let Some(command) = &mut open.request {
            if is_unanswered && sends(command, &head) {
                // The session of the command. Only the command has the scheme.
                head.has_body |= command.has_body;
                head.scheme = head.scheme.take().or_else(|| scheme_of(command));
                open.request = Some(head);
                return;
            }
        } else {
            let is_titled = open
                .response
                .as_ref()
                .is_some_and(|response| response.is_titled);
            if open.general.is_some() || is_titled && head.is_titled {
                open.request = Some(head);
                return;
            }
        }
        self.close();
        self.open.request = Some(head);
    }

    fn response(&mut self, head: Head) {
        if head.status.as_ref().is_some_and(is_interim) {
            return;
        }
        if head.reason.eq_ignore_ascii_case("connection established") {
            if self.open.request.as_ref().is_some_and(is_connect) {
                self.open = Open::default();
            }
            return;
        }
        if self.open.request.as_ref().is_some_and(is_connect) && self.open.response.is_none() {
            self.open = Open::default();
            return;
        }
        if self.open.response.is_some() {
            // As many as browsers follow. It bounds the copies of a request.
            const MAX_REDIRECTS: usize = 20;
            self.followed += 1;
            let request = self.open.next_request();
            self.close();
            self.open.request = request.filter(|_| self.followed <= MAX_REDIRECTS);
        }
        self.open.response = Some(head);
    }

    fn failure(&mut self, failure: Failure) {
        // After a response, it is about the body.
        if self.open.response.is_none() {
            self.open.failure = Some(failure);
            self.close();
        }
    }

    fn close(&mut self) {
        let open = std::mem::take(&mut self.open);
        if let Some(exchange) = open.exchange(self.text) {
            self.exchanges.push(exchange);
        }
    }
}

impl Open {
    /// Whether the method and the URL of a request may follow below its headers.
    fn lacks_general(&self) -> bool {
        let request = self.request.as_ref();
        let is_pane = |request: &Head| request.source == Source::Title && request.target.is_none();
        self.general.is_none() && request.is_some_and(is_pane)
    }

    /// Returns the request that a command sends after its response, such as after a redirect.
    fn next_request(&self) -> Option<Head> {
        let (request, response) = (self.request.as_ref()?, self.response.as_ref()?);
        if request.source != Source::Command {
            return None;
        }
        let mut next = Head::new(Side::Request, Source::Command, request.at.clone());
        next.method.clone_from(&request.method);
        next.target.clone_from(&request.target);
        next.fields.clone_from(&request.fields);
        next.has_body = request.has_body;
        let location = response.field("location");
        let base = request
            .target
            .as_ref()
            .and_then(|target| Url::parse(&target.value).ok());
        if let (Some(location), Some(base)) = (location, base) {
            let url = base.join(&location.value).ok()?;
            next.target = Some(Located {
                value: url.into(),
                at: location.at.clone(),
            });
            let status = response.status.as_ref().map(|status| status.value);
            let is_post = next
                .method
                .as_ref()
                .is_some_and(|method| method.value == "POST");
            if status == Some(303) || is_post && matches!(status, Some(301 | 302)) {
                let start = request.at.start;
                next.method = Some(Located {
                    value: "GET".to_owned(),
                    at: start..start,
                });
                next.has_body = false;
                next.fields.retain(|field| field.name != "content-type");
            }
        }
        Some(next)
    }

    fn exchange(self, text: &str) -> Option<Exchange> {
        if self.request.as_ref().is_some_and(is_connect) && self.failure.is_none() {
            return None;
        }
        let (mut request, mut response) = (self.request, self.response);
        if let Some(mut general) = self.general {
            if let Some(status) = general.status.take().filter(|status| !is_interim(status)) {
                let at = status.at.clone();
                let response =
                    response.get_or_insert_with(|| Head::new(Side::Response, Source::General, at));
                if response.reason.is_empty() {
                    response.reason.clone_from(&general.reason);
                }
                response.status.get_or_insert(status);
            }
            if let Some(request) = &mut request {
                request.method = request.method.take().or(general.method);
                request.scheme = request.scheme.take().or(general.scheme);
                request.authority = request.authority.take().or(general.authority);
                // The whole URL is better than a path.
                request.target = general.target.or(request.target.take());
            } else if general.target.is_some() || general.method.is_some() {
                request = Some(general);
            }
        }
        let is_empty = request.is_none() && response.is_none() && self.failure.is_none();
        (!is_empty).then(|| Exchange {
            purpose: Purpose::Pasted,
            request: request.map(request_of),
            response: response.map(|head| response_of(text, head)),
            failure: self.failure,
        })
    }
}

/// Whether a session with this request follows a command.
fn sends(command: &Head, request: &Head) -> bool {
    let is_command = command.source == Source::Command && request.source == Source::FirstLine;
    let (Some(url), Some(target)) = (&command.target, &request.target) else {
        return false;
    };
    let path = |url: &str| {
        Url::parse(url)
            .ok()
            .map(|url| url[Position::BeforePath..Position::AfterQuery].to_owned())
    };
    is_command
        && (is_connect(request)
            || path(&url.value).as_deref() == Some(target.value.as_str())
            || url.value == target.value)
}

/// Whether a status is that of a response that another one follows.
fn is_interim(status: &Located<u16>) -> bool {
    const SWITCHING_PROTOCOLS: u16 = 101;
    status.value < 200 && status.value != SWITCHING_PROTOCOLS
}

fn is_connect(request: &Head) -> bool {
    request
        .method
        .as_ref()
        .is_some_and(|method| method.value == "CONNECT")
}

fn scheme_of(command: &Head) -> Option<Located<String>> {
    let url = command.target.as_ref()?;
    let (scheme, _) = url.value.split_once("://")?;
    Some(located(scheme, url.at.start))
}

fn request_of(head: Head) -> Request {
    let url = url_of(&head);
    let target = match (&url, &head.target) {
        (Some(url), Some(target)) if !target.value.starts_with(['/', '*']) => {
            url.value[Position::BeforePath..Position::AfterQuery].to_owned()
        }
        (_, Some(target)) => target.value.clone(),
        (_, None) => String::new(),
    };
    let value = |name| head.field(name).map(|field| field.value.as_str());
    let has_length = value("content-length").is_some_and(|length| length != "0");
    let has_body = head.has_body || has_length || value("transfer-encoding").is_some();
    let mode = head.mode.or_else(|| mode(value("sec-fetch-mode")?));
    let concluded = if value("access-control-request-method").is_some() {
        "OPTIONS"
    } else if has_body {
        "POST"
    } else {
        "GET"
    };
    let method = head.method.unwrap_or_else(|| Located {
        value: concluded.to_owned(),
        at: head.at.start..head.at.start,
    });
    Request {
        method,
        url,
        target,
        headers: head.fields,
        mode,
        credentials: head.credentials,
        has_body,
        at: head.at,
    }
}

/// Returns the URL of a request: the one in its first line, or scheme, host and path.
fn url_of(head: &Head) -> Option<Located<Url>> {
    let target = head.target.as_ref();
    let is_whole =
        |target: &&Located<String>| !target.value.starts_with('/') && target.value.contains("://");
    if let Some(target) = target.filter(is_whole) {
        let value = Url::parse(&target.value).ok()?;
        let at = target.at.clone();
        return Some(Located { value, at });
    }
    let host = head.field("host");
    let host = head
        .authority
        .as_ref()
        .map(|authority| authority.value.as_str())
        .or(host.map(|host| host.value.as_str()))?;
    let is_local =
        host.starts_with("localhost") || host.starts_with("127.") || host.starts_with("[::1]");
    let is_secure_page = head
        .fields
        .iter()
        .any(|field| field.name.starts_with("sec-fetch-"));
    let is_tls = head.is_tls || host.ends_with(":443");
    let scheme = match &head.scheme {
        Some(scheme) => Some(scheme.value.as_str()),
        // Browsers send these headers only to URLs that they trust.
        None if is_tls || is_secure_page && !is_local => Some("https"),
        None => None,
    };
    let path = target.map_or("/", |target| target.value.as_str());
    let path = if path.starts_with('/') { path } else { "/" };
    let value = Url::parse(&format!("{}://{host}{path}", scheme.unwrap_or("http"))).ok()?;
    let place = target.map_or(head.at.start..head.at.start, |target| target.at.clone());
    let at = if scheme.is_some() {
        place
    } else {
        place.start..place.start
    };
    Some(Located { value, at })
}

fn response_of(text: &str, head: Head) -> Response {
    let body = &text[head.body.clone()];
    let start = head.body.start + body.len() - body.trim_start().len();
    let body = body_start(body.trim());
    Response {
        status: head.status,
        reason: head.reason,
        headers: head.fields,
        body: Located {
            value: body.to_owned(),
            at: start..start + body.len(),
        },
        at: head.at,
    }
}
