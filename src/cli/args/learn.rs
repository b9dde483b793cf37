//! The arguments of commands that learn from articles.

use super::{InputArgs, RuleArgs};
use clap::Args;
use dechaff::learn;
use std::path::PathBuf;

#[derive(Args)]
pub struct NewArgs {
    /// The host the pack is for
    #[arg(long, value_name = "HOST")]
    pub site: String,
    /// Articles of the host: what several of them repeat is drafted as rules
    #[arg(long, value_name = "PATH", num_args = 1..)]
    pub from: Vec<PathBuf>,
    #[command(flatten)]
    pub rules: RuleArgs,
    #[command(flatten)]
    pub input: InputArgs,
}

#[derive(Args)]
pub struct LearnArgs {
    /// Files or folders of articles that tell their hosts
    #[arg(required = true)]
    pub paths: Vec<PathBuf>,
    /// Write a pack a host into this folder instead of one to stdout
    #[arg(short, long, value_name = "DIR")]
    pub output: Option<PathBuf>,
    /// Renew the packs that are there; what a person wrote or changed stays byte for byte
    #[arg(long, requires = "output")]
    pub merge: bool,
    /// Only this host; may be given more than once
    #[arg(long, value_name = "HOST")]
    pub site: Vec<String>,
    /// Articles of a host that a line must stand in at least
    #[arg(long, default_value_t = learn::Options::default().min_docs, value_name = "N")]
    pub min_docs: usize,
    /// The share of a host's articles that it must stand in
    #[arg(long, default_value_t = learn::Options::default().min_share, value_name = "SHARE")]
    pub min_share: f64,
    /// What the run may take, as in 512MB; where counting takes more than that leaves, the articles are read again
    #[arg(long, default_value = "512MB", value_name = "SIZE", value_parser = bytes)]
    pub memory: usize,
    #[command(flatten)]
    pub rules: RuleArgs,
    #[command(flatten)]
    pub input: InputArgs,
}

/// A size as in 512MB or 2GB.
fn bytes(text: &str) -> Result<usize, String> {
    let units = [("KB", 10), ("MB", 20), ("GB", 30)];
    let upper = text.trim().to_ascii_uppercase();
    let size = units.iter().find_map(|(unit, shift)| Some((upper.strip_suffix(unit)?.trim().parse::<usize>().ok()?, *shift)));
    let size = size.and_then(|(number, shift)| number.checked_mul(1 << shift));
    size.filter(|size| *size >= 1 << 20).ok_or_else(|| "not understood; write a size of 1MB or more, as in 512MB".to_owned())
}
