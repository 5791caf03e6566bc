//! The passes of the compiler that take the time of `cargo check`.

use std::collections::BTreeMap;
use std::io;

use crate::cargo::{Cargo, dir};
use crate::crates::{Kind, handlers};
use cors_benches::report::{Section, Table};

const KINDS: [Kind; 4] = [Kind::Plain, Kind::Types, Kind::Expanded, Kind::Annotated];
/// The passes of rustc that take more than a hundredth of a second.
const PASSES: [(&str, &str); 6] = [
    ("macro_expand_crate", "expansion of macros"),
    ("resolve_crate", "names"),
    ("coherence_checking", "coherence"),
    ("type_check_crate", "types, coherence included"),
    ("MIR_borrow_checking", "borrows"),
    ("total", "all"),
];
const ROUNDS: usize = 5;

pub(crate) fn compare(section: &mut Section) -> io::Result<()> {
    let mut packages = Vec::new();
    for kind in KINDS {
        packages.push(handlers(&dir(), kind, 1000)?);
    }
    let cargos: Vec<Cargo<'_>> = packages
        .iter()
        .map(|package| Cargo::new(package).unstable())
        .collect();
    let mut least = vec![BTreeMap::new(); KINDS.len()];
    for _ in 0..ROUNDS {
        for (cargo, least) in cargos.iter().zip(&mut least) {
            for (pass, seconds) in passes(cargo)? {
                let of_pass = least.entry(pass).or_insert(f64::INFINITY);
                *of_pass = of_pass.min(seconds);
            }
        }
    }
    section.heading("The passes of `cargo check`");
    section.text(
        "Seconds by the clock in the passes of rustc, 1,000 handlers (`-Z time-passes`, which a \
         stable compiler has with `RUSTC_BOOTSTRAP=1`). \"By hand\" has the expansion of the macros \
         in the source, so it is the lower bound for any macro with this expansion.",
    );
    let mut table = Table::new(&[
        "",
        "plain axum",
        "types by hand",
        "registration, too",
        "`#[cors]`",
    ]);
    for (pass, label) in PASSES {
        let mut cells = [
            label.to_owned(),
            String::new(),
            String::new(),
            String::new(),
            String::new(),
        ];
        for (cell, least) in cells[1..].iter_mut().zip(&least) {
            *cell = least
                .get(pass)
                .map_or(String::new(), |seconds| format!("{seconds:.2}"));
        }
        table.row(&cells);
    }
    section.table(&table);
    let of = |who: usize, pass: &str| least[who].get(pass).copied().unwrap_or(f64::NAN);
    let times_plain = |who: usize| of(who, "total") / of(0, "total");
    section.text(&format!(
        "Compared with plain axum, rustc takes {:.2} times as long where only the types are written by \
         hand, and {:.2} times where the registration is, too: each handler has an enum and an impl \
         with a constant, which is one more body to type-check and to borrow-check. \
         The macros themselves take {:.2} s; users compile them without optimisation.",
        times_plain(1),
        times_plain(2),
        of(3, "macro_expand_crate") - of(2, "macro_expand_crate"),
    ));
    Ok(())
}

fn passes(cargo: &Cargo<'_>) -> io::Result<Vec<(String, f64)>> {
    cargo.run(&["check", "--quiet"]);
    cargo.touch()?;
    let arguments = ["rustc", "--quiet", "--profile=check", "--", "-Ztime-passes"];
    let (_, printed) = cargo.output(&arguments);
    // `time:   0.577; rss:   43MB ->  117MB (  +74MB)	expand_crate`
    let pass = |line: &str| {
        let (time, rest) = line.strip_prefix("time:")?.split_once(';')?;
        let name = rest.split_whitespace().last()?;
        Some((name.to_owned(), time.trim().parse().ok()?))
    };
    Ok(printed.lines().filter_map(pass).collect())
}
