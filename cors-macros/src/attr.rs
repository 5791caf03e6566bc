//! From the tokens of the attribute to values with places.
//!
//! ```text
//! attribute = entry ("," entry)* ","?
//! entry     = ("origins" | "dev_origins" | "headers" | "expose_headers") "=" "[" string,* "]"
//!           | "methods" "=" "[" (name | string),* "]"
//!           | "max_age" "=" integer
//!           | "credentials"
//!           | "dangerously_allow" "(" ("insecure_origins" | "public_suffixes"),* ")"
//!           | "crate" "=" path
//! ```

use cors_policy::{Rule, Tolerance, Violation};
use proc_macro2::{Group, Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{LitInt, LitStr, Path, Token, parenthesized};

use crate::errors::{Errors, at};

/// The attribute as it was written. A key with a broken value counts as given, so that it isn't
/// reported as missing too.
#[derive(Default)]
pub(crate) struct CorsAttribute {
    pub(crate) origins: Option<List>,
    pub(crate) dev_origins: Option<List>,
    pub(crate) methods: Option<List>,
    pub(crate) headers: Option<List>,
    pub(crate) expose_headers: Option<List>,
    pub(crate) max_age: Option<MaxAge>,
    pub(crate) credentials: bool,
    pub(crate) tolerance: Tolerance,
    pub(crate) krate: Option<Path>,
}

#[derive(Default)]
pub(crate) struct List {
    /// What was written, for what is wrong with the list as a whole.
    pub(crate) tokens: TokenStream,
    pub(crate) entries: Vec<Entry>,
    /// Some entry, or the whole value, was of the wrong kind.
    pub(crate) broken: bool,
}

pub(crate) struct Entry {
    pub(crate) text: String,
    pub(crate) tokens: TokenStream,
}

pub(crate) struct MaxAge {
    pub(crate) tokens: TokenStream,
    /// `None` for a number that is negative or too large for `u32`.
    pub(crate) seconds: Option<u32>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Key {
    Origins,
    DevOrigins,
    Methods,
    Headers,
    ExposeHeaders,
    MaxAge,
    Credentials,
    DangerouslyAllow,
    Crate,
}

impl Key {
    const ALL: [Self; 9] = [
        Self::Origins,
        Self::DevOrigins,
        Self::Methods,
        Self::Headers,
        Self::ExposeHeaders,
        Self::MaxAge,
        Self::Credentials,
        Self::DangerouslyAllow,
        Self::Crate,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Origins => "origins",
            Self::DevOrigins => "dev_origins",
            Self::Methods => "methods",
            Self::Headers => "headers",
            Self::ExposeHeaders => "expose_headers",
            Self::MaxAge => "max_age",
            Self::Credentials => "credentials",
            Self::DangerouslyAllow => "dangerously_allow",
            Self::Crate => "crate",
        }
    }

    fn example(self) -> &'static str {
        match self {
            Self::Origins => "origins = [\"https://app.example.com\"]",
            Self::DevOrigins => "dev_origins = [\"http://localhost:5173\"]",
            Self::Methods => "methods = [GET, POST]",
            Self::Headers => "headers = [\"content-type\"]",
            Self::ExposeHeaders => "expose_headers = [\"x-total-count\"]",
            Self::MaxAge => "max_age = 600",
            Self::Credentials => "credentials",
            Self::DangerouslyAllow => "dangerously_allow(insecure_origins)",
            Self::Crate => "crate = ::cors_runtime",
        }
    }
}

pub(crate) fn parse(args: TokenStream, errors: &mut Errors) -> CorsAttribute {
    let mut attribute = CorsAttribute::default();
    let mut given: Vec<Key> = Vec::new();
    for entry in split_at_commas(args) {
        let key = match parse_key.parse2(entry.clone()) {
            Ok(key) => key,
            Err(error) => {
                errors.push(error);
                continue;
            }
        };
        let Some(KeyAndValue { key, name, value }) = key else {
            continue;
        };
        if given.contains(&key) {
            errors.violation(&name, &Violation::new(Rule::KeyTwice, key.name()));
            continue;
        }
        given.push(key);
        if let Err(error) = attribute.set(key, &entry, value, errors) {
            errors.push(error);
        }
    }
    attribute
}

