use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;

use crate::{WireRequest, WireResponse};

/// Serves an app on a free port, until the runtime of the test ends.
///
/// # Panics
///
/// If there is no free port.
pub async fn serve(app: Router) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await;
    let listener = listener.expect("a free port");
    let addr = listener.local_addr().expect("a bound address");
    tokio::spawn(async { axum::serve(listener, app).await });
    addr
}

/// A connection of HTTP/1.1 to a server, kept alive between requests.
#[derive(Debug)]
pub struct Connection(BufReader<TcpStream>);

impl Connection {
    /// Connects to a server.
    ///
    /// # Panics
    ///
    /// If there is no server at the address.
    #[must_use]
    pub fn open(addr: SocketAddr) -> Self {
        let stream = TcpStream::connect(addr).expect("a server");
        let timeout = Some(Duration::from_secs(20));
        stream.set_read_timeout(timeout).expect("a timeout");
        Self(BufReader::new(stream))
    }

    /// Sends a request and waits for all of the response.
    ///
    /// # Panics
    ///
    /// If the server closes the connection, or the response takes more than 20 seconds.
    pub fn exchange(&mut self, request: impl Into<WireRequest>) -> WireResponse {
        let request = request.into();
        self.send(&request);
        self.receive(request.method() != "HEAD")
    }

    /// Sends a request.
    ///
    /// # Panics
    ///
    /// If the server has closed the connection.
    pub fn send(&mut self, request: &WireRequest) {
        self.send_bytes(&request.to_http1("api"));
    }

    /// Sends bytes that may be no request.
    ///
    /// # Panics
    ///
    /// If the server has closed the connection.
    pub fn send_bytes(&mut self, bytes: &[u8]) {
        let sent = self.0.get_mut().write_all(bytes);
        sent.expect("the server reads");
    }

    /// Waits for a response, which has no body if it is the one to HEAD.
    ///
    /// # Panics
    ///
    /// If the server closes the connection, or the response takes more than 20 seconds.
    pub fn receive(&mut self, has_body: bool) -> WireResponse {
        let mut head = String::new();
        loop {
            let line = self.line();
            if line.is_empty() {
                break;
            }
            head = head + &line + "\n";
        }
        let response = WireResponse::from(head);
        let length = response.values("content-length").next().map(str::parse);
        let is_chunked = response.values("transfer-encoding").next().is_some();
        let body = match length {
            _ if !has_body => Vec::new(),
            Some(length) => self.bytes(length.expect("a length")),
            None if is_chunked => self.chunks(),
            None => Vec::new(),
        };
        response.with_body(String::from_utf8_lossy(&body).into_owned())
    }

    /// Waits for bytes of another protocol.
    ///
    /// # Panics
    ///
    /// If the server closes the connection, or the bytes take more than 20 seconds.
    pub fn receive_bytes(&mut self, length: usize) -> Vec<u8> {
        self.bytes(length)
    }

    fn line(&mut self) -> String {
        let mut line = Vec::new();
        self.0.read_until(b'\n', &mut line).expect("a response");
        let line = String::from_utf8_lossy(&line);
        assert!(line.ends_with('\n'), "the server has closed the connection");
        line.trim_end_matches(['\r', '\n']).to_owned()
    }

    fn bytes(&mut self, length: usize) -> Vec<u8> {
        let mut bytes = vec![0; length];
        self.0.read_exact(&mut bytes).expect("a body");
        bytes
    }

    fn chunks(&mut self) -> Vec<u8> {
        let mut body = Vec::new();
        loop {
            let length = usize::from_str_radix(&self.line(), 16).expect("a length");
            body.extend(self.bytes(length));
            self.line();
            if length == 0 {
                return body;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::net::TcpListener;
    use std::thread;

    use super::Connection;
    use crate::actual;

    #[test]
    fn several_exchanges() {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let addr = listener.local_addr().expect("an address");
        let server = thread::spawn(move || {
            let (mut stream, _) = listener.accept().expect("a client");
            let written = stream.write_all(
                b"HTTP/1.1 200 OK\r\nVary: Origin\r\nContent-Length: 4\r\n\r\nbody\
                  HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n\
                  HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nbo\r\n2\r\ndy\r\n0\r\n\r\n\
                  HTTP/1.1 204 No Content\r\n\r\n",
            );
            written.expect("the client reads");
            // Until the client leaves.
            let _ = std::io::copy(&mut stream, &mut std::io::sink());
        });
        let mut connection = Connection::open(addr);
        let mut exchange = |line| connection.exchange(actual(line, "null")).to_string();
        assert_eq!(
            exchange("GET /"),
            "200\ncontent-length: 4\nvary: Origin\n\nbody"
        );
        assert_eq!(exchange("HEAD /"), "200\ncontent-length: 4");
        assert_eq!(exchange("GET /"), "200\ntransfer-encoding: chunked\n\nbody");
        assert_eq!(exchange("DELETE /"), "204");
        drop(connection);
        server.join().expect("the server ends");
    }
}
