//! rust-analyzer over its protocol (LSP) in a crate with handlers: definitions, documentation and
//! completion. Skipped where it is missing, unless `CI=true`.

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;
use std::{env, fs, thread};

use serde_json::{Value, json};

/// A line with a comment: from `//^`, the text below which a request is made, then its name.
const SOURCE: &str = r#"
use cors_runtime::{CorsRouter, Policy, cors, policies, routes};

const SHARED: Policy = Policy::new(&["https://app.example.com"]);
    //^^^^^^ shared

#[cors(policy = SHARED, methods = [GET], max_age = 600)]
              //^^^^^^ policy
                                       //^^^^^^^ key
                                 //^^^ method
async fn list() {}
       //^^^^ handler

#[cors(orig)]
        //^ completed_key
async fn half_written() {}
       //^^^^^^^^^^^^ half_written

#[cors(origins = ["https://app.example.com"], methods = [PUT, DELE])]
                                                               //^ completed_method
async fn half_written_method() {}

mod jobs {
    #[cors_runtime::cors(
        origins = ["https://app.example.com"],
        methods = [POST],
        credentials,
        dangerously_allow(insecure_origins),
                        //^^^^^^^^^^^^^^^^ opt_out
    )]
    pub async fn save() {}
               //^^^^ save
}

fn main() {
    let _app: CorsRouter = CorsRouter::new()
        .route("/list", routes![list])
                              //^^^^ in_routes
        .route("/jobs", routes![list, jobs::save]);
                                          //^^^^ in_list
    let _policies = policies![jobs::save];
                                  //^^^^ in_policies
    let _routes: cors_runtime::Routes = routes![jobs::sa];
                                                     //^ completed_handler
}
"#;

#[test]
fn rust_analyzer_shows_the_function_only_and_completes_keys() {
    let Some(program) = rust_analyzer() else {
        assert!(env::var("CI").is_err(), "rust-analyzer is missing");
        eprintln!("skipped: rust-analyzer is missing (`rustup component add rust-analyzer`)");
        return;
    };
    let package = Package::write();
    let mut editor = Editor::open(&program, &package);

    for (place, target) in [
        ("handler", "handler"),
        ("in_routes", "handler"),
        ("in_list", "save"),
        ("in_policies", "save"),
        ("policy", "shared"),
    ] {
        let found = editor.definitions(place);
        assert_eq!(found, [package.marked(target).line()], "{place}");
    }

    let function = "async fn list()";
    for place in ["handler", "in_routes"] {
        let hover = editor.hover(place);
        assert!(hover.contains(function), "{place}: {hover}");
        assert!(!hover.contains("enum"), "{place}: {hover}");
    }
    assert!(
        editor
            .hover("half_written")
            .contains("async fn half_written()")
    );
    for (place, text) in [
        ("key", "may cache the response to a preflight"),
        ("method", "Serves HEAD as well"),
        ("opt_out", "may be allowed together with `credentials`"),
    ] {
        let hover = editor.hover(place);
        assert!(hover.contains(text), "{place}: {hover}");
    }

    for (place, label) in [
        ("completed_key", "origins"),
        ("completed_method", "DELETE"),
        ("completed_handler", "save"),
    ] {
        let labels = editor.completions(place);
        let is_wanted =
            |found: &String| found.trim_end_matches("(…)").trim_end_matches("()") == label;
        assert!(labels.iter().any(is_wanted), "{place}: {labels:?}");
    }
    editor.close();
}

/// The path of the program, which rustup may have without the component.
fn rust_analyzer() -> Option<PathBuf> {
    let runs = |program: &PathBuf| {
        let version = Command::new(program).arg("--version").output();
        version.is_ok_and(|output| output.status.success())
    };
    Some(PathBuf::from("rust-analyzer")).filter(runs)
}

/// The package that is opened.
struct Package {
    root: PathBuf,
    marks: Vec<Mark>,
}

/// A place in the source, from 0.
#[derive(Clone, Debug)]
struct Mark {
    name: String,
    line: usize,
    character: usize,
}

impl Mark {
    fn line(&self) -> usize {
        self.line
    }
}

impl Package {
    fn write() -> Self {
        let repository = Path::new(env!("CARGO_MANIFEST_DIR"));
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("rust_analyzer");
        let runtime = repository.join("cors-runtime");
        let mut marks = Vec::new();
        let mut source = String::new();
        let mut line = 0;
        for text in SOURCE.lines() {
            if let Some((before, mark)) = text.split_once("//^") {
                let name = mark.trim_start_matches('^').trim();
                marks.push(Mark {
                    name: name.to_owned(),
                    line: line - 1,
                    character: before.len() + 2,
                });
            } else {
                let _ = writeln!(source, "{text}");
                line += 1;
            }
        }
        fs::create_dir_all(root.join("src")).expect("the folder can be made");
        let manifest = format!(
            "[package]\nname = \"edited\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n\n\
             [dependencies]\ncors-runtime = {{ path = '{}' }}\n",
            runtime.display()
        );
        let write = |file: &str, text: &str| {
            fs::write(root.join(file), text).expect("the file can be written");
        };
        write("Cargo.toml", &manifest);
        write("src/main.rs", &source);
        let lock = fs::read_to_string(repository.join("Cargo.lock")).expect("there is a lock file");
        write("Cargo.lock", &lock);
        Self { root, marks }
    }

    fn marked(&self, name: &str) -> &Mark {
        let mark = self.marks.iter().find(|mark| mark.name == name);
        mark.unwrap_or_else(|| panic!("no mark `{name}`"))
    }

    fn uri(&self, file: &str) -> String {
        format!("file://{}", self.root.join(file).display())
    }
}

