//! The command `cors`.

#![forbid(unsafe_code)]

mod args;
mod exit;
mod explain;
mod export;
mod suggestion;

use std::io;
use std::process::ExitCode;

use clap::{ColorChoice, CommandFactory as _, Parser as _};

use crate::args::{Arguments, Command};

fn main() -> ExitCode {
    let arguments = Arguments::try_parse();
    let arguments = arguments.unwrap_or_else(|error| suggestion::with_remedy(error).exit());
    color(arguments.color).write_global();
    let printed = match arguments.command {
        Command::Explain(explain) => return explain::run(&explain),
        Command::Export(export) => return export::run(&export),
        Command::Completions { shell } => {
            clap_complete::generate(shell, &mut Arguments::command(), "cors", &mut io::stdout());
            Ok(())
        }
        Command::Man { command } => {
            clap_mangen::Man::new(documented(command.as_deref())).render(&mut io::stdout())
        }
    };
    match printed {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => exit::USAGE.into(),
    }
}

/// Returns the definition of a command, or of all together.
fn documented(command: Option<&str>) -> clap::Command {
    let mut all = Arguments::command();
    // Gives the commands their whole names.
    all.build();
    let one = command.and_then(|name| all.find_subcommand(name));
    one.unwrap_or(&all).clone()
}

fn color(choice: ColorChoice) -> anstream::ColorChoice {
    match choice {
        ColorChoice::Auto => anstream::ColorChoice::Auto,
        ColorChoice::Always => anstream::ColorChoice::Always,
        ColorChoice::Never => anstream::ColorChoice::Never,
    }
}
