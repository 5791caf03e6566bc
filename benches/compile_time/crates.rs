//! Generated crates: the same handlers with and without `#[cors]`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{fs, io};

/// The kind of the handlers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// axum alone.
    Plain,
    /// As `Plain`, with the expansion of `#[cors]` beside each handler.
    Types,
    /// As `Types`, with the expansion of `routes!` where the handler is registered.
    Expanded,
    /// `#[cors]` and `routes!`.
    Annotated,
}

impl Kind {
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Plain => "plain axum",
            Self::Types => "types by hand",
            Self::Expanded => "registration by hand, too",
            Self::Annotated => "`#[cors]`",
        }
    }
}

/// A generated package.
#[derive(Clone, Debug)]
pub(crate) struct Generated {
    pub(crate) name: String,
    pub(crate) dir: PathBuf,
    kind: Kind,
}

const AXUM: &str = "axum = \"0.8.9\"\n";

/// Returns the root of this repository. The generated packages copy its `Cargo.lock`.
pub(crate) fn root() -> &'static Path {
    let mut dirs = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors();
    dirs.find(|dir| dir.join("cors-runtime").is_dir())
        .expect("this is below the root of the repository")
}

/// Returns a dependency on cors-runtime, with these keys beside its path.
pub(crate) fn cors_runtime(keys: &str) -> String {
    let path = root().join("cors-runtime");
    format!("cors-runtime = {{ path = '{}'{keys} }}\n", path.display())
}

/// Generates a package that has dependencies and no code.
pub(crate) fn empty(below: &Path, name: &str, dependency: &str) -> io::Result<Generated> {
    let generated = Generated {
        name: name.to_owned(),
        dir: below.join(name),
        kind: Kind::Plain,
    };
    generated.write_manifest(&format!("{AXUM}{dependency}"))?;
    write(&generated.dir.join("src/main.rs"), "fn main() {}\n")?;
    Ok(generated)
}

/// Generates a package of many handlers, 20 to a module.
pub(crate) fn handlers(below: &Path, kind: Kind, handlers: usize) -> io::Result<Generated> {
    let name = format!("{kind:?}_{handlers}").to_lowercase();
    let generated = Generated {
        dir: below.join(&name),
        name,
        kind,
    };
    let mut dependencies = format!(
        "{AXUM}serde = {{ version = \"1\", features = [\"derive\"] }}\n\
         tokio = {{ version = \"1.47\", features = [\"macros\", \"net\", \"rt-multi-thread\"] }}\n"
    );
    if kind != Kind::Plain {
        dependencies += &cors_runtime("");
    }
    generated.write_manifest(&dependencies)?;
    let modules = handlers.div_ceil(20);
    for module in 0..modules {
        let handlers = 20.min(handlers - module * 20);
        write(
            &generated.module(module),
            &module_text(kind, module, handlers, 0),
        )?;
    }
    write(
        &generated.dir.join("src/main.rs"),
        &main_text(kind, modules),
    )?;
    Ok(generated)
}

impl Generated {
    pub(crate) fn label(&self) -> &'static str {
        self.kind.label()
    }

    /// Changes the body of one handler.
    pub(crate) fn touch_one_handler(&self, version: usize) -> io::Result<()> {
        write(&self.module(0), &module_text(self.kind, 0, 20, version))
    }

    fn module(&self, module: usize) -> PathBuf {
        self.dir.join(format!("src/m{module}.rs"))
    }

    fn write_manifest(&self, dependencies: &str) -> io::Result<()> {
        let name = &self.name;
        write(
            &self.dir.join("Cargo.toml"),
            &format!(
                "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
                 [workspace]\n\n\
                 [dependencies]\n{dependencies}\n\
                 [profile.release]\nstrip = true\n"
            ),
        )?;
        let lock = fs::read_to_string(root().join("Cargo.lock"))?;
        if !self.dir.join("Cargo.lock").exists() {
            write(&self.dir.join("Cargo.lock"), &lock)?;
        }
        Ok(())
    }
}

/// Writes a file if its text is new, because cargo looks at the time of the last change.
fn write(file: &Path, text: &str) -> io::Result<()> {
    if fs::read_to_string(file).is_ok_and(|old| old == text) {
        return Ok(());
    }
    fs::create_dir_all(file.parent().unwrap_or(file))?;
    fs::write(file, text)
}

