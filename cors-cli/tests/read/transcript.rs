//! Exchanges of the command itself as text, with their places.

use cors_cli::{Failure, FailureKind, Paste, Purpose, Transcript};
use expect_test::expect;
use http::{Request, Response, StatusCode, Version};

/// Writes a preflight with its response, and a request without one.
fn transcript() -> Paste {
    let mut transcript = Transcript::default();
    let preflight = Request::options("https://user:pw@api.example:8443/data?token=abc&page=2")
        .version(Version::HTTP_2)
        .header("origin", "https://app.example")
        .header("access-control-request-method", "PUT")
        .body(())
        .expect("a request");
    let response = Response::builder()
        .status(StatusCode::FORBIDDEN)
        .version(Version::HTTP_2)
        .header("server", "nginx")
        .header("set-cookie", "sid=1234; Path=/; HttpOnly")
        .body(())
        .expect("a response");
    transcript.push(
        Purpose::Preflight,
        &preflight.into_parts().0,
        false,
        Ok((&response.into_parts().0, b"<h1>\x1b[31m403\r\nForbidden")),
    );
    let request = Request::put("http://localhost:3000/data")
        .header("host", "localhost:3000")
        .header("cookie", "sid=1234; theme=dark")
        .header("authorization", "Bearer abc.def")
        .header("x-api-key", "1234")
        .body(())
        .expect("a request");
    let failure = Failure {
        kind: FailureKind::Refused,
        text: "connection refused".to_owned(),
        at: 0..0,
    };
    transcript.push(
        Purpose::Request,
        &request.into_parts().0,
        true,
        Err(failure),
    );
    transcript.into_paste()
}

#[test]
fn text_resembles_curl_and_has_no_secrets() {
    expect![[r"
        * https://api.example:8443/data?token=***&page=2 (preflight)
        > OPTIONS /data?token=***&page=2 HTTP/2
        > host: api.example:8443
        > origin: https://app.example
        > access-control-request-method: PUT
        >
        < HTTP/2 403 Forbidden
        < server: nginx
        < set-cookie: sid=***; Path=/; HttpOnly
        <
        <h1>[31m403
        Forbidden

        * http://localhost:3000/data (request)
        > PUT /data HTTP/1.1
        > host: localhost:3000
        > cookie: sid=***; theme=***
        > authorization: Bearer ***
        > x-api-key: ***
        >
        * connection refused
    "]]
    .assert_eq(&transcript().text);
}

#[test]
fn places_are_those_of_the_values() {
    let paste = transcript();
    let text = |at: &std::ops::Range<usize>| &paste.text[at.clone()];
    for exchange in &paste.exchanges {
        let request = exchange.request.as_ref().expect("a request");
        assert_eq!(text(&request.method.at), request.method.value);
        let url = request.url.as_ref().expect("a URL");
        assert_eq!(text(&url.at), url.value.as_str());
        let response = exchange.response.as_ref();
        let fields = response.into_iter().flat_map(|response| &response.headers);
        for field in request.headers.iter().chain(fields) {
            assert_eq!(text(&field.at), format!("{}: {}", field.name, field.value));
        }
        if let Some(response) = response {
            let status = response.status.as_ref().expect("a status");
            assert_eq!(text(&status.at), status.value.to_string());
            assert_eq!(text(&response.body.at), response.body.value);
        }
        if let Some(failure) = &exchange.failure {
            assert_eq!(text(&failure.at), failure.text);
        }
    }
}
