//! Expands the attribute to the companion of the handler: a type of the same name that carries the
//! policy.
//!
//! A function is in the value namespace and a braced type in the type namespace, so one path, import
//! or re-export refers to both. The generated items are valid inside of a function body as well.
//!
//! The compiler checks each expression once for every handler. The policy is therefore text, which
//! it checks fastest.

use cors_rules::{Key, Method, Policy, check, source};
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{Ident, Path};

use crate::attr::{CorsAttribute, List, MaxAge};
use crate::errors::Errors;
use crate::function::HandlerFunction;
use crate::spans::{called_at, ends};

/// The name of the inherent constant that only `routes!` reads. If the handler is never registered,
/// the constant is unused, and the compiler's warning shows this name.
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
    let crate_path = attribute.private();

    // A handler with an invalid attribute has an empty policy, so that `routes!` and the rest of
    // the program cause no further errors.
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
    let text = text(handler, attribute, policy.is_some());
    let overrides = overrides(handler, attribute, policy.as_ref(), &crate_path);
    let at_name = Span::mixed_site().located_at(name.span());
    let mut companion = name.clone();
    companion.set_span(at_name);
    // Dead code is reported only where every token is the user's.
    let registered = Ident::new(REGISTERED, name.span());

    quote_spanned! {at_name=>
        #(#cfgs)*
        #(#allows)*
        #allow_dead_code
        #[doc(hidden)]
        #[allow(
            missing_copy_implementations,
            missing_debug_implementations,
            non_camel_case_types
        )]
        #vis enum #companion { #registered }

        #(#cfgs)*
        impl #crate_path::Companion for #companion {
            #[allow(dead_code)]
            type Own = #companion;
            const TEXT: &'static ::core::primitive::str = #text;
            #overrides
        }

        #asserts
    }
}

/// The constants that only some attributes need.
fn overrides(
    handler: &HandlerFunction,
    attribute: &CorsAttribute,
    policy: Option<&TokenStream>,
    crate_path: &TokenStream,
) -> TokenStream {
    let mut overrides = TokenStream::new();
    if let Some(policy) = policy {
        overrides.extend(quote! {
            const POLICY: ::core::option::Option<&'static #crate_path::Policy<'static>> = {
                const __CORS_POLICY: #crate_path::Policy<'static> = #policy;
                ::core::option::Option::Some(&__CORS_POLICY)
            };
        });
    }
    if literal_methods(attribute).is_none() {
        overrides.extend(quote! {
            const METHODS: #crate_path::Methods = #crate_path::Methods::of(Self::POLICY);
        });
    }
    if let Some(from) = origins_from(attribute, crate_path) {
        overrides.extend(quote! {
            const ORIGINS_FROM: #crate_path::MakeOriginsFrom = ::core::option::Option::Some(|| #from);
        });
    }
    // A macro has the names of types, but not the types.
    if handler.takes_one(&["WebSocketUpgrade"]) {
        overrides.extend(quote! {
            const WEB_SOCKET: ::core::primitive::bool = true;
        });
    }
    overrides
}

/// The bits of the methods, or `None` if they come from a constant.
fn literal_methods(attribute: &CorsAttribute) -> Option<u8> {
    let methods = attribute.list(Key::Methods);
    let is_literal = match methods {
        Some(list) => list.constant.is_none(),
        None => attribute.policy.is_none(),
    };
    is_literal.then(|| {
        let methods = methods.into_iter().flat_map(List::texts);
        let methods = methods.filter_map(|text| Method::parse(text.as_bytes()));
        methods.fold(0, |bits, method| bits | method.bit())
    })
}

