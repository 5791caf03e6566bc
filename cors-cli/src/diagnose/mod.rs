//! Exchanges and messages to a diagnosis.
//!
//! Each story of a paste (a request of a page with its preflight, its redirects, its messages and its
//! variations) becomes a case. The checks below run in the order in which a browser would come across
//! the problems, and the first problem is the cause.
//!
//! # Names of findings
//!
//! A step of the standard that fails has the name of [`cors_testing::Step::id`]: `preflight-status`,
//! `preflight-origin`, `preflight-credentials`, `preflight-method`, `preflight-header`,
//! `preflight-list`, `preflight-max-age`, `origin`, `credentials`, `exposed`, `vary`, `request`,
//! `cookie`, `handshake`, `mixed-content`, `resource-policy`, `redirect`, `status`, `network`. The others:
//!
//! | name | meaning |
//! |---|---|
//! | `any-with-credentials` | `*` with `access-control-allow-credentials: true` |
//! | `blocked-by-client` | an extension or a tracking protection |
//! | `body-too-large` | 413 in front of the application |
//! | `bot-challenge` | a page for people in place of the response |
//! | `cached-response` | a cache without `Vary: Origin` |
//! | `certificate`, `tls` | no trust, no common version |
//! | `connection-closed`, `connection-refused`, `dns`, `timeout`, `unsafe-port` | no response |
//! | `content-security-policy` | the policy of the page |
//! | `embedder-policy` | `Cross-Origin-Embedder-Policy` of the page |
//! | `error-without-headers` | errors lack the headers of CORS |
//! | `file-page`, `url-scheme` | no `http:` |
//! | `gateway-error` | 502, 503, 504 and 520 to 530 |
//! | `headers-too-large` | 414, 431 |
//! | `html-page` | HTML in place of data |
//! | `hsts`, `https-redirect`, `slash-redirect`, `preflight-redirect`, `login-redirect` | redirects |
//! | `http-origin`, `null-allowed`, `reflected-origin`, `similar-origin` | allowed too much |
//! | `interstitial`, `login-page` | a page of HTML in place of the response |
//! | `local-network` | Local Network Access |
//! | `login-required`, `method-not-allowed`, `not-found`, `rate-limited`, `refused-by-server`, `server-error` | an error without the headers of CORS |
//! | `misdirected-request` | 421 |
//! | `needless-options`, `needless-preflight` | the page could do without |
//! | `no-cors` | an opaque response |
//! | `no-preflight-needed`, `preflight-needed`, `same-origin` | a request that was not sent yet |
//! | `not-a-preflight`, `test-without-origin` | a test that shows nothing |
//! | `null-origin`, `null-origin-redirect` | the page has no origin |
//! | `other-response`, `remembered-preflight` | a message about another response |
//! | `other-scheme`, `other-server`, `other-version` | variations that differ |
//! | `response-header-in-request` | the page sets a header of responses |

mod answerer;
mod audit;
mod before;
mod caches;
mod command;
mod cookies;
mod embed;
mod exposed;
mod facts;
mod finding;
mod messages;
mod null;
mod page;
mod probes;
mod redirect;
mod remedy;
mod rules;
mod status;
mod story;
mod unreached;

use std::collections::{HashMap, HashSet};

use cors_testing::Credentials;

use self::facts::{Facts, short};
use self::finding::{Findings, Rank};
use self::story::stories;
use crate::diagnosis::{Case, Diagnosis, Verdict};
use crate::exchange::Paste;

/// The options of the command line that a diagnosis needs. They count for exchanges that lack them.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// The origin of the page: `--origin`.
    pub origin: Option<String>,
    /// `--method` or `-X`.
    pub method: Option<String>,
    /// `--credentials`.
    pub credentials: Option<Credentials>,
    /// Whether the page uses mode `no-cors`.
    pub no_cors: bool,
    /// Whether everything that is allowed too much is reported: `--audit`.
    pub audit: bool,
}

