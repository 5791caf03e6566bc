//! A URL as exchanges: a request is tried as a browser would send it.
//!
//! The rules of browsers are those of the test browser of cors-testing, whose server is here a
//! connection.

mod connection;
mod options;
mod parse;
mod plan;
mod probes;
mod route;
mod server;
mod tls;
mod wire;

use std::sync::Arc;

use cors_rules::is_forbidden_method;
use cors_testing::{Credentials, Step};

use self::connection::Connector;
pub use self::options::{Options, OptionsError};
pub use self::parse::origin;
use self::plan::Plan;
use self::server::Server;
use self::wire::Wire;
use crate::exchange::{Paste, Purpose};

/// The exchanges with a server.
#[derive(Clone, Debug)]
pub struct Conversation {
    /// Everything that was sent and received.
    pub paste: Paste,
    /// Sentences about assumptions, and about requests that were not sent.
    pub remarks: Vec<String>,
    /// The origin of the page, which not every request has.
    pub origin: String,
    /// The credentials of the request, which a preflight does not show.
    pub credentials: Credentials,
}

/// Sends the preflight that a browser would send for a request, then the request, follows redirects, and
/// sends variations of it: at most 12 requests in all, and only to the host of the URL.
///
/// The request is not sent if a browser would not send it, and a method that may change something is
/// not sent either, both unless [`Options::send`] is set.
///
/// # Errors
///
/// If an option cannot be used. A server that cannot be reached is no error: the exchange has the
/// reason.
pub async fn ask(options: &Options) -> Result<Conversation, OptionsError> {
    let plan = Plan::new(options)?;
    let connector = Connector::new(plan.routes.clone(), plan.max_time, plan.insecure);
    let wire = Wire::new(connector, plan.host(), plan.user_agent.clone());
    let wire = Arc::new(wire);
    if !plan.has_origin {
        wire.remark(format!(
            "no origin was given, so the page is assumed at `{}` (set it with `--origin`)",
            plan.origin
        ));
    }
    let server = Server {
        wire: Arc::clone(&wire),
        withholds: plan.is_withheld(),
        forces: plan.send,
    };
    let fetched = plan
        .browser()
        .fetch(&server, plan.fetch(), plan.credentials)
        .await;
    let has_sent = wire.has_sent();
    match fetched {
        // A method that is never sent is a cause; other requests that cannot be built are wrong options.
        Err(error)
            if error.step() == Step::Request && !is_forbidden_method(plan.method.as_str()) =>
        {
            return Err(OptionsError::of(error.problem()));
        }
        Err(error) if matches!(error.step(), Step::Request | Step::MixedContent) => {
            wire.remark(error.problem().text());
            if !has_sent {
                wire.not_sent(Purpose::Request, &plan.head(), plan.has_body());
            }
        }
        Err(_) if !has_sent => return Err(plan.needs_send()),
        _ => {}
    }
    if wire.first().is_distrusted() {
        wire.remark(
            "there is no response, because the certificate is not trusted; `-k` continues, browsers do not"
                .to_owned(),
        );
    }
    if has_sent {
        probes::probe(&wire, plan.audit).await;
    }
    let (paste, remarks) = wire.take();
    Ok(Conversation {
        paste,
        remarks,
        credentials: plan.credentials,
        origin: plan.origin,
    })
}
