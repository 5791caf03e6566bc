//! Parses the function under the attribute, as far as the expansion needs it.

use cors_rules::{Rule, Violation};
use proc_macro2::{Delimiter, Ident, Spacing, TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Generics, Token, Visibility, parenthesized};

use crate::errors::error_at;
use crate::surroundings::is_associated;

/// The signature of a handler, without its body.
pub(crate) struct HandlerFunction {
    /// The `#[cfg(..)]`s below the attribute. They are repeated on every added item.
    pub(crate) cfgs: Vec<Attribute>,
    /// The `#[allow(..)]`s. They are repeated on every added item.
    pub(crate) allows: Vec<Attribute>,
    pub(crate) vis: Visibility,
    pub(crate) name: Ident,
    /// The tokens of the arguments.
    pub(crate) arguments: TokenStream,
}

impl HandlerFunction {
    /// Whether an argument has one of these names in its type, at any depth.
    pub(crate) fn takes_one(&self, types: &[&str]) -> bool {
        mentions_one(self.arguments.clone(), types)
    }
}

fn mentions_one(tokens: TokenStream, types: &[&str]) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(name) => types.iter().any(|of| name == of),
        TokenTree::Group(group) => mentions_one(group.stream(), types),
        _ => false,
    })
}

/// The primitive types, which a companion of the same name would shadow.
const PRIMITIVES: &[&str] = &[
    "bool", "char", "f16", "f32", "f64", "f128", "i8", "i16", "i32", "i64", "i128", "isize", "str",
    "u8", "u16", "u32", "u64", "u128", "usize",
];

pub(crate) fn parse(item: &TokenStream) -> syn::Result<HandlerFunction> {
    let not_a_function = || error_at(item, &Violation::new(Rule::NotAFunction, ""));
    let head = without_body(item).ok_or_else(not_a_function)?;
    let (handler, attributes) = head_of_function
        .parse2(head)
        .map_err(|_| not_a_function())?;
    let name = handler.name.unraw().to_string();
    let associated = Violation::new(Rule::AssociatedFunction, &name);
    if let Some(receiver) = receiver(&handler.arguments) {
        return Err(error_at(receiver, &associated));
    }
    if is_associated(&handler.name) {
        return Err(error_at(&handler.name, &associated));
    }
    if PRIMITIVES.contains(&name.as_str()) {
        let fix = format!("{name}_handler");
        return Err(error_at(
            &handler.name,
            &Violation::new(Rule::PrimitiveName, &name).fix(&fix),
        ));
    }
    let is_cors = |attribute: &&Attribute| {
        let last = attribute.path().segments.last();
        last.is_some_and(|last| last.ident == "cors")
    };
    if let Some(again) = attributes.iter().find(is_cors) {
        return Err(error_at(
            again,
            &Violation::new(Rule::AttributeTwice, &name),
        ));
    }
    Ok(handler)
}

/// The tokens before the body, which is not parsed because that takes time. `None` if there is no
/// body.
fn without_body(item: &TokenStream) -> Option<TokenStream> {
    let mut tokens: Vec<TokenTree> = item.clone().into_iter().collect();
    match tokens.pop()? {
        TokenTree::Group(body) if body.delimiter() == Delimiter::Brace => {
            Some(tokens.into_iter().collect())
        }
        // `$item` or `$body` of a `macro_rules!` macro.
        TokenTree::Group(fragment) if fragment.delimiter() == Delimiter::None => {
            tokens.extend(without_body(&fragment.stream())?);
            Some(tokens.into_iter().collect())
        }
        _ => None,
    }
}

fn head_of_function(input: ParseStream<'_>) -> syn::Result<(HandlerFunction, Vec<Attribute>)> {
    let attributes = Attribute::parse_outer(input)?;
    let named = |name: &str| {
        let attributes = attributes.iter();
        let named = attributes.filter(|attribute| attribute.path().is_ident(name));
        named.cloned().collect()
    };
    let (cfgs, allows) = (named("cfg"), named("allow"));
    let vis = input.parse()?;
    // `async`, `unsafe`, `extern "C"`.
    while !input.peek(Token![fn]) {
        input.parse::<TokenTree>()?;
    }
    input.parse::<Token![fn]>()?;
    let name = input.parse()?;
    input.parse::<Generics>()?;
    let arguments;
    parenthesized!(arguments in input);
    let arguments = arguments.parse()?;
    input.parse::<TokenStream>()?;
    let handler = HandlerFunction {
        cfgs,
        allows,
        vis,
        name,
        arguments,
    };
    Ok((handler, attributes))
}

/// The first argument if it is a `self` of any kind. A path can begin with `self`, too, but then
/// `::` follows.
fn receiver(arguments: &TokenStream) -> Option<TokenStream> {
    let is_comma = |token: &TokenTree| matches!(token, TokenTree::Punct(it) if it.as_char() == ',');
    let is_self = |token: &TokenTree| matches!(token, TokenTree::Ident(it) if it == "self");
    let goes_on =
        |token: &TokenTree| matches!(token, TokenTree::Punct(it) if it.spacing() == Spacing::Joint);
    let first = arguments.clone().into_iter();
    let first: Vec<TokenTree> = first.take_while(|token| !is_comma(token)).collect();
    let at = first.iter().position(is_self)?;
    let is_path = first.get(at + 1).is_some_and(goes_on);
    (!is_path).then(|| first.into_iter().collect())
}
