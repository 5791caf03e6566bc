//! The facts of one case, and the assumptions in place of those that the text does not have.

use cors_testing::{Credentials, Mode};
use url::Url;

use super::answerer::{answered_by, of_host};
use super::asked::Asked;
use super::story::Story;
use crate::diagnosis::Answerer;
use crate::exchange::{Exchange, Located, Paste, Request, Response, Span};
use crate::message::{Message, MessageKind};

/// The origin of a page that the text does not have.
const ASSUMED_ORIGIN: &str = "https://app.example";

/// The facts of one case.
pub(super) struct Facts<'a> {
    pub(super) paste: &'a Paste,
    pub(super) asked: &'a Asked,
    pub(super) story: Story,
    /// The origin of the page. The place is empty if it was concluded or assumed.
    pub(super) origin: Located<String>,
    pub(super) has_origin: bool,
    pub(super) credentials: Credentials,
    /// The sign of the credentials. `None` if they are assumed.
    pub(super) credentials_at: Option<(Span, &'static str)>,
    pub(super) url: Option<Url>,
    /// The place of the URL. Empty if it was concluded.
    url_at: Span,
    pub(super) answered_by: Vec<Answerer>,
}

impl<'a> Facts<'a> {
    pub(super) fn new(paste: &'a Paste, asked: &'a Asked, story: Story) -> Self {
        let mut facts = Self {
            paste,
            asked,
            story,
            origin: Located {
                value: ASSUMED_ORIGIN.to_owned(),
                at: 0..0,
            },
            has_origin: false,
            credentials: Credentials::SameOrigin,
            credentials_at: None,
            url: None,
            url_at: 0..0,
            answered_by: Vec::new(),
        };
        if let Some(url) = facts.find_url() {
            facts.url = Some(url.value);
            facts.url_at = url.at;
        }
        if let Some(origin) = facts.find_origin() {
            facts.origin = origin;
            facts.has_origin = true;
        } else if let Some(origin) = facts.allowed_origin() {
            facts.origin.value = origin;
        }
        if let Some((credentials, at)) = facts.find_credentials() {
            facts.credentials = credentials;
            facts.credentials_at = Some(at);
        }
        let exchanges = facts.indexes();
        let responses = exchanges.filter_map(|index| paste.exchanges[index].response.as_ref());
        let mut answered: Vec<Answerer> = Vec::new();
        for answerer in responses.flat_map(answered_by) {
            if !answered.iter().any(|other| other.layer == answerer.layer) {
                answered.push(answerer);
            }
        }
        let host = facts.url.as_ref().and_then(Url::host_str);
        if answered.is_empty()
            && let Some(layer) = host.and_then(of_host)
        {
            let at = facts.url_at.clone();
            answered.push(Answerer { layer, at });
        }
        facts.answered_by = answered;
        facts
    }

    /// The exchanges of the page, without probes.
    pub(super) fn indexes(&self) -> impl Iterator<Item = usize> + use<> {
        let hops = self.story.hops.clone();
        self.story.preflight.into_iter().chain(hops)
    }

