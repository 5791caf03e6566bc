//! Values of the wrong kind, each with the value that the user probably meant.

use cors_rules::{Key, Method, OptOut, Rule, Violation};
use proc_macro2::{Delimiter, Ident, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Lit, Path, Token};

use crate::entries::{KeyValue, elements, flat, stream};
use crate::errors::error_at;
use crate::spelling::spelled;

/// The tokens after `=`, if there is one.
pub(crate) fn assigned(pair: KeyValue<'_>) -> Option<&[TokenTree]> {
    match pair.rest {
        [TokenTree::Punct(equals), value @ ..] if equals.as_char() == '=' => Some(value),
        _ => None,
    }
}

/// Parses the whole of `tokens` as a path without generics.
pub(crate) fn path(tokens: &[TokenTree]) -> Option<Path> {
    let path = |input: ParseStream<'_>| {
        // Accepts `&`, because errors of rustc propose it. The expansion borrows constants anyway.
        input.parse::<Option<Token![&]>>()?;
        input.call(Path::parse_mod_style)
    };
    path.parse2(stream(tokens)).ok()
}

/// The value after `=`, or after what other languages write in its place.
fn value(pair: KeyValue<'_>) -> &[TokenTree] {
    let is_sign = |token: &TokenTree| matches!(token, TokenTree::Punct(it) if matches!(it.as_char(), '=' | ':' | '>'));
    let signs = pair.rest.iter().take_while(|token| is_sign(token)).count();
    pair.rest.get(signs..).unwrap_or_default()
}

/// The error for a value that the key does not take.
pub(crate) fn wrong_value(pair: KeyValue<'_>) -> syn::Error {
    let KeyValue { key, .. } = pair;
    let value = value(pair);
    if value.is_empty() {
        let missing = Violation::new(Rule::ValueMissing, key.as_str());
        return error_at(stream(pair.tokens), &missing.fix(&example(key)));
    }
    if let Some(meant) = meant(key, value) {
        return wrong_kind(pair, &meant);
    }
    let text = spelled(value);
    let error = |violation: Violation<'_>| error_at(stream(value), &violation);
    match key {
        Key::OriginsFrom if !is_literal(value) => {
            error(Violation::new(Rule::PredicateNotNamed, &text))
        }
        Key::Policy if matches!(value, [TokenTree::Ident(_), ..]) => {
            error(Violation::new(Rule::PolicyNotNamed, &text).fix(&text))
        }
        Key::Policy if !is_literal(value) => error(Violation::new(Rule::PolicyNotNamed, &text)),
        _ if Key::LISTS.contains(&key) && is_expression(value) => {
            let entries = match inner_list(value) {
                Some(entries) => entries,
                None => summands(value),
            };
            not_literal(key, value, &entries)
        }
        _ => wrong_kind(pair, &example(key)),
    }
}

fn wrong_kind(pair: KeyValue<'_>, fix: &str) -> syn::Error {
    let value = value(pair);
    // A wrong sign in place of `=` is a part of the mistake.
    let tokens = match assigned(pair) {
        Some(assigned) if assigned.len() == value.len() => value,
        _ => pair.rest,
    };
    let text = spelled(tokens);
    let violation = Violation::new(Rule::ValueKind, pair.key.as_str());
    error_at(stream(tokens), &violation.part(&text).fix(fix))
}

/// The error for `[entry; 1]`, the syntax of arrays that repeat an entry.
pub(crate) fn repeated(pair: KeyValue<'_>, inside: &[TokenTree]) -> Option<syn::Error> {
    let [
        entry,
        TokenTree::Punct(semicolon),
        TokenTree::Literal(count),
    ] = inside
    else {
        return None;
    };
    if semicolon.as_char() != ';' || !matches!(Lit::new(count.clone()), Lit::Int(_)) {
        return None;
    }
    let entry = meant_entry(pair.key, std::slice::from_ref(entry))?;
    Some(wrong_kind(
        pair,
        &format!("{} = [{entry}]", pair.key.as_str()),
    ))
}

/// The error for an entry of a list that is not a literal.
pub(crate) fn wrong_entry(key: Key, entry: &[TokenTree], list: &[&[TokenTree]]) -> syn::Error {
    let violation = Violation::new(Rule::ValueKind, key.as_str());
    let fix = match meant_entry(key, entry) {
        Some(meant) => meant,
        None if is_expression(entry) => return not_literal(key, entry, list),
        None => example(key),
    };
    error_at(stream(entry), &violation.part(&spelled(entry)).fix(&fix))
}

/// Whether [`wrong_entry`] proposes another way to write the whole list.
pub(crate) fn concerns_list(key: Key, entry: &[TokenTree]) -> bool {
    meant_entry(key, entry).is_none() && is_expression(entry)
}

