//! Random requests and preflights, the same in every run.

use cors_test_support::WireRequest;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree;
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};

/// Returns this many requests.
pub(crate) fn requests(count: usize) -> Vec<WireRequest> {
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(ProptestConfig::default(), rng);
    let request = prop_oneof![3 => preflight().boxed(), 2 => actual().boxed()];
    let requests = (0..count).map(|_| request.new_tree(&mut runner).expect("no filter").current());
    requests.collect()
}

/// Paths of the application, and what is allowed there: methods, origins and request headers.
const ALLOWED: &[[&str; 4]] = &[
    ["/jobs", "GET HEAD", "https://app.example", ""],
    [
        "/jobs",
        "POST",
        "https://app.example https://x.app.example",
        "content-type x-csrf",
    ],
    ["/jobs", "DELETE", "https://admin.example", ""],
    [
        "/jobs/7",
        "GET HEAD PUT",
        "https://a.b.app.example http://app.example:8080",
        "content-type",
    ],
    [
        "/jobs/7",
        "PATCH",
        "https://app.example",
        "content-type x-job-a x-job-b-c",
    ],
    [
        "/odd/$host;'x'(y)+z.7",
        "GET HEAD PUT",
        "https://app.example http://app.example:8080",
        "content-type",
    ],
    ["/jobs/newest", "GET", "https://app.example", ""],
    ["/jobs/7/notes/2", "GET POST", "https://b.example", "x-a"],
    [
        "/public",
        "GET",
        "https://app.example null http://localhost",
        "",
    ],
    [
        "/public",
        "POST",
        "https://app.example tauri://localhost",
        "x-a authorization depth x-b",
    ],
    [
        "/tools",
        "GET PUT",
        "http://127.0.0.1:5173 http://[::1]:8080 http://localhost",
        "x-a x-b x-c x-d",
    ],
    [
        "/tools",
        "GET PUT",
        "https://x.tools.example https://x.y.tools.example:8443",
        "x-a x-b x-c x-d",
    ],
    [
        "/desktop",
        "GET",
        "tauri://localhost chrome-extension://abcdefgh",
        "",
    ],
    ["/files/a", "GET HEAD", "https://x.app.example", ""],
    [
        "/files/a/b.txt",
        "PUT DELETE",
        "https://app.example https://admin.example",
        "content-type if-match",
    ],
    ["/own", "GET POST", "https://app.example", ""],
    [
        "/socket",
        "GET",
        "https://app.example https://x.app.example",
        "",
    ],
    [
        "/unauthorized",
        "GET POST",
        "https://app.example https://b.example",
        "",
    ],
    [
        "/broken",
        "GET",
        "https://app.example https://b.example",
        "",
    ],
    ["/capabilities", "GET OPTIONS", "https://app.example", ""],
    ["/mixed", "GET POST", "https://app.example", ""],
    [
        "/reports",
        "GET QUERY PROPFIND",
        "https://app.example https://b.example",
        "content-type depth",
    ],
    ["/archive/a/b", "GET POST", "https://app.example", ""],
    [
        "/rest/health",
        "GET POST",
        "https://app.example",
        "content-type",
    ],
    [
        "/rest/notes",
        "GET POST PUT",
        "https://app.example https://b.example",
        "x-a",
    ],
    [
        "/staff/settings",
        "GET POST",
        "https://admin.example https://app.example",
        "",
    ],
    [
        "/staff/password",
        "POST",
        "https://sso.example https://admin.example",
        "",
    ],
    ["/reads/image", "GET", "https://app.example", ""],
    ["/reported/draft", "POST", "https://app.example", ""],
    ["/plain", "PUT", "https://app.example", ""],
    ["/nowhere", "GET", "https://admin.example", ""],
];

/// Paths that are nearly those of the application.
const NEAR_PATHS: &str = "/public/../own /own/.. /./own /own/. /own?a?b /jobs/ /job /Jobs /jobs?of=/public /jobs/7/ /jobs//notes/2 /jobs/7/notes/ /jobs/new%65st \
    /jobs/newest?a /files /files/ /files/? /files/a/ /%66iles/a /public/x //public /archives /rest /rest/ \
    /rest/unknown /staff /nowhere / /jobs/a%2Fb /jobs/~a.b-c_d /jobs/7/notes/2/3";

