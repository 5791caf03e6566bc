//! Web sockets, whose handshake no CORS check applies to.

use super::facts::Facts;
use super::finding::{Findings, Rank};
use super::heads::status_line;
use crate::diagnosis::Finding;
use crate::exchange::Located;
use crate::message::MessageKind;

/// Adds the reason why a web socket was not opened.
pub(super) fn check(facts: &Facts<'_>, found: &mut Findings) {
    found.fail(
        Rank::Explains,
        of_exchange(facts).or_else(|| of_message(facts)),
    );
}

/// Returns the finding about a handshake whose response is in the text.
fn of_exchange(facts: &Facts<'_>) -> Option<Finding> {
    let upgrade = facts.request()?.header("upgrade")?;
    let response = facts.last_response()?;
    let status = response
        .status
        .as_ref()
        .filter(|status| status.value != 101)?;
    if !upgrade.value.eq_ignore_ascii_case("websocket") {
        return None;
    }
    Some(refused(facts, status, &status_line(response)))
}

/// Returns the finding about a sentence of the console.
fn of_message(facts: &Facts<'_>) -> Option<Finding> {
    let message = facts.message(&[MessageKind::WebSocket])?;
    if let Some(status) = &message.status {
        let line = status.value.to_string();
        return Some(refused(facts, status, &line).at(&message.at, "the browser's words"));
    }
    let finding = Finding::new(
        "handshake",
        format!(
            "not CORS: the web socket {} could not be opened, and the message has no reason: the server is not reachable, \
             its certificate is not trusted, or it does not respond to the handshake with 101",
            facts.target()
        ),
    );
    let url = facts.target().replacen("ws", "http", 1);
    Some(
        finding
            .not_cors()
            .at(&message.at, "")
            .code(
                "see the response to the handshake:",
                format!(
                    "curl -i --http1.1 -H 'Connection: Upgrade' -H 'Upgrade: websocket' -H 'Sec-WebSocket-Version: 13' \
                     -H 'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==' -H 'Origin: {}' '{url}'",
                    facts.origin.value
                ),
            )
            .remedy("compare scheme (`wss:` on pages of https), host, port and path of the URL with those of the server"),
    )
}

fn refused(facts: &Facts<'_>, status: &Located<u16>, line: &str) -> Finding {
    let why = match status.value {
        200..=299 => "the path is not the web socket's, or a proxy does not pass the upgrade on",
        301..=308 => "browsers follow no redirect of a handshake",
        401 => {
            "it demands a login, and a handshake has only cookies, never the header `authorization`"
        }
        403 => "it refuses the handshake, most often because `Origin` is not in its list",
        404 => "there is no web socket at this path, or a proxy does not pass the upgrade on",
        400 | 426 => "it does not see an upgrade, most often because a proxy does not pass it on",
        502..=504 => "the server behind the proxy is not reachable",
        _ => "it fails before the web socket is open",
    };
    let finding = Finding::new(
        "handshake",
        format!(
            "not CORS: the server responds to the handshake of a web socket with {line} in place of 101: {why}; there is \
             no CORS for web sockets, and the server itself decides by `Origin`"
        ),
    )
    .not_cors()
    .at(&status.at, "not 101")
    .at(&facts.origin.at, "the origin of the page");
    let list = if facts.has_origin {
        format!(
            "add `{}` to the server's list of origins for web sockets",
            facts.origin.value
        )
    } else {
        "add the origin of the page to the server's list of origins for web sockets".to_owned()
    };
    match status.value {
        401 => finding.remedy("send the token in the URL, in the first message, or as a cookie"),
        403 => finding
            .remedy(format!(
                "{list} (Spring: `setAllowedOrigins`, Rails: `allowed_request_origins`, Django: `ALLOWED_HOSTS`, \
                 Socket.IO: `cors.origin`)"
            ))
            .remedy("if the list has it: check the login, and the firewall or the proxy in front"),
        301..=308 => finding.remedy("write the URL to which it redirects in the page, usually with `wss:`"),
        502..=504 => finding.remedy("check that the server runs and listens where the proxy expects it"),
        500 => finding.remedy("look at the log of the server"),
        _ => finding.code(
            "compare the path with the server's, and let the proxy pass the upgrade on, such as nginx by:",
            "proxy_http_version 1.1;\nproxy_set_header Upgrade $http_upgrade;\nproxy_set_header Connection \"upgrade\";",
        ),
    }
}
