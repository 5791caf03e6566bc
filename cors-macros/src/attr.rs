//! Parses the tokens of the attribute into values with spans.
//!
//! The grammar is in cors-runtime/docs/cors.md, the documentation of the attribute.

use cors_rules::{Key, Method, OptOut, Policy, Rule, ServedBy, Tolerance, Violation};
use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Lit, LitInt, LitStr, Path, Token, Type, parenthesized};

use crate::errors::{Errors, error_at};

/// The attribute as the user wrote it. A key with an invalid value counts as given, so that it is
/// not reported as missing as well.
#[derive(Default)]
pub(crate) struct CorsAttribute {
    /// The whole attribute, for errors that concern all of it.
    pub(crate) tokens: TokenStream,
    /// Whether an entry could not be parsed. It may have been a key that is missing now.
    pub(crate) unreadable: bool,
    /// The lists that are given, each key once.
    lists: Vec<(Key, List)>,
    pub(crate) max_age: Option<MaxAge>,
    pub(crate) credentials: bool,
    /// The tokens of the flag.
    pub(crate) enforce: Option<TokenStream>,
    pub(crate) tolerance: Option<Tolerance>,
    /// The constant whose values the other keys override.
    pub(crate) policy: Option<Path>,
    pub(crate) origins_from: Option<Path>,
    /// The type of the router's state.
    pub(crate) state: Option<Type>,
    pub(crate) crate_path: Option<Path>,
}

/// The value of a key of [`Key::LISTS`].
#[derive(Default)]
pub(crate) struct List {
    /// The tokens of the value, for errors that concern the whole list.
    pub(crate) tokens: TokenStream,
    pub(crate) entries: Vec<Entry>,
    /// The constant that is given instead of entries.
    pub(crate) constant: Option<Path>,
    /// Whether an entry, or the whole value, is of the wrong kind.
    pub(crate) broken: bool,
}

impl List {
    /// Iterates over the texts of the entries.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|entry| entry.text.as_str())
    }
}

pub(crate) struct Entry {
    pub(crate) text: String,
    pub(crate) token: TokenTree,
}

pub(crate) struct MaxAge {
    pub(crate) tokens: TokenStream,
    /// `None` if the number does not fit into `u32`.
    pub(crate) seconds: Option<u32>,
}

/// A key and its value, as tokens.
#[derive(Clone, Copy)]
struct KeyValue<'a> {
    key: Key,
    name: &'a Ident,
    /// The key and everything up to the next comma.
    tokens: &'a [TokenTree],
    /// The tokens after the key.
    rest: &'a [TokenTree],
}

pub(crate) fn parse(args: TokenStream, errors: &mut Errors) -> CorsAttribute {
    let mut attribute = CorsAttribute {
        tokens: args.clone(),
        ..CorsAttribute::default()
    };
    let mut given: Vec<Key> = Vec::new();
    for tokens in split_at_commas(args) {
        let pair = match parse_key(&tokens) {
            Ok(pair) => pair,
            Err(error) => {
                attribute.unreadable = true;
                errors.push(error);
                continue;
            }
        };
        if given.contains(&pair.key) {
            let violation = Violation::new(Rule::KeyTwice, pair.key.as_str());
            errors.violation(pair.name, &violation);
            continue;
        }
        given.push(pair.key);
        if let Err(error) = attribute.set(pair, errors) {
            attribute.unreadable = true;
            errors.push(error);
        }
    }
    attribute
}

/// Splits at commas, so that a mistake in one entry leaves the others readable. The entries are
/// slices, because each stream that is built or iterated is a call into the compiler.
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

fn parse_key(tokens: &[TokenTree]) -> syn::Result<KeyValue<'_>> {
    let Some((TokenTree::Ident(name), rest)) = tokens.split_first() else {
        let entry = stream(tokens);
        return Err(unknown_key(&entry, &entry.to_string()));
    };
    let text = name.unraw().to_string();
    match Key::parse(&text) {
        Some(key) => Ok(KeyValue {
            key,
            name,
            tokens,
            rest,
        }),
        None if text.contains("private_network") => {
            let violation = Violation::new(Rule::PrivateNetwork, &text);
            Err(error_at(stream(tokens), &violation))
        }
        None => Err(unknown_key(name, &text)),
    }
}

fn unknown_key(tokens: impl ToTokens, text: &str) -> syn::Error {
    let keys = Key::ALL.map(|key| format!("`{}`", key.as_str())).join(", ");
    let mut violation = Violation::new(Rule::KeyUnknown, text).fix(&keys);
    let nearest = Key::ALL.into_iter().min_by_key(|&key| distance(key, text));
    // As in rustc: at most a third of the letters may differ.
    let is_near = |key: &Key| distance(*key, text) <= text.len().max(3) / 3;
    if let Some(key) = nearest.filter(is_near) {
        violation = violation.part(key.as_str());
    }
    error_at(tokens, &violation)
}