/// Origins that are nearly those of the policies, or those of other policies.
const NEAR_ORIGINS: &str = "https://app.example https://x.app.example https://admin.example https://b.example \
    null http://localhost:3000 https://sso.example http://api.example https://admin.example:80 https://app.example.evil.example https://evilapp.example https://xapp.example \
    https://app.example:443 https://app.example:8443 HTTPS://app.example https://APP.example \
    https://App.Example http://app.example https://.app.example https://a..app.example \
    https://app.example/ https://app.example. https://x.app.example. https://x_y.app.example \
    https://-.app.example https://x.APP.example https://x.app.example:8443 https://appxexample \
    http://localhost:0 http://localhost:65535 http://localhost:65536 http://localhost:080 \
    http://localhost: http://localhost.evil.example http://[::1] http://[::1]:1:1 https://[::1]:8080 \
    https://x.tools.example:1x https://tools.example:8443 * \
    file:// app://app.example https://api.example https://api.example:80 http://api.example:80 \
    https://user@app.example https://app.example#a https://x|y.app.example https://é.app.example \
    https://*.app.example https://app.example\\x.app.example tauri://localhost:1 x";

const METHODS: &str = "GET HEAD POST PUT PATCH DELETE OPTIONS QUERY PROPFIND TRACE REPORT get X";
const NEAR_METHODS: &str = "GET HEAD POST PUT DELETE OPTIONS QUERY get Get POSTS GE GETT TRACE CONNECT REPORT X G|ET GET, DELETE,";

const NEAR_HEADERS: &str = "content-type x-a authorization x-job- x-jobs x-a:b content-typ x-é * x|a x_a \"x-a\" x-anything";

/// Origins with the host of nearly all requests.
const OWN_ORIGINS: &str = "http://api.example https://api.example";

const NEAR_HOSTS: &str = "api.example:443 api.example. api.example:080 admin.example admin.example:443 admin.example:80 API.example api.example:80 \
    api.example:8080 other.example app.example b.example:443 [::1]:8080 localhost:3000";

const SITES: &str = "same-origin same-site cross-site none";

/// Writes of old browsers, which send no `Sec-Fetch-Site`: pages of the host of the request, and of nearly that.
pub(crate) fn pages_of_hosts() -> Vec<WireRequest> {
    let hosts = ["api.example", "admin.example"]
        .into_iter()
        .chain(words(NEAR_HOSTS));
    let pages = |host: &'static str| {
        let pages = words(PAGES);
        pages.map(move |origin| {
            WireRequest::from(format!("PATCH /jobs/7\nhost: {host}\norigin: {origin}"))
        })
    };
    hosts.flat_map(pages).collect()
}

const PAGES: &str = "https://api.example http://api.example https://api.example:443 http://api.example:80 \
    https://api.example:80 http://api.example:443 https://api.example:8080 http://api.example:8080 \
    https://API.example HTTPS://api.example https://api.example. https://admin.example http://b.example:443 \
    http://[::1]:8080 http://[::1] http://localhost:3000 app://api.example null api.example \
    https://api.example|https://api.example https://xapi.example https://api.example.evil.example";

