//! The texts of options as values. Errors have the remedy on a second line.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use cors_rules::check::listed_origin;
use cors_rules::{Origin, Tolerance};
use http::{HeaderName, HeaderValue, Method, Uri};
use percent_encoding::percent_decode_str;
use url::Url;

use super::route::Route;

/// Joins a problem and its remedy.
pub(super) fn with_help(problem: &str, help: &str) -> String {
    format!("{problem}\nhelp: {help}")
}

/// Parses a URL, also one of localhost that begins with its port.
pub(super) fn http_url(text: &str) -> Result<Url, String> {
    let url = match text.strip_prefix(':') {
        Some(rest) if rest.starts_with('/') => format!("http://localhost{rest}"),
        Some(rest) => format!("http://localhost:{rest}"),
        None => text.to_owned(),
    };
    let help = "write one such as `https://api.example/jobs`, or `:3000/jobs` for localhost";
    match Url::parse(&url) {
        Ok(url) if matches!(url.scheme(), "http" | "https") => Ok(url),
        Ok(url) => {
            let problem = format!("`{}:` is no scheme of HTTP", url.scheme());
            Err(with_help(&problem, help))
        }
        // It may have a password.
        Err(error) if text.contains('@') => {
            Err(with_help(&format!("the URL is none: {error}"), help))
        }
        Err(error) => Err(with_help(&format!("`{text}` is not a URL: {error}"), help)),
    }
}

/// Returns a URL as it is sent, without user, password and fragment.
pub(super) fn uri(url: &Url) -> Result<Uri, String> {
    let mut url = url.clone();
    // They fail for URLs without a host, which are none of HTTP.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.set_fragment(None);
    url.as_str().parse().map_err(|error| {
        let problem = format!("the URL cannot be sent: {error}");
        with_help(&problem, "encode its path and query with `%`")
    })
}

/// Parses a time limit in seconds.
pub(super) fn time_limit(seconds: f64) -> Result<Duration, String> {
    match Duration::try_from_secs_f64(seconds) {
        Ok(time) if !time.is_zero() => Ok(time),
        _ => Err(with_help(
            &format!("`--max-time {seconds}` is no time limit"),
            "write seconds, such as `10` or `0.5`",
        )),
    }
}

/// Parses an origin of a page, or `null`.
///
/// # Errors
///
/// Returns the reason why no page has this origin, and the remedy on a second line.
pub fn origin(text: &str) -> Result<String, String> {
    if text == "null" || Origin::parse(text.as_bytes()).is_some() {
        return Ok(text.to_owned());
    }
    // Patterns are for policies.
    let violation = Some(text)
        .filter(|text| !text.contains('*'))
        .and_then(|text| listed_origin(text, false, Tolerance::NONE));
    Err(match violation {
        // The remedies of policies are strings of an attribute.
        Some(violation) => {
            let message = violation.message();
            let message = message.as_str().replace("`\"", "`--origin ");
            message.replace("\"`", "`")
        }
        None => with_help(
            &format!("`{text}` is not the origin of a page"),
            "write scheme and host of the page, such as `--origin https://app.example`",
        ),
    })
}

/// Parses a method.
pub(super) fn method(text: &str) -> Result<Method, String> {
    Method::from_bytes(text.as_bytes()).map_err(|_| {
        let problem = format!("`{text}` is not a method");
        with_help(&problem, "write a name such as `PUT`")
    })
}

/// Parses a header in curl's forms: `name: value`, and `name;` for an empty value. Values are not part
/// of errors, because they can be passwords.
pub(super) fn header(line: &str) -> Result<(HeaderName, HeaderValue), String> {
    let (name, value) = match (line.split_once(':'), line.strip_suffix(';')) {
        (Some(parts), _) => parts,
        (None, Some(name)) => (name, ""),
        (None, None) => {
            let word = line.split_whitespace().next().unwrap_or_default();
            let problem = format!("the header `{word}` has no colon");
            return Err(with_help(&problem, "write `name: value`"));
        }
    };
    let name = name.trim();
    let parsed = HeaderName::try_from(name).map_err(|_| {
        let problem = format!("`{name}` is not the name of a header");
        with_help(&problem, "names have letters, digits and hyphens")
    })?;
    let value = HeaderValue::from_bytes(value.trim().as_bytes()).map_err(|_| {
        let problem = format!("the value of `{name}` has a control character");
        with_help(&problem, "write it on one line")
    })?;
    Ok((parsed, value))
}

/// Returns user and password of a URL, decoded and with a colon in between.
pub(super) fn user(url: &Url) -> Option<Vec<u8>> {
    if url.username().is_empty() && url.password().is_none() {
        return None;
    }
    let decoded = |text| percent_decode_str(text).collect::<Vec<u8>>();
    let password = url.password().unwrap_or_default();
    Some([decoded(url.username()), decoded(password)].join(&b':'))
}

/// Parses the cookies of a header. A cookie without `=` has no name.
pub(super) fn cookies(header: &str) -> Vec<(String, String)> {
    let cookies = header.split(';').map(str::trim);
    cookies
        .filter(|cookie| !cookie.is_empty())
        .map(|cookie| cookie.split_once('=').unwrap_or(("", cookie)))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

/// Parses `host:port:address`, where several addresses have commas in between.
pub(super) fn resolve(text: &str) -> Result<Route, String> {
    let parts = parts(text);
    let route = if let [host, port, addresses] = &parts[..] {
        let port = port.parse().ok();
        let addresses = addresses.split(',').map(|address| {
            let address: IpAddr = bare(address).parse().ok()?;
            Some(SocketAddr::new(address, port?))
        });
        let addresses: Option<Vec<SocketAddr>> = addresses.collect();
        addresses.map(|addresses| Route::Addresses {
            host: bare(host).to_ascii_lowercase(),
            port: port.unwrap_or_default(),
            addresses,
        })
    } else {
        None
    };
    route.ok_or_else(|| {
        let problem = format!("`--resolve {text}` is not `host:port:address`");
        with_help(&problem, "write one such as `api.example:443:127.0.0.1`")
    })
}

/// Parses `host:port:host:port`. The first two may be empty for any,
/// the others for the same.
pub(super) fn connect_to(text: &str) -> Result<Route, String> {
    let port = |text: &str| match text {
        "" => Ok(None),
        text => text.parse().map(Some),
    };
    let host = |text: &str| (!text.is_empty()).then(|| bare(text).to_ascii_lowercase());
    let parts = parts(text);
    if let [from_host, from_port, to_host, to_port] = &parts[..]
        && let (Ok(from_port), Ok(to_port)) = (port(from_port), port(to_port))
    {
        return Ok(Route::Host {
            from: (host(from_host), from_port),
            to: (host(to_host), to_port),
        });
    }
    let problem = format!("`--connect-to {text}` is not `host:port:host:port`");
    let help = "write one such as `api.example:443:localhost:8443`";
    Err(with_help(&problem, help))
}

/// Splits at colons that are not in the brackets of an IPv6 address.
fn parts(text: &str) -> Vec<&str> {
    let mut in_brackets = false;
    let separated = text.split(|c| {
        match c {
            '[' => in_brackets = true,
            ']' => in_brackets = false,
            _ => {}
        }
        c == ':' && !in_brackets
    });
    separated.collect()
}

fn bare(host: &str) -> &str {
    host.trim_start_matches('[').trim_end_matches(']')
}
