//! The macros of `cors-runtime`, which re-exports and documents them.
//!
//! The pipeline of `#[cors]`: `attr` reads the tokens into a typed model, `check` holds it against
//! the rules of `cors-rules`, `expand` writes the code, `lints` the warnings. `errors` collects
//! what is wrong, `function` knows the function underneath, `routes` is the macro of that name.
#![forbid(unsafe_code)]

mod attr;
mod check;
mod errors;
mod expand;
mod function;
mod lints;
mod routes;
mod spans;

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
    // The function comes first and unchanged, whatever is wrong with the attribute.
    quote::quote!(#item #companion #errors).into()
}

#[allow(missing_docs, reason = "documented where cors-runtime wraps it")]
#[doc(hidden)]
#[proc_macro]
pub fn __routes(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    routes::expand(input.into()).into()
}
