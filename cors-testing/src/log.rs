//! The conversations of a browser with services.

use std::collections::VecDeque;
use std::fmt;

/// Everything that a browser has sent and received, in order: see
/// [`Browser::log`](crate::Browser::log).
///
/// `Display` prints a conversation for each call of a method of the browser. In it, `>` is a request,
/// `<` a response, `-` a remark of the browser, such as a cached preflight, and `=` the result that the
/// page sees. Headers without a meaning for CORS, cookies or caches are left out. `Debug` prints the
/// same.
///
/// ```
/// use axum::http::Request;
/// use axum::routing::put;
/// use cors_testing::{Browser, Credentials};
/// use tower_http::cors::CorsLayer;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), cors_testing::FetchError> {
/// let app = axum::Router::new()
///     .route("/", put(async || ()))
///     .layer(CorsLayer::permissive());
/// let page = Browser::at("https://app.example").without_fetch_metadata();
/// page.fetch(&app, Request::put("/"), Credentials::Omit).await?;
/// println!("{}", page.log());
/// # let expected = "1. fetch, page of https://app.example
/// # > OPTIONS https://api.test/
/// # > access-control-request-method: PUT
/// # > origin: https://app.example
/// # < 200 OK
/// # < access-control-allow-methods: *
/// # < access-control-allow-headers: *
/// # < access-control-allow-origin: *
/// # > PUT https://api.test/
/// # > origin: https://app.example
/// # < 200 OK
/// # < access-control-expose-headers: *
/// # < access-control-allow-origin: *
/// # = 200 with ";
/// # assert!(page.log().to_string().starts_with(expected), "{}", page.log());
/// # Ok(())
/// # }
/// ```
///
/// ```text
/// 1. fetch, page of https://app.example
/// > OPTIONS https://api.test/
/// > access-control-request-method: PUT
/// > origin: https://app.example
/// < 200 OK
/// < access-control-allow-methods: *
/// < access-control-allow-headers: *
/// < access-control-allow-origin: *
/// > PUT https://api.test/
/// > origin: https://app.example
/// < 200 OK
/// < access-control-expose-headers: *
/// < access-control-allow-origin: *
/// = 200 with access-control-expose-headers, access-control-allow-origin, content-length
/// ```
#[derive(Clone, Default)]
pub struct Log {
    /// The number of conversations that are no longer kept.
    forgotten: usize,
    conversations: VecDeque<String>,
}

/// The number of conversations that a browser keeps, so that a test with a loop does not grow without
/// limit.
const MAX_CONVERSATIONS: usize = 1000;

/// The number of a conversation.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Conversation(usize);

impl Log {
    pub(crate) fn open(&mut self, title: String) -> Conversation {
        if self.conversations.len() == MAX_CONVERSATIONS {
            self.conversations.pop_front();
            self.forgotten += 1;
        }
        self.conversations.push_back(title);
        Conversation(self.forgotten + self.conversations.len())
    }

    /// Adds lines to a conversation, in order also if several run at the same time.
    pub(crate) fn add(&mut self, Conversation(number): Conversation, lines: &str) {
        let index = number.checked_sub(self.forgotten + 1);
        if let Some(text) = index.and_then(|index| self.conversations.get_mut(index)) {
            text.push('\n');
            text.push_str(lines);
        }
    }
}

impl fmt::Display for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, text) in self.conversations.iter().enumerate() {
            if index > 0 {
                f.write_str("\n\n")?;
            }
            write!(f, "{}. {text}", self.forgotten + index + 1)?;
        }
        Ok(())
    }
}

impl fmt::Debug for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_conversations_are_forgotten() {
        let mut log = Log::default();
        let first = log.open("first".to_owned());
        for _ in 0..MAX_CONVERSATIONS {
            log.open("more".to_owned());
        }
        log.add(first, "lost");
        let text = log.to_string();
        assert!(text.starts_with("2. more\n"), "{text}");
        assert!(text.ends_with("\n1001. more"), "{text}");
        assert!(!text.contains("lost"), "{text}");
    }
}