/// The attribute as text: `8 12 src/main.rs` for the methods and the place of the handler, and the keys
/// in the format of [`cors_rules::source`], unless there is a constant for them.
fn text(handler: &HandlerFunction, attribute: &CorsAttribute, has_policy: bool) -> TokenStream {
    let place = handler.name.span().unwrap();
    let methods = literal_methods(attribute).unwrap_or(0);
    let file = place.file().replace('\n', " ");
    let place = format!("{methods} {} {file}\n", place.line());
    if has_policy {
        return quote!(#place);
    }
    attribute.with_policy(|policy| {
        let text = |policy: &Policy<'_>| {
            let mut text = place.clone();
            let written = source::write(policy, &mut text);
            written.expect("values that keep the rules have no white space");
            text
        };
        let release = text(&Policy {
            dev_origins: &[],
            ..*policy
        });
        if policy.dev_origins.is_empty() {
            return quote!(#release);
        }
        let debug = text(policy);
        quote!(if ::core::cfg!(debug_assertions) { #debug } else { #release })
    })
}

/// The policy as calls of its builder, one for each key, and of functions that are not for users.
pub(crate) fn policy(attribute: &CorsAttribute, crate_path: &TokenStream) -> TokenStream {
    let base = if let Some(constant) = &attribute.policy {
        typed(constant, &quote!(#crate_path::Policy<'static>))
    } else {
        quote!(#crate_path::Policy::new(&[]))
    };
    let lists = attribute.lists().filter_map(|(key, list)| match key {
        Key::DevOrigins => Some(with_dev_origins(list)),
        // Literal methods have been checked, and only the constant is read at run time.
        Key::Methods if list.constant.is_none() => None,
        _ => Some(with_list(key, list)),
    });
    let max_age = attribute
        .max_age
        .as_ref()
        .map(seconds)
        .map(|seconds| quote!(.max_age(#seconds)));
    let credentials = attribute.credentials.then(|| quote!(.credentials()));
    let enforce = attribute.enforce.as_ref().map(|_| quote!(.enforce()));
    let mut policy = quote!(#base #(#lists)* #max_age #credentials #enforce);
    if attribute.origins_from.is_some() {
        policy = quote!(#crate_path::without_set(#policy));
    }
    if let Some(tolerance) = attribute.tolerance {
        let insecure_origins = tolerance.insecure_origins;
        let public_suffixes = tolerance.public_suffixes;
        let opt_outs = quote!(#insecure_origins, #public_suffixes);
        policy = quote!(#crate_path::with_opt_outs(#policy, #opt_outs));
    }
    policy
}

/// The call of the builder's method, which is named like the key.
fn with_list(key: Key, list: &List) -> TokenStream {
    let method = Ident::new(key.as_str(), Span::call_site());
    let value = if let Some(constant) = &list.constant {
        typed_list(constant)
    } else {
        let texts = list.texts();
        quote!(&[#(#texts),*])
    };
    quote!(.#method(#value))
}

/// The call for `dev_origins`, which release builds of the user's crate leave out.
fn with_dev_origins(list: &List) -> TokenStream {
    let value = if let Some(constant) = &list.constant {
        typed_list(constant)
    } else {
        let texts = list.texts();
        quote!(&[#(#texts),*])
    };
    quote!(.dev_origins_if(::core::cfg!(debug_assertions), #value))
}

/// The value of `max_age`: a number that has been checked, or a constant.
fn seconds(max_age: &MaxAge) -> TokenStream {
    match &max_age.constant {
        Some(constant) => typed(constant, &quote!(::core::primitive::u32)),
        None => max_age.seconds.to_token_stream(),
    }
}

/// The value of a constant that is a slice or an array. A reference to either coerces to a slice.
fn typed_list(constant: &Path) -> TokenStream {
    typed(
        &borrowed(constant),
        &quote!(&'static [&'static ::core::primitive::str]),
    )
}

/// A reference with the span of the constant, so that errors point at the constant.
fn borrowed(constant: &Path) -> TokenStream {
    let (first, _) = ends(constant);
    quote_spanned!(first=> &#constant)
}

/// The user's constant as the value of a generated constant. If its type is wrong, the error is then at
/// the user's constant, and does not mention the builder.
fn typed(constant: &impl ToTokens, of: &TokenStream) -> TokenStream {
    quote!({
        const __CORS_VALUE: #of = #constant;
        __CORS_VALUE
    })
}

/// Checks constants by const evaluation, each key in an expression of its own.
fn asserts(
    attribute: &CorsAttribute,
    policy: &TokenStream,
    crate_path: &TokenStream,
) -> TokenStream {
    let asserts = check::KEYS
        .into_iter()
        .filter_map(|key| assert(attribute, key, crate_path));
    quote! {
        const _: () = {
            const __CORS_POLICY: #crate_path::Policy<'static> = #policy;
            #(#asserts)*
        };
    }
}

/// The expression that checks `key`, if its value depends on a constant.
fn assert(attribute: &CorsAttribute, key: Key, crate_path: &TokenStream) -> Option<TokenStream> {
    let is_constant = |key| {
        let list = attribute.list(key);
        list.is_some_and(|list| list.constant.is_some())
    };
    let (given, depends) = match key {
        Key::Origins | Key::DevOrigins | Key::Enforce => {
            let given = match key {
                Key::Enforce => attribute.enforce.clone(),
                key => attribute.list(key).map(|list| list.tokens.clone()),
            };
            let depends = is_constant(Key::Origins) || is_constant(Key::DevOrigins);
            (given, depends || attribute.policy.is_some())
        }
        Key::MaxAge => {
            let max_age = attribute.max_age.as_ref();
            let given = max_age.map(|max_age| max_age.tokens.clone());
            let is_constant = max_age.is_some_and(|max_age| max_age.constant.is_some());
            (given, is_constant || attribute.policy.is_some())
        }
        key => {
            let given = attribute.list(key).map(|list| list.tokens.clone());
            // Literal methods have been checked, and override those of `policy`.
            let is_checked = key == Key::Methods && given.is_some();
            let depends = is_constant(key) || (attribute.policy.is_some() && !is_checked);
            (given, depends)
        }
    };
    if !depends {
        return None;
    }
    let tokens = given.or_else(|| attribute.policy.as_ref().map(ToTokens::to_token_stream))?;
    let key = Ident::new(&format!("{key:?}"), Span::call_site());
    let call = called_at(
        &tokens,
        crate_path,
        &quote!(assert_keeps_rules),
        &quote!(&__CORS_POLICY, #crate_path::Key::#key),
    );
    Some(quote!(const _: () = #call;))
}

/// The source of more origins: a set or a function, which the runtime distinguishes by type.
fn origins_from(attribute: &CorsAttribute, crate_path: &TokenStream) -> Option<TokenStream> {
    let path = attribute.origins_from.as_ref()?;
    let source = borrowed(path);
    let state = attribute.state.as_ref();
    let state = state.map_or_else(|| quote!(()), ToTokens::to_token_stream);
    let arguments = quote!(::core::marker::PhantomData::<#state>, #source);
    let call = called_at(path, crate_path, &quote!(origins_from), &arguments);
    Some(call)
}
