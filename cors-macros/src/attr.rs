//! Parses the tokens of the attribute into values with spans.
//!
//! The grammar is in cors-runtime/docs/cors.md, the documentation of the attribute.

use cors_rules::{Key, Method, OptOut, Policy, Rule, ServedBy, Tolerance, Violation};
use proc_macro2::{Delimiter, Group, Literal, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Lit, LitInt, Path, Token, Type};

use crate::entries::{KeyValue, at_keys, at_literals, elements, entries, flat, is_comma, stream};
use crate::errors::{Errors, error_at};
use crate::meant;
use crate::spelling::spelled;
use crate::values::{
    assigned, concerns_list, meant_seconds, path, repeated, wrong_entry, wrong_value,
};

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
    /// `None` if the number does not fit into `u32`, or is a constant.
    pub(crate) seconds: Option<u32>,
    /// The constant that is given instead of a number.
    pub(crate) constant: Option<Path>,
}

pub(crate) fn parse(args: TokenStream, errors: &mut Errors) -> CorsAttribute {
    let mut attribute = CorsAttribute {
        tokens: args.clone(),
        ..CorsAttribute::default()
    };
    let mut given: Vec<Key> = Vec::new();
    let tokens = flat(args);
    for between_commas in entries(&tokens) {
        for entry in at_keys(between_commas, errors) {
            attribute.read(entry, &mut given, errors);
        }
    }
    attribute
}

fn parse_key(tokens: &[TokenTree]) -> syn::Result<KeyValue<'_>> {
    let Some((TokenTree::Ident(name), rest)) = tokens.split_first() else {
        return Err(value_without_key(tokens));
    };
    let text = name.unraw().to_string();
    match Key::parse(&text) {
        Some(key) => Ok(KeyValue {
            key,
            name,
            tokens,
            rest,
        }),
        None => Err(match cors_rules::meant::rule(&text) {
            Some(rule) => error_at(stream(tokens), &Violation::new(rule, &text)),
            None => unknown_key(name, &text, meant::key(&text)),
        }),
    }
}

fn value_without_key(tokens: &[TokenTree]) -> syn::Error {
    let inside = match tokens {
        [TokenTree::Group(list)] => flat(list.stream()),
        tokens => tokens.to_vec(),
    };
    let meant = match inside.first() {
        Some(TokenTree::Literal(literal)) => {
            meant::key_of_value(literal.to_string().trim_matches('"'))
        }
        Some(TokenTree::Ident(name)) => meant::key_of_value(&name.to_string()),
        _ => None,
    };
    unknown_key(stream(tokens), &spelled(tokens), meant)
}

fn unknown_key(tokens: impl ToTokens, text: &str, meant: Option<Key>) -> syn::Error {
    // `crate` is for few users.
    let keys = Key::ALL.into_iter().filter(|key| *key != Key::Crate);
    let keys: Vec<String> = keys.map(|key| format!("`{}`", key.as_str())).collect();
    let violation = Violation::new(Rule::KeyUnknown, text).fix(&keys.join(", "));
    match meant {
        Some(key) => error_at(tokens, &violation.part(key.as_str())),
        None => error_at(tokens, &violation),
    }
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
        let max_age = self.max_age.as_ref();
        self.policy.is_some()
            || lists.any(|(_, list)| list.constant.is_some())
            || max_age.is_some_and(|max_age| max_age.constant.is_some())
    }

    /// The path of the module for generated code.
    pub(crate) fn private(&self) -> TokenStream {
        let runtime = self.crate_path.as_ref().map(ToTokens::to_token_stream);
        let runtime = runtime.unwrap_or_else(|| quote!(::cors_runtime));
        quote!(#runtime::__private)
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

    /// Reads an entry into the attribute, or adds an error about it.
    fn read(&mut self, entry: &[TokenTree], given: &mut Vec<Key>, errors: &mut Errors) {
        let pair = match parse_key(entry) {
            Ok(pair) => pair,
            Err(error) => {
                self.unreadable = true;
                errors.push(error);
                return;
            }
        };
        if given.contains(&pair.key) {
            let violation = Violation::new(Rule::KeyTwice, pair.key.as_str());
            errors.violation(pair.name, &violation);
            return;
        }
        given.push(pair.key);
        // While a key is typed, the others are not missing yet.
        self.unreadable |= assigned(pair).unwrap_or(pair.rest).is_empty() && !is_flag(pair.key);
        if let Err(error) = self.set(pair, errors) {
            self.unreadable = true;
            errors.push(error);
        }
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
            Key::Policy => self.policy = Some(assigned_path(pair)?),
            Key::OriginsFrom => self.origins_from = Some(assigned_path(pair)?),
            Key::State => self.state = Some(state(pair)?),
            Key::Crate => self.crate_path = Some(assigned_path(pair)?),
        }
        Ok(())
    }
}

