//! The report on the screen and in `docs/benchmarks.md`.

mod figure;
mod marks;
mod page;
pub mod readme;
mod table;

pub use figure::{Figure, Spread};
pub use page::Section;
pub use table::{Table, number};
