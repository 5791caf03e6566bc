//! The pastes of `symptoms.txt`: one of each kind. A line above each has its name, the name of its cause (of
//! the first remark if there is none), the verdict, and words of that sentence.

use std::fmt::Write as _;

use cors_cli::{Asked, Verdict, diagnose, read, show};
use expect_test::expect_file;

/// A paste, and its expected diagnosis.
pub(crate) struct Symptom<'a> {
    pub(crate) name: &'a str,
    id: &'a str,
    verdict: Verdict,
    words: Vec<&'a str>,
    pub(crate) text: &'a str,
}

/// Reads every paste.
pub(crate) fn symptoms() -> Vec<Symptom<'static>> {
    let file = include_str!("symptoms.txt");
    let sections = file.split("=== ").skip(1);
    sections.map(symptom).collect()
}

fn symptom(section: &'static str) -> Symptom<'static> {
    let (head, text) = section.split_once('\n').expect("a paste");
    let parts: Vec<&str> = head.split(" | ").collect();
    let [name, id, verdict, words] = parts[..] else {
        panic!("`{head}` has not four parts");
    };
    Symptom {
        name,
        id,
        verdict: match verdict {
            "allowed" => Verdict::Allowed,
            "refused" => Verdict::Refused,
            _ => Verdict::NotReached,
        },
        words: words.split("; ").collect(),
        text,
    }
}

#[test]
fn causes_by_name_and_in_words() {
    let mut failures = Vec::new();
    let mut printed = String::new();
    for symptom in symptoms() {
        let name = symptom.name;
        let paste = match read(symptom.text) {
            Ok(paste) => paste,
            Err(error) => {
                failures.push(format!("{name}: {error}"));
                continue;
            }
        };
        let diagnosis = diagnose(&paste, &Asked::default());
        let shown = show::text(&paste, &diagnosis, show::Source::Stdin, None);
        let shown = anstream::adapter::strip_str(&shown).to_string();
        writeln!(printed, "=== {name}\n{shown}").expect("a string takes every text");
        let case = diagnosis.cases.first();
        let first = case.and_then(|case| case.cause.as_ref().or(case.next.first()));
        let id = first.map(|finding| finding.id);
        let sentence = first
            .map(|finding| finding.sentence.to_lowercase())
            .unwrap_or_default();
        let has_words = symptom
            .words
            .iter()
            .all(|word| sentence.contains(&word.to_lowercase()));
        if id != Some(symptom.id) || !has_words || diagnosis.verdict() != symptom.verdict {
            failures.push(format!("{name}: {id:?} {:?}\n{shown}", diagnosis.verdict()));
        }
    }
    expect_file!["symptoms.expected"].assert_eq(&printed);
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}