/// The error for a constant or another expression in a list.
fn not_literal(key: Key, tokens: &[TokenTree], list: &[impl AsRef<[TokenTree]>]) -> syn::Error {
    let is_of_environment =
        matches!(key, Key::Origins | Key::DevOrigins) && reads_environment(tokens);
    let rule = if is_of_environment {
        Rule::ListOfEnvironment
    } else {
        Rule::ListNotLiteral
    };
    let text = spelled(tokens);
    let violation = Violation::new(rule, key.as_str()).part(&text);
    error_at(stream(tokens), &violation.fix(&as_constant(key, list)))
}

/// The list as a constant: its name, and then its definition, which may be cut.
fn as_constant(key: Key, list: &[impl AsRef<[TokenTree]>]) -> String {
    let name = key.as_str().to_uppercase();
    let entries = list.iter().map(|entry| constant_entry(key, entry.as_ref()));
    let entries: Option<Vec<String>> = entries.collect();
    let entries = entries.map(|entries| entries.join(", "));
    let entries = entries.unwrap_or_else(|| example_entry(key).to_owned());
    format!("{name}` with `const {name}: &[&str] = &[{entries}]")
}

/// The entry as const evaluation takes it. `None` for calls of functions that are not `const`.
fn constant_entry(key: Key, entry: &[TokenTree]) -> Option<String> {
    if let Some(meant) = meant_entry(key, entry) {
        return Some(meant);
    }
    let is_constant = match entry {
        [TokenTree::Ident(name), TokenTree::Punct(mark), _] if mark.as_char() == '!' => {
            ["concat", "env", "include_str", "stringify"]
                .iter()
                .any(|of| name == of)
        }
        entry => path(entry).is_some() || is_literal(entry),
    };
    is_constant.then(|| spelled(entry))
}

/// The value of the key that is meant with `value`, as the whole entry.
fn meant(key: Key, value: &[TokenTree]) -> Option<String> {
    let name = key.as_str();
    match key {
        Key::Origins | Key::DevOrigins | Key::Methods | Key::Headers | Key::ExposeHeaders => {
            meant_list(key, value).map(|list| format!("{name} = [{list}]"))
        }
        Key::MaxAge => meant_seconds(value).map(|seconds| format!("{name} = {seconds}")),
        Key::Policy | Key::OriginsFrom | Key::Crate => {
            if let Some(path) = meant_path(value) {
                return Some(format!("{name} = {path}"));
            }
            let origins = meant_list(Key::Origins, value)?;
            (key == Key::OriginsFrom).then(|| format!("origins = [{origins}]"))
        }
        Key::DangerouslyAllow => {
            let inside = inner_list(value).unwrap_or_else(|| vec![value.to_vec()]);
            let opt_outs = inside.iter().map(|token| spelled(token));
            let opt_outs: Vec<String> =
                opt_outs.map(|it| it.trim_matches('"').to_owned()).collect();
            let is_known = opt_outs.iter().all(|it| OptOut::parse(it).is_some());
            (is_known && !opt_outs.is_empty()).then(|| format!("{name}({})", opt_outs.join(", ")))
        }
        Key::State => meant_path(value).map(|path| format!("{name} = {path}")),
        Key::Credentials | Key::Enforce => None,
    }
}

/// The entries that are meant, separated by commas.
fn meant_list(key: Key, value: &[TokenTree]) -> Option<String> {
    if let [TokenTree::Literal(literal)] = value
        && let Lit::Str(text) = Lit::new(literal.clone())
    {
        return Some(quoted_words(&text.value())).filter(|words| !words.is_empty());
    }
    if let Some(entries) = inner_list(value) {
        let entries = entries.iter().map(|entry| meant_entry(key, entry));
        return Some(entries.collect::<Option<Vec<_>>>()?.join(", "))
            .filter(|list| !list.is_empty());
    }
    if key != Key::Methods && value.last().is_some_and(is_any) {
        return Some("\"*\"".to_owned());
    }
    meant_entry(key, value)
}

/// tower-http's `Any`, or `any` as a method of ASP.NET or Spring would be named.
fn is_any(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Ident(name) if name == "Any" || name == "any" || name == "All")
}

