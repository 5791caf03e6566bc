//! Stable names of the data, for JSON, and names for people.

use crate::diagnosis::{Layer, Verdict};
use crate::exchange::{FailureKind, Purpose};

/// Returns the stable name, and the name that people know.
pub(super) fn of_layer(layer: Layer) -> (&'static str, &'static str) {
    match layer {
        Layer::CorsRuntime => ("cors-runtime", "cors-runtime"),
        Layer::TowerHttp => ("tower-http", "tower-http"),
        Layer::Express => ("express", "Express"),
        Layer::Flask => ("flask", "Flask"),
        Layer::FastApi => ("fastapi", "FastAPI"),
        Layer::Django => ("django", "Django"),
        Layer::Spring => ("spring", "Spring"),
        Layer::AspNet => ("aspnet", "ASP.NET"),
        Layer::Rails => ("rails", "Rails"),
        Layer::Laravel => ("laravel", "Laravel"),
        Layer::Go => ("go", "Go"),
        Layer::Nginx => ("nginx", "nginx"),
        Layer::Apache => ("apache", "Apache"),
        Layer::Caddy => ("caddy", "Caddy"),
        Layer::Envoy => ("envoy", "Envoy"),
        Layer::Iis => ("iis", "IIS"),
        Layer::S3 => ("s3", "S3"),
        Layer::CloudFront => ("cloudfront", "CloudFront"),
        Layer::ApiGateway => ("api-gateway", "API Gateway"),
        Layer::Cloudflare => ("cloudflare", "Cloudflare"),
        Layer::Vercel => ("vercel", "Vercel"),
        Layer::Netlify => ("netlify", "Netlify"),
        Layer::Ngrok => ("ngrok", "ngrok"),
        Layer::GoogleCloud => ("google-cloud", "Google Cloud"),
        Layer::Azure => ("azure", "Azure"),
        Layer::Varnish => ("varnish", "Varnish"),
        Layer::HaProxy => ("haproxy", "HAProxy"),
        Layer::Traefik => ("traefik", "Traefik"),
        Layer::Kong => ("kong", "Kong"),
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
