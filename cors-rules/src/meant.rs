//! The key that the user meant with another name: that of another library, a typo, or a beginning.

use alloc::string::String;

use crate::key::Key;
use crate::opt_out::OptOut;
use crate::rule::Rule;

/// The distance of two texts: the number of letters that differ. Callers bring the one of a crate, because
/// this crate has no dependencies.
pub type Distance = fn(&str, &str) -> usize;

/// The longest name that is compared with keys, in bytes.
const LONGEST: usize = 64;

/// Finds the key that is meant with `name`, or returns `None` if none is near enough, or if the name is
/// longer than 64 bytes.
#[must_use]
pub fn key(name: &str, distance: Distance) -> Option<Key> {
    if name.len() > LONGEST {
        return None;
    }
    if OptOut::parse(name).is_some() {
        return Some(Key::DangerouslyAllow);
    }
    let squeezed = squeeze(name);
    let bare = without_verbs(&squeezed);
    of_other_library(bare)
        .or_else(|| Key::ALL.into_iter().find(|key| begins(*key, &squeezed)))
        .or_else(|| nearest(bare, distance))
}

/// Returns the rule that a key of this name breaks, if other libraries have such an option, and no policy
/// has it: what every policy does, and what browsers no longer do.
#[must_use]
pub fn rule(name: &str) -> Option<Rule> {
    if name.len() > LONGEST {
        return None;
    }
    let squeezed = squeeze(name);
    if squeezed.contains("privatenetwork") {
        return Some(Rule::PrivateNetwork);
    }
    let is_not_needed = matches!(
        squeezed.as_str(),
        "preflight"
            | "preflightcontinue"
            | "handlepreflight"
            | "optionssuccessstatus"
            | "optionspassthrough"
            | "automaticoptions"
            | "vary"
            | "varyheader"
            | "setvaryheader"
            | "sendwildcard"
            | "alwayssend"
    );
    is_not_needed.then_some(Rule::KeyNotNeeded)
}

/// The name without separators, in lower case: `maxAge` and `max-age` are `maxage`.
fn squeeze(name: &str) -> String {
    let letters = name.chars().filter(char::is_ascii_alphanumeric);
    letters.map(|letter| letter.to_ascii_lowercase()).collect()
}

/// Removes the words that other libraries put before the same nouns: `allow_origin`,
/// `Access-Control-Allow-Origin`, `supports_credentials`, `SetPreflightMaxAge`.
fn without_verbs(squeezed: &str) -> &str {
    const VERBS: [&str; 15] = [
        "accesscontrol",
        "cors",
        "set",
        "is",
        "with",
        "supports",
        "support",
        "allowed",
        "allow",
        "any",
        "permitted",
        "accept",
        "preflight",
        "request",
        "cross",
    ];
    let mut bare = squeezed;
    while let Some(rest) = VERBS.iter().find_map(|verb| bare.strip_prefix(verb)) {
        bare = rest;
    }
    bare
}

/// The key for what other libraries call `bare`: tower-http, actix, Express, Flask-CORS, `FastAPI`,
/// Spring, ASP.NET, rs/cors and the headers themselves.
fn of_other_library(bare: &str) -> Option<Key> {
    let key = match bare {
        "origin" | "origins" | "originlist" | "originpatterns" | "originpattern"
        | "originregex" | "originwhitelist" | "whitelist" | "allowlist" | "hosts" | "domains"
        | "urls" => Key::Origins,
        "development" | "developmentorigins" | "debugorigins" | "localorigins" | "localhost" => {
            Key::DevOrigins
        }
        "method" | "methods" | "verbs" | "verb" => Key::Methods,
        "header" | "headers" => Key::Headers,
        "expose" | "exposed" | "exposeheader" | "exposedheader" | "exposedheaders"
        | "exposeanyheader" | "responseheaders" => Key::ExposeHeaders,
        "age" | "maxage" | "maxageseconds" | "maxagesecs" | "maxageinseconds" | "cache"
        | "cachemaxage" | "cacheduration" | "ttl" => Key::MaxAge,
        "credential" | "credentials" | "cookies" | "cookie" => Key::Credentials,
        "blockonoriginmismatch" | "enforced" | "strict" | "protect" => Key::Enforce,
        "dangerous" | "insecure" | "insecureorigins" | "httporigins" => Key::DangerouslyAllow,
        "policyname" | "base" | "inherit" => Key::Policy,
        "originfn"
        | "originfunc"
        | "originfunction"
        | "originvalidator"
        | "predicate"
        | "originif"
        | "originsif"
        | "originallowed"
        | "originrequestfunc"
        | "originvaryrequestfunc"
        | "dynamicorigins" => Key::OriginsFrom,
        _ => return None,
    };
    Some(key)
}

