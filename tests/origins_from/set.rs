//! Sets: their entries, the policies that may use them, and requests while they change.

use std::collections::BTreeSet;
use std::env;
use std::ffi::OsString;
use std::hint::black_box;
use std::panic::catch_unwind;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use axum::Router;
use axum::routing::get;
use cors_runtime::{CorsRouter, OriginSet, Policy, PolicyError, PolicyErrors, Routes, Rule};
use cors_runtime::{cors, routes};
use cors_test_support::{
    App, Case, Failures, WireRequest, WireResponse, actual, approved, case, check, preflight,
    refused, response,
};
use expect_test::expect;
use serde::Deserialize;
use tokio::runtime;
use tracing::Level;

type Result<T = (), E = PolicyErrors> = std::result::Result<T, E>;

/// The position of each entry that is wrong, and its rule.
fn positions(errors: &PolicyErrors) -> Vec<(usize, Rule)> {
    let positions = errors.iter().map(|error| match error {
        PolicyError::Entry { position, rule, .. } => (*position, *rule),
        other => panic!("no entry: {other:?}"),
    });
    positions.collect()
}

/// Each rule about one origin, and an entry that breaks it. The error has the position of the entry
/// and the message of a literal.
#[test]
fn set_breaks_the_rules_of_a_literal() {
    let long = |length: usize| "a".repeat(length);
    let rows: &[(&str, Rule)] = &[
        ("*", Rule::SetAnyOrigin),
        ("null", Rule::OriginNull),
        ("Null", Rule::OriginNull),
        (
            "https://a.example,https://b.example",
            Rule::OriginsInOneString,
        ),
        (
            "https://a.example https://b.example",
            Rule::OriginsInOneString,
        ),
        ("https://a.example;https://b.example", Rule::OriginSeparator),
        ("https://a.example|https://b.example", Rule::OriginSeparator),
        ("https://a.example;", Rule::OriginSeparator),
        ("[\"https://a.example\"", Rule::OriginQuotes),
        ("'https://a.example'", Rule::OriginQuotes),
        ("https://a.example]", Rule::OriginQuotes),
        ("http://192.168.0.0/16", Rule::OriginAddressRange),
        ("10.0.0.0/8", Rule::OriginAddressRange),
        (" https://a.example", Rule::OriginWhiteSpace),
        ("https://a.example\n", Rule::OriginWhiteSpace),
        ("https://bücher.example", Rule::OriginNotAscii),
        ("", Rule::OriginWithoutScheme),
        ("a.example", Rule::OriginWithoutScheme),
        ("//a.example", Rule::OriginWithoutScheme),
        ("https://A.example", Rule::OriginUpperCase),
        ("HTTPS://a.example", Rule::OriginUpperCase),
        ("a_b://a.example", Rule::OriginScheme),
        (&format!("{}://a.example", long(65)), Rule::SchemeTooLong),
        ("file:///srv", Rule::SchemeFile),
        ("https://a.example/", Rule::OriginPath),
        ("https://a.example?b", Rule::OriginQuery),
        ("https://a.example#b", Rule::OriginFragment),
        ("https://b@a.example", Rule::OriginUserInfo),
        ("https://a.example:443", Rule::PortDefault),
        ("https://a.example:0", Rule::PortInvalid),
        ("https://a.example:", Rule::PortInvalid),
        ("https://a.*", Rule::WildcardPosition),
        ("https://*", Rule::WildcardPosition),
        ("https://*a.example", Rule::WildcardPosition),
        ("https://", Rule::HostEmpty),
        ("https://a!.example", Rule::HostCharacter),
        (
            &format!("https://{}example", "a.".repeat(124)),
            Rule::HostTooLong,
        ),
        ("https://a..example", Rule::LabelEmpty),
        (&format!("https://{}.example", long(64)), Rule::LabelTooLong),
        ("https://127.1", Rule::Ipv4Invalid),
        ("https://::1", Rule::Ipv6Invalid),
        ("https://[0::1]", Rule::Ipv6NotCanonical),
        ("https://[::ffff:127.0.0.1]", Rule::Ipv6Mapped),
        ("https://[fe80::1%25eth0]", Rule::Ipv6Zone),
        ("http://a.example", Rule::SetInsecureOrigin),
        ("http://192.168.1.5", Rule::SetInsecureOrigin),
        ("https://*.github.io", Rule::SetPublicSuffix),
    ];
    let mut failures = Failures::default();
    for &(entry, rule) in rows {
        let list = ["https://good.example", entry, "https://other.example"];
        let errors = OriginSet::new()
            .replace(list)
            .expect_err("a rule is broken");
        failures.compare(|| entry, &vec![(1, rule)], &positions(&errors));
        // The other rules have remedies for sets; in a literal `*` allows everybody.
        if !rule.name().starts_with("Set") {
            let policy = Policy::new(&list).methods(&["GET"]).credentials();
            failures.compare(
                || format!("{entry}, as a literal"),
                &policy.check(),
                &Err(errors),
            );
        }
    }
    failures.finish();

    let names = |rules: &mut dyn Iterator<Item = Rule>| -> BTreeSet<&str> {
        rules.map(Rule::name).collect()
    };
    let of_lists = [
        Rule::OriginsMissing,
        Rule::OriginsAnyBesideOthers,
        Rule::OriginDuplicate,
        Rule::SetTooTolerant,
    ];
    let about_entries = Rule::ALL.iter().copied().filter(|rule| {
        let areas = [
            "Origin", "Scheme", "Port", "Wildcard", "Host", "Label", "Ipv", "Set",
        ];
        areas.iter().any(|area| rule.name().starts_with(area)) && !of_lists.contains(rule)
    });
    assert_eq!(
        names(&mut rows.iter().map(|(_, rule)| *rule)),
        names(&mut { about_entries }),
        "each rule has a row"
    );
}