/// The number of edits between `text` and the key, or the name of the key in other libraries.
fn distance(key: Key, text: &str) -> usize {
    if key == Key::DangerouslyAllow && OptOut::parse(text).is_some() {
        return 0;
    }
    let bare = text
        .trim_start_matches("allow_")
        .trim_start_matches("allowed_");
    strsim::damerau_levenshtein(key.as_str(), bare)
}

/// The key with a valid value, for messages.
fn example(key: Key) -> String {
    let value = match key {
        Key::Origins => " = [\"https://app.example.com\"]",
        Key::DevOrigins => " = [\"http://localhost:5173\"]",
        Key::Methods => " = [GET, POST]",
        Key::Headers => " = [\"content-type\"]",
        Key::ExposeHeaders => " = [\"x-total-count\"]",
        Key::MaxAge => " = 600",
        Key::Credentials | Key::Enforce => "",
        Key::DangerouslyAllow => {
            return format!("{}({})", key.as_str(), OptOut::InsecureOrigins.as_str());
        }
        Key::Policy => " = ACCOUNT",
        Key::OriginsFrom => " = TENANTS",
        Key::State => " = AppState",
        Key::Crate => " = ::cors_runtime",
    };
    key.as_str().to_owned() + value
}

impl CorsAttribute {
    /// The list of `key`, if it is given.
    pub(crate) fn list(&self, key: Key) -> Option<&List> {
        let mut lists = self.lists();
        lists.find_map(|(given, list)| (given == key).then_some(list))
    }

    /// Iterates over the lists that are given.
    pub(crate) fn lists(&self) -> impl Iterator<Item = (Key, &List)> {
        self.lists.iter().map(|(key, list)| (*key, list))
    }

    /// Whether a part of the policy is a constant, which only const evaluation can read.
    pub(crate) fn has_constants(&self) -> bool {
        let mut lists = self.lists();
        self.policy.is_some() || lists.any(|(_, list)| list.constant.is_some())
    }

    /// Calls `then` with the values that are written in the attribute itself. Constants count as
    /// not given.
    pub(crate) fn with_policy<T>(&self, then: impl FnOnce(&Policy<'_>) -> T) -> T {
        let texts = |key| self.list(key).into_iter().flat_map(List::texts).collect();
        let lists: [Vec<&str>; 5] = Key::LISTS.map(texts);
        let [origins, dev_origins, methods, headers, expose_headers] = &lists;
        then(&Policy {
            origins,
            dev_origins,
            origins_from: self.origins_from.is_some(),
            methods,
            served_by: ServedBy::Handlers,
            headers,
            expose_headers,
            max_age: self.max_age.as_ref().and_then(|max_age| max_age.seconds),
            credentials: self.credentials,
            enforce: self.enforce.is_some(),
            tolerance: self.tolerance.unwrap_or(Tolerance::NONE),
        })
    }

    fn set(&mut self, pair: KeyValue<'_>, errors: &mut Errors) -> syn::Result<()> {
        match pair.key {
            Key::Origins | Key::DevOrigins | Key::Methods | Key::Headers | Key::ExposeHeaders => {
                let list = parse_list(pair, errors);
                self.lists.push((pair.key, list));
            }
            Key::MaxAge => self.max_age = Some(max_age(pair)?),
            Key::Credentials => {
                // `credentials = true` is an error, but its meaning is clear, so the rules about
                // credentials are checked as well.
                self.credentials = match pair.rest.last() {
                    Some(TokenTree::Ident(last)) => last == "true",
                    last => last.is_none(),
                };
                flag(pair)?;
            }
            Key::Enforce => {
                self.enforce = Some(stream(pair.tokens));
                flag(pair)?;
            }
            Key::DangerouslyAllow => self.tolerance = Some(tolerance(pair, errors)?),
            Key::Policy => self.policy = Some(path(pair)?),
            Key::OriginsFrom => self.origins_from = Some(path(pair)?),
            Key::State => self.state = Some(state(pair)?),
            Key::Crate => self.crate_path = Some(path(pair)?),
        }
        Ok(())
    }
}

fn flag(pair: KeyValue<'_>) -> syn::Result<()> {
    if pair.rest.is_empty() {
        return Ok(());
    }
    let violation = Violation::new(Rule::FlagValue, pair.key.as_str());
    Err(error_at(stream(pair.tokens), &violation))
}

fn path(pair: KeyValue<'_>) -> syn::Result<Path> {
    let path = |input: ParseStream<'_>| {
        input.parse::<Token![=]>()?;
        // Accepts `&`, because errors of rustc propose it. The expansion borrows constants anyway.
        input.parse::<Option<Token![&]>>()?;
        input.call(Path::parse_mod_style)
    };
    path.parse2(stream(pair.rest))
        .map_err(|_| wrong_value(pair))
}