fn main_text(kind: Kind, modules: usize) -> String {
    let mut text = "\
use axum::Router;

#[derive(Clone)]
pub struct Db;

#[derive(serde::Deserialize, serde::Serialize)]
pub struct Body {
    pub number: u32,
}

"
    .to_owned();
    let mut merged = String::new();
    for module in 0..modules {
        let _ = writeln!(text, "mod m{module};");
        let _ = write!(merged, "\n        .merge(m{module}::routes())");
    }
    let (router, finish) = match kind {
        Kind::Plain | Kind::Types => ("Router", ""),
        Kind::Expanded | Kind::Annotated => ("cors_runtime::CorsRouter", ".into_router()"),
    };
    let _ = write!(
        text,
        "
fn app() -> Router {{
    {router}::new(){merged}
        .with_state(Db){finish}
}}

#[tokio::main]
async fn main() {{
    let listener = tokio::net::TcpListener::bind(\"127.0.0.1:0\").await.unwrap();
    axum::serve(listener, app()).await.unwrap();
}}
"
    );
    text
}

const METHODS: [(&str, &str, u8); 5] = [
    ("GET", "get", 1),
    ("POST", "post", 4),
    ("PUT", "put", 8),
    ("PATCH", "patch", 16),
    ("DELETE", "delete", 32),
];

fn module_text(kind: Kind, module: usize, handlers: usize, version: usize) -> String {
    let mut text = "\
#![allow(unused_imports)]
use axum::extract::{Path, State};
use axum::routing::{delete, get, patch, post, put};
use axum::{Json, Router};

use crate::{Body, Db};
"
    .to_owned();
    if kind == Kind::Annotated {
        text += "use cors_runtime::{cors, routes, CorsRouter};\n";
    }
    let mut routes = String::new();
    for handler in 0..handlers {
        let (method, function, bit) = METHODS[handler % METHODS.len()];
        text += "\n";
        match kind {
            Kind::Plain => {}
            Kind::Types | Kind::Expanded => text += &expansion(module, handler, bit),
            Kind::Annotated => {
                let _ = writeln!(
                    text,
                    "#[cors(
    origins = [\"https://app{handler}.example\", \"https://*.b{handler}.example\"],
    methods = [{method}],
    headers = [\"content-type\", \"authorization\"],
    expose_headers = [\"x-total-count\"],
    max_age = 600,
    credentials,
)]"
                );
            }
        }
        let version = if handler == 0 { version } else { 0 };
        let _ = write!(
            text,
            "\
pub async fn h{handler}(
    State(_): State<Db>,
    Path(id): Path<u32>,
    Json(body): Json<Body>,
) -> Json<Body> {{
    Json(Body {{ number: body.number + id + {handler} + {version} }})
}}
"
        );
        let registered = match kind {
            Kind::Plain | Kind::Types => format!("{function}(h{handler})"),
            Kind::Expanded => format!(
                "::cors_runtime::__private::on(::cors_runtime::Routes::new(), h{handler}, \
                 h{handler}::handler_is_not_registered_with_routes)"
            ),
            Kind::Annotated => format!("routes![h{handler}]"),
        };
        let _ = write!(
            routes,
            "\n        .route(\"/m{module}/h{handler}/{{id}}\", {registered})"
        );
    }
    let outer = match kind {
        Kind::Plain | Kind::Types => "Router",
        Kind::Expanded => "::cors_runtime::CorsRouter",
        Kind::Annotated => "CorsRouter",
    };
    let _ = write!(
        text,
        "\npub fn routes() -> {outer}<Db> {{\n    {outer}::new(){routes}\n}}\n"
    );
    text
}

/// Returns the expansion of `#[cors]`.
fn expansion(module: usize, handler: usize, bit: u8) -> String {
    format!(
        "\
#[doc(hidden)]
#[allow(missing_copy_implementations, missing_debug_implementations, non_camel_case_types)]
pub enum h{handler} {{
    #[allow(dead_code)]
    handler_is_not_registered_with_routes,
}}
impl ::cors_runtime::__private::Companion for h{handler} {{
    type Own = h{handler};
    const TEXT: &'static ::core::primitive::str = \
        \"{bit} 1 src/m{module}.rs\\n\
         origins https://app{handler}.example https://*.b{handler}.example\\n\
         headers content-type authorization\\nexpose_headers x-total-count\\nmax_age 600\\n\
         credentials\\n\";
}}
"
    )
}
