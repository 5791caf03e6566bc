//! The attribute against the rules of `cors-rules`, each broken one at its own place.

use cors_rules::{Key, Place, Policy, Rule, Tolerance, Violation};
use proc_macro2::{Span, TokenStream};

use crate::attr::{CorsAttribute, List, MaxAge};
use crate::errors::{Errors, error_at};

/// What stands here literally; what is behind a path is left to const evaluation.
pub(crate) fn attribute(attribute: &CorsAttribute, errors: &mut Errors) {
    let texts = [
        texts(attribute.origins.as_ref()),
        texts(attribute.dev_origins.as_ref()),
        texts(attribute.methods.as_ref()),
        texts(attribute.headers.as_ref()),
        texts(attribute.expose_headers.as_ref()),
    ];
    let [origins, dev_origins, methods, headers, expose_headers] = &texts;
    let max_age = attribute.max_age.as_ref();
    let policy = Policy {
        origins,
        dev_origins,
        origins_from: attribute.origins_from.is_some(),
        methods,
        headers,
        expose_headers,
        max_age: max_age.and_then(|max_age| max_age.seconds),
        credentials: attribute.credentials,
        enforce: attribute.enforce.is_some(),
        tolerance: attribute.tolerance.unwrap_or(Tolerance::NONE),
    };
    for (key, place, violation) in policy.violations() {
        let list = match key {
            Key::Origins => attribute.origins.as_ref(),
            Key::DevOrigins => attribute.dev_origins.as_ref(),
            Key::Methods => attribute.methods.as_ref(),
            Key::Headers => attribute.headers.as_ref(),
            Key::ExposeHeaders => attribute.expose_headers.as_ref(),
            Key::MaxAge => {
                errors.extend(max_age.map(max_age_range));
                continue;
            }
            // Known only when the program starts.
            Key::OriginsFrom => continue,
            Key::Enforce => {
                errors.violation(attribute.enforce.as_ref(), &violation);
                continue;
            }
        };
        match (place, list) {
            (Place::Entry(index), Some(list)) => {
                errors.violation(&list.entries[index].token, &violation);
            }
            (Place::Whole, list) if !may_have_entries(attribute, list) => {
                errors.push(of_whole(attribute, list, &violation));
            }
            _ => {}
        }
    }
    // A number that no policy can hold.
    let unheld = max_age.filter(|max_age| max_age.seconds.is_none());
    errors.extend(unheld.map(max_age_range));
}

/// The number as it was written, which the policy doesn't know.
fn max_age_range(MaxAge { tokens, .. }: &MaxAge) -> syn::Error {
    let text = tokens.to_string().replace("- ", "-");
    error_at(tokens, &Violation::new(Rule::MaxAgeRange, &text))
}

fn texts(list: Option<&List>) -> Vec<&str> {
    let entries = list.into_iter().flat_map(|list| &list.entries);
    entries.map(|entry| entry.text.as_str()).collect()
}

/// Whether a list that looks empty has its entries elsewhere, or was meant to have some.
fn may_have_entries(attribute: &CorsAttribute, list: Option<&List>) -> bool {
    match list {
        Some(list) => list.broken || list.constant.is_some(),
        None => attribute.unreadable || attribute.policy.is_some(),
    }
}

/// At the list itself, or at the whole attribute where the key is missing.
fn of_whole(
    attribute: &CorsAttribute,
    list: Option<&List>,
    violation: &Violation<'_>,
) -> syn::Error {
    let tokens: &TokenStream = list.map_or(&attribute.tokens, |list| &list.tokens);
    if tokens.is_empty() {
        return syn::Error::new(Span::call_site(), violation.message());
    }
    syn::Error::new_spanned(tokens, violation.message())
}
