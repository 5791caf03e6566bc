//! Chromium, Firefox and WebKit, driven over `WebDriver`: one session of each for all tests.

use std::env;
use std::fmt;
use std::io::{BufRead, BufReader, Lines};
use std::net::TcpListener;
#[cfg(unix)]
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::Duration;

use cors_test_support::{find, skip};
use fantoccini::wd::TimeoutConfiguration;
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::runtime::Runtime;
use tokio::time::{sleep, timeout};
use url::Url;

use super::observed::Answer;
use super::request::Request;
use super::{names, warm_up};

/// Declares a test in each engine, of an `async fn` that takes `&Session`.
///
/// With `and testing` it takes `Option<&Session>`, and also runs where the engine is missing. With
/// `of EXAMPLE` an example is built before.
macro_rules! in_each_engine {
    ($test:ident) => {
        $crate::engines::in_each_engine!(@ $test, $crate::engines::run_if_there);
    };
    ($test:ident and testing) => {
        $crate::engines::in_each_engine!(@ $test, $crate::engines::run);
    };
    ($test:ident of $program:ident) => {
        $crate::engines::in_each_engine!(@ $test, $crate::example::run, super::$program);
    };
    (@ $test:ident, $run:path $(, $program:path)?) => {
        mod $test {
            use $crate::engines::Engine;

            #[test]
            fn chromium() {
                $run($(&$program,)? Engine::Chromium, super::$test);
            }

            #[test]
            fn firefox() {
                $run($(&$program,)? Engine::Firefox, super::$test);
            }

            #[test]
            fn webkit() {
                $run($(&$program,)? Engine::WebKit, super::$test);
            }
        }
    };
}
pub(crate) use in_each_engine;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Engine {
    Chromium,
    Firefox,
    WebKit,
}

/// The cookies that an engine sends to another site than that of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ThirdPartyCookies {
    /// Those that their attributes allow, as in `cors_testing::Browser`.
    Allowed,
    /// Those that the package of the engine allows without any settings.
    AsInstalled,
}

/// Shared by all tests, because a client's connection belongs to the runtime that made it.
static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().expect("a runtime"));

/// Held by the test that runs, because engines are used one after the other.
static TURN: Mutex<()> = Mutex::new(());

static CHROMIUM: Slot = Slot::new(|| start(Engine::Chromium));
static FIREFOX: Slot = Slot::new(|| start(Engine::Firefox));
static WEBKIT: Slot = Slot::new(|| start(Engine::WebKit));

/// A session, or what is missing for it.
type Slot = LazyLock<Result<Session, String>>;

/// Runs a test while no other test uses an engine. If a program is missing, reports it and runs the
/// test without the engine; where `CI=true`, fails.
pub(crate) fn run(engine: Engine, test: impl AsyncFnOnce(Option<&Session>)) {
    let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let session = match engine {
        Engine::Chromium => &CHROMIUM,
        Engine::Firefox => &FIREFOX,
        Engine::WebKit => &WEBKIT,
    };
    let session = session.as_ref().map_err(|missing| skip(missing)).ok();
    RUNTIME.block_on(test(session));
    drop(turn);
}

/// As `run`, and the test does not run without the engine.
pub(crate) fn run_if_there(engine: Engine, test: impl AsyncFnOnce(&Session)) {
    run(engine, async |session| {
        if let Some(session) = session {
            test(session).await;
        }
    });
}

fn start(engine: Engine) -> Result<Session, String> {
    RUNTIME.block_on(Session::start(engine, ThirdPartyCookies::Allowed))
}

