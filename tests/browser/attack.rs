//! The page of an attacker, on another site than the server that it attacks: every way in which a page
//! sends requests without asking first, and what of these is carried out or read.
//!
//! The same requests of the server's own page all have to work.

mod in_testing;
mod outcomes;
mod victims;

use std::fmt::{self, Write as _};

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::get;
use cors_runtime::Protection;
use cors_testing::Browser;
use serde_json::Value;
use tokio::net::TcpListener;

use self::in_testing::NOT_SUPPORTED;
use self::outcomes::{ATTACKS, FETCHED_READ, Outcomes, WRITE};
use self::victims::{Record, VICTIMS, Victim, page, start_attacker, victim, write_down};
use super::engines::{Session, in_each_engine};

/// A page in an engine, and in `cors_testing::Browser`.
#[derive(Debug)]
struct Page<'a> {
    session: Option<&'a Session>,
    testing: Browser,
}

impl<'a> Page<'a> {
    async fn open(session: Option<&'a Session>, origin: &str) -> Self {
        if let Some(session) = session {
            session.open(&format!("{origin}/page")).await;
        }
        let testing = Browser::at(origin);
        Self { session, testing }
    }

    /// Performs an attack in both, on a server that has the URL `base` or is behind it.
    async fn attack(
        &self,
        rows: &mut Rows,
        row: &str,
        attacking: &str,
        target: (&Victim, &str),
        expected: &str,
    ) {
        let (victim, base) = target;
        if !NOT_SUPPORTED.contains(&attacking) {
            let learned = in_testing::attack(&self.testing, &victim.app, attacking, base).await;
            let found = outcome(&victim.record, &learned).await;
            rows.compare(format!("{row}, in cors_testing"), expected, &found);
        }
        if let Some(session) = self.session {
            let found = attack(session, attacking, base, &victim.record).await;
            rows.compare(row, expected, &found);
        }
    }
}

/// A request of the open page of an engine: what arrives, what runs, and what the page learns.
async fn attack(session: &Session, name: &str, base: &str, record: &Record) -> String {
    let arguments = vec![Value::from(name), Value::from(base)];
    let learned = session
        .client
        .execute_async(include_str!("attack/in_engine.js"), arguments)
        .await;
    let learned = learned.unwrap_or_else(|error| panic!("{name} fails: {error}"));
    outcome(record, learned.as_str().unwrap_or_default()).await
}

async fn outcome(record: &Record, learned: &str) -> String {
    let mut outcome = record.take().await;
    if !learned.is_empty() {
        write!(outcome, ", the page reads {learned}").expect("text");
    }
    outcome
}

/// Rows that differ, so that all are shown.
#[derive(Default)]
struct Rows(Vec<String>);

impl Rows {
    fn compare(&mut self, row: impl fmt::Display, expected: &str, found: &str) {
        if expected != found {
            self.0.push(format!(
                "{row}\n    expected {expected}\n    found    {found}"
            ));
        }
    }

    #[track_caller]
    fn finish(self) {
        assert!(self.0.is_empty(), "{}", self.0.join("\n"));
    }
}

in_each_engine!(a_page_of_another_site_writes_and_opens_nothing and testing);
async fn a_page_of_another_site_writes_and_opens_nothing(session: Option<&Session>) {
    let attacker = format!("http://localhost:{}", start_attacker().await);
    let mut rows = Rows::default();
    for (number, name) in VICTIMS.into_iter().enumerate() {
        let victim = Victim::start(victim(name)).await;
        // A name of its own, so another site.
        let base = format!("http://127.0.0.1:{}", victim.port);
        let page = Page::open(session, &attacker).await;
        for (attacking, outcomes) in &ATTACKS {
            let row = format!("{attacking}, to {name}");
            let expected = outcomes.strangers[number];
            page.attack(&mut rows, &row, attacking, (&victim, &base), expected)
                .await;
        }
        let expected = WRITE.strangers[number];
        let over_redirect = format!("{attacker}/onward?{base}");
        let row = format!("form over a redirect, to {name}");
        page.attack(&mut rows, &row, "form", (&victim, &over_redirect), expected)
            .await;
        if let Some(session) = session {
            let url = format!("{attacker}/reporting?{base}/write");
            session.open(&url).await;
            let row = format!("a report of a broken policy, to {name}");
            rows.compare(row, expected, &victim.record.take().await);
        }

        let page = Page::open(session, &base).await;
        for (attacking, outcomes) in &ATTACKS {
            // A sandboxed frame is of no origin, so of another.
            let expected = match *attacking {
                "form of a sandboxed frame" => outcomes.strangers[number],
                _ => outcomes.own,
            };
            let row = format!("{attacking}, of {name} itself");
            page.attack(&mut rows, &row, attacking, (&victim, &base), expected)
                .await;
        }
        // The own page, which the attacker sends back with a body of its choice.
        for attacking in ["form", "no-cors POST", "beacon"] {
            let row = format!("{attacking}, of {name} over the attacker");
            page.attack(
                &mut rows,
                &row,
                attacking,
                (&victim, &over_redirect),
                expected,
            )
            .await;
        }
    }
    rows.finish();
}

