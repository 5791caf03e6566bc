//! The requests, in their order, and their outcomes.
//!
//! An outcome is written as `page.rs` writes it. It is that of the application before the migration,
//! and holds for all steps but those from which on a row has another one, with the reason.

use cors_testing::{Credentials, Fetch, Mode};
use http::Request;
use http::request::Builder;

use crate::Step;
use crate::page::Visitor;
use crate::page::Visitor::{Admin, Evil, Null, Page};

/// The first step with another outcome, the outcome and the reason.
type Difference = (Step, &'static str, &'static str);

#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) visitor: Visitor,
    pub(crate) fetch: Fetch,
    pub(crate) credentials: Credentials,
    pub(crate) outcome: &'static str,
    pub(crate) differences: &'static [Difference],
}

impl Row {
    pub(crate) fn outcome_at(&self, step: Step) -> &'static str {
        let mut differences = self.differences.iter().rev();
        let difference = differences.find(|(from, ..)| *from <= step);
        difference.map_or(self.outcome, |(_, outcome, _)| outcome)
    }

    fn but(self, differences: &'static [Difference]) -> Self {
        Self {
            differences,
            ..self
        }
    }

    fn omit(self) -> Self {
        Self {
            credentials: Credentials::Omit,
            ..self
        }
    }
}

fn row(
    name: &'static str,
    visitor: Visitor,
    fetch: impl Into<Fetch>,
    outcome: &'static str,
) -> Row {
    Row {
        name,
        visitor,
        fetch: fetch.into(),
        credentials: Credentials::Include,
        outcome,
        differences: &[],
    }
}

fn get(path: &str) -> Builder {
    Request::get(path)
}

fn form(path: &str, body: &str) -> Fetch {
    let request = Request::post(path).header("content-type", "application/x-www-form-urlencoded");
    request.body(body).into()
}

fn json(request: Builder, body: &str) -> Fetch {
    request
        .header("content-type", "application/json")
        .body(body)
        .into()
}

/// A file in a form.
fn upload(length: usize) -> Fetch {
    let file = "x".repeat(length);
    let body = format!(
        "--b\r\ncontent-disposition: form-data; name=\"file\"; filename=\"cv.txt\"\r\n\r\n{file}\r\n--b--\r\n"
    );
    Request::post("/api/uploads")
        .header("content-type", "multipart/form-data; boundary=b")
        .body(body)
        .into()
}

const REFUSED: &str = "the preflight gets 403, and the log names the step; `CorsLayer` sends 200";

const DEFAULT: &str = "the default policy covers methods without a handler";

const INSIDE: &str = "the layer is inside CORS, so that the page can read its response";

