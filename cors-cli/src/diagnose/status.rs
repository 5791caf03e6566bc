//! Statuses of which the missing headers of CORS are only a symptom.

use super::answerer::is_in_front;
use super::facts::{Facts, short};
use super::finding::{Findings, Rank};
use super::redirect;
use super::remedy::Want;
use super::rules::first_line;
use crate::diagnosis::{Finding, Layer};
use crate::exchange::{Exchange, Located, Request, Response};

/// Adds the status of the preflight, if it is not from 200 to 299.
pub(super) fn check_preflight(facts: &Facts<'_>, found: &mut Findings) {
    let Some(exchange) = facts.preflight() else {
        return;
    };
    let Some(response) = &exchange.response else {
        return;
    };
    let status = response.status.as_ref().map_or(200, |status| status.value);
    let finding = match status {
        200..=299 => of_interstitial(facts, response),
        300..=399 => redirect::of_response(facts, exchange, response, true),
        _ => Some(of_status(facts, exchange, response, status, true)),
    };
    found.fail(Rank::Explains, finding);
}

/// Adds the statuses of the responses, if they explain why a response has no headers of CORS.
pub(super) fn check_responses(facts: &Facts<'_>, found: &mut Findings) {
    for exchange in facts.hops() {
        let Some(response) = &exchange.response else {
            continue;
        };
        if !is_unreadable(response) {
            continue;
        }
        let status = response.status.as_ref().map_or(200, |status| status.value);
        let finding = match status {
            301 | 302 | 303 | 307 | 308 => redirect::of_response(facts, exchange, response, false),
            400..=599 => Some(of_status(facts, exchange, response, status, false)),
            _ => of_interstitial(facts, response),
        };
        found.fail(Rank::Explains, finding);
    }
}

/// Returns remarks on a response without the headers of CORS that is not the API's own: from a cache, or a page of
/// HTML.
pub(super) fn foreign(facts: &Facts<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let response = facts
        .hops()
        .last()
        .and_then(|exchange| exchange.response.as_ref());
    let Some(response) = response.filter(|response| is_unreadable(response)) else {
        return findings;
    };
    let vary = response
        .header("vary")
        .map(|field| field.value.to_ascii_lowercase());
    let varies = vary.is_some_and(|vary| vary.contains("origin") || vary.contains('*'));
    let is_hit = |name, sign: &str| {
        let field = response.header(name)?;
        field
            .value
            .to_ascii_lowercase()
            .contains(sign)
            .then_some(field)
    };
    let hit = is_hit("x-cache", "hit")
        .or_else(|| is_hit("cf-cache-status", "hit"))
        .or_else(|| response.header("age").filter(|field| field.value != "0"));
    if let Some(field) = hit.filter(|_| !varies) {
        findings.push(
            Finding::new(
                "cached-response",
                "the response came from a cache, which may have stored it for a request without `Origin`: without \
                 `Vary: Origin` it gives that one to every page",
            )
            .at(&field.at, "from a cache")
            .code("send with every response of this URL, also to requests without `Origin`:", "vary: origin")
            .remedy("then purge the cache"),
        );
    }
    let html = response
        .header("content-type")
        .filter(|field| field.value.contains("text/html"));
    let body = response.body.value.trim_start().to_ascii_lowercase();
    let is_page = body.starts_with("<!doctype html") || body.starts_with("<html");
    let status = response.status.as_ref().map_or(200, |status| status.value);
    if let Some(field) = html.filter(|_| is_page && status < 300) {
        findings.push(
            Finding::new(
                "html-page",
                "the response is a page of HTML: perhaps the path is not one of the API, and the server sends the \
                 page of an application for every unknown path",
            )
            .at(&field.at, "HTML")
            .remedy("compare host, port and path of the URL with those of the API"),
        );
    }
    findings
}

/// Notes an error that the page can read.
pub(super) fn readable_error(facts: &Facts<'_>) -> Option<Finding> {
    let exchange = facts.hops().last()?;
    let response = exchange.response.as_ref()?;
    let status = response.status.as_ref()?.value;
    if status < 400 || is_unreadable(response) {
        return None;
    }
    let line = status_line(response);
    let finding = Finding::new(
        "status",
        format!("the request itself fails with {line}, which the page can read"),
    );
    let remedy = match status {
        401 | 403 => {
            "check the login: whether the token or the cookie is in the request, and valid"
        }
        404 => "check the path and the method in the page",
        405 => "check the method in the page, and the routes of the server",
        400..=499 => "read the body: it most likely has the reason",
        _ => "look at the log of the server",
    };
    Some(
        finding
            .not_cors()
            .at(&first_line(facts, &place(response)), "")
            .remedy(remedy),
    )
}

