//! Whole policies from configuration: owned, and read by serde.

use std::fmt;
use std::num::ParseIntError;

use cors_rules::{Key, OptOut, Rule, Tolerance, Violation, meant};
use self_cell::self_cell;
use serde::de::{Deserialize, Deserializer, Error as _, IgnoredAny, MapAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};

use super::Policy;
use crate::origins::words;

/// A whole policy from configuration, such as a file for each environment. Of the feature `serde`.
///
/// The keys are those of [`#[cors]`](macro@crate::cors): `origins`, `dev_origins`, `methods`, `headers`,
/// `expose_headers`, `max_age`, `credentials`, `enforce`, `dangerously_allow`. Each may be left out. A
/// list is a list of strings, or one string with commas or white space between the entries, as environment
/// variables have it. Numbers and flags may be strings as well: `"600"`, `"true"`.
///
/// ```
/// use cors_runtime::PolicyConfig;
///
/// let config: PolicyConfig = toml::from_str(
///     r#"
///     origins = ["https://app.example.com", "https://*.example.com"]
///     methods = "GET, POST"
///     max_age = 600
///     credentials = true
///     "#,
/// )?;
/// let layer = config.policy().layer()?;
/// # let _ = layer;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Reading it checks the keys and the kinds of the values; all of these errors are one error of serde.
/// The rules are checked by [`Policy::check`], [`Policy::layer`] and `Policy::routes`, which return every
/// broken rule.
///
/// Serialising writes the same keys, without those that were left out. The format has to be one that
/// describes itself, such as TOML, JSON or YAML.
pub struct PolicyConfig {
    lists: Lists,
    others: Others,
}

/// The values of the keys that are no lists of texts.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct Others {
    max_age: Option<u32>,
    credentials: bool,
    enforce: bool,
    tolerance: Tolerance,
}

/// The values of the keys of [`Key::LISTS`].
type Owned = [Vec<String>; Key::LISTS.len()];
type Slices<'a> = [Vec<&'a str>; Key::LISTS.len()];

self_cell! {
    struct Lists {
        owner: Owned,

        #[covariant]
        dependent: Slices,
    }
}

fn slices(owned: &Owned) -> Slices<'_> {
    owned
        .each_ref()
        .map(|list| list.iter().map(String::as_str).collect())
}

impl PolicyConfig {
    /// Returns the policy. Its builder can replace values, and add what no configuration has:
    /// `config.policy().origins_from(&TENANTS)`.
    ///
    /// `dev_origins` are part of it only where cors-runtime is compiled with `debug_assertions`, as in
    /// Cargo's profile `dev`: a file for development that reaches a release build opens nothing.
    pub fn policy(&self) -> Policy<'_> {
        let [origins, dev_origins, methods, headers, exposed] = self.lists.borrow_dependent();
        let mut policy = Policy::new(origins)
            .dev_origins_if(cfg!(debug_assertions), dev_origins)
            .methods(methods)
            .headers(headers)
            .expose_headers(exposed);
        policy.source.max_age = self.others.max_age;
        policy.source.credentials = self.others.credentials;
        policy.source.enforce = self.others.enforce;
        policy.source.tolerance = self.others.tolerance;
        policy
    }

    fn of(values: Values) -> Self {
        Self {
            lists: Lists::new(values.lists, slices),
            others: values.others,
        }
    }
}

impl Clone for PolicyConfig {
    fn clone(&self) -> Self {
        Self::of(Values {
            lists: self.lists.borrow_owner().clone(),
            others: self.others,
        })
    }
}

impl PartialEq for PolicyConfig {
    fn eq(&self, other: &Self) -> bool {
        self.lists.borrow_owner() == other.lists.borrow_owner() && self.others == other.others
    }
}

impl Eq for PolicyConfig {}

impl fmt::Debug for PolicyConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("PolicyConfig");
        for (key, list) in Key::LISTS.iter().zip(self.lists.borrow_owner()) {
            shown.field(key.as_str(), list);
        }
        shown
            .field(Key::MaxAge.as_str(), &self.others.max_age)
            .field(Key::Credentials.as_str(), &self.others.credentials)
            .field(Key::Enforce.as_str(), &self.others.enforce)
            .field(Key::DangerouslyAllow.as_str(), &self.others.tolerance)
            .finish()
    }
}

