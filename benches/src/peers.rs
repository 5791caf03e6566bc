//! The same API without CORS, with CORS by hand, with cors-runtime and with tower-http, each written
//! in the documented way.

use std::collections::HashSet;
use std::time::Duration;

use axum::Router;
use axum::routing::{MethodRouter, get};
use cors_runtime::{CorsRouter, OriginSet, Policy, Routes, cors, routes};
use http::header::{AUTHORIZATION, ETAG, HeaderName};
use http::{HeaderValue, Method};
use tower::layer::util::Identity;
use tower_http::cors::{AllowOrigin, CorsLayer};

use crate::by_hand::{self, Guarded, preflight};

/// One of the compared implementations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "the labels explain them")]
pub enum Peer {
    Axum,
    AxumOneMoreLayer,
    ByHand,
    Ours,
    TowerHttp,
}

impl Peer {
    /// Returns the name in the tables.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Axum => "axum alone",
            Self::AxumOneMoreLayer => "axum, one layer more",
            Self::ByHand => "by hand",
            Self::Ours => "cors-runtime",
            Self::TowerHttp => "tower-http",
        }
    }
}

/// The path of the API.
pub const PATH: &str = "/jobs";
/// The allowed origin; in a list, the last one.
pub const ORIGIN: &str = "https://app.example";
const ONE: &[&str] = &[ORIGIN];
const THREE: &[&str] = &["https://www.example", "https://shop.example", ORIGIN];

macro_rules! names {
    ($first:literal $($n:literal)*) => {
        const THIRTY: &[&str] = &[concat!("x-header-", $first), $(concat!("x-header-", $n)),*];
        const THIRTY_EXPOSED: &str =
            concat!("x-header-", $first, $(", x-header-", $n),*);
        /// Thirty names as a browser lists them in a preflight.
        pub const THIRTY_REQUESTED: &str = concat!("x-header-", $first, $(",x-header-", $n),*);
    };
}
names!("01" "02" "03" "04" "05" "06" "07" "08" "09" "10" "11" "12" "13" "14" "15" "16" "17" "18"
    "19" "20" "21" "22" "23" "24" "25" "26" "27" "28" "29" "30");

async fn plain() -> &'static str {
    "[]"
}

const SITE: Policy = Policy::new(ONE)
    .headers(&["authorization"])
    .expose_headers(&["etag"])
    .max_age(600)
    .credentials();

macro_rules! handlers {
    () => {
        #[cors(policy = SITE, methods = [GET])]
        pub(super) async fn one() -> &'static str {
            "[]"
        }

        #[cors(policy = SITE, origins = THREE, methods = [GET])]
        pub(super) async fn three() -> &'static str {
            "[]"
        }

        #[cors(policy = SITE, methods = [GET], headers = THIRTY, expose_headers = THIRTY)]
        pub(super) async fn thirty() -> &'static str {
            "[]"
        }
    };
}

/// Handlers of routers without a layer.
mod alone {
    use super::{SITE, THIRTY, THREE, cors};

    handlers!();
}

/// Handlers of routers with a layer. They are separate, because a handler that is also registered
/// in a router without a layer writes its headers in both.
mod layered {
    use super::{SITE, THIRTY, THREE, cors};

    handlers!();
}

struct OneOrigin;
struct ThreeOrigins;
struct ThirtyHeaders;

impl by_hand::Site for OneOrigin {
    const EXPOSED: HeaderValue = HeaderValue::from_static("etag");

    fn origins() -> &'static [HeaderValue] {
        static ORIGINS: [HeaderValue; 1] = [HeaderValue::from_static(ORIGIN)];
        &ORIGINS
    }
}

impl by_hand::Site for ThreeOrigins {
    const EXPOSED: HeaderValue = HeaderValue::from_static("etag");

    fn origins() -> &'static [HeaderValue] {
        static ORIGINS: [HeaderValue; 3] = [
            HeaderValue::from_static(THREE[0]),
            HeaderValue::from_static(THREE[1]),
            HeaderValue::from_static(THREE[2]),
        ];
        &ORIGINS
    }
}

impl by_hand::Site for ThirtyHeaders {
    const EXPOSED: HeaderValue = HeaderValue::from_static(THIRTY_EXPOSED);

    fn origins() -> &'static [HeaderValue] {
        OneOrigin::origins()
    }
}

/// Origins that are loaded at run time.
pub static SET: OriginSet = OriginSet::new();

#[cors(origins_from = SET, methods = [GET])]
async fn configured() -> &'static str {
    "[]"
}

/// The policies that each peer implements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names explain them")]
pub enum Site {
    OneOrigin,
    ThreeOrigins,
    ThirtyHeaders,
}

impl Site {
    fn routes(self) -> Routes {
        match self {
            Self::OneOrigin => routes![alone::one],
            Self::ThreeOrigins => routes![alone::three],
            Self::ThirtyHeaders => routes![alone::thirty],
        }
    }

