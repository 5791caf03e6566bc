//! Paths of axum, as patterns of an edge.

use std::cmp::Ordering;

use crate::pattern::escaped;

/// A path of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Path {
    /// A path as axum 0.8 has it.
    Route(Route),
    /// The fallback for paths that no route matches, as the unknown routes below its prefix.
    Fallback(Route),
    /// The fallback for methods.
    MethodFallback,
}

/// The segments of a path, each without its slash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Route(Vec<Segment>);

/// A part of a path between slashes.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Segment {
    /// This text.
    Text(String),
    /// `text{name}`: this text, and other characters: at least one if it is the last segment. axum matches
    /// `/users//posts` with `/users/{id}/posts`.
    Parameter(String),
    /// `{*name}`: at least one character, and slashes. Always the last one.
    Rest,
    /// `/*`: everything below, whose routes are not known. Always the last one.
    Unknown,
}

impl Path {
    /// Reads the path of a row. Returns `None` for one that neither axum nor the table has.
    pub(crate) fn parse(path: &str) -> Option<Self> {
        if path.ends_with("(method not allowed)") {
            return Some(Self::MethodFallback);
        }
        if let Some(prefix) = path.strip_suffix("(fallback)") {
            return Route::parse(&format!("{prefix}/*")).map(Self::Fallback);
        }
        Route::parse(path).map(Self::Route)
    }
}

impl Route {
    fn parse(path: &str) -> Option<Self> {
        // A request line has neither control characters nor white space.
        let is_visible =
            |path: &&str| !path.contains(|c: char| c.is_control() || c.is_whitespace());
        let segments = path.strip_prefix('/').filter(is_visible)?;
        let mut read = Vec::new();
        let mut rest = segments.split('/').peekable();
        while let Some(segment) = rest.next() {
            let segment = Segment::parse(segment)?;
            let is_last = matches!(segment, Segment::Rest | Segment::Unknown);
            if is_last && rest.peek().is_some() {
                return None;
            }
            read.push(segment);
        }
        Some(Self(read))
    }
}

impl Segment {
    fn parse(segment: &str) -> Option<Self> {
        if segment == "*" {
            return Some(Self::Unknown);
        }
        let mut text = String::new();
        let mut rest = segment.chars();
        while let Some(character) = rest.next() {
            match character {
                // Doubled braces stand for themselves.
                '{' | '}' if rest.as_str().starts_with(character) => {
                    rest.next();
                    text.push(character);
                }
                '{' => {
                    let name = rest.as_str().strip_suffix('}')?;
                    let is_rest = name.starts_with('*');
                    return match is_rest && text.is_empty() {
                        true => Some(Self::Rest),
                        false if is_rest || name.contains(['{', '}']) => None,
                        false => Some(Self::Parameter(text)),
                    };
                }
                '}' => return None,
                _ => text.push(character),
            }
        }
        Some(Self::Text(text))
    }

    /// The order in which axum tries segments at one place: text, parameters with the longest text first,
    /// and the rest.
    fn precedence(&self) -> (u8, usize, &str) {
        match self {
            Self::Text(text) => (0, 0, text),
            Self::Parameter(text) => (1, usize::MAX - text.len(), text),
            Self::Rest => (2, 0, ""),
            Self::Unknown => (3, 0, ""),
        }
    }
}

impl Route {
    /// The text, if the path has neither parameters nor unknown routes.
    pub(crate) fn exact(&self) -> Option<String> {
        let texts = self.0.iter().map(|segment| match segment {
            Segment::Text(text) => Some(format!("/{text}")),
            _ => None,
        });
        texts.collect()
    }

    /// The prefix of whole segments, if everything below is meant and there are no parameters.
    pub(crate) fn prefix(&self) -> Option<String> {
        let [above @ .., Segment::Unknown] = self.0.as_slice() else {
            return None;
        };
        let prefix = Self(above.to_vec()).exact()?;
        Some(if prefix.is_empty() {
            "/".to_owned()
        } else {
            prefix
        })
    }

    /// A regular expression of the whole path, without the query.
    pub(crate) fn regex(&self) -> String {
        let last = self.0.len().saturating_sub(1);
        let parts = self.0.iter().enumerate();
        let parts = parts.map(|(at, segment)| match segment {
            Segment::Text(text) => format!("/{}", escaped(text)),
            Segment::Parameter(text) if at == last => format!("/{}[^/]+", escaped(text)),
            Segment::Parameter(text) => format!("/{}[^/]*", escaped(text)),
            Segment::Rest => "/.+".to_owned(),
            Segment::Unknown => "(?:/.*)?".to_owned(),
        });
        parts.collect()
    }

    /// Whether the routes below are not known.
    pub(crate) fn is_unknown(&self) -> bool {
        matches!(self.0.as_slice(), [.., Segment::Unknown])
    }

