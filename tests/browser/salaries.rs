//! The example's page, used as a person would: load, edit, be refused. A screenshot of the end is in
//! `target/tmp/`.

use super::engines::{Session, in_each_engine};
use super::example::{Example, Page, SALARIES};

in_each_engine!(the_salaries_page_loads_and_edits_and_is_refused_elsewhere of SALARIES);
async fn the_salaries_page_loads_and_edits_and_is_refused_elsewhere(session: &Session) {
    use_page(session, &Example::start(&SALARIES), "salaries").await;
}

/// Uses the page of the example, which ends in a screenshot of this name.
pub(crate) async fn use_page(session: &Session, example: &Example, name: &str) {
    let page = Page(session);
    session.open(&example.page).await;
    page.has("#session", "Signed out").await;
    page.has("#summary", "6 countries, in euros").await;
    page.has("[data-code=ch] .amount .value", "120,000").await;

    // The page can read the response of the login layer.
    edit(&page, "ch", "130000").await;
    page.has("[data-code=ch] .status", "Not saved (401): sign in first")
        .await;
    page.click("#sign-in").await;
    page.has("#session", "Signed in").await;
    page.click("[data-code=ch] .save").await;
    page.has("[data-code=ch] .status", "Saved").await;

    edit(&page, "gb", "130000").await;
    let too_much = "Not saved (422): 130000 is more than 110000";
    page.has("[data-code=gb] .status", too_much).await;
    // Another URL needs another preflight.
    let note = "Preflight (OPTIONS) sent first, unless cached";
    page.has("#log li:first-child .note", note).await;
    page.has("#log li:nth-child(2) .note", "").await;

    page.find("#stranger")
        .await
        .enter_frame()
        .await
        .expect("a frame");
    page.has("#origin", &example.stranger()).await;
    for request in ["GET /salaries", "PUT /salaries/ch"] {
        let outcome = format!("[data-request='{request}'] .outcome");
        page.has(&outcome, "refused by the browser").await;
    }
    session.client.enter_parent_frame().await.expect("the page");
    page.screenshot(name).await;

    session.open(&example.page).await;
    page.has("#session", "Signed in").await;
    page.has("[data-code=ch] .amount .value", "130,000").await;
    page.has("[data-code=gb] .amount .value", "75,000").await;
    // The next test uses the same engine, and cookies are those of a host and not of a port.
    page.click("#sign-out").await;
    page.has("#session", "Signed out").await;
}

/// Edits the minimum of a country.
async fn edit(page: &Page<'_>, code: &str, min: &str) {
    page.click(&format!("[data-code={code}] .edit")).await;
    let input = page.find(&format!("[data-code={code}] .min")).await;
    input.clear().await.expect("an empty field");
    input.send_keys(min).await.expect("a field to type in");
    page.click(&format!("[data-code={code}] .save")).await;
}
