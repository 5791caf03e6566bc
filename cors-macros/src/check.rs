//! Checks the attribute against the rules of `cors-rules`. Every broken rule is an error at its own
//! span.

use cors_rules::{Key, Place, Rule, Violation};
use proc_macro2::{Span, TokenStream};

use crate::attr::{CorsAttribute, List, MaxAge};
use crate::errors::{Errors, error_at};

/// Checks the values that are written in the attribute. Constants are left to const evaluation.
pub(crate) fn attribute(attribute: &CorsAttribute, errors: &mut Errors) {
    attribute.with_policy(|policy| {
        for (key, place, violation) in policy.violations() {
            report(attribute, key, place, &violation, errors);
        }
    });
    let state = attribute.state.as_ref();
    let has_function = attribute.origins_from.is_some() || attribute.unreadable;
    if let Some(state) = state.filter(|_| !has_function) {
        errors.violation(state, &Violation::new(Rule::StateWithoutFunction, ""));
    }
    // A number that does not fit into `u32` is not in the policy.
    let max_age = attribute.max_age.as_ref();
    let too_large = max_age.filter(|it| it.seconds.is_none() && it.constant.is_none());
    errors.extend(too_large.map(max_age_range));
}

fn report(
    attribute: &CorsAttribute,
    key: Key,
    place: Place,
    violation: &Violation<'_>,
    errors: &mut Errors,
) {
    match (key, place) {
        (Key::MaxAge, _) => errors.extend(attribute.max_age.as_ref().map(max_age_range)),
        (Key::Enforce, _) => errors.violation(attribute.enforce.as_ref(), violation),
        (_, Place::Entry(index)) => {
            let list = attribute.list(key);
            let entry = list.and_then(|list| list.entries.get(index));
            errors.extend(entry.map(|entry| error_at(&entry.token, violation)));
        }
        (_, Place::Whole) => {
            let list = attribute.list(key);
            if !may_have_entries(attribute, list) {
                errors.push(of_whole(attribute, list, violation));
            }
        }
    }
}

/// The error, with the number as the user wrote it, because the policy has only its value.
fn max_age_range(MaxAge { tokens, .. }: &MaxAge) -> syn::Error {
    let text = tokens.to_string().replace("- ", "-");
    error_at(tokens, &Violation::new(Rule::MaxAgeRange, &text))
}

/// Whether a list without entries may have some, in a constant or in a value that could not be parsed.
fn may_have_entries(attribute: &CorsAttribute, list: Option<&List>) -> bool {
    match list {
        Some(list) => list.broken || list.constant.is_some(),
        None => attribute.unreadable || attribute.policy.is_some(),
    }
}

/// The error at the list itself, or at the whole attribute if the key is missing.
fn of_whole(
    attribute: &CorsAttribute,
    list: Option<&List>,
    violation: &Violation<'_>,
) -> syn::Error {
    let tokens: &TokenStream = list.map_or(&attribute.tokens, |list| &list.tokens);
    if tokens.is_empty() {
        return syn::Error::new(Span::call_site(), violation.message());
    }
    error_at(tokens, violation)
}