in_each_engine!(a_page_of_the_same_site_writes_and_opens_nothing and testing);
/// A page below the domain of the server, such as one that a user may fill: `Sec-Fetch-Site: same-site`,
/// and cookies with `SameSite` come along.
async fn a_page_of_the_same_site_writes_and_opens_nothing(session: Option<&Session>) {
    let attacker = format!("http://evil.localhost:{}", start_attacker().await);
    let mut rows = Rows::default();
    for (number, name) in VICTIMS.into_iter().enumerate() {
        let victim = Victim::start(victim(name)).await;
        let base = format!("http://localhost:{}", victim.port);
        let page = Page::open(session, &attacker).await;
        for (attacking, outcomes) in &ATTACKS {
            let row = format!("{attacking}, to {name}");
            let expected = outcomes.strangers[number];
            page.attack(&mut rows, &row, attacking, (&victim, &base), expected)
                .await;
        }
    }
    rows.finish();
}

in_each_engine!(links_lead_to_a_protected_server_and_forms_do_not);
/// Links and forms of the whole tab.
async fn links_lead_to_a_protected_server_and_forms_do_not(session: &Session) {
    const LINK: &str = "location.href = arguments[0]";
    const FORM: &str = "
        const form = document.createElement('form');
        Object.assign(form, { action: arguments[0], method: 'post' });
        document.body.append(form);
        form.submit();";
    let attacker = start_attacker().await;
    let mut rows = Rows::default();
    for (number, name) in VICTIMS.into_iter().enumerate() {
        let Victim { port, record, .. } = Victim::start(victim(name)).await;
        for (script, path, expected) in [
            (LINK, "read", "GET 200, read ran"),
            (FORM, "write", WRITE.strangers[number]),
        ] {
            session
                .open(&format!("http://localhost:{attacker}/page"))
                .await;
            let url = format!("http://127.0.0.1:{port}/{path}");
            session.run(script, &url).await;
            let found = record.take().await;
            // Otherwise the page that opens next may be replaced by this one.
            session.is_at(&url).await;
            rows.compare(format!("{path}, to {name}"), expected, &found);
        }
    }
    rows.finish();
}

in_each_engine!(a_page_of_another_site_over_plain_http and testing);
/// Over plain http to a name, browsers send no Fetch Metadata: `Origin` and `Host` decide. Reads without
/// `Origin` can't be told from those of the own page, which is the limit that the documentation names.
async fn a_page_of_another_site_over_plain_http(session: Option<&Session>) {
    let attacker = format!("http://attacker.test:{}", start_attacker().await);
    let mut rows = Rows::default();
    for (number, name) in VICTIMS.into_iter().enumerate() {
        let victim = Victim::start(victim(name)).await;
        let base = format!("http://victim.test:{}", victim.port);
        let held = |attack: &&(&str, Outcomes)| {
            let is_read = attack.1.own.starts_with("GET 200");
            !is_read || ["fetch GET", "script as a module", "events"].contains(&attack.0)
        };
        let page = Page::open(session, &attacker).await;
        for (attacking, outcomes) in ATTACKS.iter().filter(held) {
            let row = format!("{attacking}, to {name}");
            let expected = outcomes.strangers[number];
            page.attack(&mut rows, &row, attacking, (&victim, &base), expected)
                .await;
        }
        let page = Page::open(session, &base).await;
        for (attacking, outcomes) in ATTACKS.iter().filter(held) {
            if *attacking == "form of a sandboxed frame" {
                continue;
            }
            let row = format!("{attacking}, of {name} itself");
            page.attack(&mut rows, &row, attacking, (&victim, &base), outcomes.own)
                .await;
        }
    }
    rows.finish();
}

in_each_engine!(own_origins_end_dns_rebinding);
/// A name of the attacker's that points to the server: for the browser its page is of the same origin.
async fn own_origins_end_dns_rebinding(session: &Session) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let port = listener.local_addr().expect("a bound address").port();
    let own = format!("http://127.0.0.1:{port}");
    let record = Record::default();
    let protected = victim("annotated")
        .protect(Protection::new().own_origins(&[&own]))
        .with_state::<()>(record.clone())
        .into_router();
    // The page stands for what the attacker's own server sent, before the name pointed here.
    let app = Router::new()
        .route("/page", get(page))
        .fallback_service(protected)
        .layer(from_fn_with_state(record.clone(), write_down));
    tokio::spawn(async { axum::serve(listener, app).await });

    let rebound = format!("http://rebound.test:{port}");
    session.open(&format!("{own}/page")).await;
    assert_eq!(
        attack(session, "fetch GET", &own, &record).await,
        FETCHED_READ.own
    );
    session.open(&format!("{rebound}/page")).await;
    for (attacking, method) in [
        ("fetch GET", "GET"),
        ("fetch POST", "POST"),
        ("socket", "GET"),
    ] {
        let found = attack(session, attacking, &rebound, &record).await;
        // Engines may repeat it over another connection, which is what 421 is for.
        let expected = format!("{method} 421");
        assert!(
            found.split(", ").all(|answer| answer == expected),
            "{attacking}: {found}"
        );
    }
}
