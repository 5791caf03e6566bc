//! The lock file: the policies of an application, without what differs from build to build.

use cors_runtime::Policies;
use serde::{Deserialize, Serialize};

/// The version that this crate reads and writes: that of [`Policies`].
const VERSION: u32 = 1;

/// A lock file. It lacks some fields of [`Policies`]:
///
/// - `debug` and `dev_origins`, because debug and release builds have to agree;
/// - `line`, because every edit above a handler would change it, and absolute values of `file`, because
///   they differ from machine to machine.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Lock {
    version: u32,
    pub(super) handlers: Vec<Row>,
    pub(super) plain: Vec<PlainRow>,
}

/// A policy on a path.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "the columns of a table, which do not exclude each other"
)]
pub(super) struct Row {
    pub(super) path: String,
    pub(super) methods: Vec<String>,
    pub(super) handler: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) file: Option<String>,
    pub(super) origins: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) origins_from: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) origins_set: Option<String>,
    pub(super) headers: Vec<String>,
    pub(super) expose_headers: Vec<String>,
    pub(super) max_age: Option<u32>,
    pub(super) credentials: bool,
    pub(super) enforce: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) dangerously_allow: Vec<String>,
    #[serde(default, skip_serializing_if = "is_false")]
    pub(super) holds_other_methods: bool,
    pub(super) writes_refused: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) protection: Option<Protection>,
}

/// A route without a policy of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct PlainRow {
    pub(super) path: String,
    pub(super) has_default_policy: bool,
    pub(super) writes_refused: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) protection: Option<Protection>,
}

/// The protection of a router.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Protection {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) own_origins: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) own_origins_from: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) own_origins_set: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) trust: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) trust_from: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) trust_set: Option<String>,
    #[serde(skip_serializing_if = "is_false")]
    pub(super) reads: bool,
    #[serde(skip_serializing_if = "is_false")]
    pub(super) report_only: bool,
    #[serde(skip_serializing_if = "is_false")]
    pub(super) custom_response: bool,
}

#[allow(
    clippy::trivially_copy_pass_by_ref,
    reason = "the signature that serde calls"
)]
fn is_false(value: &bool) -> bool {
    !value
}

impl Lock {
    /// The lock file of these policies.
    pub(super) fn of(policies: &Policies) -> Result<Self, serde_json::Error> {
        // Fields that the lock lacks are dropped.
        let mut lock: Self = serde_json::from_value(serde_json::to_value(policies)?)?;
        for row in &mut lock.handlers {
            row.file = row.file.take().and_then(|file| portable(&file));
        }
        Ok(lock)
    }

    /// Reads the text of a lock file.
    ///
    /// # Errors
    ///
    /// The reason, as the rest of a sentence about the file.
    pub(super) fn read(text: &str) -> Result<Self, String> {
        match serde_json::from_str::<Self>(text) {
            Ok(lock) if lock.version == VERSION => Ok(lock),
            Ok(lock) => Err(format!(
                "has the version {}, and this cors-testing reads version {VERSION}",
                lock.version
            )),
            Err(error) => Err(format!("is no lock file of policies: {error}")),
        }
    }

    /// The text of the file.
    pub(super) fn text(&self) -> Result<String, serde_json::Error> {
        let mut text = serde_json::to_string_pretty(self)?;
        text.push('\n');
        Ok(text)
    }
}

/// The path of a source file as every system writes it. `None` for an absolute one, as those of
/// dependencies are.
fn portable(file: &str) -> Option<String> {
    let file = file.replace('\\', "/");
    let is_of_windows = file
        .split_once('/')
        .is_some_and(|(drive, _)| drive.ends_with(':'));
    (!file.starts_with('/') && !is_of_windows).then_some(file)
}

#[cfg(test)]
mod tests {
    use super::portable;

    #[test]
    fn files_as_every_system_writes_them() {
        for (file, expected) in [
            ("src/jobs.rs", Some("src/jobs.rs")),
            ("src\\jobs.rs", Some("src/jobs.rs")),
            ("api/src/a b.rs", Some("api/src/a b.rs")),
            ("/home/ada/.cargo/registry/src/api-1.0.0/src/lib.rs", None),
            ("C:\\Users\\ada\\.cargo\\registry\\src\\lib.rs", None),
        ] {
            assert_eq!(portable(file).as_deref(), expected, "{file}");
        }
    }
}
