//! The figures that the README quotes from `docs/benchmarks.md`, between the marks `figures`.

use std::path::Path;
use std::{fs, io};

use super::figure::MEASURED;
use super::marks::redrawn;

/// A figure of the bench `allocations`.
pub const ALLOCATIONS: &str = "actual request: allocations added";
/// A figure of the bench `instructions`.
pub const BY_HAND: &str = "actual request, one origin: instructions added / added by hand";
/// A figure of the bench `times`.
pub const TOWER_HTTP: &str = "actual request, one origin: time added / tower-http adds";

/// Writes the quotation. A README without the marks quotes nothing.
pub(super) fn quote(readme: &Path, page: &str) -> io::Result<()> {
    let text = fs::read_to_string(readme)?;
    if text.contains("<!-- figures -->") {
        fs::write(readme, redrawn(&text, "figures", &quotation(page)?)?)?;
    }
    Ok(())
}

fn quotation(page: &str) -> io::Result<String> {
    Ok(format!(
        "Without layers on the router a policy adds {} allocations to a request; with one origin, \
         {:.2} times the instructions that its headers take when they are inserted by hand, and \
         {:.0} % of the time that tower-http's `CorsLayer` adds (`docs/benchmarks.md` in the \
         repository).\n",
        measured(page, ALLOCATIONS)?,
        measured(page, BY_HAND)?,
        100.0 * measured(page, TOWER_HTTP)?,
    ))
}

/// Reads the median of a figure from the page.
fn measured(page: &str, name: &str) -> io::Result<f64> {
    let value = page.lines().find_map(|line| {
        let mut cells = line.strip_prefix("| ")?.split(" | ");
        let is_named = cells.next() == Some(name);
        let median = cells.nth(MEASURED - 1)?.split(' ').next()?;
        is_named.then(|| median.replace(',', "").parse().ok())?
    });
    value.ok_or_else(|| {
        let error = format!("the page has no figure `{name}`");
        io::Error::new(io::ErrorKind::InvalidData, error)
    })
}

#[cfg(test)]
mod tests {
    use super::{measured, quotation};

    #[test]
    fn the_page_has_what_the_readme_quotes() {
        let page = include_str!("../../../docs/benchmarks.md");
        let error = quotation(page).err().map(|error| error.to_string());
        assert_eq!(error, None);
    }

    #[test]
    fn a_median_is_read_from_its_row() {
        let page = "| two | 7 |\n| one | 1,234.5 (1 to 2) | 3 | yes | x |\n";
        assert_eq!(measured(page, "one").ok(), Some(1234.5));
        assert_eq!(measured(page, "three").ok(), None);
    }
}
