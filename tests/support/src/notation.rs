//! The parts of both requests and responses: a first line, headers and a body.

/// Header names in lower case, with their values.
pub(crate) type Headers = Vec<(String, String)>;

/// Splits a message into its first line, its headers and its body.
///
/// The indentation of every line is ignored, and one space after the colon. Otherwise values are
/// verbatim, because tests send white space and bytes beyond ASCII.
///
/// # Panics
///
/// If a line of the head is not a header.
pub(crate) fn split(text: &str) -> (&str, Headers, String) {
    let mut lines = text.split('\n').map(without_margin);
    let first = lines.next().unwrap_or_default();
    let mut headers = Vec::new();
    for line in lines.by_ref() {
        if line.is_empty() {
            break;
        }
        let (name, value) = line
            .split_once(':')
            .unwrap_or_else(|| panic!("`{line}` is not a header"));
        let value = value.strip_prefix(' ').unwrap_or(value);
        headers.push((name.to_ascii_lowercase(), value.to_owned()));
    }
    let body: Vec<&str> = lines.collect();
    (first, headers, body.join("\n"))
}

/// Writes a message as [`split`] reads it.
pub(crate) fn join(first: &str, headers: &Headers, body: &str) -> String {
    let mut lines = vec![first.to_owned()];
    lines.extend(
        headers
            .iter()
            .map(|(name, value)| format!("{name}: {value}")),
    );
    if !body.is_empty() {
        lines.extend([String::new(), body.to_owned()]);
    }
    lines.join("\n")
}

/// Without the indentation, and without the carriage return of a line from a connection.
fn without_margin(line: &str) -> &str {
    line.trim_start().trim_end_matches('\r')
}

#[cfg(test)]
mod tests {
    use super::{join, split};

    #[test]
    fn heads_round_trip() {
        for text in [
            "GET /",
            "GET /\na: b",
            "200\na: b\na:  c \nd: ",
            "PUT /\n\nbody\nof two",
        ] {
            let (first, headers, body) = split(text);
            assert_eq!(join(first, &headers, &body), text);
        }
    }

    #[test]
    fn indentation_and_carriage_returns_are_ignored() {
        let written = split("GET /\n\t  a: b\n   \n   body");
        assert_eq!(written, split("GET /\r\na: b\r\n\r\nbody"));
    }

    #[test]
    fn white_space_belongs_to_the_value() {
        let (_, headers, _) = split("GET /\nOrigin:  \ta ");
        assert_eq!(headers, [("origin".to_owned(), " \ta ".to_owned())]);
    }

    #[test]
    #[should_panic(expected = "`origin` is not a header")]
    fn a_line_without_a_colon() {
        split("GET /\norigin");
    }
}
