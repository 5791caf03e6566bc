//! The command `cors export`.

use std::fs;
use std::io::{self, Read as _, Write as _};
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
    let one = |error: String| vec![error];
    let edge = Edge::from_str(&arguments.edge).map_err(one)?;
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
    let table = read(arguments.file.as_deref());
    let table = table.and_then(|json| Table::from_str(&json).map_err(|error| error.to_string()));
    match table {
        Ok(table) if errors.is_empty() => export(edge, &table, &options)
            .map_err(|refusals| refusals.iter().map(ToString::to_string).collect()),
        table => {
            errors.extend(table.err());
            Err(errors)
        }
    }
}

/// Reads the table of a file, or of standard input.
fn read(file: Option<&Path>) -> Result<String, String> {
    if let Some(file) = file.filter(|file| *file != Path::new("-")) {
        return fs::read_to_string(file).map_err(|error| unreadable(file, &error));
    }
    let mut text = String::new();
    let read = io::stdin().read_to_string(&mut text);
    let unreadable = |error| unreadable(Path::new("standard input"), &error);
    read.map(|_| text).map_err(unreadable)
}

fn unreadable(file: &Path, error: &io::Error) -> String {
    format!(
        "`{}` cannot be read: {error}\nhelp: give a file of UTF-8 text that exists",
        file.display()
    )
}

/// Reads `NAME=FILE`. Empty lines of the file, and those that begin with `#`, have no origin.
fn add_set(options: &mut Options, argument: &str) -> Result<(), String> {
    let Some((name, file)) = argument.split_once('=') else {
        return Err(format!(
            "`--set {argument}` has no file\nhelp: write `--set {argument}=FILE`"
        ));
    };
    let text = fs::read_to_string(file).map_err(|error| unreadable(Path::new(file), &error))?;
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
    let old = fs::read_to_string(file).map_err(|error| unreadable(file, &error))?;
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
            anstream::eprintln!("help: write the file again, without `--check`");
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
