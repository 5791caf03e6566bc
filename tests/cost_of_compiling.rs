//! What a handler costs whoever compiles it, as far as it is the same on every machine. Times are
//! in `docs/benchmarks.md`.

#[path = "../benches/compile_time/cargo.rs"]
#[allow(dead_code, reason = "the bench needs more of it")]
mod cargo;
#[path = "../benches/compile_time/crates.rs"]
#[allow(dead_code, reason = "the bench needs more of it")]
mod crates;

use std::io;

use cargo::Cargo;
use crates::{Kind, cors_runtime, empty, handlers};
use proc_macro2::{TokenStream, TokenTree};

#[test]
fn a_handler_adds_at_most_1_kib_to_a_release_binary() -> io::Result<()> {
    let of_one = |kind| {
        let bytes = |count| Cargo::new(&handlers(&cargo::dir(), kind, count)?).release_bytes();
        // What comes once, however many handlers there are, falls out.
        io::Result::Ok((bytes(120)? - bytes(20)?) / 100)
    };
    let (plain, annotated) = (of_one(Kind::Plain)?, of_one(Kind::Annotated)?);
    let added = annotated.saturating_sub(plain);
    assert!(added <= 1024, "{added} bytes");
    assert!(
        added > 0,
        "a policy takes room: {annotated} and {plain} bytes"
    );
    Ok(())
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

/// The compiler reads, resolves and checks each token for every handler. The limit has little room:
/// it is there to be noticed.
#[test]
fn an_expansion_stays_short() -> io::Result<()> {
    let of_one = |kind| {
        let tokens = |count| {
            let package = handlers(&cargo::dir(), kind, count)?;
            let cargo = Cargo::new(&package).unstable();
            let (text, _) = cargo.output(&[
                "rustc",
                "--quiet",
                "--profile=check",
                "--",
                "-Zunpretty=expanded",
            ]);
            io::Result::Ok(count_tokens(text.parse().expect("expanded code is code")))
        };
        io::Result::Ok((tokens(120)? - tokens(20)?) / 100)
    };
    let (plain, annotated) = (of_one(Kind::Plain)?, of_one(Kind::Annotated)?);
    let added = annotated - plain;
    assert!(added <= 256, "{added} tokens");
    Ok(())
}

fn count_tokens(tokens: TokenStream) -> usize {
    let tokens = tokens.into_iter().map(|token| match token {
        TokenTree::Group(group) => 2 + count_tokens(group.stream()),
        _ => 1,
    });
    tokens.sum()
}
