//! A request to a broken server, and the cause that is found.

use cors_cli::live::{Options, ask};
use cors_cli::show::{Source, text};
use cors_cli::{Asked, Finding, Verdict, diagnose};
use cors_testing::Credentials;

/// A request of a page of `https://app.example`, and its diagnosis.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row {
    /// Method and path.
    request: &'static str,
    headers: &'static [&'static str],
    has_credentials: bool,
    body: &'static str,
    /// The name of the cause, and words of its sentence or its remedies. `None` if a browser allows it.
    cause: Option<(&'static str, &'static str)>,
}

/// Creates a row of a request that fails.
pub(crate) const fn row(request: &'static str, cause: &'static str, words: &'static str) -> Row {
    Row {
        cause: Some((cause, words)),
        ..right(request)
    }
}

/// Creates a row of a request that does not fail.
pub(crate) const fn right(request: &'static str) -> Row {
    Row {
        request,
        headers: &[],
        has_credentials: false,
        body: "",
        cause: None,
    }
}

impl Row {
    pub(crate) const fn headers(self, headers: &'static [&'static str]) -> Self {
        Self { headers, ..self }
    }

    pub(crate) const fn credentials(self) -> Self {
        Self {
            has_credentials: true,
            ..self
        }
    }

    /// Sends a body, and the request even if it writes.
    pub(crate) const fn body(self, body: &'static str) -> Self {
        Self { body, ..self }
    }

    /// Returns the difference between the expected diagnosis and the one that is found.
    async fn difference(self, port: u16) -> Option<String> {
        let (method, path) = self.request.split_once(' ').expect("method and path");
        let credentials = self.has_credentials.then_some(Credentials::Include);
        let options = Options {
            origin: Some("https://app.example".to_owned()),
            method: Some(method.to_owned()),
            headers: self.headers.iter().map(|&line| line.to_owned()).collect(),
            body: (!self.body.is_empty()).then(|| self.body.into()),
            credentials,
            send: !self.body.is_empty(),
            ..Options::new(&format!("http://127.0.0.1:{port}{path}"))
        };
        let conversation = match ask(&options).await {
            Ok(conversation) => conversation,
            Err(error) => panic!("{}: {:?}", self.request, error.problems()),
        };
        let asked = Asked {
            credentials: Some(conversation.credentials),
            ..Asked::default()
        };
        let diagnosis = diagnose(&conversation.paste, &asked);
        let cause = diagnosis.cases.first().and_then(|case| case.cause.as_ref());
        let found = cause.map(|cause| cause.id);
        let has_words = |words: &str| cause.is_some_and(|cause| texts(cause).contains(words));
        let text = text(
            &conversation.paste,
            &diagnosis,
            Source::Url(&options.url),
            None,
        );
        let is_right = match self.cause {
            Some((id, words)) => {
                found == Some(id) && has_words(words) && diagnosis.verdict() == Verdict::Refused
            }
            None => diagnosis.verdict() == Verdict::Allowed,
        };
        let expected = self.cause;
        (!is_right).then(|| {
            let request = self.request;
            format!(
                "{request}: {found:?}, not {expected:?}\n{text}\n{}",
                conversation.paste.text
            )
        })
    }
}

/// Returns the sentence of a cause and its remedies.
fn texts(cause: &Finding) -> String {
    let mut texts = cause.sentence.clone();
    for remedy in &cause.remedies {
        texts.push('\n');
        texts.push_str(&remedy.text);
        texts.push('\n');
        texts.push_str(remedy.code.as_deref().unwrap_or_default());
    }
    texts
}

/// Fails with every row that goes wrong.
pub(crate) async fn check(port: u16, rows: &[Row]) {
    let mut differences = Vec::new();
    for row in rows {
        differences.extend(row.difference(port).await);
    }
    assert!(differences.is_empty(), "{}", differences.join("\n----\n"));
}
