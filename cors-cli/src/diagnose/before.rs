//! Reasons for which a browser does not send a request at all.

use cors_testing::is_mixed_content;
use url::Url;

use super::facts::{Facts, short, without_query};
use super::finding::{Findings, Rank};
use crate::diagnosis::Finding;
use crate::message::{Message, MessageKind};

/// Adds the reason why the browser does not send the request.
pub(super) fn check(facts: &Facts<'_>, found: &mut Findings) {
    for message in facts.messages() {
        let finding = match message.kind {
            MessageKind::MixedContent => mixed_content(facts),
            MessageKind::LocalNetwork => local_network(facts, message),
            MessageKind::Scheme => scheme(facts, message),
            MessageKind::ContentSecurityPolicy => content_security_policy(facts),
            _ if is_of_file(message) => scheme(facts, message),
            _ => continue,
        };
        found.fail(Rank::Explains, finding.at(&message.at, ""));
        return;
    }
    let url = facts.url.as_ref().filter(|_| facts.has_scheme());
    if let Some(url) = url.filter(|_| facts.has_origin)
        && is_mixed_content(&facts.origin.value, url)
        && facts.story.hops.len() < 2
    {
        let at = facts.requests().find_map(|request| request.url.as_ref());
        let finding = mixed_content(facts).at_value(at, "`http:`");
        found.fail(
            Rank::Explains,
            finding.at(&facts.origin.at, "a page of `https:`"),
        );
    }
}

fn is_of_file(message: &Message) -> bool {
    let url = message.url.as_ref();
    url.is_some_and(|url| url.value.starts_with("file:"))
}

fn mixed_content(facts: &Facts<'_>) -> Finding {
    let target = facts.url.as_ref();
    let text = target.map_or_else(
        || "a URL".to_owned(),
        |url| format!("`{}`", without_query(url)),
    );
    let secure = target.map(|url| match without_query(url) {
        text if text.starts_with("ws:") => text.replacen("ws:", "wss:", 1),
        text => text.replacen("http:", "https:", 1),
    });
    let secure = secure.unwrap_or_else(|| "https://..".to_owned());
    Finding::new(
        "mixed-content",
        format!(
            "not CORS: mixed content. The page was loaded over https, and browsers block its request to {text}, \
             which is not https; no CORS header can cure this"
        ),
    )
    .not_cors()
    .code("serve the URL over https, and call it so in the page:", secure)
    .remedy("while developing, load the page over http as well, or call `localhost`, which browsers except for Safari let pass")
}

fn local_network(facts: &Facts<'_>, message: &Message) -> Finding {
    let host = facts
        .url
        .as_ref()
        .and_then(Url::host_str)
        .unwrap_or("the device")
        .to_owned();
    let text = facts.paste.text.get(message.at.clone()).unwrap_or_default();
    if text.contains("Access-Control-Allow-Private-Network") {
        return Finding::new(
            "local-network",
            format!(
                "a public page wants to reach `{host}` on this computer or its network, and this version of Chrome demands a \
                 header of its own for that in the response to the preflight (Private Network Access)"
            ),
        )
        .code("respond to OPTIONS with:", "access-control-allow-private-network: true")
        .remedy(
            "newer versions show a prompt to the user in place of it (Local Network Access), which no header replaces: allow \
             it there, or serve the page from the same computer or network as the API",
        );
    }
    let is_secure = facts.origin.value.starts_with("https:") || !facts.has_origin;
    let finding = Finding::new(
        "local-network",
        format!(
            "not CORS: Local Network Access. A public page wants to reach `{host}` on this computer or its \
             network, and the browser has no permission of the user for it; no server can cure this"
        ),
    )
    .not_cors()
    .remedy(
        "allow it: click Allow in the browser's prompt, or set Local network access to Allow in the settings of \
         the site (the icon left of the address)",
    );
    let finding = if is_secure {
        finding
    } else {
        finding.remedy(
            "load the page over https, because browsers offer the permission only to secure pages",
        )
    };
    finding
        .remedy("or serve the page from the same computer or network as the API")
        .remedy("in companies, allow the page by the policy `LocalNetworkAccessAllowedForUrls`")
}

fn scheme(facts: &Facts<'_>, message: &Message) -> Finding {
    // The reader takes only absolute URLs for one.
    let text = facts.paste.text.get(message.at.clone()).unwrap_or_default();
    let quoted = || text.split(" at '").nth(1)?.split('\'').next();
    let url = message.url.as_ref().map(|url| url.value.as_str());
    let url = url.or_else(quoted).unwrap_or_default();
    let is_file = url.starts_with("file:") || facts.origin.value == "null" || url.is_empty();
    let has_no_scheme = !url.is_empty() && !url.contains("://");
    if has_no_scheme {
        return Finding::new(
            "url-scheme",
            format!(
                "the URL `{}` in the page has no scheme, so the browser takes its beginning for one, and \
                 sends nothing",
                short(url)
            ),
        )
        .not_cors()
        .code("write the whole URL in the page:", format!("http://{}", short(url)));
    }
    if is_file {
        return Finding::new(
            "file-page",
            "the page was opened as a file (`file:`), and such a page may not load other files or call \
             servers; no server can cure this",
        )
        .not_cors()
        .code(
            "serve the folder by an HTTP server, and open `http://localhost:8000/`",
            "python3 -m http.server 8000",
        );
    }
    let scheme = url.split("://").next().unwrap_or_default();
    Finding::new(
        "url-scheme",
        format!("a page cannot call a URL of the scheme `{}:`; only http and https have CORS", short(scheme)),
    )
    .remedy("call an `http:` or `https:` URL, or let the native part of the application send the request")
}

fn content_security_policy(facts: &Facts<'_>) -> Finding {
    let host = facts.url.as_ref().map_or_else(
        || "https://api.example".to_owned(),
        |url| url.origin().ascii_serialization(),
    );
    Finding::new(
        "content-security-policy",
        format!(
            "not CORS: the page's own Content Security Policy does not let it call `{host}`, and the server of \
             the page sends it"
        ),
    )
    .not_cors()
    .code(
        "add the host to the policy, in the header or the `<meta>` of the page:",
        format!("content-security-policy: connect-src 'self' {host}"),
    )
}
