//! The published packages for somebody who has nothing else: licences inside, no dead link.
//!
//! `rustdoc -D warnings` finds dead links to items, and `.ci/run` dead links to pages of docs.rs.
//! Neither finds a path such as `docs/page.md`, which works in the repository and nowhere else.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

#[test]
fn packages_contain_their_licences() {
    for package in packages() {
        let files = files(&package);
        let mut licences = vec!["LICENSE-APACHE", "LICENSE-MIT"];
        if files
            .iter()
            .any(|file| file.ends_with("public_suffixes.txt"))
        {
            licences.extend(["LICENSE-MPL-2.0", "NOTICE.md"]);
        }
        for licence in licences {
            assert!(
                files.iter().any(|file| file == licence),
                "{package} lacks {licence}"
            );
        }
    }
}

#[test]
fn packages_contain_no_relative_link() {
    let mut dead = Vec::new();
    for package in packages() {
        for file in files(&package) {
            let path = root().join(&package).join(&file);
            // Cargo adds a few files that are in no folder of ours.
            let Ok(text) = fs::read_to_string(&path) else {
                continue;
            };
            let (text, page) = match path.extension().and_then(|it| it.to_str()) {
                // The registry shows it, and links no item.
                Some("md") if file == "README.md" || file == "NOTICE.md" => (text, Page::Registry),
                Some("md") => (text, Page::Rustdoc),
                Some("rs") => (doc_comments(&text), Page::Rustdoc),
                _ => continue,
            };
            for target in links(&text) {
                if page.has_dead(&target, &text) {
                    dead.push(format!("{package}/{file}: {target}"));
                }
            }
        }
    }
    assert!(
        dead.is_empty(),
        "links that work in the repository only, or nowhere:\n{}",
        dead.join("\n")
    );
}

#[test]
fn links_are_found() {
    let text = "\
        [a](docs/a.md), [`b`](crate::B \"title\") and [c][label]\n\
        ```text\n\
        [not](a/link)\n\
        ```\n\
        `[neither](code/span)` [d](#two-words)\n\
        # Two words\n\
        \n\
        [label]: ../c\n\
        ![picture](e.png)";
    let found = links(text);
    assert_eq!(
        found,
        ["docs/a.md", "crate::B", "#two-words", "../c", "e.png"]
    );
    let dead = |page: Page| -> Vec<&String> {
        let dead = found.iter().filter(|target| page.has_dead(target, text));
        dead.collect()
    };
    assert_eq!(dead(Page::Rustdoc), ["docs/a.md", "../c", "e.png"]);
    assert_eq!(
        dead(Page::Registry),
        ["docs/a.md", "crate::B", "../c", "e.png"]
    );
    assert!(Page::Registry.has_dead("#three-words", text));
}

/// The place where a text is shown.
#[derive(Clone, Copy)]
enum Page {
    Registry,
    /// It checks the paths of items itself.
    Rustdoc,
}

impl Page {
    fn has_dead(self, target: &str, text: &str) -> bool {
        if target.starts_with("https://") || target.starts_with("http://") {
            return false;
        }
        if let Some(anchor) = target.strip_prefix('#') {
            return !anchors(text).any(|it| it == anchor);
        }
        match self {
            Page::Registry => true,
            Page::Rustdoc => target.contains(['/', '.']),
        }
    }
}

/// The folders of the packages that are published.
fn packages() -> Vec<String> {
    let folders = fs::read_dir(root()).expect("the root can be read");
    let names = folders.map(|folder| folder.expect("the entry can be read").file_name());
    let names = names.map(|name| name.into_string().expect("names are UTF-8"));
    let mut packages: Vec<String> = names.filter(|name| name.starts_with("cors-")).collect();
    packages.sort();
    assert!(packages.len() >= 3, "{packages:?}");
    packages
}

/// The files that a package consists of, as paths in its folder.
fn files(package: &str) -> Vec<String> {
    let cargo = Command::new(env!("CARGO"))
        .args(["package", "--list", "--allow-dirty", "--quiet"])
        .args(["--package", package])
        .current_dir(root())
        .output()
        .expect("cargo can be run");
    assert!(
        cargo.status.success(),
        "{}",
        String::from_utf8_lossy(&cargo.stderr)
    );
    let files = String::from_utf8(cargo.stdout).expect("paths are UTF-8");
    files.lines().map(str::to_owned).collect()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

/// The Markdown of the doc comments of a Rust file.
fn doc_comments(source: &str) -> String {
    let lines = source.lines().map(str::trim_start);
    let comments = lines.filter_map(|line| line.strip_prefix("///").or(line.strip_prefix("//!")));
    comments.collect::<Vec<_>>().join("\n")
}

/// The targets of inline links, pictures and reference definitions, in the order of the text.
fn links(markdown: &str) -> Vec<String> {
    let mut targets = Vec::new();
    for line in prose(markdown) {
        if let Some((label, target)) = line.trim_start().split_once("]: ")
            && label.starts_with('[')
        {
            targets.push(target);
        }
        // The text between an odd and an even backtick is code. Code in a link's text ends before `](`.
        for text in line.split('`').step_by(2) {
            let behind = text.split("](").skip(1);
            targets.extend(behind.filter_map(|it| it.split(')').next()));
        }
    }
    let first_words = targets.iter().filter_map(|it| it.split_whitespace().next());
    first_words
        .map(|it| it.trim_matches(['<', '>']).to_owned())
        .collect()
}

/// The headings as the registry and rustdoc turn them into anchors.
fn anchors(markdown: &str) -> impl Iterator<Item = String> {
    let headings = prose(markdown).filter(|line| line.starts_with('#'));
    headings.map(|line| {
        let title = line.trim_start_matches('#').trim().to_lowercase();
        let kept = title.chars().filter_map(|char| match char {
            ' ' => Some('-'),
            '-' | '_' => Some(char),
            _ => char.is_alphanumeric().then_some(char),
        });
        kept.collect()
    })
}

/// The lines outside of code blocks.
fn prose(markdown: &str) -> impl Iterator<Item = &str> {
    let mut in_code = false;
    markdown.lines().filter(move |line| {
        let is_fence = line.trim_start().starts_with("```");
        in_code ^= is_fence;
        !in_code && !is_fence
    })
}
