//! A case as a test with cors-testing.

mod message;
mod plan;

use std::collections::HashSet;
use std::fmt::Write as _;

use cors_testing::{Credentials, Mode};
use http::Method;

use crate::diagnosis::{Case, Diagnosis};
use crate::exchange::Paste;
use crate::show::test_case::plan::{Fetch, Plan, Reply};
use crate::show::view::printable;

/// Writes the first case as a test in Rust, with the crates cors-testing, http, tokio and tower. It
/// fails until the cause is gone.
///
/// The server of the test sends the responses of the paste. Where the paste has none, it sends one that
/// a page can read.
///
/// Returns `None` if the case has no response, and no message of a console that names its problem.
#[must_use]
pub fn test_case(paste: &Paste, diagnosis: &Diagnosis) -> Option<String> {
    let case = diagnosis.cases.first()?;
    let plan = Plan::of(paste, case)?;
    let mut test = head(case, &plan);
    test.push_str(&server(&plan));
    test.push_str(&page(&plan));
    Some(test)
}

fn head(case: &Case, plan: &Plan) -> String {
    let sentence = match &case.cause {
        Some(finding) => finding.sentence.as_str(),
        None => "no problem",
    };
    let options = plan.fetches.iter().map(options).collect::<String>();
    let uses = |name: &str| options.contains(name);
    let fetch = if uses("Fetch") { ", Fetch" } else { "" };
    let mode = if uses("Mode") { ", Mode" } else { "" };
    format!(
        "\
//! {}, from a page of {}.
//!
//! {}.
//!
//! It needs the crates cors-testing, http, tokio (features `macros` and `rt`) and tower (`util`).

use std::convert::Infallible;

use cors_testing::{{Body, Browser, Credentials{fetch}{mode}}};
use http::{{Request, Response}};

",
        line(&case.title),
        line(&plan.origin),
        line(sentence),
    )
}