/// Whether the response has no `access-control-allow-origin` of its own.
fn is_unreadable(response: &Response) -> bool {
    response.header("access-control-allow-origin").is_none()
}

fn place(response: &Response) -> crate::exchange::Span {
    let status = response
        .status
        .as_ref()
        .filter(|status| !status.at.is_empty());
    status.map_or(&response.at, |status| &status.at).clone()
}

/// Returns the status and its reason phrase as they were written.
pub(super) fn status_line(response: &Response) -> String {
    super::rules::response_head(response).status_line()
}

/// Returns the name of the layer that most likely wrote an error page.
fn who(facts: &Facts<'_>, response: &Response) -> String {
    let own = super::answerer::answered_by(response);
    let layer = own
        .iter()
        .find(|own| is_in_front(own.layer))
        .or(own.first());
    match layer {
        Some(own) => own.layer.name().to_owned(),
        None if facts.answered_by.is_empty() => "the server".to_owned(),
        None => "the server or something in front of it".to_owned(),
    }
}

/// The parts of a sentence about a response.
struct Symptom {
    id: &'static str,
    why: String,
    remedies: Vec<(String, Option<String>)>,
    is_not_cors: bool,
}

impl Symptom {
    fn new(id: &'static str, why: impl Into<String>) -> Self {
        Self {
            id,
            why: why.into(),
            remedies: Vec::new(),
            is_not_cors: false,
        }
    }

    fn remedy(mut self, text: &str) -> Self {
        self.remedies.push((text.to_owned(), None));
        self
    }

    fn code(mut self, text: &str, code: &str) -> Self {
        self.remedies.push((text.to_owned(), Some(code.to_owned())));
        self
    }

    fn not_cors(self) -> Self {
        Self {
            is_not_cors: true,
            ..self
        }
    }
}

fn of_status(
    facts: &Facts<'_>,
    exchange: &Exchange,
    response: &Response,
    status: u16,
    is_preflight: bool,
) -> Finding {
    let own = super::answerer::answered_by(response);
    let has = |layer| own.iter().any(|own| own.layer == layer);
    let who = who(facts, response);
    let line = status_line(response);
    let symptom = of_body(response, is_preflight)
        .or_else(|| of_gateway(status, &has))
        .unwrap_or_else(|| {
            if is_preflight {
                of_preflight(facts, status, exchange.request.as_ref())
            } else {
                of_request(facts, status)
            }
        });
    let request = if is_preflight {
        let asked = if facts.has_method() {
            format!("whether {} is allowed", facts.method())
        } else {
            "for permission".to_owned()
        };
        format!(
            "the preflight (OPTIONS {}, which asks {asked})",
            target(facts, exchange)
        )
    } else if exchange.request.is_none() {
        facts.title()
    } else {
        format!("{} {}", facts.method(), target(facts, exchange))
    };
    let mut finding = Finding::new(
        symptom.id,
        format!("{who} answers {request} with {line}: {}", symptom.why),
    );
    finding.is_not_cors = symptom.is_not_cors;
    finding = finding.at(&first_line(facts, &place(response)), "");
    if let Some(answerer) = own.first() {
        finding = finding.at(&answerer.at, "who answered");
    }
    finding = finding.at(&first_line(facts, &response.body.at), "the body");
    for (text, code) in symptom.remedies {
        finding = match code {
            Some(code) => finding.code(text, code),
            None => finding.remedy(text),
        };
    }
    if !symptom.is_not_cors {
        let want = Want::of(facts);
        finding = finding.code(
            "the response then has these headers:",
            want.wire(is_preflight),
        );
        finding = finding.with_remedies(want.layers(facts, Some(response)));
    } else if is_unreadable(response) {
        if has(Layer::Nginx) {
            finding = finding.code(
                "in nginx, errors have a header only with `always`:",
                format!(
                    "add_header Access-Control-Allow-Origin \"{}\" always;",
                    facts.origin.value
                ),
            );
        }
        finding = finding.remedy(
            "the missing `access-control-allow-origin` follows from it; add it to error responses as well, so that \
             the page can read the status",
        );
    }
    finding
}

