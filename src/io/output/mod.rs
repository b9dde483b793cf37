//! Where results go: standard output, the file itself, or a mirrored tree. What is whole takes its
//! name; what is not never does.

pub mod draft;
pub mod place;

use super::{
    batch::Fatal,
    blocks::{Block, Position},
    compress::{Codec, Writer},
    format::Kind,
    is_broken_pipe,
    ledger::Ledger,
    resume::{Journal, Mark},
    walk::Input,
};
use anyhow::{Context, Result, bail};
use draft::Draft;
use place::Place;
use std::{
    borrow::Cow,
    io::{self, Write},
    path::{Path, PathBuf},
};

/// Bytes of output after which it is made sure of, so that a run can go on from there.
const SEAL: usize = 8 << 20;

/// What came of records that follow one another.
#[derive(Default)]
pub struct Output {
    pub bytes: Vec<u8>,
    /// The offset in `bytes` behind each record.
    pub ends: Vec<usize>,
    pub changed: bool,
    /// Nothing is to be written in place of a file that could not be read as its format.
    pub withheld: bool,
    /// Lines for the ledger.
    pub entries: Vec<u8>,
}

impl Output {
    pub fn push(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
        self.ends.push(self.bytes.len());
    }
}

/// Writes results to their place, a file at a time.
pub struct Files {
    place: Place,
    ledger: Option<Ledger>,
    journal: Option<Journal>,
    /// The column of a table that is written.
    #[cfg_attr(not(feature = "parquet"), expect(dead_code))]
    column: String,
    /// What the marks of this run are known by; without it none are made.
    run: Option<String>,
    stdout: io::BufWriter<io::Stdout>,
    open: Option<Open>,
    changed: bool,
    withheld: bool,
}

/// A file in the making.
struct Open {
    file: Made,
    codec: Codec,
    target: PathBuf,
    /// Bytes since the last seal.
    unsealed: usize,
}

enum Made {
    Bytes(Box<Writer<Draft>>),
    #[cfg(feature = "parquet")]
    Table(super::parquet::Rewriter),
}

impl Files {
    /// Writes to a place; `column` names the one of a table that holds the text.
    pub fn new(place: Place, column: &str) -> Files {
        let stdout = io::BufWriter::with_capacity(1 << 16, io::stdout());
        let (column, ledger, journal, run) = (column.to_owned(), None, None, None);
        Files { place, column, ledger, journal, run, stdout, open: None, changed: false, withheld: false }
    }

    /// Notes cuts in a ledger.
    pub fn with_ledger(self, ledger: Option<Ledger>) -> Files {
        Files { ledger, ..self }
    }

    /// Leaves behind what a run of the same name can go on from.
    pub fn resumable(self, run: String, journal: Option<Journal>) -> Files {
        Files { run: Some(run), journal, ..self }
    }

    pub fn begin(&mut self, input: &Input, codec: Codec) -> Result<()> {
        (self.changed, self.withheld) = (false, false);
        // Text is written in place only where it changes; a record file is written as it is read.
        let now = match self.place {
            Place::Original => !input.kind.is_whole(),
            Place::Folder(_) => true,
            Place::Nowhere | Place::Stdout => false,
        };
        self.open = None;
        if now { self.create(input, codec) } else { Ok(()) }
    }

    fn create(&mut self, input: &Input, codec: Codec) -> Result<()> {
        let Some(target) = self.place.target(input)? else { return Ok(()) };
        let draft = if input.start == Position::default() {
            let draft = Draft::new(&target)?;
            Mark::remove(&target);
            draft
        } else {
            let mark = Mark::read(&target).with_context(|| format!("{}: its mark is gone", target.display()))?;
            self.changed = mark.changed;
            Draft::reopen(&target, mark.len)?
        };
        let file = match input.kind {
            #[cfg(feature = "parquet")]
            Kind::Parquet => Made::Table(super::parquet::Rewriter::new(&input.source, &self.column, draft)?),
            _ => Made::Bytes(Box::new(Writer::new(codec, draft))),
        };
        self.open = Some(Open { file, codec, target, unsealed: 0 });
        Ok(())
    }

    pub fn put(&mut self, input: &Input, block: &Block, output: Output, codec: Codec) -> Result<()> {
        self.changed |= output.changed;
        self.withheld |= output.withheld;
        if let Some(ledger) = &mut self.ledger {
            ledger.hold(&output.entries);
        }
        match self.place {
            Place::Nowhere => return Ok(()),
            Place::Stdout => {
                // The ledger first: what it does not know could not be put back.
                self.commit(false)?;
                return self.stdout.write_all(&output.bytes).map_err(to_stdout);
            }
            Place::Original if self.open.is_none() && output.changed => self.create(input, codec)?,
            Place::Original | Place::Folder(_) => {}
        }
        let Some(open) = &mut self.open else { return Ok(()) };
        let Open { file, codec, target, unsealed } = open;
        let failed = || format!("{}: cannot be written; what stood there still does", target.display());
        let (ledger, run, changed) = (&mut self.ledger, &self.run, self.changed);
        let mark = |draft: &mut Draft, at: Position| {
            let (Some(run), Some(input)) = (run, input.read_as()) else { return Ok(()) };
            let (len, crc) = draft.sync()?;
            // What the ledger holds may be ahead of the mark: a run that goes on finds it there.
            ledger.as_mut().map_or(Ok(()), |ledger| ledger.commit(true))?;
            let mark = Mark { run: run.clone(), input, offset: at.offset, records: at.records, len, crc, changed };
            mark.write(target)
        };
        match file {
            // In a compressed WARC each record is a member of its own, so that an index can point at it.
            Made::Bytes(writer) if input.kind == Kind::Warc && *codec == Codec::Gzip => {
                stream(writer, block, &output, unsealed, 0, mark)
            }
            Made::Bytes(writer) => stream(writer, block, &output, unsealed, SEAL, mark),
            #[cfg(feature = "parquet")]
            Made::Table(table) => table.put(block, &output),
        }
        .with_context(failed)
    }

