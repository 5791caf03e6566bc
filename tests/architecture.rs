//! Imports go one way: no crate of the workspace has a circle of imports, neither among its files
//! nor among its top-level modules.
//!
//! An import is a path that begins with `crate`, `self`, `super` or the name of a child module, in a
//! `use` or anywhere else in the code. Re-exports are followed to the file that defines the item. No
//! import: the declaration and the re-export of a child module, paths in `mod tests`, and `$crate`.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};
use serde_json::Value;

/// A path of names from the root of the crate. A module has the path `["a", "b"]`, the root `[]`.
type Names = Vec<String>;

/// The imports of each file.
type Imports = BTreeMap<Names, BTreeSet<Names>>;

#[test]
fn no_crate_has_a_circle_of_imports() {
    let mut circles = Vec::new();
    for (name, root) in crates_of_the_workspace() {
        let found = Crate::read(&root).circles();
        circles.extend(found.iter().map(|circle| format!("{name}: {circle}")));
    }
    assert!(
        circles.is_empty(),
        "circles of imports:\n{}",
        circles.join("\n")
    );
}

/// The modules of a crate, by path, as tokens.
struct Crate(BTreeMap<Names, TokenStream>);

impl Crate {
    /// Reads the root file and the files that its `mod x;` lead to.
    fn read(root: &Path) -> Self {
        let folder = root.parent().expect("a file is in a folder");
        let mut modules = BTreeMap::new();
        let mut files = vec![(Names::new(), root.to_owned())];
        while let Some((module, file)) = files.pop() {
            let source = fs::read_to_string(&file)
                .unwrap_or_else(|error| panic!("{}: {error}", file.display()));
            let tokens = tokens(&source);
            for child in declared(&tokens) {
                let child = joined(&module, [child]);
                let path = folder.join(child.join("/"));
                let candidates = [path.with_extension("rs"), path.join("mod.rs")];
                let file = candidates.into_iter().find(|file| file.is_file());
                files.push((child, file.expect("a module has a file")));
            }
            modules.insert(module, tokens);
        }
        Self(modules)
    }

    /// The circles among the files and among the top-level modules, each once.
    fn circles(&self) -> Vec<String> {
        let files = self.imports();
        let mut rooms = Imports::new();
        for (from, targets) in &files {
            let room = |module: &Names| module.iter().take(1).cloned().collect::<Names>();
            let targets = targets.iter().map(room).filter(|to| *to != room(from));
            rooms.entry(room(from)).or_default().extend(targets);
        }
        let mut circles = circles(&files);
        circles.extend(circles_of_rooms(&rooms, &circles));
        circles
    }

    fn imports(&self) -> Imports {
        let exports = self.exports();
        let mut imports = Imports::new();
        for (module, tokens) in &self.0 {
            let mut targets = BTreeSet::new();
            for import in self.paths(module, tokens) {
                let target = self.resolve(import.path, &exports);
                let is_child = target.len() > module.len() && target.starts_with(module);
                if target != *module && !(import.is_export && is_child) {
                    targets.insert(target);
                }
            }
            imports.insert(module.clone(), targets);
        }
        imports
    }

    /// Returns the path of each `pub use`, by the path under which others import it.
    fn exports(&self) -> BTreeMap<Names, Names> {
        let paths = |(module, tokens)| {
            let paths = self.paths(module, tokens).into_iter();
            let exports = paths.filter(|path| path.is_export);
            exports.map(|path| (joined(module, path.name), path.path))
        };
        self.0.iter().flat_map(paths).collect()
    }

    /// The module in which the item is defined.
    fn resolve(&self, mut path: Names, exports: &BTreeMap<Names, Names>) -> Names {
        // A bound, because re-exports can refer to each other in a circle.
        for _ in 0..16 {
            let prefixes = (1..=path.len()).rev();
            let found = prefixes.filter_map(|len| Some((exports.get(&path[..len])?, len)));
            let found = found.max_by_key(|(_, len)| *len);
            match found {
                Some((target, len)) if !self.0.contains_key(&path[..len]) => {
                    path = joined(target, path[len..].iter().cloned());
                }
                _ => break,
            }
        }
        while !self.0.contains_key(&path) {
            path.pop();
        }
        path
    }