/// The elements of `&[..]`, `vec![..]`, `(..)`, `{..}`, `[..].to_vec()`.
fn inner_list(value: &[TokenTree]) -> Option<Vec<Vec<TokenTree>>> {
    let value = match value {
        [TokenTree::Punct(sign), rest @ ..] if sign.as_char() == '&' => rest,
        [TokenTree::Ident(vec), TokenTree::Punct(mark), rest @ ..]
            if vec == "vec" && mark.as_char() == '!' =>
        {
            rest
        }
        value => value,
    };
    match value {
        [TokenTree::Group(group)] => Some(elements(&flat(group.stream()))),
        [TokenTree::Group(group), TokenTree::Punct(dot), ..] if dot.as_char() == '.' => {
            Some(elements(&flat(group.stream())))
        }
        _ => None,
    }
}

/// The operands of `A + B`, or the whole value.
fn summands(value: &[TokenTree]) -> Vec<Vec<TokenTree>> {
    let is_plus = |token: &TokenTree| matches!(token, TokenTree::Punct(it) if it.as_char() == '+');
    let summands = value.split(is_plus).map(<[TokenTree]>::to_vec);
    summands.filter(|summand| !summand.is_empty()).collect()
}

/// The literal that is meant with an entry of a list, or the name of a method.
fn meant_entry(key: Key, entry: &[TokenTree]) -> Option<String> {
    match entry {
        [TokenTree::Punct(sign), entry @ ..] if sign.as_char() == '&' => meant_entry(key, entry),
        [TokenTree::Punct(any)] if any.as_char() == '*' && key != Key::Methods => {
            Some("\"*\"".to_owned())
        }
        [TokenTree::Literal(literal)] => match Lit::new(literal.clone()) {
            Lit::Str(_) => Some(literal.to_string()),
            Lit::ByteStr(text) => Some(format!("{:?}", String::from_utf8(text.value()).ok()?)),
            Lit::CStr(text) => Some(format!("{:?}", text.value().to_str().ok()?)),
            _ => None,
        },
        _ => match key {
            Key::Methods => meant_method(entry),
            Key::Headers | Key::ExposeHeaders => meant_header(entry).or_else(|| converted(entry)),
            _ => converted(entry),
        },
    }
}

/// `Method::GET`, `http::Method::GET`.
fn meant_method(entry: &[TokenTree]) -> Option<String> {
    let path = path(entry)?;
    let name = path.segments.last()?.ident.unraw().to_string();
    let method = Method::parse(name.to_uppercase().as_bytes())?;
    Some(method.as_str().to_owned())
}

/// `header::CONTENT_TYPE`, `CONTENT_TYPE`, `content-type`.
fn meant_header(entry: &[TokenTree]) -> Option<String> {
    let is_minus = |token: &TokenTree| matches!(token, TokenTree::Punct(it) if it.as_char() == '-');
    let words = entry.split(is_minus).map(|word| match word {
        [TokenTree::Ident(word)] => Some(word.unraw().to_string().to_lowercase()),
        _ => None,
    });
    if entry.len() > 1
        && let Some(words) = words.collect::<Option<Vec<_>>>()
    {
        return Some(format!("{:?}", words.join("-")));
    }
    let path = path(entry)?;
    let names: Vec<&Ident> = path.segments.iter().map(|segment| &segment.ident).collect();
    let (last, modules) = names.split_last()?;
    let name = last.to_string();
    let is_of_http = modules.last().is_some_and(|module| *module == "header");
    (is_of_http || CONSTANTS_OF_HTTP.contains(&name.as_str()))
        .then(|| format!("{:?}", name.to_lowercase().replace('_', "-")))
}

/// The constants of `http::header` that handlers allow or expose most.
const CONSTANTS_OF_HTTP: &[&str] = &[
    "ACCEPT",
    "AUTHORIZATION",
    "CACHE_CONTROL",
    "CONTENT_DISPOSITION",
    "CONTENT_RANGE",
    "CONTENT_TYPE",
    "COOKIE",
    "ETAG",
    "IF_MATCH",
    "IF_MODIFIED_SINCE",
    "IF_NONE_MATCH",
    "LAST_MODIFIED",
    "LINK",
    "LOCATION",
    "ORIGIN",
    "RANGE",
    "RETRY_AFTER",
    "SET_COOKIE",
    "USER_AGENT",
];

/// The literal in `"..".parse().unwrap()`, `HeaderValue::from_static("..")`, `String::from("..")`.
fn converted(entry: &[TokenTree]) -> Option<String> {
    let literal = match entry {
        [TokenTree::Literal(literal), TokenTree::Punct(dot), ..] if dot.as_char() == '.' => {
            literal.clone()
        }
        [.., TokenTree::Group(arguments)] if arguments.delimiter() == Delimiter::Parenthesis => {
            let is_macro =
                |token: &TokenTree| matches!(token, TokenTree::Punct(it) if it.as_char() == '!');
            if entry.iter().any(is_macro) {
                return None;
            }
            match flat(arguments.stream()).as_slice() {
                [TokenTree::Literal(literal)] => literal.clone(),
                _ => return None,
            }
        }
        _ => return None,
    };
    matches!(Lit::new(literal.clone()), Lit::Str(_)).then(|| literal.to_string())
}

