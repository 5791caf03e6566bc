//! The outcomes of each attack.

use super::victims::VICTIMS;

/// The outcomes of a request of the attacker's page for each of the victims, and of the own page.
pub(super) struct Outcomes {
    pub(super) strangers: [&'static str; VICTIMS.len()],
    pub(super) own: &'static str,
}

pub(super) const WRITE: Outcomes = Outcomes {
    strangers: [
        "POST 200, write ran",
        "POST 403",
        "POST 403",
        "POST 403",
        "POST 403",
    ],
    own: "POST 200, write ran",
};
pub(super) const FETCHED_WRITE: Outcomes = Outcomes {
    own: "POST 200, write ran, the page reads written",
    ..WRITE
};
/// A preflight asks first. Without a policy it reaches the service, which may answer CORS itself.
pub(super) const ASKED_WRITE: Outcomes = Outcomes {
    strangers: [
        "OPTIONS 405",
        "OPTIONS 403",
        "OPTIONS 403",
        "OPTIONS 405",
        "OPTIONS 405",
    ],
    own: "PUT 200, write ran, the page reads written",
};
/// The handler runs where reads are not held, and the page learns nothing.
pub(super) const READ: Outcomes = Outcomes {
    strangers: [
        "GET 200, read ran",
        "GET 200, read ran",
        "GET 403",
        "GET 200, read ran",
        "GET 403",
    ],
    own: "GET 200, read ran",
};
pub(super) const FETCHED_READ: Outcomes = Outcomes {
    own: "GET 200, read ran, the page reads secret",
    ..READ
};
/// The value of a script is the page's, whatever CORS says.
pub(super) const SCRIPT: Outcomes = Outcomes {
    strangers: [
        "GET 200, script ran, the page reads secret",
        "GET 200, script ran, the page reads secret",
        "GET 403",
        "GET 200, script ran, the page reads secret",
        "GET 403",
    ],
    own: "GET 200, script ran, the page reads secret",
};
/// A module is read by CORS.
pub(super) const MODULE: Outcomes = Outcomes {
    strangers: [
        "GET 200, script ran",
        "GET 200, script ran",
        "GET 403",
        "GET 200, script ran",
        "GET 403",
    ],
    own: "GET 200, script ran, the page reads secret",
};
pub(super) const EVENTS: Outcomes = Outcomes {
    strangers: [
        "GET 200, events ran",
        "GET 200, events ran",
        "GET 403",
        "GET 200, events ran",
        "GET 403",
    ],
    own: "GET 200, events ran, the page reads secret",
};
pub(super) const SOCKET: Outcomes = Outcomes {
    strangers: [
        "GET 101, socket ran, the page reads secret",
        "GET 403",
        "GET 403",
        "GET 403",
        "GET 403",
    ],
    own: "GET 101, socket ran, the page reads secret",
};

pub(super) const ATTACKS: [(&str, Outcomes); 20] = [
    ("form", WRITE),
    ("form of plain text", WRITE),
    ("form with files", WRITE),
    ("form of a sandboxed frame", WRITE),
    ("no-cors POST", WRITE),
    ("no-cors POST that outlives the page", WRITE),
    ("beacon", WRITE),
    ("fetch POST", FETCHED_WRITE),
    ("fetch PUT", ASKED_WRITE),
    ("form with GET", READ),
    ("fetch GET", FETCHED_READ),
    ("no-cors GET", FETCHED_READ),
    ("image", READ),
    ("style", READ),
    ("frame", READ),
    ("object", READ),
    ("script", SCRIPT),
    ("script as a module", MODULE),
    ("events", EVENTS),
    ("socket", SOCKET),
];
