//! The text in which `cors-macros` passes an attribute to `cors-runtime`.
//!
//! It has a line for each key that is given, with a space before each value:
//!
//! ```text
//! origins https://app.example https://*.app.example
//! headers content-type
//! max_age 600
//! credentials
//! dangerously_allow insecure_origins
//! ```
//!
//! The attribute is text because the compiler checks a string literal faster than the expressions
//! of a builder. [`write`](fn@write) and [`Source::read`] are inverse to each other. The text holds
//! the keys of [`KEYS`]; generated code carries `methods`, `policy`, `origins_from` and `state` by
//! other means.

use alloc::vec::Vec;
use core::fmt::{self, Write};

use crate::key::Key;
use crate::opt_out::{OptOut, Tolerance};
use crate::policy::Policy;

/// The keys that the text can hold, in the order in which they are written.
pub const KEYS: [Key; 8] = [
    Key::Origins,
    Key::DevOrigins,
    Key::Headers,
    Key::ExposeHeaders,
    Key::MaxAge,
    Key::Credentials,
    Key::Enforce,
    Key::DangerouslyAllow,
];

/// Appends the text of `policy` to `out`. Keys without a value are left out.
///
/// # Errors
///
/// Fails if `out` fails, or if a value is empty or has white space in it. Values that keep the rules
/// are not empty and have none.
pub fn write(policy: &Policy<'_>, out: &mut impl Write) -> fmt::Result {
    for key in KEYS {
        match key {
            Key::MaxAge => {
                if let Some(seconds) = policy.max_age {
                    writeln!(out, "{} {seconds}", key.as_str())?;
                }
            }
            Key::Credentials => line(out, key, policy.credentials, [])?,
            Key::Enforce => line(out, key, policy.enforce, [])?,
            Key::DangerouslyAllow => {
                let opt_outs = policy.tolerance.iter().map(OptOut::as_str);
                line(out, key, policy.tolerance != Tolerance::NONE, opt_outs)?;
            }
            _ => {
                let list = policy.list(key);
                line(out, key, !list.is_empty(), list.iter().copied())?;
            }
        }
    }
    Ok(())
}

/// Appends the line of a key, if the key is given.
fn line<'a>(
    out: &mut impl Write,
    key: Key,
    is_given: bool,
    values: impl IntoIterator<Item = &'a str>,
) -> fmt::Result {
    if !is_given {
        return Ok(());
    }
    out.write_str(key.as_str())?;
    for value in values {
        if value.is_empty() || value.contains(char::is_whitespace) {
            return Err(fmt::Error);
        }
        write!(out, " {value}")?;
    }
    out.write_char('\n')
}

/// The values of an attribute, read from its text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Source<'a> {
    origins: Vec<&'a str>,
    dev_origins: Vec<&'a str>,
    headers: Vec<&'a str>,
    expose_headers: Vec<&'a str>,
    max_age: Option<u32>,
    credentials: bool,
    enforce: bool,
    tolerance: Tolerance,
}

impl<'a> Source<'a> {
    /// Reads text that [`write`](fn@write) has written.
    ///
    /// # Errors
    ///
    /// Returns the first line that [`write`](fn@write) cannot have written, because its key is unknown or
    /// does not take the value.
    pub fn read(text: &'a str) -> Result<Self, InvalidLine<'a>> {
        let mut source = Self::default();
        for line in text.lines() {
            source.read_line(line).ok_or(InvalidLine(line))?;
        }
        Ok(source)
    }

    fn read_line(&mut self, line: &'a str) -> Option<()> {
        let mut words = line.split(' ');
        let key = Key::parse(words.next()?)?;
        match key {
            Key::Origins => self.origins.extend(words.by_ref()),
            Key::DevOrigins => self.dev_origins.extend(words.by_ref()),
            Key::Headers => self.headers.extend(words.by_ref()),
            Key::ExposeHeaders => self.expose_headers.extend(words.by_ref()),
            Key::MaxAge => self.max_age = Some(words.next()?.parse().ok()?),
            Key::Credentials => self.credentials = true,
            Key::Enforce => self.enforce = true,
            Key::DangerouslyAllow => {
                for word in words.by_ref() {
                    self.tolerance = self.tolerance.and(OptOut::parse(word)?);
                }
            }
            Key::Methods | Key::Policy | Key::OriginsFrom | Key::State | Key::Crate => return None,
        }
        // Flags have no value, and a number has one.
        words.next().is_none().then_some(())
    }

    /// The policy with these values. It has no methods, because the text has none.
    #[must_use]
    pub fn policy(&self) -> Policy<'_> {
        Policy {
            origins: &self.origins,
            dev_origins: &self.dev_origins,
            headers: &self.headers,
            expose_headers: &self.expose_headers,
            max_age: self.max_age,
            credentials: self.credentials,
            enforce: self.enforce,
            tolerance: self.tolerance,
            ..Policy::default()
        }
    }
}

