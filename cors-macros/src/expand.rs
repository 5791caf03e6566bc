//! What stands beside the function: a type of its name that carries its policy.
//!
//! A function lives in the value namespace and a braced type in the type namespace, so one path,
//! import or re-export brings both. Everything here is data, and valid inside a function body.
//!
//! The compiler's time is the user's: each expression here is checked once for every handler, and
//! text is what it checks fastest.

use cors_rules::{Key, Method};
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{Ident, Path};

use crate::attr::{CorsAttribute, List};
use crate::errors::Errors;
use crate::function::HandlerFunction;
use crate::spans::{called_at, ends};

/// The inherent constant that `routes!` reads, and it alone: a handler that is never registered
/// leaves it unused, and the compiler's warning then says so by this name.
pub(crate) const REGISTERED: &str = "handler_is_not_registered_with_routes";

pub(crate) fn companion(
    handler: &HandlerFunction,
    attribute: &CorsAttribute,
    errors: &Errors,
) -> TokenStream {
    let HandlerFunction {
        cfgs,
        allows,
        vis,
        name,
        ..
    } = handler;
    let crate_path = attribute
        .crate_path
        .as_ref()
        .map_or_else(|| quote!(::cors_runtime), ToTokens::to_token_stream);
    let crate_path = quote!(#crate_path::__private);

    // A wrong attribute leaves an inert policy: the handler still has one, so `routes!` and the
    // rest of the program have nothing to add to what is wrong.
    let wrong = !errors.is_empty();
    let inert = CorsAttribute::default();
    let attribute = if wrong { &inert } else { attribute };
    let allow_dead_code = wrong.then(|| quote!(#[allow(dead_code)]));

    let policy = attribute
        .has_constants()
        .then(|| policy(attribute, &crate_path));
    let asserts = policy
        .as_ref()
        .map(|policy| asserts(attribute, policy, &crate_path))
        .map(|asserts| quote!(#(#cfgs)* #asserts));
    let written = written(handler, attribute, policy.as_ref(), &crate_path);
    // rustc's dead-code lint speaks up at items that are the user's own down to the last token;
    // every other lint stays silent at spans that aren't.
    let constant = Ident::new(REGISTERED, name.span());
    let constant = quote_spanned! {name.span()=>
        #[doc(hidden)]
        #allow_dead_code
        #vis const #constant: #crate_path::HandlerSource = #written;
    };
    let at_name = Span::mixed_site().located_at(name.span());

    quote_spanned! {at_name=>
        #(#cfgs)*
        #[doc(hidden)]
        #[allow(
            dead_code,
            missing_copy_implementations,
            missing_debug_implementations,
            non_camel_case_types
        )]
        #vis enum #name {}

        #(#cfgs)*
        #(#allows)*
        #[allow(non_upper_case_globals)]
        impl #name {
            #constant
        }

        #(#cfgs)*
        #[automatically_derived]
        impl #crate_path::Companion for #name {
            const CELL: &'static #crate_path::PolicyCell = {
                static CELL: #crate_path::PolicyCell = #crate_path::PolicyCell::EMPTY;
                &CELL
            };
        }

        #asserts
    }
}

