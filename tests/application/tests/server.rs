//! The program itself, with its origins from the environment.

use std::error::Error;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};

use cors_test_support::{Connection, preflight};

/// Ends the program with the test.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn server(origins: &str) -> Server {
    let program = Command::new(env!("CARGO_BIN_EXE_cors-application"))
        .env("ADDR", "127.0.0.1:0")
        .env("CORS_ORIGINS", origins)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    Server(program.expect("the program starts"))
}

#[test]
fn origins_from_the_environment() -> Result<(), Box<dyn Error>> {
    let mut server = server("https://a.example, https://*.b.example");
    let mut line = String::new();
    let stdout = server.0.stdout.take().expect("it is piped");
    BufReader::new(stdout).read_line(&mut line)?;
    let address = line.trim().strip_prefix("http://").expect("an address");
    let mut connection = Connection::open(address.parse()?);

    for (origin, status) in [
        ("https://a.example", 204),
        ("https://x.b.example", 204),
        ("https://evil.example", 403),
    ] {
        let response = connection.exchange(preflight("PATCH /api/jobs/1", origin));
        assert_eq!(response.status(), status, "{origin}");
    }
    Ok(())
}

#[test]
fn invalid_origins_stop_the_program_with_every_error() -> Result<(), Box<dyn Error>> {
    let mut server = server("https://a.example/, http://b.example");
    let mut stderr = String::new();
    let pipe = server.0.stderr.take();
    pipe.expect("it is piped").read_to_string(&mut stderr)?;
    assert!(!server.0.wait()?.success());
    for error in [
        "CORS_ORIGINS[0]: `https://a.example/`",
        "CORS_ORIGINS[1]: `http://b.example`",
    ] {
        assert!(stderr.contains(error), "{stderr}");
    }
    Ok(())
}
