//! Stable names of the data, for JSON, and names for people.

use crate::diagnosis::{Layer, Verdict};
use crate::exchange::{FailureKind, Purpose};

/// Returns the stable name. [`Layer::name`] is that for people.
pub(super) fn of_layer(layer: Layer) -> &'static str {
    match layer {
        Layer::CorsRuntime => "cors-runtime",
        Layer::TowerHttp => "tower-http",
        Layer::Express => "express",
        Layer::Flask => "flask",
        Layer::FastApi => "fastapi",
        Layer::Django => "django",
        Layer::Spring => "spring",
        Layer::AspNet => "aspnet",
        Layer::Rails => "rails",
        Layer::Laravel => "laravel",
        Layer::Go => "go",
        Layer::Nginx => "nginx",
        Layer::Apache => "apache",
        Layer::Caddy => "caddy",
        Layer::Envoy => "envoy",
        Layer::Iis => "iis",
        Layer::S3 => "s3",
        Layer::CloudFront => "cloudfront",
        Layer::ApiGateway => "api-gateway",
        Layer::Cloudflare => "cloudflare",
        Layer::Vercel => "vercel",
        Layer::Netlify => "netlify",
        Layer::Ngrok => "ngrok",
        Layer::GoogleCloud => "google-cloud",
        Layer::Azure => "azure",
        Layer::Varnish => "varnish",
        Layer::HaProxy => "haproxy",
        Layer::Traefik => "traefik",
        Layer::Kong => "kong",
    }
}

pub(super) fn of_verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Allowed => "allowed",
        Verdict::NotReached => "not-reached",
        Verdict::Refused => "refused",
    }
}

/// Returns the stable name, and the reason in words.
pub(super) fn of_purpose(purpose: Purpose) -> (&'static str, &'static str) {
    match purpose {
        Purpose::Pasted => ("pasted", "pasted"),
        Purpose::Preflight => ("preflight", "the preflight"),
        Purpose::Request => ("request", "the request"),
        Purpose::Redirect => ("redirect", "the redirect"),
        Purpose::WithoutOrigin => ("without-origin", "without `Origin`"),
        Purpose::OtherOrigin => ("other-origin", "from another origin"),
        Purpose::NullOrigin => ("null-origin", "from the origin `null`"),
        Purpose::ErrorPath => ("error-path", "a path that does not exist"),
        Purpose::OtherScheme => ("other-scheme", "the other one of http and https"),
        Purpose::OtherSlash => ("other-slash", "the path with or without a slash at its end"),
        Purpose::OtherVersion => ("other-version", "another version of HTTP"),
        Purpose::SimilarOrigin => ("similar-origin", "from a similar origin"),
    }
}

pub(super) fn of_failure(kind: FailureKind) -> &'static str {
    match kind {
        FailureKind::Dns => "dns",
        FailureKind::Refused => "refused",
        FailureKind::Timeout => "timeout",
        FailureKind::Certificate => "certificate",
        FailureKind::Tls => "tls",
        FailureKind::Closed => "closed",
        FailureKind::Blocked => "blocked",
        FailureKind::Other => "other",
    }
}