impl Serialize for PolicyConfig {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (key, list) in Key::LISTS.iter().zip(self.lists.borrow_owner()) {
            if !list.is_empty() {
                map.serialize_entry(key.as_str(), list)?;
            }
        }
        if let Some(seconds) = self.others.max_age {
            map.serialize_entry(Key::MaxAge.as_str(), &seconds)?;
        }
        for (key, is_set) in [
            (Key::Credentials, self.others.credentials),
            (Key::Enforce, self.others.enforce),
        ] {
            if is_set {
                map.serialize_entry(key.as_str(), &true)?;
            }
        }
        let opt_outs: Vec<&str> = self.others.tolerance.iter().map(OptOut::as_str).collect();
        if !opt_outs.is_empty() {
            map.serialize_entry(Key::DangerouslyAllow.as_str(), &opt_outs)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for PolicyConfig {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ConfigVisitor)
    }
}

struct ConfigVisitor;

impl<'de> Visitor<'de> for ConfigVisitor {
    type Value = PolicyConfig;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the keys of a policy, such as `origins` and `methods`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<PolicyConfig, A::Error> {
        let mut values = Values::default();
        let mut errors: Vec<String> = Vec::new();
        let mut unknown: Vec<String> = Vec::new();
        let mut given: Vec<Key> = Vec::new();
        while let Some(name) = map.next_key::<String>()? {
            let value: Value = map.next_value()?;
            let result = match key(&name) {
                Some(key) if given.contains(&key) => {
                    Err(Violation::new(Rule::KeyTwice, &name).to_string())
                }
                Some(key) => {
                    given.push(key);
                    values.set(key, value)
                }
                None => {
                    if let Some(error) = reserved_key(&name) {
                        Err(error)
                    } else {
                        unknown.push(name);
                        Ok(())
                    }
                }
            };
            errors.extend(result.err());
        }
        let count = errors.len() + unknown.len();
        errors.extend(unknown_keys(&unknown));
        // The last line, because formats append the place to a message.
        errors.push(match count {
            0 => return Ok(PolicyConfig::of(values)),
            1 => "1 error in the policy".to_owned(),
            count => format!("{count} errors in the policy"),
        });
        Err(A::Error::custom(errors.join("\n")))
    }
}

/// The values of the keys, read and of the right kind.
#[derive(Default)]
struct Values {
    lists: Owned,
    others: Others,
}

impl Values {
    /// # Errors
    ///
    /// The message for a value of the wrong kind.
    fn set(&mut self, key: Key, value: Value) -> Result<(), String> {
        match key {
            Key::MaxAge => self.others.max_age = Some(max_age(&value)?),
            Key::Credentials => self.others.credentials = flag(key, &value)?,
            Key::Enforce => self.others.enforce = flag(key, &value)?,
            Key::DangerouslyAllow => {
                for name in list(key, value)? {
                    let opt_out = OptOut::parse(&name)
                        .ok_or_else(|| Violation::new(Rule::OptOutUnknown, &name).to_string())?;
                    self.others.tolerance = self.others.tolerance.and(opt_out);
                }
            }
            _ => {
                let place = Key::LISTS.iter().position(|list| *list == key);
                let place = place.ok_or_else(|| wrong_kind(key, &value))?;
                self.lists[place] = list(key, value)?;
            }
        }
        Ok(())
    }
}

/// A value of any kind, so that one of the wrong kind does not hide the other errors.
#[derive(serde::Deserialize)]
#[serde(untagged)]
enum Value {
    Flag(bool),
    Integer(i64),
    Large(u64),
    Number(f64),
    Text(String),
    List(Vec<Value>),
    Nothing,
    Other(IgnoredAny),
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(flag) => flag.fmt(f),
            Self::Integer(number) => number.fmt(f),
            Self::Large(number) => number.fmt(f),
            Self::Number(number) => number.fmt(f),
            Self::Text(text) => write!(f, "{text:?}"),
            Self::List(_) => f.write_str("a list"),
            Self::Nothing => f.write_str("null"),
            Self::Other(_) => f.write_str("a table"),
        }
    }
}

fn list(key: Key, value: Value) -> Result<Vec<String>, String> {
    match value {
        Value::Text(text) => Ok(words(&text).map(str::to_owned).collect()),
        Value::List(entries) => {
            let entries = entries.into_iter().map(|entry| match entry {
                Value::Text(text) => Ok(text),
                entry => Err(wrong_kind(key, &entry)),
            });
            entries.collect()
        }
        value => Err(wrong_kind(key, &value)),
    }
}

