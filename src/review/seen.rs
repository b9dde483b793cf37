//! Cuts that earlier reviews accepted, in a file of the user's: nobody is asked twice.

use super::{
    paper::{Cut, Paper},
    session::{Session, Verdict},
};
use crate::{io::output::draft::write_whole, report::visible};
use anyhow::{Context, Result};
use std::{
    collections::BTreeSet,
    fs, io,
    path::{Path, PathBuf},
};

/// A line for each cut: its checksum, and for people the host, the rule and what goes.
pub struct Seen {
    path: PathBuf,
    text: String,
    known: BTreeSet<String>,
}

impl Seen {
    /// # Errors
    /// Where the file is there and cannot be read.
    pub fn open(path: &Path) -> Result<Seen> {
        let text = match fs::read_to_string(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            text => text.with_context(|| format!("{}: cannot be read", path.display()))?,
        };
        let known = text.lines().filter_map(|line| line.split('\t').next()).map(str::to_owned).collect();
        Ok(Seen { path: path.to_owned(), text, known })
    }

    /// Was the same text accepted before, on the same host and from the same rule?
    pub fn has(&self, paper: &Paper, cut: &Cut) -> bool {
        self.known.contains(&key(paper, cut))
    }

    /// Adds what a session accepted.
    pub fn add(mut self, session: &Session) -> Result<()> {
        for (&(article, cut), verdict) in session.cuts.iter().zip(&session.verdicts) {
            let paper = &session.papers[article];
            let cut = &paper.cuts[cut];
            let key = key(paper, cut);
            if *verdict == Some(Verdict::Accepted) && self.known.insert(key.clone()) {
                let host = visible(paper.host.as_deref().unwrap_or("?"));
                let first = paper.lines[cut.lines.start].text.replace('\t', " ");
                self.text += &format!("{key}\t{host}\t{}\t{first}\n", cut.rule);
            }
        }
        write_whole(&self.path, self.text.as_bytes())
    }
}

fn key(paper: &Paper, cut: &Cut) -> String {
    let lines: Vec<&str> = paper.lines[cut.lines.clone()].iter().map(|line| line.raw.as_str()).collect();
    dechaff::checksum(&format!("{}\n{}\n{}", paper.host.as_deref().unwrap_or_default(), cut.rule, lines.join("\n")))
}
