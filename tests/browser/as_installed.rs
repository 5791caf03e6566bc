//! Engines without the setting that allows third-party cookies: those that each sends as its package is
//! installed, and the login of the application. `SameSite=None; Secure` is not enough where they are
//! blocked.

use cors_testing::ThirdParty;

use super::cookies::Names;
use super::engines::Engine::{Chromium, Firefox, WebKit};
use super::engines::{Session, ThirdPartyCookies, in_each_engine};
use super::login::{SIGNED_IN, SIGNED_OUT};
use super::{cookies, login};

/// The nearest setting of `cors_testing::Browser`, the cookies of `cookies.rs`, and the response to a
/// request after the login with `SameSite=None; Secure`.
type Expected = (ThirdParty, [Names; 2], &'static str);

const CHROMIUM: Expected = (
    ThirdParty::Blocked,
    [("GET -> 200 partitioned", &[]), ("GET -> 200", &[])],
    SIGNED_OUT,
);
const FIREFOX: Expected = (
    ThirdParty::Partitioned,
    [
        (
            "GET -> 200 none-secure partitioned",
            &[(Firefox, "GET -> 200 none-secure partitioned plain secure")],
        ),
        ("GET -> 200", &[]),
    ],
    SIGNED_IN,
);
const WEBKIT: Expected = (
    ThirdParty::Blocked,
    [
        ("GET -> 200 partitioned", &[(WebKit, "GET -> 200")]),
        (
            "GET -> 200",
            &[(
                WebKit,
                "GET -> 200 none none-secure partitioned plain secure",
            )],
        ),
    ],
    SIGNED_OUT,
);

in_each_engine!(cookies_of_other_sites_in_engines_as_installed);
async fn cookies_of_other_sites_in_engines_as_installed(session: &Session) {
    let (third_party, [fetched, visited], outcome) = match session.engine {
        Chromium => CHROMIUM,
        Firefox => FIREFOX,
        WebKit => WEBKIT,
    };
    let session = Session::start(session.engine, ThirdPartyCookies::AsInstalled).await;
    let session = session.expect("an engine that has started before");
    cookies::check(Some(&session), third_party, fetched, visited).await;
    login::check(Some(&session), third_party, outcome).await;
}