    pub(super) fn preflight(&self) -> Option<&'a Exchange> {
        self.story
            .preflight
            .map(|index| &self.paste.exchanges[index])
    }

    pub(super) fn hops(&self) -> impl Iterator<Item = &'a Exchange> + use<'_, 'a> {
        self.story
            .hops
            .iter()
            .map(|index| &self.paste.exchanges[*index])
    }

    /// The request of the page, before redirects.
    pub(super) fn request(&self) -> Option<&'a Request> {
        self.hops().next()?.request.as_ref()
    }

    pub(super) fn requests(&self) -> impl Iterator<Item = &'a Request> {
        self.hops()
            .chain(self.preflight())
            .filter_map(|exchange| exchange.request.as_ref())
    }

    pub(super) fn last_response(&self) -> Option<&'a Response> {
        let last = self.hops().last().or_else(|| self.preflight());
        last?.response.as_ref()
    }

    pub(super) fn messages(&self) -> impl Iterator<Item = &'a Message> + use<'_, 'a> {
        self.story
            .messages
            .iter()
            .map(|index| &self.paste.messages[*index])
    }

    pub(super) fn message(&self, kinds: &[MessageKind]) -> Option<&'a Message> {
        self.messages()
            .find(|message| kinds.contains(&message.kind))
    }

    /// The method of the page's request.
    pub(super) fn method(&self) -> String {
        let of_preflight = || {
            let request = self.preflight()?.request.as_ref()?;
            let field = request.header("access-control-request-method")?;
            Some(field.value.clone())
        };
        let of_message = || {
            let message = self.message(&[MessageKind::Method])?;
            Some(message.subject.as_ref()?.value.clone())
        };
        // As in `POST https://api.example/ 413`.
        let of_line = || {
            let words = self.messages().filter_map(|message| {
                let text = self.paste.text.get(message.at.clone())?;
                text.split_ascii_whitespace().next()
            });
            let methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];
            words
                .filter(|word| methods.contains(word))
                .map(str::to_owned)
                .next()
        };
        let request = self.request().map(|request| request.method.value.clone());
        request
            .or_else(of_preflight)
            .or_else(|| self.asked.method.clone())
            .or_else(of_message)
            .or_else(of_line)
            .unwrap_or_else(|| "GET".to_owned())
    }

    /// The request for sentences: by its method, if the text has it.
    pub(super) fn request_noun(&self) -> String {
        if self.has_method() {
            format!("the {}", self.method())
        } else {
            "the request".to_owned()
        }
    }

    /// The headers of the page's request that need permission, as far as the text has them.
    pub(super) fn requested_headers(&self) -> Vec<String> {
        let preflight = self
            .preflight()
            .and_then(|exchange| exchange.request.as_ref());
        let field = preflight.and_then(|request| request.header("access-control-request-headers"));
        if let Some(field) = field {
            let names = field
                .value
                .split(',')
                .map(|name| name.trim_ascii().to_ascii_lowercase());
            return names.filter(|name| !name.is_empty()).collect();
        }
        let message = self.message(&[MessageKind::Header]);
        let subject = message.and_then(|message| message.subject.as_ref());
        subject
            .map(|name| name.value.to_ascii_lowercase())
            .into_iter()
            .collect()
    }

    /// The mode of the page's request.
    pub(super) fn mode(&self) -> Mode {
        let mode = self.request().and_then(|request| request.mode);
        mode.unwrap_or(if self.asked.no_cors {
            Mode::NoCors
        } else {
            Mode::Cors
        })
    }

    /// The path of the request, or the URL, for sentences.
    pub(super) fn target(&self) -> String {
        match (&self.url, self.requests().next()) {
            (Some(url), _) if self.has_scheme() => without_query(url),
            (Some(url), _) => short(&url[url::Position::BeforeHost..url::Position::AfterPath]),
            (None, Some(request)) => short(&request.target),
            (None, None) => "the URL".to_owned(),
        }
    }

    /// Whether the text has the scheme of the URL, which was otherwise assumed.
    pub(super) fn has_scheme(&self) -> bool {
        let url = self.paste.text.get(self.url_at.clone()).unwrap_or_default();
        let url = url.trim_start_matches(['\'', '"']);
        url.starts_with("http") || url.starts_with("ws")
    }

    fn find_url(&self) -> Option<Located<Url>> {
        let of_request = self.requests().find_map(|request| request.url.as_ref());
        if let Some(url) = of_request {
            return Some(url.clone());
        }
        let mut urls = self.messages().filter_map(|message| message.url.as_ref());
        urls.find_map(|url| {
            Some(Located {
                value: Url::parse(&url.value).ok()?,
                at: url.at.clone(),
            })
        })
    }

    fn find_origin(&self) -> Option<Located<String>> {
        let header = |request: &'a Request| {
            let field = request.header("origin")?;
            Some(Located {
                value: field.value.clone(),
                at: field.at.clone(),
            })
        };
        let referer = |request: &'a Request| {
            let url = Url::parse(&request.header("referer")?.value).ok()?;
            Some(concluded(url.origin().ascii_serialization()))
        };
        let first = self.requests().find_map(header);
        let of_message = || self.messages().find_map(|message| message.origin.clone());
        first
            .or_else(of_message)
            .or_else(|| self.paste.page.clone())
            .or_else(|| self.asked.origin.clone().map(concluded))
            .or_else(|| self.requests().find_map(referer))
    }

    /// The origin that the response allows, because it was most likely sent to a page of that origin.
    fn allowed_origin(&self) -> Option<String> {
        let field = self
            .last_response()?
            .header("access-control-allow-origin")?;
        let origin = Url::parse(&field.value)
            .ok()?
            .origin()
            .ascii_serialization();
        (origin == field.value).then_some(origin)
    }

    /// Whether the text has the method of the page's request.
    pub(super) fn has_method(&self) -> bool {
        let is_of_message = || self.method() != "GET";
        self.requests().next().is_some() || self.asked.method.is_some() || is_of_message()
    }

    /// The method and the URL, as far as the text has them, for sentences.
    pub(super) fn title(&self) -> String {
        match (
            self.has_method(),
            self.url.is_some() || self.requests().next().is_some(),
        ) {
            (true, true) => format!("{} {}", self.method(), self.target()),
            (true, false) => self.method(),
            (false, true) => format!("the request to {}", self.target()),
            (false, false) => "the request".to_owned(),
        }
    }

    fn find_credentials(&self) -> Option<(Credentials, (Span, &'static str))> {
        let of_call = self
            .requests()
            .find_map(|request| request.credentials.as_ref());
        if let Some(credentials) = of_call {
            return Some((credentials.value, (credentials.at.clone(), "credentials")));
        }
        if let Some(credentials) = self.asked.credentials {
            return Some((credentials, (0..0, "")));
        }
        let is_of_credentials = |message: &&Message| {
            let kinds = [
                MessageKind::AllowOriginWildcard,
                MessageKind::AllowCredentials,
            ];
            message.has_credentials || kinds.contains(&message.kind)
        };
        if let Some(message) = self.messages().find(is_of_credentials) {
            let at = (message.at.clone(), "the request is sent with credentials");
            return Some((Credentials::Include, at));
        }
        let cookie = self.requests().find_map(|request| request.header("cookie"));
        cookie.map(|cookie| {
            let at = (cookie.at.clone(), "a cookie: the page sends credentials");
            (Credentials::Include, at)
        })
    }
}

fn concluded(value: String) -> Located<String> {
    Located { value, at: 0..0 }
}

/// Returns a URL for a sentence.
pub(super) fn without_query(url: &Url) -> String {
    short(&url[..url::Position::AfterPath])
}

/// Cuts a text for a sentence.
pub(super) fn short(text: &str) -> String {
    const MAX_CHARS: usize = 100;
    match text.char_indices().nth(MAX_CHARS) {
        Some((end, _)) => format!("{}..", &text[..end]),
        None => text.to_owned(),
    }
}
