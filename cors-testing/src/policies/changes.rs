//! The differences between two lock files, by route.

use std::collections::BTreeMap;
use std::fmt;

use super::change::Change;
use super::lock::{Lock, PlainRow, Row};

/// The differences between a committed lock file and the policies of the application. `Display` prints
/// a paragraph for each: the routes that have changed in the same way, and a line for each entry.
#[derive(Debug)]
pub(super) struct Changes(BTreeMap<Change, Routes>);

/// The methods of each path and handler.
type Routes = BTreeMap<String, Vec<String>>;

impl Changes {
    pub(super) fn between(old: &Lock, new: &Lock) -> Self {
        let mut changes = Self(BTreeMap::new());
        let nothing = Row::nothing();
        for ((path, method, _), (old, new)) in joined(by_method(old), by_method(new)) {
            let row = new.or(old).unwrap_or(&nothing);
            let file = row.file.iter().map(|file| format!(" ({file})"));
            let place = format!("{path}, {}{}", row.handler, file.collect::<String>());
            let change = of_pair(old, new, &nothing, Change::of_rows);
            changes.add(change, place, Some(method));
        }
        let nothing = PlainRow::nothing();
        for ((path, _), (old, new)) in joined(by_path(old), by_path(new)) {
            let place = format!("{path}, without a policy of its own");
            let change = of_pair(old, new, &nothing, Change::of_plain);
            changes.add(change, place, None);
        }
        changes
    }

    fn add(&mut self, change: Change, place: String, method: Option<&str>) {
        if change == Change::default() {
            return;
        }
        let methods = self.0.entry(change).or_default().entry(place).or_default();
        methods.extend(method.map(str::to_owned));
    }
}

/// The change of a row, which may be in one of the two files only.
fn of_pair<R>(
    old: Option<&R>,
    new: Option<&R>,
    nothing: &R,
    compare: fn(&R, &R) -> Change,
) -> Change {
    let change = compare(old.unwrap_or(nothing), new.unwrap_or(nothing));
    match (old, new) {
        (Some(_), Some(_)) => change,
        (None, _) => change.noted("new"),
        (_, None) => change.noted("removed"),
    }
}

/// The rows of each method of each path. Only routers whose routes are not known have several rows.
fn by_method(lock: &Lock) -> BTreeMap<(&str, &str, usize), &Row> {
    let mut rows = BTreeMap::new();
    for row in &lock.handlers {
        for method in &row.methods {
            let mut number = 0;
            while rows.contains_key(&(&*row.path, &**method, number)) {
                number += 1;
            }
            rows.insert((&*row.path, &**method, number), row);
        }
    }
    rows
}

fn by_path(lock: &Lock) -> BTreeMap<(&str, usize), &PlainRow> {
    let mut rows = BTreeMap::new();
    for row in &lock.plain {
        let mut number = 0;
        while rows.contains_key(&(&*row.path, number)) {
            number += 1;
        }
        rows.insert((&*row.path, number), row);
    }
    rows
}

/// The values of two maps, by key.
fn joined<K: Ord, V>(
    old: BTreeMap<K, V>,
    new: BTreeMap<K, V>,
) -> BTreeMap<K, (Option<V>, Option<V>)> {
    let mut joined = BTreeMap::new();
    for (key, value) in old {
        joined.insert(key, (Some(value), None));
    }
    for (key, value) in new {
        joined.entry(key).or_insert((None, None)).1 = Some(value);
    }
    joined
}

impl Row {
    /// A policy that allows nothing.
    fn nothing() -> Self {
        Self {
            path: String::new(),
            methods: Vec::new(),
            handler: String::new(),
            file: None,
            origins: Vec::new(),
            origins_from: None,
            origins_set: None,
            headers: Vec::new(),
            expose_headers: Vec::new(),
            max_age: None,
            credentials: false,
            enforce: false,
            dangerously_allow: Vec::new(),
            holds_other_methods: false,
            writes_refused: true,
            protection: None,
        }
    }
}

impl PlainRow {
    /// A route that other sites cannot use.
    fn nothing() -> Self {
        Self {
            path: String::new(),
            has_default_policy: false,
            writes_refused: true,
            protection: None,
        }
    }
}

impl fmt::Display for Changes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut paragraphs: Vec<_> = self.0.iter().collect();
        paragraphs.sort_by_key(|(_, routes)| routes.keys().next());
        for (change, routes) in paragraphs {
            f.write_str("\n")?;
            for (place, methods) in routes {
                for method in methods {
                    write!(f, "{method} ")?;
                }
                f.write_str(place)?;
                if !change.note.is_empty() {
                    write!(f, ": {}", change.note)?;
                }
                f.write_str("\n")?;
            }
            change.fmt(f)?;
        }
        if self.0.is_empty() {
            f.write_str("\nThe policies allow the same, in another order.\n")?;
        }
        Ok(())
    }
}
