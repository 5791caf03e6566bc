//! The list of public suffixes is equal to the list of the crate `psl`, and lookups agree with it.
//!
//! After an update of `psl`: `UPDATE=1 cargo test --test public_suffixes`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use cors_rules::is_public_suffix;

const OURS: &str = "cors-rules/src/public_suffixes.txt";

#[test]
fn the_list_is_up_to_date() {
    let mut rules: Vec<String> = fs::read_to_string(rules_of_psl())
        .expect("the crate `psl` has its rules beside its source")
        .lines()
        .map(in_punycode)
        .collect();
    rules.sort();
    let list = rules.join("\n") + "\n";
    let ours = Path::new(env!("CARGO_MANIFEST_DIR")).join(OURS);
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&ours, &list).expect("the list can be written");
    }
    let found = fs::read_to_string(&ours).unwrap_or_default();
    assert!(
        found == list,
        "{OURS} is not the list of `psl`; run `UPDATE=1 cargo test --test public_suffixes`"
    );
}

/// Every rule, and its neighbours above and below.
#[test]
fn every_rule_holds() {
    let ours = Path::new(env!("CARGO_MANIFEST_DIR")).join(OURS);
    let list = fs::read_to_string(ours).expect("the list can be read");
    assert!(list.lines().count() > 9_000);
    for rule in list.lines() {
        let domain = rule.trim_start_matches("*.").trim_start_matches('!');
        for domain in [
            domain.to_owned(),
            format!("any.{domain}"),
            format!("any.any.{domain}"),
            domain
                .split_once('.')
                .map_or("", |(_, above)| above)
                .to_owned(),
        ] {
            if !domain.is_empty() {
                assert_eq!(
                    is_public_suffix(&domain),
                    is_public_suffix_by_psl(&domain),
                    "`{domain}` of the rule `{rule}`"
                );
            }
        }
    }
}

/// Whether anybody can register a name directly below: the domain is a suffix, or every name
/// directly below is one.
fn is_public_suffix_by_psl(domain: &str) -> bool {
    let is_suffix = |domain: &str| psl::suffix_str(domain) == Some(domain);
    is_suffix(domain) || is_suffix(&format!("not-in-any-list.{domain}"))
}

fn in_punycode(rule: &str) -> String {
    let domain = rule.trim_start_matches("*.").trim_start_matches('!');
    let prefix = &rule[..rule.len() - domain.len()];
    let domain = idna::domain_to_ascii(domain).expect("a rule is a domain");
    format!("{prefix}{domain}")
}

fn rules_of_psl() -> PathBuf {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    let metadata: serde_json::Value =
        serde_json::from_slice(&output.stdout).expect("cargo describes the packages");
    let packages = metadata["packages"].as_array().expect("a list of packages");
    let manifest = packages
        .iter()
        .find(|package| package["name"] == "psl")
        .and_then(|package| package["manifest_path"].as_str())
        .expect("the package `psl`");
    Path::new(manifest).with_file_name("data").join("rules.txt")
}
