//! The marks between which the benches write: `<!-- name -->` and `<!-- /name -->`.

use std::io;

/// Replaces the text between the two marks of this name.
pub(super) fn redrawn(text: &str, name: &str, section: &str) -> io::Result<String> {
    let [start, end] = [format!("<!-- {name} -->\n"), format!("<!-- /{name} -->")];
    let parts = text
        .split_once(&start)
        .and_then(|(before, rest)| Some((before, rest.split_once(&end)?.1)));
    let Some((before, after)) = parts else {
        let error = format!("the marks `<!-- {name} -->` and `{end}` are missing");
        return Err(io::Error::new(io::ErrorKind::InvalidData, error));
    };
    Ok(format!("{before}{start}{section}{end}{after}"))
}

#[cfg(test)]
mod tests {
    use super::redrawn;

    #[test]
    fn a_section_is_replaced_between_its_marks() -> std::io::Result<()> {
        let page = "a\n<!-- x -->\nold\n<!-- /x -->\nz\n";
        let new = "a\n<!-- x -->\nnew\n<!-- /x -->\nz\n";
        assert_eq!(redrawn(page, "x", "new\n")?, new);
        let error = redrawn(page, "y", "").map_err(|error| error.to_string());
        let message = "the marks `<!-- y -->` and `<!-- /y -->` are missing";
        assert_eq!(error, Err(message.to_owned()));
        Ok(())
    }
}