impl Engine {
    /// How to install the engine and its driver.
    const fn installation(self) -> &'static str {
        match self {
            Self::Chromium => "`apt-get install chromium chromium-driver`",
            Self::Firefox => {
                "`apt-get install firefox-esr` and `cargo install geckodriver --locked`"
            }
            Self::WebKit => "`apt-get install webkit2gtk-driver xvfb`",
        }
    }

    /// The programs without which there is no session, the driver first; a `|` separates other names of
    /// the same program. Chromium is found by its driver.
    const fn programs(self) -> &'static [&'static str] {
        match self {
            Self::Chromium => &["chromedriver"],
            Self::Firefox => &["geckodriver", "firefox-esr|firefox"],
            Self::WebKit => &["WebKitWebDriver", "Xvfb"],
        }
    }

    /// A report of the program that is missing, if one is.
    pub(crate) fn missing(self) -> Option<String> {
        if self == Self::WebKit && mini_browser().is_none() {
            return Some(self.without("`MiniBrowser`"));
        }
        let missing = |program: &&&str| find_any(program).is_none();
        let missing = self.programs().iter().find(missing)?;
        Some(self.without(&format!("`{}`", missing.replace('|', "` or `"))))
    }

    fn without(self, missing: &str) -> String {
        let install = self.installation();
        format!("{missing} is missing, so {self} was not asked; install it, such as with {install}")
    }

    /// The browser that the driver starts, with a folder for the profile. Every name but those of the
    /// machine itself leads to this machine, without a name server.
    async fn capabilities(
        self,
        cookies: ThirdPartyCookies,
        profile: &str,
    ) -> (&'static str, Value) {
        let are_allowed = cookies == ThirdPartyCookies::Allowed;
        match self {
            Self::Chromium => {
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
                    "--host-resolver-rules=MAP *.test 127.0.0.1, MAP *.example.com 127.0.0.1, \
                     MAP *.example.org 127.0.0.1",
                    "--window-size=1280,1200",
                    &format!("--user-data-dir={profile}"),
                ];
                let mut options = json!({ "args": arguments });
                if are_allowed {
                    options["prefs"] = json!({ "profile.cookie_controls_mode": 0 });
                }
                ("goog:chromeOptions", options)
            }
            Self::Firefox => {
                let mut options = json!({
                    "binary": find_any("firefox-esr|firefox"),
                    "args": ["-headless", "--width=1280", "--height=1200"],
                    "prefs": {
                        "network.proxy.type": 0,
                        "network.dns.forceResolve": "127.0.0.1",
                    },
                });
                if are_allowed {
                    options["prefs"]["network.cookie.cookieBehavior"] = json!(0);
                }
                ("moz:firefoxOptions", options)
            }
            Self::WebKit => {
                // It has no option for names, but a proxy of SOCKS resolves them.
                let proxy = format!("--proxy=socks5://{}", names::serve().await);
                let mut arguments = vec!["--automation".to_owned(), proxy];
                if are_allowed {
                    arguments.push("--cookies-policy=always".to_owned());
                }
                let options = json!({ "binary": mini_browser(), "args": arguments });
                ("webkitgtk:browserOptions", options)
            }
        }
    }
}

impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

/// The first program of several names for it.
fn find_any(names: &str) -> Option<PathBuf> {
    names.split('|').find_map(find)
}

/// WebKit's browser for tests, which is in no `PATH`.
fn mini_browser() -> Option<PathBuf> {
    let multiarch = format!("/usr/lib/{}-linux-gnu", env::consts::ARCH);
    let folders = [multiarch.as_str(), "/usr/libexec", "/usr/lib64", "/usr/lib"];
    let versions = ["webkit2gtk-4.1", "webkitgtk-6.0", "webkit2gtk-4.0"];
    let files = folders.iter().flat_map(|folder| {
        let file = |version| PathBuf::from(format!("{folder}/{version}/MiniBrowser"));
        versions.map(file)
    });
    files.into_iter().find(|file| file.is_file())
}

#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) engine: Engine,
    pub(crate) client: Client,
    /// The shell that ends the engine, with our end of the pipe that it reads from.
    _keeper: Child,
    /// Kept open, because the driver writes to it now and then.
    _stdout: Lines<BufReader<ChildStdout>>,
}

