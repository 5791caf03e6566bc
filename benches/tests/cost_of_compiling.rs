//! The cost of compiling a handler, in numbers that are the same on every machine. Times are in
//! `docs/benchmarks.md`.

#[path = "../compile_time/cargo.rs"]
#[allow(dead_code, reason = "the bench uses the rest")]
mod cargo;
#[path = "../compile_time/crates.rs"]
#[allow(dead_code, reason = "the bench uses the rest")]
mod crates;

use std::io;

use cargo::Cargo;
use crates::{Generated, Kind, cors_runtime, empty, handlers};
use proc_macro2::{TokenStream, TokenTree};

/// Numbers of handlers. The cost of one is the difference of the two crates, which leaves out what does
/// not depend on the number of handlers. Sections of a binary are aligned, so that with fewer handlers
/// the bytes of one depend on chance.
const FEW: usize = 20;
const MANY: usize = 120;

#[test]
fn a_handler_adds_at_most_1280_bytes_to_a_release_binary() -> io::Result<()> {
    let of_one = |kind| {
        let bytes = |count| release(&handlers(&cargo::dir(), kind, count)?).release_bytes();
        io::Result::Ok((bytes(MANY)? - bytes(FEW)?) / (MANY - FEW) as u64)
    };
    let (plain, annotated) = (of_one(Kind::Plain)?, of_one(Kind::Annotated)?);
    let added = annotated.saturating_sub(plain);
    println!("a handler adds {added} bytes");
    // Measured 1,231. The sections of a binary are aligned, which moves the difference by up to 128.
    assert!(added <= 1280, "{added} bytes");
    assert!(
        added > 0,
        "a policy takes room: {annotated} and {plain} bytes"
    );
    Ok(())
}

/// The compiler parses, resolves and checks each token for each handler. The limit is close to the
/// present number, so that a longer expansion is noticed.
#[test]
fn an_expansion_stays_short() -> io::Result<()> {
    let of_one = |kind| {
        let tokens = |count| {
            let package = handlers(&cargo::dir(), kind, count)?;
            let (text, _) = release(&package).output(&[
                "rustc",
                "--quiet",
                "--release",
                "--",
                "-Zunpretty=expanded",
            ]);
            io::Result::Ok(count_tokens(text.parse().expect("expanded code is code")))
        };
        io::Result::Ok((tokens(MANY)? - tokens(FEW)?) / (MANY - FEW))
    };
    let (plain, annotated) = (of_one(Kind::Plain)?, of_one(Kind::Annotated)?);
    let added = annotated - plain;
    println!("a handler adds {added} tokens");
    assert!(added <= 176, "{added} tokens");
    Ok(())
}

/// The bench `compile_time` compares the macros with their expansion by hand, which has to follow them.
#[test]
fn the_expansion_by_hand_compiles() -> io::Result<()> {
    let package = handlers(&cargo::dir(), Kind::Expanded, FEW)?;
    release(&package).run(&["build", "--quiet", "--release"]);
    Ok(())
}

/// The tests use release builds with unstable options, so that the dependencies are built once.
fn release(package: &Generated) -> Cargo<'_> {
    Cargo::new(package).unstable()
}

#[test]
fn fewer_than_8_crates_come_with_the_dependency() -> io::Result<()> {
    let plain = empty(&cargo::dir(), "tree_of_axum", "")?;
    let with_cors = empty(&cargo::dir(), "tree_with_cors", &cors_runtime(""))?;
    let plain = Cargo::new(&plain).tree();
    let with_cors = Cargo::new(&with_cors).tree();
    assert!(plain.is_subset(&with_cors), "{plain:?} and {with_cors:?}");
    let added: Vec<_> = with_cors.difference(&plain).collect();
    assert!(added.len() < 8, "{added:?}");
    assert!(
        added.iter().any(|name| name.starts_with("cors-runtime ")),
        "{added:?}"
    );
    Ok(())
}

fn count_tokens(tokens: TokenStream) -> usize {
    let tokens = tokens.into_iter().map(|token| match token {
        TokenTree::Group(group) => 2 + count_tokens(group.stream()),
        _ => 1,
    });
    tokens.sum()
}
