//! A connection without a browser, kept alive.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

#[derive(Debug)]
pub(crate) struct Connection(BufReader<TcpStream>);

impl Connection {
    pub(crate) fn open(addr: SocketAddr) -> Self {
        let stream = TcpStream::connect(addr).expect("a server");
        let timeout = Some(Duration::from_secs(10));
        stream.set_read_timeout(timeout).expect("a timeout");
        Self(BufReader::new(stream))
    }

    /// The status of the answer, and the lines that concern CORS, in an order of their own.
    pub(crate) fn send(&mut self, request: &str, headers: &[&str]) -> Vec<String> {
        let host = self.0.get_ref().peer_addr().expect("an address");
        let mut message = format!("{request} HTTP/1.1\r\nhost: {host}\r\n");
        for line in headers {
            message += line;
            message += "\r\n";
        }
        message += "\r\n";
        let written = self.0.get_mut().write_all(message.as_bytes());
        written.expect("the server reads");
        let start = self.line();
        let status = start.split(' ').nth(1).expect("a status");
        let mut lines = vec![status.to_owned()];
        let mut length = Some(0);
        while let Some((name, value)) = self.line().split_once(": ") {
            let name = name.to_lowercase();
            match &*name {
                "content-length" => length = Some(value.parse().expect("a length")),
                "transfer-encoding" => length = None,
                "vary" | "allow" => lines.push(format!("{name}: {value}")),
                _ if name.starts_with("access-control-") => lines.push(format!("{name}: {value}")),
                _ => {}
            }
        }
        match length {
            _ if request.starts_with("HEAD ") => {}
            Some(length) => self.skip(length),
            None => self.skip_chunks(),
        }
        lines.sort_unstable();
        lines
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.0.read_line(&mut line).expect("an answer");
        line.trim_end().to_owned()
    }

    fn skip(&mut self, length: usize) {
        self.0.read_exact(&mut vec![0; length]).expect("a body");
    }

    fn skip_chunks(&mut self) {
        loop {
            let length = usize::from_str_radix(&self.line(), 16).expect("a length");
            self.skip(length + "\r\n".len());
            if length == 0 {
                return;
            }
        }
    }
}
