//! Pastes of public threads, each read in one piece: the first sentence names the cause, and the whole
//! diagnosis has the words that a person needs.

use std::fs;

use cors_cli::{Asked, diagnose, read, show};
use serde::Deserialize;

/// A paste with the words of its diagnosis. Each group is a list of alternatives.
#[derive(Deserialize)]
struct Case {
    name: String,
    keywords: Vec<Vec<String>>,
}

#[test]
fn diagnoses_have_their_words() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests");
    let cases = fs::read_to_string(format!("{folder}/cases.json")).expect("the list of cases");
    let cases: Vec<Case> = serde_json::from_str(&cases).expect("a list of cases");
    let mut failures = Vec::new();
    for case in &cases {
        let name = &case.name;
        let text = fs::read_to_string(format!("{folder}/cases/{name}.txt")).expect(name);
        let paste = read(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        let diagnosis = diagnose(&paste, &Asked::default());
        let printed = show::text(&paste, &diagnosis, show::Source::Stdin, None);
        if std::env::var_os("PRINT").is_some() {
            println!("=== {name}\n{printed}");
        }
        let lower = printed.to_lowercase();
        for alternatives in &case.keywords {
            let is_there = |word: &String| lower.contains(&word.to_lowercase());
            if !alternatives.iter().any(is_there) {
                failures.push(format!("{name}: none of {alternatives:?} in\n{printed}"));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
    assert_eq!(cases.len(), 26);
}
