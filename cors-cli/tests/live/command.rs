//! The command itself: its forms of input, and its exit codes.

use std::fs;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use axum::Router;

use super::server::{Server, response};
use super::tls;
use super::unreachable::closed_port;

fn cors(arguments: &[&str], input: &str) -> Output {
    let mut process = Command::new(env!("CARGO_BIN_EXE_cors"))
        .args(arguments)
        .env_remove("CORS_ORIGIN")
        .env_remove("NO_COLOR")
        .env_remove("CLICOLOR_FORCE")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command starts");
    let mut stdin = process.stdin.take().expect("a pipe");
    // The command may end without reading it.
    let _ = stdin.write_all(input.as_bytes());
    drop(stdin);
    process.wait_with_output().expect("the command ends")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn help_manual_and_completions_are_generated() {
    for (arguments, expected) in [
        (&["--help"][..], "explain"),
        (&["explain", "--help"], "--upload-listener"),
        (&["export", "--help"], "--upstream"),
        (&["man"], ".TH cors"),
        (&["man", "explain"], "\\-\\-upload\\-listener"),
        (&["completions", "bash"], "_cors()"),
        (&["completions", "fish"], "complete -c cors"),
    ] {
        let output = cors(arguments, "");
        assert!(output.status.success(), "{arguments:?}");
        let stdout = text(&output.stdout);
        assert!(stdout.contains(expected), "{arguments:?}: {stdout}");
    }
}

#[test]
fn wrong_arguments() {
    for (arguments, expected) in [
        (&["explain", "--nonsense"][..], "unexpected argument"),
        (&["explain", "--format", "xml"], "invalid value"),
        (
            &["explain", "http://a.test/", "-H", "x", "--origin", "y"],
            "error: the header `x` has no colon\nhelp: write `name: value`\nerror: `y` has no scheme",
        ),
        (
            &["explain", "GET / HTTP/1.1", "-k", "--send"],
            "error: `--send`, `--insecure` without a URL\nhelp: ",
        ),
        (
            &["explain", "http://127.0.0.1:1/", "--test"],
            "error: there is no response that a test could have\nhelp: ",
        ),
        (
            &["explain", "no-such.har"],
            "error: there is no file `no-such.har`, and it is no URL\nhelp: check the name and the folder",
        ),
        (
            &["explain", "localhost:3000/jobs"],
            "help: for a URL, write `http://localhost:3000/jobs`\n",
        ),
        (
            &["explain", "api.example/jobs"],
            "help: for a URL, write `https://api.example/jobs`; for a file, ",
        ),
        (
            &["explain", "htps://api.example/"],
            "help: for a URL, write `https://api.example/` or `http://api.example/`\n",
        ),
        (&["explain", "/"], "error: `/` is a folder\nhelp: "),
        (
            &[
                "explain",
                "http://a.test/",
                "--origin",
                "https://app.example/",
            ],
            "help: write `--origin https://app.example`\n",
        ),
        (
            &["explain", "http://a.test/", "--origin", "app"],
            "help: write scheme and host, such as `--origin https://example.com`\n",
        ),
        (
            &["explain", "http://a.test/", "--origin", "*"],
            "error: `*` is not the origin of a page\nhelp: write scheme and host of the page, ",
        ),
        (&["explain", ""], "error: there is no text\nhelp: "),
        (
            &["explain", "http://a.test/", "-X", "POST"],
            "error: this POST was not sent, because it may change something",
        ),
        (
            &["explain", "http://a.test/", "--credentials", "include"],
            "write it with `=`: `--credentials=include`",
        ),
        (
            &["explain", "Failed", "to", "fetch"],
            "put quotes around a text with spaces",
        ),
        (&["explain", "http://a.test/", "-I"], "write `-X HEAD`"),
        (&["explain", "http://a.test/", "-v"], "leave it out: "),
        (
            &["https://api.example/"],
            "write `explain` before it: `cors explain ..`",
        ),
        (&["explian"], "a similar subcommand exists: 'explain'"),
        (
            &["explain", "http://a.test/", "-d", "@no-such-file"],
            "error: `no-such-file` cannot be read",
        ),
    ] {
        let output = cors(arguments, "");
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        let stderr = text(&output.stderr);
        assert!(stderr.contains(expected), "{arguments:?}: {stderr}");
        assert!(output.stdout.is_empty(), "{arguments:?}");
    }
}

/// `SSL_CERT_FILE` has the certificates that the system trusts.
#[tokio::test(flavor = "multi_thread")]
async fn certificates_of_the_system_are_trusted() {
    let server = tls::start(tls::app(), &["h2", "http/1.1"]).await;
    let port = server.addr.port();
    let pem = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/live/certificate.pem");
    let output = Command::new(env!("CARGO_BIN_EXE_cors"))
        .args(["explain", &format!("https://api.example:{port}/jobs")])
        .args(["--resolve", &format!("api.example:{port}:127.0.0.1")])
        .env("SSL_CERT_FILE", pem)
        .env("CORS_ORIGIN", "https://app.example")
        .output()
        .expect("the command starts");
    let stdout = text(&output.stdout);
    assert!(output.status.success(), "{stdout}");
    assert!(!stdout.contains("browsers send no request"), "{stdout}");
    let received = server.received();
    assert!(
        received[0].contains("origin: https://app.example"),
        "{received:?}"
    );
    let targets = server.targets();
    let requests = targets
        .iter()
        .filter(|target| *target == "GET /jobs")
        .count();
    // The page's, two other origins, none, and HTTP/1.1.
    assert_eq!(requests, 5, "{targets:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn exit_codes() {
    let server = Server::start(tls::app()).await;
    let url = server.url("/jobs");
    let closed = closed_port().await;
    let pasted = "HTTP/1.1 200 OK\naccess-control-allow-origin: https://app.example\n";
    let file = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("pasted.txt");
    fs::write(&file, pasted).expect("a file");
    let file = file.to_str().expect("a name");
    for (arguments, origin, code) in [
        (&[&*url][..], "https://app.example", 0),
        (&[&*url], "https://other.example", 1),
        (&[&*url], "other.example", 2),
        (&[&*format!("http://{closed}/")], "https://app.example", 3),
        (
            &[&*format!(":{}/", server.addr.port())],
            "https://app.example",
            0,
        ),
        (&[pasted], "https://app.example", 0),
        (&["-"], "https://app.example", 0),
        (&[], "https://other.example", 1),
        (&[file], "https://app.example", 0),
        (&["nothing"], "https://app.example", 2),
        (&[pasted], "app.example", 2),
        (&["--format", "json"], "https://app.example", 0),
        (&["--format", "github"], "https://other.example", 1),
        (&["--test"], "https://other.example", 1),
    ] {
        let arguments = [&["explain", "--origin", origin], arguments].concat();
        let output = cors(&arguments, pasted);
        let stdout = text(&output.stdout);
        let stderr = text(&output.stderr);
        assert_eq!(
            output.status.code(),
            Some(code),
            "{arguments:?}: {stdout}{stderr}"
        );
        assert_eq!(
            stdout.is_empty(),
            code == 2,
            "{arguments:?}: {stdout}{stderr}"
        );
        assert!(
            !stdout.contains('\u{1b}'),
            "{arguments:?}: colours without a terminal"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_that_were_not_sent_are_not_called_readable() {
    let headers = [
        ("access-control-allow-origin", "https://app.example"),
        ("access-control-allow-methods", "PUT"),
    ];
    let app = Router::new().fallback(async move || response(200, &headers));
    let server = Server::start(app).await;
    let url = server.url("/jobs");
    let arguments = [
        "explain",
        &*url,
        "-X",
        "PUT",
        "--origin",
        "https://app.example",
    ];
    for (more, expected) in [
        (
            &[][..],
            format!("no problem: the preflight allows PUT {url}, which was not sent\n"),
        ),
        (
            &["--send"],
            format!("no problem: a browser lets the page read the response to PUT {url}\n"),
        ),
    ] {
        let output = cors(&[&arguments, more].concat(), "");
        let stdout = text(&output.stdout);
        assert!(stdout.starts_with(&expected), "{stdout}");
    }
}

#[test]
fn files_without_text() {
    let image = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0 \0\0\0 \x08\x02\0\0\0\xfc\x18\xed\xa3";
    let file = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("screenshot.png");
    let name = file.to_str().expect("a name");
    for (bytes, expected) in [
        (&image[..], "error: the input is not text, but an image, "),
        (b"", "error: there is no text\nhelp: paste "),
        (b" \n", "error: there is no text\nhelp: paste "),
    ] {
        fs::write(&file, bytes).expect("a file");
        let output = cors(&["explain", name], "");
        let stderr = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{stderr}");
        assert!(stderr.starts_with(expected), "{stderr}");
        assert!(stderr.contains("\nhelp: paste "), "{stderr}");
    }
}

#[test]
fn encodings_of_files() {
    let pasted = "HTTP/1.1 200 OK\r\naccess-control-allow-origin: https://app.example\r\n";
    let utf16 = pasted.encode_utf16().flat_map(u16::to_le_bytes);
    let utf16: Vec<u8> = [0xff, 0xfe].into_iter().chain(utf16).collect();
    let with_mark = [b"\xef\xbb\xbf", pasted.as_bytes()].concat();
    let latin1 = [pasted.as_bytes(), b"x: \xe4\r\n"].concat();
    let file = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("encoded.txt");
    let name = file.to_str().expect("a name");
    for bytes in [utf16, with_mark, latin1] {
        fs::write(&file, &bytes).expect("a file");
        let output = cors(&["explain", "--origin", "https://app.example", name], "");
        let stdout = text(&output.stdout);
        assert_eq!(output.status.code(), Some(0), "{bytes:?}: {stdout}");
    }
}

#[test]
fn colours_are_used_where_they_are_asked_for() {
    let pasted = "HTTP/1.1 200 OK\n";
    for (color, has_colours) in [("always", true), ("auto", false), ("never", false)] {
        let output = cors(&["explain", "--color", color], pasted);
        let stdout = text(&output.stdout);
        assert_eq!(stdout.contains('\u{1b}'), has_colours, "{color}: {stdout}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn secrets_of_the_command_line_are_not_printed() {
    let server = Server::start(tls::app()).await;
    let host = server.addr;
    let url = format!("http://user:hunter2@{host}/?api_token=hunter2#hunter2");
    let wrong_url = format!("http://user:hunter2@{host}:x/");
    for arguments in [
        &[&*url][..],
        &[&url, "--test"],
        &[&url, "--format", "json"],
        &[&url, "--format", "github"],
        &[&url, "-u", "user:hunter2", "-X", "PUT"],
        &[&url, "-H", "authorization: Bearer hunter2"],
        &[&url, "-H", "cookie: id=hunter2", "-H", "x-api-key: hunter2"],
        &[&url, "-H", "authorization Bearer hunter2"],
        &[&url, "-H", "authorization: Bearer hunter2\n"],
        &[&wrong_url],
        &[&url, "-d", "hunter2", "--send"],
    ] {
        let output = cors(&[&["explain"], arguments].concat(), "");
        let printed = text(&output.stdout) + &text(&output.stderr);
        assert!(!printed.contains("hunter2"), "{arguments:?}: {printed}");
        assert!(!printed.is_empty(), "{arguments:?}");
    }
}
