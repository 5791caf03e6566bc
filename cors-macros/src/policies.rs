//! `policies![handler, module::other::<Type>]`: takes the list of `routes!`, and uses the companions
//! without registering the functions.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::ExprPath;

use crate::errors::Errors;
use crate::expand::REGISTERED;
use crate::routes::{Registered, companion, handlers, overlaps, parts, with_companion};
use crate::spans::ends;

/// Expands `policies!`. `input` is the path of the runtime crate, a semicolon, and the user's tokens.
pub(crate) fn expand(input: TokenStream) -> TokenStream {
    let (crate_path, list) = parts(input);
    let mut errors = Errors::default();
    let handlers: Vec<Registered> = handlers(list)
        .filter_map(|handler| handler.map_err(|error| errors.push(error)).ok())
        .collect();
    let errors = errors.into_compile_errors();
    let overlaps = (handlers.len() > 1).then(|| overlaps(&handlers, &crate_path));
    // Hygienic, so that no handler's name conflicts with it.
    let policies = Ident::new("policies", Span::mixed_site());
    let added = handlers.iter().map(|Registered { cfgs, path }| {
        let added = add(&policies, path, &crate_path);
        quote!(#(#[cfg(#cfgs)])* let #policies = #added;)
    });
    quote!({
        #errors
        #overlaps
        let #policies = #crate_path::HandlerPolicies::new();
        #(#added)*
        #policies
    })
}

fn add(policies: &Ident, handler: &ExprPath, crate_path: &TokenStream) -> TokenStream {
    let source = Ident::new(REGISTERED, Span::call_site());
    // Errors of the call point at the name of the handler.
    let (_, name) = ends(&companion(handler));
    let carrier = Ident::new("__h", name);
    let add = quote_spanned!(name=> policies_of::<#carrier, _>);
    let add = quote!(#crate_path::__private::#add(#policies, &#handler, &__h::#source));
    with_companion(handler, crate_path, &add)
}
