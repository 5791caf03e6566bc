//! Pastes that are cut off anywhere: no panic, and evidence only inside of the text.

use cors_cli::{Asked, Finding, diagnose, read};

use crate::symptoms::ROWS;

#[test]
fn evidence_of_pastes_that_are_cut_off_is_inside_of_the_text() {
    for (name, _, _, _, text) in ROWS {
        let ends = text.char_indices().map(|(end, _)| end).step_by(5);
        for end in ends {
            let Ok(paste) = read(&text[..end]) else {
                continue;
            };
            let diagnosis = diagnose(&paste, &Asked::default());
            for case in &diagnosis.cases {
                let findings = case
                    .cause
                    .iter()
                    .chain(&case.consequences)
                    .chain(&case.next);
                for finding in findings {
                    check(name, &paste.text, finding);
                }
            }
        }
    }
}

fn check(name: &str, text: &str, finding: &Finding) {
    for evidence in &finding.evidence {
        let is_inside = text
            .get(evidence.at.clone())
            .is_some_and(|part| !part.is_empty());
        assert!(is_inside, "{name}: {finding:?}");
    }
    let is_sentence = !finding.sentence.is_empty() && !finding.sentence.ends_with('.');
    assert!(is_sentence, "{name}: {finding:?}");
}
