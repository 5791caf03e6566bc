//! Calls whose errors appear at what the user wrote.

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

/// A call of `function`, at the end of the path `crate_path`, whose errors underline all of `tokens`: the
/// compiler underlines from the first token of a call to its last one. The name in between is
/// nobody's, so that whatever the user's own things are called, `arguments` means them.
pub(crate) fn called_at(
    tokens: &impl ToTokens,
    crate_path: &TokenStream,
    function: &str,
    arguments: &TokenStream,
) -> TokenStream {
    let (first, last) = ends(tokens);
    let function = Ident::new(function, Span::call_site());
    let alias = Ident::new("__cors_call", first);
    let arguments = quote_spanned!(last=> (#arguments));
    let call = quote_spanned!(first=> #alias #arguments);
    quote!({
        use #crate_path::#function as __cors_call;
        #call
    })
}
