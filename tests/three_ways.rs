//! One table of invalid policies, each checked in three ways: written in the attribute, as constants
//! by const evaluation, and at the start of a program. The messages are the same, word for word.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use axum::routing::MethodRouter;
use cors_runtime::Rule::{self, *};
use cors_runtime::{Policy, PolicyError};
use serde_json::Value;

#[derive(Clone, Copy)]
struct Bad {
    origins: &'static [&'static str],
    dev_origins: &'static [&'static str],
    methods: &'static [&'static str],
    headers: &'static [&'static str],
    expose_headers: &'static [&'static str],
    max_age: u32,
    credentials: bool,
    enforce: bool,
    /// In the order of the keys and of their entries.
    breaks: &'static [Rule],
}

const FINE: Bad = Bad {
    origins: &["https://app.example"],
    dev_origins: &[],
    methods: &["GET"],
    headers: &[],
    expose_headers: &[],
    max_age: 600,
    credentials: false,
    enforce: false,
    breaks: &[],
};

const fn origins(origins: &'static [&'static str], breaks: &'static [Rule]) -> Bad {
    Bad {
        origins,
        breaks,
        ..FINE
    }
}

const fn with_credentials(bad: Bad) -> Bad {
    Bad {
        credentials: true,
        ..bad
    }
}

const LONG_LABEL: &str =
    "https://aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.example";
const LONG_SCHEME: &str =
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa://app.example";
const LONG_HOST: &str = concat!(
    "https://",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.",
    "app.example"
);