fn state(pair: KeyValue<'_>) -> syn::Result<Type> {
    let value = stream(assigned(pair).unwrap_or_default());
    syn::parse2(value).map_err(|_| wrong_value(pair))
}

/// The tokens after `=`, if there is one.
fn assigned(pair: KeyValue<'_>) -> Option<&[TokenTree]> {
    match pair.rest {
        [TokenTree::Punct(equals), value @ ..] if equals.as_char() == '=' => Some(value),
        _ => None,
    }
}

fn wrong_value(pair: KeyValue<'_>) -> syn::Error {
    let key = pair.key;
    let value = stream(assigned(pair).unwrap_or(pair.rest));
    if value.is_empty() {
        let missing = Violation::new(Rule::ValueMissing, key.as_str());
        return error_at(stream(pair.tokens), &missing.fix(&example(key)));
    }
    let fix = match syn::parse2::<LitStr>(value.clone()) {
        Ok(text) if Key::LISTS.contains(&key) => {
            format!("{} = [{}]", key.as_str(), quoted_words(&text))
        }
        _ => example(key),
    };
    wrong_kind(key, value, &fix)
}

fn wrong_kind(key: Key, tokens: TokenStream, fix: &str) -> syn::Error {
    let text = tokens.to_string();
    let violation = Violation::new(Rule::ValueKind, key.as_str());
    error_at(tokens, &violation.part(&text).fix(fix))
}

/// The words of a string, as a string each.
fn quoted_words(text: &LitStr) -> String {
    let text = text.value();
    let words = text.split([',', ';', '|', ' ']);
    let words = words.filter(|word| !word.is_empty());
    let words: Vec<String> = words.map(|word| format!("{word:?}")).collect();
    words.join(", ")
}

fn parse_list(pair: KeyValue<'_>, errors: &mut Errors) -> List {
    let Some(group) = assigned_list(pair) else {
        match path(pair) {
            // `methods = GET` lacks its brackets, and `GET` is not a constant.
            Ok(constant) if !is_method(pair.key, &constant) => {
                return List {
                    tokens: constant.to_token_stream(),
                    constant: Some(constant),
                    ..List::default()
                };
            }
            _ => errors.push(wrong_value(pair)),
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
        if let Some(entry) = parse_entry(pair.key, &element) {
            list.entries.push(entry);
        } else {
            list.broken = true;
            errors.push(wrong_kind(pair.key, stream(&element), &example(pair.key)));
        }
    }
    list
}

/// The brackets after `=`, if there are some.
fn assigned_list(pair: KeyValue<'_>) -> Option<&Group> {
    match assigned(pair)? {
        [TokenTree::Group(group)] if group.delimiter() == Delimiter::Bracket => Some(group),
        _ => None,
    }
}

fn is_method(key: Key, path: &Path) -> bool {
    let method = |name: &Ident| Method::parse(name.to_string().as_bytes());
    key == Key::Methods && path.get_ident().and_then(method).is_some()
}

/// Parses an element of a list. Returns `None` if it is of the wrong kind.
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
        // An argument of a `macro_rules!` macro.
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

fn max_age(pair: KeyValue<'_>) -> syn::Result<MaxAge> {
    let value = assigned(pair).filter(|value| !value.is_empty());
    let value = stream(value.ok_or_else(|| wrong_value(pair))?);
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

fn tolerance(pair: KeyValue<'_>, errors: &mut Errors) -> syn::Result<Tolerance> {
    let opt_outs = |input: ParseStream<'_>| {
        let content;
        parenthesized!(content in input);
        Punctuated::<TokenTree, Token![,]>::parse_terminated(&content)
    };
    let opt_outs = opt_outs
        .parse2(stream(pair.rest))
        .map_err(|_| wrong_value(pair))?;
    let mut tolerance = Tolerance::NONE;
    for token in opt_outs {
        let text = token.to_string();
        if let Some(opt_out) = OptOut::parse(&text) {
            tolerance = tolerance.and(opt_out);
        } else {
            // Permits both, because the rule of the opt-out that was meant would repeat the mistake.
            tolerance = Tolerance::ALL;
            errors.violation(&token, &Violation::new(Rule::OptOutUnknown, &text));
        }
    }
    Ok(tolerance)
}
