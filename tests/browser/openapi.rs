//! The page of `examples/openapi`: it reads the document and uses the API, and a stranger reads the
//! document only.

use serde_json::json;

use super::engines::{Session, in_each_engine};
use super::example::{Example, OPENAPI, Page};

/// The cells of the operations: method, path, summary, and whether they need the token.
const OPERATIONS: [[&str; 4]; 3] = [
    ["GET", "/v1/jobs", "All open jobs.", ""],
    ["POST", "/v1/jobs", "Adds a job.", "token"],
    ["DELETE", "/v1/jobs/{id}", "Removes a job.", "token"],
];

in_each_engine!(the_openapi_page_reads_the_document_and_uses_the_api of OPENAPI);
async fn the_openapi_page_reads_the_document_and_uses_the_api(session: &Session) {
    let example = Example::start(&OPENAPI);
    let page = Page(session);
    session.open(&example.page).await;
    page.has("#title", "Jobs 1.0.0").await;
    assert_operations(session).await;
    page.has("#jobs tr td", "Senior software engineer").await;

    // The page can read the response of the login layer, of a POST and of a DELETE.
    let refused = "Not done (401): the token is missing or wrong";
    page.click("#add button").await;
    page.has("#status", refused).await;
    page.click("[name=token]").await;
    page.click("#add button").await;
    page.has("#status", "Done (201)").await;
    page.has("#jobs tr:nth-child(2) td", "Data engineer").await;
    page.click("[name=token]").await;
    page.click("#jobs tr:first-child button").await;
    page.has("#status", refused).await;
    page.click("[name=token]").await;
    page.click("#jobs tr:first-child button").await;
    page.has("#status", "Done (204)").await;
    page.has("#jobs tr td", "Data engineer").await;

    let stranger = example.stranger();
    session.open(&stranger).await;
    let origin = stranger.trim_end_matches('/');
    let api = page.find("p code").await.text().await.expect("the API");
    let hidden = format!("The API at {api} does not run, or does not allow {origin}.");
    page.has("#status", &hidden).await;
    // The document is for every site.
    page.has("#title", "Jobs 1.0.0").await;
    assert_operations(session).await;
}

async fn assert_operations(session: &Session) {
    const READ: &str = "
        const rows = [...document.querySelectorAll('#operations tr')];
        return rows.map((row) => [...row.cells].map((cell) => cell.textContent));";
    let found = session.run(READ, json!(null)).await;
    assert_eq!(found, json!(OPERATIONS));
}