/// Whether `squeezed` is the beginning of a key that is being typed.
fn begins(key: Key, squeezed: &str) -> bool {
    squeezed.len() >= 3 && squeeze(key.as_str()).starts_with(squeezed)
}

fn nearest(bare: &str, distance: Distance) -> Option<Key> {
    let distance = |key: &Key| distance(&squeeze(key.as_str()), bare);
    // As in rustc: at most a third of the letters may differ.
    let is_near = |key: &Key| distance(key) <= bare.len().max(3) / 3;
    Key::ALL.into_iter().min_by_key(distance).filter(is_near)
}

#[cfg(test)]
mod tests {
    use super::rule;
    use crate::key::Key;
    use crate::rule::Rule;

    fn key(name: &str) -> Option<Key> {
        super::key(name, strsim::damerau_levenshtein)
    }

    #[test]
    fn names_of_other_libraries() {
        for (names, expected) in [
            (
                "allow_origin allow_origins allowed_origin allowedOrigins origin AllowOrigin \
                 allowedOriginPatterns allow_origin_regex AllowAnyOrigin WithOrigins \
                 Access-Control-Allow-Origin cors_allowed_origins setAllowedOrigins",
                Key::Origins,
            ),
            (
                "allow_methods allow_method allowed_methods allowedMethods WithMethods \
                 AllowAnyMethod method access_control_allow_methods",
                Key::Methods,
            ),
            (
                "allow_headers allow_header allowed_headers allowedHeaders WithHeaders \
                 AllowAnyHeader access_control_allow_headers request_headers",
                Key::Headers,
            ),
            (
                "expose exposed exposed_headers exposedHeaders expose_header WithExposedHeaders \
                 response_headers expose_any_header access_control_expose_headers",
                Key::ExposeHeaders,
            ),
            (
                "maxAge maxage max_age_seconds max_age_secs SetPreflightMaxAge preflight_max_age \
                 access_control_max_age ttl max-age",
                Key::MaxAge,
            ),
            (
                "allow_credentials allowCredentials supports_credentials AllowCredentials \
                 with_credentials withCredentials cookies",
                Key::Credentials,
            ),
            (
                "allowed_origin_fn AllowOriginFunc SetIsOriginAllowed predicate \
                 allow_origin_function",
                Key::OriginsFrom,
            ),
            ("block_on_origin_mismatch", Key::Enforce),
            (
                "insecure_origins public_suffixes allow_insecure",
                Key::DangerouslyAllow,
            ),
            ("cors_policy policy_name", Key::Policy),
        ] {
            for name in names.split_whitespace() {
                assert_eq!(key(name), Some(expected), "{name}");
            }
        }
    }

    #[test]
    fn typos_and_beginnings() {
        for (name, expected) in [
            ("orgins", Key::Origins),
            ("origns", Key::Origins),
            ("orig", Key::Origins),
            ("dev", Key::DevOrigins),
            ("dev_origin", Key::DevOrigins),
            ("metods", Key::Methods),
            ("head", Key::Headers),
            ("heders", Key::Headers),
            ("expose_heades", Key::ExposeHeaders),
            ("max", Key::MaxAge),
            ("mxa_age", Key::MaxAge),
            ("credentails", Key::Credentials),
            ("cred", Key::Credentials),
            ("Credentials", Key::Credentials),
            ("enforced", Key::Enforce),
            ("dangerously_alow", Key::DangerouslyAllow),
            ("polcy", Key::Policy),
            ("origins_form", Key::OriginsFrom),
            ("krate", Key::Crate),
        ] {
            assert_eq!(key(name), Some(expected), "{name}");
        }
    }

    #[test]
    fn other_words_mean_no_key() {
        for name in [
            "", "x", "id", "path", "route", "name", "allow", "🦀", "handler",
        ] {
            assert_eq!(key(name), None, "{name}");
        }
        assert_eq!(key(&"origins".repeat(10_000)), None);
    }

    #[test]
    fn options_of_other_libraries_that_no_policy_has() {
        for (name, expected) in [
            ("optionsSuccessStatus", Some(Rule::KeyNotNeeded)),
            ("vary_header", Some(Rule::KeyNotNeeded)),
            ("allow_private_network", Some(Rule::PrivateNetwork)),
            ("AllowPrivateNetwork", Some(Rule::PrivateNetwork)),
            ("origins", None),
        ] {
            assert_eq!(rule(name), expected, "{name}");
        }
        assert_eq!(rule(&"private_network".repeat(10_000)), None);
    }
}
