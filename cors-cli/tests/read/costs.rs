//! The time that long texts take. Each is a piece, repeated.

use std::time::{Duration, Instant};

const PIECES: [&str; 44] = [
    "\n",
    " ",
    ">",
    "> ",
    "- ",
    "* ",
    "\n\n\nVary: *",
    "{",
    "[",
    "{[",
    "}\n",
    "a:{",
    "\"",
    "map[\n",
    "vary=[",
    "{\"vary\": \"\n",
    "curl ",
    "curl '\n",
    "curl '\"\n",
    "curl $'\\\n",
    "curl \"^\"\n",
    "curl http://a.b '\n",
    "curl a.b \\\n",
    "`curl a.b\n",
    "http :3000 `\n",
    "iwr @{\n",
    "fetch(\n",
    "fetch('\n",
    "fetch('a',{a:\n",
    "Access to \n",
    "Access to fetch at 'https://a.example' from origin 'https://b.example' has\n",
    "http://\n",
    "net::ERR_\n",
    "GET /\n",
    "GET http://a.example/ 200 (\n",
    "GET / HTTP/1.1\n",
    "HTTP/1.1 200\n",
    "HTTP/1.1 301\nLocation: /\n\n",
    "Vary:\n",
    "Vary\n",
    ":method\n",
    "Status Code\n",
    "Request Headers\n",
    "{\"log\":{\"entries\":[",
];

#[test]
fn long_texts_take_linear_time() {
    const BYTES: usize = 100_000;
    // Much more than the linear costs of a debug build on a busy machine, much less than quadratic ones.
    const MOST: Duration = Duration::from_secs(10);
    for piece in PIECES {
        for head in ["", "HTTP/1.1 200 OK\nVary: *\n"] {
            let text = format!("{head}{}", piece.repeat(BYTES / piece.len()));
            let start = Instant::now();
            let _ = cors_cli::read(&text);
            let took = start.elapsed();
            assert!(took < MOST, "{took:?} for {piece:?} below {head:?}");
        }
    }
}
