//! Methods as browsers treat them.

use http::Method;

/// Whether a method is [CORS-safelisted](https://fetch.spec.whatwg.org/#cors-safelisted-method).
pub(crate) fn is_safelisted_method(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::POST)
}

/// Whether a method is [forbidden](https://fetch.spec.whatwg.org/#forbidden-method).
pub(crate) fn is_forbidden_method(method: &Method) -> bool {
    let forbidden = ["CONNECT", "TRACE", "TRACK"];
    let is_same = |name: &&str| method.as_str().eq_ignore_ascii_case(name);
    forbidden.iter().any(is_same)
}

/// Returns the method that is sent: six methods are
/// [normalized](https://fetch.spec.whatwg.org/#concept-method-normalize) to upper case, others, such
/// as `patch`, are not.
pub(crate) fn normalize(method: &Method) -> Method {
    let methods = [
        Method::DELETE,
        Method::GET,
        Method::HEAD,
        Method::OPTIONS,
        Method::POST,
        Method::PUT,
    ];
    methods
        .into_iter()
        .find(|known| known.as_str().eq_ignore_ascii_case(method.as_str()))
        .unwrap_or_else(|| method.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn method(text: &str) -> Method {
        Method::from_bytes(text.as_bytes()).expect("a method")
    }

    #[test]
    fn six_methods_are_normalized() {
        for (given, sent) in [
            ("delete", "DELETE"),
            ("Get", "GET"),
            ("head", "HEAD"),
            ("options", "OPTIONS"),
            ("pOST", "POST"),
            ("put", "PUT"),
            ("PATCH", "PATCH"),
            ("patch", "patch"),
            ("query", "query"),
        ] {
            assert_eq!(normalize(&method(given)), method(sent), "{given}");
        }
    }

    #[test]
    fn forbidden_methods_are_forbidden_in_any_case() {
        for text in ["CONNECT", "connect", "Trace", "TRACK"] {
            assert!(is_forbidden_method(&method(text)), "{text}");
        }
        for text in ["GET", "OPTIONS", "TRACES", "CONNEC"] {
            assert!(!is_forbidden_method(&method(text)), "{text}");
        }
    }

    #[test]
    fn safelisted_methods_are_compared_with_case() {
        for (text, is_safelisted) in [
            ("GET", true),
            ("HEAD", true),
            ("POST", true),
            ("post", false),
            ("PUT", false),
            ("OPTIONS", false),
        ] {
            assert_eq!(is_safelisted_method(&method(text)), is_safelisted, "{text}");
        }
    }
}