    fn paths(&self, module: &Names, tokens: &TokenStream) -> Vec<Import> {
        let mut walk = Walk {
            modules: &self.0,
            imports: Vec::new(),
        };
        walk.stream(module, tokens.clone());
        walk.imports
    }
}

/// A path into the own crate.
struct Import {
    path: Names,
    /// The name that the path gets in the module, if it is in a `use`.
    name: Option<String>,
    /// Whether it is in a `pub use`.
    is_export: bool,
}

struct Walk<'a> {
    modules: &'a BTreeMap<Names, TokenStream>,
    imports: Vec<Import>,
}

impl Walk<'_> {
    fn stream(&mut self, module: &Names, tokens: TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut is_public = false;
        let mut rest = &tokens[..];
        while let Some((token, tail)) = rest.split_first() {
            let before = &tokens[..tokens.len() - rest.len()];
            rest = tail;
            match token {
                TokenTree::Ident(name) if name == "pub" => is_public = true,
                TokenTree::Ident(name) if name == "use" => {
                    let end = rest.iter().position(|token| is_punct(token, ';'));
                    let (tree, tail) = rest.split_at(end.unwrap_or(rest.len()));
                    self.tree(module, None, tree, is_public);
                    is_public = false;
                    rest = tail;
                }
                TokenTree::Ident(name) if name == "mod" => {
                    is_public = false;
                    if let [TokenTree::Ident(name), TokenTree::Group(body), tail @ ..] = rest {
                        rest = tail;
                        if name != "tests" {
                            let inner = joined(module, [name.to_string()]);
                            self.stream(&inner, body.stream());
                        }
                    }
                }
                TokenTree::Ident(_) => {
                    let is_foreign = before.last().is_some_and(|token| is_punct(token, '$'));
                    if !is_foreign && !ends_with_colons(before) && begins_with_colons(rest) {
                        self.path(module, &tokens[before.len()..]);
                    }
                    is_public = false;
                }
                // `pub(crate)` is a visibility.
                TokenTree::Group(group)
                    if !(is_public && group.delimiter() == Delimiter::Parenthesis) =>
                {
                    self.stream(module, group.stream());
                }
                _ => {}
            }
        }
    }

    /// A path outside of a `use`: `a::b::c`.
    fn path(&mut self, module: &Names, tokens: &[TokenTree]) {
        let mut path = None;
        let mut rest = tokens;
        while let [TokenTree::Ident(name), tail @ ..] = rest {
            match self.step(module, path.as_ref(), &name.to_string()) {
                Some(next) => path = Some(next),
                None => return,
            }
            match tail {
                [_, _, next @ ..] if begins_with_colons(tail) => rest = next,
                _ => break,
            }
        }
        self.imports.extend(path.map(|path| Import {
            path,
            name: None,
            is_export: false,
        }));
    }

    /// The tree of a `use` behind `prefix`: `a::b`, `a::{b, c as d}`, `a::*`.
    fn tree(&mut self, module: &Names, prefix: Option<&Names>, tree: &[TokenTree], export: bool) {
        let mut path = prefix.cloned();
        let mut name = None;
        let mut rest = tree;
        while let Some((token, tail)) = rest.split_first() {
            rest = tail;
            match token {
                TokenTree::Ident(word) if word == "as" => {
                    name = tail.first().map(ToString::to_string);
                    break;
                }
                TokenTree::Ident(word) => {
                    let word = word.to_string();
                    match self.step(module, path.as_ref(), &word) {
                        Some(next) => path = Some(next),
                        None => return,
                    }
                    name = path.as_ref().and_then(|path| path.last().cloned());
                }
                TokenTree::Group(group) => {
                    let tokens: Vec<TokenTree> = group.stream().into_iter().collect();
                    for tree in tokens.split(|token| is_punct(token, ',')) {
                        self.tree(module, path.as_ref(), tree, export);
                    }
                    return;
                }
                _ => {}
            }
        }
        self.imports.extend(path.map(|path| Import {
            path,
            name,
            is_export: export,
        }));
    }

    /// The path with one more segment. `None` if it leads to another crate.
    fn step(&self, module: &Names, path: Option<&Names>, name: &str) -> Option<Names> {
        let Some(path) = path else {
            let child = joined(module, [name.to_owned()]);
            return match name {
                "crate" => Some(Names::new()),
                "self" => Some(module.clone()),
                "super" => Some(module[..module.len().checked_sub(1)?].to_vec()),
                _ => self.modules.contains_key(&child).then_some(child),
            };
        };
        Some(match name {
            "self" => path.clone(),
            "super" => path[..path.len().checked_sub(1)?].to_vec(),
            _ => joined(path, [name.to_owned()]),
        })
    }
}

