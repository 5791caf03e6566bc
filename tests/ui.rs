//! The compile errors as users see them: each file below `tests/ui` fails to compile with exactly
//! the text of its `.stderr`, and every rule of the project has such a file.
//!
//! Bless a change with `TRYBUILD=overwrite cargo test --test ui`, and read what it wrote.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use cors_rules::{Rule, Violation};

/// Rules that are checked at run time: `tests/wire/handlers.rs`, `tests/origins_from/`.
const AT_START_UP: [Rule; 7] = [
    Rule::RoutesOtherState,
    Rule::RoutesPolicyOfAnother,
    Rule::RoutesStateMissing,
    Rule::SetAnyOrigin,
    Rule::SetInsecureOrigin,
    Rule::SetPublicSuffix,
    Rule::SetTooTolerant,
];

/// Only `compile_fail`, so that one run of cargo compiles all files.
#[test]
fn ui() {
    trybuild::TestCases::new().compile_fail("tests/ui/**/*.rs");
}

#[test]
fn every_rule_has_a_ui_test() {
    let tests = tests_by_name();
    for &rule in Rule::ALL {
        if AT_START_UP.contains(&rule) {
            continue;
        }
        let name = snake_case(rule.name());
        let [test] = tests.get(&name).map_or(&[][..], Vec::as_slice) else {
            panic!("`Rule::{rule:?}` wants exactly one `tests/ui/*/{name}.rs`");
        };
        let stderr = stderr_of(test);
        assert!(
            diagnostics(&stderr).iter().any(|error| says(error, rule)),
            "{}: no error says {:?}",
            test.display(),
            Words::of(rule)
        );
    }
}

/// Each file has its `.stderr` and the other way round, and each error is one of this project: rustc
/// adds no error of its own to a mistake that is reported already.
#[test]
fn every_error_is_one_of_ours() {
    // The errors of rustc, or of the parser of a macro.
    let expected = [
        (
            "associated_function_of_macro",
            "error: enum is not supported in `trait`s or `impl`s",
        ),
        (
            "associated_function_of_macro",
            "error: implementation is not supported in `trait`s or `impl`s",
        ),
        (
            "not_a_function",
            "error[E0658]: custom attributes cannot be applied to statements",
        ),
        ("no_such_method", "error[E0599]: no method named"),
        ("not_a_fallback", "error[E0277]: `"),
        ("not_routes", "error[E0277]: `"),
        ("not_a_handler", "error[E0277]: the trait bound"),
        ("routes_not_a_path", "error: expected `,`"),
        ("behind_module", "error[E0573]: expected type, found module"),
        ("private_handler", "error[E0603]: enum `save` is private"),
        ("private_handler", "error[E0603]: function `without_cors`"),
        ("private_handler", "error[E0603]: module `inner` is private"),
        ("unknown_name", "error[E0425]: cannot find"),
        (
            "unknown_name",
            "error[E0432]: unresolved import `jobs::remve`",
        ),
        ("unknown_path", "error[E0425]: cannot find type `Typo`"),
        ("unknown_path", "error[E0432]: unresolved import"),
        ("constant", "error[E0308]: mismatched types"),
        ("wrong_type", "error[E0308]: mismatched types"),
        ("wrong_type", "error[E0425]: cannot find"),
        ("wrong_type", "error[E0277]: `origins_from` takes a static"),
        ("predicate", "error[E0277]: `origins_from` takes a static"),
        (
            "unregistered",
            "error: variant `handler_is_not_registered_with_routes` is never constructed",
        ),
    ];
    for (name, tests) in tests_by_name() {
        for test in tests {
            let stderr = stderr_of(&test);
            let diagnostics = diagnostics(&stderr);
            assert!(!diagnostics.is_empty(), "{}: no error", test.display());
            for diagnostic in diagnostics {
                let known = is_ours(diagnostic)
                    || expected
                        .iter()
                        .any(|(test, start)| name == *test && diagnostic.starts_with(start));
                assert!(known, "{}:\n{diagnostic}", test.display());
            }
        }
    }
}

/// The compiler reports a wrong name, a missing import and a private handler once, at the name.
#[test]
fn a_wrong_name_in_routes_is_one_error() {
    let tests = tests_by_name();
    for (name, errors) in [
        ("unknown_name", 5),
        ("unknown_path", 9),
        ("private_handler", 3),
        ("behind_module", 2),
    ] {
        let [test] = tests[name].as_slice() else {
            panic!("there is one test `{name}`");
        };
        let stderr = stderr_of(test);
        assert_eq!(diagnostics(&stderr).len(), errors, "{stderr}");
    }
}