fn target(facts: &Facts<'_>, exchange: &Exchange) -> String {
    match &exchange.request {
        Some(request) => short(request.target.split('?').next().unwrap_or_default()),
        None => facts.target(),
    }
}

/// Returns the cause that the body or a header has in words.
fn of_body(response: &Response, is_preflight: bool) -> Option<Symptom> {
    let body = response.body.value.to_ascii_lowercase();
    let has = |part: &str| body.contains(part);
    let id = if is_preflight {
        "preflight-status"
    } else {
        "refused-by-server"
    };
    let challenged = response.header("cf-mitigated").is_some()
        || has("just a moment")
        || has("attention required")
        || has("captcha")
        || response.header("x-datadome").is_some();
    if challenged {
        return Some(
            Symptom::new(
                "bot-challenge",
                "it is a challenge for people (a bot check or a firewall rule), and only a window can \
                 solve it, not a request of a page",
            )
            .not_cors()
            .remedy(
                "add a rule at that service that skips the check for the paths of the API, and for OPTIONS",
            ),
        );
    }
    if has("plain http request was sent to https port") {
        return Some(
            Symptom::new(
                "url-scheme",
                "the URL in the page begins with `http:`, and the port is one for https",
            )
            .not_cors()
            .remedy("write `https:` in the URL of the page"),
        );
    }
    if let Some(code) = response.header("ngrok-error-code") {
        let why = format!(
            "it is ngrok's own error ({}): the tunnel is offline, or the program behind it does not run",
            short(&code.value)
        );
        return Some(
            Symptom::new("gateway-error", why)
                .not_cors()
                .remedy("start the program and the tunnel, and compare the tunnel's address with the URL in the page"),
        );
    }
    if has("cors is not enabled for this bucket") || has("<code>nosuchcorsconfiguration") {
        return Some(
            Symptom::new(id, "the bucket has no CORS configuration")
                .remedy("set the CORS configuration of the bucket itself, in its permissions"),
        );
    }
    if has("corsresponse:") || has("this cors request is not allowed") {
        return Some(
            Symptom::new(
                id,
                "no rule of the bucket's CORS configuration has this origin, this method and these headers \
                 together",
            )
            .remedy("compare origin (scheme, port, no slash), method and headers with the rules of the bucket"),
        );
    }
    if has("<code>accessdenied") {
        return Some(
            Symptom::new(
                id,
                "the storage denies access: the object is private or does not exist, or the signature does \
                 not fit",
            )
            .not_cors()
            .remedy("check the bucket's policy and the presigned URL: its method, its headers, its expiry"),
        );
    }
    if has("missing authentication token") {
        return Some(
            Symptom::new(
                if is_preflight { id } else { "not-found" },
                "these are its words for a method or a path that it does not have, and no login is missing",
            )
            .remedy(
                "check stage and path of the URL, and add the method OPTIONS to the resource (Enable CORS); then \
                 deploy the stage",
            ),
        );
    }
    if has("invalid cors request") {
        return Some(
            Symptom::new(
                id,
                "Spring's own CORS configuration does not allow this origin, method or one of the headers",
            )
            .remedy("add origin, method and headers to the configuration, exactly as requested"),
        );
    }
    if let Some(start) = body.find("disallowed cors") {
        let words = response.body.value.get(start..).unwrap_or_default();
        let words = short(words.lines().next().unwrap_or_default());
        return Some(
            Symptom::new(
                id,
                format!("its CORS middleware does not allow what is named there: {words}"),
            )
            .remedy("add it to the arguments of the middleware, exactly as requested"),
        );
    }
    of_cors_runtime(response, id)
}

/// Returns the reason that cors-runtime writes into refused preflights of debug builds.
fn of_cors_runtime(response: &Response, id: &'static str) -> Option<Symptom> {
    let own = super::answerer::answered_by(response);
    own.iter().find(|own| own.layer == Layer::CorsRuntime)?;
    let reason = response
        .body
        .value
        .lines()
        .next()
        .filter(|line| !line.is_empty());
    Some(match reason {
        Some(reason) => Symptom::new(
            id,
            format!("the policy of the handler refuses it: {}", short(reason)),
        )
        .remedy("change the policy of that handler, if the page should be allowed"),
        None => Symptom::new(
            id,
            "no policy of a handler at this path allows origin, method and headers",
        )
        .remedy("run a debug build: its response and its log have the reason"),
    })
}