    fn routes_for_layers(self) -> Routes {
        match self {
            Self::OneOrigin => routes![layered::one],
            Self::ThreeOrigins => routes![layered::three],
            Self::ThirtyHeaders => routes![layered::thirty],
        }
    }

    fn by_hand(self) -> MethodRouter {
        fn routes<P: by_hand::Site + Sync>() -> MethodRouter {
            get(Guarded::<_, P>::new(plain)).options(preflight::<P>)
        }
        match self {
            Self::OneOrigin => routes::<OneOrigin>(),
            Self::ThreeOrigins => routes::<ThreeOrigins>(),
            Self::ThirtyHeaders => routes::<ThirtyHeaders>(),
        }
    }

    fn tower_http(self) -> CorsLayer {
        let layer = CorsLayer::new()
            .allow_origin(HeaderValue::from_static(ORIGIN))
            .allow_methods([Method::GET])
            .allow_headers([AUTHORIZATION])
            .expose_headers([ETAG])
            .allow_credentials(true)
            .max_age(Duration::from_secs(600));
        match self {
            Self::OneOrigin => layer,
            Self::ThreeOrigins => layer.allow_origin(
                THREE
                    .iter()
                    .map(|origin| HeaderValue::from_static(origin))
                    .collect::<Vec<_>>(),
            ),
            Self::ThirtyHeaders => {
                let names = || THIRTY.iter().map(|name| HeaderName::from_static(name));
                layer
                    .allow_headers(names().collect::<Vec<_>>())
                    .expose_headers(names().collect::<Vec<_>>())
            }
        }
    }

    /// Returns a peer's API with this policy.
    pub fn app(self, peer: Peer) -> Router {
        let alone = || serving(get(plain));
        match peer {
            Peer::Axum => alone(),
            Peer::AxumOneMoreLayer => alone().layer(Identity::new()),
            Peer::ByHand => serving(self.by_hand()),
            Peer::Ours => CorsRouter::new().route(PATH, self.routes()).into_router(),
            Peer::TowerHttp => alone().layer(self.tower_http()),
        }
    }

    /// Returns a peer's API with this policy around one layer of the application.
    pub fn layered_app(self, peer: Peer) -> Router {
        let layered = || serving(get(plain)).layer(Identity::new());
        match peer {
            Peer::Axum => layered(),
            Peer::AxumOneMoreLayer => layered().layer(Identity::new()),
            Peer::ByHand => self.app(peer).layer(Identity::new()),
            Peer::Ours => CorsRouter::new()
                .route(PATH, self.routes_for_layers())
                .layer(Identity::new())
                .into_router(),
            Peer::TowerHttp => layered().layer(self.tower_http()),
        }
    }
}

fn serving(method_router: MethodRouter) -> Router {
    Router::new().route(PATH, method_router)
}

/// Returns a peer's API under a policy with many origins. cors-runtime gets the policy as a layer,
/// because ten thousand constants in an attribute compile slowly; a request is checked the same way.
///
/// # Panics
///
/// If the origins aren't valid.
pub fn many_origins(peer: Peer, origins: &[String]) -> Router {
    let router = get(plain);
    serving(match peer {
        Peer::Axum | Peer::ByHand => router,
        Peer::AxumOneMoreLayer => router.layer(Identity::new()),
        Peer::Ours => {
            let origins: Vec<&str> = origins.iter().map(String::as_str).collect();
            let policy = Policy::new(&origins).methods(&["GET"]);
            router.layer(policy.layer().expect("the origins are valid"))
        }
        Peer::TowerHttp => {
            let origins = origins.iter().map(|origin| value(origin));
            let layer = CorsLayer::new().allow_methods([Method::GET]);
            router.layer(layer.allow_origin(origins.collect::<Vec<_>>()))
        }
    })
}

/// Returns a peer's API for the origins of [`SET`]. tower-http gets a predicate over a `HashSet`.
///
/// # Panics
///
/// If the origins aren't valid.
pub fn origins_of_set(peer: Peer, origins: &[String]) -> Router {
    match peer {
        Peer::Ours => {
            SET.replace(origins).expect("the origins are valid");
            CorsRouter::new()
                .route(PATH, routes![configured])
                .into_router()
        }
        Peer::TowerHttp => {
            let set: HashSet<Vec<u8>> = origins.iter().map(|o| o.clone().into_bytes()).collect();
            let allow = AllowOrigin::predicate(move |origin, _| set.contains(origin.as_bytes()));
            let layer = CorsLayer::new().allow_methods([Method::GET]);
            serving(get(plain)).layer(layer.allow_origin(allow))
        }
        Peer::Axum | Peer::AxumOneMoreLayer | Peer::ByHand => Site::OneOrigin.app(peer),
    }
}

fn value(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).expect("the text is a header's value")
}
