//! One headless Chromium for all tests, driven over `WebDriver`.

use std::io::{BufRead, BufReader, Lines};
#[cfg(unix)]
use std::os::unix::process::CommandExt;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::{LazyLock, Mutex, PoisonError};

use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde::Serialize;
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use super::observed::Answer;
use super::programs::{find, skip};
use super::request::Request;

/// Shared by all tests, because the client's connection belongs to the runtime that made it.
static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().expect("a runtime"));

static CHROMIUM: LazyLock<Result<Mutex<Chromium>, String>> =
    LazyLock::new(|| RUNTIME.block_on(Chromium::start()).map(Mutex::new));

/// Runs a test while no other test uses the browser. If a program is missing, reports it and runs the
/// test without a browser; where `CI=true`, fails.
pub(crate) fn with_chromium(test: impl AsyncFnOnce(Option<&Chromium>)) {
    let chromium = match &*CHROMIUM {
        Ok(chromium) => Some(chromium.lock().unwrap_or_else(PoisonError::into_inner)),
        Err(missing) => {
            skip(missing);
            None
        }
    };
    RUNTIME.block_on(test(chromium.as_deref()));
}

#[derive(Debug)]
pub(crate) struct Chromium {
    pub(crate) client: Client,
    /// The shell that ends the browser, with our end of the pipe that it reads from.
    _keeper: Child,
    /// Kept open, because the driver writes to it now and then.
    _stdout: Lines<BufReader<ChildStdout>>,
}

/// Ends the driver and the browser, which are a process group, and removes the profile when the other
/// end of the pipe is closed: however this process ends, because a static is never dropped.
const KEEPER: &str = r#"
    profile=$(mktemp -d "${TMPDIR:-/tmp}/cors-chromium.XXXXXX")
    echo "$profile"
    TMPDIR=$profile chromedriver --port=0 &
    read -r _
    trap '' TERM
    kill -KILL "$!"
    kill -TERM 0
    # Chromium writes until it has ended.
    until rm -rf "$profile" && sleep 0.2 && [ ! -e "$profile" ]; do :; done
    kill -KILL 0
"#;

impl Chromium {
    async fn start() -> Result<Self, String> {
        let missing = |what: &str| {
            format!(
                "{what} is missing, so no real browser was asked; install it, such as with \
                 `apt-get install chromium chromium-driver`"
            )
        };
        if find("chromedriver").is_none() {
            return Err(missing("`chromedriver`"));
        }
        let mut keeper = Command::new("sh");
        #[cfg(unix)]
        keeper.process_group(0);
        let mut keeper = keeper
            .args(["-c", KEEPER])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("a shell");
        let stdout = keeper.stdout.take().expect("a pipe");
        let mut lines = BufReader::new(stdout).lines();
        let mut line = || lines.next()?.ok();
        let profile = line().expect("a folder for the profile");
        let port = std::iter::from_fn(line)
            .find_map(|line| {
                let (_, port) = line.split_once("started successfully on port ")?;
                Some(port.trim_end_matches('.').to_owned())
            })
            .expect("chromedriver starts");
        let arguments = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-breakpad",
            "--no-proxy-server",
            // Hosts that are not loopback by name, without a name server.
            "--host-resolver-rules=MAP *.test 127.0.0.1",
            "--window-size=1280,1200",
            &format!("--user-data-dir={profile}"),
        ];
        let options = json!({ "args": arguments });
        let capabilities = [("goog:chromeOptions".to_owned(), options)];
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities.into_iter().collect())
            .connect(&format!("http://127.0.0.1:{port}"))
            .await;
        match client {
            Ok(client) => Ok(Self {
                client,
                _keeper: keeper,
                _stdout: lines,
            }),
            Err(error) if error.to_string().contains("cannot find") => Err(missing("Chromium")),
            Err(error) => panic!("chromedriver is there and Chromium doesn't start: {error}"),
        }
    }

    /// Opens a page.
    pub(crate) async fn open(&self, url: &str) {
        let opened = self.client.goto(url).await;
        opened.unwrap_or_else(|error| panic!("{url} does not open: {error}"));
    }

    /// Deletes the cookies of the open page.
    pub(crate) async fn forget_cookies(&self) {
        let forgotten = self.client.delete_all_cookies().await;
        forgotten.expect("the cookies go");
    }

    /// Runs a script in the page, with `argument` as `arguments[0]`, and returns its value.
    pub(crate) async fn run(&self, script: &str, argument: impl Serialize) -> Value {
        let argument = serde_json::to_value(argument).expect("an argument as JSON");
        let result = self.client.execute(script, vec![argument]).await;
        result.unwrap_or_else(|error| panic!("`{script}` fails: {error}"))
    }

    /// Sends a request from the page, and returns the response that the page sees.
    pub(crate) async fn fetch(&self, request: &Request) -> Answer {
        let request = serde_json::to_value(request).expect("a request as JSON");
        let answer = self
            .client
            .execute_async(include_str!("fetch.js"), vec![request])
            .await;
        let answer = answer.unwrap_or_else(|error| panic!("the page's script fails: {error}"));
        serde_json::from_value(answer).expect("an answer")
    }
}