const TABLE: &[Bad] = &[
    Bad {
        origins: &[],
        breaks: &[OriginsMissing],
        ..FINE
    },
    Bad {
        origins: &["*", "https://app.example"],
        breaks: &[OriginsAnyBesideOthers],
        ..FINE
    },
    Bad {
        origins: &[
            "https://a.example",
            "https://a.example",
            "https://a.example",
        ],
        breaks: &[OriginDuplicate, OriginDuplicate],
        ..FINE
    },
    Bad {
        dev_origins: &["*"],
        breaks: &[DevOriginsAny],
        ..FINE
    },
    origins(&["null"], &[OriginNull]),
    origins(
        &["https://a.example, https://b.example"],
        &[OriginsInOneString],
    ),
    origins(&["https://a.example;https://b.example"], &[OriginSeparator]),
    origins(
        &["[\"https://a.example\"]", "'https://b.example'"],
        &[OriginQuotes, OriginQuotes],
    ),
    origins(&["http://192.168.0.0/16"], &[OriginAddressRange]),
    origins(&[" https://app.example\n"], &[OriginWhiteSpace]),
    origins(&["https://bücher.example"], &[OriginNotAscii]),
    origins(&["app.example"], &[OriginWithoutScheme]),
    origins(&["https://App.example"], &[OriginUpperCase]),
    origins(&["1https://app.example"], &[OriginScheme]),
    origins(&[LONG_SCHEME], &[SchemeTooLong]),
    origins(&["file:///"], &[SchemeFile]),
    origins(&["https://app.example/"], &[OriginPath]),
    origins(&["https://app.example?a"], &[OriginQuery]),
    origins(&["https://app.example#a"], &[OriginFragment]),
    origins(&["https://me@app.example"], &[OriginUserInfo]),
    origins(&["https://app.example:443"], &[PortDefault]),
    origins(&["https://app.example:08"], &[PortInvalid]),
    origins(&["https://app.*"], &[WildcardPosition]),
    origins(&["https://"], &[HostEmpty]),
    origins(&["https://a%b.example"], &[HostCharacter]),
    origins(&[LONG_HOST], &[HostTooLong]),
    origins(&["https://app..example"], &[LabelEmpty]),
    origins(&[LONG_LABEL], &[LabelTooLong]),
    origins(&["http://127.1"], &[Ipv4Invalid]),
    origins(&["http://[::g]"], &[Ipv6Invalid]),
    origins(&["http://[0:0::1]"], &[Ipv6NotCanonical]),
    origins(&["http://[::ffff:127.0.0.1]"], &[Ipv6Mapped]),
    origins(&["http://[fe80::1%25eth0]"], &[Ipv6Zone]),
    with_credentials(origins(&["*"], &[CredentialsAnyOrigin])),
    with_credentials(origins(
        &["http://app.example"],
        &[CredentialsInsecureOrigin],
    )),
    // A release contains them.
    with_credentials(origins(
        &["http://192.168.1.5:5173", "http://macbook.local"],
        &[CredentialsInsecureOrigin, CredentialsInsecureOrigin],
    )),
    // A release does not, so only the names of other networks are errors.
    with_credentials(Bad {
        dev_origins: &[
            "http://10.0.0.5:5173",
            "http://172.16.0.5:*",
            "http://192.168.1.5:5173",
            "http://169.254.1.5",
            "http://[fd00::5]:5173",
            "http://[fe80::5]:5173",
            "http://macbook.local:5173",
            "http://172.32.0.5:5173",
            "http://macbook.example:5173",
            "http://*.local",
        ],
        breaks: &[
            CredentialsInsecureOrigin,
            CredentialsInsecureOrigin,
            CredentialsInsecureOrigin,
        ],
        ..FINE
    }),
    with_credentials(origins(
        &["https://*.github.io"],
        &[CredentialsPublicSuffix],
    )),
    with_credentials(Bad {
        headers: &["*"],
        expose_headers: &["*"],
        breaks: &[CredentialsAnyHeader, CredentialsAnyExposed],
        ..FINE
    }),
    Bad {
        methods: &[],
        breaks: &[MethodsMissing],
        ..FINE
    },
    Bad {
        methods: &["patch", "TRACE", "*", "GET, POST", "GET", "GET"],
        breaks: &[
            MethodCase,
            MethodForbidden,
            MethodAny,
            MethodNotToken,
            MethodDuplicate,
        ],
        ..FINE
    },
    // Methods that only a layer takes, in the three ways to give a policy to handlers.
    Bad {
        methods: &["PROPFIND", "query", "custom"],
        breaks: &[MethodUnknown, MethodUnknown, MethodUnknown],
        ..FINE
    },
    Bad {
        headers: &[
            "x a",
            "x-*-rate",
            "cookie",
            "host",
            "access-control-max-age",
            "x-a",
            "X-A",
        ],
        breaks: &[
            HeaderNotToken,
            HeaderWildcard,
            HeaderCookie,
            HeaderForbidden,
            HeaderOfResponse,
            HeaderDuplicate,
        ],
        ..FINE
    },
    Bad {
        headers: &[
            "*-id",
            "Auth*",
            "Sec-*",
            "access-control-*",
            "x-a-*",
            "X-*",
            "x-*",
            "x-a",
        ],
        breaks: &[
            HeaderWildcard,
            HeaderPrefixAuthorization,
            HeaderForbidden,
            HeaderOfResponse,
            HeadersAnyBesideOthers,
            HeaderDuplicate,
        ],
        ..FINE
    },
    Bad {
        headers: &["*", "x-*"],
        breaks: &[HeadersAnyBesideOthers],
        ..FINE
    },
    Bad {
        headers: &["*", "x-a"],
        expose_headers: &["set-cookie", "origin", "etag", "*", "ETag"],
        breaks: &[
            HeadersAnyBesideOthers,
            ExposeSetCookie,
            ExposeOfRequest,
            HeadersAnyBesideOthers,
            HeaderDuplicate,
        ],
        ..FINE
    },
    Bad {
        expose_headers: &["X-Rate-*", "Access-Control-Max-Age"],
        breaks: &[ExposeWildcard, ExposeOfPreflight],
        ..FINE
    },
    Bad {
        max_age: 86_401,
        breaks: &[MaxAgeRange],
        ..FINE
    },
    Bad {
        origins: &["*"],
        enforce: true,
        breaks: &[EnforceAnyOrigin],
        ..FINE
    },
    Bad {
        origins: &["https://app.example/"],
        methods: &["get"],
        headers: &["host"],
        expose_headers: &["set-cookie"],
        max_age: 604_800,
        breaks: &[
            OriginPath,
            MethodCase,
            HeaderForbidden,
            ExposeSetCookie,
            MaxAgeRange,
        ],
        ..FINE
    },
];