fn flag(key: Key, value: &Value) -> Result<bool, String> {
    match value {
        Value::Flag(flag) => Ok(*flag),
        Value::Text(text) => text.trim().parse().map_err(|_| wrong_kind(key, value)),
        _ => Err(wrong_kind(key, value)),
    }
}

fn max_age(value: &Value) -> Result<u32, String> {
    let text = match value {
        Value::Integer(seconds) => seconds.to_string(),
        Value::Large(seconds) => seconds.to_string(),
        // Formats read integers that are still larger as such numbers.
        Value::Number(seconds) if seconds.abs() > f64::from(u32::MAX) => seconds.to_string(),
        Value::Text(text) => text.trim().to_owned(),
        _ => return Err(wrong_kind(Key::MaxAge, value)),
    };
    text.parse().map_err(|_: ParseIntError| {
        let digits = text.strip_prefix('-').unwrap_or(&text);
        let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        if is_number {
            Violation::new(Rule::MaxAgeRange, &text).to_string()
        } else {
            wrong_kind(Key::MaxAge, value)
        }
    })
}

fn wrong_kind(key: Key, value: &Value) -> String {
    let example = match key {
        Key::Origins => "[\"https://app.example.com\"]",
        Key::DevOrigins => "[\"http://localhost:5173\"]",
        Key::Methods => "[\"GET\", \"POST\"]",
        Key::Headers => "[\"content-type\"]",
        Key::ExposeHeaders => "[\"x-total-count\"]",
        Key::MaxAge => "600",
        Key::DangerouslyAllow => "[\"insecure_origins\"]",
        _ => "true",
    };
    let text = value.to_string();
    let violation = Violation::new(Rule::ValueKind, key.as_str());
    let message = violation.part(&text).fix(example).to_string();
    match value {
        // Words for it, and not its text.
        Value::List(_) | Value::Other(_) => message.replacen(&format!("`{text}`"), &text, 1),
        _ => message,
    }
}

/// The keys that are values. The others of the attribute name items of Rust.
fn keys() -> impl Iterator<Item = Key> {
    Key::ALL.into_iter().filter(|key| match key {
        Key::Origins
        | Key::DevOrigins
        | Key::Methods
        | Key::Headers
        | Key::ExposeHeaders
        | Key::MaxAge
        | Key::Credentials
        | Key::Enforce
        | Key::DangerouslyAllow => true,
        Key::Policy | Key::OriginsFrom | Key::State | Key::Crate => false,
    })
}

fn key(name: &str) -> Option<Key> {
    keys().find(|key| key.as_str() == name)
}

/// The error for a name that stands for something else than an own key, if it does.
fn reserved_key(name: &str) -> Option<String> {
    if let Some(rule) = meant::rule(name) {
        return Some(Violation::new(rule, name).to_string());
    }
    let meant = Key::parse(name).or_else(|| meant::key(name, strsim::damerau_levenshtein));
    let help = match meant? {
        Key::OriginsFrom => "name it in code: `config.policy().origins_from(&SET)`",
        Key::State => {
            "name it in code: `#[cors(origins_from = is_tenant, state = AppState, ..)]` above the handler"
        }
        Key::Policy => "use that policy in code, or write its values here",
        Key::Crate => "delete it",
        _ => return None,
    };
    Some(format!(
        "`{name}` names an item of Rust, which configuration cannot do\nhelp: {help}"
    ))
}

/// The errors for names that are no keys, with the list of the keys once.
fn unknown_keys(unknown: &[String]) -> Option<String> {
    let keys: Vec<String> = keys().map(|key| format!("`{}`", key.as_str())).collect();
    let keys = keys.join(", ");
    let mut help = None;
    let mut lines = Vec::new();
    for name in unknown {
        let violation = Violation::new(Rule::KeyUnknown, name).fix(&keys);
        let meant = meant::key(name, strsim::damerau_levenshtein);
        let message = match meant {
            Some(key) => violation.part(key.as_str()).to_string(),
            None => violation.to_string(),
        };
        let (problem, remedy) = message.split_once('\n')?;
        lines.push(problem.to_owned());
        help = Some(remedy.to_owned());
    }
    lines.extend(help);
    (!lines.is_empty()).then(|| lines.join("\n"))
}
