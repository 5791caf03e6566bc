//! The programs of `examples/`, each on two free ports, and their pages.

use std::env;
use std::fs;
use std::io::{BufRead, BufReader, Lines};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::LazyLock;

use fantoccini::Locator;
use fantoccini::elements::Element;
use serde_json::json;

use super::engines::{Engine, Session, run_if_there};

pub(crate) static SALARIES: Program =
    LazyLock::new(|| build(&["--example", "salaries"], "examples/salaries"));

// These are packages of their own, so that no other test compiles their dependencies.
pub(crate) static OPENAPI: Program = LazyLock::new(|| {
    build(
        &["--package", "cors-openapi", "--example", "openapi"],
        "examples/openapi",
    )
});
pub(crate) static MCP: Program = LazyLock::new(|| build(&["--package", "cors-mcp"], "cors-mcp"));

/// The file of an example, which is built on first use.
type Program = LazyLock<PathBuf>;

fn build(what: &[&str], file: &str) -> PathBuf {
    // Beside this test: `target/debug/deps/browser-..`, `target/debug/examples/salaries`.
    let test = env::current_exe().expect("this test");
    let profile = test.ancestors().nth(2).expect("the folder of the profile");
    let target = profile.parent().expect("the target folder");
    let is_built = Command::new(env!("CARGO"))
        .args(["build", "--quiet"])
        .args(what)
        .arg("--target-dir")
        .arg(target)
        .args((!cfg!(debug_assertions)).then_some("--release"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .status();
    assert!(
        is_built.is_ok_and(|status| status.success()),
        "the example builds"
    );
    profile.join(file)
}

/// Runs the test of an example in an engine. Builds the example before, while others have their turn.
pub(crate) fn run(program: &Program, engine: Engine, test: impl AsyncFnOnce(&Session)) {
    if engine.missing().is_none() {
        LazyLock::force(program);
    }
    run_if_there(engine, test);
}

/// An example that runs. It ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Example {
    /// The URL of the page.
    pub(crate) page: String,
    /// The URL of the API, where the example prints it.
    pub(crate) api: Option<String>,
    process: Child,
    /// Kept open, because the example writes to it.
    _stdout: Lines<BufReader<ChildStdout>>,
}

impl Example {
    pub(crate) fn start(program: &Program) -> Self {
        Self::start_with(program, &[])
    }

    /// Starts it with these variables of the environment.
    pub(crate) fn start_with(program: &Program, variables: &[(&str, &str)]) -> Self {
        let mut process = Command::new(&**program)
            .envs(["ADDR", "API_ADDR", "PAGE_ADDR"].map(|name| (name, "127.0.0.1:0")))
            .env_remove("CORS_ORIGINS")
            .envs(variables.iter().copied())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the example starts");
        let stdout = process.stdout.take().expect("a pipe");
        let mut lines = BufReader::new(stdout).lines();
        let mut lines_of_text = lines.by_ref().map_while(Result::ok);
        let line = lines_of_text.find(|line| line.starts_with("open "));
        let line = line.expect("a line with the address of the page");
        let urls = line.split(' ').filter(|word| word.starts_with("http://"));
        let mut urls = urls.map(str::to_owned);
        Self {
            page: urls.next().expect("the address of the page"),
            api: urls.next(),
            process,
            _stdout: lines,
        }
    }

    /// The same page under another origin, `localhost`.
    pub(crate) fn stranger(&self) -> String {
        self.page.replace("127.0.0.1", "localhost")
    }
}

impl Drop for Example {
    fn drop(&mut self) {
        self.process.kill().expect("it runs");
        self.process.wait().expect("it has ended");
    }
}

/// The open page, used as a person would.
#[derive(Debug)]
pub(crate) struct Page<'a>(pub(crate) &'a Session);

impl Page<'_> {
    /// Waits until the first element of a selector has a text.
    pub(crate) async fn has(&self, selector: &str, text: &str) {
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

    pub(crate) async fn find(&self, selector: &str) -> Element {
        let found = self.0.client.find(Locator::Css(selector)).await;
        found.unwrap_or_else(|error| panic!("no `{selector}`: {error}"))
    }

    pub(crate) async fn click(&self, selector: &str) {
        let clicked = self.find(selector).await.click().await;
        clicked.unwrap_or_else(|error| panic!("`{selector}` cannot be clicked: {error}"));
    }

    pub(crate) async fn screenshot(&self, name: &str) {
        let png = self.0.client.screenshot().await.expect("a screenshot");
        let name = format!("{name}-{}.png", self.0.engine).to_lowercase();
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::write(path, png).expect("a place for the screenshot");
    }
}