fn words(words: &'static str) -> impl Iterator<Item = &'static str> {
    words.split_ascii_whitespace()
}

fn word(words: &'static str) -> impl Strategy<Value = String> {
    select(
        words
            .split_ascii_whitespace()
            .map(str::to_owned)
            .collect::<Vec<_>>(),
    )
}

/// Mostly one of the words, otherwise one of those near to them.
fn mostly(words: &'static str, near: &'static str) -> BoxedStrategy<String> {
    if words.is_empty() {
        return word(near).boxed();
    }
    prop_oneof![5 => word(words), 1 => word(near)].boxed()
}

type Lines = Vec<(&'static str, String)>;

/// Mostly one line of a header; otherwise none or two.
fn lines(
    name: &'static str,
    value: impl Strategy<Value = String> + 'static,
) -> impl Strategy<Value = Lines> {
    let line = value.prop_map(move |value| (name, value)).boxed();
    prop_oneof![
        30 => vec(line.clone(), 1),
        2 => vec(line.clone(), 0),
        1 => vec(line, 2),
    ]
}

fn origin(allowed: &'static str) -> impl Strategy<Value = Lines> {
    let odd = prop_oneof![
        "[a-z]{62,64}".prop_map(|label| format!("https://{label}.app.example")),
        "([a-z]{60}\\.){3}[a-z]{57,62}".prop_map(|labels| format!("https://{labels}.app.example")),
        Just(String::new()),
        Just("https://app.example,https://b.example".to_owned()),
    ];
    lines(
        "origin",
        prop_oneof![15 => word(allowed), 5 => word(NEAR_ORIGINS), 1 => word(OWN_ORIGINS), 1 => odd],
    )
}

fn path(path: &'static str) -> impl Strategy<Value = String> {
    prop_oneof![9 => Just(path.to_owned()), 1 => word(NEAR_PATHS)]
}

fn preflight() -> impl Strategy<Value = WireRequest> {
    let strategy = select(ALLOWED).prop_flat_map(|[allowed, methods, origins, headers]| {
        let method = lines(
            "access-control-request-method",
            mostly(methods, NEAR_METHODS),
        );
        let requested = prop_oneof![
            1 => Just(Lines::new()),
            2 => lines("access-control-request-headers", requested_headers(headers)),
        ];
        let site = prop_oneof![3 => Just(Lines::new()), 1 => lines("sec-fetch-site", word(SITES))];
        (
            path(allowed),
            origin(origins),
            method,
            requested,
            site,
            host(),
        )
    });
    strategy.prop_map(|(path, origin, method, requested, site, host)| {
        let lines = [origin, method, requested, site, host].concat();
        with_lines(&format!("OPTIONS {path}"), lines)
    })
}

/// Lists in any order, case and spacing, a few with empty elements or past the bounds.
fn requested_headers(allowed: &'static str) -> impl Strategy<Value = String> {
    let name = prop_oneof![9 => mostly(allowed, NEAR_HEADERS), 1 => Just(String::new())];
    let cased = (name, 0..8_u8).prop_map(|(name, case)| match case {
        0 => name.to_uppercase(),
        _ => name,
    });
    let space = prop_oneof![3 => Just(""), 1 => Just(" "), 1 => Just(" \t")];
    let list = (vec(cased, 1..4), space)
        .prop_map(|(names, space)| names.join(&format!("{space},{space}")));
    let bound = (
        word("content-type x-a x-job-a"),
        prop_oneof![Just(128), Just(129)],
    )
        .prop_map(|(name, count)| vec![name; count].join(","));
    let empty = prop_oneof![Just(15), Just(16), Just(17)].prop_map(|count| ",".repeat(count));
    let empty_around = prop_oneof![Just(15), Just(16), Just(17)]
        .prop_map(|count| format!("content-type{}", ",".repeat(count)));
    let long = prop_oneof![Just(4083), Just(4084), Just(4085)]
        .prop_map(|spaces| format!("x-a,{},x-b", " ".repeat(spaces + 4)));
    prop_oneof![20 => list, 1 => bound, 1 => empty, 1 => empty_around, 1 => long]
}

fn host() -> impl Strategy<Value = Lines> {
    let host = prop_oneof![12 => word("api.example"), 1 => word(NEAR_HOSTS)];
    host.prop_map(|host| vec![("host", host)])
}

fn actual() -> impl Strategy<Value = WireRequest> {
    let site = prop_oneof![
        3 => Just(Lines::new()),
        2 => lines("sec-fetch-site", mostly(SITES, "Same-Origin same-origin,none")),
    ];
    let link = prop_oneof![
        5 => Just(Lines::new()),
        1 => Just(vec![
            ("sec-fetch-mode", "navigate".to_owned()),
            ("sec-fetch-dest", "document".to_owned()),
        ]),
        1 => Just(vec![
            ("sec-fetch-mode", "navigate".to_owned()),
            ("sec-fetch-dest", "iframe".to_owned()),
        ]),
    ];
    let socket = prop_oneof![
        5 => Just(Lines::new()),
        1 => Just(vec![
            ("connection", "upgrade".to_owned()),
            ("upgrade", "websocket".to_owned()),
            ("sec-websocket-version", "13".to_owned()),
            ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==".to_owned()),
        ]),
    ];
    let requested = prop_oneof![
        12 => Just(Lines::new()),
        1 => lines("access-control-request-method", word("PUT GET")),
    ];
    let request = select(ALLOWED).prop_flat_map(move |[allowed, methods, origins, _]| {
        let origin = prop_oneof![4 => origin(origins).boxed(), 1 => Just(Lines::new()).boxed()];
        let method = mostly(methods, METHODS);
        (method, path(allowed), origin)
    });
    (request, socket, site, link, requested, host()).prop_map(
        |((method, path, origin), socket, site, link, requested, host)| {
            // A server that accepts an upgrade would end HTTP on the connection.
            let socket = if method == "GET" {
                socket
            } else {
                Lines::new()
            };
            let lines = [origin, site, link, socket, requested, host].concat();
            with_lines(&format!("{method} {path}"), lines)
        },
    )
}

fn with_lines(line: &str, lines: Lines) -> WireRequest {
    let request = WireRequest::from(line);
    lines.into_iter().fold(request, |request, (name, value)| {
        request.header(name, &value)
    })
}
