//! A message of the console as a response that causes it.

use cors_testing::{Credentials, Mode};
use http::{HeaderName, HeaderValue, Method, StatusCode};
use url::Url;

use crate::exchange::Located;
use crate::message::{Message, MessageKind};
use crate::secrets::mask_urls;
use crate::show::test_case::plan::{Fetch, Plan, Reply, target};

impl Plan {
    /// Returns a plan in which the browser has the reason of the message, or `None` if a test cannot
    /// have it.
    pub(super) fn of_message(message: &Message, url: &str, origin: String) -> Option<Self> {
        let url = Url::parse(&mask_urls(url)).ok()?;
        let subject = message.subject.as_ref().map_or("", |it| it.value.trim());
        let value =
            |value: &str| vec![("access-control-allow-origin".to_owned(), value.to_owned())];
        let (is_preflight, headers) = match message.kind {
            MessageKind::AllowOriginMissing => (message.is_preflight, Vec::new()),
            MessageKind::AllowOriginMismatch
            | MessageKind::AllowOriginSeveral
            | MessageKind::AllowOriginInvalid => (message.is_preflight, value(subject)),
            MessageKind::AllowOriginWildcard => (message.is_preflight, value("*")),
            MessageKind::AllowCredentials => (message.is_preflight, value(&origin)),
            MessageKind::PreflightStatus | MessageKind::Method | MessageKind::Header => {
                (true, value(&origin))
            }
            MessageKind::MixedContent => (false, value(&origin)),
            _ => return None,
        };
        if !headers
            .iter()
            .all(|(_, it)| HeaderValue::from_str(it).is_ok())
        {
            return None;
        }
        let status = status(message.kind, message.status.as_ref());
        let fetch = fetch(message, subject, url, is_preflight);
        let reply = Reply {
            method: if is_preflight {
                Method::OPTIONS
            } else {
                fetch.method.clone()
            },
            target: target(&fetch.url),
            status,
            headers,
        };
        Some(Self {
            origin,
            lacks_reply: is_preflight,
            fetches: vec![fetch],
            replies: vec![reply],
        })
    }
}

fn status(kind: MessageKind, status: Option<&Located<u16>>) -> u16 {
    let status = status.map(|it| it.value);
    let status =
        status.filter(|it| StatusCode::from_u16(*it).is_ok_and(|it| !it.is_informational()));
    status.unwrap_or(match kind {
        MessageKind::PreflightStatus => 405,
        _ => 200,
    })
}

/// Returns the request that the message is about. It has what the message names, or else a method that
/// needs a preflight.
fn fetch(message: &Message, subject: &str, url: Url, is_preflight: bool) -> Fetch {
    let method = Method::from_bytes(subject.as_bytes());
    let method = method.ok().filter(|_| message.kind == MessageKind::Method);
    let header = subject.parse::<HeaderName>();
    let header = header.ok().filter(|_| message.kind == MessageKind::Header);
    let default = if is_preflight && header.is_none() {
        Method::PUT
    } else {
        Method::GET
    };
    let needs_credentials = matches!(
        message.kind,
        MessageKind::AllowCredentials | MessageKind::AllowOriginWildcard
    );
    let credentials = if message.has_credentials || needs_credentials {
        Credentials::Include
    } else {
        Credentials::SameOrigin
    };
    Fetch {
        method: method.unwrap_or(default),
        url,
        headers: header
            .map(|name| Fetch::header(name.as_str()))
            .into_iter()
            .collect(),
        mode: Mode::Cors,
        credentials,
        listens_to_upload: false,
        wanted: 200,
    }
}
