//! The policies of a router as a table for people.

use std::fmt;

use cors_rules::Key;

use super::listed::{HandlerPolicy, PlainRoute, Policies};

impl HandlerPolicy {
    const TITLES: [&'static str; 7] = [
        "path", "methods", "origins", "headers", "exposed", "flags", "handler",
    ];

    fn cells(&self) -> [String; Self::TITLES.len()] {
        let from = self.origins_from.map(|from| format!("({from})"));
        let developed = self
            .dev_origins
            .iter()
            .map(|origin| format!("{origin}(dev)"));
        let origins = self.origins.iter().cloned().chain(developed).chain(from);
        let origins: Vec<String> = origins.collect();
        let max_age = self
            .max_age
            .map(|seconds| format!("{}={seconds}", Key::MaxAge.as_str()));
        let flags: Vec<String> = [
            self.credentials
                .then(|| Key::Credentials.as_str().to_owned()),
            self.enforce.then(|| Key::Enforce.as_str().to_owned()),
            max_age,
            (!self.writes_refused).then(|| UNPROTECTED.to_owned()),
        ]
        .into_iter()
        .flatten()
        .collect();
        [
            self.path.clone(),
            self.methods.join(" "),
            origins.join(" "),
            self.headers.join(" "),
            self.expose_headers.join(" "),
            flags.join(" "),
            format!("{} {}:{}", self.handler, self.file, self.line),
        ]
    }
}

/// The flag of a route whose cross-site writes are not refused.
const UNPROTECTED: &str = "unprotected";

impl PlainRoute {
    fn cells(&self) -> [String; HandlerPolicy::TITLES.len()] {
        let flag = if self.writes_refused {
            "protected"
        } else {
            UNPROTECTED
        };
        let mut cells = [const { String::new() }; HandlerPolicy::TITLES.len()];
        let [path, _, _, _, _, flags, handler] = &mut cells;
        path.clone_from(&self.path);
        flag.clone_into(flags);
        let policy = if self.has_default_policy {
            "(default policy)"
        } else {
            "(no policy)"
        };
        policy.clone_into(handler);
        cells
    }
}

impl fmt::Display for Policies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let titles = HandlerPolicy::TITLES.map(str::to_owned);
        let rows: Vec<_> = std::iter::once(titles)
            .chain(self.iter().map(HandlerPolicy::cells))
            .chain(self.plain().iter().map(PlainRoute::cells))
            .collect();
        let width = |column: usize| rows.iter().map(|row| row[column].len()).max().unwrap_or(0);
        let widths: [usize; HandlerPolicy::TITLES.len()] = std::array::from_fn(width);
        for (index, row) in rows.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            let cells = row.iter().zip(widths);
            let cells: Vec<String> = cells
                .map(|(cell, width)| format!("{cell:width$}"))
                .collect();
            f.write_str(cells.join("  ").trim_end())?;
        }
        Ok(())
    }
}