/// The README shows the current error of the compiler.
#[test]
fn the_readme_quotes_the_compiler() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = fs::read_to_string(root.join("README.md")).expect("there is a README");
    let file = "tests/ui/credentials/credentials_any_origin.rs";
    let stderr = stderr_of(&root.join(file)).replace(file, "src/main.rs");
    let error = diagnostics(&stderr)[0].trim_end();
    assert!(readme.contains(error), "the README lacks:\n{error}");
}

fn is_ours(diagnostic: &str) -> bool {
    const WITHOUT_CORS: &str = "error[E0277]: this handler has no `#[cors]` attribute";
    diagnostic.starts_with(WITHOUT_CORS) || Rule::ALL.iter().any(|&rule| says(diagnostic, rule))
}

/// Whether an error has the message of `rule`, from `error: ` to the end of the remedy.
fn says(error: &str, rule: Rule) -> bool {
    let starts = [
        "error: use of deprecated constant `_::cors_policy_does_not_fit`: ",
        "error: use of deprecated associated constant `_::_::Check::<false>::cors_policy_does_not_fit`: ",
        "error[E0080]: evaluation panicked: ",
        "error: ",
    ];
    let Some(message) = starts.iter().find_map(|start| error.strip_prefix(start)) else {
        return false;
    };
    let Some((problem, remedy)) = message.split_once(" help: ") else {
        return false;
    };
    let words = Words::of(rule);
    let has_one =
        |text: &str, words: &[Vec<String>]| words.iter().any(|words| has_in_order(text, words));
    has_one(problem, &words.problems) && has_one(remedy, &words.remedies)
}

/// Errors and warnings, one by one.
fn diagnostics(stderr: &str) -> Vec<&str> {
    let mut diagnostics = Vec::new();
    let mut rest = stderr;
    while !rest.is_empty() {
        let next = ["\nerror", "\nwarning"]
            .iter()
            .filter_map(|start| rest.find(start))
            .min()
            .map_or(rest.len(), |newline| newline + 1);
        let (diagnostic, tail) = rest.split_at(next);
        diagnostics.push(diagnostic);
        rest = tail;
    }
    diagnostics
}

/// The fixed words of the messages of a rule, without its placeholders.
#[derive(Debug)]
struct Words {
    /// With and without a part of the text.
    problems: [Vec<String>; 2],
    /// With and without a fix.
    remedies: [Vec<String>; 2],
}

impl Words {
    fn of(rule: Rule) -> Self {
        const PLACE: &str = "\u{fffd}";
        let bare = Violation::new(rule, PLACE);
        let full = bare.part(PLACE).fix(PLACE);
        let [(problem, remedy), (bare_problem, bare_remedy)] = [full, bare].map(|it| {
            let message = it.message();
            let (problem, remedy) = message
                .as_str()
                .split_once("\nhelp: ")
                .expect("a message has a problem and a remedy");
            // An empty part or fix is printed as `""`.
            let fragments = |line: &str| {
                let line = line.replace("\"\"", PLACE);
                line.split(PLACE).map(str::to_owned).collect::<Vec<_>>()
            };
            (fragments(problem), fragments(remedy))
        });
        Self {
            problems: [problem, bare_problem],
            remedies: [remedy, bare_remedy],
        }
    }
}

fn has_in_order(text: &str, fragments: &[String]) -> bool {
    let mut rest = text;
    fragments.iter().all(|fragment| {
        let found = rest.split_once(fragment.as_str());
        rest = found.map_or("", |(_, tail)| tail);
        found.is_some()
    })
}

/// The files below `tests/ui`, by name without `.rs`.
fn tests_by_name() -> BTreeMap<String, Vec<PathBuf>> {
    let mut tests: BTreeMap<String, Vec<PathBuf>> = BTreeMap::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ui");
    for path in files_below(&root) {
        if path.extension().is_some_and(|extension| extension == "rs") {
            tests.entry(stem(&path)).or_default().push(path);
        } else {
            let source = path.with_extension("rs");
            assert!(source.is_file(), "{} has no test", path.display());
        }
    }
    tests
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("the folder of the tests can be read");
    entries
        .map(|entry| entry.expect("the entry can be read").path())
        .flat_map(|path| {
            if path.is_dir() {
                files_below(&path)
            } else {
                vec![path]
            }
        })
        .collect()
}

fn stem(path: &Path) -> String {
    let stem = path.file_stem().expect("a file has a name");
    stem.to_string_lossy().into_owned()
}

fn stderr_of(test: &Path) -> String {
    let path = test.with_extension("stderr");
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// `Ipv4Invalid` to `ipv4_invalid`.
fn snake_case(name: &str) -> String {
    let mut snake = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    snake
}