/// A line that is not in the format of this version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidLine<'a>(pub &'a str);

impl fmt::Display for InvalidLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "`{}` is not a line of an attribute's text\nhelp: use `cors-macros` and \
             `cors-runtime` of the same version",
            self.0
        )
    }
}

impl core::error::Error for InvalidLine<'_> {}

#[cfg(test)]
mod tests {
    use alloc::string::{String, ToString};
    use alloc::vec::Vec;

    use proptest::prelude::*;

    use super::{InvalidLine, Source, write};
    use crate::opt_out::Tolerance;
    use crate::policy::Policy;

    fn written(policy: &Policy<'_>) -> String {
        let mut text = String::new();
        write(policy, &mut text).expect("the values have no white space");
        text
    }

    #[test]
    fn text_of_every_key() {
        let policy = Policy {
            origins: &["https://a.example", "https://*.b.example:*"],
            dev_origins: &["http://localhost:5173"],
            headers: &["*", "authorization"],
            expose_headers: &["etag"],
            max_age: Some(0),
            credentials: true,
            enforce: true,
            tolerance: Tolerance::ALL,
            ..Policy::default()
        };
        let text = "origins https://a.example https://*.b.example:*\n\
                    dev_origins http://localhost:5173\n\
                    headers * authorization\n\
                    expose_headers etag\n\
                    max_age 0\n\
                    credentials\n\
                    enforce\n\
                    dangerously_allow insecure_origins public_suffixes\n";
        assert_eq!(written(&policy), text);
        assert_eq!(
            Source::read(text).expect("the text is ours").policy(),
            policy
        );
    }

    #[test]
    fn text_of_no_key() {
        assert_eq!(written(&Policy::default()), "");
        assert_eq!(Source::read(""), Ok(Source::default()));
    }

    #[test]
    fn unknown_keys_and_values_are_errors() {
        for line in [
            "origin https://a.example",
            "Origins https://a.example",
            " origins https://a.example",
            "insecure_origins",
            "methods GET",
            "policy P",
            "origins_from F",
            "crate c",
            "max_age",
            "max_age -1",
            "max_age 4294967296",
            "max_age 1 2",
            "credentials true",
            "enforce ",
            "dangerously_allow everything",
            "dangerously_allow ",
        ] {
            let text = String::from("headers etag\n") + line + "\ncredentials\n";
            assert_eq!(Source::read(&text), Err(InvalidLine(line)));
        }
        let message = InvalidLine("origin https://a.example").to_string();
        assert!(message.contains("`origin https://a.example`"), "{message}");
    }

    #[test]
    fn values_with_white_space_are_not_written() {
        for value in ["", " ", "a b", "a\nenforce", "a\t", "\u{a0}"] {
            let headers = [value];
            let policy = Policy {
                headers: &headers,
                ..Policy::default()
            };
            assert!(write(&policy, &mut String::new()).is_err(), "{value:?}");
        }
    }

    fn values() -> impl Strategy<Value = Vec<String>> {
        // Any text without white space, and keys, which are values like others.
        let value = prop_oneof!["[^\\s]{1,20}", "origins|enforce|max_age|insecure_origins"];
        prop::collection::vec(value, 0..4)
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(
            lists in [values(), values(), values(), values()],
            max_age: Option<u32>,
            flags: [bool; 4],
        ) {
            let lists = lists.each_ref().map(|list| list.iter().map(String::as_str).collect());
            let [origins, dev_origins, headers, expose_headers]: [Vec<&str>; 4] = lists;
            let [credentials, enforce, insecure_origins, public_suffixes] = flags;
            let policy = Policy {
                origins: &origins,
                dev_origins: &dev_origins,
                headers: &headers,
                expose_headers: &expose_headers,
                max_age,
                credentials,
                enforce,
                tolerance: Tolerance { insecure_origins, public_suffixes },
                ..Policy::default()
            };
            let text = written(&policy);
            let source = Source::read(&text).expect("the text is ours");
            prop_assert_eq!(source.policy(), policy);
        }
    }
}
