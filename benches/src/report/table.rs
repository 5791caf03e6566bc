use std::fmt::{Display, Write as _};

/// A Markdown table. All columns but the first are aligned to the right.
#[derive(Clone, Debug)]
pub struct Table(String);

impl Table {
    /// A table without rows.
    #[must_use]
    pub fn new<T: Display>(heads: &[T]) -> Self {
        let mut table = Self(String::new());
        table.row(heads);
        let columns = heads.len().saturating_sub(1);
        let _ = writeln!(table.0, "|---|{}", "---:|".repeat(columns));
        table
    }

    /// Appends a row.
    pub fn row<T: Display>(&mut self, cells: &[T]) {
        self.0.push('|');
        for cell in cells {
            let _ = write!(self.0, " {cell} |");
        }
        self.0.push('\n');
    }
}

impl Display for Table {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// Formats a number: from 1,000 on without decimals and with commas between thousands, below with
/// at most three decimals.
#[must_use]
pub fn number(value: f64) -> String {
    if value.abs() < 999.5 {
        let text = format!("{value:.3}");
        return text.trim_end_matches('0').trim_end_matches('.').to_owned();
    }
    let digits = format!("{:.0}", value.abs());
    let mut text = String::from(if value < 0.0 { "-" } else { "" });
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{Table, number};

    #[test]
    fn numbers_have_commas_or_decimals() {
        for (value, text) in [
            (0.0, "0"),
            (1.0 / 3.0, "0.333"),
            (-0.5, "-0.5"),
            (20.0, "20"),
            (999.0, "999"),
            (999.75, "1,000"),
            (-1_548.0, "-1,548"),
            (1_234_567.4, "1,234,567"),
        ] {
            assert_eq!(number(value), text);
        }
    }

    #[test]
    fn a_table_is_markdown() {
        let mut table = Table::new(&["", "limit"]);
        table.row(&["one origin", "950"]);
        assert_eq!(
            table.to_string(),
            "|  | limit |\n|---|---:|\n| one origin | 950 |\n"
        );
    }
}