/// The rules that do not concern a policy: the shape of the attribute, `routes!`, sets that are filled
/// at run time, protections; and warnings.
const OF_NO_POLICY: &[Rule] = &[
    SetAnyOrigin,
    SetInsecureOrigin,
    SetPublicSuffix,
    SetTooTolerant,
    OwnOriginWildcard,
    OwnOriginScheme,
    TrustAnyOrigin,
    TrustInsecureOrigin,
    TrustPublicSuffix,
    MaxAgeNotInteger,
    KeyUnknown,
    KeyNotNeeded,
    CommaMissing,
    KeyTwice,
    ValueKind,
    ValueMissing,
    ListNotLiteral,
    ListOfEnvironment,
    PredicateNotNamed,
    PolicyNotNamed,
    FlagValue,
    PrivateNetwork,
    OptOutUnknown,
    StateWithoutFunction,
    NotAFunction,
    AssociatedFunction,
    AttributeTwice,
    PrimitiveName,
    JsonWithoutContentType,
    CookiesWithoutCredentials,
    AuthorizationNotAllowed,
    GraphQlWithoutContentType,
    RoutesSameMethod,
    RoutesMethodOfType,
    RoutesPolicyOfAnother,
    RoutesOtherState,
    RoutesStateMissing,
    RoutesNotAPath,
    RoutesAttribute,
];

impl Bad {
    /// Each key with the messages of the rules that its value breaks.
    fn at_start_up(&self) -> Vec<(&'static str, String)> {
        let mut policy = Policy::new(self.origins)
            .dev_origins_if(true, self.dev_origins)
            .methods(self.methods)
            .headers(self.headers)
            .expose_headers(self.expose_headers)
            .max_age(self.max_age);
        if self.credentials {
            policy = policy.credentials();
        }
        if self.enforce {
            policy = policy.enforce();
        }
        let Err(errors) = policy.routes(MethodRouter::<()>::new()) else {
            panic!("{policy:?} keeps the rules");
        };
        let rules: Vec<Rule> = errors.iter().filter_map(PolicyError::rule).collect();
        assert_eq!(rules, self.breaks, "{errors}");
        errors
            .into_iter()
            .map(|error| match error {
                PolicyError::Entry { key, message, .. }
                | PolicyError::Value { key, message, .. } => (key, message),
                error => panic!("{error}"),
            })
            .collect()
    }

    /// Each flag that is set, in the words around its name.
    fn flags(&self, before: &str, after: &str) -> String {
        let flags = [(self.credentials, "credentials"), (self.enforce, "enforce")];
        let set = flags.into_iter().filter(|(is_set, _)| *is_set);
        let set: Vec<String> = set
            .map(|(_, flag)| format!("{before}{flag}{after}"))
            .collect();
        set.concat()
    }