/// For each module in a circle the shortest one, each circle once: `a -> b -> a`.
fn circles(imports: &Imports) -> Vec<String> {
    let mut circles = BTreeSet::new();
    for start in imports.keys() {
        let mut parents: BTreeMap<&Names, &Names> = BTreeMap::new();
        let mut queue = VecDeque::from([start]);
        while let Some(module) = queue.pop_front() {
            for next in imports.get(module).into_iter().flatten() {
                if !parents.contains_key(next) {
                    parents.insert(next, module);
                    queue.push_back(next);
                }
            }
        }
        let mut circle = Vec::new();
        let mut module = parents.get(start).copied();
        while let Some(at) = module {
            circle.push(at);
            module = if at == start {
                None
            } else {
                parents.get(at).copied()
            };
        }
        if circle.is_empty() {
            continue;
        }
        circle.reverse();
        let first = (0..circle.len()).min_by_key(|index| circle[*index]);
        circle.rotate_left(first.unwrap_or(0));
        circle.push(circle[0]);
        let names = circle.into_iter().map(|module| {
            if module.is_empty() {
                "crate".to_owned()
            } else {
                module.join("::")
            }
        });
        circles.insert(names.collect::<Vec<_>>().join(" -> "));
    }
    circles.into_iter().collect()
}

/// The circles of top-level modules, without those of files that are listed already.
fn circles_of_rooms(rooms: &Imports, known: &[String]) -> Vec<String> {
    let mut circles = circles(rooms);
    circles.retain(|circle| !known.contains(circle));
    circles
}

fn tokens(source: &str) -> TokenStream {
    source.parse().expect("the source is Rust")
}

/// The names of the `mod x;` in a file.
fn declared(tokens: &TokenStream) -> Vec<String> {
    let tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
    let declarations = tokens.windows(3).filter_map(|window| match window {
        [TokenTree::Ident(keyword), TokenTree::Ident(name), end]
            if keyword == "mod" && is_punct(end, ';') =>
        {
            Some(name.to_string())
        }
        _ => None,
    });
    declarations.collect()
}

fn is_punct(token: &TokenTree, sign: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == sign)
}

/// Whether the next token is `::`.
fn begins_with_colons(tokens: &[TokenTree]) -> bool {
    let is_joint = |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if punct.spacing() == Spacing::Joint);
    matches!(tokens, [a, b, ..] if is_punct(a, ':') && is_joint(a) && is_punct(b, ':'))
}

/// Whether the last token is `::`.
fn ends_with_colons(tokens: &[TokenTree]) -> bool {
    tokens.len() >= 2 && begins_with_colons(&tokens[tokens.len() - 2..])
}

fn joined(path: &[String], names: impl IntoIterator<Item = String>) -> Names {
    path.iter().cloned().chain(names).collect()
}

/// Each library and program of the workspace: its name and its root file.
fn crates_of_the_workspace() -> Vec<(String, PathBuf)> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--format-version", "1"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo describes packages");
    let mut crates = Vec::new();
    for package in metadata["packages"].as_array().expect("a list of packages") {
        for target in package["targets"].as_array().expect("a list of targets") {
            let kind = target["kind"][0].as_str().expect("a kind");
            if ["lib", "proc-macro", "bin"].contains(&kind) {
                let text = |key: &str| target[key].as_str().expect("a text").to_owned();
                crates.push((text("name"), text("src_path").into()));
            }
        }
    }
    for name in ["cors_macros", "cors_rules", "cors_runtime"] {
        assert!(crates.iter().any(|(found, _)| found == name), "{name}");
    }
    crates
}

