//! The [HTTP-redirect fetch](https://fetch.spec.whatwg.org/#http-redirect-fetch).

use http::header::{
    AUTHORIZATION, CONTENT_ENCODING, CONTENT_LANGUAGE, CONTENT_LENGTH, CONTENT_LOCATION,
    CONTENT_TYPE, LOCATION,
};
use http::{Method, Response, StatusCode};

use crate::head::is_redirect_status;
use crate::page_request::{PageRequest, RequestMode, Tainting, has_user_info};
use crate::problem::{Problem, Step};
use crate::site::{Site, is_http, origin_of};

/// The number of redirects that browsers follow.
const MAX_REDIRECTS: u8 = 20;

/// Changes a request to follow the redirect of a response. Returns whether the response is one.
pub(crate) fn follow<B>(
    request: &mut PageRequest,
    response: &Response<B>,
) -> Result<bool, Problem> {
    let status = response.status();
    let location = response.headers().get(LOCATION);
    let Some(location) = location.filter(|_| is_redirect_status(status)) else {
        return Ok(false);
    };
    let location = String::from_utf8_lossy(location.as_bytes()).into_owned();
    let refuse = |text: String, help: &str| Err(Problem::new(Step::Redirect, text, help));
    let Some(target) = request.url.join(&location).ok().filter(is_http) else {
        return refuse(
            format!("`{location}` is not a URL that a page can be redirected to"),
            "redirect to a URL with `http:` or `https:`",
        );
    };
    if request.redirects == MAX_REDIRECTS {
        return refuse(
            format!("there were more than {MAX_REDIRECTS} redirects"),
            "respond without a redirect",
        );
    }
    request.redirects += 1;
    let to_same_origin = origin_of(&target) == origin_of(&request.url);
    let to_own_origin = request.origin.as_ref() == Some(&origin_of(&target));
    if has_user_info(&target)
        && (request.tainting == Tainting::Cors
            || (request.mode == RequestMode::Cors && !to_own_origin))
    {
        return refuse(
            format!("`{location}` has a user name or password, which CORS does not allow"),
            "redirect to a URL without them",
        );
    }
    if request.mode == RequestMode::SameOrigin && !to_own_origin {
        return refuse(
            format!("in mode `same-origin` a page cannot follow a redirect to `{location}`"),
            "use mode `cors`",
        );
    }
    if !to_same_origin && !request.is_same_origin() {
        request.origin = None;
    }
    if becomes_get(status, &request.method) {
        request.method = Method::GET;
        request.body.clear();
        for name in [
            CONTENT_ENCODING,
            CONTENT_LANGUAGE,
            CONTENT_LENGTH,
            CONTENT_LOCATION,
            CONTENT_TYPE,
        ] {
            request.headers.remove(name);
        }
    }
    if !to_same_origin {
        request.headers.remove(AUTHORIZATION);
    }
    request.site = request.site.max(Site::of(request.page.as_deref(), &target));
    request.url = target;
    Ok(true)
}

/// Whether a redirect changes a method to GET.
fn becomes_get(status: StatusCode, method: &Method) -> bool {
    match status {
        StatusCode::MOVED_PERMANENTLY | StatusCode::FOUND => *method == Method::POST,
        StatusCode::SEE_OTHER => !matches!(*method, Method::GET | Method::HEAD),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn redirects_that_change_the_method_to_get() {
        for (status, methods) in [
            (301, &["POST"][..]),
            (302, &["POST"]),
            (303, &["POST", "PUT", "DELETE", "OPTIONS"]),
            (307, &[]),
            (308, &[]),
        ] {
            let status = StatusCode::from_u16(status).expect("a status");
            for name in ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"] {
                let method = Method::from_bytes(name.as_bytes()).expect("a method");
                let changes = methods.contains(&name);
                assert_eq!(becomes_get(status, &method), changes, "{status} {name}");
            }
        }
    }
}
