//! The reasons for which a browser does not store or send a cookie, in words.

use cookie::SameSite;
use cors_rules::is_loopback;
use url::Url;

use super::context::CookieContext;
use crate::fetch::Credentials;
use crate::problem::{Problem, Step};
use crate::site::site_of;

/// The reason for which a browser does not store or send a cookie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// The request is without credentials.
    Credentials(Credentials),
    Empty,
    TooLong(usize),
    Domain(String),
    PublicSuffix(String),
    /// `Secure`, and the request is not.
    Insecure,
    /// The cookie of the same name has `Secure`.
    ReplacesSecure,
    SecurePrefix,
    HostPrefix,
    NoneWithoutSecure,
    PartitionedWithoutSecure,
    SameSite(Option<SameSite>),
    /// It belongs to the pages of a site.
    Partition(String),
    /// It was set on another page, and the browser partitions third-party cookies.
    ThirdPartyPartitioned,
    ThirdPartyBlocked,
}

/// The longest name and value together, in bytes, by
/// [section 5.6](https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis#section-5.6).
pub(super) const MAX_PAIR: usize = 4096;

impl Refusal {
    /// Returns the problem of a cookie that a response sets in vain.
    pub(super) fn ignored(&self, name: &str, context: &CookieContext<'_>) -> Problem {
        let cause = self.cause(context);
        self.problem(
            format!("the browser ignores `{name}`, because {cause}"),
            context,
        )
    }

    /// Returns the problem of a cookie that a response removes in vain.
    pub(super) fn not_removed(&self, name: &str, context: &CookieContext<'_>) -> Problem {
        let cause = self.cause(context);
        let text = format!(
            "the browser keeps `{name}`: it ignores the one that has expired, because {cause}"
        );
        self.problem(text, context)
    }

    /// Returns the problem of a stored cookie that a request lacks.
    pub(super) fn withheld(&self, name: &str, context: &CookieContext<'_>) -> Problem {
        let cause = self.cause(context);
        self.problem(
            format!("the browser does not send `{name}`, because {cause}"),
            context,
        )
    }

    /// Returns the problem of later requests, which lack a cookie that a response has set in vain.
    pub(super) fn missing(&self, name: &str, context: &CookieContext<'_>) -> Problem {
        let cause = self.cause(context);
        let text = format!(
            "the browser has no `{name}` to send, because it ignored the one that `{}` set: {cause}",
            context.url
        );
        self.problem(text, context)
    }

    fn problem(&self, text: String, context: &CookieContext<'_>) -> Problem {
        Problem::new(Step::Cookie, text, self.help(context)).tolerated()
    }

    /// Returns the cause, with `it` for the cookie.
    fn cause(&self, context: &CookieContext<'_>) -> String {
        let origin = context.origin();
        let page = context.page();
        match self {
            Self::Credentials(credentials) => format!(
                "the request has `Credentials::{credentials:?}`, and the page of `{page}` calls \
                 `{origin}`"
            ),
            Self::Empty => "it has neither name nor value".to_owned(),
            Self::TooLong(len) => format!(
                "its name and value have {len} bytes, and browsers store at most {MAX_PAIR}"
            ),
            Self::Domain(domain) => format!(
                "its `Domain={domain}` does not contain the host `{}`",
                context.host()
            ),
            Self::PublicSuffix(domain) => format!(
                "its `Domain={domain}` is a public suffix, below which anybody can register a name"
            ),
            Self::Insecure => {
                format!("it has `Secure`, and `{origin}` is neither https nor loopback")
            }
            Self::ReplacesSecure => {
                format!("the stored one has `Secure`, which `{origin}` cannot replace")
            }
            Self::SecurePrefix => "`__Secure-` needs `Secure`".to_owned(),
            Self::HostPrefix => "`__Host-` needs `Secure`, `Path=/` and no `Domain`".to_owned(),
            Self::NoneWithoutSecure => "it has `SameSite=None` without `Secure`".to_owned(),
            Self::PartitionedWithoutSecure => "it has `Partitioned` without `Secure`".to_owned(),
            Self::SameSite(value) => {
                let attribute = match value {
                    Some(value) => format!("it has `SameSite={value}`"),
                    None => "it has no `SameSite`, so it is Lax".to_owned(),
                };
                if context.is_top_level {
                    let method = context.method;
                    format!(
                        "{attribute}, and a page of another site, `{page}`, navigates with {method}"
                    )
                } else {
                    format!(
                        "{attribute}, and the page of `{page}` is on another site than `{origin}`"
                    )
                }
            }
            Self::Partition(site) => {
                format!("it belongs to the pages of `{site}`, and this one is of `{page}`")
            }
            Self::ThirdPartyPartitioned => format!(
                "`{origin}` is third-party to the page of `{page}`, for which the browser keeps \
                 separate cookies"
            ),
            Self::ThirdPartyBlocked => format!(
                "`{origin}` is third-party to the page of `{page}`, and the browser blocks \
                 third-party cookies"
            ),
        }
    }

    fn help(&self, context: &CookieContext<'_>) -> String {
        let fixed = match self {
            Self::Credentials(_) => "pass `Credentials::Include`",
            Self::Empty => "set `name=value`",
            Self::TooLong(_) => "store the value on the server, and set its key",
            Self::Domain(_) | Self::PublicSuffix(_) => {
                "leave `Domain` out, or set a parent of the host that is no public suffix"
            }
            Self::Insecure | Self::ReplacesSecure => "serve it over https",
            Self::SecurePrefix | Self::NoneWithoutSecure | Self::PartitionedWithoutSecure => {
                if context.is_secure() {
                    "set `Secure`"
                } else {
                    "serve it over https, and set `Secure`"
                }
            }
            Self::HostPrefix => "set `Secure; Path=/`, and leave `Domain` out",
            Self::SameSite(value) => return same_site_help(*value, context),
            Self::Partition(_) => "sign in again on this page, or leave `Partitioned` out",
            Self::ThirdPartyPartitioned => "sign in by a request of this page",
            Self::ThirdPartyBlocked => {
                "serve page and API from one site, or set `SameSite=None; Secure; Partitioned`"
            }
        };
        fixed.to_owned()
    }
}

/// Whether the page would be of the site of the URL if one of them had the other's scheme.
fn differs_in_scheme(context: &CookieContext<'_>) -> bool {
    let page = context.page.and_then(site_of);
    let url = site_of(context.url.as_str());
    let (Some(page), Some(url)) = (page, url) else {
        return false;
    };
    let host = |site: &str| site.split_once("://").map(|(_, host)| host.to_owned());
    page != url && host(&page) == host(&url)
}

fn same_site_help(value: Option<SameSite>, context: &CookieContext<'_>) -> String {
    if context.is_top_level && value == Some(SameSite::Strict) && context.method.is_safe() {
        return "set `SameSite=Lax`".to_owned();
    }
    if differs_in_scheme(context) {
        return "serve page and API over https, because http and https are different sites"
            .to_owned();
    }
    let remedy = if context.is_secure() {
        "set `SameSite=None; Secure`"
    } else {
        "serve the API over https and set `SameSite=None; Secure`"
    };
    let page = context.page.and_then(|page| Url::parse(page).ok());
    let other = match page.as_ref().and_then(Url::host_str) {
        Some(host) if is_loopback(host) && is_loopback(context.host()) => {
            format!("open the page on the host `{}`", context.host())
        }
        _ => "serve page and API from one site".to_owned(),
    };
    format!("{remedy}, or {other}")
}
