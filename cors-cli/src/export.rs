//! The command `cors export`.

use std::fs;
use std::io::{self, IsTerminal as _, Write as _};
use std::path::Path;
use std::process::ExitCode;
use std::str::FromStr;

use cors_edge::{Edge, Options, Table, export};

use crate::args::Export;
use crate::exit;

/// The errors of the arguments and of the input, as they are printed, each with its help.
type Errors = Vec<String>;

pub(crate) fn run(arguments: &Export) -> ExitCode {
    let written = configuration(arguments).and_then(|text| match &arguments.check {
        Some(file) => check(file, &text).map_err(|error| vec![error]),
        None => Ok(print(&text)),
    });
    written.unwrap_or_else(|errors| {
        for error in errors {
            anstream::eprintln!("error: {error}");
        }
        exit::USAGE.into()
    })
}

/// The configuration that the arguments ask for.
fn configuration(arguments: &Export) -> Result<String, Errors> {
    let edge = arguments.edge;
    let mut options = edge.options();
    if let Some(upstream) = &arguments.upstream {
        options.upstream.clone_from(upstream);
    }
    if let Some(listen) = &arguments.listen {
        options.listen.clone_from(listen);
    }
    let mut errors = Errors::new();
    for argument in &arguments.sets {
        errors.extend(add_set(&mut options, argument).err());
    }
    for name in &arguments.accepted {
        match name.parse() {
            Ok(difference) => options.accepted.push(difference),
            Err(error) => errors.push(error),
        }
    }
    if edge != Edge::GatewayApi && !arguments.accepted.is_empty() {
        errors.push(format!(
            "`--accept` has no effect for {edge}, which decides as the application does\nhelp: remove it; \
             it is for `gateway-api`"
        ));
    }
    match table(arguments.file.as_deref()) {
        Ok(table) if errors.is_empty() => export(edge, &table, &options)
            .map_err(|refusals| refusals.iter().map(ToString::to_string).collect()),
        table => {
            errors.extend(table.err());
            Err(errors)
        }
    }
}

/// Reads the table of a file, or of standard input.
fn table(file: Option<&Path>) -> Result<Table, String> {
    let (name, text) = match file.filter(|file| *file != Path::new("-")) {
        Some(file) => (format!("`{}`", file.display()), fs::read_to_string(file)),
        None => ("standard input".to_owned(), standard_input()),
    };
    let text = text.map_err(|error| {
        format!(
            "{name} cannot be read: {error}\nhelp: give the lock file of the application, such as \
             `cors.lock`; a test with `cors_testing::assert_policies` writes it"
        )
    })?;
    if text.trim().is_empty() {
        return Err(format!(
            "{name} is empty\nhelp: give the lock file of the application: `cors export envoy cors.lock`"
        ));
    }
    Table::from_str(&text).map_err(|error| format!("{name}: {error}"))
}

fn standard_input() -> io::Result<String> {
    if io::stdin().is_terminal() {
        anstream::eprintln!(
            "paste the policies, then press Ctrl+D; or give the file as an argument"
        );
    }
    io::read_to_string(io::stdin())
}

/// Reads `NAME=FILE`. Empty lines of the file, and those that begin with `#`, have no origin.
fn add_set(options: &mut Options, argument: &str) -> Result<(), String> {
    let Some((name, file)) = argument.split_once('=') else {
        return Err(if Path::new(argument).is_file() {
            format!("`--set {argument}` has no name\nhelp: write `--set NAME={argument}`")
        } else {
            format!("`--set {argument}` has no file\nhelp: write `--set {argument}=FILE`")
        });
    };
    let text = fs::read_to_string(file).map_err(|error| {
        format!(
            "`{file}` of the set `{name}` cannot be read: {error}\nhelp: write the origins of the set to \
             this file, one on each line"
        )
    })?;
    let lines = text.lines().map(str::trim);
    let origins = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    let origins = origins.map(str::to_owned).collect();
    match options.sets.insert(name.to_owned(), origins) {
        None => Ok(()),
        Some(_) => Err(format!(
            "the set `{name}` is given twice\nhelp: remove one `--set {name}`"
        )),
    }
}

/// Compares the text with that of a file.
fn check(file: &Path, text: &str) -> Result<ExitCode, String> {
    let old = fs::read_to_string(file).map_err(|error| {
        let file = file.display();
        format!(
            "`{file}` cannot be read: {error}\nhelp: write it first, with `> {file}` in place of `--check {file}`"
        )
    })?;
    // A checkout on Windows may have other ends of lines.
    let (mut old, mut new) = (old.lines(), text.lines());
    let mut number = 0;
    loop {
        number += 1;
        let (old, new) = (old.next(), new.next());
        if old.is_none() && new.is_none() {
            return Ok(ExitCode::SUCCESS);
        }
        if old != new {
            let file = file.display();
            anstream::eprintln!("error: `{file}` is stale since line {number}");
            for (sign, line) in [('-', old), ('+', new)] {
                let line = line.unwrap_or("(end of the file)");
                anstream::eprintln!("{sign} {}", line.trim_start());
            }
            anstream::eprintln!(
                "help: write it again, with `> {file}` in place of `--check {file}`"
            );
            return Ok(exit::REFUSED.into());
        }
    }
}

fn print(text: &str) -> ExitCode {
    match io::stdout().write_all(text.as_bytes()) {
        Ok(()) => ExitCode::SUCCESS,
        // The reader of a pipe may have enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            anstream::eprintln!("error: the configuration cannot be printed: {error}");
            exit::USAGE.into()
        }
    }
}