/// A crate with these modules: path and source.
fn made_up(modules: &[(&str, &str)]) -> Crate {
    let module = |(path, source): &(&str, &str)| {
        let path = path.split("::").filter(|name| !name.is_empty());
        (path.map(str::to_owned).collect(), tokens(source))
    };
    Crate(modules.iter().map(module).collect())
}

#[test]
fn circles_are_found() {
    // The modules of a crate, and its circles.
    type Row = (
        &'static [(&'static str, &'static str)],
        &'static [&'static str],
    );
    let table: [Row; 9] = [
        (
            &[
                ("", "mod a; mod b;"),
                ("a", "use crate::b::B;"),
                ("b", "use super::a::A;"),
            ],
            &["a -> b -> a"],
        ),
        // Through groups, renames, globs and modules themselves.
        (
            &[
                ("", "mod a; mod b; mod c;"),
                ("a", "use crate::{b::{self as d, B}};"),
                ("b", "use crate::c::*;"),
                ("c", "use std::fmt; use crate::{fmt, a};"),
            ],
            &["a -> b -> c -> a"],
        ),
        // Through a path in the code.
        (
            &[
                ("", "mod a; mod b;"),
                ("a", "fn f(x: crate::b::B) {}"),
                ("b", "use crate::a::f;"),
            ],
            &["a -> b -> a"],
        ),
        // Through a re-export of the root.
        (
            &[
                ("", "mod a; mod b; pub use b::B;"),
                ("a", "use crate::B;"),
                ("b", "use crate::a::A;"),
            ],
            &["a -> b -> a"],
        ),
        // Through a re-export of a folder.
        (
            &[
                ("", "mod a; mod b;"),
                ("a", "mod c; pub(crate) use self::c::{C as D};"),
                ("a::c", "use crate::b::B;"),
                ("b", "use crate::a::D;"),
            ],
            &["a::c -> b -> a::c", "a -> b -> a"],
        ),
        // A folder and its file.
        (
            &[
                ("", "mod a;"),
                ("a", "mod b; use b::B; struct A;"),
                ("a::b", "use super::A;"),
            ],
            &["a -> a::b -> a"],
        ),
        // The root and a module.
        (
            &[("", "mod a; fn f() { a::g() }"), ("a", "use crate::f;")],
            &["crate -> a -> crate"],
        ),
        // Top-level modules of which no two files form a circle.
        (
            &[
                ("", "mod a; mod b;"),
                ("a", "mod c; mod d;"),
                ("a::c", "use crate::b::e::E;"),
                ("a::d", ""),
                ("b", "mod e; mod f;"),
                ("b::e", ""),
                ("b::f", "use crate::a::d::D;"),
            ],
            &["a -> b -> a"],
        ),
        // An inline module belongs to its file.
        (
            &[
                ("", "mod a; mod b;"),
                ("a", "mod i { use super::super::b::B; }"),
                ("b", "use crate::a;"),
            ],
            &["a -> b -> a"],
        ),
    ];
    for (modules, expected) in table {
        assert_eq!(made_up(modules).circles(), expected, "{modules:?}");
    }
}

#[test]
fn other_paths_are_no_imports() {
    for a in [
        "// use crate::b::B;\n/// [`crate::b`]\nstruct A;",
        "const A: &str = \"use crate::b::B;\";",
        "#[cfg(test)] mod tests { use crate::b::B; }",
        "macro_rules! a { () => { $crate::b::B } }",
        "use b::B; use ::b::C; use other::crate_b::b;",
        "pub(crate) struct A; pub(in crate::b) struct B;",
        "mod b { struct B; } use self::b::B;",
        "struct A { b: B, c: ::b::B }",
    ] {
        let found = made_up(&[("", "mod a; mod b;"), ("a", a), ("b", "use crate::a::A;")]);
        assert_eq!(found.circles(), [""; 0], "{a}");
    }
    // The declaration and the re-export of a child.
    let root = "mod a; pub use a::A; pub(crate) use self::a::B;";
    let child = "use crate::C;";
    assert_eq!(made_up(&[("", root), ("a", child)]).circles(), [""; 0]);
}