/// The attribute as data: text, or the policy where it names constants.
fn written(
    handler: &HandlerFunction,
    attribute: &CorsAttribute,
    policy: Option<&TokenStream>,
    crate_path: &TokenStream,
) -> TokenStream {
    let place = handler.name.span().unwrap();
    let (file, line) = (place.file(), u32::try_from(place.line()).unwrap_or(0));
    let literal_methods = match (&attribute.methods, &attribute.policy) {
        (Some(list), _) => list.constant.is_none(),
        (None, base) => base.is_none(),
    };
    let methods = if literal_methods {
        let methods = texts(attribute.methods.as_ref());
        let methods = methods.filter_map(|text| Method::parse(text.as_bytes()));
        let bits = methods.fold(0, |bits, method| bits | method.bit());
        quote!(#crate_path::Methods(#bits))
    } else {
        quote!(#crate_path::Methods::of(&__CORS_POLICY))
    };
    let keys = match policy {
        Some(_) => quote!(""),
        None => keys(attribute),
    };
    let from = origins_from(attribute.origins_from.as_ref(), crate_path);
    let written = quote!(#crate_path::HandlerSource::new(#methods, #file, #line, #keys) #from);
    match policy {
        Some(policy) => quote!({
            const __CORS_POLICY: #crate_path::Policy<'static> = #policy;
            #written.policy(&__CORS_POLICY)
        }),
        None => written,
    }
}

/// A key on each line, with its values behind it.
fn keys(attribute: &CorsAttribute) -> TokenStream {
    let line = |key: &str, values: &[&str]| [&[key], values].concat().join(" ") + "\n";
    let mut lines = String::new();
    let tolerance = attribute.tolerance.unwrap_or_default();
    let max_age = attribute.max_age.as_ref();
    let max_age = max_age.and_then(|max_age| max_age.seconds);
    for (key, list) in [
        ("origins", &attribute.origins),
        ("headers", &attribute.headers),
        ("expose_headers", &attribute.expose_headers),
    ] {
        if let Some(list) = list {
            lines += &line(key, &texts(Some(list)).collect::<Vec<_>>());
        }
    }
    if let Some(seconds) = max_age {
        lines += &line("max_age", &[&seconds.to_string()]);
    }
    for (flag, is_set) in [
        ("credentials", attribute.credentials),
        ("enforce", attribute.enforce.is_some()),
        ("insecure_origins", tolerance.insecure_origins),
        ("public_suffixes", tolerance.public_suffixes),
    ] {
        if is_set {
            lines += &line(flag, &[]);
        }
    }
    let dev_origins: Vec<&str> = texts(attribute.dev_origins.as_ref()).collect();
    if dev_origins.is_empty() {
        return quote!(#lines);
    }
    let developed = lines.clone() + &line("dev_origins", &dev_origins);
    quote!(if ::core::cfg!(debug_assertions) { #developed } else { #lines })
}

/// The policy as calls of its builder, one for each key.
fn policy(attribute: &CorsAttribute, crate_path: &TokenStream) -> TokenStream {
    let base = if let Some(constant) = &attribute.policy {
        typed(constant, &quote!(#crate_path::Policy<'static>))
    } else {
        quote!(#crate_path::Policy::new(&[]))
    };
    let origins = with_list(&quote!(origins), attribute.origins.as_ref());
    let dev_origins = attribute.dev_origins.as_ref().map(|list| {
        let list = if let Some(constant) = &list.constant {
            let constant = typed_list(constant);
            quote!(if ::core::cfg!(debug_assertions) { #constant } else { &[] })
        } else {
            let texts = texts(Some(list));
            quote!(&[#(#[cfg(debug_assertions)] #texts,)*])
        };
        quote!(.__dev_origins(#list))
    });
    let origins_from = attribute
        .origins_from
        .as_ref()
        .map(|_| quote!(.__origins_from_attribute()));
    // Methods that stand here have been checked, and the rest of the program reads the constant.
    let methods = attribute
        .methods
        .as_ref()
        .filter(|list| list.constant.is_some());
    let methods = with_list(&quote!(methods), methods);
    let headers = with_list(&quote!(headers), attribute.headers.as_ref());
    let expose_headers = with_list(&quote!(expose_headers), attribute.expose_headers.as_ref());
    let max_age = attribute
        .max_age
        .as_ref()
        .and_then(|max_age| max_age.seconds)
        .map(|seconds| quote!(.max_age(#seconds)));
    let credentials = attribute.credentials.then(|| quote!(.credentials()));
    let enforce = attribute.enforce.as_ref().map(|_| quote!(.enforce()));
    let tolerance = attribute.tolerance.map(|tolerance| {
        let insecure_origins = tolerance.insecure_origins;
        let public_suffixes = tolerance.public_suffixes;
        quote!(.__tolerance(#insecure_origins, #public_suffixes))
    });
    quote! {
        #base #origins #dev_origins #origins_from #methods #headers #expose_headers #max_age
            #credentials #enforce #tolerance
    }
}

fn with_list(method: &TokenStream, list: Option<&List>) -> Option<TokenStream> {
    let list = list?;
    let value = if let Some(constant) = &list.constant {
        typed_list(constant)
    } else {
        let texts = texts(Some(list));
        quote!(&[#(#texts),*])
    };
    Some(quote!(.#method(#value)))
}

/// A slice or an array: the reference to either becomes a slice.
fn typed_list(constant: &Path) -> TokenStream {
    typed(
        &borrowed(constant),
        &quote!(&'static [&'static ::core::primitive::str]),
    )
}

/// The reference stands where the constant does, also in errors.
fn borrowed(constant: &Path) -> TokenStream {
    let (first, _) = ends(constant);
    quote_spanned!(first=> &#constant)
}

/// A constant of the user's in one of ours: of another type, it is an error at its place that
/// doesn't speak of the builder.
fn typed(constant: &impl ToTokens, of: &TokenStream) -> TokenStream {
    quote!({
        const __CORS_VALUE: #of = #constant;
        __CORS_VALUE
    })
}

/// What stands behind a path is checked by const evaluation, each key at its own expression.
fn asserts(
    attribute: &CorsAttribute,
    policy: &TokenStream,
    crate_path: &TokenStream,
) -> TokenStream {
    let constant = |list: &Option<List>| list.as_ref().is_some_and(|list| list.constant.is_some());
    let tokens = |list: &Option<List>| list.as_ref().map(|list| list.tokens.clone());
    let based = attribute.policy.is_some();
    let of_origins = constant(&attribute.origins) || constant(&attribute.dev_origins);
    let base = attribute.policy.as_ref().map(ToTokens::to_token_stream);
    let max_age = attribute.max_age.as_ref();
    let checks = [
        (Key::Origins, of_origins, tokens(&attribute.origins)),
        (Key::DevOrigins, of_origins, tokens(&attribute.dev_origins)),
        // Methods that stand here have been checked.
        (
            Key::Methods,
            constant(&attribute.methods),
            tokens(&attribute.methods),
        ),
        (
            Key::Headers,
            constant(&attribute.headers),
            tokens(&attribute.headers),
        ),
        (
            Key::ExposeHeaders,
            constant(&attribute.expose_headers),
            tokens(&attribute.expose_headers),
        ),
        (
            Key::MaxAge,
            false,
            max_age.map(|max_age| max_age.tokens.clone()),
        ),
        (Key::Enforce, of_origins, attribute.enforce.clone()),
    ];
    let asserts: Vec<TokenStream> = checks
        .into_iter()
        .filter(|(key, is_constant, given)| {
            let stands_here = *key == Key::Methods && given.is_some();
            *is_constant || (based && !stands_here)
        })
        .filter_map(|(key, _, given)| {
            let tokens = given.or_else(|| base.clone())?;
            let key = Ident::new(&format!("{key:?}"), Span::call_site());
            let call = called_at(
                &tokens,
                crate_path,
                "assert_keeps_rules",
                &quote!(&__CORS_POLICY, #crate_path::Key::#key),
            );
            Some(quote!(const _: () = #call;))
        })
        .collect();
    quote! {
        const _: () = {
            const __CORS_POLICY: #crate_path::Policy<'static> = #policy;
            #(#asserts)*
        };
    }
}

/// A set or a function, told apart by its type.
fn origins_from(path: Option<&Path>, crate_path: &TokenStream) -> Option<TokenStream> {
    let path = path?;
    let call = called_at(path, crate_path, "origins_from", &borrowed(path));
    Some(quote!(.origins_from(|| #call)))
}

fn texts(list: Option<&List>) -> impl Iterator<Item = &str> {
    list.into_iter()
        .flat_map(|list| &list.entries)
        .map(|entry| entry.text.as_str())
}
