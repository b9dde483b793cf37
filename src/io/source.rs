//! Where bytes come from.

use super::{
    compress::{self, Codec},
    progress,
};
use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};
use std::{
    fs,
    io::{self, Read, Seek, SeekFrom},
    path::{Path, PathBuf},
    sync::atomic::Ordering,
    time::UNIX_EPOCH,
};

/// What tells whether a file is still the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp {
    len: u64,
    /// Nanoseconds of its last change.
    changed: u128,
}

impl Stamp {
    pub fn of(path: &Path) -> io::Result<Stamp> {
        let meta = fs::metadata(path)?;
        let changed = meta.modified()?.duration_since(UNIX_EPOCH).map_or(0, |time| time.as_nanos());
        Ok(Stamp { len: meta.len(), changed })
    }
}

/// Bytes that one record may take. A longer one is no article: it is passed through.
pub const LONGEST: usize = 16 << 20;

/// A file, or standard input.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Source {
    Stdin,
    File(PathBuf),
}

/// The bytes of a source behind its compression.
pub type Bytes = Box<dyn Read + Send>;

impl Source {
    pub fn of(path: &Path) -> Source {
        if path == Path::new("-") { Source::Stdin } else { Source::File(path.to_owned()) }
    }

    pub fn shown(&self) -> String {
        match self {
            Source::Stdin => "<stdin>".to_owned(),
            Source::File(path) => path.display().to_string(),
        }
    }

    pub fn open(&self) -> Result<(Codec, Bytes)> {
        Ok(match self {
            Source::Stdin => compress::reader(Counted(io::stdin()))?,
            Source::File(path) => compress::reader(Counted(fs::File::open(path)?))?,
        })
    }

    /// The bytes behind an offset.
    pub fn open_at(&self, offset: u64) -> Result<(Codec, Bytes)> {
        let (codec, mut reader) = self.open()?;
        match self {
            Source::File(path) if codec == Codec::Plain && offset > 0 => {
                let mut file = fs::File::open(path)?;
                file.seek(SeekFrom::Start(offset))?;
                progress::READ.fetch_add(offset, Ordering::Relaxed);
                return Ok((codec, Box::new(Counted(file))));
            }
            _ => io::copy(&mut reader.by_ref().take(offset), &mut io::sink())?,
        };
        Ok((codec, reader))
    }

    /// All of it, where it is no longer than a record may be.
    pub fn read(&self) -> Result<(Codec, Vec<u8>)> {
        let (codec, reader) = self.open()?;
        let mut bytes = Vec::new();
        reader.take(LONGEST as u64 + 1).read_to_end(&mut bytes)?;
        if bytes.len() > LONGEST {
            bail!("longer than {} MiB, which no article is; split it", LONGEST >> 20);
        }
        Ok((codec, bytes))
    }
}

/// Counts what is read from the disk.
struct Counted<R>(R);

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let read = self.0.read(bytes)?;
        progress::READ.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

/// One article as text.
pub fn read_text(source: &Source) -> Result<String> {
    let (_, bytes) = source.read().with_context(|| format!("{}: cannot be read", source.shown()))?;
    String::from_utf8(bytes)
        .with_context(|| format!("{}: not UTF-8; nothing can be said about it; convert it first", source.shown()))
}
