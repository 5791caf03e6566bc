//! Warnings about a valid policy with which pages cannot use the handler, by the types of its
//! arguments.

use cors_rules::{Key, Method, Rule, Violation};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::{FnArg, GenericArgument, PathArguments, PathSegment, Token, Type};

use crate::attr::CorsAttribute;
use crate::expand;
use crate::function::HandlerFunction;
use crate::spans::ends;

/// Expands to a use of a deprecated constant for each warning, because stable Rust has no other way
/// for a macro to warn. `#[allow(deprecated)]` silences it.
pub(crate) fn warnings(
    handler: &HandlerFunction,
    attribute: &CorsAttribute,
) -> Option<TokenStream> {
    // Parsing types takes longer than the rest of the macro, and few handlers have these types.
    let suspect_types: Vec<&str> = Need::ALL
        .into_iter()
        .filter(|need| need.is_met(attribute).known != Some(true))
        .flat_map(Need::types)
        .copied()
        .collect();
    if suspect_types.is_empty() || !handler.takes_one(&suspect_types) {
        return None;
    }
    let arguments = Punctuated::<FnArg, Token![,]>::parse_terminated;
    let arguments = arguments.parse2(handler.arguments.clone()).ok()?;
    let mut needs = Vec::new();
    for argument in &arguments {
        if let FnArg::Typed(argument) = argument {
            push_needs(&argument.ty, &mut needs);
        }
    }
    let warnings = needs.iter().filter_map(|(need, name)| {
        let violation = Violation::new(need.rule(), name);
        let met = need.is_met(attribute);
        match met.known {
            Some(true) => None,
            Some(false) => Some(warning(&violation, handler, attribute)),
            None => Some(conditional(&met.condition, &violation, handler, attribute)),
        }
    });
    Some(warnings.collect())
}

/// A part of a request that an argument reads, and that browsers send only if the policy allows it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Need {
    Json,
    GraphQl,
    Cookies,
    Authorization,
    /// Browsers also send it by themselves, with credentials.
    BasicAuthorization,
}

impl Need {
    const ALL: [Self; 5] = [
        Self::Json,
        Self::GraphQl,
        Self::Cookies,
        Self::Authorization,
        Self::BasicAuthorization,
    ];

    /// The extractors with this need. Forms, texts and bytes have none: browsers send them without a
    /// preflight.
    fn types(self) -> &'static [&'static str] {
        match self {
            Self::Json => &["Json", "JsonDeserializer"],
            Self::GraphQl => &["GraphQLRequest", "GraphQLBatchRequest"],
            Self::Cookies => &[
                "CookieJar",
                "SignedCookieJar",
                "PrivateCookieJar",
                "Cookies",
                "TypedHeader",
            ],
            Self::Authorization | Self::BasicAuthorization => &["TypedHeader"],
        }
    }

    fn rule(self) -> Rule {
        match self {
            Self::Json => Rule::JsonWithoutContentType,
            Self::GraphQl => Rule::GraphQlWithoutContentType,
            Self::Cookies => Rule::CookiesWithoutCredentials,
            Self::Authorization | Self::BasicAuthorization => Rule::AuthorizationNotAllowed,
        }
    }

    fn is_met(self, attribute: &CorsAttribute) -> Met {
        match self {
            Self::Json => allows_header(attribute, "content-type"),
            // A GET has its query in the URL.
            Self::GraphQl => posts(attribute)
                .not()
                .or(allows_header(attribute, "content-type")),
            Self::Cookies => has_credentials(attribute),
            Self::Authorization => allows_header(attribute, "authorization"),
            Self::BasicAuthorization => {
                has_credentials(attribute).or(allows_header(attribute, "authorization"))
            }
        }
    }
}

/// Whether a policy meets a need.
struct Met {
    /// `None` if it depends on a constant, whose value is not known to a macro.
    known: Option<bool>,
    /// The same as an expression for const evaluation.
    condition: TokenStream,
}