fn is_flag(key: Key) -> bool {
    matches!(key, Key::Credentials | Key::Enforce)
}

fn flag(pair: KeyValue<'_>) -> syn::Result<()> {
    if pair.rest.is_empty() {
        return Ok(());
    }
    let violation = Violation::new(Rule::FlagValue, pair.key.as_str());
    Err(error_at(stream(pair.tokens), &violation))
}

fn assigned_path(pair: KeyValue<'_>) -> syn::Result<Path> {
    let path = assigned(pair).and_then(path);
    path.ok_or_else(|| wrong_value(pair))
}

fn state(pair: KeyValue<'_>) -> syn::Result<Type> {
    let value = assigned(pair).and_then(|value| syn::parse2(stream(value)).ok());
    value.ok_or_else(|| wrong_value(pair))
}

fn parse_list(pair: KeyValue<'_>, errors: &mut Errors) -> List {
    let Some(group) = assigned_list(pair) else {
        match assigned_path(pair) {
            Ok(constant) if !is_value(pair.key, &constant) => {
                return List {
                    tokens: constant.to_token_stream(),
                    constant: Some(constant),
                    ..List::default()
                };
            }
            Ok(_) => errors.push(wrong_value(pair)),
            Err(error) => errors.push(error),
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
    let inside = flat(group.stream());
    if let Some(error) = repeated(pair, &inside) {
        errors.push(error);
        list.broken = true;
        return list;
    }
    let elements = inside.split(is_comma).filter(|element| !element.is_empty());
    let elements: Vec<&[TokenTree]> = elements
        .flat_map(|element| at_literals(pair.key, element, errors))
        .collect();
    let mut concerns = false;
    for element in &elements {
        if let Some(entry) = parse_entry(pair.key, element) {
            list.entries.push(entry);
            continue;
        }
        list.broken = true;
        // One constant for the whole list corrects all of them.
        if concerns_list(pair.key, element) && std::mem::replace(&mut concerns, true) {
            continue;
        }
        errors.push(wrong_entry(pair.key, element, &elements));
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

/// Whether the path is a value without its brackets, and not the name of a constant: `methods = GET`,
/// `origins = Any`.
fn is_value(key: Key, path: &Path) -> bool {
    let Some(last) = path.segments.last() else {
        return false;
    };
    let name = last.ident.to_string();
    match key {
        Key::Methods => Method::parse(name.as_bytes()).is_some(),
        _ => name == "Any",
    }
}

/// Parses an element of a list. Returns `None` if it is of the wrong kind.
fn parse_entry(key: Key, element: &[TokenTree]) -> Option<Entry> {
    let [token] = element else {
        return None;
    };
    let text = match token {
        TokenTree::Literal(literal) => text(literal)?,
        TokenTree::Ident(name) if key == Key::Methods => name.unraw().to_string(),
        _ => return None,
    };
    Some(Entry {
        text,
        token: token.clone(),
    })
}

/// The value of a string literal. `None` for other literals.
fn text(literal: &Literal) -> Option<String> {
    let source = literal.to_string();
    let quoted = source.strip_prefix('"');
    // Most strings have no escapes, and need no parser.
    match quoted.and_then(|quoted| quoted.strip_suffix('"')) {
        Some(text) if !text.contains('\\') => Some(text.to_owned()),
        _ => match Lit::new(literal.clone()) {
            Lit::Str(text) => Some(text.value()),
            _ => None,
        },
    }
}

fn max_age(pair: KeyValue<'_>) -> syn::Result<MaxAge> {
    let value = assigned(pair).filter(|value| !value.is_empty());
    let value = value.ok_or_else(|| wrong_value(pair))?;
    let tokens = stream(value);
    if let Some(constant) = path(value) {
        return Ok(MaxAge {
            tokens,
            seconds: None,
            constant: Some(constant),
        });
    }
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
    let Ok(seconds) = number.parse2(tokens.clone()) else {
        let text = spelled(value);
        let violation = Violation::new(Rule::MaxAgeNotInteger, &text);
        let violation = match meant_seconds(value) {
            Some(seconds) => violation.fix(&seconds.to_string()),
            None => violation,
        };
        return Err(error_at(tokens, &violation));
    };
    Ok(MaxAge {
        tokens,
        seconds,
        constant: None,
    })
}

fn tolerance(pair: KeyValue<'_>, errors: &mut Errors) -> syn::Result<Tolerance> {
    let [TokenTree::Group(group)] = pair.rest else {
        return Err(wrong_value(pair));
    };
    if group.delimiter() != Delimiter::Parenthesis {
        return Err(wrong_value(pair));
    }
    let mut tolerance = Tolerance::NONE;
    for element in elements(&flat(group.stream())) {
        let text = spelled(&element);
        if let Some(opt_out) = OptOut::parse(&text) {
            tolerance = tolerance.and(opt_out);
        } else {
            // Permits both, because the rule of the opt-out that was meant would repeat the mistake.
            tolerance = Tolerance::ALL;
            let violation = Violation::new(Rule::OptOutUnknown, &text);
            errors.violation(stream(&element), &violation);
        }
    }
    Ok(tolerance)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proc_macro2::{TokenStream, TokenTree};

    use super::parse;
    use crate::check;
    use crate::errors::Errors;

    fn messages(args: TokenStream) -> Vec<String> {
        let mut errors = Errors::default();
        let attribute = parse(args, &mut errors);
        check::attribute(&attribute, &mut errors);
        errors.messages()
    }

    fn messages_of(source: &str) -> Vec<String> {
        messages(source.parse().expect("tokens"))
    }

    const COMPLETE: &str = "origins = [\"https://a.example\", \"https://b.example\"], \
        dev_origins = [\"http://localhost:*\"], methods = [GET, \"POST\"], \
        headers = [\"content-type\"], expose_headers = EXPOSED, max_age = 600, credentials, \
        enforce, dangerously_allow(insecure_origins, public_suffixes), policy = crate::ACCOUNT, \
        origins_from = &TENANTS, crate = ::cors_runtime";

    #[test]
    fn a_complete_attribute_has_no_errors() {
        assert_eq!(messages_of(COMPLETE), [""; 0]);
        assert_eq!(messages_of(&COMPLETE.replace(", ", ",, ")), [""; 0]);
    }

    /// As while it is typed: cut after each token, with and without the keys that follow.
    #[test]
    fn each_partial_attribute_has_one_error_at_most_for_a_key() {
        let tokens: Vec<TokenTree> = COMPLETE
            .parse::<TokenStream>()
            .expect("tokens")
            .into_iter()
            .collect();
        for at in 1..=tokens.len() {
            let (typed, rest) = tokens.split_at(at);
            for rest in [&[], rest.get(1..).unwrap_or_default()] {
                let args = typed.iter().chain(rest).cloned().collect::<TokenStream>();
                let messages = messages(args.clone());
                let distinct: BTreeSet<&String> = messages.iter().collect();
                assert!(messages.len() <= 2, "{args}: {messages:?}");
                assert_eq!(messages.len(), distinct.len(), "{args}: {messages:?}");
            }
        }
    }

    #[test]
    fn a_key_without_a_value_is_the_only_error() {
        for key in [
            "origins",
            "methods",
            "headers",
            "max_age",
            "policy",
            "origins_from",
            "crate",
        ] {
            for source in [
                key.to_owned(),
                format!("{key} ="),
                format!("{key} = methods = [GET]"),
            ] {
                let messages = messages_of(&source);
                let expected = format!("`{key}` has no value");
                if source.matches("methods").count() < 2 {
                    assert_eq!(messages.len(), 1, "{source}: {messages:?}");
                }
                assert!(
                    messages.iter().any(|it| it.starts_with(&expected)),
                    "{source}: {messages:?}"
                );
            }
        }
    }

    #[test]
    fn long_junk_gives_short_messages() {
        let junk = "x".repeat(100_000);
        let list = vec!["\"junk\" junk::JUNK + 1"; 10_000].join(", ");
        for source in [
            junk.clone(),
            format!("{junk} = [\"{junk}\"]"),
            format!("\"{junk}\""),
            format!("origins = {junk}()"),
            format!("origins = [{junk}]"),
            format!("origins = \"{junk}\""),
            format!("max_age = \"{junk}\""),
            format!("policy = f({list})"),
            format!("origins_from = |a| ({list})"),
            format!("dangerously_allow({junk})"),
            format!("origins = [JUNK, ({list})]"),
        ] {
            for message in messages_of(&source) {
                assert!(message.len() < 2048, "{} bytes: {message}", message.len());
            }
        }
    }
}