/// A session of rust-analyzer.
struct Editor<'a> {
    package: &'a Package,
    server: Child,
    input: ChildStdin,
    messages: Receiver<Value>,
    last_id: u32,
}

impl<'a> Editor<'a> {
    /// Opens the package, and waits until it has been analysed.
    fn open(program: &Path, package: &'a Package) -> Self {
        let mut server = Command::new(program)
            .current_dir(&package.root)
            .env_remove("RUSTFLAGS")
            .env_remove("CARGO_TARGET_DIR")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("rust-analyzer starts");
        let input = server.stdin.take().expect("it is piped");
        let mut output = BufReader::new(server.stdout.take().expect("it is piped"));
        let (sender, messages) = channel();
        thread::spawn(move || {
            while let Some(message) = read_message(&mut output) {
                if sender.send(message).is_err() {
                    break;
                }
            }
        });
        let mut editor = Self {
            package,
            server,
            input,
            messages,
            last_id: 0,
        };
        editor.request(
            "initialize",
            &json!({
                "processId": null,
                "rootUri": package.uri(""),
                "capabilities": {
                    "experimental": { "serverStatusNotification": true },
                    "textDocument": { "hover": { "contentFormat": ["markdown"] } },
                },
                "initializationOptions": {
                    "cachePriming": { "enable": false },
                    "cargo": { "targetDir": true },
                    "checkOnSave": false,
                },
            }),
        );
        editor.notify("initialized", &json!({}));
        let main = package.uri("src/main.rs");
        let text = fs::read_to_string(package.root.join("src/main.rs")).expect("it was written");
        let document = json!({ "uri": main, "languageId": "rust", "version": 1, "text": text });
        editor.notify("textDocument/didOpen", &json!({ "textDocument": document }));
        editor.wait("experimental/serverStatus", |status| {
            status["quiescent"] == true && status["health"] == "ok"
        });
        editor
    }

    /// The lines of the definitions of the name at a mark. They are in the same file.
    fn definitions(&mut self, at: &str) -> Vec<usize> {
        let found = self.ask("textDocument/definition", at);
        let found = found.as_array().cloned().unwrap_or_default();
        found
            .iter()
            .map(|location| {
                let uri = location["uri"].as_str().expect("a file");
                assert!(uri.ends_with("rust_analyzer/src/main.rs"), "{at}: {uri}");
                let line = location["range"]["start"]["line"].as_u64();
                usize::try_from(line.expect("a line")).expect("a small number")
            })
            .collect()
    }

    fn hover(&mut self, at: &str) -> String {
        let hover = self.ask("textDocument/hover", at);
        hover["contents"]["value"].as_str().unwrap_or("").to_owned()
    }

    fn completions(&mut self, at: &str) -> Vec<String> {
        let found = self.ask("textDocument/completion", at);
        let items = found["items"].as_array().cloned().unwrap_or_default();
        let labels = items.iter().filter_map(|item| item["label"].as_str());
        labels.map(str::to_owned).collect()
    }

    fn ask(&mut self, method: &str, at: &str) -> Value {
        let Mark {
            line, character, ..
        } = self.package.marked(at);
        // A completion is at the end of the word.
        let character = if method.ends_with("completion") {
            character + 1
        } else {
            *character
        };
        let document = json!({ "uri": self.package.uri("src/main.rs") });
        let position = json!({ "line": line, "character": character });
        self.request(
            method,
            &json!({ "textDocument": document, "position": position }),
        )
    }

    fn request(&mut self, method: &str, params: &Value) -> Value {
        self.last_id += 1;
        let id = self.last_id;
        self.send(&json!({ "id": id, "method": method, "params": params }));
        let response =
            self.next_message(|message| message["id"] == id && message["method"].is_null());
        assert!(response["error"].is_null(), "{method}: {response}");
        response["result"].clone()
    }

    fn notify(&mut self, method: &str, params: &Value) {
        self.send(&json!({ "method": method, "params": params }));
    }

    fn wait(&mut self, method: &str, until: impl Fn(&Value) -> bool) {
        self.next_message(|message| message["method"] == method && until(&message["params"]));
    }

    /// Reads up to a message, and responds to the server's own requests.
    fn next_message(&mut self, is_wanted: impl Fn(&Value) -> bool) -> Value {
        loop {
            let message = self.messages.recv_timeout(Duration::from_secs(300));
            let message = message.expect("rust-analyzer responds");
            if is_wanted(&message) {
                return message;
            }
            if message["method"].is_string() && !message["id"].is_null() {
                self.send(&json!({ "id": message["id"], "result": null }));
            }
        }
    }

    fn send(&mut self, message: &Value) {
        let mut message = message.clone();
        message["jsonrpc"] = json!("2.0");
        let text = message.to_string();
        write!(self.input, "Content-Length: {}\r\n\r\n{text}", text.len())
            .and_then(|()| self.input.flush())
            .expect("rust-analyzer reads");
    }

    fn close(mut self) {
        self.request("shutdown", &json!(null));
        self.notify("exit", &json!(null));
        let _ = self.server.wait();
    }
}

fn read_message(output: &mut impl BufRead) -> Option<Value> {
    let mut length = 0;
    loop {
        let mut header = String::new();
        if output.read_line(&mut header).ok()? == 0 {
            return None;
        }
        let header = header.trim();
        if header.is_empty() {
            break;
        }
        if let Some(value) = header.strip_prefix("Content-Length: ") {
            length = value.parse().ok()?;
        }
    }
    let mut body = vec![0; length];
    output.read_exact(&mut body).ok()?;
    serde_json::from_slice(&body).ok()
}