impl Met {
    fn known(known: bool) -> Self {
        Self {
            known: Some(known),
            condition: quote!(#known),
        }
    }

    fn by(condition: TokenStream) -> Self {
        Self {
            known: None,
            condition,
        }
    }

    fn not(self) -> Self {
        let condition = self.condition;
        Self {
            known: self.known.map(|known| !known),
            condition: quote!(!#condition),
        }
    }

    fn or(self, other: Self) -> Self {
        let known = match (self.known, other.known) {
            (Some(true), _) | (_, Some(true)) => Some(true),
            (Some(false), known) | (known, Some(false)) => known,
            (None, None) => None,
        };
        let (one, other) = (self.condition, other.condition);
        Self {
            known,
            condition: quote!((#one || #other)),
        }
    }
}

fn allows_header(attribute: &CorsAttribute, name: &str) -> Met {
    let is_known = match attribute.list(Key::Headers) {
        Some(list) => list.constant.is_none(),
        None => attribute.policy.is_none(),
    };
    if is_known {
        return Met::known(attribute.with_policy(|policy| policy.allows_header(name)));
    }
    let private = attribute.private();
    Met::by(quote!(#private::allows_header(&__CORS_POLICY, #name)))
}

fn has_credentials(attribute: &CorsAttribute) -> Met {
    if attribute.credentials || attribute.policy.is_none() {
        return Met::known(attribute.credentials);
    }
    let private = attribute.private();
    Met::by(quote!(#private::has_credentials(&__CORS_POLICY)))
}

fn posts(attribute: &CorsAttribute) -> Met {
    let is_known = match attribute.list(Key::Methods) {
        Some(list) => list.constant.is_none(),
        None => attribute.policy.is_none(),
    };
    if is_known {
        return Met::known(attribute.with_policy(|policy| policy.serves(Method::Post)));
    }
    let private = attribute.private();
    Met::by(quote!(#private::serves_post(&__CORS_POLICY)))
}

/// Types with generics that are not wrappers of an extractor: those that read another part of the
/// request, or none, and those that read one of several.
const NO_WRAPPERS: &[&str] = &[
    "ConnectInfo",
    "Either",
    "Either3",
    "Either4",
    "Either5",
    "Either6",
    "Either7",
    "Either8",
    "Extension",
    "Form",
    "JsonLines",
    "Path",
    "PhantomData",
    "Query",
    "State",
];

/// Adds the needs of an argument of this type: of an extractor, of a tuple of extractors, or of a wrapper,
/// such as `Option<..>`, `Result<.., _>`, `Cached<..>`, `WithRejection<.., _>`.
fn push_needs(argument: &Type, needs: &mut Vec<(Need, String)>) {
    if let Type::Tuple(tuple) = argument {
        for element in &tuple.elems {
            push_needs(element, needs);
        }
        return;
    }
    let Some(segment) = last_segment(argument) else {
        return;
    };
    let name = segment.ident.to_string();
    if name == "TypedHeader" {
        let header = first_argument(segment).and_then(last_segment);
        needs.extend(header.and_then(need_of_header).map(|need| (need, name)));
        return;
    }
    let is_one = |need: &Need| need.types().contains(&name.as_str());
    if let Some(need) = Need::ALL.into_iter().find(is_one) {
        needs.push((need, name));
    } else if !NO_WRAPPERS.contains(&name.as_str())
        && let Some(inner) = first_argument(segment)
    {
        push_needs(inner, needs);
    }
}

/// The need of `TypedHeader<..>` by the type of its header.
fn need_of_header(header: &PathSegment) -> Option<Need> {
    if header.ident == "Cookie" {
        return Some(Need::Cookies);
    }
    if header.ident != "Authorization" {
        return None;
    }
    let scheme = first_argument(header).and_then(last_segment);
    Some(match scheme {
        Some(scheme) if scheme.ident == "Basic" => Need::BasicAuthorization,
        _ => Need::Authorization,
    })
}

/// The first generic argument that is a type.
fn first_argument(segment: &PathSegment) -> Option<&Type> {
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else {
        return None;
    };
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(argument) => Some(argument),
        _ => None,
    })
}

fn last_segment(of: &Type) -> Option<&PathSegment> {
    match of {
        Type::Path(path) => path.path.segments.last(),
        Type::Group(group) => last_segment(&group.elem),
        Type::Paren(paren) => last_segment(&paren.elem),
        _ => None,
    }
}

/// The name of the deprecated constant, which the warning shows.
const LINT: &str = "cors_policy_does_not_fit";

fn warning(
    violation: &Violation<'_>,
    handler: &HandlerFunction,
    attribute: &CorsAttribute,
) -> TokenStream {
    let HandlerFunction { cfgs, allows, .. } = handler;
    let message = violation.message();
    let message = message.as_str();
    let (place, _) = ends(&attribute.tokens);
    // The lint fires only at a span of the user.
    let constant = Ident::new(LINT, place);
    let of_ours = Span::mixed_site().located_at(place);
    let constant_use = quote_spanned!(of_ours=> const _: () = #constant;);
    quote! {
        #(#cfgs)*
        #(#allows)*
        const _: () = {
            #[deprecated(note = #message)]
            #[allow(non_upper_case_globals)]
            const #constant: () = ();
            #constant_use
        };
    }
}

/// The warning if `condition` is false, which const evaluation decides: it selects one of two constants
/// of the same name, and one of them is deprecated.
fn conditional(
    condition: &TokenStream,
    violation: &Violation<'_>,
    handler: &HandlerFunction,
    attribute: &CorsAttribute,
) -> TokenStream {
    let HandlerFunction { cfgs, allows, .. } = handler;
    let message = violation.message();
    let message = message.as_str();
    let (place, _) = ends(&attribute.tokens);
    let constant = Ident::new(LINT, place);
    let private = attribute.private();
    let policy = expand::policy(attribute, &private);
    let of_ours = Span::mixed_site().located_at(place);
    let constant_use = quote_spanned!(of_ours=> const _: () = Check::<{ #condition }>::#constant;);
    // The user's paths are outside of the block in which `Check` would shadow a name of theirs.
    quote! {
        #(#cfgs)*
        #(#allows)*
        const _: () = {
            const __CORS_POLICY: #private::Policy<'static> = #policy;
            #[allow(dead_code, non_upper_case_globals)]
            const _: () = {
                struct Check<const FITS: ::core::primitive::bool>;
                impl Check<true> {
                    const #constant: () = ();
                }
                impl Check<false> {
                    #[deprecated(note = #message)]
                    const #constant: () = ();
                }
                #constant_use
            };
        };
    }
}
