//! The guide `explain` and the README: their outputs are those of the command.
//!
//! A comment such as `<!-- text raw-trailing-slash -->` stands before each output.
//! `UPDATE_EXPECT=1 cargo test --test show guide` writes them.

use std::collections::BTreeSet;
use std::process::Command;

use cors_cli::show::{self, Source};
use expect_test::{ExpectFile, expect_file};

use crate::cases::{diagnosed, text};

const GUIDE: &str = include_str!("../../../cors-runtime/docs/guide/explain.md");
const README: &str = include_str!("../../README.md");

#[test]
fn outputs_are_those_of_the_command() {
    check(
        GUIDE,
        &expect_file!["../../../cors-runtime/docs/guide/explain.md"],
    );
    check(README, &expect_file!["../../README.md"]);
}

fn check(page: &str, file: &ExpectFile) {
    let mut written = String::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        written.push_str(line);
        written.push('\n');
        let comment = line
            .strip_prefix("<!-- ")
            .and_then(|it| it.strip_suffix(" -->"));
        let Some((format, name)) = comment.and_then(|it| it.split_once(' ')) else {
            continue;
        };
        let fence = lines.next().unwrap_or_default();
        assert!(fence.starts_with("```"), "{line} has no block");
        let output = output(format, name);
        written.push_str(&format!("{fence}\n{}\n```\n", output.trim_end()));
        assert!(lines.any(|line| line == "```"), "{line} has no end");
    }
    file.assert_eq(&written);
}

fn output(format: &str, name: &str) -> String {
    let (paste, diagnosis) = diagnosed(name);
    let source = Source::File("session.txt");
    match format {
        "paste" => text(name),
        "text" => {
            let styled = show::text(&paste, &diagnosis, source, None);
            anstream::adapter::strip_str(&styled).to_string()
        }
        "json" => show::json(&paste, &diagnosis, source),
        "github" => show::github(&paste, &diagnosis, source),
        "test" => show::test_case(&paste, &diagnosis).expect("the paste has a response"),
        _ => panic!("`{format}` is no output"),
    }
}

#[test]
fn every_argument_is_in_the_guide() {
    let help = Command::new(env!("CARGO_BIN_EXE_cors"))
        .args(["explain", "--help"])
        .output()
        .expect("the command runs");
    let help = String::from_utf8(help.stdout).expect("the help is UTF-8");
    let common = BTreeSet::from(["--help", "--version"]);
    let real = arguments(&help);
    let real: BTreeSet<&str> = real.difference(&common).copied().collect();
    let rows: String = GUIDE
        .lines()
        .filter(|line| line.starts_with("| `-"))
        .collect();
    assert_eq!(arguments(&rows), real);
}

/// Returns the long names of arguments.
fn arguments(text: &str) -> BTreeSet<&str> {
    let is_end = |char: char| !char.is_ascii_lowercase() && char != '-';
    let words = text.split(is_end).filter(|word| word.starts_with("--"));
    words.filter(|word| word.len() > 2).collect()
}

/// The commands of the two pages have arguments that exist.
#[test]
fn commands_have_arguments_of_the_command() {
    let help = Command::new(env!("CARGO_BIN_EXE_cors"))
        .args(["explain", "--help"])
        .output()
        .expect("the command runs");
    let help = String::from_utf8(help.stdout).expect("the help is UTF-8");
    let real = arguments(&help);
    for page in [GUIDE, README] {
        let commands = page.lines().filter(|line| line.contains("cors explain "));
        for command in commands {
            let given = arguments(command);
            assert!(given.is_subset(&real), "{command}");
        }
    }
}
