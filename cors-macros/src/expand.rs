//! What stands beside the function: a type of its name that carries its policy.
//!
//! A function lives in the value namespace and a braced type in the type namespace, so one path,
//! import or re-export brings both. Everything here is data, and valid inside a function body.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::Ident;

use crate::attr::{CorsAttribute, List};
use crate::errors::Errors;
use crate::handler::Handler;
use cors_policy::Method;

/// The inherent constant that `routes!` reads, and it alone: a handler that is never registered
/// leaves it unused, and the compiler's warning then says so by this name.
pub(crate) const METHODS: &str = "handler_is_not_registered_with_routes";

pub(crate) fn companion(
    handler: &Handler,
    attribute: &CorsAttribute,
    errors: &Errors,
) -> TokenStream {
    let Handler { cfgs, vis, name } = handler;
    let krate = attribute
        .krate
        .as_ref()
        .map_or_else(|| quote!(::cors_runtime), ToTokens::to_token_stream);

    // A wrong attribute leaves an inert policy: the handler still has one, so `routes!` and the
    // rest of the program have nothing to add to what is wrong.
    let wrong = !errors.is_empty();
    let inert = CorsAttribute::default();
    let attribute = if wrong { &inert } else { attribute };
    let allow_dead_code = wrong.then(|| quote!(#[allow(dead_code)]));

    let methods = methods(attribute.methods.as_ref(), &krate);
    let policy = policy(attribute, &krate);
    // rustc's dead-code lint speaks up at items that are the user's own down to the last token;
    // every other lint stays silent at spans that aren't.
    let constant = Ident::new(METHODS, name.span());
    let constant = quote_spanned! {name.span()=>
        #[doc(hidden)]
        #allow_dead_code
        #vis const #constant: &'static [#krate::__private::Method] = &[#methods];
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
        #[allow(non_upper_case_globals)]
        impl #name {
            #constant
        }

        #(#cfgs)*
        #[automatically_derived]
        impl #krate::__private::Companion for #name {
            fn policy() -> &'static #krate::__private::StaticPolicy {
                static POLICY: #krate::__private::StaticPolicy =
                    #krate::__private::StaticPolicy::new(#policy);
                &POLICY
            }
        }
    }
}

fn methods(list: Option<&List>, krate: &TokenStream) -> TokenStream {
    texts(list)
        .filter_map(|text| Method::parse(text.as_bytes()))
        .map(|method| {
            let variant = Ident::new(&format!("{method:?}"), Span::call_site());
            quote!(#krate::__private::Method::#variant,)
        })
        .collect()
}

fn policy(attribute: &CorsAttribute, krate: &TokenStream) -> TokenStream {
    let origins = texts(attribute.origins.as_ref());
    let dev_origins = texts(attribute.dev_origins.as_ref());
    let headers = texts(attribute.headers.as_ref());
    let expose_headers = texts(attribute.expose_headers.as_ref());
    let credentials = attribute.credentials;
    let max_age = attribute
        .max_age
        .as_ref()
        .and_then(|max_age| max_age.seconds)
        .map_or_else(
            || quote!(::core::option::Option::None),
            |seconds| quote!(::core::option::Option::Some(#seconds)),
        );
    quote! {
        #krate::__private::Policy {
            origins: &[#(#origins,)* #(#[cfg(debug_assertions)] #dev_origins,)*],
            headers: &[#(#headers),*],
            expose_headers: &[#(#expose_headers),*],
            max_age: #max_age,
            credentials: #credentials,
        }
    }
}

fn texts(list: Option<&List>) -> impl Iterator<Item = &str> {
    list.into_iter()
        .flat_map(|list| &list.entries)
        .map(|entry| entry.text.as_str())
}
