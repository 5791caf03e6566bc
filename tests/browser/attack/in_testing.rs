//! The attacks of a page in `cors_testing::Browser`.

use axum::Router;
use axum::body::Body;
use cors_testing::{
    Browser, Credentials, Element, Fetch, Form, FormEncoding, Load, Mode, VisibleResponse,
};
use http::Request;

/// Those that it has not: a plug-in.
pub(super) const NOT_SUPPORTED: [&str; 1] = ["object"];

/// Performs an attack, and returns what the page reads. An error of the browser is an event for the page.
pub(super) async fn attack(browser: &Browser, app: &Router, name: &str, base: &str) -> String {
    let write = format!("{base}/write");
    let read = format!("{base}/read");
    let script = format!("{base}/script.js");
    let events = format!("{base}/events");
    let post = || Form::post(&write).field("a", "1").by_script().in_frame();
    let submit = async |browser: &Browser, form: Form| drop(browser.submit(app, form).await);
    let load = async |element: Element, url: &str| browser.load::<_, Body>(app, element, url).await;
    let fetch =
        async |fetch: Fetch| text(browser.fetch(app, fetch, Credentials::SameOrigin).await).await;
    let body = |method: &str| {
        let request = Request::builder().method(method).uri(&write);
        Fetch::new(
            request
                .header("content-type", "text/plain;charset=UTF-8")
                .body("a"),
        )
    };
    let secret = |is_read: bool| if is_read { "secret" } else { "" }.to_owned();
    match name {
        "form" | "form over a redirect" => submit(browser, post()).await,
        "form of plain text" => submit(browser, post().encoding(FormEncoding::TextPlain)).await,
        "form with files" => submit(browser, post().encoding(FormEncoding::Multipart)).await,
        "form with GET" => submit(browser, Form::get(&read).by_script().in_frame()).await,
        "form of a sandboxed frame" => submit(&browser.open("null"), post()).await,
        "no-cors POST" | "no-cors POST that outlives the page" => {
            drop(fetch(body("POST").mode(Mode::NoCors)).await);
        }
        "beacon" => drop(browser.beacon(app, &write, "a").await),
        "image" => drop(load(Load::Image.into(), &read).await),
        "style" => drop(load(Load::Style.into(), &read).await),
        "frame" => drop(load(Load::Frame.into(), &read).await),
        "fetch POST" => return fetch(body("POST")).await,
        "fetch PUT" => return fetch(body("PUT")).await,
        "fetch GET" => return fetch(Request::get(&read).into()).await,
        "no-cors GET" => return fetch(Fetch::new(Request::get(&read)).mode(Mode::NoCors)).await,
        // A script that is loaded runs, and its value is the secret.
        "script" => return secret(load(Load::Script.into(), &script).await.is_ok()),
        "script as a module" => {
            let module = Load::Script.cross_origin(Credentials::SameOrigin);
            let loaded = load(module, &format!("{script}?module")).await;
            return secret(loaded.is_ok());
        }
        "events" => {
            let source = browser.event_source(app, &events, Credentials::SameOrigin);
            return match source.await {
                Ok(mut source) => source.next().await.expect("an event").data,
                Err(_) => String::new(),
            };
        }
        // The first message is the secret.
        "socket" => {
            let socket = browser.web_socket(app, format!("{base}/socket")).await;
            return secret(socket.is_ok());
        }
        _ => unreachable!("{name}"),
    }
    String::new()
}

async fn text(fetched: Result<VisibleResponse<Body>, cors_testing::FetchError>) -> String {
    match fetched {
        Ok(visible) => visible.text().await.expect("a whole body"),
        Err(_) => String::new(),
    }
}