    fn lists(&self) -> [(&'static str, &'static [&'static str]); 5] {
        [
            ("origins", self.origins),
            ("dev_origins", self.dev_origins),
            ("methods", self.methods),
            ("headers", self.headers),
            ("expose_headers", self.expose_headers),
        ]
    }

    fn literally(&self) -> String {
        let lists = self.lists().map(|(key, list)| format!("{key} = {list:?}"));
        let max_age = self.max_age;
        handler(&format!(
            "{}, max_age = {max_age}{}",
            lists.join(", "),
            self.flags(", ", "")
        ))
    }

    fn behind_paths(&self) -> String {
        let lists = self.lists();
        let consts = lists.map(|(key, list)| {
            format!("const {}: &[&str] = &{list:?}; ", key.to_ascii_uppercase())
        });
        let keys = lists.map(|(key, _)| format!("{key} = {}", key.to_ascii_uppercase()));
        let max_age = format!("const MAX_AGE: u32 = {}; ", self.max_age);
        let keys = keys.join(", ") + ", max_age = MAX_AGE" + &self.flags(", ", "");
        consts.concat() + &max_age + &handler(&keys)
    }

    fn as_a_policy(&self) -> String {
        let Self {
            origins,
            dev_origins,
            methods,
            headers,
            expose_headers,
            max_age,
            ..
        } = self;
        let flags = self.flags(".", "()");
        format!(
            "const POLICY: cors_runtime::Policy = cors_runtime::Policy::new(&{origins:?})\
             .dev_origins_if(true, &{dev_origins:?}).methods(&{methods:?}).headers(&{headers:?}).expose_headers(&{expose_headers:?})\
             .max_age({max_age}){flags}; {}",
            handler("policy = POLICY")
        )
    }
}

fn handler(attribute: &str) -> String {
    format!("#[cors_runtime::cors({attribute})] pub async fn handler() {{}}")
}

#[test]
fn the_table_has_every_rule_of_a_policy() {
    let broken = TABLE.iter().flat_map(|bad| bad.breaks);
    let all: BTreeSet<&str> = broken.chain(OF_NO_POLICY).map(|rule| rule.name()).collect();
    let rules: BTreeSet<&str> = Rule::ALL.iter().map(|rule| rule.name()).collect();
    assert_eq!(all, rules);
}

#[test]
fn the_messages_are_the_same_in_the_attribute_in_constants_and_at_run_time() {
    let literally = compile("literally", Bad::literally);
    let behind_paths = compile("behind_paths", Bad::behind_paths);
    let as_a_policy = compile("as_a_policy", Bad::as_a_policy);
    for (row, bad) in TABLE.iter().enumerate() {
        let at_start_up = bad.at_start_up();
        let all: Vec<&str> = at_start_up.iter().map(|(_, said)| said.as_str()).collect();
        assert_eq!(
            sorted(&literally[row]),
            sorted(&all),
            "row {row}, literally"
        );

        // Const evaluation stops at the first mistake of each key.
        let mut firsts: BTreeMap<&str, &str> = BTreeMap::new();
        for (key, said) in &at_start_up {
            firsts.entry(key).or_insert(said);
        }
        let of_all: Vec<&str> = firsts.values().copied().collect();
        assert_eq!(
            sorted(&as_a_policy[row]),
            sorted(&of_all),
            "row {row}, as a policy"
        );

        assert_eq!(
            sorted(&behind_paths[row]),
            sorted(&of_all),
            "row {row}, behind paths"
        );
    }
}

fn sorted(said: &[impl AsRef<str>]) -> Vec<&str> {
    let mut said: Vec<&str> = said.iter().map(AsRef::as_ref).collect();
    said.sort_unstable();
    said
}

/// Compiles a program with one line for each row, and returns the errors of each line.
fn compile(name: &str, line: fn(&Bad) -> String) -> Vec<Vec<String>> {
    let mut source = String::new();
    for (row, bad) in TABLE.iter().enumerate() {
        writeln!(source, "pub mod row_{row} {{ {} }}", line(bad)).expect("a string grows");
    }
    let package = package();
    let file = package.join(format!("src/{name}.rs"));
    fs::write(&file, source + "#[allow(dead_code)] fn main() {}\n").expect("the source is written");
    let output = Command::new(env!("CARGO"))
        .args(["check", "--quiet", "--message-format=json", "--bin", name])
        .arg("--target-dir")
        .arg(package.join("target"))
        .current_dir(&package)
        .output()
        .expect("cargo runs");
    let mut said = vec![Vec::new(); TABLE.len()];
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        let message: Value = serde_json::from_str(line).expect("cargo prints JSON");
        let message = &message["message"];
        let (Some("error"), Some(text)) = (message["level"].as_str(), message["message"].as_str())
        else {
            continue;
        };
        let row = message["spans"][0]["line_start"].as_u64();
        let row = row.and_then(|line| usize::try_from(line - 1).ok());
        let Some(row) = row else {
            assert!(text.starts_with("aborting"), "{text}");
            continue;
        };
        let text = text.trim_start_matches("evaluation panicked: ");
        said[row].push(text.to_owned());
    }
    assert!(
        said.iter().any(|errors| !errors.is_empty()),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    said
}

/// A package of its own, with the versions that this one uses.
fn package() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let package = Path::new(env!("CARGO_TARGET_TMPDIR")).join("three_ways");
    let bins = ["literally", "behind_paths", "as_a_policy"]
        .map(|bin| format!("[[bin]]\nname = \"{bin}\"\npath = \"src/{bin}.rs\"\n"));
    let manifest = format!(
        "[package]\nname = \"three-ways\"\nedition = \"2024\"\n\n[workspace]\n\n[dependencies]\n\
         cors-runtime = {{ path = \"{}\" }}\n\n{}",
        root.join("cors-runtime").display(),
        bins.concat()
    );
    fs::create_dir_all(package.join("src")).expect("a folder");
    fs::write(package.join("Cargo.toml"), manifest).expect("a manifest");
    fs::copy(root.join("Cargo.lock"), package.join("Cargo.lock")).expect("a lock file");
    for bin in ["literally", "behind_paths", "as_a_policy"] {
        let file = package.join(format!("src/{bin}.rs"));
        if !file.exists() {
            fs::write(file, "fn main() {}\n").expect("a source");
        }
    }
    package
}
