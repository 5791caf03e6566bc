//! Function calls whose errors point at the user's tokens.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};

/// The spans of the first and the last token.
pub(crate) fn ends(tokens: &impl ToTokens) -> (Span, Span) {
    let mut spans = tokens
        .to_token_stream()
        .into_iter()
        .map(|token| token.span());
    let first = spans.next().unwrap_or_else(Span::call_site);
    (first, spans.last().unwrap_or(first))
}

/// A call of `crate_path::function` whose errors underline all of `tokens`, because the compiler
/// underlines from the first token of a call to its last one. The call goes through an alias, so
/// that items of the user that are named like our function do not shadow it.
pub(crate) fn called_at(
    tokens: &impl ToTokens,
    crate_path: &TokenStream,
    function: &TokenStream,
    arguments: &TokenStream,
) -> TokenStream {
    let (first, last) = ends(tokens);
    let alias = Ident::new("__cors_call", first);
    let arguments = quote_spanned!(last=> (#arguments));
    let call = quote_spanned!(first=> #alias #arguments);
    quote!({
        use #crate_path::#function as __cors_call;
        #call
    })
}
