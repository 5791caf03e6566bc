//! From the tokens of the attribute to values with places.
//!
//! ```text
//! attribute = entry ("," entry)* ","?
//! entry     = ("origins" | "dev_origins" | "headers" | "expose_headers") "=" ("[" string,* "]" | path)
//!           | "methods" "=" ("[" (name | string),* "]" | path)
//!           | "max_age" "=" integer
//!           | "credentials"
//!           | "enforce"
//!           | "policy" "=" path
//!           | "origins_from" "=" path
//!           | "dangerously_allow" "(" ("insecure_origins" | "public_suffixes"),* ")"
//!           | "crate" "=" path
//! ```

use cors_rules::{Method, Rule, Tolerance, Violation};
use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Lit, LitInt, LitStr, Path, Token, parenthesized};

use crate::errors::{Errors, error_at};

/// The attribute as it was written. A key with a broken value counts as given, so that it isn't
/// reported as missing too.
#[derive(Default)]
pub(crate) struct CorsAttribute {
    /// All of it, for what is wrong with it as a whole.
    pub(crate) tokens: TokenStream,
    /// Some entry couldn't be read, and might have been a key that is missing now.
    pub(crate) unreadable: bool,
    pub(crate) origins: Option<List>,
    pub(crate) dev_origins: Option<List>,
    pub(crate) methods: Option<List>,
    pub(crate) headers: Option<List>,
    pub(crate) expose_headers: Option<List>,
    pub(crate) max_age: Option<MaxAge>,
    pub(crate) credentials: bool,
    /// The flag as it was written.
    pub(crate) enforce: Option<TokenStream>,
    pub(crate) tolerance: Option<Tolerance>,
    /// The constant that the other keys replace parts of.
    pub(crate) policy: Option<Path>,
    pub(crate) origins_from: Option<Path>,
    pub(crate) crate_path: Option<Path>,
}

#[derive(Default)]
pub(crate) struct List {
    /// What was written, for what is wrong with the list as a whole.
    pub(crate) tokens: TokenStream,
    pub(crate) entries: Vec<Entry>,
    /// The constant that stands in place of entries.
    pub(crate) constant: Option<Path>,
    /// Some entry, or the whole value, was of the wrong kind.
    pub(crate) broken: bool,
}

pub(crate) struct Entry {
    pub(crate) text: String,
    pub(crate) token: TokenTree,
}

pub(crate) struct MaxAge {
    pub(crate) tokens: TokenStream,
    /// `None` for a number that isn't from 0 to what `u32` holds.
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
    Enforce,
    DangerouslyAllow,
    Policy,
    OriginsFrom,
    Crate,
}

impl Key {
    const ALL: [Self; 12] = [
        Self::Origins,
        Self::DevOrigins,
        Self::Methods,
        Self::Headers,
        Self::ExposeHeaders,
        Self::MaxAge,
        Self::Credentials,
        Self::Enforce,
        Self::DangerouslyAllow,
        Self::Policy,
        Self::OriginsFrom,
        Self::Crate,
    ];

    fn is_list(self) -> bool {
        matches!(
            self,
            Self::Origins | Self::DevOrigins | Self::Methods | Self::Headers | Self::ExposeHeaders
        )
    }

    fn name(self) -> &'static str {
        match self {
            Self::Origins => "origins",
            Self::DevOrigins => "dev_origins",
            Self::Methods => "methods",
            Self::Headers => "headers",
            Self::ExposeHeaders => "expose_headers",
            Self::MaxAge => "max_age",
            Self::Credentials => "credentials",
            Self::Enforce => "enforce",
            Self::DangerouslyAllow => "dangerously_allow",
            Self::Policy => "policy",
            Self::OriginsFrom => "origins_from",
            Self::Crate => "crate",
        }
    }

    /// How far `text` is from the key, or from what other libraries call it.
    fn distance(self, text: &str) -> usize {
        if self == Self::DangerouslyAllow && DANGERS.contains(&text) {
            return 0;
        }
        let bare = text
            .trim_start_matches("allow_")
            .trim_start_matches("allowed_");
        strsim::damerau_levenshtein(self.name(), bare)
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
            Self::Enforce => "enforce",
            Self::DangerouslyAllow => "dangerously_allow(insecure_origins)",
            Self::Policy => "policy = ACCOUNT",
            Self::OriginsFrom => "origins_from = TENANTS",
            Self::Crate => "crate = ::cors_runtime",
        }
    }
}

/// What `dangerously_allow` takes.
const DANGERS: [&str; 2] = ["insecure_origins", "public_suffixes"];

