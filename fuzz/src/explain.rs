//! A line that says whether there are credentials, a request, an empty line, and a response.

use cors_rules::Origin;
use cors_testing::{Credentials, Problem, RequestHead, ResponseHead, explain, explain_response};

pub fn holds(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let (first, exchange) = text.split_once('\n').unwrap_or((&text, ""));
    let (request, response) = exchange.split_once("\n\n").unwrap_or((exchange, exchange));
    let credentials = match first {
        "include" => Credentials::Include,
        "same-origin" => Credentials::SameOrigin,
        _ => Credentials::Omit,
    };
    let heads = (
        request.parse::<RequestHead>(),
        response.parse::<ResponseHead>(),
    );
    let (request_head, response_head) = match heads {
        (Ok(request), Ok(response)) => (request, response),
        (request, response) => {
            for error in [request.err(), response.err()].into_iter().flatten() {
                assert!(error.to_string().contains("\nhelp: write a "), "{error}");
            }
            return;
        }
    };
    let [asked, followed] = [explain, explain_response].map(|explain| {
        let problems = explain(&request_head, &response_head, credentials);
        assert_eq!(
            problems,
            explain(&request_head, &response_head, credentials)
        );
        for problem in &problems {
            is_in_words(problem);
        }
        !problems.iter().any(Problem::is_fatal)
    });
    // A preflight, or not.
    assert!(!(asked && followed));
    let heads = (Head::plain(request), Head::plain(response));
    if let (Some(request), Some(response)) = heads {
        let include = credentials == Credentials::Include;
        assert_eq!(asked, passes(&request, &response, include));
        let has_cookie = !request.values("cookie").is_empty();
        let include = include || (credentials == Credentials::SameOrigin && has_cookie);
        assert_eq!(followed, passes_as_response(&request, &response, include));
    }
}

fn is_in_words(problem: &Problem) {
    let text = problem.to_string();
    let (what, help) = text.split_once("\nhelp: ").expect("help");
    let what = what
        .strip_prefix(problem.step().as_str())
        .expect("the step");
    assert!(what.len() > ": ".len() && !help.is_empty(), "{text}");
    assert!(
        !what
            .chars()
            .chain(help.chars())
            .any(|c| c.is_control() && c != '\t'),
        "{text:?}"
    );
}

/// A head read a second time, naively.
struct Head<'a> {
    first: &'a str,
    lines: Vec<(String, &'a str)>,
}

impl<'a> Head<'a> {
    /// `None` where the first line isn't one, and others are marked, and where lines are read in
    /// another way than this one: wrapped values, double spacing, interim responses.
    fn plain(text: &'a str) -> Option<Self> {
        let mut lines = text.trim_ascii().lines().map(str::trim_ascii);
        let first = lines.next()?;
        let is_first = first.starts_with("HTTP/") || first.contains(['/', '*']);
        let status = first.split_ascii_whitespace().nth(1).unwrap_or_default();
        let is_interim =
            status.starts_with('1') || first.to_ascii_lowercase().contains("established");
        let is_spaced = text
            .trim_ascii()
            .lines()
            .nth(1)
            .is_some_and(|line| line.trim_ascii().is_empty());
        if is_interim || is_spaced {
            return None;
        }
        let lines = lines.take_while(|line| !line.is_empty()).map(|line| {
            let (name, value) = line.split_once(':')?;
            let is_name = name.trim_ascii().bytes().all(|byte| byte > b' ');
            is_name.then_some((name.trim_ascii().to_ascii_lowercase(), value.trim_ascii()))
        });
        let lines = lines.collect::<Option<_>>()?;
        (is_first && !first.starts_with(['<', '>', '*'])).then_some(Self { first, lines })
    }

    fn values(&self, name: &str) -> Vec<&str> {
        let lines = self.lines.iter().filter(|(own, _)| own == name);
        lines.map(|(_, value)| *value).collect()
    }

