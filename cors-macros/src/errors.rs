//! The errors of one attribute, collected so that all of them are reported at once.

use cors_rules::Violation;
use proc_macro2::TokenStream;
use quote::ToTokens;

#[derive(Default)]
pub(crate) struct Errors(Vec<syn::Error>);

impl Errors {
    pub(crate) fn push(&mut self, error: syn::Error) {
        self.0.push(error);
    }

    pub(crate) fn extend(&mut self, errors: impl IntoIterator<Item = syn::Error>) {
        self.0.extend(errors);
    }

    /// Adds an error that underlines all of `tokens`.
    pub(crate) fn violation(&mut self, tokens: impl ToTokens, violation: &Violation<'_>) {
        self.push(error_at(tokens, violation));
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    #[cfg(test)]
    pub(crate) fn messages(&self) -> Vec<String> {
        self.0.iter().map(syn::Error::to_string).collect()
    }

    pub(crate) fn into_compile_errors(self) -> TokenStream {
        self.0.iter().map(syn::Error::to_compile_error).collect()
    }
}

/// The error of a violation, which underlines all of `tokens`.
pub(crate) fn error_at(tokens: impl ToTokens, violation: &Violation<'_>) -> syn::Error {
    syn::Error::new_spanned(tokens, violation.message())
}
