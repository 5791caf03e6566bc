//! Requests besides `fetch`, of pages of several origins: what arrives, field by field, and what the page
//! gets.

mod app;
mod deviations;
mod in_engine;
mod in_testing;

use std::time::Duration;

use cors_testing::Browser;
use tokio::time::sleep;

use super::engines::{Session, in_each_engine};
use super::observed::{Observed, Received, VisibleResponse};
use super::server::Log;
use super::stage::{Deviation, Stage};

/// A kind of request and the path of its URL. `in_testing.rs` and `in_engine.js` have the same names.
type Kind = (&'static str, &'static str);

/// The end of the kinds whose URL redirects to another origin.
const OVER_A_REDIRECT: &str = " over a redirect";

const KINDS: [Kind; 18] = [
    ("link by script", "/echo?link"),
    ("form by script", "/echo?form"),
    ("frame", "/echo?frame"),
    ("image", "/image?plain"),
    ("image with CORS", "/image?cors"),
    ("image with credentials", "/image?credentials"),
    ("script", "/script?plain"),
    ("script as a module", "/script?module"),
    ("style", "/style"),
    ("font", "/font"),
    ("beacon", "/beacon"),
    ("beacon of bytes", "/beacon"),
    ("beacon of JSON", "/beacon"),
    ("events", "/events"),
    ("events with credentials", "/events"),
    ("socket", "/socket"),
    ("socket with subprotocols", "/socket"),
    ("image over a redirect", "/image?redirect"),
];

/// Not of all pages, because they are slow, and depend less on the page.
const SLOW_KINDS: [Kind; 14] = [
    ("link", "/echo?clicked"),
    ("typed address", "/echo?typed"),
    ("form", "/echo?submitted"),
    ("form with files", "/echo?files"),
    ("form of plain text", "/echo?text"),
    ("form with GET", "/echo"),
    ("form by script in a frame", "/echo?framed"),
    ("events twice", "/events"),
    ("link by script over a redirect", "/echo?link"),
    ("form by script over a redirect", "/echo?form"),
    ("frame over a redirect", "/echo?frame"),
    ("script as a module over a redirect", "/script?redirect"),
    ("beacon over a redirect", "/beacon"),
    ("events over a redirect", "/events"),
];

/// A page, the API that it uses, and another origin, to which that redirects.
type Scene = (&'static str, &'static str, &'static str);

const SLOW_SCENES: [Scene; 3] = [
    (
        "http://localhost:PAGE/page",
        "http://127.0.0.1:API",
        "http://localhost:API",
    ),
    (
        "https://app.example.org:TLS_PAGE/page",
        "https://api.example.com:TLS_API",
        "https://other.example.com:TLS_API",
    ),
    (
        "http://127.0.0.1:API/page",
        "http://127.0.0.1:API",
        "http://127.0.0.1:PAGE",
    ),
];

const SCENES: [Scene; 6] = [
    (
        "http://127.0.0.1:PAGE/page",
        "http://127.0.0.1:API",
        "http://localhost:API",
    ),
    // The origin of this page is `null`, which the policy does not allow.
    (
        "http://127.0.0.1:PAGE/sandboxed",
        "http://127.0.0.1:API",
        "http://localhost:API",
    ),
    (
        "http://app.example.com:PAGE/page",
        "http://plain.example.com:API",
        "http://other.example.com:API",
    ),
    (
        "http://plain.example.com:API/no-referrer",
        "http://plain.example.com:API",
        "http://other.example.com:API",
    ),
    (
        "https://app.example.com:TLS_PAGE/page",
        "https://api.example.com:TLS_API",
        "https://app.example.com:TLS_API",
    ),
    (
        "https://app.example.org:TLS_PAGE/no-referrer",
        "https://api.example.com:TLS_API",
        "https://api.example.org:TLS_API",
    ),
];

in_each_engine!(engines_and_testing_agree_on_requests_besides_fetch and testing);
async fn engines_and_testing_agree_on_requests_besides_fetch(session: Option<&Session>) {
    let mut stage = Stage::new(session, app::app()).await;
    for scene in SLOW_SCENES {
        run(&mut stage, scene, &[&KINDS[..], &SLOW_KINDS].concat()).await;
    }
    for scene in SCENES {
        run(&mut stage, scene, &KINDS).await;
    }
    stage.differences.finish();
}

async fn run(stage: &mut Stage<'_>, scene: Scene, kinds: &[Kind]) {
    let (page, api, _) = scene;
    let api = stage.ports.fill(api);
    let testing = stage.open(page).await;
    let scheme = api.split(':').next().expect("a scheme");
    let sign_in = format!("{api}/sign-in?{scheme}");
    stage.visit(&testing, &sign_in, page).await;
    for &(kind, path) in kinds {
        let target = Target::new(stage, scene, kind, path);
        let direct = kind.strip_suffix(OVER_A_REDIRECT).unwrap_or(kind);
        let name = format!("{page}: {kind}");
        let known = deviations::of(page, kind);
        ask(stage, &testing, &name, direct, &target, &known).await;
        let stays = !path.starts_with("/echo") || kind.contains("frame");
        if let Some(session) = stage.session.filter(|_| !stays) {
            session.open(&stage.ports.fill(page)).await;
        }
    }
}

/// Performs a request in both browsers and compares them. Returns what `cors_testing::Browser` has sent
/// and got.
pub(crate) async fn ask(
    stage: &mut Stage<'_>,
    testing: &Browser,
    name: &str,
    kind: &str,
    target: &Target,
    known: &[Deviation],
) -> Observed {
    let engine = stage.session.map(|session| session.engine);
    let seen = in_testing::perform(testing, &stage.app, kind, &target.url, engine).await;
    let in_testing = observed(stage.log.take(), seen.ok());
    if let Some(session) = stage.session {
        let seen = in_engine::perform(session, kind, target).await;
        let requests = arrived(&stage.log, in_testing.requests.len()).await;
        let in_engine = observed(requests, seen);
        stage.compare(name, session.engine, &in_engine, &in_testing, known);
    }
    in_testing
}

/// The URL of a request, and the one to which it leads.
#[derive(Debug)]
pub(crate) struct Target {
    url: String,
    last: String,
}

impl Target {
    fn new(stage: &Stage<'_>, (_, api, other): Scene, kind: &str, path: &str) -> Self {
        if !kind.ends_with(OVER_A_REDIRECT) {
            return Self::direct(stage.ports.fill(&format!("{api}{path}")));
        }
        let last = stage.ports.fill(&format!("{other}{path}"));
        let url = stage.ports.fill(&format!("{api}/onward?{last}"));
        Self { url, last }
    }

    pub(crate) fn direct(url: String) -> Self {
        let last = url.clone();
        Self { url, last }
    }
}

/// The requests that have arrived, `at_least` so many: a page does not learn when those of a beacon
/// have.
async fn arrived(log: &Log, at_least: usize) -> Vec<Received> {
    let mut requests = log.take();
    for _ in 0..300 {
        if requests.len() >= at_least {
            break;
        }
        sleep(Duration::from_millis(10)).await;
        requests.extend(log.take());
    }
    requests
}

/// Without `accept`, in which engines name the formats that they support.
fn observed(requests: Vec<Received>, seen: Option<String>) -> Observed {
    let observed = Observed {
        requests,
        visible: seen.map(VisibleResponse::text),
    };
    observed.without("accept")
}
