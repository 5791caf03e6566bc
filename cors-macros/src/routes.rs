//! `routes![handler, module::other::<Type>]`: each path is used as the function and as the type
//! of its name that carries the policy.

use cors_rules::{Rule, Violation};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::{ExprPath, Path, PathArguments, Token};

use crate::attr::{split_at_commas, stream};
use crate::errors::{Errors, error_at};
use crate::expand::REGISTERED;
use crate::spans::{called_at, ends};

/// `input` is the path of the runtime crate, a semicolon, and what the user wrote.
pub(crate) fn expand(input: TokenStream) -> TokenStream {
    let mut input = input.into_iter();
    let crate_path: TokenStream = input.by_ref().take(1).collect();
    let mut errors = Errors::default();
    let handlers: Vec<ExprPath> = paths(input.skip(1).collect())
        .into_iter()
        .filter_map(|path| {
            path.and_then(handler)
                .map_err(|error| errors.push(error))
                .ok()
        })
        .collect();
    let errors = errors.into_compile_errors();
    let overlaps = (handlers.len() > 1).then(|| overlaps(&handlers, &crate_path));
    // A name of the macro's own, whatever the handlers are called.
    let routes = Ident::new("routes", Span::mixed_site());
    let registrations = handlers
        .iter()
        .map(|handler| register(&routes, handler, &crate_path));
    quote!({
        #errors
        #overlaps
        let #routes = #crate_path::Routes::new();
        #(let #routes = #registrations;)*
        #routes
    })
}

/// Commas also stand between generics; only what isn't a list of paths is taken apart by them.
fn paths(list: TokenStream) -> Vec<syn::Result<ExprPath>> {
    let parser = Punctuated::<ExprPath, Token![,]>::parse_terminated;
    match parser.parse2(list.clone()) {
        Ok(paths) => paths.into_iter().map(Ok).collect(),
        Err(_) => split_at_commas(list)
            .iter()
            .map(|tokens| path(stream(tokens)))
            .collect(),
    }
}

fn path(tokens: TokenStream) -> syn::Result<ExprPath> {
    syn::parse2(tokens.clone()).map_err(|_| {
        let text = spelled(&tokens);
        error_at(tokens, &Violation::new(Rule::RoutesNotAPath, &text))
    })
}

fn handler(path: ExprPath) -> syn::Result<ExprPath> {
    if path.qself.is_some() || is_function_of_type(&path.path) {
        let text = spelled(&path);
        return Err(error_at(
            path,
            &Violation::new(Rule::RoutesMethodOfType, &text),
        ));
    }
    Ok(path)
}

/// Types are written in camel case and modules aren't; a path alone tells no more than that.
fn is_function_of_type(path: &Path) -> bool {
    let parent = path.segments.iter().rev().nth(1);
    parent.is_some_and(|parent| {
        !parent.arguments.is_none() || parent.ident.to_string().starts_with(char::is_uppercase)
    })
}

/// The path as a type: without the generics of the function.
fn companion(handler: &ExprPath) -> Path {
    let mut path = handler.path.clone();
    if let Some(last) = path.segments.last_mut() {
        last.arguments = PathArguments::None;
    }
    path
}

/// A block in which the type `__h` is the handler's companion. The import shadows the glob's
/// `__h` in each namespace that the path has, so a handler without `#[cors]` leaves the type that
/// says what to do.
fn with_companion(handler: &ExprPath, crate_path: &TokenStream, body: &TokenStream) -> TokenStream {
    let companion = companion(handler);
    quote!({
        #[allow(unused_imports)]
        use #crate_path::__private::without_cors::*;
        #[allow(unused_imports)]
        use #companion as __h;
        #body
    })
}

fn register(routes: &Ident, handler: &ExprPath, crate_path: &TokenStream) -> TokenStream {
    let written = Ident::new(REGISTERED, Span::call_site());
    // What is wrong with the handler is told at its name.
    let (_, name) = ends(&companion(handler));
    let carrier = Ident::new("__h", name);
    let register = quote_spanned!(name=> on::<#carrier, _, _, _>);
    let on = quote!(#crate_path::__private::#register(#routes, #handler, &__h::#written));
    with_companion(handler, crate_path, &on)
}

/// Two handlers of one path that serve the same method: found by the compiler, which alone knows
/// what each of them serves.
fn overlaps(handlers: &[ExprPath], crate_path: &TokenStream) -> TokenStream {
    let written = Ident::new(REGISTERED, Span::call_site());
    let served = handlers.iter().map(|handler| {
        let path = spelled(&companion(handler));
        let written = with_companion(handler, crate_path, &quote!(&__h::#written));
        quote!((#path, #written))
    });
    let checks = handlers.iter().enumerate().skip(1).map(|(index, handler)| {
        let crate_path = quote!(#crate_path::__private);
        let function = "assert_serves_other_methods";
        let call = called_at(
            handler,
            &crate_path,
            function,
            &quote!(__CORS_SERVED, #index),
        );
        quote!(const _: () = #call;)
    });
    quote! {
        const __CORS_SERVED: &[#crate_path::__private::Served] = &[#(#served),*];
        #(#checks)*
    }
}

/// A path as the user wrote it.
fn spelled(tokens: &impl ToTokens) -> String {
    tokens
        .to_token_stream()
        .to_string()
        .replace(" :: ", "::")
        .replace(":: <", "::<")
}