/// Returns the cause of a status that proxies send in place of the application.
fn of_gateway(status: u16, has: &dyn Fn(Layer) -> bool) -> Option<Symptom> {
    let unreachable = |why: &str| {
        Symptom::new("gateway-error", why)
            .not_cors()
            .remedy(
                "check that the application runs and listens where the proxy expects it; its log and the \
                 proxy's have the reason",
            )
    };
    let edge = "the CDN or proxy in front";
    Some(match status {
        413 => {
            let symptom = Symptom::new(
                "body-too-large",
                "the body of the request is too large for it, and the request never came to the application",
            )
            .not_cors();
            if has(Layer::Nginx) {
                symptom.code("raise the limit of nginx, in `http`, `server` or `location`:", "client_max_body_size 20m;")
            } else if has(Layer::Iis) {
                symptom.code(
                    "raise the limit of IIS in web.config, in bytes:",
                    "<requestLimits maxAllowedContentLength=\"20971520\" />",
                )
            } else if has(Layer::ApiGateway) || has(Layer::Vercel) {
                symptom.remedy("upload to storage by a presigned URL, because this limit cannot be raised")
            } else {
                symptom.remedy("raise the limit of the server or of the proxy in front, or send less")
            }
        }
        414 | 431 => Symptom::new(
            "headers-too-large",
            "the URL or the headers are too large for it, most often because of many or large cookies",
        )
        .not_cors()
        .remedy("delete the cookies of the site, and send less in headers; or raise the limit of the server"),
        421 => Symptom::new(
            "misdirected-request",
            "the server does not serve this host name on this connection: a browser reuses the connection to \
             another host with the same certificate, or the server checks the header `Host`",
        )
        .not_cors()
        .remedy("add the host name to the server's list of hosts")
        .remedy(
            "if a wildcard certificate serves several hosts by HTTP/2, give each host its own certificate or \
             one server block for all",
        ),
        429 => Symptom::new(
            "rate-limited",
            "there were too many requests; preflights count as well",
        )
        .not_cors()
        .remedy("exempt OPTIONS from the rate limit, and send `access-control-max-age` so that there are fewer"),
        502 => unreachable(
            "it could not get a valid response from the application behind it (it is down, on another port, or \
             crashed)",
        ),
        503 => unreachable("no application is there to answer (it is down, starting, or overloaded)"),
        504 => unreachable("the application behind it took too long").remedy(
            "make the request faster, or raise the timeout of the proxy",
        ),
        520 => unreachable("the server behind the CDN gave an empty or invalid response"),
        521 => unreachable("the server behind the CDN refused the connection"),
        522 => unreachable(&format!("{edge} could not connect to the server in time, so this is not the server's answer")),
        523 | 530 => unreachable("the CDN could not find the server behind it (DNS or routing)"),
        524 => unreachable("the server behind the CDN took too long"),
        525 | 526 => unreachable("the CDN does not trust the certificate of the server behind it"),
        _ => return None,
    })
}

/// Returns the cause of another status of a preflight.
fn of_preflight(facts: &Facts<'_>, status: u16, request: Option<&Request>) -> Symptom {
    const ID: &str = "preflight-status";
    let first = "handle CORS first: answer OPTIONS with 204 and the headers below, before routes, login and \
                 body parsing";
    let has_headers =
        request.is_none_or(|request| request.header("access-control-request-headers").is_some());
    let is_of_listener = facts.method() == "POST" && !has_headers;
    let symptom = match status {
        401 | 407 => Symptom::new(
            ID,
            "it demands a login of it, but a preflight never carries cookies or `authorization`",
        ),
        403 => Symptom::new(
            ID,
            "something refuses OPTIONS before CORS is handled: a login, a firewall, or a CORS list without this origin, \
             method or header",
        ),
        404 => Symptom::new(ID, "no route answers OPTIONS on this path, or the path is wrong"),
        405 | 501 => Symptom::new(ID, "no route answers OPTIONS on this path, so the server does not handle CORS here"),
        500..=599 => Symptom::new(
            ID,
            "the server fails on it, most often because it runs the handler of the request itself, without a body \
             or a login",
        )
        .remedy("look at the log of the server: it has the error"),
        _ => Symptom::new(
            ID,
            "it takes the preflight for the request itself, which has no body and no token yet",
        ),
    };
    if !is_of_listener {
        return symptom.remedy(first);
    }
    let why = format!(
        "{}. The preflight is most likely due to a listener on `xhr.upload` (upload progress), because the POST has no \
         header that needs one",
        symptom.why
    );
    let symptom = symptom.remedy(first).remedy(
        "or do without the listener for upload progress (or the stream as a body): then there is no preflight",
    );
    Symptom { why, ..symptom }
}