pub(crate) fn parse(args: TokenStream, errors: &mut Errors) -> CorsAttribute {
    let mut attribute = CorsAttribute {
        tokens: args.clone(),
        ..CorsAttribute::default()
    };
    let mut given: Vec<Key> = Vec::new();
    for entry in split_at_commas(args) {
        let (key, name) = match parse_key(&entry) {
            Ok(key) => key,
            Err(error) => {
                attribute.unreadable = true;
                errors.push(error);
                continue;
            }
        };
        if given.contains(&key) {
            errors.violation(&name, &Violation::new(Rule::KeyTwice, key.name()));
            continue;
        }
        given.push(key);
        if let Err(error) = attribute.set(key, &entry, errors) {
            attribute.unreadable = true;
            errors.push(error);
        }
    }
    attribute
}

/// One entry at a time, so that a mistake in one leaves the others readable. They are lists: each
/// stream that is made or taken apart is a call of the compiler.
pub(crate) fn split_at_commas(args: TokenStream) -> Vec<Vec<TokenTree>> {
    let mut entries = vec![Vec::new()];
    for token in args {
        match token {
            TokenTree::Punct(punct) if punct.as_char() == ',' => entries.push(Vec::new()),
            token => {
                if let Some(entry) = entries.last_mut() {
                    entry.push(token);
                }
            }
        }
    }
    entries.retain(|entry| !entry.is_empty());
    entries
}

pub(crate) fn stream(tokens: &[TokenTree]) -> TokenStream {
    tokens.iter().cloned().collect()
}

fn parse_key(entry: &[TokenTree]) -> syn::Result<(Key, Ident)> {
    let Some(TokenTree::Ident(name)) = entry.first() else {
        let entry = stream(entry);
        return Err(unknown_key(&entry, &entry.to_string()));
    };
    let text = name.unraw().to_string();
    match Key::ALL.into_iter().find(|key| key.name() == text) {
        Some(key) => Ok((key, name.clone())),
        None if text.contains("private_network") => {
            let violation = Violation::new(Rule::PrivateNetwork, &text);
            Err(error_at(stream(entry), &violation))
        }
        None => Err(unknown_key(name, &text)),
    }
}

fn unknown_key(tokens: impl ToTokens, text: &str) -> syn::Error {
    let mut keys = Key::ALL;
    keys.sort_by_key(|key| key.distance(text));
    let keys = keys.map(|key| format!("`{}`", key.name())).join(", ");
    error_at(tokens, &Violation::new(Rule::KeyUnknown, text).fix(&keys))
}

impl CorsAttribute {
    /// Whether a part of the policy is behind a path, where the compiler alone can read it.
    pub(crate) fn has_constants(&self) -> bool {
        let lists = [
            &self.origins,
            &self.dev_origins,
            &self.methods,
            &self.headers,
            &self.expose_headers,
        ];
        let is_constant = |list: &List| list.constant.is_some();
        self.policy.is_some() || lists.into_iter().flatten().any(is_constant)
    }

    fn set(&mut self, key: Key, entry: &[TokenTree], errors: &mut Errors) -> syn::Result<()> {
        let list = match key {
            Key::Origins => &mut self.origins,
            Key::DevOrigins => &mut self.dev_origins,
            Key::Methods => &mut self.methods,
            Key::Headers => &mut self.headers,
            Key::ExposeHeaders => &mut self.expose_headers,
            Key::MaxAge => {
                self.max_age = Some(max_age(entry)?);
                return Ok(());
            }
            Key::Credentials => {
                // `credentials = true` says what is meant: the rules about them hold as well.
                self.credentials = match entry.last() {
                    Some(TokenTree::Ident(last)) => entry.len() == 1 || last == "true",
                    _ => false,
                };
                return flag(key, entry);
            }
            Key::Enforce => {
                self.enforce = Some(stream(entry));
                return flag(key, entry);
            }
            Key::DangerouslyAllow => {
                self.tolerance = Some(tolerance(entry, errors)?);
                return Ok(());
            }
            Key::Policy => {
                self.policy = Some(path(key, entry)?);
                return Ok(());
            }
            Key::OriginsFrom => {
                self.origins_from = Some(path(key, entry)?);
                return Ok(());
            }
            Key::Crate => {
                self.crate_path = Some(path(key, entry)?);
                return Ok(());
            }
        };
        *list = Some(parse_list(key, entry, errors));
        Ok(())
    }
}

fn flag(key: Key, entry: &[TokenTree]) -> syn::Result<()> {
    if entry.len() == 1 {
        return Ok(());
    }
    let violation = Violation::new(Rule::FlagValue, key.name());
    Err(error_at(stream(entry), &violation))
}

fn path(key: Key, entry: &[TokenTree]) -> syn::Result<Path> {
    let path = |input: ParseStream<'_>| {
        input.parse::<Token![=]>()?;
        // A constant is borrowed anyway, and rustc's own errors advise to write it.
        input.parse::<Option<Token![&]>>()?;
        input.call(Path::parse_mod_style)
    };
    path.parse2(stream(&entry[1..]))
        .map_err(|_| wrong_value(key, entry))
}

