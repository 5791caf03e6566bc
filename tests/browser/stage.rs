//! One router, the pages of an engine, and the same pages of `cors_testing::Browser`.

use axum::Router;
use cors_testing::{Browser, Navigation};

use super::engines::{Engine, Session};
use super::observed::{Differences, Observed};
use super::request::Request;
use super::server::{Log, Ports, logged};

/// A field of a request or an outcome in which an engine leaves the standard.
pub(crate) type Deviation = (Engine, &'static str);

#[derive(Debug)]
pub(crate) struct Stage<'a> {
    pub(crate) session: Option<&'a Session>,
    pub(crate) app: Router,
    pub(crate) log: Log,
    pub(crate) ports: Ports,
    pub(crate) differences: Differences,
}

impl<'a> Stage<'a> {
    pub(crate) async fn new(session: Option<&'a Session>, app: Router) -> Self {
        let (ports, listeners) = Ports::bind().await;
        let (app, log) = logged(app);
        Ports::serve(listeners, &app);
        Self {
            session,
            app,
            log,
            ports,
            differences: Differences::default(),
        }
    }

    /// Opens a page in the engine, and returns a `Browser` with the same page.
    pub(crate) async fn open(&self, page: &str) -> Browser {
        let page = self.ports.fill(page);
        if let Some(session) = self.session {
            session.open(&page).await;
            session.forget_cookies().await;
        }
        let (origin, path) = page.rsplit_once('/').expect("a path");
        match path {
            "sandboxed" => Browser::at("null"),
            "no-referrer" => Browser::at(origin).no_referrer(),
            _ => Browser::at(origin),
        }
    }

    /// Opens a URL by its address, such as one that sets cookies, and then the page again.
    pub(crate) async fn visit(&self, testing: &Browser, url: &str, page: &str) {
        let visited = testing.navigate(&self.app, Navigation::typed(url)).await;
        visited.unwrap_or_else(|error| panic!("{url} does not open: {error}"));
        if let Some(session) = self.session {
            session.open(url).await;
            session.open(&self.ports.fill(page)).await;
        }
        self.log.take();
    }

    /// Sends a request by both browsers, compares them, and that of `cors_testing` with the expected
    /// outcome.
    pub(crate) async fn fetch(
        &mut self,
        testing: &Browser,
        name: &str,
        request: &Request,
        expected: &str,
        known: &[Deviation],
    ) {
        let in_testing = Observed::in_testing(testing, &self.app, request, &self.log).await;
        self.expect(name, expected, &in_testing);
        if let Some(session) = self.session {
            let in_engine = Observed::in_engine(session, request, &self.log).await;
            self.compare(name, session.engine, &in_engine, &in_testing, known);
        }
    }

    /// Compares the outcome of `cors_testing::Browser` with the expected one.
    pub(crate) fn expect(&mut self, name: &str, expected: &str, in_testing: &Observed) {
        let found = in_testing.summary();
        let (expected, found) = (("expected", expected), ("testing", found.as_str()));
        self.differences.differ(name, "outcome", expected, found);
    }

    /// Compares an engine with `cors_testing::Browser`, but for the deviations that are known.
    pub(crate) fn compare(
        &mut self,
        name: &str,
        engine: Engine,
        in_engine: &Observed,
        in_testing: &Observed,
        known: &[Deviation],
    ) {
        let known = known.iter().filter(|known| known.0 == engine);
        let known: Vec<String> = known.map(|known| self.ports.fill(known.1)).collect();
        self.differences
            .compare(name, engine, in_engine, in_testing, &known);
    }
}
