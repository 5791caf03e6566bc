//! Exchanges and messages that belong to one request of a page.

use std::collections::HashMap;

use url::Url;

use crate::exchange::{Exchange, Paste, Purpose, Request};
use crate::message::{Message, MessageKind};

/// The indexes of everything in a paste that belongs to one request of a page.
#[derive(Clone, Debug, Default)]
pub(super) struct Story {
    pub(super) preflight: Option<usize>,
    /// The request, and its redirects.
    pub(super) hops: Vec<usize>,
    pub(super) probes: Vec<usize>,
    pub(super) messages: Vec<usize>,
}

/// Divides a paste into stories. Each has an exchange or a message.
pub(super) fn stories(paste: &Paste) -> Vec<Story> {
    let mut stories: Vec<Story> = Vec::new();
    for (index, exchange) in paste.exchanges.iter().enumerate() {
        if is_probe(exchange.purpose) {
            match stories.last_mut() {
                Some(story) => story.probes.push(index),
                None => stories.push(Story {
                    probes: vec![index],
                    ..Story::default()
                }),
            }
        } else if is_preflight(paste, exchange) {
            stories.push(Story {
                preflight: Some(index),
                ..Story::default()
            });
        } else {
            match stories
                .last_mut()
                .filter(|story| story.takes(paste, exchange))
            {
                Some(story) => story.hops.push(index),
                None => stories.push(Story {
                    hops: vec![index],
                    ..Story::default()
                }),
            }
        }
    }
    add_messages(paste, &mut stories);
    stories
}

impl Story {
    /// Whether an exchange is the next one of this story.
    fn takes(&self, paste: &Paste, next: &Exchange) -> bool {
        let Some(request) = &next.request else {
            // The response to a request that the text does not have: the story's, or a redirect.
            return self.hops.last().map_or(self.preflight.is_some(), |last| {
                redirect_target(&paste.exchanges[*last]).is_some()
            });
        };
        match (self.hops.last(), self.preflight) {
            (Some(last), _) => {
                let last = &paste.exchanges[*last];
                let target = redirect_target(last);
                target.is_some_and(|target| is_at(request, last, target))
            }
            (None, Some(preflight)) => {
                let Some(asked) = &paste.exchanges[preflight].request else {
                    return true;
                };
                let method = asked.header("access-control-request-method");
                let is_method = method.is_none_or(|field| field.value == request.method.value);
                is_method && asked.target == request.target
            }
            (None, None) => false,
        }
    }
}

fn is_probe(purpose: Purpose) -> bool {
    !matches!(
        purpose,
        Purpose::Pasted | Purpose::Preflight | Purpose::Request | Purpose::Redirect
    )
}

/// Whether an exchange is a preflight, also if a message is about the response, and its request is missing.
fn is_preflight(paste: &Paste, exchange: &Exchange) -> bool {
    let Some(request) = &exchange.request else {
        return paste.exchanges.len() == 1
            && paste.messages.iter().any(|message| message.is_preflight);
    };
    let has = |name| request.header(name).is_some();
    request.method.value == "OPTIONS" && has("origin") && has("access-control-request-method")
}

fn redirect_target(exchange: &Exchange) -> Option<&str> {
    let response = exchange.response.as_ref()?;
    let status = response.status.as_ref()?.value;
    let location = response.header("location")?;
    matches!(status, 301 | 302 | 303 | 307 | 308).then_some(&location.value)
}

/// Whether a request is to the target of a redirect.
fn is_at(request: &Request, from: &Exchange, target: &str) -> bool {
    let base = from
        .request
        .as_ref()
        .and_then(|request| request.url.as_ref());
    match (&request.url, base) {
        // The schemes are often assumed.
        (Some(url), Some(base)) => base
            .value
            .join(target)
            .is_ok_and(|target| key(target.as_str()) == key(url.value.as_str())),
        _ => target.ends_with(&request.target),
    }
}