/// A service with the responses of the paste.
fn server(plan: &Plan) -> String {
    let mut replies: Vec<&Reply> = plan.replies.iter().collect();
    let methods: HashSet<&Method> = replies.iter().map(|it| &it.method).collect();
    let is_by_method = methods.len() == replies.len();
    let fallback = readable(plan);
    let last = if plan.lacks_reply {
        &fallback
    } else {
        replies.pop().unwrap_or(&fallback)
    };
    let mut arms = String::new();
    for reply in &replies {
        let method = reply.method.as_str();
        let pattern = if is_by_method {
            format!("{method:?}")
        } else {
            format!("({method:?}, {:?})", reply.target)
        };
        let _ = writeln!(arms, "        {pattern} => {},", response(reply, 12));
    }
    if plan.lacks_reply {
        arms.push_str("        // The paste has no response to it.\n");
    }
    let request = if replies.is_empty() {
        "_request"
    } else {
        "request"
    };
    let value = if is_by_method {
        "request.method().as_str()"
    } else {
        "(request.method().as_str(), target.as_str())"
    };
    let mut server = format!(
        "\
/// Sends the responses of the paste. Replace it by your own service, such as an `axum::Router`.
async fn server({request}: Request<Body>) -> Result<Response<String>, Infallible> {{
"
    );
    if !is_by_method {
        server.push_str("    let target = request.uri().to_string();\n");
    }
    let _ = if replies.is_empty() {
        writeln!(server, "    let response = {};", response(last, 8))
    } else {
        let last = response(last, 12);
        writeln!(
            server,
            "    let response = match {value} {{\n{arms}        _ => {last},\n    }};"
        )
    };
    server.push_str("    Ok(response.body(String::new()).unwrap())\n}\n\n");
    server
}

/// A response that lets the page do everything.
fn readable(plan: &Plan) -> Reply {
    let list = |of: &dyn Fn(&Fetch) -> Vec<String>| {
        let mut list: Vec<String> = plan.fetches.iter().flat_map(of).collect();
        list.sort_unstable();
        list.dedup();
        list.join(", ")
    };
    let methods = list(&|it| vec![it.method.to_string()]);
    let headers = list(&|it| it.headers.iter().map(|(name, _)| name.clone()).collect());
    let mut grants = vec![
        ("access-control-allow-origin", plan.origin.clone()),
        ("access-control-allow-credentials", "true".to_owned()),
        ("access-control-allow-methods", methods),
        ("access-control-allow-headers", headers),
    ];
    grants.retain(|(_, value)| !value.is_empty());
    let grants = grants.into_iter();
    Reply {
        method: Method::GET,
        target: String::new(),
        status: 200,
        headers: grants
            .map(|(name, value)| (name.to_owned(), value))
            .collect(),
    }
}

fn response(reply: &Reply, indent: usize) -> String {
    let status = format!(".status({})", reply.status);
    chain(
        "Response::builder()",
        [status].into_iter().chain(headers(&reply.headers)),
        indent,
    )
}

fn headers(headers: &[(String, String)]) -> impl Iterator<Item = String> {
    let headers = headers.iter();
    headers.map(|(name, value)| format!(".header({name:?}, {value:?})"))
}

/// Writes calls as rustfmt would.
fn chain(start: &str, calls: impl Iterator<Item = String>, indent: usize) -> String {
    const MAX_WIDTH: usize = 60;
    let calls: Vec<String> = calls.collect();
    let line = format!("{start}{}", calls.concat());
    if line.len() <= MAX_WIDTH || calls.is_empty() {
        return line;
    }
    let indent = format!("\n{}", " ".repeat(indent));
    let lines = calls
        .iter()
        .flat_map(|call| [indent.as_str(), call.as_str()]);
    [start].into_iter().chain(lines).collect()
}

/// The test function.
fn page(plan: &Plan) -> String {
    let mut page = format!(
        "\
#[tokio::test]
async fn the_page_can_read_the_response() {{
    let server = tower::service_fn(server);
    let page = Browser::at({:?});
",
        plan.origin
    );
    for fetch in &plan.fetches {
        page.push('\n');
        page.push_str(&fetched(fetch));
    }
    page.push_str("}\n");
    page
}

fn fetched(fetch: &Fetch) -> String {
    let url = fetch.url.as_str();
    let (start, mut calls) = match fetch.method.as_str() {
        method @ ("GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE") => {
            let start = format!("Request::{}({url:?})", method.to_ascii_lowercase());
            (start, Vec::new())
        }
        method => {
            let calls = vec![format!(".method({method:?})"), format!(".uri({url:?})")];
            ("Request::builder()".to_owned(), calls)
        }
    };
    calls.extend(headers(&fetch.headers));
    let request = chain(&start, calls.into_iter(), 8);
    let credentials = match fetch.credentials {
        Credentials::Omit => "Omit",
        Credentials::SameOrigin => "SameOrigin",
        Credentials::Include => "Include",
    };
    let options = options(fetch);
    let status = match fetch.mode {
        Mode::Cors | Mode::SameOrigin => "status",
        Mode::NoCors => "sent_status",
    };
    format!(
        "    let request = {request};
{options}    let response = page
        .fetch(&server, request, Credentials::{credentials})
        .await
        .unwrap();
    assert_eq!(response.{status}(), {});
    assert_eq!(response.problems(), []);
",
        fetch.wanted
    )
}

/// The options of a request that are not its defaults.
fn options(fetch: &Fetch) -> String {
    let mut options = String::new();
    if fetch.listens_to_upload {
        options.push_str(".upload_listener()");
    }
    match fetch.mode {
        Mode::Cors => {}
        Mode::NoCors => options.push_str(".mode(Mode::NoCors)"),
        Mode::SameOrigin => options.push_str(".mode(Mode::SameOrigin)"),
    }
    if options.is_empty() {
        return options;
    }
    format!("    let request = Fetch::new(request){options};\n")
}

/// Returns words in one line of a comment.
fn line(words: &str) -> String {
    let words = printable(words);
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}
