//! The `dechaff` command: parse, dispatch, exit code.

mod cli;
mod io;
mod report;
mod review;

fn main() -> std::process::ExitCode {
    cli::run()
}