/// Starts a driver, `"$@"`, with a folder for everything that it and its engine write, and with a display
/// if `$1` wants one. Ends them, which are a process group, and removes the folder when the other end
/// of the pipe is closed: however this process ends, because a static is never dropped.
const KEEPER: &str = r#"
    folder=$(mktemp -d "${TMPDIR:-/tmp}/cors-engine.XXXXXX")
    export TMPDIR="$folder" HOME="$folder"
    unset XDG_CACHE_HOME XDG_CONFIG_HOME XDG_DATA_HOME XDG_STATE_HOME
    if [ "$1" = WebKitWebDriver ]; then
        mkfifo "$folder/display"
        Xvfb -displayfd 3 -nolisten tcp 3>"$folder/display" &
        read -r display <"$folder/display"
        export DISPLAY=":$display" GDK_BACKEND=x11
    fi
    echo "$folder"
    "$@" &
    driver=$!
    read -r _
    trap '' TERM
    kill -KILL "$driver"
    kill -TERM 0
    # Engines write until they have ended.
    until rm -rf "$folder" && sleep 0.2 && [ ! -e "$folder" ]; do :; done
    kill -KILL 0
"#;

/// The limit on everything that waits for an engine. Without a display WebKit's driver never answers.
const PATIENCE: Duration = Duration::from_secs(60);

impl Session {
    /// Starts an engine, or returns a report of the program that is missing.
    pub(crate) async fn start(engine: Engine, cookies: ThirdPartyCookies) -> Result<Self, String> {
        if let Some(missing) = engine.missing() {
            return Err(missing);
        }
        let driver = engine.programs()[0];
        // No driver but Chromium's prints the port that it has chosen.
        let port = {
            let free = TcpListener::bind("127.0.0.1:0").expect("a free port");
            free.local_addr().expect("a bound address").port()
        };
        let mut keeper = Command::new("sh");
        #[cfg(unix)]
        keeper.process_group(0);
        let mut keeper = keeper
            .args(["-c", KEEPER, "keeper", driver, &format!("--port={port}")])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("a shell");
        let mut lines = BufReader::new(keeper.stdout.take().expect("a pipe")).lines();
        let folder = lines.next().and_then(Result::ok);
        let folder = folder.expect("a folder for the profile");

        let listens = async {
            while TcpStream::connect(("127.0.0.1", port)).await.is_err() {
                sleep(Duration::from_millis(20)).await;
            }
        };
        let listens = timeout(PATIENCE, listens).await;
        listens.unwrap_or_else(|_| panic!("{driver} does not listen on port {port}"));
        let (name, options) = engine.capabilities(cookies, &folder).await;
        let capabilities = [
            ("acceptInsecureCerts".to_owned(), json!(true)),
            (name.to_owned(), options),
        ];
        let url = format!("http://127.0.0.1:{port}");
        let mut client = ClientBuilder::new(HttpConnector::new());
        let client = client
            .capabilities(capabilities.into_iter().collect())
            .connect(&url);
        let client = timeout(PATIENCE, client).await;
        let client = client
            .unwrap_or_else(|late| panic!("{driver} is there and starts no {engine}: {late}"));
        let client = match client {
            Ok(client) => client,
            Err(error) if error.to_string().contains("cannot find") => {
                drop(keeper.stdin.take());
                keeper.wait().expect("the shell has ended");
                return Err(engine.without(&engine.to_string()));
            }
            Err(error) => panic!("{driver} is there and {engine} does not start: {error}"),
        };
        let limits = TimeoutConfiguration::new(Some(PATIENCE), Some(PATIENCE), None);
        let limited = client.update_timeouts(limits).await;
        limited.expect("limits on scripts and pages");
        let session = Self {
            engine,
            client,
            _keeper: keeper,
            _stdout: lines,
        };
        if engine == Engine::Firefox {
            warm_up::until_preflights_are_remembered(&session).await;
        }
        Ok(session)
    }

    /// Opens a page.
    pub(crate) async fn open(&self, url: &str) {
        let opened = self.client.goto(url).await;
        opened.unwrap_or_else(|error| panic!("{url} does not open: {error}"));
    }

    /// Waits until a page has led to a URL.
    pub(crate) async fn is_at(&self, url: &str) {
        let arrives = async {
            let url = Url::parse(url).expect("a URL");
            while self.client.current_url().await.ok() != Some(url.clone()) {
                sleep(Duration::from_millis(5)).await;
            }
        };
        let late = timeout(PATIENCE, arrives).await.err();
        assert_eq!(late, None, "{} does not arrive at {url}", self.engine);
    }

    /// Deletes the cookies of the open page. After a page that keeps requests open, WebKit loads no other.
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