    pub fn end(&mut self, input: &Input) -> Result<()> {
        let replaces = matches!(self.place, Place::Original);
        let stays = self.withheld || replaces && !self.changed;
        match self.open.take() {
            Some(open) if !stays => {
                let target = open.target.clone();
                let named = self.take_name(open, input, replaces);
                // Where that failed there is no part left to go on with either.
                Mark::remove(&target);
                named?;
            }
            Some(open) => {
                Mark::remove(&open.target);
                drop(open);
                self.commit(false)?;
            }
            None => self.commit(false)?,
        }
        match &mut self.journal {
            Some(journal) if !self.withheld => journal.done(input),
            _ => Ok(()),
        }
    }

    fn take_name(&mut self, open: Open, input: &Input, replaces: bool) -> Result<()> {
        let failed = || format!("{}: cannot be written; what stood there still does", open.target.display());
        let draft = match open.file {
            Made::Bytes(writer) => writer.finish().with_context(failed)?,
            #[cfg(feature = "parquet")]
            Made::Table(table) => table.finish().with_context(failed)?,
        };
        let whole = draft.whole().with_context(failed)?;
        if input.has_changed() {
            bail!(
                "{}: changed while it was read; a result would fit neither state, so {} is as it was; run it again",
                input.shown(),
                open.target.display()
            );
        }
        self.commit(replaces)?;
        whole.take_name().with_context(failed)
    }

    /// Leaves the file in the making to a run that goes on, or away with it.
    pub fn give_up(&mut self, stopped: bool) {
        if let Some(ledger) = &mut self.ledger {
            ledger.forget();
        }
        let Some(open) = self.open.take() else { return };
        match open.file {
            Made::Bytes(mut writer) if stopped && Mark::path(&open.target).exists() => {
                if let Ok(draft) = writer.seal() {
                    draft.keep();
                }
            }
            _ => Mark::remove(&open.target),
        }
    }

    fn commit(&mut self, sync: bool) -> Result<()> {
        self.ledger.as_mut().map_or(Ok(()), |ledger| ledger.commit(sync))
    }

    /// Ends the run; `all` says whether nothing is left to do, `stopped` whether it was to go on.
    pub fn close(mut self, all: bool, stopped: bool) -> Result<()> {
        self.stdout.flush().map_err(to_stdout)?;
        if let Some(journal) = self.journal {
            journal.close(all);
        }
        self.ledger.map_or(Ok(()), |ledger| ledger.close(stopped))
    }
}

/// Writes records, and seals the file behind one where `each` bytes or more were written since the last
/// seal; behind one where [`SEAL`] were, the place is marked. Where that is depends on the records alone.
fn stream(
    writer: &mut Writer<Draft>,
    block: &Block,
    output: &Output,
    unsealed: &mut usize,
    each: usize,
    mut mark: impl FnMut(&mut Draft, Position) -> Result<()>,
) -> Result<()> {
    let (mut at, mut counted) = (0, 0);
    for (place, (&end, &read)) in output.ends.iter().zip(&block.ends).enumerate() {
        *unsealed += end - std::mem::replace(&mut counted, end);
        if *unsealed < each {
            continue;
        }
        writer.write_all(&output.bytes[std::mem::replace(&mut at, end)..end])?;
        let draft = writer.seal()?;
        if *unsealed >= SEAL {
            *unsealed = 0;
            let records = block.start.records + place + 1;
            mark(draft, Position { offset: block.start.offset + read as u64, records })?;
        }
    }
    // A piece of a record has no end.
    *unsealed += output.bytes.len() - counted;
    Ok(writer.write_all(&output.bytes[at..])?)
}

fn to_stdout(error: io::Error) -> anyhow::Error {
    let error = anyhow::Error::from(error);
    if is_broken_pipe(&error) {
        return error;
    }
    Fatal(format!("standard output cannot be written: {error}; the rest was not done")).into()
}

/// The name of a file that stands beside another while that is in the making.
pub fn beside(target: &Path, what: &str) -> PathBuf {
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    // A file system takes names of 255 bytes.
    let name = if name.len() > 200 { Cow::Owned(dechaff::checksum(&name)) } else { name };
    target.with_file_name(format!(".{name}.dechaff-{what}"))
}
