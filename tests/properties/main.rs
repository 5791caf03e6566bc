//! Properties of whole services: for random requests, the response is the one that a second, naive
//! implementation of the documentation gives.

use std::net::IpAddr;

use axum::http::HeaderName;
use axum::response::Response;
use cors_rules::{Host, Origin, Pattern, Port, Tolerance, check};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, subsequence};
use proptest::test_runner::{TestCaseResult, TestRunner};

use service::{
    ALLOW_CREDENTIALS, ALLOW_HEADERS, ALLOW_METHODS, ALLOW_ORIGIN, Api, ORIGIN, PAGE,
    REQUEST_HEADERS, REQUEST_METHOD, map, preflight, send, value, values,
};
use strategies::{anything, api, list, near_miss, origin_text};

mod naive;
mod service;
mod strategies;

/// The responses to a preflight with these lines of requested headers.
fn preflights_for(api: &Api, lines: &[String]) -> Vec<Response> {
    let lines = lines.iter().map(|line| (REQUEST_HEADERS, value(line)));
    let headers = [(ORIGIN, value(PAGE))].into_iter().chain(lines).collect();
    let arrangements = api.arrangements.iter();
    arrangements
        .map(|app| preflight(app, "GET", &headers))
        .collect()
}

fn status(allowed: bool) -> u16 {
    if allowed { 204 } else { 403 }
}

