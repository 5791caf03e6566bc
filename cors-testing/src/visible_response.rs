//! The [filtered response](https://fetch.spec.whatwg.org/#concept-filtered-response).

use bytes::Bytes;
use http::{HeaderMap, HeaderName, Response, StatusCode};
use http_body::Body;
use http_body_util::BodyExt;
use url::Url;

use crate::fetch::Credentials;
use crate::header_list::exposed;
use crate::page_request::{PageRequest, Tainting};
use crate::problem::Problem;
use crate::safelist::{is_forbidden_in_responses, is_safelisted_in_responses};
use crate::visible_body::VisibleBody;

/// The part of a response that a page can read.
#[derive(Debug)]
pub struct VisibleResponse<B: Body> {
    response: Response<VisibleBody<B>>,
    is_opaque: bool,
    is_redirected: bool,
    is_cached: bool,
    sent_status: StatusCode,
    url: Url,
    preflights: usize,
    problems: Vec<Problem>,
}

impl<B: Body> VisibleResponse<B> {
    /// Removes the headers that the page of a request cannot read.
    pub(crate) fn filter(
        mut response: Response<VisibleBody<B>>,
        request: &PageRequest,
        preflights: usize,
        is_cached: bool,
        problems: Vec<Problem>,
    ) -> Self {
        let sent_status = response.status();
        let names = exposed(response.headers());
        let any = names.contains("*") && request.credentials != Credentials::Include;
        let hidden: Vec<HeaderName> = response
            .headers()
            .keys()
            .filter(|name| {
                let is_visible = match request.tainting {
                    Tainting::Basic => true,
                    Tainting::Cors => {
                        is_safelisted_in_responses(name) || any || names.contains(name.as_str())
                    }
                    Tainting::Opaque => false,
                };
                !is_visible || is_forbidden_in_responses(name)
            })
            .cloned()
            .collect();
        for name in hidden {
            response.headers_mut().remove(name);
        }
        let is_opaque = request.tainting == Tainting::Opaque;
        Self {
            response,
            is_opaque,
            // An opaque response has no URL list.
            is_redirected: request.redirects > 0 && !is_opaque,
            is_cached,
            sent_status,
            url: request.url.clone(),
            preflights,
            problems,
        }
    }

    /// Returns the status, or 0 for an opaque response.
    #[must_use]
    pub fn status(&self) -> u16 {
        if self.is_opaque {
            0
        } else {
            self.response.status().as_u16()
        }
    }

    /// Returns the status that the server has sent, also that of an opaque response, which the page
    /// cannot read. It is for the test.
    #[must_use]
    pub fn sent_status(&self) -> StatusCode {
        self.sent_status
    }

    /// Returns the headers that the page can read. For a cross-origin response these are the
    /// safelisted and the exposed ones.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        self.response.headers()
    }

    /// Whether the response is opaque: the page can read nothing of it, because the request was
    /// cross-origin in mode `no-cors`.
    #[must_use]
    pub fn is_opaque(&self) -> bool {
        self.is_opaque
    }

    /// Whether the request was redirected. `false` for an opaque response.
    #[must_use]
    pub fn is_redirected(&self) -> bool {
        self.is_redirected
    }

    /// Returns the URL of the last request, without its fragment. It is for the test: the page cannot
    /// read that of an opaque response.
    #[must_use]
    pub fn url(&self) -> &str {
        self.url.as_str().split('#').next().unwrap_or_default()
    }

    /// Whether the response is from the HTTP cache of the browser, and no request was sent for it. A
    /// response that the server has revalidated by 304 is not.
    #[must_use]
    pub fn is_cached(&self) -> bool {
        self.is_cached
    }

    /// Returns the number of preflights that were sent for the request and its redirects.
    #[must_use]
    pub fn preflights(&self) -> usize {
        self.preflights
    }

    /// Returns the problems of a response that browsers do not report:
    ///
    /// - [`Step::Cookie`](crate::Step::Cookie): a cookie of the response that the browser ignores, or one
    ///   that the request should have had. If a test panics, its [`Browser`](crate::Browser) prints them.
    /// - [`Step::Middleware`](crate::Step::Middleware): the sign of another CORS middleware around a
    ///   router of cors-runtime, such as a `CorsLayer` of tower-http after `into_router()`. The page can
    ///   read the response although the policy of the handler refuses or hides it, or the preflight was
    ///   answered outside although the path has a policy. No sign is no proof: a middleware that decides
    ///   like the policy leaves none, and a cached preflight is not looked at. Without a policy of
    ///   cors-runtime there is never a sign.
    ///
    /// ```
    /// # use axum::http::Request;
    /// # use cors_runtime::{CorsRouter, cors, routes};
    /// # use cors_testing::{Browser, Credentials, Step};
    /// # use tower_http::cors::CorsLayer;
    /// #[cors(origins = ["https://app.example"], methods = [GET], credentials)]
    /// async fn account() {}
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), cors_testing::FetchError> {
    /// let routes = CorsRouter::new().route("/account", routes![account]);
    /// let app = routes.into_router().layer(CorsLayer::very_permissive()); // the wrong order
    /// let page = Browser::at("https://evil.example");
    /// let response = page.fetch(&app, Request::get("/account"), Credentials::Include).await?;
    /// assert_eq!(response.problems()[0].step(), Step::Middleware);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// Returns the body, or `None` for an opaque response.
    #[must_use]
    pub fn into_body(self) -> Option<VisibleBody<B>> {
        (!self.is_opaque).then(|| self.response.into_body())
    }

    /// Collects the body, as `arrayBuffer()` does in a page. Empty for an opaque response.
    ///
    /// # Errors
    ///
    /// Returns the error of a body that ends early.
    pub async fn bytes(self) -> Result<Bytes, B::Error> {
        match self.into_body() {
            Some(body) => Ok(body.collect().await?.to_bytes()),
            None => Ok(Bytes::new()),
        }
    }

    /// Collects the body as text, as `text()` does in a page, with U+FFFD in place of bytes that are
    /// not UTF-8. Empty for an opaque response.
    ///
    /// # Errors
    ///
    /// Returns the error of a body that ends early.
    pub async fn text(self) -> Result<String, B::Error> {
        Ok(String::from_utf8_lossy(&self.bytes().await?).into_owned())
    }
}
