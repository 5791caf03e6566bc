//! The expansion of `#[cors]` for rust-analyzer, in which nothing is checked: the function, and a use of
//! each word of the attribute, by which an editor completes and documents it.
//!
//! The function has one definition then. The compiler's expansion adds an enum of its name.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::quote;

use crate::entries::flat;

pub(crate) fn expand(args: TokenStream, item: &TokenStream) -> TokenStream {
    let tokens = flat(args);
    let entries: Vec<&[TokenTree]> = tokens.split(|token| is(token, ',')).collect();
    let mut crate_path = quote!(::cors_runtime);
    let mut words = Words::default();
    for entry in entries {
        // A half-written entry is one that is completed.
        let Some((TokenTree::Ident(key), rest)) = entry.split_first() else {
            continue;
        };
        let value = match rest {
            [equals, value @ ..] if is(equals, '=') => value,
            rest => rest,
        };
        if key == "crate" {
            crate_path = value.iter().cloned().collect();
            continue;
        }
        words.keys.push(key.clone().into());
        match value {
            [] => {}
            [TokenTree::Group(group)] if group.delimiter() == Delimiter::Parenthesis => {
                words.opt_outs.extend(names(group.stream()));
            }
            [TokenTree::Group(group)] if key == "methods" => {
                words.methods.extend(names(group.stream()));
            }
            value => {
                let value = value.iter();
                let value: TokenStream =
                    value.skip_while(|token| is(token, '&')).cloned().collect();
                words.uses.extend(if key == "state" {
                    quote!(let _: #value;)
                } else {
                    quote!(let _ = #value;)
                });
            }
        }
    }
    let Words {
        keys,
        opt_outs,
        methods,
        uses,
    } = words;
    quote! {
        #item
        const _: () = {
            use #crate_path::__private::editor::keys::{#(#keys as _),*};
            use #crate_path::__private::editor::opt_outs::{#(#opt_outs as _),*};
            use #crate_path::__private::editor::methods::{#(#methods as _),*};
            #uses
        };
    }
}

#[derive(Default)]
struct Words {
    keys: Vec<TokenTree>,
    opt_outs: Vec<TokenTree>,
    methods: Vec<TokenTree>,
    /// Values that are paths.
    uses: TokenStream,
}

fn names(list: TokenStream) -> impl Iterator<Item = TokenTree> {
    let is_name = |token: &TokenTree| matches!(token, TokenTree::Ident(_));
    flat(list).into_iter().filter(is_name)
}

fn is(token: &TokenTree, sign: char) -> bool {
    matches!(token, TokenTree::Punct(it) if it.as_char() == sign)
}

#[cfg(test)]
mod tests {
    use quote::quote;

    use super::expand;

    #[test]
    fn half_written_attributes_keep_the_function_and_their_words() {
        let item = quote!(
            async fn save() {}
        );
        for (args, word) in [
            (quote!(), "save"),
            (quote!(orig), "orig as _"),
            (quote!(origins =), "origins as _"),
            (quote!(origins = ["https://app.example"], meth), "meth as _"),
            (quote!(methods = [GE]), "GE as _"),
            (quote!(policy = shared::), "let _ = shared ::"),
            (quote!(dangerously_allow(insec)), "insec as _"),
            (quote!(, , = ), "save"),
        ] {
            let expanded = expand(args, &item).to_string();
            assert!(expanded.starts_with("async fn save () { }"), "{expanded}");
            assert!(expanded.contains(word), "{expanded}");
        }
    }
}