/// The words of a string, as a string each.
fn quoted_words(text: &str) -> String {
    let words = text.split([',', ';', '|', ' ']);
    let words = words.filter(|word| !word.is_empty());
    let words: Vec<String> = words.map(|word| format!("{word:?}")).collect();
    words.join(", ")
}

/// `"ACCOUNT"`, `(ACCOUNT)`, `ACCOUNT` after a wrong sign, `is_tenant()`.
fn meant_path(value: &[TokenTree]) -> Option<String> {
    let inside;
    let value = match value {
        [TokenTree::Literal(literal)] => {
            let Lit::Str(text) = Lit::new(literal.clone()) else {
                return None;
            };
            let path = text.parse_with(Path::parse_mod_style).ok()?;
            return Some(path.to_token_stream().to_string().replace(' ', ""));
        }
        [function @ .., TokenTree::Group(call)]
            if !function.is_empty() && call.stream().is_empty() =>
        {
            function
        }
        [TokenTree::Group(group)] => {
            inside = flat(group.stream());
            &inside
        }
        value => value,
    };
    path(value).map(|_| spelled(value))
}

/// The seconds that are meant: `"600"`, `600u64`, `600.0`, `[600]`, `60 * 10`, `Duration::from_secs(600)`.
pub(crate) fn meant_seconds(value: &[TokenTree]) -> Option<u32> {
    match value {
        [TokenTree::Literal(literal)] => match Lit::new(literal.clone()) {
            Lit::Int(number) => number.base10_parse().ok(),
            Lit::Float(number) => number.base10_digits().strip_suffix(".0")?.parse().ok(),
            Lit::Str(text) => text.value().trim().parse().ok(),
            _ => None,
        },
        [TokenTree::Group(group)] => meant_seconds(&flat(group.stream())),
        [.., TokenTree::Ident(function), TokenTree::Group(group)] if function == "from_secs" => {
            meant_seconds(&flat(group.stream()))
        }
        [TokenTree::Ident(some), TokenTree::Group(group)] if some == "Some" => {
            meant_seconds(&flat(group.stream()))
        }
        [factor, TokenTree::Punct(times), rest @ ..] if times.as_char() == '*' => {
            let factor = meant_seconds(std::slice::from_ref(factor))?;
            factor.checked_mul(meant_seconds(rest)?)
        }
        _ => None,
    }
}

fn is_literal(value: &[TokenTree]) -> bool {
    matches!(value, [TokenTree::Literal(_)])
}

/// Whether the value has a name in it, such as that of a constant, a function or a macro.
fn is_expression(value: &[TokenTree]) -> bool {
    value.iter().any(|token| match token {
        TokenTree::Ident(name) => name != "true" && name != "false",
        TokenTree::Group(group) => is_expression(&flat(group.stream())),
        _ => false,
    })
}

/// Whether the value has a macro or a function for the environment in it.
fn reads_environment(value: &[TokenTree]) -> bool {
    value.iter().any(|token| match token {
        TokenTree::Ident(name) => ["env", "option_env", "dotenv", "var", "env_var"]
            .iter()
            .any(|of| name == of),
        TokenTree::Group(group) => reads_environment(&flat(group.stream())),
        _ => false,
    })
}

/// The key with a valid value, for messages.
fn example(key: Key) -> String {
    let name = key.as_str();
    match key {
        Key::Origins | Key::DevOrigins | Key::Headers | Key::ExposeHeaders => {
            format!("{name} = [{}]", example_entry(key))
        }
        Key::Methods => format!("{name} = [GET, POST]"),
        Key::MaxAge => format!("{name} = 600"),
        Key::Credentials | Key::Enforce => name.to_owned(),
        Key::DangerouslyAllow => format!("{name}({})", OptOut::InsecureOrigins.as_str()),
        Key::Policy => format!("{name} = ACCOUNT"),
        Key::OriginsFrom => format!("{name} = TENANTS"),
        Key::State => format!("{name} = AppState"),
        Key::Crate => format!("{name} = ::cors_runtime"),
    }
}

fn example_entry(key: Key) -> &'static str {
    match key {
        Key::DevOrigins => "\"http://localhost:5173\"",
        Key::Methods => "\"GET\", \"POST\"",
        Key::Headers => "\"content-type\"",
        Key::ExposeHeaders => "\"x-total-count\"",
        _ => "\"https://app.example.com\"",
    }
}
