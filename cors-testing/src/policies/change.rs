//! The change of one route: what pages may do now, and what they may not do any more.

use std::fmt;

use cors_rules::{Pattern, header_prefix, is_covered_by_prefix, is_covered_by_wildcard};

use super::lock::{PlainRow, Protection, Row};

/// The change of one route. `Display` prints a line for each entry.
#[derive(Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Change {
    /// Whether the route is new or gone.
    pub(super) note: &'static str,
    allowed: Vec<String>,
    refused: Vec<String>,
    others: Vec<String>,
}

/// A value in the committed file and in the application.
type Pair<T> = [T; 2];

impl Change {
    pub(super) fn of_rows(old: &Row, new: &Row) -> Self {
        let pair = [old, new];
        let mut change = Self::default();
        change.list("origin", pair.map(|it| &it.origins), covers_origin);
        change.source(
            "origins",
            pair.map(|it| (&it.origins_from, &it.origins_set)),
        );
        change.flag("credentials", pair.map(|it| it.credentials));
        change.list("request header", pair.map(|it| &it.headers), covers_header);
        change.list(
            "response header",
            pair.map(|it| &it.expose_headers),
            |entry, _| entry == "*",
        );
        change.flag(
            "requests of other origins, without `enforce`",
            pair.map(|it| !it.enforce),
        );
        change.flag(WRITES, pair.map(|it| !it.writes_refused));
        change.flag(
            "writes of other sites by other methods",
            pair.map(|it| !it.holds_other_methods),
        );
        change.list(
            "dangerously_allow",
            pair.map(|it| &it.dangerously_allow),
            |_, _| false,
        );
        change.value("max_age", pair.map(|it| it.max_age));
        change.protection(pair.map(|it| it.protection.as_ref()));
        change.value("handler", pair.map(|it| Some(&it.handler)));
        change.value("file", pair.map(|it| it.file.as_ref()));
        change
    }

    pub(super) fn of_plain(old: &PlainRow, new: &PlainRow) -> Self {
        let pair = [old, new];
        let mut change = Self::default();
        change.flag(WRITES, pair.map(|it| !it.writes_refused));
        change.value(
            "default policy",
            pair.map(|it| Some(yes_or_no(it.has_default_policy))),
        );
        change.protection(pair.map(|it| it.protection.as_ref()));
        change
    }

    fn protection(&mut self, pair: Pair<Option<&Protection>>) {
        let mut value = |name, is: fn(&Protection) -> bool| {
            self.value(name, pair.map(|it| Some(yes_or_no(it.is_some_and(is)))));
        };
        value("protected", |_| true);
        value("only reported", |it| it.report_only);
        value("reads protected", |it| it.reads);
        value("response to refusals by a function", |it| {
            it.custom_response
        });
        let none = Protection::default();
        let pair = pair.map(|protection| protection.unwrap_or(&none));
        self.list("own origin", pair.map(|it| &it.own_origins), covers_origin);
        self.source(
            "own origins",
            pair.map(|it| (&it.own_origins_from, &it.own_origins_set)),
        );
        self.list("trusted origin", pair.map(|it| &it.trust), covers_origin);
        self.source(
            "trusted origins",
            pair.map(|it| (&it.trust_from, &it.trust_set)),
        );
    }

    /// The same change of a route that is new or gone. It has no other values than those of one file.
    pub(super) fn noted(self, note: &'static str) -> Self {
        Self {
            note,
            others: Vec::new(),
            ..self
        }
    }

    /// The entries of each list that no entry of the other list covers.
    fn list(
        &mut self,
        name: &str,
        [old, new]: Pair<&Vec<String>>,
        covers: impl Fn(&str, &str) -> bool,
    ) {
        let lines = |list: &Vec<String>, others: &Vec<String>| -> Vec<String> {
            let is_covered = |entry: &str| {
                let mut others = others.iter();
                others.any(|other| other == entry || covers(other, entry))
            };
            let entries = list.iter().filter(|entry| !is_covered(entry));
            entries.map(|entry| format!("{name} `{entry}`")).collect()
        };
        self.allowed.extend(lines(new, old));
        self.refused.extend(lines(old, new));
    }

    /// A source of more origins, which are not known, and the name of its set.
    fn source(&mut self, name: &str, pair: Pair<(&Option<String>, &Option<String>)>) {
        let [old, new] = pair.map(|(from, set)| {
            let set = set.iter().map(|set| format!(", `{set}`"));
            let from = from.as_ref()?;
            Some(format!("{name} of {from}{}", set.collect::<String>()))
        });
        if old != new {
            self.allowed.extend(new);
            self.refused.extend(old);
        }
    }

    fn flag(&mut self, name: &str, pair: Pair<bool>) {
        match pair {
            [false, true] => self.allowed.push(name.to_owned()),
            [true, false] => self.refused.push(name.to_owned()),
            _ => {}
        }
    }

    fn value<T: fmt::Display + PartialEq>(&mut self, name: &str, pair: Pair<Option<T>>) {
        if pair[0] != pair[1] {
            let text = |value: Option<T>| value.map_or("none".to_owned(), |it| it.to_string());
            let [old, new] = pair.map(text);
            self.others.push(format!("{name}: {old} -> {new}"));
        }
    }
}

const WRITES: &str = "writes of other sites";

fn yes_or_no(is: bool) -> &'static str {
    if is { "yes" } else { "no" }
}

fn covers_origin(entry: &str, other: &str) -> bool {
    let both = Pattern::parse(entry).zip(Pattern::parse(other));
    entry == "*" || both.is_some_and(|(entry, other)| entry.covers(&other))
}

fn covers_header(entry: &str, other: &str) -> bool {
    let name = header_prefix(other).unwrap_or(other).as_bytes();
    match header_prefix(entry) {
        _ if entry == "*" => is_covered_by_wildcard(name),
        Some(prefix) => is_covered_by_prefix(name, prefix),
        None => false,
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (sign, lines) in [
            ('+', &self.allowed),
            ('-', &self.refused),
            ('~', &self.others),
        ] {
            for line in lines {
                writeln!(f, "  {sign} {line}")?;
            }
        }
        Ok(())
    }
}