    /// Whether some path matches both.
    pub(crate) fn overlaps(&self, other: &Self) -> bool {
        let mut pairs = self.0.iter().zip(&other.0);
        let is_whole = |segment: &Segment| matches!(segment, Segment::Rest | Segment::Unknown);
        let ends = pairs.find_map(|(one, two)| match (one, two) {
            (one, two) if is_whole(one) || is_whole(two) => Some(true),
            (Segment::Text(one), Segment::Text(two)) => (one != two).then_some(false),
            (Segment::Text(text), Segment::Parameter(start))
            | (Segment::Parameter(start), Segment::Text(text)) => {
                let matches = text.len() >= start.len() && text.starts_with(start.as_str());
                (!matches).then_some(false)
            }
            (Segment::Parameter(one), Segment::Parameter(two)) => {
                let share = one.starts_with(two.as_str()) || two.starts_with(one.as_str());
                (!share).then_some(false)
            }
            _ => None,
        });
        let longer = self.0.len().max(other.0.len());
        let shorter = self.0.len().min(other.0.len());
        let rest = [&self.0, &other.0].map(|segments| segments.get(shorter));
        let is_prefix =
            longer == shorter + 1 && rest.iter().flatten().any(|s| **s == Segment::Unknown);
        ends.unwrap_or(longer == shorter || is_prefix)
    }

    /// The order in which axum tries the routes that match one path: at the first different segment, the
    /// more specific one wins.
    pub(crate) fn precedence(&self, other: &Self) -> Ordering {
        let keys = |route: &Self| -> Vec<(u8, usize, String)> {
            let keys = route.0.iter().map(Segment::precedence);
            keys.map(|(kind, len, text)| (kind, len, text.to_owned()))
                .collect()
        };
        // A path that goes on is tried before the unknown routes of a prefix.
        keys(self).cmp(&keys(other))
    }
}

#[cfg(test)]
mod tests {
    use super::{Path, Route};

    fn route(path: &str) -> Route {
        match Path::parse(path) {
            Some(Path::Route(route)) => route,
            other => panic!("{path}: {other:?}"),
        }
    }

    #[test]
    fn routes_as_regular_expressions() {
        for (path, regex, exact) in [
            ("/", "/", Some("/")),
            ("/jobs", "/jobs", Some("/jobs")),
            ("/jobs/", "/jobs/", Some("/jobs/")),
            ("/a.b/{id}", r"/a\.b/[^/]+", None),
            ("/user_{name}/x", "/user_[^/]*/x", None),
            ("/files/{*rest}", "/files/.+", None),
            ("/{{id}}", r"/\{id\}", Some("/{id}")),
            ("/files/*", "/files(?:/.*)?", None),
            ("/*", "(?:/.*)?", None),
        ] {
            let route = route(path);
            assert_eq!(route.regex(), regex, "{path}");
            assert_eq!(route.exact().as_deref(), exact, "{path}");
        }
    }

    #[test]
    fn paths_that_are_none() {
        for path in [
            "",
            "jobs",
            "/{id",
            "/id}",
            "/{id}x",
            "/{a}{b}",
            "/{*rest}/x",
            "/x{*rest}",
            "/*/x",
            "/a b",
            "/a\nb",
        ] {
            assert_eq!(Path::parse(path), None, "{path:?}");
        }
    }

    #[test]
    fn fallbacks() {
        assert_eq!(Path::parse("(fallback)"), Some(Path::Fallback(route("/*"))));
        assert_eq!(
            Path::parse("/api(fallback)"),
            Some(Path::Fallback(route("/api/*")))
        );
        assert_eq!(
            Path::parse("/api(method not allowed)"),
            Some(Path::MethodFallback)
        );
    }

    #[test]
    fn more_specific_routes_first() {
        let sorted = [
            "/a/b",
            "/a/x_{id}",
            "/a/{id}",
            "/a/{id}/c",
            "/a/{*rest}",
            "/a/*",
            "/{x}/b",
            "/{*rest}",
            "/*",
        ];
        let mut routes: Vec<Route> = sorted.iter().rev().map(|path| route(path)).collect();
        routes.sort_by(Route::precedence);
        let expected: Vec<Route> = sorted.iter().map(|path| route(path)).collect();
        assert_eq!(routes, expected);
    }

    #[test]
    fn overlapping_routes() {
        for (one, two, expected) in [
            ("/a", "/a", true),
            ("/a", "/b", false),
            ("/a", "/{x}", true),
            ("/a/b", "/{x}", false),
            ("/a/b", "/*", true),
            ("/a", "/a/*", true),
            ("/a/{x}", "/a/*", true),
            ("/b/{x}", "/a/*", false),
            ("/{x}/{y}", "/a/*", true),
            ("/x_{a}", "/y", false),
        ] {
            assert_eq!(route(one).overlaps(&route(two)), expected, "{one} {two}");
            assert_eq!(route(two).overlaps(&route(one)), expected, "{two} {one}");
        }
    }
}
