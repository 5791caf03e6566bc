//! Calls whose errors appear at what the user wrote.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote_spanned};

/// The spans of the first and the last token.
pub(crate) fn ends(tokens: &impl ToTokens) -> (Span, Span) {
    let mut spans = tokens
        .to_token_stream()
        .into_iter()
        .map(|token| token.span());
    let first = spans.next().unwrap_or_else(Span::call_site);
    (first, spans.last().unwrap_or(first))
}

/// A call of `function` whose errors underline all of `tokens`: the compiler underlines from the
/// first token of a call to its last one.
pub(crate) fn called_at(
    tokens: &impl ToTokens,
    function: &str,
    arguments: &TokenStream,
) -> TokenStream {
    let (first, last) = ends(tokens);
    let function = Ident::new(function, first);
    let arguments = quote_spanned!(last=> (#arguments));
    quote_spanned!(first=> #function #arguments)
}
