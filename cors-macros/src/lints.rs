//! Warnings about a valid policy with which pages cannot use the handler, by the types of its
//! arguments.

use cors_rules::{Key, Rule, Violation, header_prefix, is_covered_by_prefix};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::{FnArg, GenericArgument, PathArguments, PathSegment, Token, Type};

use crate::attr::CorsAttribute;
use crate::function::HandlerFunction;
use crate::spans::ends;

/// Expands to a use of a deprecated constant for each warning, because stable Rust has no other way
/// for a macro to warn. `#[allow(deprecated)]` silences it.
pub(crate) fn warnings(
    handler: &HandlerFunction,
    attribute: &CorsAttribute,
) -> Option<TokenStream> {
    // The values of a constant are not known here, and a false warning is worse than none.
    if attribute.policy.is_some() {
        return None;
    }
    // Parsing types takes longer than the rest of the macro, and few handlers have these types.
    let suspect_types = suspect_types(attribute);
    if suspect_types.is_empty() || !handler.takes_one(&suspect_types) {
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

/// The argument types that need a part of a request which the policy does not allow.
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

/// The rule that an argument of this type breaks, and the name of the type.
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

/// Whether `headers` has one of these names, or may have it.
fn allows(attribute: &CorsAttribute, names: &[&str]) -> bool {
    let is_one = |text: &str| {
        let covers = |name: &&str| match header_prefix(text) {
            Some(prefix) => is_covered_by_prefix(name.as_bytes(), prefix),
            None => text.eq_ignore_ascii_case(name),
        };
        names.iter().any(covers)
    };
    let headers = attribute.list(Key::Headers);
    headers.is_some_and(|list| list.constant.is_some() || list.texts().any(is_one))
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
    // The lint fires only at a span of the user.
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
