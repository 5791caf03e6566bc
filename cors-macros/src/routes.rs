//! `routes![handler, module::other::<Type>]`: uses each path as the function and as its companion,
//! the type of the same name that carries the policy. `#[cfg(..)]` may precede a path.

use cors_rules::{Rule, Violation};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::{Attribute, ExprPath, Path, PathArguments, Token};

use crate::entries::{split_at_commas, stream};
use crate::errors::{Errors, error_at};
use crate::expand::REGISTERED;
use crate::spans::called_at;

/// The stand-in for the companion of a handler without `#[cors]`. The name is part of an error about a
/// module that has the name of the handler.
const STAND_IN: &str = "name_the_handler_inside_of_this_module";

/// Expands `routes!`. `input` is the path of the runtime crate, a semicolon, and the user's tokens.
pub(crate) fn expand(input: TokenStream) -> TokenStream {
    let HandlerList {
        crate_path,
        handlers,
        errors,
        overlaps,
    } = HandlerList::parse(input);
    let new = quote!(#crate_path::Routes::new());
    let on = |routes: &TokenStream, handler: &ExprPath| {
        // Errors about the call are at the name of the handler.
        let name = handler.path.segments.last().map(|last| last.ident.span());
        let on = Ident::new("on", name.unwrap_or_else(Span::call_site));
        with_companion(
            handler,
            &crate_path,
            |handler, companion| quote!(#crate_path::__private::#on(#routes, #handler, #companion)),
        )
    };
    // Most lists have one handler, which needs no variable.
    if let [only] = handlers.as_slice()
        && only.cfgs.is_empty()
        && errors.is_empty()
    {
        return on(&new, &only.path);
    }
    // No handler has this name, and a local variable is hygienic.
    let routes = Ident::new("__cors_routes", Span::mixed_site()).into_token_stream();
    let registrations = handlers.iter().map(|Registered { cfgs, path }| {
        let registration = on(&routes, path);
        quote!(#(#[cfg(#cfgs)])* let #routes = #registration;)
    });
    quote!({
        #errors
        #overlaps
        let #routes = #new;
        #(#registrations)*
        #routes
    })
}

/// The list of handlers that `routes!` and `policies!` take.
pub(crate) struct HandlerList {
    pub(crate) crate_path: TokenStream,
    /// The elements without an error.
    pub(crate) handlers: Vec<Registered>,
    /// The errors of the others, as `compile_error!`s.
    pub(crate) errors: TokenStream,
    /// The checks of several handlers.
    pub(crate) overlaps: Option<TokenStream>,
}

impl HandlerList {
    /// Parses the path of the runtime crate, a semicolon, and the user's tokens.
    pub(crate) fn parse(input: TokenStream) -> Self {
        let (crate_path, list) = parts(input);
        let mut errors = Errors::default();
        let handlers: Vec<Registered> = handlers(list)
            .filter_map(|handler| handler.map_err(|error| errors.push(error)).ok())
            .collect();
        Self {
            overlaps: (handlers.len() > 1).then(|| overlaps(&handlers, &crate_path)),
            errors: errors.into_compile_errors(),
            handlers,
            crate_path,
        }
    }
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

/// A block with the value of `body`, which gets two expressions: the handler and its companion.
///
/// A name that is wrong, private or not imported is one error of the compiler at the user's path,
/// because only one of the two expressions can fail.
pub(crate) fn with_companion(
    handler: &ExprPath,
    crate_path: &TokenStream,
    body: impl FnOnce(&TokenStream, &TokenStream) -> TokenStream,
) -> TokenStream {
    let path = without_generics(handler);
    let (Some(first), Some(last)) = (path.segments.first(), handler.path.segments.last()) else {
        return TokenStream::new();
    };
    if path.leading_colon.is_none() && path.segments.len() == 1 {
        let companion = companion_of_name(&last.ident, crate_path);
        return body(&last.to_token_stream(), &companion);
    }
    // The name must not hide the module of a path such as `feed::feed`.
    let name = if first.ident == last.ident {
        Ident::new(STAND_IN, last.ident.span())
    } else {
        last.ident.clone()
    };
    let generics = &last.arguments;
    let body = body(&quote!(#name #generics), &companion_of(&name, &name));
    within_path(&path, &name, crate_path, &body)
}

/// The companion of a handler that is in scope.
///
/// The function is an expression of its own, whose error about a wrong name has the best suggestions.
/// The import therefore must not fail: it finds at least the macro. The import shadows the stand-in,
/// which stays for a handler without `#[cors]`, so that the error about it has the remedy.
fn companion_of_name(name: &Ident, crate_path: &TokenStream) -> TokenStream {
    // In the scope of the user, but not one of the user's local variables, which cannot be imported.
    let at_name = Span::mixed_site().located_at(name.span());
    let mut imported = name.clone();
    imported.set_span(at_name);
    let stand_in = Ident::new(STAND_IN, at_name);
    let companion = companion_of(&stand_in, name);
    let block = quote! {
        #[allow(unused_imports)]
        use #crate_path::__private::unannotated::*;
        #[allow(unused_macros)]
        macro_rules! #imported { () => {} }
        #[allow(unused_imports)]
        use #imported as #stand_in;
        #companion
    };
    quote_spanned!(name.span()=> { #block })
}

/// A block in which `name` is the handler of `path` and its companion.
///
/// Both come from one import, because the compiler has one error for it. The inner block shadows the
/// stand-in, unless the handler has no `#[cors]`.
fn within_path(
    path: &Path,
    name: &Ident,
    crate_path: &TokenStream,
    body: &TokenStream,
) -> TokenStream {
    // Errors about the path are at the user's tokens.
    let import = if path.segments.last().is_some_and(|last| last.ident == *name) {
        quote_spanned!(name.span()=> use #path;)
    } else {
        quote_spanned!(name.span()=> use #path as #name;)
    };
    let mut stand_in = name.clone();
    stand_in.set_span(Span::mixed_site());
    quote!({
        #[allow(unused_imports)]
        use #crate_path::__private::Unannotated as #stand_in;
        {
            #[allow(unused_imports)]
            #import
            #body
        }
    })
}

/// A value of the companion with the name `companion`. A module of that name is then an error about it.
fn companion_of(companion: &Ident, at: &Ident) -> TokenStream {
    let registered = Ident::new(REGISTERED, at.span());
    quote_spanned!(at.span()=> <#companion>::#registered)
}

/// Checks by const evaluation that no two handlers serve the same method, because the methods of a
/// handler are not known to the macro.
fn overlaps(handlers: &[Registered], crate_path: &TokenStream) -> TokenStream {
    let served = handlers.iter().map(
        |Registered {
             cfgs,
             path: handler,
         }| {
            let path = spelled(&without_generics(handler));
            let methods = with_companion(
                handler,
                crate_path,
                |_, companion| quote!(#crate_path::__private::methods_of(&#companion)),
            );
            let served = quote!((#path, #methods));
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

/// The path of the function, whose generics its policy does not have.
pub(crate) fn without_generics(handler: &ExprPath) -> Path {
    let mut path = handler.path.clone();
    if let Some(last) = path.segments.last_mut() {
        last.arguments = PathArguments::None;
    }
    path
}

/// The path as text, as the user wrote it.
fn spelled(tokens: &impl ToTokens) -> String {
    tokens
        .to_token_stream()
        .to_string()
        .replace(" :: ", "::")
        .replace(":: <", "::<")
}
