//! Variations of a request, whose responses together show more than one.

use http::header::{
    ACCEPT, ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, CONTENT_TYPE, HOST,
    HeaderName, HeaderValue, ORIGIN,
};
use http::{Method, Version, request};
use url::{Host, Url};

use super::connection::{Body, Versions};
use super::wire::{First, Sent, Wire};
use crate::exchange::{FailureKind, Purpose};

/// An origin that no allowlist has, because its domain is reserved.
const OTHER_ORIGIN: &str = "https://cors-explain.invalid";

/// A request that differs in one thing.
type Variation = (Purpose, request::Parts, Versions);

/// Sends the variations. The first one without a response is the last, except for another scheme or
/// version, which many servers do not have.
pub(super) async fn probe(wire: &Wire, audit: bool) {
    for (purpose, head, versions) in variations(&wire.first(), audit) {
        let sent = wire.send(purpose, head, Body::default(), versions).await;
        let may_fail = matches!(purpose, Purpose::OtherScheme | Purpose::OtherVersion);
        if sent.is_none() && !may_fail {
            return;
        }
    }
}

/// Returns the variations of a request that only reads. For others they are of its preflight.
fn variations(first: &First, audit: bool) -> Vec<Variation> {
    let request = first.request.as_ref();
    let reading = request.filter(|sent| sent.head.method.is_safe());
    let Some(base) = reading.or(first.preflight.as_ref()) else {
        let error_path = request.and_then(|sent| error_path(&sent.head));
        return Vec::from_iter(error_path);
    };
    let Some(url) = url(&base.head) else {
        return Vec::new();
    };
    let mut variations = Vec::new();
    if let (Ok(version), Some(page)) = (base.outcome, base.head.headers.get(ORIGIN)) {
        variations.push(with_origin(base, Purpose::OtherOrigin, OTHER_ORIGIN));
        variations.push(with_origin(base, Purpose::NullOrigin, "null"));
        if reading.is_some() {
            variations.push(without_origin(base));
        }
        variations.extend(error_path(&base.head));
        variations.extend(other_slash(&base.head, &url));
        if version == Version::HTTP_2 {
            let head = base.head.clone();
            variations.push((Purpose::OtherVersion, head, Versions::Http1));
        }
        let similar = if audit { similar(page) } else { Vec::new() };
        let similar = similar.iter();
        variations.extend(similar.map(|origin| with_origin(base, Purpose::SimilarOrigin, origin)));
    }
    variations.extend(other_scheme(base, url));
    variations
}

fn with_origin(base: &Sent, purpose: Purpose, origin: &str) -> Variation {
    let mut head = base.head.clone();
    if let Ok(origin) = HeaderValue::try_from(origin) {
        head.headers.insert(ORIGIN, origin);
    }
    if let Some(site) = head.headers.get_mut("sec-fetch-site") {
        *site = HeaderValue::from_static("cross-site");
    }
    (purpose, head, Versions::All)
}

/// Returns the request as a program sends it that is not a browser.
fn without_origin(base: &Sent) -> Variation {
    let mut head = base.head.clone();
    for name in [
        "origin",
        "sec-fetch-site",
        "sec-fetch-mode",
        "sec-fetch-dest",
    ] {
        head.headers.remove(name);
    }
    (Purpose::WithoutOrigin, head, Versions::All)
}

/// Returns a GET of a path that most likely does not exist.
fn error_path(base: &request::Parts) -> Option<Variation> {
    let mut url = url(base)?;
    let path = format!("{}/no-such-path", url.path().trim_end_matches('/'));
    url.set_path(&path);
    url.set_query(None);
    let mut head = at(base, &url)?;
    head.method = Method::GET;
    for name in [
        ACCESS_CONTROL_REQUEST_METHOD,
        ACCESS_CONTROL_REQUEST_HEADERS,
        CONTENT_TYPE,
    ] {
        head.headers.remove(name);
    }
    Some((Purpose::ErrorPath, head, Versions::All))
}

fn other_slash(base: &request::Parts, url: &Url) -> Option<Variation> {
    let mut url = url.clone();
    let path = match url.path() {
        "/" => return None,
        path => match path.strip_suffix('/') {
            Some(path) => path.to_owned(),
            None => format!("{path}/"),
        },
    };
    url.set_path(&path);
    Some((Purpose::OtherSlash, at(base, &url)?, Versions::All))
}

/// Returns the same request with the other scheme: on its own default port, or on the same port if it
/// is TLS that failed or seems to be missing. Over `http:` it has no headers that can be secret.
fn other_scheme(base: &Sent, mut url: Url) -> Option<Variation> {
    // A server of TLS may close a connection without it.
    let is_wrong_scheme = matches!(base.outcome, Err(FailureKind::Tls | FailureKind::Closed));
    let is_unreachable = matches!(
        base.outcome,
        Err(FailureKind::Dns | FailureKind::Timeout | FailureKind::Certificate)
    );
    if is_unreachable || (url.port().is_some() && !is_wrong_scheme) {
        return None;
    }
    let scheme = match url.scheme() {
        "https" => "http",
        _ => "https",
    };
    url.set_scheme(scheme).ok()?;
    let mut head = at(&base.head, &url)?;
    if scheme == "http" {
        let is_public = |name: &HeaderName| {
            let public = [
                ACCEPT,
                ACCESS_CONTROL_REQUEST_HEADERS,
                ACCESS_CONTROL_REQUEST_METHOD,
                HOST,
                ORIGIN,
            ];
            public.contains(name)
        };
        let headers = head.headers.iter();
        let public = headers.filter(|(name, _)| is_public(name));
        head.headers = public
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
    }
    Some((Purpose::OtherScheme, head, Versions::All))
}

/// Returns origins that careless comparisons take for the one of a page: by its start, by its end, and
/// without its scheme.
fn similar(page: &HeaderValue) -> Vec<String> {
    let page = page.to_str().ok().and_then(|page| Url::parse(page).ok());
    let Some((page, Some(Host::Domain(host)))) = page.as_ref().map(|page| (page, page.host()))
    else {
        return Vec::new();
    };
    let scheme = page.scheme();
    let port = page.port().map_or(String::new(), |port| format!(":{port}"));
    let mut similar = vec![
        format!("{scheme}://{host}.cors-explain.invalid"),
        format!("{scheme}://x{host}{port}"),
    ];
    if scheme == "https" {
        similar.push(format!("http://{host}{port}"));
    }
    similar
}

fn url(head: &request::Parts) -> Option<Url> {
    Url::parse(&head.uri.to_string()).ok()
}

fn at(base: &request::Parts, url: &Url) -> Option<request::Parts> {
    let mut head = base.clone();
    head.uri = url.as_str().parse().ok()?;
    Some(head)
}
