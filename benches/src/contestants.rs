//! The same API without CORS, with CORS by hand, with cors-runtime and with tower-http, each as its
//! users write it.

use std::collections::HashSet;
use std::time::Duration;

use axum::Router;
use axum::routing::{MethodRouter, get};
use cors_runtime::{CorsRouter, OriginSet, Policy, Routes, cors, routes};
use http::header::{AUTHORIZATION, ETAG, HeaderName};
use http::{HeaderValue, Method};
use serde::{Deserialize, Serialize};
use tower::layer::util::Identity;
use tower_http::cors::{AllowOrigin, CorsLayer};

use crate::by_hand::{self, Guarded, preflight};

/// Who answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[allow(missing_docs, reason = "their labels say it")]
pub enum Contestant {
    Axum,
    AxumOneMoreLayer,
    ByHand,
    Ours,
    TowerHttp,
}

impl Contestant {
    /// As the tables call it.
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

/// The path that everyone serves.
pub const PATH: &str = "/jobs";
/// The origin that asks; the last one of a list.
pub const ORIGIN: &str = "https://app.example";
const ONE: &[&str] = &[ORIGIN];
const THREE: &[&str] = &["https://www.example", "https://shop.example", ORIGIN];

macro_rules! names {
    ($first:literal $($n:literal)*) => {
        const THIRTY: &[&str] = &[concat!("x-header-", $first), $(concat!("x-header-", $n)),*];
        const THIRTY_ANSWERED: &str =
            concat!("x-header-", $first, $(", x-header-", $n),*);
        /// Thirty names, as a browser asks for them.
        pub const THIRTY_ASKED: &str = concat!("x-header-", $first, $(",x-header-", $n),*);
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

/// Handlers of routers with one. A program has a handler in one router; in both, each would put
/// the headers on.
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
    const EXPOSED: HeaderValue = HeaderValue::from_static(THIRTY_ANSWERED);

    fn origins() -> &'static [HeaderValue] {
        OneOrigin::origins()
    }
}

/// Origins that come later.
pub static SET: OriginSet = OriginSet::new();

#[cors(origins_from = SET, methods = [GET])]
async fn configured() -> &'static str {
    "[]"
}

/// The policies that everyone has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "their names say it")]
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

    /// The API with this policy.
    pub fn app(self, contestant: Contestant) -> Router {
        let alone = || serving(get(plain));
        match contestant {
            Contestant::Axum => alone(),
            Contestant::AxumOneMoreLayer => alone().layer(Identity::new()),
            Contestant::ByHand => serving(self.by_hand()),
            Contestant::Ours => CorsRouter::new().route(PATH, self.routes()).into_router(),
            Contestant::TowerHttp => alone().layer(self.tower_http()),
        }
    }

    /// The API with this policy and with one layer of the user's, which CORS stands outside of.
    pub fn layered_app(self, contestant: Contestant) -> Router {
        let layered = || serving(get(plain)).layer(Identity::new());
        match contestant {
            Contestant::Axum => layered(),
            Contestant::AxumOneMoreLayer => layered().layer(Identity::new()),
            Contestant::ByHand => self.app(contestant).layer(Identity::new()),
            Contestant::Ours => CorsRouter::new()
                .route(PATH, self.routes_for_layers())
                .layer(Identity::new())
                .into_router(),
            Contestant::TowerHttp => layered().layer(self.tower_http()),
        }
    }
}

fn serving(method_router: MethodRouter) -> Router {
    Router::new().route(PATH, method_router)
}

/// The API under a policy with many origins. The attribute takes constants, and ten thousand make
/// a compiler slow, so it is a layer that was made at start-up; what a request is held against is
/// the same either way.
///
/// # Panics
///
/// If the origins aren't valid.
pub fn many_origins(contestant: Contestant, origins: &[String]) -> Router {
    let router = get(plain);
    serving(match contestant {
        Contestant::Axum | Contestant::ByHand => router,
        Contestant::AxumOneMoreLayer => router.layer(Identity::new()),
        Contestant::Ours => {
            let origins: Vec<&str> = origins.iter().map(String::as_str).collect();
            let policy = Policy::new(&origins).methods(&["GET"]);
            router.layer(policy.layer().expect("the origins are valid"))
        }
        Contestant::TowerHttp => {
            let origins = origins.iter().map(|origin| value(origin));
            let layer = CorsLayer::new().allow_methods([Method::GET]);
            router.layer(layer.allow_origin(origins.collect::<Vec<_>>()))
        }
    })
}

/// The API for the origins of [`SET`], which tower-http's users keep in a set of their own.
///
/// # Panics
///
/// If the origins aren't valid.
pub fn origins_of_set(contestant: Contestant, origins: &[String]) -> Router {
    match contestant {
        Contestant::Ours => {
            SET.replace(origins).expect("the origins are valid");
            CorsRouter::new()
                .route(PATH, routes![configured])
                .into_router()
        }
        Contestant::TowerHttp => {
            let set: HashSet<Vec<u8>> = origins.iter().map(|o| o.clone().into_bytes()).collect();
            let allow = AllowOrigin::predicate(move |origin, _| set.contains(origin.as_bytes()));
            let layer = CorsLayer::new().allow_methods([Method::GET]);
            serving(get(plain)).layer(layer.allow_origin(allow))
        }
        Contestant::Axum | Contestant::AxumOneMoreLayer | Contestant::ByHand => {
            Site::OneOrigin.app(contestant)
        }
    }
}

fn value(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).expect("the text is a header's value")
}
