//! The parts of a HAR file that matter here, and the entries among them.

use std::borrow::Cow;
use std::fmt;

use base64::prelude::{BASE64_STANDARD, Engine};
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, de};
use serde_json::value::RawValue;
use url::Url;

use super::origin;
use crate::exchange::body_start;

/// The entries that matter, and the number of the other ones.
#[derive(Debug, Default)]
pub(super) struct File {
    pub(super) entries: Vec<Entry>,
    pub(super) left_out: usize,
    /// Whether the object has a log.
    is_har: bool,
    /// The numbers of entries that could not be read, from 1 on.
    pub(super) invalid: Vec<(usize, serde_json::Error)>,
    /// The error behind the last entry.
    pub(super) error: Option<serde_json::Error>,
}

/// Reads the entries of a HAR file. `None` if it is another object.
pub(super) fn read_entries(text: &str) -> Option<File> {
    let mut file = File::default();
    let mut json = serde_json::Deserializer::from_str(text);
    let result = json.deserialize_map(Root(&mut file));
    file.error = result.err();
    file.is_har.then_some(file)
}

/// A request with its response.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) request: Request,
    pub(super) response: Response,
    pub(super) url: Url,
    /// Whether it has a meaning for CORS by itself, and not only if it redirects to such a request.
    pub(super) is_relevant: bool,
}

impl Entry {
    fn new(raw: RawEntry) -> Option<Self> {
        let url = Url::parse(&raw.request.url).ok()?;
        let mut entry = Self {
            request: raw.request,
            response: raw.response,
            url,
            is_relevant: false,
        };
        entry.is_relevant = entry.crosses_origins();
        if entry.is_relevant || entry.location().is_some() {
            if (200..300).contains(&entry.response.status) {
                entry.response.content.clear();
            }
            return Some(entry);
        }
        None
    }

    pub(super) fn is_preflight(&self) -> bool {
        self.request.method == "OPTIONS" && self.requested_method().is_some()
    }

    pub(super) fn requested_method(&self) -> Option<&str> {
        self.request.header("access-control-request-method")
    }

    pub(super) fn origin(&self) -> Option<&str> {
        self.request.header("origin")
    }

    /// Returns the URL to which the response redirects.
    pub(super) fn location(&self) -> Option<Url> {
        if !matches!(self.response.status, 301 | 302 | 303 | 307 | 308) {
            return None;
        }
        let location = self.response.redirect_url.as_str();
        let location = if location.is_empty() {
            self.response.header("location")?
        } else {
            location
        };
        self.url.join(location).ok()
    }

