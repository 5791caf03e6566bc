//! Forms, as a page submits them.

use http::header::CONTENT_TYPE;
use http::{HeaderValue, Method};
use url::form_urlencoded;

use crate::destination::Destination;
use crate::fetch::Credentials;
use crate::page_request::{PageRequest, RequestMode, url_of_page};
use crate::problem::Problem;
use crate::session::Session;

/// A [form](https://html.spec.whatwg.org/#form-submission-2) of the page, which a person submits by a
/// click.
///
/// ```
/// use axum::routing::post;
/// use cors_runtime::{CorsRouter, Protection};
/// use cors_testing::{Browser, Form};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), cors_testing::FetchError> {
/// let app: axum::Router = CorsRouter::new()
///     .route("/transfer", post(async || "done"))
///     .protect(Protection::new())
///     .into_router();
///
/// let evil = Browser::at("https://evil.example");
/// let form = Form::post("/transfer").field("to", "evil").by_script();
/// assert_eq!(evil.submit(&app, form).await?.status(), 403);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Form {
    method: Method,
    url: String,
    encoding: FormEncoding,
    entries: Vec<Entry>,
    is_of_user: bool,
    is_in_frame: bool,
}

#[derive(Clone, Debug)]
struct Entry {
    name: String,
    value: Vec<u8>,
    /// The name and the type of a file.
    file: Option<(String, String)>,
}

/// The [`enctype`](https://html.spec.whatwg.org/#attr-fs-enctype) of a form.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum FormEncoding {
    /// `application/x-www-form-urlencoded`, the default.
    #[default]
    UrlEncoded,
    /// `multipart/form-data`.
    Multipart,
    /// `text/plain`. A form can send JSON that way: a name such as `{"to":"evil","x":"`, and the value
    /// `"}`.
    TextPlain,
}

const BOUNDARY: &str = "----formdata-cors-testing-8a1f0c5e";

impl Form {
    /// Creates an empty form with the method POST.
    pub fn post(url: impl Into<String>) -> Self {
        Self::new(Method::POST, url.into())
    }

    /// Creates an empty form with the method GET. Its fields become the query of the URL.
    pub fn get(url: impl Into<String>) -> Self {
        Self::new(Method::GET, url.into())
    }

    fn new(method: Method, url: String) -> Self {
        Self {
            method,
            url,
            encoding: FormEncoding::default(),
            entries: Vec::new(),
            is_of_user: true,
            is_in_frame: false,
        }
    }

    /// Adds a field.
    #[must_use]
    pub fn field(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.entries.push(Entry {
            name: name.into(),
            value: value.into().into_bytes(),
            file: None,
        });
        self
    }

    /// Adds a file. Only [`FormEncoding::Multipart`] sends its content, the others send its name.
    #[must_use]
    pub fn file(
        mut self,
        name: impl Into<String>,
        file_name: impl Into<String>,
        content_type: impl Into<String>,
        content: impl Into<Vec<u8>>,
    ) -> Self {
        self.entries.push(Entry {
            name: name.into(),
            value: content.into(),
            file: Some((file_name.into(), content_type.into())),
        });
        self
    }

    /// Sets the encoding of the body.
    #[must_use]
    pub fn encoding(mut self, encoding: FormEncoding) -> Self {
        self.encoding = encoding;
        self
    }

    /// Submits the form by a script, as the pages of attackers do. Without a click there is no
    /// `Sec-Fetch-User`.
    #[must_use]
    pub fn by_script(mut self) -> Self {
        self.is_of_user = false;
        self
    }

    /// Shows the response in a frame of the page, as with `target`, so that the page stays.
    #[must_use]
    pub fn in_frame(mut self) -> Self {
        self.is_in_frame = true;
        self
    }

