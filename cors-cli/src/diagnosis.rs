//! The result: one cause for each case, with its evidence, its consequences and its remedies.

use crate::exchange::Span;

/// The diagnosis of a paste.
#[derive(Clone, Debug, Default)]
pub struct Diagnosis {
    /// The failing ones first. A HAR file has several; equal ones are folded into one.
    pub cases: Vec<Case>,
    /// Sentences about everything that had to be assumed, such as the origin of the page.
    pub assumptions: Vec<String>,
}

impl Diagnosis {
    /// Returns the worst verdict of the cases: refused, else not reached, else allowed.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        let worst = self.cases.iter().map(|case| case.verdict).max();
        worst.unwrap_or(Verdict::Allowed)
    }
}

/// A request of a page with its preflight and its redirects.
#[derive(Clone, Debug)]
pub struct Case {
    /// Method and URL, or the part of it that is known.
    pub title: String,
    /// The indexes of its exchanges in the paste.
    pub exchanges: Vec<usize>,
    /// The number of equal cases of a HAR file.
    pub count: usize,
    /// Whether a browser lets the page read the response.
    pub verdict: Verdict,
    /// Whether only a preflight and its response are known: whether a page can read the response to the request
    /// itself is unknown, even if the verdict is that the preflight allows it.
    pub is_preflight_only: bool,
    /// `None` if there is no problem.
    pub cause: Option<Finding>,
    /// Problems that are gone when the cause is.
    pub consequences: Vec<Finding>,
    /// Problems that browsers tolerate here, or that fail next.
    pub next: Vec<Finding>,
    /// The servers that answered, as far as their headers and bodies show.
    pub answered_by: Vec<Answerer>,
}

/// Whether a browser lets a page read a response. The worse is the greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// It does. The exit code is 0.
    Allowed,
    /// There was no response. The exit code is 3.
    NotReached,
    /// It does not, whether because of CORS or not. The exit code is 1.
    Refused,
}

/// A problem, or a remark.
#[derive(Clone, Debug)]
pub struct Finding {
    /// A stable name in kebab case, such as `preflight-status`: the step of the standard that fails, or the
    /// other cause, such as `mixed-content`.
    pub id: &'static str,
    /// A sentence without a period at the end.
    pub sentence: String,
    /// Whether it is no problem of CORS, so that no header of CORS can be the remedy.
    pub is_not_cors: bool,
    /// The evidence, the most important first.
    pub evidence: Vec<Evidence>,
    /// The remedies: first for the wire, then for the layers that were recognised.
    pub remedies: Vec<Remedy>,
}

/// A place in the text, with a label.
#[derive(Clone, Debug)]
pub struct Evidence {
    /// The place in `Paste::text`.
    pub at: Span,
    /// A few words, possibly empty.
    pub label: String,
}

/// A correction.
#[derive(Clone, Debug)]
pub struct Remedy {
    /// The layer in which the correction is written. `None` for the wire, the page, or everybody.
    pub layer: Option<Layer>,
    /// A sentence in the imperative.
    pub text: String,
    /// The line to write.
    pub code: Option<String>,
}

/// The sign of a server or a layer in a response.
#[derive(Clone, Debug)]
pub struct Answerer {
    /// The layer.
    pub layer: Layer,
    /// The sign.
    pub at: Span,
}

/// A server, a library or a service that sends or removes CORS headers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[allow(missing_docs, reason = "names of products")]
pub enum Layer {
    CorsRuntime,
    TowerHttp,
    Express,
    Flask,
    FastApi,
    Django,
    Spring,
    AspNet,
    Rails,
    Laravel,
    Go,
    Nginx,
    Apache,
    Caddy,
    Envoy,
    Iis,
    S3,
    CloudFront,
    ApiGateway,
    Cloudflare,
    Vercel,
    Netlify,
    Ngrok,
    GoogleCloud,
    Azure,
    Varnish,
    HaProxy,
    Traefik,
    Kong,
}

impl Layer {
    /// Returns the name as its makers write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::CorsRuntime => "cors-runtime",
            Self::TowerHttp => "tower-http",
            Self::Express => "Express",
            Self::Flask => "Flask",
            Self::FastApi => "FastAPI",
            Self::Django => "Django",
            Self::Spring => "Spring",
            Self::AspNet => "ASP.NET",
            Self::Rails => "Rails",
            Self::Laravel => "Laravel",
            Self::Go => "Go",
            Self::Nginx => "nginx",
            Self::Apache => "Apache",
            Self::Caddy => "Caddy",
            Self::Envoy => "Envoy",
            Self::Iis => "IIS",
            Self::S3 => "S3",
            Self::CloudFront => "CloudFront",
            Self::ApiGateway => "API Gateway",
            Self::Cloudflare => "Cloudflare",
            Self::Vercel => "Vercel",
            Self::Netlify => "Netlify",
            Self::Ngrok => "ngrok",
            Self::GoogleCloud => "Google Cloud",
            Self::Azure => "Azure",
            Self::Varnish => "Varnish",
            Self::HaProxy => "HAProxy",
            Self::Traefik => "Traefik",
            Self::Kong => "Kong",
        }
    }
}