#[test]
fn set_is_replaced_as_a_whole() -> Result {
    let set = OriginSet::new();
    let before = ["https://a.example", "https://*.b.example"];
    set.replace(before)?;
    let errors = set
        .replace([
            "https://c.example",
            "https://d.example/",
            "https://e.example",
            "null",
            "*",
        ])
        .expect_err("three are wrong");
    let wrong = [
        (1, Rule::OriginPath),
        (3, Rule::OriginNull),
        (4, Rule::SetAnyOrigin),
    ];
    assert_eq!(positions(&errors), wrong);
    let message = errors.to_string();
    let lines = message.lines().filter(|line| !line.starts_with("help: "));
    let starts: Vec<_> = lines.filter_map(|line| line.split_once(" `")).collect();
    let places: Vec<_> = starts.iter().map(|(place, _)| *place).collect();
    assert_eq!(places, ["origins[1]:", "origins[3]:", "origins[4]:"]);

    assert_eq!(set.len(), 2);
    assert!(set.contains("https://a.example"));
    assert!(set.contains("https://x.b.example"));
    assert!(!set.contains("https://c.example"));
    set.replace(["https://c.example"])?;
    assert_eq!(set.len(), 1);
    assert!(!set.contains("https://a.example"));
    assert!(!set.contains("https://x.b.example"));
    assert!(set.contains("https://c.example"));
    Ok(())
}

