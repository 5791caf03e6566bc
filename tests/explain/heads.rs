//! Heads as text: which notations are read, and the errors for those that are not.

use axum::http::{Request, Response};
use cors_testing::Credentials::SameOrigin;
use cors_testing::{HeadError, Problem, RequestHead, ResponseHead, Step, explain};

use crate::{ARTICLE, messages, read};

#[test]
fn heads_copied_from_curl_or_typed_by_hand() {
    let curl = "\
*   Trying 127.0.0.1:3000...
* Connected to localhost (127.0.0.1) port 3000
> OPTIONS /api/data HTTP/1.1
> Host: localhost:3000
> Origin: https://mywebsite.com
> Access-Control-Request-Method: POST
> Access-Control-Request-Headers: Content-Type, Authorization
> 
* Request completely sent off
< HTTP/1.1 200 OK
< Access-Control-Allow-Origin: https://mywebsite.com
* Added cookie a=\"b\" for domain localhost
< Access-Control-Allow-Methods: GET, OPTIONS
< 
{ [5 bytes data]
< not a header
* Connection #0 to host localhost left intact
";
    let [request, response] = ARTICLE;
    let expected = messages(request, response, SameOrigin);
    let crlf = |text: &str| text.replace('\n', "\r\n") + "\r\n\r\n<html>\r\n> OPTIONS / HTTP/1.1";
    let http_2 = |text: &str| text.replace("HTTP/1.1", "HTTP/2").replace(" OK", " ");
    for [request, response] in [
        [curl.to_owned(), curl.to_owned()],
        [curl.replace('\n', "\r\n"), response.to_owned()],
        [request, response].map(crlf),
        [request, response].map(http_2),
        [request, response].map(|text| format!("\n\n{}", text.replace(": ", ":"))),
        [
            request.replace(" HTTP/1.1", ""),
            response.replace(" 200 OK", " 299"),
        ],
        [
            request.replace("/api", "https://api.example/api"),
            response.to_owned(),
        ],
    ] {
        assert_eq!(
            messages(&request, &response, SameOrigin),
            expected,
            "{request}\n{response}"
        );
    }
    for (response, expected) in [
        ("HTTP/2 204", 3),
        ("HTTP/1.1 204\n\naccess-control-allow-origin: *", 3),
    ] {
        assert_eq!(
            explain(&read(request), &read(response), SameOrigin).len(),
            expected,
            "{response}"
        );
    }
}

#[test]
fn heads_from_the_types_of_http() {
    let request = Request::options("/")
        .header("origin", "https://app.example")
        .header("access-control-request-method", "PUT")
        .body(())
        .expect("a request");
    let response = Response::builder()
        .header("access-control-allow-origin", "*")
        .body(())
        .expect("a response");
    let problems = explain(&(&request).into(), &(&response).into(), SameOrigin);
    let steps: Vec<Step> = problems.iter().map(Problem::step).collect();
    assert_eq!(steps, [Step::PreflightMethod]);
}

#[test]
fn errors_of_heads_have_a_remedy() {
    let request =
        "is not how a request begins\nhelp: write a line such as `OPTIONS /data HTTP/1.1`";
    let response =
        "is not how a response begins\nhelp: write a line such as `HTTP/1.1 204 No Content`";
    let header = "is not a header\nhelp: write a `Name: value` on each line";
    for (text, line, of_request, of_response) in [
        ("", "``", request, response),
        ("hello world", "`hello world`", request, response),
        (
            "Origin: https://app.example\nHost: a",
            "`Origin: https://app.example`",
            request,
            response,
        ),
        (
            "* Connected\n> nothing\n< nothing",
            "`* Connected`",
            request,
            response,
        ),
        ("HTTP/1.1 200 OK\nno header", "", request, header),
        ("OPTIONS / HTTP/1.1\nno header", "", header, response),
        (
            "OPTIONS / HTTP/1.1\nan empty name\n: b",
            "",
            header,
            response,
        ),
        ("OPTIONS / FTP", "`OPTIONS / FTP`", request, response),
        (
            "OPTIONS / HTTP/1.1 more",
            "`OPTIONS / HTTP/1.1 more`",
            request,
            response,
        ),
        ("HTTP/1.1 twenty", "`HTTP/1.1 twenty`", request, response),
        ("HTTP/1.1 99", "`HTTP/1.1 99`", request, response),
        ("HTTP/1.1", "`HTTP/1.1`", request, response),
    ] {
        let errors: [HeadError; 2] = [
            text.parse::<RequestHead>().expect_err(text),
            text.parse::<ResponseHead>().expect_err(text),
        ];
        for (error, expected) in errors.iter().zip([of_request, of_response]) {
            let error = error.to_string();
            assert!(error.contains(expected), "{text}\n{error}");
            assert!(error.starts_with(line), "{text}\n{error}");
        }
    }
    let long = "x"
        .repeat(10_000)
        .parse::<RequestHead>()
        .expect_err("no head");
    assert!(long.to_string().len() < 500);
}

#[test]
fn interim_responses_and_proxies_are_skipped() {
    let preflight = "OPTIONS /data HTTP/1.1
> Origin: https://app.example
> Access-Control-Request-Method: PUT";
    let response = "HTTP/1.1 204
< Access-Control-Allow-Origin: *
< Access-Control-Allow-Methods: PUT";
    for text in [
        format!("> {preflight}\n>\n< HTTP/1.1 100 Continue\n<\n< {response}\n<"),
        format!("> {preflight}\n>\n< HTTP/2 103\n< link: </a.css>\n<\n< {response}\n<"),
        format!(
            "> CONNECT api:443 HTTP/1.1\n> Host: api:443\n>\n< HTTP/1.1 200 Connection established\n<\n\
             > {preflight}\n>\n< {response}\n<"
        ),
        format!("curl -v https://api.example/data\n> {preflight}\n>\n< {response}\n<"),
    ] {
        assert_eq!(messages(&text, &text, SameOrigin), "", "{text}");
    }
    let request = preflight.replace("> ", "");
    let response = response.replace("< ", "");
    for before in [
        "HTTP/1.1 100 Continue\n\n",
        "HTTP/1.1 200 Connection established\n\n",
    ] {
        let text = format!("{before}{response}");
        assert_eq!(messages(&request, &text, SameOrigin), "", "{text}");
    }
}

#[test]
fn other_notations_of_headers() {
    let [request, response] = ARTICLE;
    let expected = messages(request, response, SameOrigin);
    for [request, response] in [
        [request, response].map(|text| text.replace('\n', "\n\n")),
        [request, response].map(|text| text.replace(": ", "\t")),
        [
            request.replace("Content-Type, ", "Content-Type,\n        "),
            response.to_owned(),
        ],
    ] {
        let found = messages(&request, &response, SameOrigin);
        assert_eq!(found, expected, "{request}\n{response}");
    }
}

#[test]
fn several_exchanges_are_an_error() {
    for (text, expected) in [
        (
            "> GET /a HTTP/1.1\n>\n< HTTP/1.1 301\n<\n> GET /b HTTP/1.1\n>\n< HTTP/1.1 200\n<",
            ["the text has 2 requests", "the text has 2 responses"],
        ),
        (
            "HTTP/1.1 301 Moved Permanently\nlocation: /b\n\nHTTP/1.1 200 OK\n\n",
            [
                "`HTTP/1.1 301 Moved Permanently`",
                "the text has 2 responses",
            ],
        ),
    ] {
        let errors: [HeadError; 2] = [
            text.parse::<RequestHead>().expect_err(text),
            text.parse::<ResponseHead>().expect_err(text),
        ];
        for (error, expected) in errors.iter().zip(expected) {
            let error = error.to_string();
            assert!(error.starts_with(expected), "{text}\n{error}");
            assert!(error.contains("\nhelp: write a "), "{text}\n{error}");
        }
    }
}