    /// The elements of a list, or `None` where one isn't a name.
    fn names(&self, name: &str) -> Option<Vec<String>> {
        let values = self.values(name);
        let elements = values.iter().flat_map(|value| value.split(','));
        let elements = elements.map(|element| element.trim_matches([' ', '\t']));
        let elements = elements.filter(|element| !element.is_empty());
        let is_token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
        elements
            .map(|element| element.chars().all(is_token).then(|| element.to_owned()))
            .collect()
    }

    /// One origin, as browsers send it.
    fn origin(&self) -> Option<&str> {
        match self.values("origin")[..] {
            [origin] if origin == "null" || Origin::parse(origin.as_bytes()).is_some() => {
                Some(origin)
            }
            _ => None,
        }
    }

    fn is_preflight(&self) -> bool {
        self.first.split_ascii_whitespace().next() == Some("OPTIONS")
            && !self.values("origin").is_empty()
            && !self.values("access-control-request-method").is_empty()
    }

    /// [CORS check](https://fetch.spec.whatwg.org/#cors-check).
    fn passes_check(&self, origin: &str, include: bool) -> bool {
        match self.values("access-control-allow-origin")[..] {
            ["*"] => !include,
            [allowed] => {
                let is_signed = self.values("access-control-allow-credentials") == ["true"];
                allowed == origin && (!include || is_signed)
            }
            _ => false,
        }
    }
}

fn passes_as_response(request: &Head<'_>, response: &Head<'_>, include: bool) -> bool {
    if request.is_preflight() {
        return false;
    }
    let modes = ["no-cors", "navigate", "websocket", "same-origin"];
    if modes.contains(&request.values("sec-fetch-mode").join(", ").as_str()) {
        return true;
    }
    let Some(origin) = request.origin() else {
        return false;
    };
    let site = request.values("sec-fetch-site").join(", ");
    let host = request.values("host").join(", ");
    let method = request.first.split_ascii_whitespace().next();
    let has_own_host = !matches!(method, Some("GET" | "HEAD"))
        && origin.split_once("://").is_some_and(|(_, own)| own == host);
    let asks = |name| !request.values(name).is_empty();
    let is_stored = response.first.split_ascii_whitespace().nth(1) == Some("304")
        && (asks("if-none-match") || asks("if-modified-since"))
        && response.values("access-control-allow-origin").is_empty();
    site == "same-origin"
        || (site.is_empty() && has_own_host)
        || is_stored
        || response.passes_check(origin, include)
}

/// [CORS-preflight fetch](https://fetch.spec.whatwg.org/#cors-preflight-fetch), from step 7.
fn passes(request: &Head<'_>, response: &Head<'_>, include: bool) -> bool {
    let asked = request.names("access-control-request-headers");
    let methods = response.names("access-control-allow-methods");
    let headers = response.names("access-control-allow-headers");
    let (Some(origin), Some(asked), Some(methods), Some(headers)) =
        (request.origin(), asked, methods, headers)
    else {
        return false;
    };
    let [method] = request.values("access-control-request-method")[..] else {
        return false;
    };
    let upper = method.to_ascii_uppercase();
    let is_sent = match upper.as_str() {
        "CONNECT" | "TRACE" | "TRACK" => false,
        "DELETE" | "GET" | "HEAD" | "OPTIONS" | "POST" | "PUT" => method == upper,
        _ => request.names("access-control-request-method") == Some(vec![method.to_owned()]),
    };
    let any = |list: &[String]| !include && list.iter().any(|name| name == "*");
    let is_allowed = |name: &String| {
        let is_named = headers.iter().any(|own| own.eq_ignore_ascii_case(name));
        is_named || (any(&headers) && !name.eq_ignore_ascii_case("authorization"))
    };
    let status = response.first.split_ascii_whitespace().nth(1);
    request.is_preflight()
        && is_sent
        && status.is_some_and(|status| status.len() == 3 && status.starts_with('2'))
        && response.passes_check(origin, include)
        && (["GET", "HEAD", "POST"].contains(&method)
            || methods.iter().any(|own| own == method)
            || any(&methods))
        && asked.iter().all(is_allowed)
}