    pub(crate) fn request(self, session: &Session) -> Result<PageRequest, Problem> {
        let mut url = url_of_page(session, &self.url)?;
        let is_read = self.method == Method::GET;
        if is_read {
            url.set_query(Some(&self.url_encoded()));
        }
        let mode = RequestMode::Navigate;
        let mut request = PageRequest::get(session, "form", url, mode, Credentials::Include);
        request.destination = if self.is_in_frame {
            Destination::Frame
        } else {
            Destination::Document
        };
        request.is_of_user = self.is_of_user;
        if is_read {
            return Ok(request);
        }
        let (content_type, body) = match self.encoding {
            FormEncoding::UrlEncoded => (
                "application/x-www-form-urlencoded".to_owned(),
                self.url_encoded().into_bytes(),
            ),
            FormEncoding::Multipart => (
                format!("multipart/form-data; boundary={BOUNDARY}"),
                self.multipart(),
            ),
            FormEncoding::TextPlain => ("text/plain".to_owned(), self.text_plain()),
        };
        let content_type = HeaderValue::from_str(&content_type).expect("printable ASCII");
        request.headers.insert(CONTENT_TYPE, content_type);
        request.method = self.method;
        request.body = body;
        Ok(request)
    }

    fn url_encoded(&self) -> String {
        let mut serializer = form_urlencoded::Serializer::new(String::new());
        for entry in &self.entries {
            serializer.append_pair(&with_crlf(&entry.name), &entry.text());
        }
        serializer.finish()
    }

    fn text_plain(&self) -> Vec<u8> {
        let lines = self.entries.iter();
        let lines = lines.map(|entry| format!("{}={}\r\n", with_crlf(&entry.name), entry.text()));
        lines.collect::<String>().into_bytes()
    }

    /// [Encodes the entries](https://html.spec.whatwg.org/#multipart-form-data) as parts.
    fn multipart(&self) -> Vec<u8> {
        let mut body = Vec::new();
        for entry in &self.entries {
            let name = escaped(&with_crlf(&entry.name));
            let file = match &entry.file {
                None => String::new(),
                Some((file_name, content_type)) => {
                    let file_name = escaped(file_name);
                    format!("; filename=\"{file_name}\"\r\nContent-Type: {content_type}")
                }
            };
            let head = format!(
                "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n"
            );
            body.extend_from_slice(head.as_bytes());
            match entry.file {
                None => body.extend_from_slice(entry.text().as_bytes()),
                Some(_) => body.extend_from_slice(&entry.value),
            }
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
        body
    }
}

impl Entry {
    /// Returns the value as text. A file has its name.
    fn text(&self) -> String {
        match &self.file {
            Some((name, _)) => name.clone(),
            None => with_crlf(&String::from_utf8_lossy(&self.value)),
        }
    }
}

/// Replaces each line break by CR and LF.
fn with_crlf(text: &str) -> String {
    let lines = text.replace("\r\n", "\n").replace('\r', "\n");
    lines.replace('\n', "\r\n")
}

fn escaped(name: &str) -> String {
    name.replace('\n', "%0A")
        .replace('\r', "%0D")
        .replace('"', "%22")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form() -> Form {
        Form::post("/")
            .field("a b", "\u{e4}&\n1")
            .field("q\"", "")
            .file("f", "a.txt", "text/plain", "x\ny")
    }

    #[test]
    fn url_encoded() {
        let encoded = form().url_encoded();
        assert_eq!(encoded, "a+b=%C3%A4%26%0D%0A1&q%22=&f=a.txt");
    }

    #[test]
    fn text_plain() {
        let encoded = String::from_utf8(form().text_plain()).expect("text");
        assert_eq!(encoded, "a b=\u{e4}&\r\n1\r\nq\"=\r\nf=a.txt\r\n");
    }

    #[test]
    fn multipart() {
        let encoded = String::from_utf8(form().multipart()).expect("text");
        let expected = [
            "--B",
            "Content-Disposition: form-data; name=\"a b\"",
            "",
            "\u{e4}&",
            "1",
            "--B",
            "Content-Disposition: form-data; name=\"q%22\"",
            "",
            "",
            "--B",
            "Content-Disposition: form-data; name=\"f\"; filename=\"a.txt\"",
            "Content-Type: text/plain",
            "",
            "x\ny",
            "--B--",
            "",
        ];
        assert_eq!(encoded.replace(BOUNDARY, "B"), expected.join("\r\n"));
    }
}
