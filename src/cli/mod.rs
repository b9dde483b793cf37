//! One file a subcommand.

pub mod args;
mod clean;
mod config;
mod diff;
mod eval;
mod explain;
mod fit;
mod learn;
mod new;
mod own;
mod reach;
mod restore;
mod review;
mod rules;
mod setup;

use crate::io::{is_broken_pipe, progress::note};
use args::{Cli, Command};
use clap::{CommandFactory, Parser};
use std::{
    io::{self, Write},
    process::ExitCode,
};

/// How a command ended, beside an error that ended it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct End {
    /// Something to report: exit 1.
    pub found: bool,
    /// Some of the work could not be done: exit 2.
    pub trouble: bool,
}

pub fn run() -> ExitCode {
    let result = match Cli::parse().command {
        Command::Clean(args) => clean::run(&args),
        Command::Diff(args) => diff::run(&args),
        Command::Review(args) => review::run(&args),
        Command::Restore(args) => restore::run(&args),
        Command::Explain(args) => explain::run(&args),
        Command::Rules(command) => rules::run(&command),
        Command::Eval(args) => eval::run(&args),
        Command::Fit(args) => fit::run(&args),
        Command::Learn(args) => learn::run(&args),
        Command::Config(args) => config::run(&args),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "dechaff", &mut script);
            print(&script)
        }
        Command::Man => man().and_then(|page| print(&page)),
    };
    match result {
        Ok(End { trouble: true, .. }) => ExitCode::from(2),
        Ok(End { found: true, .. }) => ExitCode::from(1),
        Ok(_) => ExitCode::SUCCESS,
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            note(&format!("{error:#}"));
            ExitCode::from(2)
        }
    }
}

fn print(bytes: &[u8]) -> anyhow::Result<End> {
    io::stdout().write_all(bytes)?;
    Ok(End::default())
}

fn man() -> anyhow::Result<Vec<u8>> {
    let mut page = Vec::new();
    clap_mangen::Man::new(Cli::command()).render(&mut page)?;
    Ok(page)
}
