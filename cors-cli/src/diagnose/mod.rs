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
//! | `event-stream`, `not-json` | a response of another type than the page reads |
//! | `embedder-policy` | `Cross-Origin-Embedder-Policy` of the page |
//! | `error-without-headers` | errors lack the headers of CORS |
//! | `file-page`, `url-scheme` | no `http:` |
//! | `frame` | a frame or a window of another origin |
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
//! | `opaque-response-blocking` | a response that no element of the page can use |
//! | `other-response`, `remembered-preflight` | a message about another response |
//! | `other-scheme`, `other-server`, `other-version` | variations that differ |
//! | `response-header-in-request` | the page sets a header of responses |
//! | `tainted-canvas` | an image without CORS on a canvas |

mod answerer;
mod asked;
mod audit;
mod before;
mod caches;
mod command;
mod content;
mod cookies;
mod embed;
mod error_page;
mod exposed;
mod facts;
mod finding;
mod foreign;
mod frame;
mod gateway;
mod heads;
mod messages;
mod null;
mod page;
mod platform;
mod probes;
mod redirect;
mod remedy;
mod rules;
mod status;
mod story;
mod symptom;
mod unfollowed;
mod unreached;
mod web_socket;

use std::collections::{HashMap, HashSet};

pub use self::asked::Asked;
use self::facts::{Facts, short};
use self::finding::{Findings, Rank};
use self::story::stories;
use crate::diagnosis::{Case, Diagnosis, Finding, Verdict};
use crate::exchange::Paste;

/// Finds the cause of each request of a paste. Equal ones are folded into one case, and the failing ones
/// are first.
#[must_use]
pub fn diagnose(paste: &Paste, asked: &Asked) -> Diagnosis {
    let mut cases: Vec<Case> = Vec::new();
    let mut assumptions: Vec<String> = Vec::new();
    let mut places: HashMap<Equality, usize> = HashMap::new();
    for story in stories(paste) {
        let facts = Facts::new(paste, asked, story);
        let (diagnosed, assumes_credentials) = case(&facts);
        for assumption in assumed(&facts, &diagnosed, assumes_credentials) {
            if !assumptions.contains(&assumption) {
                assumptions.push(assumption);
            }
        }
        let key = equality(&facts, &diagnosed);
        let place = key.as_ref().and_then(|key| places.get(key).copied());
        if let Some(place) = place {
            cases[place].count += 1;
            continue;
        }
        if let Some(key) = key {
            places.insert(key, cases.len());
        }
        cases.push(diagnosed);
    }
    drop_repeated(&mut cases);
    cases.sort_by_key(|case| {
        let has_cause = case.cause.is_some();
        (std::cmp::Reverse(case.verdict), !has_cause)
    });
    Diagnosis { cases, assumptions }
}

/// The verdict, the name of a finding, its server, and its sentence without the URL. Cases with the same
/// are equal.
type Equality = (Verdict, &'static str, String, String);

fn equality(facts: &Facts<'_>, case: &Case) -> Option<Equality> {
    let finding = case.cause.as_ref().or(case.next.first())?;
    let mut sentence = finding.sentence.replace(&facts.target(), "");
    for request in facts.requests() {
        let path = request.target.split('?').next().unwrap_or_default();
        if path.len() > 1 {
            sentence = sentence.replace(path, "");
        }
    }
    Some((case.verdict, finding.id, host(facts), sentence))
}

/// Drops findings about a case that can be read, if they are the cause of one that fails.
fn drop_repeated(cases: &mut [Case]) {
    let failing = cases.iter().filter(|case| case.verdict != Verdict::Allowed);
    let sentences = failing.filter_map(|case| Some(case.cause.as_ref()?.sentence.clone()));
    let reported: HashSet<String> = sentences.collect();
    for case in cases
        .iter_mut()
        .filter(|case| case.verdict == Verdict::Allowed)
    {
        case.cause = case
            .cause
            .take()
            .filter(|cause| !reported.contains(&cause.sentence));
        case.next
            .retain(|finding| !reported.contains(&finding.sentence));
    }
}

/// Runs every check, in the order in which a browser would come across the problems. The second part of
/// the result is whether the page was assumed to send credentials.
fn case(facts: &Facts<'_>) -> (Case, bool) {
    let mut found = Findings::default();
    let is_unreached = unreached::check(facts, &mut found);
    before::check(facts, &mut found);
    page::check_method(facts, &mut found);
    frame::check(facts, &mut found);
    web_socket::check(facts, &mut found);
    embed::check(facts, &mut found);
    page::check_request_headers(facts, &mut found);
    // The browser sends nothing, so that there need not be a response.
    let is_refused_at_once = found.has_failed() && !is_unreached;
    page::check_test(facts, &mut found);
    page::check_origin_of_test(facts, &mut found);
    status::check_preflight(facts, &mut found);
    rules::check_preflight(facts, &mut found);
    status::check_responses(facts, &mut found);
    rules::check_responses(facts, &mut found);
    cookies::check(facts, &mut found);
    for check in [
        unfollowed::check,
        caches::check,
        messages::check,
        page::check_planned,
    ] {
        if !found.has_failed() {
            check(facts, &mut found);
        }
    }
    let has_nothing = is_unreached || (has_nothing(facts) && !is_refused_at_once);
    let verdict = match (found.has_failed(), has_nothing) {
        (true, true) => Verdict::NotReached,
        (true, false) => Verdict::Refused,
        (false, _) => Verdict::Allowed,
    };
    if !found.has_failed() {
        content::check(facts, &mut found);
    }
    // The page can read these, so that they are no failure of its own.
    found.fail(Rank::Alone, status::readable_error(facts));
    if !found.has_failed() {
        let hidden = exposed::check(facts);
        found.promote(hidden.clone().filter(|_| exposed::is_missed(facts)));
        found.note(hidden);
    }
    found.note(foreign::remarks(facts));
    page::check_needless(facts, &mut found);
    probes::check(facts, &mut found);
    audit::check(facts, &mut found);
    let assumes_credentials = found.assumes_credentials;
    let (cause, consequences, next) = found.into_parts();
    let probes = facts.story.probes.iter().copied();
    let diagnosed = Case {
        title: facts.title(),
        exchanges: facts.indexes().chain(probes).collect(),
        count: 1,
        verdict,
        is_preflight_only: facts.story.preflight.is_some() && facts.story.hops.is_empty(),
        cause,
        consequences,
        next,
        answered_by: facts.answered_by.clone(),
    };
    (diagnosed, assumes_credentials)
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
fn assumed(facts: &Facts<'_>, case: &Case, assumes_credentials: bool) -> Vec<String> {
    let mut assumptions = Vec::new();
    let has_response = facts.last_response().is_some();
    let depends = |cause: &Finding| !cause.is_not_cors && cause.id != "no-cors";
    let is_of_cors = case.cause.as_ref().is_some_and(depends);
    let is_checked = has_response || facts.request().is_some() || is_of_cors;
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