/// The remedies are those of a set, as it is written in configuration.
#[test]
fn messages_of_sets_name_their_own_remedies() {
    let rows = [
        (
            "http://a.example",
            expect![[r"
            origins[0]: `http://a.example` in a set of origins is open to anyone on the network, who could then act as the signed-in user
            help: write `https://a.example`, or make the set with `OriginSet::new().dangerously_allow_insecure_origins()`"]],
        ),
        (
            "https://*.vercel.app",
            expect![[r"
            origins[0]: `https://*.vercel.app` in a set of origins lets everyone who registers a name below `vercel.app` act as the signed-in user
            help: write your own domain, such as `https://*.yours.vercel.app`, or decide it in a function: `origins_from = is_preview`, or make the set with `OriginSet::new().dangerously_allow_public_suffixes()`"]],
        ),
        (
            "*",
            expect![[r#"
            origins[0]: `*` in a set of origins would allow every site, and the attribute would not show it
            help: list the origins; for every site, write `origins = ["*"]` in the attribute without `origins_from`, or make the policy when the program starts: `Policy::new(&["*"])` with its `layer()`"#]],
        ),
        (
            "https://a.example;https://b.example",
            expect![[r#"
            origins[0]: `https://a.example;https://b.example` is not one origin: `;` does not separate origins
            help: separate them by commas or white space; in a list, write each as a string of its own, such as `["https://a.example", "https://b.example"]`"#]],
        ),
        (
            "[\"https://a.example\"",
            expect![[r#"
            origins[0]: `["https://a.example"` is not one origin: `[` is no part of an origin
            help: delete the quotes and brackets, and separate origins by commas or white space: `https://a.example, https://b.example`"#]],
        ),
        (
            "http://192.168.0.0/16",
            expect![[r"
            origins[0]: `http://192.168.0.0/16` is a range of addresses (`/16`), and an origin has one host
            help: write each address, or decide it in a function: `origins_from = is_in_network`"]],
        ),
        (
            "http://192.168.*",
            expect![[r#"
            origins[0]: `http://192.168.*` has a `*` where no wildcard is allowed
            help: write `*.` as the whole leftmost label of a domain, such as `"https://*.example.com"`, or `:*` for any port; or decide it in a function: `origins_from = is_preview`"#]],
        ),
        (
            "moz-extension://*",
            expect![[r#"
            origins[0]: `moz-extension://*` has a `*` where no wildcard is allowed
            help: write `*.` as the whole leftmost label of a domain, such as `"https://*.example.com"`, or `:*` for any port; or decide it in a function: `origins_from = is_preview`"#]],
        ),
        (
            "https://myapp-*-team.vercel.app",
            expect![[r#"
            origins[0]: `https://myapp-*-team.vercel.app` has a `*` where no wildcard is allowed
            help: write `*.` as the whole leftmost label of a domain, such as `"https://*.example.com"`, or `:*` for any port; or decide it in a function: `origins_from = is_preview`"#]],
        ),
    ];
    for (entry, expected) in rows {
        let errors = OriginSet::new()
            .replace([entry])
            .expect_err("a rule is broken");
        expected.assert_eq(&errors.to_string());
    }
}

/// Two tenants may list one partner, so a duplicate is no error.
#[test]
fn set_takes_duplicates_once() -> Result {
    let set = OriginSet::new();
    let few = [
        "https://a.example",
        "https://*.a.example:*",
        "https://a.example",
        "https://*.a.example:*",
    ];
    let many = ["a", "b", "c", "d", "e", "f"].map(|host| format!("https://{host}.example"));
    set.replace(few)?;
    assert_eq!(set.len(), 2);
    set.replace(many.iter().chain(&many))?;
    assert_eq!(set.len(), many.len());
    assert_eq!(set.replace_valid(few.iter().chain(&few)), []);
    assert_eq!(set.len(), 2);
    assert!(set.contains("https://a.example"));
    assert!(set.contains("https://x.a.example:8443"));

    // Each entry that breaks a rule is an error, however often it is there.
    let errors = set.replace(["null", "https://b.example", "null"]);
    let errors = errors.expect_err("two are wrong");
    let expected = [(0, Rule::OriginNull), (2, Rule::OriginNull)];
    assert_eq!(positions(&errors), expected);
    Ok(())
}

#[test]
fn set_takes_valid_entries() -> Result {
    let set = OriginSet::new();
    set.replace(["https://before.example"])?;
    let list = [
        "https://a.example/",
        "https://b.example",
        "null",
        "https://*.c.example",
        "*",
        "http://d.example",
        "https://b.example",
    ];
    let errors = set.replace_valid(list);
    let all_or_nothing = set.replace(list).expect_err("four are wrong");
    assert_eq!(errors, Vec::from_iter(all_or_nothing));
    assert_eq!(errors.len(), 4);
    assert_eq!(set.len(), 2);
    assert!(set.contains("https://b.example"));
    assert!(set.contains("https://x.c.example"));
    for origin in [
        "https://before.example",
        "https://a.example",
        "http://d.example",
    ] {
        assert!(!set.contains(origin), "{origin}");
    }

    assert_eq!(set.replace_valid(["https://e.example"]), []);
    assert_eq!(set.replace_valid(["null", "*"]).len(), 2);
    assert!(set.is_empty());
    assert_eq!(set.replace_valid::<[&str; 0]>([]), []);
    Ok(())
}

/// A million entries may be wrong, and nobody reads a million messages.
#[test]
fn errors_of_sets_are_bounded() {
    let set = OriginSet::new();
    for (wrong, kept, last) in [
        (1, 1, "help: write `\"https://0.example\"`"),
        (100, 100, "help: write `\"https://99.example\"`"),
        (101, 100, "and 1 more"),
        (100_000, 100, "and 99900 more"),
    ] {
        let list = (0..wrong).map(|i| format!("https://{i}.example/"));
        let right = ["https://a.example".to_owned()];
        let list: Vec<String> = list.chain(right).collect();
        let errors = set.replace(&list).expect_err("all but one are wrong");
        assert_eq!(errors.total(), wrong);
        assert_eq!(errors.iter().count(), kept);
        assert_eq!((&errors).into_iter().count(), kept);
        for printed in [errors.to_string(), format!("{errors:?}")] {
            let starts = printed.lines().filter(|line| line.starts_with("origins["));
            assert_eq!(starts.count(), kept);
            assert_eq!(printed.lines().last(), Some(last));
        }
        assert_eq!(errors.into_iter().count(), kept);

        let errors = set.replace_valid(&list);
        assert_eq!(errors.len(), wrong);
        assert_eq!(set.len(), 1);
    }
}

static TENANTS: OriginSet = OriginSet::new();

#[cors(
    origins = ["https://app.example.com"],
    origins_from = TENANTS,
    methods = [GET],
    max_age = 600,
    credentials,
)]
async fn of_tenants() {}

const SHARED: Policy = Policy::new(&["https://app.example.com"])
    .origins_from(&TENANTS)
    .methods(&["GET"])
    .max_age(600)
    .credentials();

#[cors(policy = SHARED)]
async fn of_shared() {}

fn of_tenants_apps() -> Result<Vec<App>> {
    let path = |routes: Routes| CorsRouter::new().route("/", routes);
    let layer = SHARED.layer()?;
    Ok(vec![
        App::new("in the attribute", path(routes![of_tenants])),
        App::new("in a policy", path(routes![of_shared])),
        App::new(
            "layered",
            path(routes![of_tenants]).layer(tower::layer::util::Identity::new()),
        ),
        App::new(
            "around a service",
            Router::new().route("/", get(async || ()).layer(layer)),
        ),
    ])
}

/// The set is read at each request. `Vary` is there even if it is empty.
#[tokio::test]
async fn several_origins_of_a_changing_set_vary() -> Result {
    let allowed = |origin: &str| {
        let lines = format!(
            "access-control-allow-origin: {origin}
             access-control-allow-credentials: true
             vary: Origin"
        );
        response(200, &lines)
    };
    let allowed_preflight = |origin: &str| {
        approved(&format!(
            "access-control-allow-origin: {origin}
             access-control-allow-credentials: true
             access-control-allow-methods: GET
             access-control-max-age: 600"
        ))
    };
    let foreign = || response(200, "vary: Origin");
    let apps = of_tenants_apps()?;
    let literal = || -> [Case; 3] {
        [
            case(
                "of the literal",
                actual("GET /", "https://app.example.com"),
                allowed("https://app.example.com"),
            ),
            case("no origin", "GET /", foreign()),
            case("null", actual("GET /", "null"), foreign()),
        ]
    };
    let nobody = [
        case("of no set", actual("GET /", "https://a.example"), foreign()),
        case(
            "of no set, with a pattern",
            actual("GET /", "https://x.b.example:8443"),
            foreign(),
        ),
        case(
            "preflight",
            preflight("GET /", "https://a.example"),
            refused(),
        ),
    ];
    check(&apps, &literal()).await;
    check(&apps, &nobody).await;

    TENANTS.replace(["https://a.example", "https://*.b.example:*"])?;
    let cases = [
        case(
            "of the set",
            actual("GET /", "https://a.example"),
            allowed("https://a.example"),
        ),
        case(
            "HEAD",
            actual("HEAD /", "https://a.example"),
            allowed("https://a.example"),
        ),
        case(
            "of the set, by a pattern",
            actual("GET /", "https://x.b.example:8443"),
            allowed("https://x.b.example:8443"),
        ),
        case(
            "of another site",
            actual("GET /", "https://b.example"),
            foreign(),
        ),
        case(
            "preflight",
            preflight("GET /", "https://a.example"),
            allowed_preflight("https://a.example"),
        ),
    ];
    check(&apps, &cases).await;
    check(&apps, &literal()).await;

    TENANTS.replace(["https://c.example"])?;
    check(&apps, &nobody).await;
    TENANTS.replace::<[&str; 0]>([])?;
    assert!(TENANTS.is_empty());
    check(&apps, &nobody).await;
    check(&apps, &literal()).await;
    Ok(())
}

/// In a child of this process, because a process with threads must not change its environment.
#[test]
fn set_from_the_environment() {
    const NAME: &str = "set::set_from_the_environment";
    const CHILD: &str = "ORIGINS_FROM_CHILD";
    const VARIABLE: &str = "CORS_ORIGINS";
    const BEFORE: &str = "https://before.example";
    if env::var_os(CHILD).is_some() {
        let set = OriginSet::new();
        set.replace([BEFORE]).expect("an origin");
        let subscriber = tracing_subscriber::fmt()
            .without_time()
            .with_ansi(false)
            .with_max_level(Level::INFO)
            .finish();
        // Its events are lines of the same output.
        print!("<");
        let result = tracing::subscriber::with_default(subscriber, || set.from_env(VARIABLE));
        let result = result.map_err(|errors| errors.to_string());
        let probes = [
            BEFORE,
            "https://a.example",
            "https://b.example",
            "https://x.c.example",
        ];
        let kept: Vec<_> = probes.iter().filter(|probe| set.contains(probe)).collect();
        println!("{result:?} {} {kept:?}>", set.len());
        return;
    }
    let replaced = |count: usize, kept: &[&str]| {
        format!(
            "< INFO cors: origins replaced variable=\"CORS_ORIGINS\" count={count}\n\
             Ok(()) {count} {kept:?}>"
        )
    };
    let all = replaced(
        3,
        &[
            "https://a.example",
            "https://b.example",
            "https://x.c.example",
        ],
    );
    let none = replaced(0, &[]);
    let list = |text: &str| Some(OsString::from(text));
    let mut rows = vec![
        (
            "no variable",
            None,
            "< INFO cors: environment variable not set variable=\"CORS_ORIGINS\"\nOk(()) 0 []>"
                .to_owned(),
        ),
        ("nothing", list(""), none.clone()),
        ("separators alone", list(" ,\n, "), none),
        (
            "one",
            list("https://a.example"),
            replaced(1, &["https://a.example"]),
        ),
        (
            "commas",
            list("https://a.example,https://b.example,https://*.c.example"),
            all.clone(),
        ),
        (
            "spaces",
            list("https://a.example https://b.example  https://*.c.example"),
            all.clone(),
        ),
        (
            "both, and at the ends",
            list(" ,https://a.example, https://b.example ,https://*.c.example, "),
            all.clone(),
        ),
        (
            "lines",
            list("https://a.example\nhttps://b.example\r\n\thttps://*.c.example\n"),
            all.clone(),
        ),
    ];
    // The errors are those of a list with the name of the variable, and the set does not change.
    let wrong = ["https://a.example", "*", "https://b.example/", "null"];
    let kept = |errors: String| format!("<{:?} 1 [{BEFORE:?}]>", Err::<(), _>(errors));
    let errors_of = |entries: &[&str]| {
        let errors = OriginSet::new()
            .replace(entries)
            .expect_err("wrong entries");
        let errors = errors.to_string();
        assert!(errors.starts_with("origins["), "{errors}");
        kept(errors.replace("origins[", "CORS_ORIGINS["))
    };
    rows.push(("wrong entries", list(&wrong.join(", ")), errors_of(&wrong)));
    let other_separators = "https://a.example;https://b.example|https://c.example";
    rows.push((
        "other separators",
        list(other_separators),
        errors_of(&[other_separators]),
    ));
    // Each entry of a list in JSON is an error.
    let json = r#"["https://a.example", "https://b.example"]"#;
    rows.push((
        "JSON",
        list(json),
        errors_of(&[r#"["https://a.example""#, r#""https://b.example"]"#]),
    ));
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStringExt;
        let message = "the environment variable `CORS_ORIGINS` is not Unicode\nhelp: write origins, \
                    with commas or spaces in between";
        rows.push((
            "no Unicode",
            Some(OsString::from_vec(b"https://a.example,\xff".to_vec())),
            kept(message.to_owned()),
        ));
    }
    let mut failures = Failures::default();
    for (name, value, expected) in rows {
        let mut child = Command::new(env::current_exe().expect("this program"));
        child.args(["--exact", NAME, "--nocapture"]).env(CHILD, "");
        match value {
            Some(value) => child.env(VARIABLE, value),
            None => child.env_remove(VARIABLE),
        };
        let output = child.output().expect("the child runs");
        let output = String::from_utf8_lossy(&output.stdout).into_owned();
        let found = output.find('<').zip(output.rfind('>'));
        let found = found.map_or(&*output, |(start, end)| &output[start..=end]);
        failures.compare(|| name, &expected.as_str(), &found);
    }
    failures.finish();
}

static LAX: OriginSet = OriginSet::new()
    .dangerously_allow_insecure_origins()
    .dangerously_allow_public_suffixes();

const OVER_LAX: Policy = Policy::new(&[]).origins_from(&LAX).methods(&["GET"]);
const WITH_CREDENTIALS: Policy = OVER_LAX.credentials();

#[cors(origins_from = LAX, methods = [GET], credentials)]
async fn strict() {}

#[cors(policy = WITH_CREDENTIALS)]
async fn strict_by_policy() {}

#[cors(policy = OVER_LAX, credentials)]
async fn strict_by_key() {}

#[cors(
    origins_from = LAX,
    methods = [GET],
    credentials,
    dangerously_allow(insecure_origins),
)]
async fn insecure() {}

#[cors(policy = WITH_CREDENTIALS, dangerously_allow(public_suffixes))]
async fn suffixes() {}

#[cors(
    origins_from = LAX,
    methods = [GET],
    credentials,
    dangerously_allow(insecure_origins, public_suffixes),
)]
async fn tolerant() {}

#[cors(origins_from = LAX, methods = [GET])]
async fn without_credentials() {}

#[cors(policy = WITH_CREDENTIALS, origins_from = TENANTS)]
async fn of_another_set() {}

/// A handler with credentials has to tolerate what its set tolerates. It is checked when the handler
/// is registered.
#[test]
fn tolerance_of_handlers() {
    type Register = fn() -> Routes;
    let insecure_set = "origins_from: the set of origins permits `insecure_origins`, and the policy \
                        or set that uses it does not\nhelp: permit `insecure_origins` there as \
                        well, or build the set without it";
    let suffixes_set = insecure_set.replace("insecure_origins", "public_suffixes");
    let both = format!("{insecure_set}\n{suffixes_set}");
    let rows: [(&str, Register, Option<&str>); 8] = [
        ("strict", || routes![strict], Some(&both)),
        (
            "strict_by_policy",
            || routes![strict_by_policy],
            Some(&both),
        ),
        ("strict_by_key", || routes![strict_by_key], Some(&both)),
        ("insecure", || routes![insecure], Some(&suffixes_set)),
        ("suffixes", || routes![suffixes], Some(insecure_set)),
        ("tolerant", || routes![tolerant], None),
        ("without_credentials", || routes![without_credentials], None),
        ("of_another_set", || routes![of_another_set], None),
    ];
    let mut failures = Failures::default();
    for (name, register, errors) in rows {
        let found = catch_unwind(register).map(|_| ()).map_err(|panic| {
            let message = panic.downcast::<String>();
            *message.expect("a message with its values")
        });
        let expected = match errors {
            Some(errors) => Err(format!("{}::{name}: {errors}", module_path!())),
            None => Ok(()),
        };
        failures.compare(|| name, &expected, &found);
    }
    failures.finish();
}

#[test]
fn tolerance_of_policies() {
    let too_tolerant = |danger: &str| {
        let rule = Rule::SetTooTolerant;
        format!(
            "{rule:?} origins_from: the set of origins permits `{danger}`, and the policy or set \
             that uses it does not"
        )
    };
    let insecure = || too_tolerant("insecure_origins");
    let suffixes = || too_tolerant("public_suffixes");
    let wrong = [
        "OriginPath origins[1]: `https://b.example/` has a path (`/`), and an origin ends with its \
         host or port, so it would never match"
            .to_owned(),
        "MethodCase methods[0]: `get` is not `GET`: methods are compared byte by byte".to_owned(),
        insecure(),
        suffixes(),
    ];
    let rows = [
        ("strict", WITH_CREDENTIALS, vec![insecure(), suffixes()]),
        (
            "insecure",
            WITH_CREDENTIALS.dangerously_allow_insecure_origins(),
            vec![suffixes()],
        ),
        (
            "suffixes",
            WITH_CREDENTIALS.dangerously_allow_public_suffixes(),
            vec![insecure()],
        ),
        (
            "tolerant",
            WITH_CREDENTIALS
                .dangerously_allow_insecure_origins()
                .dangerously_allow_public_suffixes(),
            vec![],
        ),
        ("without credentials", OVER_LAX, vec![]),
        (
            "of another set",
            WITH_CREDENTIALS.origins_from(&TENANTS),
            vec![],
        ),
        (
            "with all that is wrong",
            WITH_CREDENTIALS
                .origins(&["https://a.example", "https://b.example/"])
                .methods(&["get"]),
            wrong.to_vec(),
        ),
    ];
    let mut failures = Failures::default();
    for (name, policy, expected) in rows {
        let problems = |errors: PolicyErrors| -> Vec<String> {
            let lines = errors.iter().map(|error| {
                let problem = error.to_string();
                let rule = error.rule().expect("a rule");
                format!("{rule:?} {}", problem.lines().next().unwrap_or_default())
            });
            lines.collect()
        };
        let checked = policy.check().map_or_else(problems, |()| vec![]);
        failures.compare(|| format!("{name}, checked"), &expected, &checked);
        let layer = policy.layer().map_or_else(problems, |_| vec![]);
        failures.compare(|| format!("{name}, as a layer"), &expected, &layer);
    }
    failures.finish();
}

/// A set holds what it tolerates, and replaces only a set that tolerates as much.
#[test]
fn tolerance_of_sets() {
    /// The dangers that a set tolerates, its constructor, and the errors of the list for it.
    type Row<'a> = (&'a [&'a str], fn() -> OriginSet, &'a [(usize, Rule)]);
    let list = [
        "http://a.example",
        "http://*.co.uk",
        "https://*.github.io",
        "*",
        "null",
        "http://localhost:3000",
        "https://*.a.example",
    ];
    let sets: [Row; 4] = [
        (
            &[],
            OriginSet::new,
            &[
                (0, Rule::SetInsecureOrigin),
                (1, Rule::SetInsecureOrigin),
                (2, Rule::SetPublicSuffix),
                (3, Rule::SetAnyOrigin),
                (4, Rule::OriginNull),
            ],
        ),
        (
            &["insecure_origins"],
            || OriginSet::new().dangerously_allow_insecure_origins(),
            &[
                (1, Rule::SetPublicSuffix),
                (2, Rule::SetPublicSuffix),
                (3, Rule::SetAnyOrigin),
                (4, Rule::OriginNull),
            ],
        ),
        (
            &["public_suffixes"],
            || OriginSet::new().dangerously_allow_public_suffixes(),
            &[
                (0, Rule::SetInsecureOrigin),
                (1, Rule::SetInsecureOrigin),
                (3, Rule::SetAnyOrigin),
                (4, Rule::OriginNull),
            ],
        ),
        (
            &["insecure_origins", "public_suffixes"],
            || {
                OriginSet::new()
                    .dangerously_allow_insecure_origins()
                    .dangerously_allow_public_suffixes()
            },
            &[(3, Rule::SetAnyOrigin), (4, Rule::OriginNull)],
        ),
    ];
    let mut failures = Failures::default();
    for (tolerated, make, expected) in sets {
        let errors = make().replace(list).expect_err("two are wrong everywhere");
        let called = || format!("a set with {tolerated:?}");
        failures.compare(called, &expected.to_vec(), &positions(&errors));

        for (others, make_other, _) in sets {
            let (set, other) = (make(), make_other());
            set.replace(["https://before.example"]).expect("an origin");
            other.replace(["https://after.example"]).expect("an origin");
            let beyond: Vec<String> = others
                .iter()
                .filter(|danger| !tolerated.contains(danger))
                .map(|danger| {
                    format!(
                        "origins: the set of origins permits `{danger}`, and the policy or set \
                         that uses it does not"
                    )
                })
                .collect();
            let errors = set.replace_with(other).err();
            let errors = errors.iter().flatten().map(ToString::to_string);
            let problems = errors.map(|error| error.lines().take(1).collect());
            let called = || format!("one with {others:?} into one with {tolerated:?}");
            failures.compare(called, &beyond, &problems.collect());
            let holds = ["https://before.example", "https://after.example"]
                .map(|origin| set.contains(origin));
            let replaced = beyond.is_empty();
            failures.compare(called, &[!replaced, replaced], &holds);
        }
    }
    failures.finish();
}

#[derive(Debug, Deserialize)]
struct Config {
    origins: OriginSet,
}

#[test]
fn set_from_serde() -> Result {
    let wrong = ["https://a.example", "*", "https://b.example/", "null"];
    let errors = OriginSet::new()
        .replace(wrong)
        .expect_err("three are wrong");
    let neither = "a list of origins, or a string of them";
    let rows = [
        ("[]", Ok(vec![])),
        (r#""""#, Ok(vec![])),
        (r#""https://a.example""#, Ok(vec!["https://a.example"])),
        (
            r#"["https://a.example", "https://*.b.example"]"#,
            Ok(vec!["https://a.example", "https://x.b.example"]),
        ),
        (
            r#""https://a.example, https://*.b.example\nhttps://c.example""#,
            Ok(vec![
                "https://a.example",
                "https://x.b.example",
                "https://c.example",
            ]),
        ),
        (
            r#"["https://a.example", "*", "https://b.example/", "null"]"#,
            Err(errors.to_string()),
        ),
        (
            r#""https://a.example * https://b.example/, null""#,
            Err(errors.to_string()),
        ),
        // A string of a list is one entry, as a literal is.
        (
            r#"["https://a.example https://b.example"]"#,
            Err(OriginSet::new()
                .replace(["https://a.example https://b.example"])
                .expect_err("two in one")
                .to_string()),
        ),
        ("7", Err(neither.to_owned())),
        ("[7]", Err(neither.to_owned())),
        ("{}", Err(neither.to_owned())),
    ];
    let mut failures = Failures::default();
    for (json, expected) in rows {
        let found = serde_json::from_str::<Config>(&format!("{{\"origins\": {json}}}"));
        let probes = [
            "https://a.example",
            "https://x.b.example",
            "https://b.example",
            "https://c.example",
        ];
        let found = match found {
            Ok(Config { origins }) => {
                let allowed = probes.into_iter().filter(|origin| origins.contains(origin));
                Ok(allowed.collect())
            }
            // serde_json adds the line and the column.
            Err(error) => {
                let message = error.to_string();
                let before_place = message.rsplit_once(" at line ");
                Err(before_place.map_or(message.clone(), |(message, _)| message.to_owned()))
            }
        };
        failures.compare(|| json, &expected, &found);
    }
    failures.finish();

    let set = OriginSet::new();
    set.replace(["https://before.example"])?;
    let config: Config =
        serde_json::from_str(r#"{"origins": "https://a.example"}"#).expect("a set");
    set.replace_with(config.origins)?;
    assert!(set.contains("https://a.example"));
    assert!(!set.contains("https://before.example"));
    Ok(())
}

static CHANGING: OriginSet = OriginSet::new();

#[cors(origins_from = CHANGING, methods = [GET])]
async fn of_changing() {}

#[cors(origins_from = CHANGING, methods = [POST], enforce)]
async fn enforced_of_changing() {}

/// While two sets replace each other, each request is decided by one of them: an origin in both is
/// never refused, an origin in neither never allowed, and no response mixes them.
#[test]
fn replacing_is_atomic() -> Result {
    const BOTH: [&str; 2] = ["https://both.example", "https://*.both.example"];
    const ENOUGH: usize = 300;
    // `Vary` of the two handlers.
    const GET: &str = "Origin";
    const POST: &str = "Origin, Sec-Fetch-Site";
    let fill = |name: &str| {
        let own = (0..50).map(|i| format!("https://{i}.{name}.example"));
        let shared = BOTH.map(str::to_owned);
        let pattern = format!("https://*.{name}.example");
        CHANGING.replace(own.chain(shared).chain([pattern]))
    };
    let done = AtomicBool::new(false);
    let read = || -> std::result::Result<(), String> {
        let app = App::new(
            "",
            CorsRouter::new().route("/", routes![of_changing, enforced_of_changing]),
        );
        let runtime = runtime::Builder::new_current_thread().build();
        let runtime = runtime.expect("a runtime");

        let allowed = |vary, origin: &str| {
            response(
                200,
                &format!(
                    "access-control-allow-origin: {origin}
                     vary: {vary}"
                ),
            )
        };
        let foreign = |vary, status| response(status, &format!("vary: {vary}"));
        let preflighted = |origin: &str| {
            approved(&format!(
                "access-control-allow-origin: {origin}
                 access-control-allow-methods: GET"
            ))
        };
        let expect = |request: WireRequest, expected: &[WireResponse]| {
            let found = runtime.block_on(app.cors(&request));
            match expected.iter().position(|answer| *answer == found) {
                Some(which) => Ok(which),
                None => Err(format!("{request}: {found:?}, and not of {expected:?}")),
            }
        };
        // For an origin that only one set has: how often each of the two responses came.
        let mut counts = [[0; 2]; 3];
        let started = Instant::now();
        while counts.as_flattened().iter().any(|&times| times < ENOUGH) {
            if started.elapsed() > Duration::from_secs(60) {
                return Err(format!("the sets don't change: {counts:?}"));
            }
            for origin in ["https://both.example", "https://x.both.example"] {
                expect(actual("GET /", origin), &[allowed(GET, origin)])?;
                expect(actual("POST /", origin), &[allowed(POST, origin)])?;
            }
            let neither = "https://neither.example";
            expect(actual("GET /", neither), &[foreign(GET, 200)])?;
            expect(actual("POST /", neither), &[foreign(POST, 403)])?;
            for origin in ["https://7.old.example", "https://x.new.example"] {
                let responses = [
                    expect(
                        actual("GET /", origin),
                        &[allowed(GET, origin), foreign(GET, 200)],
                    )?,
                    expect(
                        actual("POST /", origin),
                        &[allowed(POST, origin), foreign(POST, 403)],
                    )?,
                    expect(
                        preflight("GET /", origin),
                        &[preflighted(origin), refused()],
                    )?,
                ];
                for (counts, which) in counts.iter_mut().zip(responses) {
                    counts[which] += 1;
                }
            }
        }
        Ok(())
    };
    fill("old")?;
    thread::scope(|scope| {
        let writer = scope.spawn(|| -> Result {
            while !done.load(Ordering::Relaxed) {
                fill("new")?;
                fill("old")?;
            }
            Ok(())
        });
        let readers = [scope.spawn(read), scope.spawn(read)];
        let read = readers.map(|reader| reader.join().expect("it doesn't panic"));
        done.store(true, Ordering::Relaxed);
        assert_eq!(read, [Ok(()), Ok(())]);
        writer.join().expect("it doesn't panic")
    })
}

/// Origins, patterns of subdomains, and patterns of ports.
fn many(count: usize) -> impl Iterator<Item = String> {
    (0..count).map(|i| match i % 4 {
        0 | 1 => format!("https://t{i}.tenant.example"),
        2 => format!("https://*.w{i}.wild.example"),
        _ => format!("https://p{i}.port.example:*"),
    })
}

const MANY: usize = 100_000;

static LARGE: OriginSet = OriginSet::new();

#[cors(origins_from = LARGE, methods = [GET])]
async fn of_large() {}

#[tokio::test]
async fn near_misses_of_a_large_set() -> Result {
    LARGE.replace(many(MANY))?;
    assert_eq!(LARGE.len(), MANY);
    let rows = [
        ("https://t5.tenant.example", true),
        ("https://t99997.tenant.example", true),
        ("https://a.w6.wild.example", true),
        ("https://a.b.w99998.wild.example", true),
        ("https://p7.port.example", true),
        ("https://p99999.port.example:65535", true),
        // Beyond the set, and of the other kinds in it.
        ("https://t100000.tenant.example", false),
        ("https://t6.tenant.example", false),
        ("https://a.w5.wild.example", false),
        ("https://p6.port.example", false),
        // More in front, and less.
        ("https://at5.tenant.example", false),
        ("https://a.t5.tenant.example", false),
        ("https://5.tenant.example", false),
        ("https://tenant.example", false),
        ("https://w6.wild.example", false),
        ("https://aw6.wild.example", false),
        ("https://wild.example", false),
        ("https://a.p7.port.example", false),
        // More behind, and less.
        ("https://t5.tenant.example.evil.example", false),
        ("https://t5.tenant.exampl", false),
        ("https://t5.tenant.example.", false),
        ("https://t5.tenant.example/", false),
        ("https://a.w6.wild.example.evil.example", false),
        ("https://a.w6.wild.example.", false),
        ("https://a.w6.wild", false),
        ("https://p7.port.example.evil.example:80", false),
        // Another scheme.
        ("http://t5.tenant.example", false),
        ("http://a.w6.wild.example", false),
        ("http://p7.port.example:80", false),
        ("httpss://a.w6.wild.example", false),
        // Another port.
        ("https://t5.tenant.example:444", false),
        ("https://t5.tenant.example:443", false),
        ("https://a.w6.wild.example:444", false),
        ("https://p7.port.example:0", false),
        ("https://p7.port.example:65536", false),
        ("https://p7.port.example:*", false),
        // Another case.
        ("https://T5.tenant.example", false),
        ("https://a.W6.wild.example", false),
        ("https://A.w6.wild.example", false),
        ("HTTPS://p7.port.example", false),
        // An entry itself, where that is a pattern.
        ("https://*.w6.wild.example", false),
        ("null", false),
        ("*", false),
        ("", false),
    ];
    let app = App::new("", CorsRouter::new().route("/", routes![of_large]));
    let mut failures = Failures::default();
    for (origin, expected) in rows {
        failures.compare(|| origin, &expected, &LARGE.contains(origin));
        let lines = if expected {
            format!(
                "access-control-allow-origin: {origin}
                 vary: Origin"
            )
        } else {
            "vary: Origin".to_owned()
        };
        let found = app.cors(actual("GET /", origin)).await;
        failures.compare(|| origin, &response(200, &lines), &found);
    }
    failures.finish();
    Ok(())
}

/// A search through the list would take 10,000 times as long. The shortest of many runs is compared,
/// because other programs make the rest longer.
#[test]
fn a_large_set_takes_the_time_of_a_small_one() -> Result {
    let sets = [10, MANY].map(|count| {
        let set = OriginSet::new();
        set.replace(many(count)).map(|()| set)
    });
    let [small, large] = sets;
    let (small, large) = (small?, large?);
    let origins = [
        "https://t5.tenant.example",
        "https://a.w6.wild.example",
        "https://a.b.c.d.e.w6.wild.example",
        "https://p7.port.example:8443",
        "https://t11.tenant.example.evil.example",
        "https://w6.wild.example",
    ];
    let run = |set: &OriginSet| {
        let start = Instant::now();
        for origin in origins {
            black_box(set.contains(black_box(origin)));
        }
        start.elapsed()
    };
    let shortest = |set| (0..200).map(|_| run(set)).min().unwrap_or_default();
    let times: Vec<_> = (0..10).map(|_| [&small, &large].map(shortest)).collect();
    assert!(
        times.iter().any(|[small, large]| *large < *small * 3),
        "of ten and of {MANY}: {times:?}"
    );
    Ok(())
}
