//! The [CORS check](https://fetch.spec.whatwg.org/#cors-check).

use http::header::{ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_ORIGIN};

use crate::fetch::Credentials;
use crate::head::ResponseHead;
use crate::header_list::combined_text;
use crate::misspelt::misspelt_remark;
use crate::origin_diff::origin_diff;
use crate::problem::{Problem, Step};

/// The steps that a failed check of a preflight counts as: of the origin, of the credentials.
pub(crate) const PREFLIGHT: (Step, Step) = (Step::PreflightOrigin, Step::PreflightCredentials);
/// The steps that a failed check of a response counts as.
pub(crate) const RESPONSE: (Step, Step) = (Step::Origin, Step::Credentials);

/// Returns the problems of a response to a request of the page at `origin`. None means that the
/// check passes.
pub(crate) fn cors_check(
    origin: &str,
    response: &ResponseHead,
    credentials: Credentials,
    (origin_step, credentials_step): (Step, Step),
) -> Vec<Problem> {
    let include = credentials == Credentials::Include;
    let allowed = combined_text(&response.headers, &ACCESS_CONTROL_ALLOW_CREDENTIALS);
    let lacks_credentials = include && allowed != "true";
    let mut problems = Vec::new();
    if let Some((text, help)) = origin_problem(origin, response, include, lacks_credentials) {
        problems.push(Problem::new(origin_step, text, help));
    }
    if lacks_credentials {
        let found = if allowed.is_empty() {
            "there is no `access-control-allow-credentials`".to_owned()
        } else {
            format!("the response has `access-control-allow-credentials: {allowed}`, not `true`")
        };
        problems.push(Problem::new(
            credentials_step,
            format!("the page of `{origin}` sends credentials, and {found}"),
            "send `access-control-allow-credentials: true`",
        ));
    }
    problems
}

/// Returns the mismatch of `access-control-allow-origin`, and the remedy.
fn origin_problem(
    origin: &str,
    response: &ResponseHead,
    include: bool,
    lacks_credentials: bool,
) -> Option<(String, String)> {
    let lines = response.headers.get_all(ACCESS_CONTROL_ALLOW_ORIGIN);
    let lines = lines.iter().count();
    let allowed = combined_text(&response.headers, &ACCESS_CONTROL_ALLOW_ORIGIN);
    let mismatch = match (lines, allowed.as_str()) {
        (0, _) => format!(
            "got {} without `access-control-allow-origin`{}",
            response.status_line(),
            misspelt_remark(&response.headers, &ACCESS_CONTROL_ALLOW_ORIGIN)
        ),
        (1, "*") if include => {
            "sends credentials, and the response has `access-control-allow-origin: *`, which does \
             not cover them"
                .to_owned()
        }
        (1, "*") => return None,
        (1, allowed) if allowed == origin => return None,
        (1, allowed) => format!(
            "got `access-control-allow-origin: {allowed}`, {}",
            origin_diff(allowed, origin)
        ),
        _ => format!(
            "got `access-control-allow-origin` {lines} times (`{allowed}`), which never matches"
        ),
    };
    let is_opaque = origin == "null";
    let mut help = if is_opaque {
        "`null` is the origin of sandboxed frames, `file:` pages and redirects through another \
         origin; call the final URL directly, from a page with an origin"
            .to_owned()
    } else {
        format!("send `access-control-allow-origin: {origin}`")
    };
    if !is_opaque && lacks_credentials {
        help.push_str(" and `access-control-allow-credentials: true`");
    }
    if lines > 1 {
        help.push_str(", once: a proxy, a layer and the handler must not all send it");
    } else if !is_opaque && allowed.contains([',', ' ', '*']) && allowed != "*" {
        help.push_str(", the one of the request's `origin`, and `vary: origin`");
    }
    Some((format!("the page of `{origin}` {mismatch}"), help))
}
