//! Cases from [web-platform-tests](https://github.com/web-platform-tests/wpt): `cases.json`, each
//! with its policy and its source.

use std::collections::BTreeMap;

use axum::Router;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::Response;
use axum::routing::any;
use cors_runtime::Policy;
use cors_testing::Browser;
use serde::Deserialize;

use super::engines::{Engine, Session, in_each_engine};
use super::observed::{Differences, Observed};
use super::request::Request;
use super::server::{Ports, logged};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    id: String,
    from: String,
    name: String,
    policy: Written,
    handler: Handler,
    /// Sent before `request`, by the same page.
    #[serde(default)]
    prior_requests: Vec<Request>,
    request: Request,
    #[serde(default)]
    initiator: Initiator,
    expect: Outcome,
    expect_preflight: Option<bool>,
    expect_acrm: Option<String>,
    expect_acrh: Option<String>,
    /// Whether the request itself arrives.
    expect_actual_sent: Option<bool>,
    expect_status: Option<u16>,
    /// Whether the request itself must have no cookie.
    #[serde(default)]
    expect_no_cookie: bool,
    #[serde(default)]
    exposed_headers: BTreeMap<String, String>,
    #[serde(default)]
    hidden_headers: Vec<String>,
    /// Where engines leave the standard: the outcome, as `Observed::summary` has it.
    #[serde(default)]
    deviations: BTreeMap<Engine, String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    origins: Vec<String>,
    methods: Vec<String>,
    #[serde(default)]
    headers: Vec<String>,
    #[serde(default)]
    expose_headers: Vec<String>,
    max_age: Option<u32>,
    #[serde(default)]
    credentials: bool,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Handler {
    status: u16,
    headers: Vec<(String, String)>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Initiator {
    #[default]
    Fetch,
    XhrUploadListener,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Outcome {
    Allowed,
    NetworkError,
}

const PAGE: &str = "http://127.0.0.1:PAGE";
const API: &str = "http://127.0.0.1:API";

in_each_engine!(engines_and_testing_agree_on_the_cases_of_web_platform_tests and testing);
async fn engines_and_testing_agree_on_the_cases_of_web_platform_tests(session: Option<&Session>) {
    let cases: Vec<Case> = serde_json::from_str(include_str!("cases.json")).expect("the cases");
    assert_eq!(cases.len(), 70);
    let (ports, listeners) = Ports::bind().await;
    let (page, api) = (ports.fill(PAGE), ports.fill(API));
    let app = cases.iter().fold(Router::new(), |app, case| {
        app.route(
            &case.path(),
            any(case.handler.clone()).layer(case.layer(&page, &api)),
        )
    });
    let (app, log) = logged(app);
    Ports::serve(listeners, &app);
    if let Some(session) = session {
        session.open(&format!("{page}/page")).await;
    }
    let mut differences = Differences::default();
    for case in &cases {
        let url = format!("{api}{}", case.path());
        let testing = Browser::at(&page).cookie("127.0.0.1", "case", &case.id);
        let mut in_testing = None;
        for request in case.requests(&url) {
            in_testing = Some(Observed::in_testing(&testing, &app, &request, &log).await);
        }
        let in_testing = in_testing.expect("a request");
        case.check("testing", &in_testing, &mut differences);

        let Some(session) = session else { continue };
        let cookie = format!("document.cookie = 'case={}; path={}'", case.id, case.path());
        session.run(&cookie, ()).await;
        let mut in_engine = None;
        for request in case.requests(&url) {
            in_engine = Some(Observed::in_engine(session, &request, &log).await);
        }
        let in_engine = in_engine.expect("a request");
        let engine = session.engine;
        let known = case.deviations.get(&engine);
        if known.is_none_or(|known| *known != in_engine.summary()) {
            case.check(&engine.to_string(), &in_engine, &mut differences);
        }
        let known: Vec<String> = known.into_iter().cloned().collect();
        differences.compare(case, engine, &in_engine, &in_testing, &known);
    }
    differences.finish();
}

impl std::fmt::Display for Case {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {} ({})", self.id, self.name, self.from)
    }
}

impl Case {
    /// Each case has a path of its own, because otherwise it could meet the cached preflight of another.
    fn path(&self) -> String {
        format!("/{}", self.id)
    }

    fn requests(&self, url: &str) -> impl Iterator<Item = Request> {
        let uploads = self.initiator == Initiator::XhrUploadListener;
        self.prior_requests
            .iter()
            .chain([&self.request])
            .map(move |request| Request {
                url: url.to_owned(),
                upload_listener: uploads,
                // Without a body, engines send no preflight because of a listener.
                body: uploads.then(|| "upload".to_owned()),
                ..request.clone()
            })
    }

    fn layer(&self, page: &str, api: &str) -> cors_runtime::PolicyLayer {
        fn strs(list: &[String]) -> Vec<&str> {
            list.iter().map(String::as_str).collect()
        }
        let Written {
            origins,
            methods,
            headers,
            expose_headers,
            max_age,
            credentials,
        } = &self.policy;
        let origins: Vec<&str> = origins
            .iter()
            .map(|origin| match origin.as_str() {
                "$ORIGIN" => page,
                "$REMOTE" => api,
                origin => origin,
            })
            .collect();
        let (methods, headers, expose_headers) =
            (strs(methods), strs(headers), strs(expose_headers));
        let mut policy = Policy::new(&origins)
            .methods(&methods)
            .headers(&headers)
            .expose_headers(&expose_headers);
        if let Some(seconds) = max_age {
            policy = policy.max_age(*seconds);
        }
        if *credentials {
            policy = policy.credentials();
        }
        policy
            .layer()
            .unwrap_or_else(|errors| panic!("{self}: {errors}"))
    }

    /// Compares the observed requests and response with those of the case.
    fn check(&self, browser: &str, observed: &Observed, differences: &mut Differences) {
        let mut check = |what: &str, expected: String, found: String| {
            differences.differ(self, what, ("case", &expected), (browser, &found));
        };
        let outcome = match &observed.visible {
            Some(_) => Outcome::Allowed,
            None => Outcome::NetworkError,
        };
        check(
            "result",
            format!("{:?}", self.expect),
            format!("{outcome:?}"),
        );
        let preflight = observed.preflight();
        if let Some(expected) = self.expect_preflight {
            check(
                "preflight",
                expected.to_string(),
                preflight.is_some().to_string(),
            );
        }
        for (name, expected) in [
            ("access-control-request-method", &self.expect_acrm),
            ("access-control-request-headers", &self.expect_acrh),
        ] {
            if let Some(expected) = expected {
                let found = preflight.and_then(|preflight| preflight.header(name));
                check(name, format!("{:?}", Some(expected)), format!("{found:?}"));
            }
        }
        let actual = observed.actual();
        if let Some(expected) = self.expect_actual_sent {
            check(
                "actual request",
                expected.to_string(),
                actual.is_some().to_string(),
            );
        }
        if self.expect_no_cookie {
            let cookie = actual.map(|actual| actual.header("cookie"));
            check(
                "cookie",
                format!("{:?}", Some(None::<&str>)),
                format!("{cookie:?}"),
            );
        }
        let visible = observed.visible.as_ref();
        if let Some(expected) = self.expect_status {
            let found = visible.and_then(|visible| visible.status);
            check(
                "status",
                format!("{:?}", Some(expected)),
                format!("{found:?}"),
            );
        }
        let header = |name: &str| visible.and_then(|visible| visible.headers.get(name));
        for (name, expected) in &self.exposed_headers {
            check(
                name,
                format!("{:?}", Some(expected)),
                format!("{:?}", header(name)),
            );
        }
        for name in &self.hidden_headers {
            check(name, "None".to_owned(), format!("{:?}", header(name)));
        }
    }
}

impl<S> axum::handler::Handler<(), S> for Handler {
    type Future = std::future::Ready<Response>;

    fn call(self, _: axum::extract::Request, _: S) -> Self::Future {
        let mut response = Response::default();
        *response.status_mut() = StatusCode::from_u16(self.status).expect("a status");
        for (name, value) in &self.headers {
            let name = HeaderName::try_from(name).expect("a name");
            let value = HeaderValue::try_from(value).expect("a value");
            response.headers_mut().append(name, value);
        }
        std::future::ready(response)
    }
}
