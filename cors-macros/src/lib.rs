//! The macros of `cors-runtime`, which re-exports and documents them.
//!
//! The steps of `#[cors]`, in the order of [`cors`](macro@cors):
//!
//! - `attr` parses the tokens of the attribute into values with spans: `entries` splits them, `meant`
//!   finds the key that an unknown name means, and `values` the value that a wrong one means;
//! - `check` checks the values against the rules of `cors-rules`;
//! - `function` parses the signature of the handler, and `surroundings` finds out whether it is in an
//!   `impl`;
//! - `expand` generates the companion of the handler, which carries the policy;
//! - `lints` generates warnings.
//!
//! rust-analyzer gets the expansion of `editor` instead.
//!
//! `errors` collects errors, `spelling` prints tokens as the user wrote them, and `spans` generates
//! calls whose errors point at the user's tokens. `routes`, `policies` and `documented` are the macros of
//! these names.
#![forbid(unsafe_code)]
// A panic of a macro has no span and no remedy.
#![warn(clippy::indexing_slicing)]

mod attr;
mod check;
mod documented;
mod editor;
mod entries;
mod errors;
mod expand;
mod function;
mod lints;
mod meant;
mod policies;
mod routes;
mod spans;
mod spelling;
mod surroundings;
mod values;

use errors::Errors;

#[allow(missing_docs, reason = "documented where cors-runtime re-exports it")]
#[proc_macro_attribute]
pub fn cors(
    args: proc_macro::TokenStream,
    item: proc_macro::TokenStream,
) -> proc_macro::TokenStream {
    let mut errors = Errors::default();
    let item = proc_macro2::TokenStream::from(item);
    let attribute = attr::parse(args.into(), &mut errors);
    check::attribute(&attribute, &mut errors);
    let companion = match function::parse(&item) {
        Ok(handler) => {
            let companion = expand::companion(&handler, &attribute, &errors);
            let warnings = errors
                .is_empty()
                .then(|| lints::warnings(&handler, &attribute));
            let warnings = warnings.flatten();
            quote::quote!(#companion #warnings)
        }
        Err(error) => {
            errors.push(error);
            proc_macro2::TokenStream::new()
        }
    };
    let errors = errors.into_compile_errors();
    // The function is always first and unchanged, so that a mistake in the attribute causes no
    // errors about a missing function.
    quote::quote!(#item #companion #errors).into()
}

/// In place of [`cors`](macro@cors) where cors-runtime is compiled for rust-analyzer.
#[doc(hidden)]
#[proc_macro_attribute]
pub fn __cors_for_editor(
    args: proc_macro::TokenStream,
    item: proc_macro::TokenStream,
) -> proc_macro::TokenStream {
    editor::expand(args.into(), &item.into()).into()
}

#[allow(missing_docs, reason = "documented where cors-runtime wraps it")]
#[doc(hidden)]
#[proc_macro]
pub fn __routes(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    routes::expand(input.into()).into()
}

#[allow(missing_docs, reason = "documented where cors-runtime wraps it")]
#[doc(hidden)]
#[proc_macro]
pub fn __policies(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    policies::expand(input.into()).into()
}

#[allow(missing_docs, reason = "documented where cors-runtime wraps it")]
#[doc(hidden)]
#[proc_macro]
pub fn __documented(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    documented::expand(input.into()).into()
}
