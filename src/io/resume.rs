//! What lets a run go on where another was killed: a mark beside each large file in the making, and in
//! a mirrored tree the list of files that are done.

use super::{
    blocks::Position,
    output::{beside, draft::checksum, place::Place},
    source::{Source, Stamp},
    walk::Input,
};
use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use std::{
    collections::HashMap,
    fs::{self, File},
    io::Write,
    path::{Path, PathBuf},
};

/// How far a file in the making has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mark {
    /// What the run is known by: version, rules and flags.
    pub run: String,
    pub input: Stamp,
    /// Bytes and records of the input that are done.
    pub offset: u64,
    pub records: usize,
    /// Bytes of the part that came of them, and their checksum.
    pub len: u64,
    pub crc: u32,
    /// Did any of them change?
    pub changed: bool,
}

impl Mark {
    pub fn path(target: &Path) -> PathBuf {
        beside(&real(target), "mark")
    }

    /// Away with it, where there is one.
    pub fn remove(target: &Path) {
        for what in ["mark", "new-mark"] {
            let _ = fs::remove_file(beside(&real(target), what));
        }
    }

    pub fn read(target: &Path) -> Option<Mark> {
        serde_json::from_slice(&fs::read(Mark::path(target)).ok()?).ok()
    }

    /// Replaces the mark before.
    pub fn write(&self, target: &Path) -> Result<()> {
        let new = beside(&real(target), "new-mark");
        let mut file = File::create(&new)?;
        file.write_all(&serde_json::to_vec(self)?)?;
        file.sync_data()?;
        fs::rename(new, Mark::path(target))?;
        Ok(())
    }
}

/// Links are followed: what is in the making stands beside what they point to.
fn real(target: &Path) -> PathBuf {
    fs::canonicalize(target).unwrap_or_else(|_| target.to_owned())
}

/// Leaves out the files that are done, and lets one that was begun begin where it was left.
pub fn plan(inputs: &mut Vec<Input>, place: &Place, run: &str, journal: Option<&Journal>) -> Result<()> {
    if let Some(journal) = journal {
        let done = |input: &Input| {
            journal.has(input) && place.target(input).is_ok_and(|target| target.is_some_and(|path| path.exists()))
        };
        inputs.retain(|input| !done(input));
    }
    for input in inputs {
        let Source::File(path) = &input.source else { continue };
        let Some(target) = place.target(input)? else { continue };
        let Some(mark) = Mark::read(&target) else { continue };
        let fits = mark.run == run
            && Stamp::of(path).is_ok_and(|stamp| stamp == mark.input)
            && checksum(&beside(&real(&target), "part"), mark.len) == Some(mark.crc);
        if fits {
            input.start = Position { offset: mark.offset, records: mark.records };
        }
    }
    Ok(())
}

/// The files of a mirrored tree that are done, noted in that tree while a run is not at its end.
pub struct Journal {
    file: File,
    path: PathBuf,
    known: HashMap<String, Stamp>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    run: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    path: String,
    input: Stamp,
}

impl Journal {
    /// Opens the list in a folder, as far as it is of the same run.
    pub fn open(folder: &Path, run: &str, resume: bool) -> Result<Journal> {
        let path = folder.join(".dechaff-done");
        let refused = || format!("{}: cannot be written", path.display());
        let old = if resume { fs::read_to_string(&path).unwrap_or_default() } else { String::new() };
        let mut lines = old.lines();
        let same = lines.next().and_then(|line| serde_json::from_str(line).ok()).is_some_and(|head: Head| head.run == run);
        let lines = lines.filter(|_| same).filter_map(|line| serde_json::from_str(line).ok());
        let known: HashMap<String, Stamp> = lines.map(|line: Line| (line.path, line.input)).collect();
        let mut file = File::options().create(true).append(true).open(&path).with_context(refused)?;
        if !same {
            file.set_len(0).with_context(refused)?;
            add(&mut file, &Head { run: run.to_owned() }).with_context(refused)?;
        } else if !old.ends_with('\n') {
            file.write_all(b"\n").with_context(refused)?;
        }
        Ok(Journal { file, path, known })
    }

    fn has(&self, input: &Input) -> bool {
        let Source::File(path) = &input.source else { return false };
        self.known.get(&input.shown()).is_some_and(|known| Stamp::of(path).is_ok_and(|now| now == *known))
    }

    /// Notes a file as done.
    pub fn done(&mut self, input: &Input) -> Result<()> {
        // What cannot be known again would be done again.
        let Some(stamp) = input.read_as() else { return Ok(()) };
        add(&mut self.file, &Line { path: input.shown(), input: stamp })
            .with_context(|| format!("{}: cannot be written; --resume would do the file again", self.path.display()))
    }

    /// Away with it where nothing is left to do.
    pub fn close(self, all: bool) {
        if all {
            let _ = fs::remove_file(&self.path);
        }
    }
}

fn add(file: &mut File, line: &impl Serialize) -> Result<()> {
    let mut bytes = serde_json::to_vec(line)?;
    bytes.push(b'\n');
    Ok(file.write_all(&bytes)?)
}