fn hold<S: Strategy>(cases: u32, strategy: S, property: impl Fn(S::Value) -> TestCaseResult) {
    let config = ProptestConfig {
        cases,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    if let Err(error) = TestRunner::new(config).run(&strategy, property) {
        panic!("{error}");
    }
}

#[test]
fn an_origin_is_allowed_where_the_naive_implementation_allows_it() {
    hold(3000, near_miss(), |(api, origin)| {
        let allowed = api.allows(origin.as_bytes());
        let outcome = |response: Response| {
            let allow = values(response.headers(), ALLOW_ORIGIN);
            let may_read = allow == [b"*"] || allow == [origin.as_bytes()];
            (response.status().as_u16(), may_read)
        };
        let headers = vec![(ORIGIN, value(&origin))];
        for app in &api.arrangements {
            for method in ["GET", "HEAD"] {
                let actual = send(app, method, &headers, &vec![]);
                prop_assert_eq!(outcome(actual), (200, allowed));
                let preflight = preflight(app, method, &headers);
                prop_assert_eq!(outcome(preflight), (status(allowed), allowed));
            }
        }
        Ok(())
    });
}

#[test]
fn responses_grant_only_what_the_policy_allows() {
    hold(
        2500,
        anything(),
        |(api, method, request_lines, handler_lines)| {
            let (request, own) = (map(&request_lines), map(&handler_lines));
            let [origin, requested] = [ORIGIN, REQUEST_METHOD].map(|name| values(&request, name));
            let own_vary = values(&own, "vary");
            let is_preflight = method == "OPTIONS" && !origin.is_empty() && !requested.is_empty();
            let allowed = match origin[..] {
                [one] if api.allows(one) => Some(one),
                _ => None,
            };
            // A page of another site may not write.
            let is_held = !["GET", "HEAD", "OPTIONS"].contains(&method);
            let is_foreign = is_held && !origin.is_empty() && allowed.is_none();
            for app in &api.arrangements {
                let response = send(app, method, &request_lines, &handler_lines);
                let (status, headers) = (response.status().as_u16(), response.headers());
                let values = |name| values(headers, name);
                let origin = match status {
                    204 if is_preflight => {
                        prop_assert!(allowed.is_some() && api.serves(requested[0]));
                        // GET, the first of each list, covers HEAD.
                        let head = (requested[0] == b"HEAD").then_some("HEAD");
                        let mut methods = api.methods.to_vec();
                        methods.splice(1..1, head);
                        let methods = methods.join(", ");
                        prop_assert_eq!(values(ALLOW_METHODS), [methods.as_bytes()]);
                        api.fixed().or(allowed)
                    }
                    403 if is_foreign && api.serves(method.as_bytes()) => None,
                    200 if !is_preflight && !is_foreign && api.serves(method.as_bytes()) => {
                        prop_assert!(names(&values("vary")).starts_with(&names(&own_vary)));
                        api.fixed().or(allowed)
                    }
                    _ => {
                        prop_assert_eq!(status, if is_preflight { 403 } else { 405 });
                        None
                    }
                };
                let credentials = origin.filter(|_| api.credentials).map(|_| &b"true"[..]);
                prop_assert_eq!(values(ALLOW_ORIGIN), Vec::from_iter(origin));
                prop_assert_eq!(values(ALLOW_CREDENTIALS), Vec::from_iter(credentials));
                prop_assert!(origin != Some(b"*") || credentials.is_none());
                for name in headers.keys().map(HeaderName::as_str) {
                    let written = match name {
                        ALLOW_ORIGIN | ALLOW_CREDENTIALS => origin.is_some(),
                        ALLOW_METHODS | ALLOW_HEADERS => status == 204,
                        _ => !name.starts_with("access-control-"),
                    };
                    prop_assert!(written, "{}", name);
                }
                let vary = values("vary").join(&b',').to_ascii_lowercase();
                let mut vary = vary.split(|byte| *byte == b',').map(<[u8]>::trim_ascii);
                let varies = is_preflight || (status == 200 && api.fixed().is_none());
                prop_assert!(!varies || vary.any(|name| name == b"*" || name == b"origin"));
            }
            Ok(())
        },
    );
}

#[test]
fn only_names_of_requested_headers_count_not_case_order_or_spacing() {
    let strategy = api().prop_flat_map(|api| {
        let own = subsequence(api.headers, 0..=api.headers.len());
        let other = "x-[ab]|x_a|[ax]|x-a[-; :]?a|\"x-a\"|x-\u{212a}|\\*|authorization|content-typ";
        let other = prop_oneof![3 => vec(other, 0), 1 => vec(other, 1)];
        (Just(api), own, other, 0..=16_usize)
    });
    let strategy = strategy.prop_flat_map(|(api, own, other, empty)| {
        let own = own.into_iter().map(str::to_ascii_lowercase);
        let names: Vec<String> = own.chain(other).collect();
        let elements = [names.clone(), vec![String::new(); empty]].concat();
        (Just(api), Just(names), list(elements))
    });
    hold(1500, strategy, |(api, names, lines)| {
        let allowed =
            api.allows(PAGE.as_bytes()) && names.iter().all(|name| api.allows_header(name));
        let own = api.headers.join(", ").to_lowercase();
        let own = Some(own.as_bytes()).filter(|_| allowed && !names.is_empty());
        for response in preflights_for(api, &lines) {
            let granted = values(response.headers(), ALLOW_HEADERS);
            prop_assert_eq!(response.status().as_u16(), status(allowed));
            prop_assert_eq!(granted, Vec::from_iter(own));
        }
        Ok(())
    });
}

#[test]
fn requested_headers_have_upper_bounds() {
    let names = prop_oneof![1..8_usize, 126..131_usize];
    let empty = prop_oneof![0..4_usize, 14..19_usize];
    let bytes = prop_oneof![Just(0), 4093..4100_usize];
    let strategy = (names, empty, bytes).prop_flat_map(|(names, empty, bytes)| {
        let elements = [vec!["x-a".to_owned(); names], vec![String::new(); empty]].concat();
        let bounded = names <= 128 && empty <= 16 && bytes <= 4096;
        (Just(bounded), Just(bytes), list(elements), any::<Index>())
    });
    let strategy = (api(), strategy);
    hold(500, strategy, |(api, (bounded, bytes, mut lines, at))| {
        let missing = bytes.saturating_sub(lines.iter().map(String::len).sum());
        let at = at.index(lines.len());
        lines[at] += &" ".repeat(missing);
        let allowed = bounded && api.allows(PAGE.as_bytes()) && api.allows_header("x-a");
        for response in preflights_for(api, &lines) {
            prop_assert_eq!(response.status().as_u16(), status(allowed));
        }
        Ok(())
    });
}

#[test]
fn an_exact_entry_matches_only_the_origin_with_its_text() {
    hold(5000, origin_text(), |text| {
        let entry = Pattern::parse(&text).filter(Pattern::is_exact);
        let entry = entry.map(|entry| (entry.scheme(), entry.host(), entry.port()));
        let port = |origin: &Origin<'_>| origin.port().map_or(Port::Default, Port::Number);
        let origin = Origin::parse(text.as_bytes());
        let origin = origin.map(|origin| (origin.scheme(), origin.host(), port(&origin)));
        prop_assert_eq!(entry, origin);
        let spelled = entry.map(|(scheme, host, port)| match port {
            Port::Number(port) => format!("{scheme}://{}:{port}", host.as_str()),
            Port::Default | Port::Any => format!("{scheme}://{}", host.as_str()),
        });
        if let Some((_, Host::Ip(ip), _)) = entry {
            let ip = ip.trim_matches(['[', ']']);
            let read = ip.parse::<IpAddr>().map(|read| read.to_string());
            prop_assert_eq!(read.as_deref(), Ok(ip));
        }
        // So two entries never have the same parts.
        prop_assert_eq!(spelled.as_ref().unwrap_or(&text), &text);
        Ok(())
    });
}

#[test]
fn the_spelling_in_help_breaks_no_rule() {
    hold(
        5000,
        (origin_text(), any::<bool>()),
        |(text, credentials)| {
            let check = |text| check::listed_origin(text, credentials, Tolerance::NONE);
            let Some(violation) = check(&text) else {
                return Ok(());
            };
            let message = violation.to_string();
            let help = message.split_once("\nhelp: write `\"");
            if let Some((fix, _)) = help.and_then(|(_, help)| help.split_once("\"`")) {
                // The rules of credentials are checked only for an origin without another mistake.
                let left = check(fix).map(|violation| violation.rule());
                prop_assert_ne!(left, Some(violation.rule()));
                prop_assert!(
                    left.is_none_or(|rule| rule.name().starts_with("Credentials")),
                    "{}",
                    fix
                );
            }
            Ok(())
        },
    );
}

/// The names in the lines of a list.
fn names<'a>(lines: &[&'a [u8]]) -> Vec<&'a [u8]> {
    let names = lines
        .iter()
        .flat_map(|line| line.split(|&byte| byte == b','));
    names
        .map(<[u8]>::trim_ascii)
        .filter(|name| !name.is_empty())
        .collect()
}