/// Returns the cause of another status of a request.
fn of_request(facts: &Facts<'_>, status: u16) -> Symptom {
    match status {
        401 | 407 => Symptom::new(
            "login-required",
            "it demands a login, and its error has no CORS headers, so that the page sees a CORS error in place of the \
             401",
        )
        .not_cors()
        .remedy("send the token, or the cookie with `credentials: \"include\"`, if it is missing"),
        403 => Symptom::new(
            "refused-by-server",
            "it refuses the request (rights, a CSRF token, a firewall, or the origin), and its error has no \
             CORS headers",
        )
        .not_cors()
        .remedy("find the reason in the body and in the log of the server"),
        404 => Symptom::new("not-found", "there is nothing at this path, and its error has no CORS headers")
            .not_cors()
            .remedy("correct the URL in the page: host, port, prefix and slash"),
        405 => Symptom::new(
            "method-not-allowed",
            format!("the path does not serve {}, and its error has no CORS headers", facts.method()),
        )
        .not_cors()
        .remedy("correct the method in the page, or add the route"),
        500..=599 => Symptom::new(
            "server-error",
            "it fails, and its error has no CORS headers, so that the page sees a CORS error in place of it",
        )
        .not_cors()
        .remedy("look at the log of the server, and correct the error itself"),
        _ => Symptom::new("status", "it refuses the request, and its error has no CORS headers")
            .not_cors()
            .remedy("read the body and the log of the server: they have the reason"),
    }
}

/// Returns the cause of a page of HTML in place of the API's response.
fn of_interstitial(facts: &Facts<'_>, response: &Response) -> Option<Finding> {
    if !is_unreadable(response) {
        return None;
    }
    let at = first_line(facts, &place(response));
    let body = response.body.value.to_ascii_lowercase();
    let code = response.header("ngrok-error-code");
    let html = response
        .header("content-type")
        .filter(|field| field.value.contains("text/html"));
    if code.is_some() || (html.is_some() && body.contains("ngrok")) {
        let sentence =
            "ngrok answers with its own page of warning, not the server behind the tunnel";
        let mut finding = Finding::new("interstitial", sentence)
            .not_cors()
            .at(&at, "");
        if let Some(code) = code {
            finding = finding.at(&code.at, "ngrok's own answer");
        }
        return Some(
            finding
                .code(
                    "send this header with each request of the page, and allow it in the server's \
                     `access-control-allow-headers`:",
                    "ngrok-skip-browser-warning: true",
                )
                .remedy("or use a tunnel without that page, such as a paid domain"),
        );
    }
    let is_login = ["<input type=\"password\"", "sign in", "log in", "login"]
        .iter()
        .any(|part| body.contains(part));
    let html = html.filter(|_| is_login)?;
    Some(
        Finding::new(
            "login-page",
            "the response is a page of HTML with a login, not the API's response: the session has expired, or \
             something in front asks for a login",
        )
        .not_cors()
        .at(&html.at, "HTML")
        .at(&first_line(facts, &response.body.at), "the body")
        .remedy("log in again, and let the API respond with 401 in place of the page"),
    )
}

/// Returns the finding about a status that only a message has.
pub(super) fn of_message(facts: &Facts<'_>, status: &Located<u16>, is_preflight: bool) -> Finding {
    let response = Response {
        status: Some(status.clone()),
        reason: String::new(),
        headers: Vec::new(),
        body: Located {
            value: String::new(),
            at: 0..0,
        },
        at: status.at.clone(),
    };
    let exchange = Exchange::default();
    of_status(facts, &exchange, &response, status.value, is_preflight)
}
