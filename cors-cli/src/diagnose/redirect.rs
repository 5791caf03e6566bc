//! Redirects that a page cannot follow.

use url::Url;

use super::facts::{Facts, short};
use super::heads::first_line;
use super::heads::status_line;
use super::remedy::Want;
use crate::diagnosis::Finding;
use crate::exchange::{Exchange, Response};

/// The reason for a redirect.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// The browser itself, because the host is known to want https.
    Hsts,
    Login,
    Slash,
    Https,
    Other,
}

/// Returns the finding about a redirect of a preflight, or of a request whose redirect has no headers of
/// CORS.
pub(super) fn of_response(
    facts: &Facts<'_>,
    exchange: &Exchange,
    response: &Response,
    is_preflight: bool,
) -> Finding {
    let location = response.header("location");
    let target = location
        .map(|field| field.value.clone())
        .unwrap_or_default();
    let from = exchange.request.as_ref().map_or_else(
        || facts.target(),
        |request| match &request.url {
            Some(url) => url.value.to_string(),
            None => request.target.clone(),
        },
    );
    let kind = kind(response, &from, &target);
    let line = status_line(response);
    let to = short(&target);
    let (id, sentence) = sentence(kind, is_preflight, &line, &to);
    let mut finding = Finding::new(id, sentence);
    finding = finding.at(&first_line(facts, &response.at), "");
    if let Some(location) = location {
        finding = finding.at(&location.at, "the target");
    }
    // A scheme that was assumed is no part of an advice.
    let call = if facts.has_scheme() {
        absolute(&from, &target)
    } else {
        target.clone()
    };
    finding = match kind {
        Kind::Hsts | Kind::Https => {
            finding.remedy(format!("call `{}` directly, with `https:`, in the page", short(&call)))
        }
        Kind::Login if is_preflight => {
            let want = Want::of(facts);
            finding
                .code(
                    "respond to OPTIONS with 204 before the login, because it reveals nothing that is secret:",
                    want.wire(true),
                )
                .with_remedies(want.layers(facts, Some(response)))
        }
        Kind::Login => finding
            .not_cors()
            .remedy(
                "respond to requests of the API with 401 and CORS headers, in place of a redirect to a login \
                 page; the page then opens the login in the window (`location.href = ..`)",
            )
            .remedy("log in again, because the session has most likely expired"),
        Kind::Slash => finding
            .remedy(format!("call `{}` directly in the page: only the slash differs", short(&call)))
            .remedy(
                "or put the CORS layer outside of the one that redirects, so that the redirect has the \
                 headers, too",
            ),
        Kind::Other => finding
            .remedy(format!("call `{}` directly in the page", short(&call)))
            .remedy("or send the CORS headers with the redirect as well"),
    };
    if is_preflight && !matches!(kind, Kind::Hsts | Kind::Login) {
        finding = finding.remedy("or respond to OPTIONS with 204 before anything redirects");
    }
    if kind == Kind::Login && !is_preflight {
        let want = Want::of(facts);
        finding = finding.code("send these headers with the 401:", want.wire(false));
    }
    finding
}

fn sentence(kind: Kind, is_preflight: bool, line: &str, to: &str) -> (&'static str, String) {
    let what = if is_preflight {
        "the preflight"
    } else {
        "the request"
    };
    let rule = if is_preflight {
        "browsers follow no redirect of a preflight"
    } else {
        "the redirect has no `access-control-allow-origin`"
    };
    match kind {
        Kind::Hsts => (
            "hsts",
            format!(
                "the browser itself turned `http:` into `https:` ({line}), because the host has once \
                 required https (HSTS), and {rule}"
            ),
        ),
        Kind::Login if is_preflight => (
            "login-redirect",
            format!(
                "the preflight is redirected to a login page ({line} to `{to}`): it never carries cookies or a token, so \
                 a login in front of the API refuses each one"
            ),
        ),
        Kind::Login => (
            "login-redirect",
            format!(
                "{what} is redirected to a login page ({line} to `{to}`), which a page cannot follow or read: \
                 the session is missing or has expired"
            ),
        ),
        Kind::Slash => (
            "slash-redirect",
            format!(
                "the server redirects {what} to the same URL {} a slash at the end ({line} to `{to}`) before \
                 CORS is handled, and {rule}",
                if to.ends_with('/') { "with" } else { "without" }
            ),
        ),
        Kind::Https => (
            "https-redirect",
            format!("the server redirects {what} from `http:` to `https:` ({line}), and {rule}"),
        ),
        Kind::Other => (
            if is_preflight {
                "preflight-redirect"
            } else {
                "redirect"
            },
            format!("the server redirects {what} ({line} to `{to}`), and {rule}"),
        ),
    }
}

/// Whether the browser itself has made the response, because the host is known to want https.
pub(super) fn is_internal(response: &Response) -> bool {
    response.reason.eq_ignore_ascii_case("internal redirect")
        || response.header("non-authoritative-reason").is_some()
}

fn kind(response: &Response, from: &str, target: &str) -> Kind {
    if is_internal(response) {
        return Kind::Hsts;
    }
    let absolute = absolute(from, target);
    let bare = |url: &str| {
        let url = url.split_once("://").map_or(url, |(_, rest)| rest);
        let path = url.split(['?', '#']).next().unwrap_or_default();
        path.to_owned()
    };
    let (old, new) = (bare(from), bare(&absolute));
    // The same path at another scheme or host is no login, even if it is named so.
    let path = |bare: &str| {
        let start = bare.find('/').unwrap_or(bare.len());
        bare[start..].trim_end_matches('/').to_owned()
    };
    if is_login(&absolute) && (path(&old).is_empty() || path(&old) != path(&new)) {
        Kind::Login
    } else if from.starts_with("http:") && absolute.starts_with("https:") && old == new {
        Kind::Https
    } else if old != new && is_suffix(&new, &old) {
        Kind::Slash
    } else {
        Kind::Other
    }
}

/// Whether two URLs differ only in the slash at the end. One of them may have no host.
fn is_suffix(new: &str, old: &str) -> bool {
    let [new, old] = [new, old].map(|path| path.trim_end_matches('/'));
    !new.is_empty()
        && (new == old || (old.starts_with('/') && new.ends_with(old)))
        && !old.is_empty()
}

/// Whether a URL is most likely that of a login page.
pub(super) fn is_login(target: &str) -> bool {
    const WORDS: [&str; 14] = [
        "login", "signin", "sign-in", "sign_in", "logon", "auth", "oauth", "oauth2", "sso", "saml",
        "saml2", "cas", "adfs", "accounts",
    ];
    const HOSTS: [&str; 4] = ["login", "auth", "sso", "accounts"];
    let path = target
        .split(['?', '#'])
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    let path = path
        .split_once("://")
        .map_or(path.as_str(), |(_, rest)| rest);
    let mut parts = path.split('/');
    let host = parts.next().unwrap_or_default();
    let has_host =
        host.split('.').any(|label| HOSTS.contains(&label)) || host.contains("cloudflareaccess");
    has_host
        || parts.any(|part| {
            WORDS.contains(
                &part
                    .trim_end_matches(".html")
                    .trim_end_matches(".php")
                    .trim_end_matches(".aspx"),
            )
        })
}

/// Joins the target of a redirect with its URL.
fn absolute(from: &str, target: &str) -> String {
    match Url::parse(from).and_then(|from| from.join(target)) {
        Ok(url) => url.to_string(),
        Err(_) => target.to_owned(),
    }
}
