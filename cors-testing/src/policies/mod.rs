//! Comparison of an application's policies with a lock file.

mod change;
mod changes;
mod lock;

use std::env;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use cors_runtime::Policies;

use self::changes::Changes;
use self::lock::Lock;

/// The variable of the environment by which the file is written.
const UPDATE: &str = "UPDATE_CORS_LOCK";

const HELP: &str = "help: `UPDATE_CORS_LOCK=1 cargo test` writes it";

/// Compares the policies of an application with those that are committed in a lock file, so that every
/// permission that is added is a line in a review.
///
/// `policies` are those of `CorsRouter::policies`. `path` is relative to the folder of the package, in
/// which `cargo test` runs. With `UPDATE_CORS_LOCK=1` in the environment the file is written, and the
/// assertion holds.
///
/// The file is the JSON of [`Policies`], pretty-printed, and as such also the input of `cors export`. It
/// lacks what differs between builds: origins of development, so that `cargo test` and
/// `cargo test --release` agree, and the lines of handlers, because every edit above a handler would
/// change them.
///
/// ```no_run
/// use cors_runtime::{CorsRouter, cors, routes};
/// use cors_testing::assert_policies;
///
/// #[cors(origins = ["https://app.example.com"], methods = [GET])]
/// async fn jobs() {}
///
/// fn app() -> CorsRouter {
///     CorsRouter::new().route("/jobs", routes![jobs])
/// }
///
/// // In a test:
/// assert_policies("cors.lock", &app().policies());
/// ```
///
/// # Panics
///
/// Panics if the policies differ from those of the file, with each route whose policy has changed: `+`
/// is before what pages may do now, `-` before what they may not do any more. Also if the file is
/// missing, is no lock file, or cannot be read or written.
#[track_caller]
pub fn assert_policies(path: impl AsRef<Path>, policies: &Policies) {
    if let Err(problem) = check(path.as_ref(), policies) {
        panic!("{problem}");
    }
}

fn check(path: &Path, policies: &Policies) -> Result<(), String> {
    let name = path.display();
    let current =
        Lock::of(policies).map_err(|error| format!("the policies are no data: {error}"))?;
    if env::var_os(UPDATE).is_some_and(|value| !value.is_empty() && value != "0") {
        let text = current
            .text()
            .map_err(|error| format!("the policies are no data: {error}"))?;
        return fs::write(path, text)
            .map_err(|error| {
                let folder = folder(path);
                format!(
                    "`{name}`{folder} cannot be written: {error}\nhelp: give a path in a folder that exists"
                )
            });
    }
    let text = fs::read_to_string(path).map_err(|error| match error.kind() {
        ErrorKind::NotFound => format!("there is no lock file `{name}`{}\n{HELP}", folder(path)),
        _ => format!(
            "`{name}` cannot be read: {error}\nhelp: give the path of a file, such as `cors.lock`"
        ),
    })?;
    let committed = Lock::read(&text).map_err(|reason| format!("`{name}` {reason}\n{HELP}"))?;
    if committed == current {
        return Ok(());
    }
    let changes = Changes::between(&committed, &current);
    Err(format!(
        "the policies differ from `{name}` (+ allowed now, - not allowed any more)\n{changes}\n{HELP}"
    ))
}

/// The folder of a relative path, for a message.
fn folder(path: &Path) -> String {
    match env::current_dir() {
        Ok(folder) if path.is_relative() => format!(" in `{}`", folder.display()),
        _ => String::new(),
    }
}
