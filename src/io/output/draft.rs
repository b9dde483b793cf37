//! A file in the making: written beside its place, and put there when it is whole. A pipe or a device is no
//! place to put a file: what is meant for one goes straight into it.

use super::beside;
use anyhow::{Context, Result, bail};
use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, BufWriter, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

/// A file in the making. Dropped before it is whole it leaves nothing behind; killed, a part that no
/// run mistakes for the file.
pub struct Draft {
    file: BufWriter<Tallied>,
    /// None where there is no part: what is written is there at once.
    guard: Option<Guard>,
    target: PathBuf,
}

/// A whole file that has no name yet.
pub struct Whole {
    guard: Option<Guard>,
    target: PathBuf,
    /// Holds the lock until the file has its name.
    _file: File,
}

/// Removes a part that is of no use any more.
struct Guard {
    part: PathBuf,
    armed: bool,
}

/// A file, and what was written to it.
struct Tallied {
    file: File,
    len: u64,
    crc: crc32fast::Hasher,
}

impl Draft {
    /// Starts the file beside its place, with the owner and the permissions of the one it replaces.
    pub fn new(target: &Path) -> Result<Draft> {
        Draft::open(target, None)
    }

    /// Goes on behind the first `len` bytes of a file that another run began.
    pub fn reopen(target: &Path, len: u64) -> Result<Draft> {
        Draft::open(target, Some(len))
    }

    fn open(target: &Path, kept: Option<u64>) -> Result<Draft> {
        let is_stream = is_stream(target);
        // A link stays a link: what it points to is replaced.
        let target = fs::canonicalize(target).ok().filter(|_| !is_stream).unwrap_or_else(|| target.to_owned());
        let refused = || format!("{}: cannot be written", target.display());
        if is_stream {
            let file = OpenOptions::new().write(true).open(&target).with_context(refused)?;
            return Ok(Draft::of(file.into(), None, target));
        }
        let part = beside(&target, "part");
        if fs::symlink_metadata(&part).is_ok_and(|meta| !meta.is_file()) {
            bail!("{}: stands where a draft would be written; {} was left as it is", part.display(), target.display());
        }
        let file = OpenOptions::new().create(true).read(true).write(true).truncate(false).open(&part).with_context(refused)?;
        // Another run may have given the file its name since it was opened.
        let taken = match file.try_lock() {
            Err(TryLockError::WouldBlock) => true,
            _ => !same_file::Handle::from_path(&part)
                .is_ok_and(|now| file.try_clone().and_then(same_file::Handle::from_file).is_ok_and(|ours| ours == now)),
        };
        if taken {
            bail!("{}: another run is writing it; it was left to that one", target.display());
        }
        let guard = Guard { part, armed: true };
        let mut tallied = Tallied::from(file);
        match kept {
            None => tallied.file.set_len(0).with_context(refused)?,
            Some(len) => tallied.go_on(len).with_context(refused)?,
        }
        if let Ok(old) = fs::metadata(&target) {
            keep_owner(&tallied.file, &old);
            let kept = tallied.file.set_permissions(old.permissions());
            kept.with_context(|| format!("{}: its permissions cannot be kept", target.display()))?;
        }
        Ok(Draft::of(tallied, Some(guard), target))
    }

    fn of(file: Tallied, guard: Option<Guard>, target: PathBuf) -> Draft {
        Draft { file: BufWriter::with_capacity(1 << 18, file), guard, target }
    }

    /// Makes sure of what is written: its length and checksum.
    pub fn sync(&mut self) -> io::Result<(u64, u32)> {
        self.file.flush()?;
        let tallied = self.file.get_ref();
        tallied.file.sync_data()?;
        Ok((tallied.len, tallied.crc.clone().finalize()))
    }

    /// Leaves the part where it is, for a run that goes on.
    pub fn keep(&mut self) {
        if let Some(guard) = &mut self.guard {
            guard.armed = false;
        }
    }