#[rustfmt::skip]
#[allow(clippy::too_many_lines, reason = "a table is as long as its rows")]
pub(crate) fn rows() -> Vec<Row> {
    let job = r#"{"title":"cook","salary":4000}"#;
    vec![
        // ---- Before the login ----
        row("health", Page, get("/api/health"),
            "200 | ok"),
        row("health, from another site", Evil, get("/api/health"),
            "failed: response, origin"),
        row("me, signed out", Page, get("/api/me"),
            "401"),
        row("jobs, signed out", Page, get("/api/jobs"),
            "401"),
        row("a job is added, signed out", Page, json(Request::post("/api/jobs"), job),
            "401"),
        row("login with a wrong password", Page, form("/api/login", "name=ann&password=x"),
            "401"),
        row("login without a password", Page, form("/api/login", "name=ann"),
            "422 | Failed to deserialize form body: missing field `password`"),
        row("login", Page, form("/api/login", "name=ann&password=secret"),
            "204"),
        // ---- The session ----
        row("me", Page, get("/api/me"),
            r#"200 | content-type: application/json | {"name":"ann","uploads":0}"#),
        row("me, without credentials", Page, get("/api/me"),
            "401").omit(),
        row("me, from another site", Evil, get("/api/me"),
            "failed: response, origin"),
        row("me, from a sandboxed frame", Null, get("/api/me"),
            "failed: response, origin"),
        // ---- Jobs ----
        row("no jobs", Page, get("/api/jobs"),
            "200 | content-type: application/json | x-total-count: 0 | []"),
        row("a job is added", Page, json(Request::post("/api/jobs"), job),
            "201 | content-type: application/json | 1"),
        row("another", Page, json(Request::post("/api/jobs"), job),
            "201 | content-type: application/json | 2"),
        row("a job of another form", Page, json(Request::post("/api/jobs"), "{}"),
            "422 | Failed to deserialize the JSON body into the target type: missing field `title` at line 1 column 2"),
        row("broken JSON", Page, json(Request::post("/api/jobs"), "{"),
            "400 | Failed to parse the request body as JSON: EOF while parsing an object at line 1 column 1"),
        row("JSON as plain text", Page, Request::post("/api/jobs").body(job),
            "415 | Expected request with `Content-Type: application/json`"),
        row("the head of the jobs", Page, Request::head("/api/jobs"),
            "200 | content-type: application/json | x-total-count: 2"),
        row("a job", Page, get("/api/jobs/1"),
            r#"200 | content-type: application/json | {"title":"cook","salary":4000}"#),
        row("a job that does not exist", Page, get("/api/jobs/7"),
            "404"),
        row("a job with a bad number", Page, get("/api/jobs/x"),
            "400 | Invalid URL: Cannot parse `x` to a `u32`"),
        row("a job is replaced", Page, json(Request::put("/api/jobs/1"), job),
            "204"),
        row("a salary is raised", Page, json(Request::patch("/api/jobs/1"), "5000"),
            r#"200 | content-type: application/json | {"title":"cook","salary":5000}"#),
        row("a job is removed", Page, Request::delete("/api/jobs/2"),
            "204"),
        row("jobs by token", Page, get("/api/jobs").header("authorization", "Bearer t0ken"),
            r#"200 | content-type: application/json | x-total-count: 1 | [{"title":"cook","salary":5000}]"#).omit(),
        row("a header that is not allowed", Page, get("/api/jobs").header("x-csrf", "1"),
            "failed: preflight, header").but(&[
            (Step::Jobs, "failed: preflight, origin", REFUSED)]),
        row("jobs, from another site", Evil, get("/api/jobs"),
            "failed: response, origin"),
        row("a job is added by another site", Evil, json(Request::post("/api/jobs"), job),
            "failed: preflight, origin"),
        row("a job is removed by another site", Evil, Request::delete("/api/jobs/1"),
            "failed: preflight, origin"),
        // ---- Uploads ----
        row("an upload", Page, upload(9),
            "201 | 9"),
        row("an upload with a progress bar", Page, upload(9).upload_listener(),
            "201 | 9"),
        row("a large upload", Page, upload(2000),
            "413 | Request payload is too large"),
        row("an upload by a form of another site", Evil, upload(9).mode(Mode::NoCors),
            "0"),
        row("the number of uploads", Page, get("/api/me"),
            r#"200 | content-type: application/json | {"name":"ann","uploads":3}"#).but(&[
            (Step::Handlers, r#"200 | content-type: application/json | {"name":"ann","uploads":2}"#,
             "a policy refuses the form of the other site, and `CorsLayer` runs it")]),
        // ---- Paths and methods that do not exist ----
        row("an unknown path", Page, get("/api/job"),
            "404 | no such path"),
        row("an unknown path, with a preflight", Page, json(Request::post("/api/job"), job),
            "404 | no such path"),
        row("an unknown path, from another site", Evil, get("/api/job"),
            "failed: response, origin"),
        row("an unknown method", Page, form("/api/health", ""),
            "405"),
        row("an unknown method, with a preflight", Page, Request::delete("/api/health"),
            "405").but(&[
            (Step::Handlers, "failed: preflight, origin", REFUSED),
            (Step::Finished, "405", DEFAULT)]),
        // ---- Admins ----
        row("figures, not for ann", Page, get("/api/admin/mean"),
            "403"),
        row("figures", Admin, get("/api/admin/mean"),
            "200 | content-type: application/json | 5000"),
        row("the last job is removed", Admin, Request::delete("/api/jobs/1"),
            "204"),
        row("figures without jobs: a panic", Admin, get("/api/admin/mean"),
            "failed: response, origin").but(&[
            (Step::Services, "500 | Service panicked", INSIDE)]),
        row("a report that takes too long", Admin, get("/api/admin/report"),
            "failed: response, origin").but(&[
            (Step::Services, "408", INSIDE)]),
        // ---- For every site ----
        row("the feed", Evil, get("/feed"),
            r"200 | content-type: text/event-stream | cache-control: no-cache | data: open\n\ndata: closed").omit(),
        row("the feed as an EventSource", Page, get("/feed").header("accept", "text/event-stream"),
            r"200 | content-type: text/event-stream | cache-control: no-cache | data: open\n\ndata: closed").omit(),
        row("the feed with credentials", Page, get("/feed"),
            "failed: response, origin"),
        row("a file", Evil, get("/files/terms.txt"),
            "200 | content-type: text/plain | Terms of the job board.").omit(),
        row("a part of a file", Evil, get("/files/terms.txt").header("range", "bytes=0-4"),
            "206 | content-type: text/plain | content-range: bytes 0-4/24 | Terms").omit(),
        row("a file that does not exist", Evil, get("/files/none.txt"),
            "404").omit(),
        row("a file with credentials", Page, get("/files/terms.txt"),
            "failed: response, origin"),
        row("a file is removed", Page, Request::delete("/files/terms.txt"),
            "failed: preflight, method").but(&[
            (Step::Services, "failed: preflight, origin", REFUSED)]).omit(),
        row("the OpenAPI document", Evil, get("/openapi.json"),
            "200 | content-type: application/json | the document").omit(),
        row("the OpenAPI document with credentials", Page, get("/openapi.json"),
            "failed: response, origin"),
        // ---- The end ----
        row("logout by another site", Evil, Request::post("/api/logout"),
            "failed: response, origin"),
        row("logout", Page, Request::post("/api/logout"),
            "204"),
        row("me, signed out again", Page, get("/api/me"),
            "401"),
    ]
}
