//! Statuses that proxies send in place of the application.

use super::symptom::Symptom;
use crate::diagnosis::Layer;

/// The cause and the remedy of a function of AWS that fails.
pub(super) const LAMBDA: (&str, &str) = (
    "the function behind it crashed, ran into its timeout, or returned no object with `statusCode` and a `body` that is a \
     string",
    "look at the log of the function in CloudWatch, and let it return `statusCode`, `headers` and `body` (with \
     `JSON.stringify`) in errors as well",
);

/// Returns the cause of a status that proxies send in place of the application.
pub(super) fn symptom(
    status: u16,
    is_preflight: bool,
    has: &dyn Fn(Layer) -> bool,
) -> Option<Symptom> {
    of_layer(status, is_preflight, has).or_else(|| of_any(status, has))
}

/// Returns the cause of a status of a service that sends it for reasons of its own.
fn of_layer(status: u16, is_preflight: bool, has: &dyn Fn(Layer) -> bool) -> Option<Symptom> {
    Some(match status {
        405 if has(Layer::Iis) => Symptom::new(
            if is_preflight {
                "preflight-status"
            } else {
                "method-not-allowed"
            },
            "IIS itself refuses the method before the application sees it, most often because the module WebDAV or a handler for \
             files takes it",
        )
        .code(
            "remove them in web.config, below `system.webServer`:",
            "<modules><remove name=\"WebDAVModule\" /></modules>\n\
             <handlers><remove name=\"WebDAV\" /><remove name=\"OPTIONSVerbHandler\" /></handlers>",
        ),
        403 if has(Layer::S3) && is_preflight => Symptom::new(
            "preflight-status",
            "the bucket has no CORS configuration, or none of its rules has this origin, this method and these headers together",
        )
        .remedy("compare origin (scheme, port, no slash), method and headers with the rules of the bucket"),
        403 if has(Layer::S3) => Symptom::new(
            "refused-by-server",
            "the storage denies access: the object is private or does not exist, or the signature does not fit",
        )
        .not_cors()
        .remedy("check the bucket's policy and the presigned URL: its method, its headers, its expiry"),
        401 | 403 if has(Layer::ApiGateway) && !is_preflight => Symptom::new(
            if status == 401 {
                "login-required"
            } else {
                "refused-by-server"
            },
            "the gateway itself refuses the request before the function runs: the token is missing or has expired, `x-api-key` \
             is missing, or an authorizer, a resource policy or a firewall denies it",
        )
        .not_cors()
        .remedy("check the token or the key in the request, and the stage and the path of the URL")
        .remedy(
            "in a REST API add the headers of CORS to the gateway responses DEFAULT_4XX and DEFAULT_5XX, so that the page can \
             read the status",
        ),
        500 | 502 if has(Layer::ApiGateway) => {
            let (why, remedy) = LAMBDA;
            let id = if status == 502 {
                "gateway-error"
            } else {
                "server-error"
            };
            Symptom::new(id, why).not_cors().remedy(remedy)
        }
        _ => return None,
    })
}

/// Returns the cause of a status that means the same for every proxy.
fn of_any(status: u16, has: &dyn Fn(Layer) -> bool) -> Option<Symptom> {
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
        503 => unreachable("no application is there to respond (it is down, starting, or overloaded)"),
        504 => unreachable("the application behind it took too long").remedy(
            "make the request faster, or raise the timeout of the proxy",
        ),
        520 => unreachable("the server behind the CDN gave an empty or invalid response"),
        521 => unreachable("the server behind the CDN refused the connection"),
        522 => unreachable(&format!("{edge} could not connect to the server in time, so this is not the response of the server")),
        523 | 530 => unreachable("the CDN could not find the server behind it (DNS or routing)"),
        524 => unreachable("the server behind the CDN took too long"),
        525 | 526 => unreachable("the CDN does not trust the certificate of the server behind it"),
        _ => return None,
    })
}