/// What follows the key and `=`, if that is there.
fn assigned(entry: &[TokenTree]) -> Option<&[TokenTree]> {
    match &entry[1..] {
        [TokenTree::Punct(equals), value @ ..] if equals.as_char() == '=' => Some(value),
        _ => None,
    }
}

fn wrong_value(key: Key, entry: &[TokenTree]) -> syn::Error {
    let value = stream(assigned(entry).unwrap_or(&entry[1..]));
    if value.is_empty() {
        let missing = Violation::new(Rule::ValueMissing, key.name());
        return error_at(stream(entry), &missing.fix(key.example()));
    }
    let fix = match syn::parse2::<LitStr>(value.clone()) {
        Ok(text) if key.is_list() => format!("{} = [{}]", key.name(), quoted_words(&text)),
        _ => key.example().to_owned(),
    };
    wrong_kind(key, value, &fix)
}

fn wrong_kind(key: Key, tokens: TokenStream, fix: &str) -> syn::Error {
    let text = tokens.to_string();
    error_at(
        tokens,
        &Violation::new(Rule::ValueKind, key.name())
            .part(&text)
            .fix(fix),
    )
}

/// The words of a string, each as one of its own.
fn quoted_words(text: &LitStr) -> String {
    let text = text.value();
    let words = text.split([',', ' ']).filter(|word| !word.is_empty());
    let words: Vec<String> = words.map(|word| format!("{word:?}")).collect();
    words.join(", ")
}

fn parse_list(key: Key, entry: &[TokenTree], errors: &mut Errors) -> List {
    let Some(group) = assigned_list(entry) else {
        match path(key, entry) {
            // `methods = GET` lacks its brackets.
            Ok(constant) if !is_method(key, &constant) => {
                return List {
                    tokens: constant.to_token_stream(),
                    constant: Some(constant),
                    ..List::default()
                };
            }
            _ => errors.push(wrong_value(key, entry)),
        }
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
            errors.push(wrong_kind(key, stream(&element), key.example()));
        }
    }
    list
}

/// What `= [..]` holds.
fn assigned_list(entry: &[TokenTree]) -> Option<&Group> {
    match assigned(entry)? {
        [TokenTree::Group(group)] if group.delimiter() == Delimiter::Bracket => Some(group),
        _ => None,
    }
}

fn is_method(key: Key, path: &Path) -> bool {
    let method = |name: &Ident| Method::parse(name.to_string().as_bytes());
    key == Key::Methods && path.get_ident().and_then(method).is_some()
}

/// `None` for an element of the wrong kind.
fn parse_entry(key: Key, element: &[TokenTree]) -> Option<Entry> {
    let [token] = element else {
        return None;
    };
    let text = match token {
        TokenTree::Literal(literal) => match Lit::new(literal.clone()) {
            Lit::Str(text) => text.value(),
            _ => return None,
        },
        TokenTree::Ident(name) if key == Key::Methods => name.unraw().to_string(),
        // The argument of a `macro_rules!` macro.
        TokenTree::Group(group) if group.delimiter() == Delimiter::None => {
            let inside: Vec<TokenTree> = group.stream().into_iter().collect();
            return parse_entry(key, &inside);
        }
        _ => return None,
    };
    Some(Entry {
        text,
        token: token.clone(),
    })
}

fn max_age(entry: &[TokenTree]) -> syn::Result<MaxAge> {
    let value = assigned(entry).filter(|value| !value.is_empty());
    let value = stream(value.ok_or_else(|| wrong_value(Key::MaxAge, entry))?);
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
        return Err(error_at(value, &violation));
    };
    Ok(MaxAge {
        tokens: value,
        seconds,
    })
}

fn tolerance(entry: &[TokenTree], errors: &mut Errors) -> syn::Result<Tolerance> {
    let dangers = |input: ParseStream<'_>| {
        let content;
        parenthesized!(content in input);
        Punctuated::<TokenTree, Token![,]>::parse_terminated(&content)
    };
    let dangers = dangers
        .parse2(stream(&entry[1..]))
        .map_err(|_| wrong_value(Key::DangerouslyAllow, entry))?;
    let mut tolerance = Tolerance::default();
    for danger in dangers {
        match danger.to_string().as_str() {
            "insecure_origins" => tolerance.insecure_origins = true,
            "public_suffixes" => tolerance.public_suffixes = true,
            other => {
                // Whichever was meant: its rule would only repeat the mistake.
                tolerance = Tolerance {
                    insecure_origins: true,
                    public_suffixes: true,
                };
                errors.violation(&danger, &Violation::new(Rule::DangerUnknown, other));
            }
        }
    }
    Ok(tolerance)
}