    /// The file once it is safely on the disk.
    pub fn whole(self) -> io::Result<Whole> {
        let tallied = self.file.into_inner().map_err(|error| error.into_error())?;
        if self.guard.is_some() {
            tallied.file.sync_all()?;
        }
        Ok(Whole { guard: self.guard, target: self.target, _file: tallied.file })
    }
}

/// Gives a file the owner and the group of the one it replaces, as far as this user may: root may all, others a group
/// of theirs. What may not be given is ours, as it is when an editor saves.
#[cfg(unix)]
fn keep_owner(file: &File, old: &fs::Metadata) {
    use std::os::unix::fs::{MetadataExt, fchown};
    let _ = fchown(file, Some(old.uid()), Some(old.gid())).or_else(|_| fchown(file, None, Some(old.gid())));
}

#[cfg(not(unix))]
fn keep_owner(_: &File, _: &fs::Metadata) {}

/// Is there a pipe, a device or the like at this place, which a file would only push aside?
pub fn is_stream(target: &Path) -> bool {
    fs::metadata(target).is_ok_and(|meta| !meta.is_file() && !meta.is_dir())
}

/// Writes a file as a whole.
pub fn write_whole(target: &Path, bytes: &[u8]) -> Result<()> {
    let mut draft = Draft::new(target)?;
    let written = draft.write_all(bytes).and_then(|()| draft.whole()).and_then(Whole::take_name);
    written.with_context(|| format!("{}: cannot be written", target.display()))
}

/// A file in the making that its owner shares with what writes to it.
#[derive(Clone)]
pub struct Shared(Arc<Mutex<Draft>>);

impl Shared {
    pub fn new(target: &Path) -> Result<Shared> {
        Ok(Shared(Arc::new(Mutex::new(Draft::new(target)?))))
    }

    /// Puts the file in its place, once nothing else writes to it.
    pub fn take_name(self) -> Result<()> {
        let draft = Arc::into_inner(self.0).context("something still writes to it")?;
        let draft = draft.into_inner().unwrap_or_else(PoisonError::into_inner);
        let target = draft.target.clone();
        draft.whole().and_then(Whole::take_name).with_context(|| format!("{}: cannot be written", target.display()))
    }

    fn with<T>(&self, write: impl FnOnce(&mut Draft) -> io::Result<T>) -> io::Result<T> {
        let mut draft = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        write(&mut draft)
            .map_err(|error| io::Error::new(error.kind(), format!("{}: cannot be written: {error}", draft.target.display())))
    }
}

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.with(|draft| draft.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.with(Draft::flush)
    }
}

impl Whole {
    /// Puts the file in its place.
    pub fn take_name(mut self) -> io::Result<()> {
        if let Some(guard) = &mut self.guard {
            fs::rename(&guard.part, &self.target)?;
            guard.armed = false;
        }
        Ok(())
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        if self.armed {
            let _ = fs::remove_file(&self.part);
        }
    }
}

/// Checksum of the first `len` bytes of a part; none where it is shorter.
pub fn checksum(part: &Path, len: u64) -> Option<u32> {
    let mut crc = crc32fast::Hasher::new();
    let mut left = File::open(part).ok()?.take(len);
    let mut bytes = vec![0; 1 << 18];
    loop {
        match left.read(&mut bytes).ok()? {
            0 => break,
            read => crc.update(&bytes[..read]),
        }
    }
    (left.limit() == 0).then(|| crc.finalize())
}

impl From<File> for Tallied {
    fn from(file: File) -> Tallied {
        Tallied { file, len: 0, crc: crc32fast::Hasher::new() }
    }
}

impl Tallied {
    fn go_on(&mut self, len: u64) -> io::Result<()> {
        let mut bytes = vec![0; 1 << 18];
        while self.len < len {
            let step = bytes.len().min((len - self.len) as usize);
            self.file.read_exact(&mut bytes[..step])?;
            self.crc.update(&bytes[..step]);
            self.len += step as u64;
        }
        self.file.set_len(len)?;
        self.file.seek(SeekFrom::Start(len)).map(|_| ())
    }
}

impl Write for Tallied {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.crc.update(&bytes[..written]);
        self.len += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Write for Draft {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}
