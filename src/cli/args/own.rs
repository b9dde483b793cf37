//! The arguments of commands that write the user's own rules.

use super::{InputArgs, RuleArgs};
use clap::Args;
use std::path::PathBuf;

#[derive(Args)]
pub struct ReviewArgs {
    /// Files or folders
    #[arg(required = true)]
    pub paths: Vec<PathBuf>,
    /// Write your rules into this folder, a file for each host [default: the folder of --rules or
    /// dechaff.toml, or `rules`]
    #[arg(long, value_name = "DIR")]
    pub into: Option<PathBuf>,
    /// Do not ask about cuts that were accepted before, and note in this file which are now
    #[arg(long, value_name = "FILE")]
    pub seen: Option<PathBuf>,
    #[command(flatten)]
    pub rules: RuleArgs,
    #[command(flatten)]
    pub input: InputArgs,
}

#[derive(Args)]
pub struct AddArgs {
    /// The host the rule is for, with its sub-domains
    #[arg(long, value_name = "HOST")]
    pub site: String,
    /// A line that is chaff, as it stands in the article; may be given more than once
    #[arg(long, value_name = "TEXT", required = true)]
    pub line: Vec<String>,
    /// What kind of chaff it is
    #[arg(long, value_name = "NAME", default_value = "other")]
    pub category: String,
    /// Write it into this folder, as HOST.toml [default: the folder of --rules or dechaff.toml, or `rules`]
    #[arg(long, value_name = "DIR")]
    pub into: Option<PathBuf>,
    #[command(flatten)]
    pub rules: RuleArgs,
}
