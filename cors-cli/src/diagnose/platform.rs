//! Remedies for platforms that are known by the origin of the page, by the host, or by the words of an error.

use cors_testing::is_same_site;

use super::facts::Facts;
use super::remedy::Want;
use crate::diagnosis::{Finding, Layer, Remedy};
use crate::message::Message;

/// Returns the remedy for a function of Google Cloud, whose front end refuses requests without headers of CORS.
pub(super) fn of_function(facts: &Facts<'_>) -> Option<Remedy> {
    is_function(facts).then(|| Remedy {
        layer: None,
        text: "check first that the function is deployed with this name, in this region, and that everybody may invoke it \
               (`allUsers` as `roles/run.invoker`, or `cloudfunctions.invoker`): otherwise Google itself responds with 404 or \
               403, without headers of CORS"
            .to_owned(),
        code: None,
    })
}

/// Returns the lines for the layers that are known by the host.
pub(super) fn layers(facts: &Facts<'_>, want: &Want) -> Vec<Remedy> {
    if is_function(facts) {
        return vec![Remedy {
            layer: Some(Layer::GoogleCloud),
            text: "in Firebase, write it in the options of the function; `onCall` sends the headers itself".to_owned(),
            code: Some(format!("onRequest({{ cors: [\"{}\"] }}, handler)", facts.origin.value)),
        }];
    }
    want.layers(facts, None)
}

fn is_function(facts: &Facts<'_>) -> bool {
    let host = facts.url.as_ref().and_then(url::Url::host_str);
    host.is_some_and(|host| host.ends_with(".cloudfunctions.net") || host.ends_with(".run.app"))
}

/// Returns the remedy for a server of somebody else.
pub(super) fn of_others(facts: &Facts<'_>) -> Option<Remedy> {
    let url = facts.url.as_ref()?;
    let is_own = is_same_site(&facts.origin.value, &url.origin().ascii_serialization());
    let host = url.host_str().unwrap_or_default();
    let is_local = matches!(host, "localhost" | "127.0.0.1" | "[::1]");
    (!is_own && !is_local).then(|| Remedy {
        layer: None,
        text: "if the server is not yours and is not meant for pages: call it from your own server, and let the page call that"
            .to_owned(),
        code: None,
    })
}

/// Returns the finding about an error of a platform that has no CORS.
pub(super) fn without_cors(facts: &Facts<'_>, message: &Message) -> Option<Finding> {
    let text = facts.paste.text.get(message.at.clone()).unwrap_or_default();
    if text.contains("Network request failed") {
        return Some(
            Finding::new(
                "network",
                "not CORS: React Native has no CORS checks, and it could not reach the server, or the system forbids `http:`",
            )
            .not_cors()
            .remedy(
                "on a device or an emulator `localhost` is the device itself: use the address of the computer in its network \
                 (`http://192.168.x.x:PORT`), or `10.0.2.2` in the emulator of Android, and let the server listen on `0.0.0.0`",
            )
            .remedy("use https, or permit `http:` (Android: `usesCleartextTraffic`, iOS: `NSAppTransportSecurity`)"),
        );
    }
    text.contains("TypeError: fetch failed").then(|| {
        Finding::new(
            "network",
            "not CORS: this is `fetch` of Node.js, which has no CORS checks, and it could not reach the server",
        )
        .not_cors()
        .remedy("look at `error.cause`: it has the reason, such as `ECONNREFUSED` or a certificate")
        .remedy("write `127.0.0.1` in place of `localhost`, which Node.js may take for `::1`")
    })
}

/// Returns the remedy for a page of an extension or an application, which need not ask the server.
pub(super) fn of_application(facts: &Facts<'_>) -> Option<Remedy> {
    let (scheme, _) = facts.origin.value.split_once("://")?;
    let text = match scheme {
        "http" | "https" => return None,
        "chrome-extension" | "moz-extension" | "safari-web-extension" => {
            "list the host in `host_permissions` of the extension's manifest, and send the request from its service worker or its \
             own pages, not from a content script: then no CORS check applies"
        }
        _ => {
            "let the native part of the application send the request (Capacitor: `CapacitorHttp`, Electron: the main process, \
             Tauri: its HTTP plugin): then no CORS check applies"
        }
    };
    Some(Remedy {
        layer: None,
        text: text.to_owned(),
        code: None,
    })
}

/// Returns the finding about a script of Google Apps Script, which redirects to a host that sends the header of CORS
/// only with the output of a script.
pub(super) fn apps_script(from: &str, target: &str) -> Option<Finding> {
    let is_script = target.starts_with("https://script.googleusercontent.com/")
        || from.starts_with("https://script.google.com/");
    is_script.then(|| {
        Finding::new(
            "redirect",
            format!(
                "the script of Google Apps Script ({from}) fails or demands a login, and the page to which Google redirects then \
                 has no `access-control-allow-origin`"
            ),
        )
        .remedy(
            "open the URL in a private window: an error of the script is shown there; Google sends the header only if \
             `doGet` or `doPost` returns `ContentService.createTextOutput(..)`",
        )
        .remedy("deploy it as a web app with access for Anyone, and as a new version after each change; call the URL that ends with `/exec`")
        .remedy("send no header that needs a preflight, such as `content-type: application/json`: use `text/plain`, because \
             scripts do not respond to OPTIONS")
    })
}
