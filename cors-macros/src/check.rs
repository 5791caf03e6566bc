//! The attribute against the rules of `cors-policy`, each broken one at its own place.

use cors_policy::{Violation, check};
use proc_macro2::Span;

use crate::attr::{CorsAttribute, Entry, List};
use crate::errors::Errors;

pub(crate) fn attribute(attribute: &CorsAttribute, errors: &mut Errors) {
    check_origins(attribute, errors);
    check_methods(attribute, errors);
    check_entries(attribute.headers.as_ref(), errors, |list, index| {
        check::header(list, index, attribute.credentials)
    });
    check_entries(attribute.expose_headers.as_ref(), errors, |list, index| {
        check::exposed_header(list, index, attribute.credentials)
    });
    if let Some(max_age) = &attribute.max_age {
        let text = max_age.tokens.to_string().replace("- ", "-");
        if let Some(violation) = check::max_age(&text, max_age.seconds) {
            errors.violation(&max_age.tokens, &violation);
        }
    }
}

/// `origins` and `dev_origins` are one list in a debug build, and the rules hold for that.
fn check_origins(attribute: &CorsAttribute, errors: &mut Errors) {
    let origins = attribute.origins.as_ref();
    let own = entries(origins);
    let dev = entries(attribute.dev_origins.as_ref());
    let texts: Vec<&str> = own
        .iter()
        .chain(dev)
        .map(|entry| entry.text.as_str())
        .collect();

    // With `dev_origins` alone a release build would have no origin at all.
    let whole = if own.is_empty() { &[][..] } else { &texts };
    let unreadable = is_unreadable(attribute, origins);
    if !(own.is_empty() && unreadable)
        && let Some(violation) = check::origins(whole, attribute.credentials)
    {
        match own.iter().chain(dev).find(|entry| entry.text == "*") {
            Some(any) if !own.is_empty() => errors.violation(&any.tokens, &violation),
            _ => list_violation(errors, attribute, origins, &violation),
        }
    }
    for (index, entry) in own.iter().chain(dev).enumerate() {
        if let Some(violation) =
            check::origin(&texts, index, attribute.credentials, attribute.tolerance)
        {
            errors.violation(&entry.tokens, &violation);
        }
    }
}

fn check_methods(attribute: &CorsAttribute, errors: &mut Errors) {
    let list = attribute.methods.as_ref();
    let texts: Vec<&str> = entries(list)
        .iter()
        .map(|entry| entry.text.as_str())
        .collect();
    if !is_unreadable(attribute, list)
        && let Some(violation) = check::methods(&texts)
    {
        list_violation(errors, attribute, list, &violation);
    }
    check_entries(list, errors, check::method);
}

fn check_entries<'a>(
    list: Option<&'a List>,
    errors: &mut Errors,
    check: impl Fn(&[&'a str], usize) -> Option<Violation<'a>>,
) {
    let entries = entries(list);
    let texts: Vec<&str> = entries.iter().map(|entry| entry.text.as_str()).collect();
    for (index, entry) in entries.iter().enumerate() {
        if let Some(violation) = check(&texts, index) {
            errors.violation(&entry.tokens, &violation);
        }
    }
}

fn entries(list: Option<&List>) -> &[Entry] {
    list.map_or(&[], |list| &list.entries)
}

/// Whether a list that looks empty may have been meant to have entries.
fn is_unreadable(attribute: &CorsAttribute, list: Option<&List>) -> bool {
    list.map_or(attribute.unreadable, |list| list.broken)
}

/// At the list itself, or at the whole attribute where the key is missing.
fn list_violation(
    errors: &mut Errors,
    attribute: &CorsAttribute,
    list: Option<&List>,
    violation: &Violation<'_>,
) {
    match list {
        Some(list) => errors.violation(&list.tokens, violation),
        None if attribute.tokens.is_empty() => {
            errors.push(syn::Error::new(Span::call_site(), violation.message()));
        }
        None => errors.violation(&attribute.tokens, violation),
    }
}