    fn crosses_origins(&self) -> bool {
        let own = origin(self.url.as_str());
        let crosses = |page: &str| own.as_deref() != Some(page);
        if let Some(origin) = self.origin() {
            return crosses(origin);
        }
        // Browsers do not show all headers of a request that failed.
        let has_failed = self.response.status == 0;
        let page = self.request.header("referer").and_then(origin);
        self.is_preflight() || has_failed && page.is_some_and(|page| crosses(&page))
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawEntry {
    request: Request,
    #[serde(default, deserialize_with = "or_default")]
    response: Response,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Request {
    #[serde(default, deserialize_with = "text")]
    pub(super) method: String,
    #[serde(default, deserialize_with = "text")]
    url: String,
    #[serde(default, deserialize_with = "text")]
    pub(super) http_version: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) headers: Vec<Header>,
    #[serde(default)]
    pub(super) post_data: Option<IgnoredAny>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Response {
    #[serde(deserialize_with = "status")]
    pub(super) status: u16,
    #[serde(deserialize_with = "text")]
    pub(super) status_text: String,
    #[serde(deserialize_with = "text")]
    pub(super) http_version: String,
    #[serde(deserialize_with = "or_default")]
    pub(super) headers: Vec<Header>,
    #[serde(deserialize_with = "or_default")]
    pub(super) content: Content,
    #[serde(rename = "redirectURL", deserialize_with = "text")]
    redirect_url: String,
    /// The error of a request that failed, as Chromium and WebKit write it.
    #[serde(rename = "_error")]
    pub(super) error: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Content {
    text: BodyStart,
    #[serde(deserialize_with = "text")]
    encoding: String,
}

impl Content {
    /// Returns the start of the body.
    pub(super) fn start(&self) -> Cow<'_, str> {
        let text = self.text.0.as_str();
        if self.encoding != "base64" {
            return Cow::Borrowed(text);
        }
        // It was cut off, maybe inside of four characters.
        let whole = text.get(..text.len() / 4 * 4).unwrap_or_default();
        let bytes = BASE64_STANDARD.decode(whole).unwrap_or_default();
        Cow::Owned(String::from_utf8_lossy(&bytes).into_owned())
    }

    fn clear(&mut self) {
        self.text = BodyStart::default();
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct Header {
    #[serde(default, deserialize_with = "text")]
    pub(super) name: String,
    #[serde(default, deserialize_with = "text")]
    pub(super) value: String,
}

impl Request {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        value(&self.headers, name)
    }
}

impl Response {
    fn header(&self, name: &str) -> Option<&str> {
        value(&self.headers, name)
    }
}

fn value<'a>(headers: &'a [Header], name: &str) -> Option<&'a str> {
    let mut headers = headers.iter();
    let header = headers.find(|header| header.name.eq_ignore_ascii_case(name))?;
    Some(&header.value)
}

/// The start of a body.
#[derive(Debug, Default)]
struct BodyStart(String);

impl<'de> Deserialize<'de> for BodyStart {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer
            .deserialize_any(Text { is_body: true })
            .map(Self)
    }
}

/// Reads a string, or a number as one. Anything else, such as `null`, is empty.
fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    deserializer.deserialize_any(Text { is_body: false })
}

fn status<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u16, D::Error> {
    let status = deserializer.deserialize_any(Text { is_body: false })?;
    Ok(status.parse().unwrap_or(0))
}

/// Reads `null` as the default.
fn or_default<'de, T, D>(deserializer: D) -> Result<T, D::Error>
where
    T: Default + Deserialize<'de>,
    D: Deserializer<'de>,
{
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

struct Text {
    is_body: bool,
}

impl<'de> Visitor<'de> for Text {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<String, E> {
        let text = if self.is_body { body_start(text) } else { text };
        Ok(text.to_owned())
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<String, E> {
        Ok(number.to_string())
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<String, E> {
        Ok(number.to_string())
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<String, E> {
        Ok(number.to_string())
    }

    fn visit_bool<E: de::Error>(self, _: bool) -> Result<String, E> {
        Ok(String::new())
    }

    fn visit_unit<E: de::Error>(self) -> Result<String, E> {
        Ok(String::new())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<String, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(String::new())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<String, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(String::new())
    }
}

/// The object of the file, with its member `log`.
struct Root<'f>(&'f mut File);

impl<'de> Visitor<'de> for Root<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a HAR file")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            if key == "log" {
                self.0.is_har = true;
                map.next_value_seed(Log(self.0))?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

struct Log<'f>(&'f mut File);

impl<'de> DeserializeSeed<'de> for Log<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Log<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the log of a HAR file")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            if key == "entries" {
                map.next_value_seed(Entries(self.0))?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

struct Entries<'f>(&'f mut File);

impl<'de> DeserializeSeed<'de> for Entries<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Entries<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the entries of a HAR file")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let mut number = 0;
        while let Some(raw) = seq.next_element::<&RawValue>()? {
            number += 1;
            match serde_json::from_str(raw.get()).map(Entry::new) {
                Ok(Some(entry)) => self.0.entries.push(entry),
                Ok(None) => self.0.left_out += 1,
                Err(error) => self.0.invalid.push((number, error)),
            }
        }
        Ok(())
    }
}
