//! The page of `examples/mcp`: a client of an MCP server, and the same page as a stranger.

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::engines::{Engine, Session, in_each_engine};
use super::example::{Example, MCP};

/// The steps of the page: name, status, and the beginning of what the page reads.
const CLIENT: [(&str, &str, &str); 10] = [
    (
        "no token",
        "401",
        "a token is missing; www-authenticate: Bearer realm=\"weather\"",
    ),
    ("no accept", "406", "Not Acceptable"),
    ("initialize", "200", "version 2025-11-25, session "),
    ("notifications/initialized", "202", "accepted"),
    ("tools/list", "200", "forecast"),
    ("tools/call", "200", "12 °C and rain in Bern"),
    ("end of the session", "202", "ended"),
    ("tools/list after the end", "404", "Not Found"),
    (
        "tools/call without a session",
        "200",
        "12 °C and rain in Bern",
    ),
    (
        "another city in the header",
        "400",
        "Mcp-Param-City header `Basel`",
    ),
];

const STRANGER: [(&str, &str, &str); 2] = [
    ("no token", "", "refused by the browser"),
    ("tools/call without a session", "", "refused by the browser"),
];

in_each_engine!(the_mcp_page_uses_the_server_and_a_stranger_is_refused of MCP);
async fn the_mcp_page_uses_the_server_and_a_stranger_is_refused(session: &Session) {
    let example = Example::start(&MCP);
    let page = &example.page;
    let api = example.api.as_deref().expect("the address of the server");
    let api = api.trim_start_matches("http://").trim_end_matches("/mcp");
    assert_eq!(state(session, page).await, "done");
    assert_steps(session, &CLIENT).await;

    let stranger = example.stranger();
    let failed = match session.engine {
        Engine::Chromium => "TypeError: Failed to fetch",
        Engine::Firefox => "TypeError: NetworkError when attempting to fetch resource.",
        Engine::WebKit => "TypeError: Load failed",
    };
    assert_eq!(
        state(session, &stranger).await,
        format!("{failed}; {failed}")
    );
    assert_steps(session, &STRANGER).await;

    // A name of the attacker's that points to the server (DNS rebinding), and a foreign origin.
    for (headers, status) in [
        (format!("host: rebound.test:{}", port(api)), "421"),
        (format!("host: {api}\r\norigin: {stranger}"), "403"),
        (format!("host: {api}\r\norigin: {page}"), "401"),
    ] {
        for method in ["GET", "POST", "DELETE"] {
            let found = status_of(api, method, &headers).await;
            assert_eq!(found, status, "{method} with {headers}");
        }
    }
}

/// Opens a page, and waits for the last line of it.
async fn state(session: &Session, page: &str) -> Value {
    const WAIT: &str = "
        const [done] = arguments;
        const state = document.querySelector('#state');
        const check = () => state.textContent !== 'running' && done(state.textContent);
        new MutationObserver(check).observe(state, { childList: true });
        check();";
    session.open(page).await;
    let state = session.client.execute_async(WAIT, Vec::new()).await;
    state.expect("the page ends")
}

async fn assert_steps(session: &Session, expected: &[(&str, &str, &str)]) {
    const READ: &str = "
        const rows = [...document.querySelectorAll('#steps tr')];
        return rows.map((row) => [...row.cells].map((cell) => cell.textContent));";
    let found = session.run(READ, json!(null)).await;
    let found: Vec<[String; 3]> = serde_json::from_value(found).expect("rows of three cells");
    assert_eq!(found.len(), expected.len(), "{found:?}");
    for ([name, status, read], expected) in found.iter().zip(expected) {
        assert_eq!((name.as_str(), status.as_str()), (expected.0, expected.1));
        assert!(read.starts_with(expected.2), "{name}: {read}");
    }
}

/// The status of a request that no page could send.
async fn status_of(api: &str, method: &str, headers: &str) -> String {
    let mut connection = TcpStream::connect(api).await.expect("the server");
    let head = format!("{method} /mcp HTTP/1.1\r\n{headers}\r\nconnection: close\r\n\r\n");
    connection.write_all(head.as_bytes()).await.expect("sent");
    let mut response = String::new();
    let read = connection.read_to_string(&mut response).await;
    read.expect("a response");
    response.split(' ').nth(1).unwrap_or_default().to_owned()
}

fn port(addr: &str) -> &str {
    addr.rsplit(':').next().expect("a port")
}
