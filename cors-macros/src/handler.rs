//! The function under the attribute, as far as its policy needs to know it.

use cors_policy::{Rule, Violation};
use proc_macro2::{Ident, TokenStream};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, FnArg, Signature, Type, Visibility};

use crate::errors::at;

pub(crate) struct Handler {
    /// `#[cfg(..)]`s below the attribute: they hold for everything that it adds.
    pub(crate) cfgs: Vec<Attribute>,
    /// What silences warnings: it holds for everything that the attribute adds, too.
    pub(crate) allows: Vec<Attribute>,
    pub(crate) vis: Visibility,
    pub(crate) name: Ident,
    /// The types of the arguments.
    pub(crate) arguments: Vec<Type>,
}

/// Types that are in scope everywhere and that a type of the handler's name would hide.
const PRIMITIVES: &[&str] = &[
    "bool", "char", "f16", "f32", "f64", "f128", "i8", "i16", "i32", "i64", "i128", "isize", "str",
    "u8", "u16", "u32", "u64", "u128", "usize",
];

pub(crate) fn parse(item: &TokenStream) -> syn::Result<Handler> {
    let not_a_function = || at(item, &Violation::new(Rule::NotAFunction, ""));
    let (handler, signature, attributes) = signature
        .parse2(item.clone())
        .map_err(|_| not_a_function())?;
    if signature.receiver().is_some() {
        return Err(at(
            signature.receiver(),
            &Violation::new(Rule::NotAFunction, ""),
        ));
    }
    let name = handler.name.unraw().to_string();
    if PRIMITIVES.contains(&name.as_str()) {
        let fix = format!("{name}_handler");
        return Err(at(
            &handler.name,
            &Violation::new(Rule::PrimitiveName, &name).fix(&fix),
        ));
    }
    let is_cors = |attribute: &&Attribute| {
        let last = attribute.path().segments.last();
        last.is_some_and(|last| last.ident == "cors")
    };
    if let Some(again) = attributes.iter().find(is_cors) {
        return Err(at(again, &Violation::new(Rule::AttributeTwice, &name)));
    }
    Ok(handler)
}

/// Everything up to the body, which is nobody's business here and costs time to parse.
fn signature(input: ParseStream<'_>) -> syn::Result<(Handler, Signature, Vec<Attribute>)> {
    let attributes = Attribute::parse_outer(input)?;
    let named = |name: &str| {
        let attributes = attributes.iter();
        let named = attributes.filter(|attribute| attribute.path().is_ident(name));
        named.cloned().collect()
    };
    let (cfgs, allows) = (named("cfg"), named("allow"));
    let vis = input.parse()?;
    let signature: Signature = input.parse()?;
    if !input.peek(syn::token::Brace) {
        return Err(input.error("a function without a body"));
    }
    input.parse::<TokenStream>()?;
    let arguments = signature
        .inputs
        .iter()
        .filter_map(|argument| match argument {
            FnArg::Typed(argument) => Some((*argument.ty).clone()),
            FnArg::Receiver(_) => None,
        });
    let handler = Handler {
        cfgs,
        allows,
        vis,
        name: signature.ident.clone(),
        arguments: arguments.collect(),
    };
    Ok((handler, signature, attributes))
}
