//! Headers of CORS whose names are misspelt, or that belong into requests.

use http::{HeaderMap, HeaderName};

/// Every header of CORS that responses have, and the two of requests.
const NAMES: [&str; 8] = [
    "access-control-allow-credentials",
    "access-control-allow-headers",
    "access-control-allow-methods",
    "access-control-allow-origin",
    "access-control-expose-headers",
    "access-control-max-age",
    "access-control-request-headers",
    "access-control-request-method",
];

/// Returns the name in a response that is probably meant to be `name`.
pub(crate) fn misspelt<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a HeaderName> {
    const MAX_LENGTH: usize = 48;
    let of_requests = name.as_str().replace("-allow-", "-request-");
    headers.keys().find(|key| {
        let key = key.as_str();
        if NAMES.contains(&key) {
            return key.trim_end_matches('s') == of_requests.trim_end_matches('s');
        }
        key.len() <= MAX_LENGTH && is_near(&key.replace('_', "-"), name.as_str())
    })
}

/// Returns the remark for a message that a response lacks a header, if there is a similar one.
pub(crate) fn misspelt_remark(headers: &HeaderMap, name: &HeaderName) -> String {
    match misspelt(headers, name) {
        Some(found) if NAMES.contains(&found.as_str()) => {
            format!(" (there is `{found}`, which belongs into requests)")
        }
        Some(found) => format!(" (there is `{found}`, and no such header exists)"),
        None => String::new(),
    }
}

/// Whether two names differ in at most two letters, by the distance of Levenshtein.
fn is_near(a: &str, b: &str) -> bool {
    const MAX_DISTANCE: usize = 2;
    let b: Vec<u8> = b.bytes().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.bytes().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row.last().is_some_and(|distance| *distance <= MAX_DISTANCE)
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use http::header::{ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_ORIGIN};

    use super::*;

    #[test]
    fn similar_names() {
        for (found, name, is_meant) in [
            (
                "access-control-allow-origins",
                ACCESS_CONTROL_ALLOW_ORIGIN,
                true,
            ),
            (
                "access-control-allowed-origin",
                ACCESS_CONTROL_ALLOW_ORIGIN,
                true,
            ),
            (
                "access_control_allow_origin",
                ACCESS_CONTROL_ALLOW_ORIGIN,
                true,
            ),
            (
                "acess-control-allow-orgin",
                ACCESS_CONTROL_ALLOW_ORIGIN,
                true,
            ),
            (
                "access-control-allow-header",
                ACCESS_CONTROL_ALLOW_HEADERS,
                true,
            ),
            (
                "access-control-request-headers",
                ACCESS_CONTROL_ALLOW_HEADERS,
                true,
            ),
            (
                "access-control-expose-headers",
                ACCESS_CONTROL_ALLOW_HEADERS,
                false,
            ),
            (
                "access-control-allow-methods",
                ACCESS_CONTROL_ALLOW_HEADERS,
                false,
            ),
            (
                "access-control-allow-origin-x",
                ACCESS_CONTROL_ALLOW_ORIGIN,
                true,
            ),
            ("x-allow-origin", ACCESS_CONTROL_ALLOW_ORIGIN, false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(
                HeaderName::from_static(found),
                HeaderValue::from_static("*"),
            );
            assert_eq!(
                misspelt(&headers, &name).is_some(),
                is_meant,
                "{found} {name}"
            );
        }
    }
}
