//! The requests of `cors_testing::Browser`.

use axum::Router;
use axum::body::Body;
use cors_testing::{
    BeaconBody, Browser, Credentials, Element, FetchError, Form, FormEncoding, Handshake,
    HandshakeError, Load, Navigation, Socket, Step, VisibleResponse,
};
use http::Request;

use crate::engines::Engine;

/// Performs a request, and returns the text that a person sees, or the event that the page gets. The
/// handshakes of web sockets are those of an engine.
pub(super) async fn perform(
    browser: &Browser,
    app: &Router,
    kind: &str,
    url: &str,
    engine: Option<Engine>,
) -> Seen {
    use Credentials::{Include, SameOrigin};
    let navigate = async |to| text(browser.navigate(app, to).await).await;
    let submit = async |form| text(browser.submit(app, form).await).await;
    let load = async |element: Element| event(browser.load(app, element, url).await);
    // The page gets nothing in any case.
    let send = async |body: BeaconBody| {
        let _ = browser.beacon(app, url, body).await;
        Ok(String::new())
    };
    let connect = async |socket: Socket| {
        let has_metadata = engine.is_some_and(|engine| engine != Engine::Chromium);
        let socket = if has_metadata {
            socket.fetch_metadata()
        } else {
            socket
        };
        opened(browser.web_socket(app, socket).await)
    };
    let form = |method: fn(String) -> Form| {
        let form = method(url.to_owned()).field("a b", "\u{e4}&\n1");
        form.file("f", "a.txt", "text/plain", "x\ny")
    };
    let post = || form(Form::post).by_script();
    match kind {
        "fetch" => event(browser.fetch(app, Request::get(url), SameOrigin).await),
        "link" => navigate(Navigation::link(url)).await,
        "link by script" => navigate(Navigation::by_script(url)).await,
        "typed address" => navigate(Navigation::typed(url)).await,
        "form" => submit(form(Form::post)).await,
        "form by script" => submit(post()).await,
        "form by script in a frame" => submit(post().in_frame()).await,
        "form with files" => submit(post().encoding(FormEncoding::Multipart)).await,
        "form of plain text" => submit(post().encoding(FormEncoding::TextPlain)).await,
        "form with GET" => submit(form(Form::get).by_script()).await,
        "frame" => text(browser.load(app, Load::Frame, url).await).await,
        "image" => load(Load::Image.into()).await,
        "image with CORS" => load(Load::Image.cross_origin(SameOrigin)).await,
        "image with credentials" => load(Load::Image.cross_origin(Include)).await,
        "script" => load(Load::Script.into()).await,
        "script as a module" => load(Load::Script.cross_origin(SameOrigin)).await,
        "style" => load(Load::Style.into()).await,
        // The file is none, so there is no font in any case.
        "font" => {
            let _ = load(Load::Font.into()).await;
            Ok(String::new())
        }
        "beacon" => send("1".into()).await,
        "beacon of bytes" => send(BeaconBody::bytes("1")).await,
        "beacon of JSON" => send(BeaconBody::blob("application/json", "1")).await,
        "events" => events_of(browser, app, url, SameOrigin, 1).await,
        "events with credentials" => events_of(browser, app, url, Include, 1).await,
        "events twice" => events_of(browser, app, url, SameOrigin, 2).await,
        "socket" => connect(Socket::new(url)).await,
        "socket with subprotocols" => connect(Socket::new(url).protocols(&["v2", "chat"])).await,
        _ => unreachable!("{kind}"),
    }
}

/// `Err` where the page gets an `error` event.
type Seen = Result<String, Step>;

async fn text(shown: Result<VisibleResponse<Body>, FetchError>) -> Seen {
    let shown = shown.map_err(|error| error.step())?;
    Ok(shown.text().await.expect("a whole body"))
}

fn event<R>(loaded: Result<R, FetchError>) -> Seen {
    loaded.map_or_else(|error| Err(error.step()), |_| Ok("load".to_owned()))
}

fn opened(handshake: Result<Handshake, HandshakeError>) -> Seen {
    let handshake = handshake.map_err(|error| error.step())?;
    Ok(match handshake.protocol() {
        Some(protocol) => format!("open {protocol}"),
        None => "open".to_owned(),
    })
}

/// The data of the first events. Each is the only one of its connection.
async fn events_of(
    browser: &Browser,
    app: &Router,
    url: &str,
    credentials: Credentials,
    count: usize,
) -> Seen {
    let source = browser.event_source(app, url, credentials).await;
    let mut source = source.map_err(|error| error.step())?;
    let mut read = Vec::new();
    while read.len() < count {
        match source.next().await {
            Some(event) => read.push(event.data),
            None => source.reconnect().await.map_err(|error| error.step())?,
        }
    }
    Ok(read.join(", "))
}