/// Finds the cause of each request of a paste. Equal ones are folded into one case, and the failing ones
/// are first.
#[must_use]
pub fn diagnose(paste: &Paste, asked: &Asked) -> Diagnosis {
    let mut cases: Vec<Case> = Vec::new();
    let mut assumptions: Vec<String> = Vec::new();
    let mut places: HashMap<(&'static str, String), usize> = HashMap::new();
    for story in stories(paste) {
        let facts = Facts::new(paste, asked, story);
        let (case, assumes_credentials) = case(&facts);
        for assumption in assumed(&facts, assumes_credentials) {
            if !assumptions.contains(&assumption) {
                assumptions.push(assumption);
            }
        }
        let key = case.cause.as_ref().map(|cause| (cause.id, host(&facts)));
        let place = key.as_ref().and_then(|key| places.get(key).copied());
        if let Some(place) = place {
            cases[place].count += 1;
            continue;
        }
        if let Some(key) = key {
            places.insert(key, cases.len());
        }
        cases.push(case);
    }
    drop_repeated(&mut cases);
    cases.sort_by_key(|case| {
        let has_cause = case.cause.is_some();
        (std::cmp::Reverse(case.verdict), !has_cause)
    });
    Diagnosis { cases, assumptions }
}

/// Drops remarks that are the cause of another case.
fn drop_repeated(cases: &mut [Case]) {
    let causes = cases
        .iter()
        .filter_map(|case| Some(case.cause.as_ref()?.sentence.clone()));
    let causes: HashSet<String> = causes.collect();
    for case in cases {
        case.next
            .retain(|finding| !causes.contains(&finding.sentence));
    }
}

/// Runs every check, in the order in which a browser would come across the problems.
fn case(facts: &Facts<'_>) -> (Case, bool) {
    let mut found = Findings::default();
    let is_unreached = unreached::check(facts, &mut found);
    before::check(facts, &mut found);
    embed::check(facts, &mut found);
    page::check_request_headers(facts, &mut found);
    page::check_test(facts, &mut found);
    page::check_origin_of_test(facts, &mut found);
    status::check_preflight(facts, &mut found);
    rules::check_preflight(facts, &mut found);
    status::check_responses(facts, &mut found);
    rules::check_responses(facts, &mut found);
    cookies::check(facts, &mut found);
    if !found.has_failed() {
        caches::check(facts, &mut found);
    }
    if !found.has_failed() {
        messages::check(facts, &mut found);
    }
    if !found.has_failed() {
        page::check_planned(facts, &mut found);
    }
    let mut verdict = match (is_unreached, found.has_failed()) {
        (true, _) => Verdict::NotReached,
        (false, true) if has_nothing(facts) => Verdict::NotReached,
        (false, true) => Verdict::Refused,
        (false, false) => Verdict::Allowed,
    };
    if let Some(error) = status::readable_error(facts) {
        if found.has_failed() {
            found.fail(Rank::Alone, error);
        } else {
            found.fail(Rank::Alone, error);
            verdict = Verdict::Allowed;
        }
    }
    found.note(status::foreign(facts));
    page::check_needless(facts, &mut found);
    if !found.has_failed() {
        let hidden = exposed::check(facts);
        found.promote(hidden.clone().filter(|_| exposed::is_missed(facts)));
        found.note(hidden);
    }
    probes::check(facts, &mut found);
    audit::check(facts, &mut found);
    let assumes_credentials = found.assumes_credentials;
    let (cause, consequences, next) = found.into_parts();
    let case = Case {
        title: facts.title(),
        exchanges: facts
            .indexes()
            .chain(facts.story.probes.iter().copied())
            .collect(),
        count: 1,
        verdict,
        cause,
        consequences,
        next,
        answered_by: facts.answered_by.clone(),
    };
    (case, assumes_credentials)
}

/// Whether the text has neither a response nor a message.
fn has_nothing(facts: &Facts<'_>) -> bool {
    facts.last_response().is_none() && facts.messages().next().is_none()
}

fn host(facts: &Facts<'_>) -> String {
    facts
        .url
        .as_ref()
        .map(|url| url.origin().ascii_serialization())
        .unwrap_or_default()
}

/// Returns everything that had to be assumed about a case.
fn assumed(facts: &Facts<'_>, assumes_credentials: bool) -> Vec<String> {
    let mut assumptions = Vec::new();
    let has_response = facts.last_response().is_some();
    let is_checked = has_response || facts.request().is_some();
    if is_checked && !facts.has_origin {
        assumptions.push(format!(
            "no origin of a page is given; checked as if from `{}` (set it with `--origin`)",
            facts.origin.value
        ));
    }
    if has_response && facts.requests().next().is_none() {
        assumptions.push(format!(
            "no request is given; checked as the response to {} (set it with `-X`)",
            short(&facts.method())
        ));
    }
    if assumes_credentials {
        assumptions.push(
            "the page sends credentials (cookies), because the response allows them; `--credentials omit` checks \
             without"
                .to_owned(),
        );
    }
    assumptions
}
