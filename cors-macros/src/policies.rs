//! `policies![handler, module::other::<Type>]`: takes the list of `routes!`, and uses the companions
//! without registering the functions.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};

use crate::routes::{HandlerList, Registered, with_companion, without_generics};
use crate::spans::ends;

/// Expands `policies!`. `input` is the path of the runtime crate, a semicolon, and the user's tokens.
pub(crate) fn expand(input: TokenStream) -> TokenStream {
    let HandlerList {
        crate_path,
        handlers,
        errors,
        overlaps,
    } = HandlerList::parse(input);
    // No handler has this name, and a local variable is hygienic.
    let policies = Ident::new("__cors_policies", Span::mixed_site());
    let added = handlers.iter().map(|Registered { cfgs, path }| {
        // Errors about the call are at the name of the handler.
        let (_, name) = ends(&without_generics(path));
        let add = quote_spanned!(name=> policies_of);
        let added = with_companion(path, &crate_path, |handler, companion| {
            let handler = quote_spanned!(name=> &#handler);
            quote!(#crate_path::__private::#add(#policies, #handler, #companion))
        });
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
