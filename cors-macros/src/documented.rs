//! `documented![handler, module::other]`: the handlers of `routes!`, each with the operation that
//! `#[utoipa::path]` describes.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};
use syn::{ExprPath, Path, PathArguments};

use crate::routes::{self, Registered};

/// Expands `documented!`, which has the input of `routes!`.
pub(crate) fn expand(input: TokenStream) -> TokenStream {
    // It reports the errors of the list.
    let routes = routes::expand(input.clone());
    let (crate_path, list) = routes::parts(input);
    let crate_path = quote!(#crate_path::__private);
    // Hygienic, so that no handler's name conflicts with it.
    let documented = Ident::new("documented", Span::mixed_site());
    let operations = routes::handlers(list).flatten();
    let operations = operations.map(|Registered { cfgs, path }| {
        let operation = operation(path);
        quote! {
            #(#[cfg(#cfgs)])*
            let #documented = #crate_path::with_operation::<#operation, _>(#documented);
        }
    });
    quote!({
        let #documented = #crate_path::documented(#routes);
        #(#operations)*
        #documented
    })
}

/// The path of the type that `#[utoipa::path]` generates beside the handler.
fn operation(handler: ExprPath) -> Path {
    let mut path = handler.path;
    if let Some(last) = path.segments.last_mut() {
        last.ident = format_ident!("__path_{}", last.ident);
        last.arguments = PathArguments::None;
    }
    path
}
