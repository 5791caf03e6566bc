//! The example's page, used as a person would: load, edit, be refused. A screenshot of the end is in
//! `target/tmp/`.

use std::env;
use std::fs;
use std::io::{BufRead, BufReader, Lines};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::LazyLock;

use fantoccini::Locator;
use fantoccini::elements::Element;
use serde_json::json;

use super::engines::{Session, in_each_engine};

in_each_engine!(the_salaries_page_loads_and_edits_and_is_refused_elsewhere);
async fn the_salaries_page_loads_and_edits_and_is_refused_elsewhere(session: &Session) {
    let example = Example::start();
    let page = Page(session);
    session.open(&example.page).await;
    page.has("#session", "Signed out").await;
    page.has("#summary", "6 countries, in euros").await;
    page.has("[data-code=ch] .amount .value", "120,000").await;

    // The page can read the response of the login layer.
    page.edit("ch", "130000").await;
    page.has("[data-code=ch] .status", "Not saved (401): sign in first")
        .await;
    page.click("#sign-in").await;
    page.has("#session", "Signed in").await;
    page.click("[data-code=ch] .save").await;
    page.has("[data-code=ch] .status", "Saved").await;

    page.edit("gb", "130000").await;
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
    page.has("#origin", &example.page.replace("127.0.0.1", "localhost"))
        .await;
    for request in ["GET /salaries", "PUT /salaries/ch"] {
        let outcome = format!("[data-request='{request}'] .outcome");
        page.has(&outcome, "refused by the browser").await;
    }
    session.client.enter_parent_frame().await.expect("the page");
    page.screenshot().await;

    session.open(&example.page).await;
    page.has("#session", "Signed in").await;
    page.has("[data-code=ch] .amount .value", "130,000").await;
    page.has("[data-code=gb] .amount .value", "75,000").await;
}

struct Page<'a>(&'a Session);

impl Page<'_> {
    /// Waits until the first element of a selector has a text.
    async fn has(&self, selector: &str, text: &str) {
        const WAIT: &str = "
            const [selector, text, done] = arguments;
            const check = () => document.querySelector(selector)?.textContent === text && done();
            const changes = { subtree: true, childList: true, characterData: true };
            new MutationObserver(check).observe(document, changes);
            check();";
        let arguments = vec![json!(selector), json!(text)];
        if let Err(error) = self.0.client.execute_async(WAIT, arguments).await {
            let read = "return document.querySelector(arguments[0])?.textContent";
            let found = self.0.run(read, selector).await;
            panic!("`{selector}` should say `{text}`, and says {found}: {error}");
        }
    }

    async fn find(&self, selector: &str) -> Element {
        let found = self.0.client.find(Locator::Css(selector)).await;
        found.unwrap_or_else(|error| panic!("no `{selector}`: {error}"))
    }

    async fn click(&self, selector: &str) {
        let clicked = self.find(selector).await.click().await;
        clicked.unwrap_or_else(|error| panic!("`{selector}` cannot be clicked: {error}"));
    }

    /// Edits the minimum of a country.
    async fn edit(&self, code: &str, min: &str) {
        self.click(&format!("[data-code={code}] .edit")).await;
        let input = self.find(&format!("[data-code={code}] .min")).await;
        input.clear().await.expect("an empty field");
        input.send_keys(min).await.expect("a field to type in");
        self.click(&format!("[data-code={code}] .save")).await;
    }

    async fn screenshot(&self) {
        let png = self.0.client.screenshot().await.expect("a screenshot");
        let name = format!("salaries-{}.png", self.0.engine).to_lowercase();
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::write(path, png).expect("a place for the screenshot");
    }
}

/// The example, on two free ports. It ends when this is dropped.
struct Example {
    page: String,
    process: Child,
    /// Kept open, because the example writes to it.
    _stdout: Lines<BufReader<ChildStdout>>,
}

impl Example {
    fn start() -> Self {
        let mut process = Command::new(&*BUILT)
            .envs([("API_ADDR", "127.0.0.1:0"), ("PAGE_ADDR", "127.0.0.1:0")])
            .env_remove("CORS_ORIGINS")
            .stdout(Stdio::piped())
            .spawn()
            .expect("the example starts");
        let stdout = process.stdout.take().expect("a pipe");
        let mut lines = BufReader::new(stdout).lines();
        let page = lines.by_ref().map_while(Result::ok).find_map(|line| {
            let (page, _) = line.strip_prefix("open ")?.split_once(' ')?;
            Some(page.to_owned())
        });
        Self {
            page: page.expect("the page's address"),
            process,
            _stdout: lines,
        }
    }
}

/// Beside this test: `target/debug/deps/browser-..`, `target/debug/examples/salaries`.
static BUILT: LazyLock<PathBuf> = LazyLock::new(|| {
    let test = env::current_exe().expect("this test");
    let profile = test.ancestors().nth(2).expect("the folder of the profile");
    let target = profile.parent().expect("the target folder");
    let is_built = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--example", "salaries", "--target-dir"])
        .arg(target)
        .args((!cfg!(debug_assertions)).then_some("--release"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .status();
    assert!(
        is_built.is_ok_and(|status| status.success()),
        "the example builds"
    );
    profile.join("examples").join("salaries")
});

impl Drop for Example {
    fn drop(&mut self) {
        self.process.kill().expect("it runs");
        self.process.wait().expect("it has ended");
    }
}
