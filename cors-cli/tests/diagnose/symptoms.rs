//! A paste of each kind, with the stable name of its cause, or of its first remark if a browser allows it.

use cors_cli::Verdict::{Allowed, NotReached, Refused};
use cors_cli::{Asked, Verdict, diagnose, read, show};
use expect_test::expect_file;
use std::fmt::Write as _;

/// A name, the cause, whether a browser allows it, words of the first sentence, and the paste.
pub(crate) type Row = (
    &'static str,
    &'static str,
    Verdict,
    &'static [&'static str],
    &'static str,
);

#[test]
fn causes_by_name_and_in_words() {
    let mut failures = Vec::new();
    let mut printed = String::new();
    for (name, id, verdict, words, text) in ROWS {
        let paste = match read(text) {
            Ok(paste) => paste,
            Err(error) => {
                failures.push(format!("{name}: {error}"));
                continue;
            }
        };
        let diagnosis = diagnose(&paste, &Asked::default());
        let shown = show::text(&paste, &diagnosis, show::Source::Stdin, None);
        let shown = anstream::adapter::strip_str(&shown).to_string();
        writeln!(printed, "=== {name}\n{shown}").expect("a string takes every text");
        let case = diagnosis.cases.first();
        let first = case.and_then(|case| case.cause.as_ref().or(case.next.first()));
        let found = first.map(|finding| finding.id);
        let sentence = first
            .map(|finding| finding.sentence.to_lowercase())
            .unwrap_or_default();
        let has_words = words
            .iter()
            .all(|word| sentence.contains(&word.to_lowercase()));
        if found != Some(*id) || !has_words || diagnosis.verdict() != *verdict {
            let found_verdict = diagnosis.verdict();
            failures.push(format!(
                "{name}: {found:?} {found_verdict:?}, not {id} {verdict:?} {words:?}\n{shown}"
            ));
        }
    }
    expect_file!["symptoms.expected"].assert_eq(&printed);
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

pub(crate) const ROWS: &[Row] = &[
    (
        "413-of-nginx",
        "body-too-large",
        Refused,
        &["413", "nginx"],
        r#"POST /upload HTTP/1.1
Host: api.example.com
Origin: https://app.example.com
Content-Type: text/plain

HTTP/1.1 413 Request Entity Too Large
Server: nginx/1.24.0
Content-Type: text/html

<html>
<head><title>413 Request Entity Too Large</title></head>
<body><center><h1>413 Request Entity Too Large</h1></center><hr><center>nginx/1.24.0</center></body>
</html>
"#,
    ),
    (
        "413-in-the-console",
        "body-too-large",
        Refused,
        &["413"],
        r#"POST https://api.example.com/upload 413 (Payload Too Large)
Access to fetch at 'https://api.example.com/upload' from origin 'https://app.example.com' has been blocked by CORS policy: No 'Access-Control-Allow-Origin' header is present on the requested resource.
"#,
    ),
    (
        "502-of-nginx",
        "gateway-error",
        Refused,
        &["502"],
        r#"GET /items HTTP/1.1
Host: api.example.com
Origin: https://app.example.com

HTTP/1.1 502 Bad Gateway
Server: nginx
Content-Type: text/html

<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center><hr><center>nginx</center></body></html>
"#,
    ),
    (
        "502-of-a-preflight",
        "gateway-error",
        Refused,
        &["502", "preflight"],
        r#"OPTIONS /items HTTP/1.1
Host: api.example.com
Origin: https://app.example.com
Access-Control-Request-Method: PUT
Access-Control-Request-Headers: content-type

HTTP/2 502
server: awselb/2.0
content-type: text/html
"#,
    ),
    (
        "503-of-envoy",
        "gateway-error",
        Refused,
        &["503"],
        r#"GET /items HTTP/1.1
Host: api.example.com
Origin: https://app.example.com

HTTP/1.1 503 Service Unavailable
server: envoy
content-type: text/plain

upstream connect error or disconnect/reset before headers. reset reason: connection failure
"#,
    ),
    (
        "504-of-cloudfront",
        "gateway-error",
        Refused,
        &["504"],
        r#"GET /items HTTP/1.1
Host: api.example.com
Origin: https://app.example.com

HTTP/2 504
server: CloudFront
via: 1.1 abc.cloudfront.net (CloudFront)
x-cache: Error from cloudfront
x-amz-cf-id: AAAA==
"#,
    ),
    (
        "421-misdirected",
        "misdirected-request",
        Refused,
        &["421"],
        r#"GET /items HTTP/1.1
Host: api.example.com
Origin: https://app.example.com

HTTP/2 421
server: Apache
content-type: text/html
"#,
    ),
    (
        "429-of-a-preflight",
        "rate-limited",
        Refused,
        &["429"],
        r#"OPTIONS /items HTTP/1.1
Host: api.example.com
Origin: https://app.example.com
Access-Control-Request-Method: PUT
Access-Control-Request-Headers: content-type

HTTP/1.1 429 Too Many Requests
retry-after: 30
"#,
    ),
    (
        "431-cookies",
        "headers-too-large",
        Refused,
        &["431"],
        r#"GET /items HTTP/1.1
Host: api.example.com
Origin: https://app.example.com

HTTP/1.1 431 Request Header Fields Too Large
"#,
    ),
    (
        "login-redirect-of-a-preflight",
        "login-redirect",
        Refused,
        &["login"],
        r#"OPTIONS /items HTTP/1.1
Host: api.example.com
Origin: https://app.example.com
Access-Control-Request-Method: PUT
Access-Control-Request-Headers: content-type

HTTP/1.1 302 Found
Location: https://accounts.example.com/o/oauth2/auth?client_id=1
"#,
    ),
    (
        "login-redirect-in-the-console",
        "login-redirect",
        Refused,
        &["login"],
        r#"Access to fetch at 'https://login.microsoftonline.com/common/oauth2/authorize?x=1' (redirected from 'https://api.example.com/me') from origin 'https://app.example.com' has been blocked by CORS policy: No 'Access-Control-Allow-Origin' header is present on the requested resource.
"#,
    ),
    (
        "hsts-307",
        "hsts",
        Refused,
        &["https"],
        r#"OPTIONS /items HTTP/1.1
Host: api.example.com
Origin: http://app.example.com
Access-Control-Request-Method: PUT

HTTP/1.1 307 Internal Redirect
Location: https://api.example.com/items
Non-Authoritative-Reason: HSTS
"#,
    ),
    (
        "https-redirect-of-a-preflight",
        "https-redirect",
        Refused,
        &["https"],
        r#"Request URL: http://api.example.com/items
Request Method: OPTIONS
Status Code: 301 Moved Permanently

Request Headers
Origin: http://app.example.com
Access-Control-Request-Method: PUT

Response Headers
Location: https://api.example.com/items
Server: nginx
"#,
    ),
    (
        "www-redirect",
        "redirect",
        Refused,
        &["redirect"],
        r#"GET /items HTTP/1.1
Host: api.example.com
Origin: https://app.example.com

HTTP/1.1 301 Moved Permanently
Location: https://www.api.example.com/items
"#,
    ),
    (
        "redirect-that-is-followed",
        "origin",
        Refused,
        &["without"],
        r#"$ curl -iL -H 'Origin: https://app.example.com' https://api.example.com/a
HTTP/1.1 301 Moved Permanently
Location: https://api.example.com/b
Access-Control-Allow-Origin: https://app.example.com

HTTP/1.1 200 OK
Content-Type: application/json
"#,
    ),
    (
        "ngrok-interstitial",
        "interstitial",
        Refused,
        &["ngrok"],
        r#"GET /items HTTP/1.1
Host: api.example.com
Origin: https://app.example.com

HTTP/2 200
content-type: text/html
ngrok-error-code: ERR_NGROK_6024

<!DOCTYPE html>
<html class="h-full" lang="en-US" dir="ltr">
"#,
    ),
    (
        "ngrok-offline",
        "gateway-error",
        Refused,
        &["404", "tunnel"],
        r#"GET /items HTTP/1.1
Host: api.example.com
Origin: https://app.example.com

HTTP/2 404
content-type: text/html
ngrok-error-code: ERR_NGROK_3200

The endpoint abc.ngrok-free.app is offline.
"#,
    ),
    (
        "cloudflare-challenge",
        "bot-challenge",
        Refused,
        &["challenge"],
        r#"GET /items HTTP/1.1
Host: api.example.com
Origin: https://app.example.com

HTTP/2 403
server: cloudflare
cf-ray: 8a-FRA
cf-mitigated: challenge
content-type: text/html

<!DOCTYPE html><html lang="en-US"><head><title>Just a moment...</title>
"#,
    ),
    (
        "api-gateway-missing-token",
        "preflight-status",
        Refused,
        &["API Gateway", "403"],
        r#"OPTIONS /items HTTP/1.1
Host: api.example.com
Origin: https://app.example.com
Access-Control-Request-Method: PUT
Access-Control-Request-Headers: content-type

HTTP/2 403
x-amzn-requestid: 1-2
x-amzn-errortype: MissingAuthenticationTokenException
x-amz-apigw-id: abc=
content-type: application/json

{"message":"Missing Authentication Token"}
"#,
    ),
    (
        "s3-get-access-denied",
        "refused-by-server",
        Refused,
        &["S3", "403"],
        r#"GET /items HTTP/1.1
Host: api.example.com
Origin: https://app.example.com

HTTP/1.1 403 Forbidden
x-amz-request-id: AAAA
Server: AmazonS3
Content-Type: application/xml

<?xml version="1.0" encoding="UTF-8"?>
<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>
"#,
    ),
    (
        "s3-rule-does-not-fit",
        "preflight-status",
        Refused,
        &["rule"],
        r#"OPTIONS /items HTTP/1.1
Host: api.example.com
Origin: https://app.example.com
Access-Control-Request-Method: PUT
Access-Control-Request-Headers: content-type

HTTP/1.1 403 Forbidden
Server: AmazonS3

<?xml version="1.0" encoding="UTF-8"?>
<Error><Code>AccessForbidden</Code><Message>CORSResponse: This CORS request is not allowed. This is usually because the evalution of Origin, request method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource's CORS spec.</Message></Error>
"#,
    ),
    (
        "spring-invalid-cors-request",
        "preflight-status",
        Refused,
        &["Spring"],
        r#"OPTIONS /items HTTP/1.1
Host: api.example.com
Origin: https://app.example.com
Access-Control-Request-Method: PUT
Access-Control-Request-Headers: content-type

HTTP/1.1 403
Vary: Origin
Vary: Access-Control-Request-Method
Vary: Access-Control-Request-Headers
Content-Length: 20

Invalid CORS request
"#,
    ),
    (
        "fastapi-disallowed",
        "preflight-status",
        Refused,
        &["FastAPI", "400"],
        r#"OPTIONS /items HTTP/1.1
Host: api.example.com
Origin: https://app.example.com
Access-Control-Request-Method: PUT
Access-Control-Request-Headers: content-type

HTTP/1.1 400 Bad Request
server: uvicorn
vary: Origin
access-control-allow-methods: DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT
access-control-max-age: 600

Disallowed CORS origin
"#,
    ),
    (
        "preflight-401",
        "preflight-status",
        Refused,
        &["401", "login"],
        r#"OPTIONS /items HTTP/1.1
Host: api.example.com
Origin: https://app.example.com
Access-Control-Request-Method: PUT
Access-Control-Request-Headers: content-type

HTTP/1.1 401 Unauthorized
WWW-Authenticate: Bearer
X-Powered-By: Express
"#,
    ),
    (
        "preflight-404-of-express",
        "preflight-status",
        Refused,
        &["404"],
        r#"OPTIONS /items HTTP/1.1
Host: api.example.com
Origin: https://app.example.com
Access-Control-Request-Method: PUT
Access-Control-Request-Headers: content-type

HTTP/1.1 404 Not Found
X-Powered-By: Express
Content-Type: text/html

<!DOCTYPE html><html><body><pre>Cannot OPTIONS /items</pre></body></html>
"#,
    ),
    (
        "preflight-422",
        "preflight-status",
        Refused,
        &["422"],
        r#"OPTIONS /items HTTP/1.1
Host: api.example.com
Origin: https://app.example.com
Access-Control-Request-Method: PUT
Access-Control-Request-Headers: content-type

HTTP/1.1 422 Unprocessable Entity
content-type: application/json

{"detail":[{"loc":["body"],"msg":"field required"}]}
"#,
    ),
    (
        "request-401",
        "login-required",
        Refused,
        &["401", "login"],
        r#"GET /items HTTP/1.1
Host: api.example.com
Origin: https://app.example.com

HTTP/1.1 401 Unauthorized
content-type: application/json

{"error":"token expired"}
"#,
    ),
    (
        "request-404",
        "not-found",
        Refused,
        &["404"],
        r#"GET /items HTTP/1.1
Host: api.example.com
Origin: https://app.example.com

HTTP/1.1 404 Not Found
Server: Caddy
"#,
    ),
    (
        "request-500-of-django",
        "server-error",
        Refused,
        &["500"],
        r#"GET /items HTTP/1.1
Host: api.example.com
Origin: https://app.example.com

HTTP/1.1 500 Internal Server Error
Server: WSGIServer/0.2 CPython/3.12.1
Content-Type: text/html

<title>KeyError at /items</title>
"#,
    ),
    (
        "request-500-that-can-be-read",
        "status",
        Allowed,
        &["500"],
        r#"GET /items HTTP/1.1
Host: api.example.com
Origin: https://app.example.com

HTTP/1.1 500 Internal Server Error
Access-Control-Allow-Origin: https://app.example.com
Vary: Origin
"#,
    ),
    (
        "corp-of-a-script",
        "resource-policy",
        Refused,
        &["Cross-Origin-Resource-Policy"],
        r#"GET /lib.js HTTP/1.1
Host: cdn.example.org
Referer: https://app.example.com/
Sec-Fetch-Dest: script
Sec-Fetch-Mode: no-cors
Sec-Fetch-Site: cross-site

HTTP/1.1 200 OK
Cross-Origin-Resource-Policy: same-site
"#,
    ),
    (
        "coep-in-the-console",
        "embedder-policy",
        Refused,
        &["Cross-Origin-Embedder-Policy"],
        r#"GET https://cdn.example.org/a.js net::ERR_BLOCKED_BY_RESPONSE.NotSameOriginAfterDefaultedToSameOriginByCoep 200 (OK)
"#,
    ),
    (
        "samesite-none-without-secure",
        "cookie",
        Allowed,
        &["cookie", "Secure"],
        r#"POST /login HTTP/1.1
Host: api.example.org
Origin: https://app.example.com
Cookie: a=1

HTTP/1.1 200 OK
Access-Control-Allow-Origin: https://app.example.com
Access-Control-Allow-Credentials: true
Set-Cookie: sid=1; Path=/; SameSite=None
Vary: Origin
"#,
    ),
    (
        "upload-listener-405",
        "preflight-status",
        Refused,
        &["405", "upload"],
        r#"OPTIONS /files HTTP/1.1
Host: files.example.com
Origin: https://app.example.com
Access-Control-Request-Method: POST

HTTP/1.1 405 Method Not Allowed
Allow: POST
"#,
    ),
    (
        "allow-origin-set-by-the-page",
        "response-header-in-request",
        Refused,
        &["access-control-allow-origin", "request"],
        r#"OPTIONS /items HTTP/1.1
Host: api.example.com
Origin: https://app.example.com
Access-Control-Request-Method: GET
Access-Control-Request-Headers: access-control-allow-origin,content-type

HTTP/1.1 204 No Content
Access-Control-Allow-Origin: *
Access-Control-Allow-Headers: content-type
"#,
    ),
    (
        "allow-origin-set-by-the-page-in-the-console",
        "response-header-in-request",
        Refused,
        &["access-control-allow-origin", "request"],
        r#"Access to XMLHttpRequest at 'https://api.example.com/items' from origin 'http://localhost:8080' has been blocked by CORS policy: Request header field access-control-allow-origin is not allowed by Access-Control-Allow-Headers in preflight response.
"#,
    ),
    (
        "options-of-the-page",
        "needless-options",
        Allowed,
        &["OPTIONS"],
        r#"OPTIONS /items HTTP/1.1
Host: api.example.com
Origin: https://app.example.com
Access-Control-Request-Method: OPTIONS
Access-Control-Request-Headers: x-a

HTTP/1.1 204 No Content
Access-Control-Allow-Origin: *
Access-Control-Allow-Methods: OPTIONS
Access-Control-Allow-Headers: x-a
"#,
    ),
    (
        "credentials-that-nobody-needs",
        "origin",
        Refused,
        &["credentials"],
        r#"Access to XMLHttpRequest at 'https://api.example.com/public' from origin 'https://app.example.com' has been blocked by CORS policy: The value of the 'Access-Control-Allow-Origin' header in the response must not be the wildcard '*' when the request's credentials mode is 'include'. The credentials mode of requests initiated by the XMLHttpRequest is controlled by the withCredentials attribute.
"#,
    ),
    (
        "null-after-a-redirect",
        "null-origin-redirect",
        Refused,
        &["null", "redirect"],
        r#"Access to fetch at 'https://b.example/c' (redirected from 'https://a.example/c') from origin 'null' has been blocked by CORS policy: No 'Access-Control-Allow-Origin' header is present on the requested resource.
"#,
    ),
    (
        "null-of-a-sandbox",
        "null-origin",
        Refused,
        &["null", "sandbox"],
        r#"GET /data HTTP/1.1
Host: api.example.com
Origin: null
Sec-Fetch-Site: cross-site

HTTP/1.1 200 OK
Access-Control-Allow-Origin: https://app.example.com
"#,
    ),
    (
        "file-page",
        "file-page",
        Refused,
        &["file"],
        r#"Access to XMLHttpRequest at 'file:///C:/project/data.json' from origin 'null' has been blocked by CORS policy: Cross origin requests are only supported for protocol schemes: http, data, chrome, chrome-extension, https.
"#,
    ),
    (
        "url-without-a-scheme",
        "url-scheme",
        Refused,
        &["localhost:3000/api", "scheme"],
        r#"Access to XMLHttpRequest at 'localhost:3000/api' from origin 'http://localhost:8080' has been blocked by CORS policy: Cross origin requests are only supported for protocol schemes: http, data, chrome, chrome-extension, https.
"#,
    ),
    (
        "stale-preflight-of-a-method",
        "remembered-preflight",
        Refused,
        &["remember"],
        r#"Access to fetch at 'https://api.example.com/items' from origin 'https://app.example.com' has been blocked by CORS policy: Method PUT is not allowed by Access-Control-Allow-Methods in preflight response.

OPTIONS /items HTTP/1.1
Host: api.example.com
Origin: https://app.example.com
Access-Control-Request-Method: PUT
Access-Control-Request-Headers: content-type

HTTP/1.1 204 No Content
Access-Control-Allow-Origin: https://app.example.com
Access-Control-Allow-Methods: GET, PUT
Access-Control-Allow-Headers: content-type
Access-Control-Max-Age: 7200
"#,
    ),
    (
        "cache-without-vary",
        "cached-response",
        Refused,
        &["cache", "Vary"],
        r#"Access to fetch at 'https://cdn.example.com/logo.svg' from origin 'https://app.example.com' has been blocked by CORS policy: No 'Access-Control-Allow-Origin' header is present on the requested resource.

GET /logo.svg HTTP/1.1
Host: cdn.example.com
Origin: https://app.example.com

HTTP/1.1 200 OK
Access-Control-Allow-Origin: https://app.example.com
Cache-Control: public, max-age=3600
Age: 120
X-Cache: Hit from cloudfront
"#,
    ),
    (
        "web-socket-403",
        "handshake",
        Refused,
        &["web socket"],
        r#"GET /socket HTTP/1.1
Host: api.example.com
Connection: Upgrade
Upgrade: websocket
Origin: https://app.example.com
Sec-WebSocket-Version: 13

HTTP/1.1 403 Forbidden
Content-Length: 0
"#,
    ),
    (
        "header-that-the-code-reads",
        "exposed",
        Allowed,
        &["x-total-count"],
        r#"const total = response.headers.get("X-Total-Count"); // null

GET /items HTTP/1.1
Host: api.example.com
Origin: https://app.example.com

HTTP/1.1 200 OK
Access-Control-Allow-Origin: *
X-Total-Count: 512
"#,
    ),
    (
        "headers-that-are-not-exposed",
        "exposed",
        Allowed,
        &["x-total-count"],
        r#"GET /items HTTP/1.1
Host: api.example.com
Origin: https://app.example.com

HTTP/1.1 200 OK
Access-Control-Allow-Origin: *
X-Total-Count: 512
Content-Disposition: attachment; filename=a.csv
Server: nginx
"#,
    ),
    (
        "max-age-in-words",
        "preflight-max-age",
        Allowed,
        &["24h"],
        r#"OPTIONS /items HTTP/1.1
Host: api.example.com
Origin: https://app.example.com
Access-Control-Request-Method: PUT
Access-Control-Request-Headers: content-type

HTTP/1.1 204 No Content
Access-Control-Allow-Origin: *
Access-Control-Allow-Methods: PUT
Access-Control-Allow-Headers: content-type
Access-Control-Max-Age: 24h
"#,
    ),
    (
        "local-network-access",
        "local-network",
        Refused,
        &["Local Network Access"],
        r#"Access to fetch at 'http://192.168.1.20/status' from origin 'https://app.example.com' has been blocked by CORS policy: Permission was denied for this request to access the `local` address space.
"#,
    ),
    (
        "mixed-content-in-an-exchange",
        "mixed-content",
        Refused,
        &["mixed content"],
        r#"$ curl -i -H 'Origin: https://app.example.com' http://api.example.org/items
HTTP/1.1 200 OK
Access-Control-Allow-Origin: *
"#,
    ),
    (
        "blocked-by-an-extension",
        "blocked-by-client",
        NotReached,
        &["extension"],
        r#"GET https://stats.example.com/track net::ERR_BLOCKED_BY_CLIENT
"#,
    ),
    (
        "certificate",
        "certificate",
        NotReached,
        &["certificate"],
        r#"GET https://api.internal:8443/items net::ERR_CERT_AUTHORITY_INVALID
"#,
    ),
    (
        "dns",
        "dns",
        NotReached,
        &["api.exmaple.com"],
        r#"POST https://api.exmaple.com/items net::ERR_NAME_NOT_RESOLVED
"#,
    ),
    (
        "refused-port",
        "connection-refused",
        NotReached,
        &["5001"],
        r#"GET http://localhost:5001/items net::ERR_CONNECTION_REFUSED
"#,
    ),
    (
        "curl-refused",
        "connection-refused",
        NotReached,
        &["5001"],
        r#"$ curl -v -H 'Origin: http://localhost:3000' http://localhost:5001/items
*   Trying [::1]:5001...
* connect to ::1 port 5001 failed: Connection refused
* Failed to connect to localhost port 5001 after 0 ms: Connection refused
curl: (7) Failed to connect to localhost port 5001 after 0 ms: Connection refused
"#,
    ),
    (
        "unsafe-port",
        "unsafe-port",
        NotReached,
        &["port"],
        r#"GET http://localhost:6000/items net::ERR_UNSAFE_PORT
"#,
    ),
    (
        "content-security-policy",
        "content-security-policy",
        Refused,
        &["Content Security Policy"],
        r#"Refused to connect to 'https://api.example.com/items' because it violates the following Content Security Policy directive: "connect-src 'self'".
"#,
    ),
    (
        "firefox-did-not-succeed",
        "network",
        Refused,
        &["failed"],
        r#"Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at https://api.example.com/items. (Reason: CORS request did not succeed). Status code: (null).
"#,
    ),
    (
        "firefox-502",
        "gateway-error",
        Refused,
        &["502"],
        r#"Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at https://api.example.com/items. (Reason: CORS header ‘Access-Control-Allow-Origin’ missing). Status code: 502.
"#,
    ),
    (
        "firefox-missing-token",
        "preflight-header",
        Refused,
        &["x-api-key"],
        r#"Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at https://api.example.com/items. (Reason: header ‘x-api-key’ is not allowed according to header ‘Access-Control-Allow-Headers’ from CORS preflight response).
"#,
    ),
    (
        "chrome-preflight-status",
        "preflight-status",
        Refused,
        &["OPTIONS"],
        r#"Access to fetch at 'https://api.example.com/items' from origin 'https://app.example.com' has been blocked by CORS policy: Response to preflight request doesn't pass access control check: It does not have HTTP ok status.
"#,
    ),
    (
        "chrome-preflight-redirect",
        "preflight-redirect",
        Refused,
        &["redirect"],
        r#"Access to fetch at 'http://api.example.com/items' from origin 'http://app.example.com' has been blocked by CORS policy: Response to preflight request doesn't pass access control check: Redirect is not allowed for a preflight request.
"#,
    ),
    (
        "chrome-other-port",
        "origin",
        Refused,
        &["port"],
        r#"Access to fetch at 'http://localhost:5000/items' from origin 'http://localhost:5173' has been blocked by CORS policy: The 'Access-Control-Allow-Origin' header has a value 'http://localhost:3000' that is not equal to the supplied origin.
"#,
    ),
    (
        "chrome-method",
        "preflight-method",
        Refused,
        &["patch"],
        r#"Access to fetch at 'https://api.example.com/items/1' from origin 'https://app.example.com' has been blocked by CORS policy: Method patch is not allowed by Access-Control-Allow-Methods in preflight response.
"#,
    ),
    (
        "chrome-several-values",
        "origin",
        Refused,
        &["two times"],
        r#"Access to fetch at 'https://api.example.com/items' from origin 'https://app.example.com' has been blocked by CORS policy: The 'Access-Control-Allow-Origin' header contains multiple values '*, https://app.example.com', but only one is allowed.
"#,
    ),
    (
        "safari-preflight-405",
        "preflight-status",
        Refused,
        &["405"],
        r#"[Error] Preflight response is not successful. Status code: 405
[Error] Fetch API cannot load https://api.example.com/items due to access control checks.
"#,
    ),
    (
        "same-origin-post",
        "request",
        Allowed,
        &["own origin"],
        r#"POST /items HTTP/1.1
Host: app.example.com
Origin: https://app.example.com

HTTP/1.1 200 OK
Content-Type: application/json
"#,
    ),
    (
        "test-without-origin",
        "test-without-origin",
        Refused,
        &["Origin"],
        r#"$ curl -i https://api.example.com/items
HTTP/2 200
content-type: application/json
"#,
    ),
    (
        "ipv6-origin",
        "origin",
        Refused,
        &["[::1]"],
        r#"GET /items HTTP/1.1
Host: [::1]:5000
Origin: http://localhost:3000

HTTP/1.1 200 OK
Access-Control-Allow-Origin: http://[::1]:3000
"#,
    ),
    (
        "capacitor-that-is-missing",
        "origin",
        Refused,
        &["capacitor://localhost"],
        r#"GET /items HTTP/1.1
Host: api.example.com
Origin: capacitor://localhost

HTTP/1.1 200 OK
Access-Control-Allow-Origin: https://app.example.com
"#,
    ),
    (
        "misspelt-header",
        "origin",
        Refused,
        &["access-control-allow-origins"],
        r#"GET /items HTTP/1.1
Host: api.example.com
Origin: https://app.example.com

HTTP/1.1 200 OK
Access-Control-Allow-Origins: *
"#,
    ),
    (
        "quotes-in-the-value",
        "origin",
        Refused,
        &["quotes"],
        r#"GET /items HTTP/1.1
Host: api.example.com
Origin: https://app.example.com

HTTP/1.1 200 OK
Access-Control-Allow-Origin: "*"
"#,
    ),
    (
        "five-headers",
        "preflight-header",
        Refused,
        &["x-a", "x-e"],
        r#"OPTIONS /items HTTP/1.1
Host: api.example.com
Origin: https://app.example.com
Access-Control-Request-Method: POST
Access-Control-Request-Headers: x-a,x-b,x-c,x-d,x-e

HTTP/1.1 200 OK
Access-Control-Allow-Origin: *
Access-Control-Allow-Headers: content-type
vary: origin, access-control-request-method, access-control-request-headers
"#,
    ),
    (
        "answered-by-two-servers",
        "origin",
        Refused,
        &["without"],
        r#"> OPTIONS /items HTTP/1.1
> Host: api.example.com
> Origin: https://app.example.com
> Access-Control-Request-Method: PUT
>
< HTTP/1.1 204 No Content
< Server: nginx
< Access-Control-Allow-Origin: https://app.example.com
< Access-Control-Allow-Methods: PUT
<
> PUT /items HTTP/1.1
> Host: api.example.com
> Origin: https://app.example.com
>
< HTTP/1.1 200 OK
< Server: gunicorn
<
"#,
    ),
    (
        "planned-curl",
        "preflight-needed",
        NotReached,
        &["preflight", "PUT"],
        r#"curl 'https://api.example.com/items/1' -X 'PUT' -H 'content-type: application/json' -H 'origin: https://app.example.com' -H 'authorization: Bearer x' --data-raw '{}'
"#,
    ),
    (
        "planned-fetch",
        "preflight-needed",
        NotReached,
        &["content-type"],
        r#"fetch("https://api.example.com/items", {
  "headers": { "content-type": "application/json" },
  "referrer": "https://app.example.com/",
  "body": "{}",
  "method": "POST",
  "mode": "cors",
  "credentials": "include"
});
"#,
    ),
    (
        "planned-get",
        "no-preflight-needed",
        NotReached,
        &["without a preflight"],
        r#"fetch("https://api.example.com/items", { "referrer": "https://app.example.com/", "method": "GET", "mode": "cors", "credentials": "omit" });
"#,
    ),
    (
        "revalidated-304",
        "origin",
        Allowed,
        &["304"],
        r#"GET /items HTTP/1.1
Host: api.example.com
Origin: https://app.example.com
If-None-Match: "1"

HTTP/1.1 304 Not Modified
ETag: "1"
"#,
    ),
    (
        "cors-runtime-debug",
        "preflight-status",
        Refused,
        &["policy"],
        r#"OPTIONS /items HTTP/1.1
Host: api.example.com
Origin: https://app.example.com
Access-Control-Request-Method: PUT

HTTP/1.1 403 Forbidden
vary: Origin, Access-Control-Request-Method, Access-Control-Request-Headers
"#,
    ),
    (
        "private-s3-through-cloudfront",
        "origin",
        Refused,
        &["without"],
        r#"GET /items HTTP/1.1
Host: api.example.com
Origin: https://app.example.com

HTTP/2 200
content-type: font/woff2
server: AmazonS3
via: 1.1 abc.cloudfront.net (CloudFront)
x-cache: Hit from cloudfront
age: 900
"#,
    ),
    (
        "vercel-401",
        "login-required",
        Refused,
        &["Vercel", "401"],
        r#"GET /items HTTP/1.1
Host: api.example.com
Origin: https://app.example.com

HTTP/2 401
server: Vercel
x-vercel-id: fra1::1
content-type: text/html

<title>Authentication Required</title>
"#,
    ),
    (
        "safari-does-not-name-the-check",
        "origin",
        Refused,
        &["access-control-allow-origin"],
        r#"[Error] XMLHttpRequest cannot load https://api.example.com/items due to access control checks.
"#,
    ),
    (
        "cookie-blocked-in-the-console",
        "cookie",
        Refused,
        &["cookie"],
        r#"Cookie “sid” has been rejected because it is in a cross-site context and its “SameSite” is “Lax” or “Strict”.
"#,
    ),
];
