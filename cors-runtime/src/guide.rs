//! Guides, one for each question that the reference leaves open. Every example is compiled.
//!
//! | guide | subject |
//! |---|---|
//! | [`migrate`] | from tower-http's `CorsLayer`, in steps; a table of equivalents |
//! | [`policies`] | sharing a policy between handlers, overriding parts of it, configuration, warnings |
//! | [`origins`] | development origins, sets, predicates |
//! | [`layers`] | layers inside and outside CORS, `Policy::layer`, fallbacks, tonic, hyper |
//! | [`protection`] | attacks of other sites, and refusing their requests in the whole router |
//! | [`refusals`] | the log, the browser's console, the table of policies |
//! | [`testing`] | a browser in `cargo test` |
//! | [`explain`] | the cause of a CORS error, from a paste or a URL: the command `cors` |
//! | [`wire`] | requests and responses in detail |
//! | [`openapi`] | an OpenAPI document: utoipa, utoipa-axum, aide |
//! | [`mcp`] | MCP servers that pages can use: policy, protection, frequent mistakes |
//! | [`sockets`] | web sockets, server-sent events, beacons |
//! | [`edge`] | proxies, gateways, caches, logins and redirects in front of the server |
//! | [`faq`] | frequent questions, and errors of the compiler |
//!
//! The keys of the attribute are documented at [`#[cors]`](macro@crate::cors).

#[doc = include_str!("../docs/guide/migrate.md")]
#[doc(alias(
    "CorsLayer",
    "permissive",
    "very_permissive",
    "mirror_request",
    "allow_private_network"
))]
pub mod migrate {}

#[doc = include_str!("../docs/guide/policies.md")]
pub mod policies {}

#[doc = include_str!("../docs/guide/origins.md")]
pub mod origins {}

#[doc = include_str!("../docs/guide/layers.md")]
pub mod layers {}

#[doc = include_str!("../docs/guide/protection.md")]
pub mod protection {}

#[doc = include_str!("../docs/guide/refusals.md")]
pub mod refusals {}

#[doc = include_str!("../docs/guide/testing.md")]
pub mod testing {}

#[doc = include_str!("../docs/guide/explain.md")]
pub mod explain {}

#[doc = include_str!("../docs/guide/wire.md")]
#[doc(alias = "vary")]
pub mod wire {}

#[doc = include_str!("../docs/guide/sockets.md")]
pub mod sockets {}

#[doc = include_str!("../docs/guide/edge.md")]
pub mod edge {}

// Its examples need the feature.
#[cfg_attr(feature = "utoipa", doc = include_str!("../docs/guide/openapi.md"))]
#[cfg_attr(
    not(feature = "utoipa"),
    doc = "OpenAPI documents. The text of this guide needs the feature `utoipa`."
)]
pub mod openapi {}

#[doc = include_str!("../docs/guide/mcp.md")]
pub mod mcp {}

#[doc = include_str!("../docs/guide/faq.md")]
pub mod faq {}

#[cfg(test)]
mod tests {
    use cors_rules::Rule;

    #[test]
    fn the_page_of_the_attribute_names_every_rule() {
        let page = include_str!("../docs/cors.md");
        let is_named = |rule: Rule| {
            let mut mentions = page.split("Rule::").skip(1);
            mentions.any(|rest| {
                rest.strip_prefix(rule.name())
                    .is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
            })
        };
        for &rule in Rule::ALL {
            assert!(is_named(rule), "docs/cors.md lacks `Rule::{rule:?}`");
        }
    }
}
