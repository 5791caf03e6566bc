//! Splits the tokens of the attribute into entries, and those of a list into elements.

use cors_rules::{Key, Rule, Violation};
use proc_macro2::{Delimiter, Ident, Spacing, TokenStream, TokenTree};
use syn::ext::IdentExt;

use crate::errors::Errors;
use crate::spelling::spelled;

/// A key and its value, as tokens.
#[derive(Clone, Copy)]
pub(crate) struct KeyValue<'a> {
    pub(crate) key: Key,
    pub(crate) name: &'a Ident,
    /// The key and everything up to the next comma.
    pub(crate) tokens: &'a [TokenTree],
    /// The tokens after the key.
    pub(crate) rest: &'a [TokenTree],
}

/// The tokens, with those of an argument of a `macro_rules!` macro in place of the group around them.
pub(crate) fn flat(tokens: TokenStream) -> Vec<TokenTree> {
    let mut flat = Vec::new();
    push_flat(tokens, &mut flat);
    flat
}

fn push_flat(tokens: TokenStream, flat: &mut Vec<TokenTree>) {
    for token in tokens {
        match token {
            TokenTree::Group(group) if group.delimiter() == Delimiter::None => {
                push_flat(group.stream(), flat);
            }
            token => flat.push(token),
        }
    }
}

/// Splits at commas, so that a mistake in one entry leaves the others readable.
pub(crate) fn split_at_commas(args: TokenStream) -> Vec<Vec<TokenTree>> {
    elements(&flat(args))
}

/// The slices between commas.
pub(crate) fn elements(tokens: &[TokenTree]) -> Vec<Vec<TokenTree>> {
    let slices = tokens.split(is_comma).filter(|slice| !slice.is_empty());
    slices.map(<[TokenTree]>::to_vec).collect()
}

/// The entries of the attribute: the slices between commas, but for those between the arguments of a
/// closure. They are slices, because each stream that is built or iterated is a call into the compiler.
pub(crate) fn entries(tokens: &[TokenTree]) -> Vec<&[TokenTree]> {
    let mut entries = Vec::new();
    let mut rest = tokens;
    while !rest.is_empty() {
        let start = arguments_of_closure(rest);
        let comma = rest.iter().skip(start).position(is_comma);
        let (entry, tail) = rest.split_at(comma.map_or(rest.len(), |comma| start + comma));
        rest = tail.split_first().map_or(&[], |(_, rest)| rest);
        if !entry.is_empty() {
            entries.push(entry);
        }
    }
    entries
}

/// The number of tokens up to the end of `key = |a, b|`. 0 for other entries.
fn arguments_of_closure(tokens: &[TokenTree]) -> usize {
    let is =
        |token: &TokenTree, char| matches!(token, TokenTree::Punct(it) if it.as_char() == char);
    let [TokenTree::Ident(_), equals, value @ ..] = tokens else {
        return 0;
    };
    let keywords = value
        .iter()
        .take_while(|token| matches!(token, TokenTree::Ident(_)));
    let opens = keywords.count();
    if !is(equals, '=') || !value.get(opens).is_some_and(|token| is(token, '|')) {
        return 0;
    }
    let arguments = value.iter().skip(opens + 1);
    let length = arguments.take_while(|token| !is(token, '|')).count();
    let end = opens + 1 + length;
    if end < value.len() { 2 + end } else { 0 }
}

pub(crate) fn is_comma(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Punct(it) if it.as_char() == ',')
}

/// Splits where a key follows without a comma, which is an error, or in place of a value.
pub(crate) fn at_keys<'a>(entry: &'a [TokenTree], errors: &mut Errors) -> Vec<&'a [TokenTree]> {
    let mut split = Vec::new();
    let mut start = 0;
    for (index, window) in entry.windows(2).enumerate() {
        let [before, TokenTree::Ident(name)] = window else {
            continue;
        };
        let at = index + 1;
        let has_value = entry.get(at + 1).is_some_and(is_equals);
        if !ends_entry(before, has_value) {
            continue;
        }
        let text = name.unraw().to_string();
        // Without a value, `crate` is the beginning of a path.
        let is_key = Key::parse(&text).is_some_and(|key| key != Key::Crate);
        if !has_value && !is_key {
            continue;
        }
        let (done, _) = entry.split_at(at);
        split.push(without_semicolon(done.get(start..).unwrap_or_default()));
        start = at;
        if !is_equals(before) {
            let violation = Violation::new(Rule::CommaMissing, &text);
            errors.violation(name, &violation);
        }
    }
    split.push(without_semicolon(entry.get(start..).unwrap_or_default()));
    split
}

/// Whether a name that follows `token` may begin a new entry. After `=` it is a value, unless it has a
/// value itself.
fn ends_entry(token: &TokenTree, has_value: bool) -> bool {
    match token {
        TokenTree::Punct(sign) => sign.as_char() == ';' || (is_equals(token) && has_value),
        _ => true,
    }
}

fn without_semicolon(entry: &[TokenTree]) -> &[TokenTree] {
    match entry {
        [entry @ .., TokenTree::Punct(sign)] if sign.as_char() == ';' => entry,
        entry => entry,
    }
}

/// Whether `token` is `=`, and not a part of `==` or `=>`.
fn is_equals(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Punct(it) if it.as_char() == '=' && it.spacing() == Spacing::Alone)
}

pub(crate) fn stream(tokens: &[TokenTree]) -> TokenStream {
    tokens.iter().cloned().collect()
}

/// Splits an element of a list where a literal, or the name of a method, follows without a comma.
pub(crate) fn at_literals<'a>(
    key: Key,
    element: &'a [TokenTree],
    errors: &mut Errors,
) -> Vec<&'a [TokenTree]> {
    let is_entry = |token: &TokenTree| match token {
        TokenTree::Literal(_) => true,
        TokenTree::Ident(_) => key == Key::Methods,
        _ => false,
    };
    let is_semicolon =
        |token: &TokenTree| matches!(token, TokenTree::Punct(it) if it.as_char() == ';');
    let mut split = Vec::new();
    let mut start = 0;
    for (index, window) in element.windows(2).enumerate() {
        let [before, entry] = window else {
            continue;
        };
        if !is_entry(entry) || !(is_entry(before) || is_semicolon(before)) {
            continue;
        }
        let (done, _) = element.split_at(index + 1);
        split.push(without_semicolon(done.get(start..).unwrap_or_default()));
        start = index + 1;
        let text = spelled(std::slice::from_ref(entry));
        let violation = Violation::new(Rule::CommaMissing, &text);
        errors.violation(entry, &violation);
    }
    split.push(without_semicolon(element.get(start..).unwrap_or_default()));
    split
}
