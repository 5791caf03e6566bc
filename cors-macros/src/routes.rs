//! `routes![handler, module::other::<Type>]`: uses each path as the function and as its companion,
//! the type of the same name that carries the policy. `#[cfg(..)]` may precede a path.

use cors_rules::{Rule, Violation};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::{Attribute, ExprPath, Path, PathArguments, Token};

use crate::attr::{split_at_commas, stream};
use crate::errors::{Errors, error_at};
use crate::expand::REGISTERED;
use crate::spans::{called_at, ends};

/// Expands `routes!`. `input` is the path of the runtime crate, a semicolon, and the user's tokens.
pub(crate) fn expand(input: TokenStream) -> TokenStream {
    let (crate_path, list) = parts(input);
    let mut errors = Errors::default();
    let handlers: Vec<Registered> = handlers(list)
        .filter_map(|handler| handler.map_err(|error| errors.push(error)).ok())
        .collect();
    let errors = errors.into_compile_errors();
    let overlaps = (handlers.len() > 1).then(|| overlaps(&handlers, &crate_path));
    // Hygienic, so that no handler's name conflicts with it.
    let routes = Ident::new("routes", Span::mixed_site());
    let registrations = handlers.iter().map(|Registered { cfgs, path }| {
        let registration = register(&routes, path, &crate_path);
        quote!(#(#[cfg(#cfgs)])* let #routes = #registration;)
    });
    quote!({
        #errors
        #overlaps
        let #routes = #crate_path::Routes::new();
        #(#registrations)*
        #routes
    })
}

/// The path of the runtime crate, and the user's tokens.
pub(crate) fn parts(input: TokenStream) -> (TokenStream, TokenStream) {
    let mut input = input.into_iter();
    let crate_path = input.by_ref().take(1).collect();
    (crate_path, input.skip(1).collect())
}

/// The elements of the list.
pub(crate) fn handlers(list: TokenStream) -> impl Iterator<Item = syn::Result<Registered>> {
    paths(list).into_iter().map(|path| path.and_then(handler))
}

/// An element of the list.
pub(crate) struct Registered {
    /// The predicates of its `#[cfg(..)]`s.
    pub(crate) cfgs: Vec<TokenStream>,
    pub(crate) path: ExprPath,
}

/// Parses the list as a whole, because commas also separate generics. Splits it at commas only if
/// that fails, to find the element that is not a path.
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

fn handler(mut path: ExprPath) -> syn::Result<Registered> {
    let attributes = std::mem::take(&mut path.attrs);
    let cfgs = attributes.iter().map(cfg).collect::<syn::Result<_>>()?;
    if path.qself.is_some() || is_function_of_type(&path.path) {
        let text = spelled(&path);
        return Err(error_at(
            path,
            &Violation::new(Rule::RoutesMethodOfType, &text),
        ));
    }
    Ok(Registered { cfgs, path })
}

/// The predicate of a `#[cfg(..)]`. Any other attribute would be on an argument of a call, where it
/// has no effect.
fn cfg(attribute: &Attribute) -> syn::Result<TokenStream> {
    match attribute.meta.require_list() {
        Ok(list) if list.path.is_ident("cfg") => Ok(list.tokens.clone()),
        _ => {
            let text = attribute.to_token_stream().to_string();
            let text = text.replace("# [", "#[").replace(" ]", "]");
            Err(error_at(
                attribute,
                &Violation::new(Rule::RoutesAttribute, &text),
            ))
        }
    }
}

/// Guesses by case, because a path does not show whether its parent is a type or a module.
fn is_function_of_type(path: &Path) -> bool {
    let parent = path.segments.iter().rev().nth(1);
    parent.is_some_and(|parent| {
        !parent.arguments.is_none() || parent.ident.to_string().starts_with(char::is_uppercase)
    })
}

/// The path of the companion: without the generics of the function.
pub(crate) fn companion(handler: &ExprPath) -> Path {
    let mut path = handler.path.clone();
    if let Some(last) = path.segments.last_mut() {
        last.arguments = PathArguments::None;
    }
    path
}

/// A block in which the type `__h` is the companion of the handler.
///
/// The import shadows `__h` of the glob in each namespace in which the path has an item. A handler
/// without `#[cors]` has no type, so the type of the glob remains, and the error about it has the
/// remedy.
pub(crate) fn with_companion(
    handler: &ExprPath,
    crate_path: &TokenStream,
    body: &TokenStream,
) -> TokenStream {
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
    let source = Ident::new(REGISTERED, Span::call_site());
    // Errors of the call point at the name of the handler.
    let (_, name) = ends(&companion(handler));
    let carrier = Ident::new("__h", name);
    let register = quote_spanned!(name=> on::<#carrier, _, _, _>);
    let on = quote!(#crate_path::__private::#register(#routes, #handler, &__h::#source));
    with_companion(handler, crate_path, &on)
}

/// Checks by const evaluation that no two handlers serve the same method, because the methods of a
/// handler are not known to the macro.
pub(crate) fn overlaps(handlers: &[Registered], crate_path: &TokenStream) -> TokenStream {
    let constant = Ident::new(REGISTERED, Span::call_site());
    let served = handlers.iter().map(
        |Registered {
             cfgs,
             path: handler,
         }| {
            let path = spelled(&companion(handler));
            let source = with_companion(handler, crate_path, &quote!(&__h::#constant));
            let served = quote!((#path, #source));
            if cfgs.is_empty() {
                return served;
            }
            // Keeps the place of a handler that is compiled out, because the checks refer to handlers
            // by index.
            quote! {
                #[cfg(all(#(#cfgs),*))] #served,
                #[cfg(not(all(#(#cfgs),*)))] #crate_path::__private::NOTHING_SERVED
            }
        },
    );
    let checks = handlers.iter().enumerate().skip(1);
    let checks = checks.map(
        |(
            index,
            Registered {
                cfgs,
                path: handler,
            },
        )| {
            let crate_path = quote!(#crate_path::__private);
            let function = quote!(assert_serves_other_methods);
            let call = called_at(
                handler,
                &crate_path,
                &function,
                &quote!(__CORS_SERVED, #index),
            );
            quote!(#(#[cfg(#cfgs)])* const _: () = #call;)
        },
    );
    quote! {
        const __CORS_SERVED: &[#crate_path::__private::Served] = &[#(#served),*];
        #(#checks)*
    }
}

/// The path as text, as the user wrote it.
fn spelled(tokens: &impl ToTokens) -> String {
    tokens
        .to_token_stream()
        .to_string()
        .replace(" :: ", "::")
        .replace(":: <", "::<")
}
