//! A diagnosis as annotations of GitHub Actions.

use std::fmt::Write as _;

use crate::diagnosis::{Case, Diagnosis, Finding, Verdict};
use crate::exchange::Paste;
use crate::show::source::Source;
use crate::show::view::{View, printable};

/// GitHub shows ten annotations of one level for each step.
const MAX_CASES: usize = 10;

/// Writes a diagnosis as
/// [workflow commands](https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands),
/// an `::error` for each failing case and a `::warning` for each problem that comes next. They have a
/// file and a line if lines of the paste are lines of a file.
///
/// At most ten of each are written, because GitHub shows no more.
#[must_use]
pub fn github(paste: &Paste, diagnosis: &Diagnosis, source: Source<'_>) -> String {
    let view = View::new(paste, source);
    let mut out = String::new();
    let failing = diagnosis
        .cases
        .iter()
        .filter(|it| it.verdict != Verdict::Allowed);
    let mut errors = 0;
    for case in failing {
        errors += 1;
        if errors <= MAX_CASES {
            out.push_str(&error(&view, source, case));
        }
    }
    let tolerated = diagnosis
        .cases
        .iter()
        .filter(|it| it.verdict == Verdict::Allowed);
    let warnings = tolerated.flat_map(|case| case.cause.iter().map(move |it| (case, it)));
    let next = diagnosis.cases.iter();
    let next = next.flat_map(|case| case.next.iter().map(move |it| (case, it)));
    for (case, finding) in warnings.chain(next).take(MAX_CASES) {
        let message = message(finding, &[]);
        out.push_str(&command(
            "warning",
            &view,
            source,
            &case.title,
            Some(finding),
            &message,
        ));
    }
    if errors > MAX_CASES {
        let more = format!("{} more cases fail", errors - MAX_CASES);
        let _ = writeln!(out, "::notice title=cors::{more}");
    }
    if out.is_empty() {
        out.push_str("::notice title=cors::no problem\n");
    }
    out
}

fn error(view: &View<'_>, source: Source<'_>, case: &Case) -> String {
    let message = match &case.cause {
        Some(finding) => message(finding, &case.consequences),
        None => format!("{} fails", printable(&case.title)),
    };
    command(
        "error",
        view,
        source,
        &case.title,
        case.cause.as_ref(),
        &message,
    )
}

/// The cause, its consequences and its remedies, each in a line.
fn message(finding: &Finding, consequences: &[Finding]) -> String {
    let mut message = printable(&finding.sentence);
    for consequence in consequences {
        let _ = write!(
            message,
            "\nfollows from it: {}",
            printable(&consequence.sentence)
        );
    }
    for remedy in &finding.remedies {
        let _ = write!(message, "\nhelp: {}", printable(&remedy.text));
        for line in remedy.code.as_deref().unwrap_or_default().lines() {
            let _ = write!(message, "\n    {}", printable(line));
        }
    }
    message
}

fn command(
    level: &str,
    view: &View<'_>,
    source: Source<'_>,
    title: &str,
    finding: Option<&Finding>,
    message: &str,
) -> String {
    let mut properties = Vec::new();
    let evidence = finding.and_then(|it| it.evidence.first());
    if let (Some(file), Some(evidence)) = (source.file(), evidence) {
        let at = view.places.first_line(&evidence.at);
        let column = view.places.column_of(at.start);
        properties.push(format!("file={}", property(file)));
        properties.push(format!("line={}", view.places.line_of(at.start) + 1));
        properties.push(format!("col={column}"));
    }
    properties.push(format!("title={}", property(&printable(title))));
    format!("::{level} {}::{}\n", properties.join(","), data(message))
}

/// [Escapes](https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts) a message.
fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// Escapes a value before the message.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