/// Gives each message to the story of its URL, and the rest to stories of their own.
fn add_messages(paste: &Paste, stories: &mut Vec<Story>) {
    let mut by_url: HashMap<String, usize> = HashMap::new();
    for (index, story) in stories.iter().enumerate() {
        for exchange in story.preflight.iter().chain(&story.hops) {
            let request = paste.exchanges[*exchange].request.as_ref();
            if let Some(request) = request {
                let url = request.url.as_ref().map(|url| key(url.value.as_str()));
                by_url
                    .entry(url.unwrap_or_else(|| request.target.clone()))
                    .or_insert(index);
            }
        }
    }
    let exchanges = stories.len();
    let has_url = by_url.keys().any(|key| !key.starts_with('/'));
    for (index, message) in paste.messages.iter().enumerate() {
        let found = urls(message).find_map(|url| by_url.get(&url).copied());
        let found = found.or_else(|| cut(message, stories, paste));
        // Those that are no part of another error stand for a request, also without its URL.
        let has_own_url = message.url.is_some() || is_of_its_own(message.kind);
        let is_without = |message: &usize| paste.messages[*message].url.is_none();
        let place = match (found, &stories[..]) {
            (Some(place), _) => place,
            (None, [.., _]) if !has_own_url && exchanges > 0 => 0,
            (None, [.., _]) if !has_own_url => stories.len() - 1,
            // The URL of the exchange is not in the text, or that of the message.
            (None, [_]) if exchanges == 1 && (!has_url || message.url.is_none()) => 0,
            // Safari writes the URL in the second of three messages.
            (None, [only]) if exchanges == 0 && only.messages.iter().all(is_without) => 0,
            (None, _) => {
                stories.push(Story::default());
                stories.len() - 1
            }
        };
        for url in urls(message) {
            by_url.entry(url).or_insert(place);
        }
        stories[place].messages.push(index);
    }
}

/// Returns the story of a URL that was cut in the text, as by `?..` in place of its query.
fn cut(message: &Message, stories: &[Story], paste: &Paste) -> Option<usize> {
    // Bounds, because each cut URL is compared with these.
    const MAX: usize = 50;
    const MAX_MESSAGES: usize = 4;
    let start = start_of_cut(message)?;
    stories.iter().take(MAX).position(|story| {
        let mut own = story
            .messages
            .iter()
            .take(MAX_MESSAGES)
            .filter_map(|index| paste.messages[*index].url.as_ref());
        own.any(|url| url.value.starts_with(start))
    })
}

/// Returns the part of a URL in front of the points with which somebody has cut it.
fn start_of_cut(message: &Message) -> Option<&str> {
    let url = message.url.as_ref()?.value.as_str();
    let start = url.trim_end_matches(['.', '…']);
    let is_cut = start.len() < url.len() || url.ends_with('?');
    is_cut.then(|| start.trim_end_matches('?'))
}

/// Whether a message is an error of its own, and no detail of another one.
fn is_of_its_own(kind: MessageKind) -> bool {
    matches!(
        kind,
        MessageKind::Blocked
            | MessageKind::Certificate
            | MessageKind::ContentSecurityPolicy
            | MessageKind::Cookie
            | MessageKind::Dns
            | MessageKind::Frame
            | MessageKind::LocalNetwork
            | MessageKind::MixedContent
            | MessageKind::Refused
            | MessageKind::OpaqueBlocked
            | MessageKind::ResourcePolicy
            | MessageKind::TaintedCanvas
            | MessageKind::WebSocket
    )
}

/// Returns the keys of a message's URLs: of the whole ones, and of the path.
fn urls(message: &Message) -> impl Iterator<Item = String> {
    let urls = [&message.url, &message.redirected_from];
    let texts: Vec<String> = urls
        .into_iter()
        .flatten()
        .map(|url| url.value.clone())
        .collect();
    let paths: Vec<String> = texts
        .iter()
        .filter_map(|text| Url::parse(text).ok())
        .map(|url| url[url::Position::BeforePath..url::Position::AfterQuery].to_owned())
        .filter(|path| path != "/")
        .collect();
    texts.into_iter().map(|text| key(&text)).chain(paths)
}

/// Returns a URL without its scheme, which is often assumed, and without its fragment.
fn key(url: &str) -> String {
    match Url::parse(url) {
        Ok(url) => url[url::Position::BeforeHost..url::Position::AfterQuery].to_owned(),
        Err(_) => url.to_owned(),
    }
}
