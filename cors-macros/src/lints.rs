//! Policies that are valid and still useless to their handler: warnings, told by its arguments.

use cors_rules::{Rule, Violation};
use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{quote, quote_spanned};
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::{FnArg, GenericArgument, PathArguments, PathSegment, Token, Type};

use crate::attr::{CorsAttribute, List};
use crate::function::HandlerFunction;
use crate::spans::ends;

/// A use of a deprecated constant at the attribute for each warning: the one way to warn that
/// stable Rust has, and `#[allow(deprecated)]` silences it.
pub(crate) fn warnings(
    handler: &HandlerFunction,
    attribute: &CorsAttribute,
) -> Option<TokenStream> {
    // What a constant says isn't known here, and a false alarm is worse than none.
    if attribute.policy.is_some() {
        return None;
    }
    // Parsing types takes longer than all the rest, and few handlers have one of these.
    let suspect_types = suspect_types(attribute);
    if suspect_types.is_empty() || !mentions_one(handler.arguments.clone(), &suspect_types) {
        return None;
    }
    let arguments = Punctuated::<FnArg, Token![,]>::parse_terminated;
    let arguments = arguments.parse2(handler.arguments.clone()).ok()?;
    let warnings = arguments.iter().filter_map(|argument| {
        let FnArg::Typed(argument) = argument else {
            return None;
        };
        let (rule, name) = violated(&argument.ty, &suspect_types)?;
        let violation = Violation::new(rule, &name);
        Some(warning(&violation, handler, attribute))
    });
    Some(warnings.collect())
}

/// Types of arguments that say what a page has to send, and that the policy may keep it from.
fn suspect_types(attribute: &CorsAttribute) -> Vec<&'static str> {
    let mut suspect_types = Vec::new();
    if !allows(attribute, &["*", "content-type"]) {
        suspect_types.push("Json");
    }
    if !attribute.credentials {
        suspect_types.extend(["CookieJar", "SignedCookieJar", "PrivateCookieJar"]);
    }
    if !allows(attribute, &["authorization"]) {
        suspect_types.push("TypedHeader");
    }
    suspect_types
}

fn mentions_one(tokens: TokenStream, suspect_types: &[&str]) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(name) => suspect_types.iter().any(|suspect| name == suspect),
        TokenTree::Group(group) => mentions_one(group.stream(), suspect_types),
        _ => false,
    })
}

/// The rule that an argument of this type breaks, with the type's name.
fn violated(argument: &Type, suspect_types: &[&str]) -> Option<(Rule, String)> {
    let segment = last_segment(argument)?;
    let name = segment.ident.to_string();
    if !suspect_types.contains(&name.as_str()) {
        return None;
    }
    let rule = match name.as_str() {
        "Json" => Rule::JsonWithoutContentType,
        "TypedHeader" if is_authorization(segment) => Rule::AuthorizationNotAllowed,
        "TypedHeader" => return None,
        _ => Rule::CookiesWithoutCredentials,
    };
    Some((rule, name))
}

/// Whether `headers` has one of these, or may have.
fn allows(attribute: &CorsAttribute, names: &[&str]) -> bool {
    let is_one = |text: &str| names.iter().any(|name| text.eq_ignore_ascii_case(name));
    attribute.headers.as_ref().is_some_and(
        |List {
             entries, constant, ..
         }| { constant.is_some() || entries.iter().any(|entry| is_one(&entry.text)) },
    )
}

fn is_authorization(segment: &PathSegment) -> bool {
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else {
        return false;
    };
    arguments.args.iter().any(|argument| match argument {
        GenericArgument::Type(header) => {
            last_segment(header).is_some_and(|header| header.ident == "Authorization")
        }
        _ => false,
    })
}

fn last_segment(of: &Type) -> Option<&PathSegment> {
    match of {
        Type::Path(path) => path.path.segments.last(),
        Type::Group(group) => last_segment(&group.elem),
        Type::Paren(paren) => last_segment(&paren.elem),
        _ => None,
    }
}

fn warning(
    violation: &Violation<'_>,
    handler: &HandlerFunction,
    attribute: &CorsAttribute,
) -> TokenStream {
    let HandlerFunction { cfgs, allows, .. } = handler;
    let message = violation.message();
    let message = message.as_str();
    let (place, _) = ends(&attribute.tokens);
    // The user's own span: at others the lint stays silent.
    let constant = Ident::new("cors_policy_does_not_fit", place);
    let of_ours = Span::mixed_site().located_at(place);
    let constant_use = quote_spanned!(of_ours=> const _: () = #constant;);
    quote! {
        #(#cfgs)*
        #(#allows)*
        const _: () = {
            #[deprecated(note = #message)]
            #[allow(non_upper_case_globals)]
            const #constant: () = ();
            #constant_use
        };
    }
}