/// One entry at a time, so that a mistake in one leaves the others readable.
fn split_at_commas(args: TokenStream) -> Vec<TokenStream> {
    let mut entries = vec![TokenStream::new()];
    for token in args {
        match token {
            TokenTree::Punct(punct) if punct.as_char() == ',' => entries.push(TokenStream::new()),
            token => {
                if let Some(entry) = entries.last_mut() {
                    entry.extend([token]);
                }
            }
        }
    }
    entries.retain(|entry| !entry.is_empty());
    entries
}

struct KeyAndValue {
    key: Key,
    name: Ident,
    value: TokenStream,
}

/// `None` for a key that was refused with words of its own.
fn parse_key(input: ParseStream<'_>) -> syn::Result<Option<KeyAndValue>> {
    let whole: TokenStream = input.fork().parse()?;
    let Ok(name) = input.call(Ident::parse_any) else {
        return Err(unknown_key(&whole, &whole.to_string()));
    };
    let value = input.parse()?;
    let text = name.unraw().to_string();
    match Key::ALL.into_iter().find(|key| key.name() == text) {
        Some(key) => Ok(Some(KeyAndValue { key, name, value })),
        None if text.contains("private_network") => {
            Err(at(whole, &Violation::new(Rule::PrivateNetwork, &text)))
        }
        None => Err(unknown_key(&name, &text)),
    }
}

fn unknown_key(tokens: impl ToTokens, text: &str) -> syn::Error {
    let mut keys = Key::ALL.map(Key::name);
    keys.sort_by_key(|key| strsim::damerau_levenshtein(key, text));
    let keys = keys.map(|key| format!("`{key}`")).join(", ");
    at(tokens, &Violation::new(Rule::KeyUnknown, text).fix(&keys))
}

impl CorsAttribute {
    /// `entry` is the whole of it, `value` what follows the key.
    fn set(
        &mut self,
        key: Key,
        entry: &TokenStream,
        value: TokenStream,
        errors: &mut Errors,
    ) -> syn::Result<()> {
        let list = match key {
            Key::Origins => &mut self.origins,
            Key::DevOrigins => &mut self.dev_origins,
            Key::Methods => &mut self.methods,
            Key::Headers => &mut self.headers,
            Key::ExposeHeaders => &mut self.expose_headers,
            Key::MaxAge => {
                self.max_age = Some(max_age(entry, value)?);
                return Ok(());
            }
            Key::Credentials => {
                // `credentials = true` says what is meant: the rules about them hold as well.
                self.credentials = value.is_empty() || value.to_string().ends_with("true");
                if !value.is_empty() {
                    return Err(at(entry, &Violation::new(Rule::CredentialsValue, "")));
                }
                return Ok(());
            }
            Key::DangerouslyAllow => {
                self.tolerance = tolerance(entry, value, errors)?;
                return Ok(());
            }
            Key::Crate => {
                let path = |input: ParseStream<'_>| {
                    input.parse::<Token![=]>()?;
                    input.call(Path::parse_mod_style)
                };
                let path = path.parse2(value).map_err(|_| wrong_kind(key, entry))?;
                self.krate = Some(path);
                return Ok(());
            }
        };
        *list = Some(parse_list(key, entry, value, errors));
        Ok(())
    }
}

fn wrong_kind(key: Key, tokens: impl ToTokens) -> syn::Error {
    at(
        tokens,
        &Violation::new(Rule::ValueKind, key.name()).fix(key.example()),
    )
}

