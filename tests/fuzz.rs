//! The fuzz targets with their seeds and 10,000 mutations each: in a few seconds, on any toolchain, and
//! with the same inputs in each run.

use std::fs;
use std::panic::{catch_unwind, resume_unwind};

#[allow(unreachable_pub, reason = "a library, where cargo-fuzz builds it")]
#[path = "../fuzz/src/lib.rs"]
mod targets;

/// Inputs for each target, besides its seeds.
const MUTATIONS: usize = 10_000;

#[test]
fn origins() {
    hold("origin", targets::origin::holds);
}

#[test]
fn requested_headers() {
    hold("requested_headers", targets::requested_headers::holds);
}

#[test]
fn explanations() {
    hold("explain", targets::explain::holds);
}

/// The forms of pastes that the tests of cors-cli read are seeds, too.
#[test]
fn pastes() {
    let forms = ["cors-cli/tests/cases", "cors-cli/tests/read/forms"];
    let mut all = seeds("fuzz/corpus/paste");
    all.extend(forms.iter().flat_map(|folder| seeds(folder)));
    hold_for("paste", &all, targets::paste::holds);
}

fn hold(corpus: &str, target: fn(&[u8])) {
    hold_for(corpus, &seeds(&format!("fuzz/corpus/{corpus}")), target);
}

fn hold_for(corpus: &str, seeds: &[Vec<u8>], target: fn(&[u8])) {
    let mut mutator = Mutator::new(seeds);
    let mutations = (0..MUTATIONS).map(|_| mutator.input());
    for input in seeds.iter().cloned().chain(mutations) {
        if let Err(panic) = catch_unwind(|| target(&input)) {
            eprintln!("{corpus} does not hold for b\"{}\"", input.escape_ascii());
            resume_unwind(panic);
        }
    }
}

/// Sorted, so that each run is the same.
fn seeds(folder: &str) -> Vec<Vec<u8>> {
    let folder = format!("{}/{folder}", env!("CARGO_MANIFEST_DIR"));
    let files = fs::read_dir(folder).expect("a corpus");
    let mut paths: Vec<_> = files.map(|file| file.expect("a seed").path()).collect();
    // Inputs that a fuzzer has found on this machine are named by their hash.
    paths.retain(|path| path.file_name().is_some_and(|name| name.len() < 40));
    paths.sort();
    let read = |path| fs::read(path).expect("a seed");
    paths.iter().map(read).collect()
}

/// Makes inputs from seeds by a few changes, mostly of a piece into a piece of another seed.
struct Mutator<'a> {
    seeds: &'a [Vec<u8>],
    pieces: Vec<&'a [u8]>,
    state: u64,
}

impl<'a> Mutator<'a> {
    fn new(seeds: &'a [Vec<u8>]) -> Self {
        let mut pieces: Vec<&[u8]> = seeds.iter().flat_map(|seed| pieces(seed)).collect();
        pieces.sort_unstable();
        pieces.dedup();
        Self {
            seeds,
            pieces,
            state: 1,
        }
    }

    fn input(&mut self) -> Vec<u8> {
        let seed = self.below(self.seeds.len());
        let mut input = self.seeds[seed].clone();
        for _ in 0..=self.below(4) {
            self.change(&mut input);
        }
        input
    }

    fn change(&mut self, input: &mut Vec<u8>) {
        let (start, length) = if self.below(4) > 0 {
            let lengths = || pieces(input).map(<[u8]>::len);
            let nth = self.below(lengths().count() + 1);
            (lengths().take(nth).sum(), lengths().nth(nth).unwrap_or(0))
        } else {
            (self.below(input.len() + 1), self.below(3))
        };
        let end = input.len().min(start + length);
        let old = &input[start..end];
        let new = self.below(self.pieces.len());
        let new = self.pieces[new];
        let with = match self.below(8) {
            0 => Vec::new(),
            1 => vec![self.below(256).to_le_bytes()[0]],
            2 => old.repeat(1 + self.below(20)),
            3 => old.to_ascii_uppercase(),
            4 => [old, new].concat(),
            _ => new.to_vec(),
        };
        input.splice(start..end, with);
    }

    /// [Xorshift](https://www.jstatsoft.org/article/view/v008i14).
    fn below(&mut self, end: usize) -> usize {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        usize::try_from(self.state >> 33).expect("31 bits") % end
    }
}

/// Splits a text into words, white space and other bytes.
fn pieces(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let kind = |byte: &u8| (byte.is_ascii_alphanumeric(), byte.is_ascii_whitespace());
    text.chunk_by(move |a, b| kind(a) == kind(b))
}
