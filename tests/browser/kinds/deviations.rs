//! Where engines leave the standard, which `cors_testing::Browser` follows.

use crate::engines::Engine::{self, Chromium, WebKit};
use crate::stage::Deviation;

/// An engine, the kinds of requests and the pages for which it leaves the standard, and the fields or
/// outcomes that it has instead.
type Row = (
    Engine,
    &'static [&'static str],
    &'static [&'static str],
    &'static [&'static str],
);

const OWN: &str = "http://127.0.0.1:API/page";
const OTHER_PORT: &str = "http://127.0.0.1:PAGE/page";
const OTHER_NAME: &str = "http://localhost:PAGE/page";
const SANDBOXED: &str = "http://127.0.0.1:PAGE/sandboxed";
const PLAIN: &str = "http://app.example.com:PAGE/page";
const PLAIN_NO_REFERRER: &str = "http://plain.example.com:API/no-referrer";
const SAME_SITE: &str = "https://app.example.com:TLS_PAGE/page";
const OTHER_SITE: &str = "https://app.example.org:TLS_PAGE/page";
const NO_REFERRER: &str = "https://app.example.org:TLS_PAGE/no-referrer";

const CLICKED: &[&str] = &["link", "form", "typed address"];
const BEACONS: &[&str] = &["beacon", "beacon of bytes"];
/// Those under CORS that are neither for a script nor a font.
const ELEMENTS: &[&str] = &[
    "image with CORS",
    "image with credentials",
    "script as a module",
    "script as a module over a redirect",
];

const ROWS: &[Row] = &[
    // Only for a preflight: the requests have no Fetch Metadata over `http:`.
    (
        Chromium,
        &["beacon of JSON"],
        &[PLAIN],
        &["request 0, sec-fetch-mode: cors"],
    ),
    // The page's origin, even if its referrer policy hides that.
    (
        Chromium,
        BEACONS,
        &[PLAIN_NO_REFERRER],
        &["request 0, origin: http://plain.example.com:API"],
    ),
    (
        Chromium,
        BEACONS,
        &[NO_REFERRER],
        &["request 0, origin: https://app.example.org:TLS_PAGE"],
    ),
    // A write behind a redirect from the page's origin to another one has `null`, and is refused.
    (
        Chromium,
        &["form by script over a redirect"],
        &[OWN],
        &["POST POST ->"],
    ),
    (
        WebKit,
        &["form by script over a redirect"],
        &[OWN],
        &["POST POST ->"],
    ),
    (
        Chromium,
        &["beacon over a redirect"],
        &[OWN],
        &["request 1, origin: null"],
    ),
    // Elements under CORS send `Origin` to the page's own origin.
    (
        Chromium,
        ELEMENTS,
        &[OWN],
        &["request 0, origin: http://127.0.0.1:API"],
    ),
    (
        Chromium,
        ELEMENTS,
        &[PLAIN_NO_REFERRER],
        &["request 0, origin: http://plain.example.com:API"],
    ),
    (
        Chromium,
        &["font"],
        &[OWN],
        &["request 0, origin: http://127.0.0.1:API"],
    ),
    (
        Chromium,
        &["font"],
        &[PLAIN_NO_REFERRER],
        &["request 0, origin: http://plain.example.com:API"],
    ),
    (
        WebKit,
        ELEMENTS,
        &[OWN],
        &["request 0, origin: http://127.0.0.1:API"],
    ),
    (
        WebKit,
        ELEMENTS,
        &[PLAIN_NO_REFERRER],
        &["request 0, origin: http://plain.example.com:API"],
    ),
    // Fonts are loaded without CORS.
    (
        WebKit,
        &["font"],
        &[OWN],
        &["request 0, sec-fetch-mode: no-cors"],
    ),
    (
        WebKit,
        &["font"],
        &[OTHER_PORT, SANDBOXED],
        &[
            "request 0, cookie: strict=1; lax=1",
            "request 0, origin: nothing",
            "request 0, sec-fetch-mode: no-cors",
        ],
    ),
    (
        WebKit,
        &["font"],
        &[OTHER_NAME],
        &[
            "request 0, origin: nothing",
            "request 0, sec-fetch-mode: no-cors",
        ],
    ),
    (
        WebKit,
        &["font"],
        &[PLAIN],
        &[
            "request 0, cookie: strict=1; lax=1",
            "request 0, origin: nothing",
        ],
    ),
    (
        WebKit,
        &["font"],
        &[SAME_SITE],
        &[
            "request 0, cookie: strict=1; lax=1; none=1",
            "request 0, origin: nothing",
            "request 0, sec-fetch-mode: no-cors",
        ],
    ),
    (
        WebKit,
        &["font"],
        &[OTHER_SITE, NO_REFERRER],
        &[
            "request 0, cookie: none=1",
            "request 0, origin: nothing",
            "request 0, sec-fetch-mode: no-cors",
        ],
    ),
    // A sandboxed page has the cookies of its URL, and its beacons have the origin of its URL.
    (
        WebKit,
        &[
            "frame",
            "image",
            "image with credentials",
            "image over a redirect",
            "script",
            "style",
            "beacon",
            "beacon of bytes",
            "events with credentials",
            "socket",
            "socket with subprotocols",
        ],
        &[SANDBOXED],
        &["request 0, cookie: strict=1; lax=1"],
    ),
    (
        WebKit,
        BEACONS,
        &[SANDBOXED],
        &["request 0, origin: http://127.0.0.1:PAGE"],
    ),
    // No `Sec-Fetch-User`.
    (
        WebKit,
        CLICKED,
        &[OWN, OTHER_NAME, OTHER_SITE],
        &["request 0, sec-fetch-user: nothing"],
    ),
    (
        WebKit,
        &["socket", "socket with subprotocols"],
        &[
            OWN,
            OTHER_PORT,
            OTHER_NAME,
            SANDBOXED,
            SAME_SITE,
            OTHER_SITE,
            NO_REFERRER,
        ],
        &["request 0, sec-fetch-dest: websocket"],
    ),
];

/// The deviations of one request, of all engines.
pub(super) fn of(page: &str, kind: &str) -> Vec<Deviation> {
    let rows = ROWS.iter();
    let rows = rows.filter(|(_, kinds, pages, _)| kinds.contains(&kind) && pages.contains(&page));
    let deviations = rows.flat_map(|row| row.3.iter().map(|&field| (row.0, field)));
    deviations.collect()
}
