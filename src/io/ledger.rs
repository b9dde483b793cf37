//! The ledger of a run: a JSON object for each article that lost something or was held, or a table of
//! the same. It is added to, never overwritten: it may hold what an earlier run cut.

#[cfg(feature = "parquet")]
use super::output::draft::Draft;
use super::{batch::Fatal, format::Kind, output::draft::is_stream};
use anyhow::{Context, Result, bail};
use std::{
    fs::{File, OpenOptions, TryLockError},
    io::{Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

pub struct Ledger {
    file: File,
    path: PathBuf,
    /// A pipe or a device: what was written can be neither read again nor waited for.
    stream: bool,
    /// Lines of articles whose cleaned text is not yet safe.
    held: Vec<u8>,
    /// The end of the file may be what a killed run wrote just before, wholly or in part.
    resumed: bool,
    /// The table that the lines become when the run is done.
    table: Option<PathBuf>,
}

/// Is the ledger of this name a table?
pub fn is_table(path: &Path) -> Result<bool> {
    let table = Kind::of(path) == Some(Kind::Parquet);
    match Kind::Parquet.missing() {
        Some(why) if table => bail!("{}: {why}", path.display()),
        _ => Ok(table),
    }
}

impl Ledger {
    /// Opens the ledger to add to it.
    pub fn open(path: &Path, resumed: bool) -> Result<Ledger> {
        let refused = || format!("{}: the ledger cannot be written", path.display());
        // A table cannot be added to; lines are safe as soon as they are written.
        let table = is_table(path)?.then(|| path.to_owned());
        let path = if table.is_some() { path.with_added_extension("jsonl") } else { path.to_owned() };
        let stream = is_stream(&path);
        let file = OpenOptions::new().create(!stream).read(!stream).append(true).open(&path).with_context(refused)?;
        if matches!(file.try_lock(), Err(TryLockError::WouldBlock)) {
            bail!("{}: another run is writing this ledger; wait for it to end, or name another", path.display());
        }
        Ok(Ledger { file, path, stream, held: Vec::new(), resumed, table })
    }

    /// Takes lines that belong to a text which is still in the making.
    pub fn hold(&mut self, lines: &[u8]) {
        self.held.extend_from_slice(lines);
    }

    /// Drops lines of a text that will not be.
    pub fn forget(&mut self) {
        self.held.clear();
    }

    /// Writes what is held; `sync` waits until it is on the disk.
    ///
    /// # Errors
    /// Where that fails it ends the run: what the ledger does not know could not be put back.
    pub fn commit(&mut self, sync: bool) -> Result<()> {
        if self.held.is_empty() {
            return Ok(());
        }
        let lines = std::mem::take(&mut self.held);
        let written = self.write(&lines).and_then(|()| if sync && !self.stream { self.file.sync_data() } else { Ok(()) });
        written.map_err(|error| {
            let path = self.path.display();
            Fatal(format!("{path}: the ledger cannot be written: {error}; the run was ended, what it did stands")).into()
        })
    }

    fn write(&mut self, lines: &[u8]) -> std::io::Result<()> {
        let known = if self.stream { 0 } else { self.known(lines)? };
        self.file.write_all(&lines[known..])
    }

    /// How many of the bytes stand at the end of the file already. A line cut short there is ended.
    fn known(&mut self, lines: &[u8]) -> std::io::Result<usize> {
        let len = self.file.metadata()?.len();
        let look = if self.resumed { lines.len() } else { 1 };
        let mut tail = vec![0; look.min(len as usize)];
        self.file.seek(SeekFrom::End(-(tail.len() as i64)))?;
        self.file.read_exact(&mut tail)?;
        if self.resumed {
            self.resumed = false;
            let starts = (0..tail.len()).filter(|&at| at == 0 || tail[at - 1] == b'\n');
            if let Some(start) = starts.into_iter().find(|&at| lines.starts_with(&tail[at..])) {
                return Ok(tail.len() - start);
            }
        }
        if tail.last().is_some_and(|&last| last != b'\n') {
            self.file.write_all(b"\n")?;
        }
        Ok(0)
    }

    /// Ends the ledger of a run; one that was stopped goes on adding to its lines.
    #[cfg_attr(not(feature = "parquet"), expect(unused_variables))]
    pub fn close(mut self, stopped: bool) -> Result<()> {
        self.commit(true)?;
        match &self.table {
            #[cfg(feature = "parquet")]
            Some(table) if !stopped => into_table(&self.path, table)
                .with_context(|| format!("{}: cannot be written; the cuts are in {}", table.display(), self.path.display())),
            _ => Ok(()),
        }
    }
}

/// Writes what the table holds, and then the lines, as a table in its place.
#[cfg(feature = "parquet")]
fn into_table(lines: &Path, table: &Path) -> Result<()> {
    use super::parquet::ledger::{LedgerWriter, read};
    use std::io::{BufRead, BufReader};
    let mut writer = LedgerWriter::new(Draft::new(table)?)?;
    if table.is_file() {
        read(table, |entry| writer.add(entry))?;
    }
    for line in BufReader::new(File::open(lines)?).lines() {
        // A run that was killed wrote half a line, and not yet the text it speaks of.
        if let Ok(entry) = serde_json::from_str(&line?) {
            writer.add(entry)?;
        }
    }
    writer.finish()?.whole()?.take_name()?;
    Ok(std::fs::remove_file(lines)?)
}
