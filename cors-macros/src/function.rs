//! Parses the function under the attribute, as far as the expansion needs it.

//!
//! By hand: each token that syn reads is copied out of the compiler first, and users compile macros
//! without optimisation. That would take longer than the rest of `#[cors]`.

use cors_rules::{Rule, Violation};
use proc_macro2::{Delimiter, Ident, Spacing, TokenStream, TokenTree};
use syn::ext::IdentExt;

use crate::entries::flat;
use crate::errors::error_at;
use crate::surroundings::is_associated;

/// The signature of a handler, without its body.
pub(crate) struct HandlerFunction {
    /// The `#[cfg(..)]`s below the attribute. They are repeated on every added item.
    pub(crate) cfgs: Vec<TokenStream>,
    /// The `#[allow(..)]`s. They are repeated on every added item.
    pub(crate) allows: Vec<TokenStream>,
    pub(crate) vis: TokenStream,
    pub(crate) name: Ident,
    /// The tokens of the arguments.
    pub(crate) arguments: TokenStream,
    /// The same as text.
    text: String,
}

impl HandlerFunction {
    /// Whether an argument has one of these names in its type, at any depth.
    pub(crate) fn takes_one(&self, types: &[&str]) -> bool {
        // The text is one call into the compiler, the tokens are many.
        types.iter().any(|name| self.text.contains(name))
            && mentions_one(self.arguments.clone(), types)
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
    let parsed = without_body(item).and_then(head);
    let not_a_function = || error_at(item, &Violation::new(Rule::NotAFunction, ""));
    let (handler, attributes) = parsed.ok_or_else(not_a_function)?;
    let name = handler.name.unraw().to_string();
    let associated = Violation::new(Rule::AssociatedFunction, &name);
    let receiver = handler.text.contains("self").then_some(&handler.arguments);
    if let Some(receiver) = receiver.and_then(self::receiver) {
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
    if let Some(again) = attributes.iter().find(|attribute| attribute.name == "cors") {
        return Err(error_at(
            &again.tokens,
            &Violation::new(Rule::AttributeTwice, &name),
        ));
    }
    Ok(handler)
}

/// The tokens before the body. `None` if there is no body.
fn without_body(item: &TokenStream) -> Option<Vec<TokenTree>> {
    let mut tokens: Vec<TokenTree> = item.clone().into_iter().collect();
    match tokens.pop()? {
        TokenTree::Group(body) if body.delimiter() == Delimiter::Brace => Some(tokens),
        // `$item` or `$body` of a `macro_rules!` macro.
        TokenTree::Group(fragment) if fragment.delimiter() == Delimiter::None => {
            tokens.extend(without_body(&fragment.stream())?);
            Some(tokens)
        }
        _ => None,
    }
}

/// An attribute of the function.
struct Attribute {
    tokens: TokenStream,
    /// The last name of its path.
    name: String,
    /// Whether the path is that name only.
    is_single: bool,
}

/// Parses the tokens before the body.
fn head(tokens: Vec<TokenTree>) -> Option<(HandlerFunction, Vec<Attribute>)> {
    let mut tokens = tokens.into_iter();
    let mut attributes = Vec::new();
    let mut vis = Vec::new();
    // Up to `fn`: attributes, the visibility, and qualifiers such as `async` and `extern "C"`.
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Punct(ref hash) if hash.as_char() == '#' => {
                attributes.push(attribute(token, tokens.next()?)?);
            }
            TokenTree::Group(group) if group.delimiter() == Delimiter::None => {
                // `$vis` of a `macro_rules!` macro.
                let rest = tokens;
                let inside: Vec<TokenTree> = group.stream().into_iter().chain(rest).collect();
                tokens = inside.into_iter();
            }
            TokenTree::Group(_) if !vis.is_empty() => vis.push(token),
            TokenTree::Ident(ref name) if name == "fn" => break,
            TokenTree::Ident(ref name) if name == "pub" => vis.push(token),
            TokenTree::Ident(_) | TokenTree::Literal(_) => {}
            _ => return None,
        }
    }
    let TokenTree::Ident(name) = tokens.next()? else {
        return None;
    };
    // The first parentheses outside of `<..>` have the arguments.
    let mut depth = 0_u32;
    let mut arrow = false;
    let arguments = loop {
        match tokens.next()? {
            TokenTree::Group(group) if depth == 0 => {
                break (group.delimiter() == Delimiter::Parenthesis).then(|| group.stream())?;
            }
            TokenTree::Punct(sign) => {
                match sign.as_char() {
                    '<' => depth += 1,
                    '>' if !arrow => depth = depth.checked_sub(1)?,
                    _ => {}
                }
                arrow = sign.as_char() == '-' && sign.spacing() == Spacing::Joint;
            }
            _ => {}
        }
    };
    let named = |name: &str| {
        let attributes = attributes.iter();
        let named = attributes.filter(|attribute| attribute.is_single && attribute.name == name);
        named.map(|attribute| attribute.tokens.clone()).collect()
    };
    let handler = HandlerFunction {
        cfgs: named("cfg"),
        allows: named("allow"),
        vis: vis.into_iter().collect(),
        name,
        text: arguments.to_string(),
        arguments,
    };
    Some((handler, attributes))
}

fn attribute(hash: TokenTree, brackets: TokenTree) -> Option<Attribute> {
    let TokenTree::Group(group) = &brackets else {
        return None;
    };
    let mut name = None;
    let mut names = 0;
    for token in flat(group.stream()) {
        match token {
            TokenTree::Ident(ident) => {
                name = Some(ident.to_string());
                names += 1;
            }
            TokenTree::Punct(sign) if sign.as_char() == ':' => {}
            _ => break,
        }
    }
    Some(Attribute {
        tokens: [hash, brackets].into_iter().collect(),
        name: name?,
        is_single: names == 1,
    })
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