fn parse_list(key: Key, entry: &TokenStream, value: TokenStream, errors: &mut Errors) -> List {
    let group = |input: ParseStream<'_>| {
        input.parse::<Token![=]>()?;
        let group: Group = input.parse()?;
        if group.delimiter() != proc_macro2::Delimiter::Bracket {
            return Err(input.error("a list"));
        }
        Ok(group)
    };
    let Ok(group) = group.parse2(value.clone()) else {
        errors.push(lone_string.parse2(value).map_or_else(
            |_| wrong_kind(key, entry),
            |text| {
                let fix = format!("{} = [{}]", key.name(), text.token());
                at(
                    entry,
                    &Violation::new(Rule::ValueKind, key.name()).fix(&fix),
                )
            },
        ));
        return List {
            broken: true,
            ..List::default()
        };
    };
    let mut list = List {
        tokens: group.to_token_stream(),
        ..List::default()
    };
    for element in split_at_commas(group.stream()) {
        if let Some(entry) = parse_entry(key, &element) {
            list.entries.push(entry);
        } else {
            list.broken = true;
            errors.push(wrong_kind(key, element));
        }
    }
    list
}

fn lone_string(input: ParseStream<'_>) -> syn::Result<LitStr> {
    input.parse::<Token![=]>()?;
    input.parse()
}

/// `None` for an element of the wrong kind. A literal that comes from a `macro_rules!` argument
/// sits in an invisible group, which `syn` looks through.
fn parse_entry(key: Key, element: &TokenStream) -> Option<Entry> {
    let string = |input: ParseStream<'_>| input.parse::<LitStr>();
    let name = |input: ParseStream<'_>| input.call(Ident::parse_any);
    let text = match string.parse2(element.clone()) {
        Ok(text) => text.value(),
        Err(_) if key == Key::Methods => name.parse2(element.clone()).ok()?.unraw().to_string(),
        Err(_) => return None,
    };
    Some(Entry {
        text,
        tokens: element.clone(),
    })
}

fn max_age(entry: &TokenStream, value: TokenStream) -> syn::Result<MaxAge> {
    let assigned = |input: ParseStream<'_>| {
        input.parse::<Token![=]>()?;
        input.parse::<TokenStream>()
    };
    let value = assigned
        .parse2(value)
        .ok()
        .filter(|value| !value.is_empty())
        .ok_or_else(|| wrong_kind(Key::MaxAge, entry))?;
    let number = |input: ParseStream<'_>| {
        let negative = input.parse::<Option<Token![-]>>()?.is_some();
        let number: LitInt = input.parse()?;
        if !number.suffix().is_empty() && number.suffix() != "u32" {
            return Err(input.error("a suffix"));
        }
        Ok(if negative {
            None
        } else {
            number.base10_parse().ok()
        })
    };
    let Ok(seconds) = number.parse2(value.clone()) else {
        let text = value.to_string();
        let digits = text.trim_matches('"');
        let mut violation = Violation::new(Rule::MaxAgeNotInteger, &text);
        if digits.parse::<u32>().is_ok() {
            violation = violation.fix(digits);
        }
        return Err(at(value, &violation));
    };
    Ok(MaxAge {
        tokens: value,
        seconds,
    })
}

fn tolerance(
    entry: &TokenStream,
    value: TokenStream,
    errors: &mut Errors,
) -> syn::Result<Tolerance> {
    let dangers = |input: ParseStream<'_>| {
        let content;
        parenthesized!(content in input);
        Punctuated::<TokenTree, Token![,]>::parse_terminated(&content)
    };
    let dangers = dangers
        .parse2(value)
        .map_err(|_| wrong_kind(Key::DangerouslyAllow, entry))?;
    let mut tolerance = Tolerance::default();
    for danger in dangers {
        match danger.to_string().as_str() {
            "insecure_origins" => tolerance.insecure_origins = true,
            "public_suffixes" => tolerance.public_suffixes = true,
            other => errors.violation(&danger, &Violation::new(Rule::DangerUnknown, other)),
        }
    }
    Ok(tolerance)
}
