//! The policies of a router as data, for gateways and lock files.

use serde::{Serialize, Serializer};

use super::listed::{HandlerPolicy, PlainRoute, Policies};

/// The version of the format. It changes where a reader of the old format would misunderstand the new
/// one.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    debug: Option<bool>,
    handlers: Vec<&'a HandlerPolicy>,
    plain: Vec<&'a PlainRoute>,
}

impl Serialize for Policies {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut handlers: Vec<&HandlerPolicy> = self.by_path().collect();
        handlers.sort_by_key(|row| (&row.path, &row.methods, row.handler, row.file, row.line));
        let mut plain: Vec<&PlainRoute> = self.plain().iter().collect();
        plain.sort();
        // Several routers whose routes are not known have one path.
        plain.dedup();
        Document {
            version: VERSION,
            debug: cfg!(debug_assertions).then_some(true),
            handlers,
            plain,
        }
        .serialize(serializer)
    }
}
