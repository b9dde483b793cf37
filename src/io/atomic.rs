//! A file that is either the old one or the new one.

use anyhow::{Context, Result};
use std::{
    fs,
    io::{BufWriter, Write},
    path::{Path, PathBuf},
};
use tempfile::NamedTempFile;

/// A file in the making. Dropped before [`finish`](Self::finish) it leaves nothing behind.
pub struct Draft {
    file: BufWriter<NamedTempFile>,
    target: PathBuf,
}

impl Draft {
    /// Starts the file next to its place, with the permissions of the one it replaces.
    pub fn new(target: &Path) -> Result<Draft> {
        // A link stays a link: what it points to is replaced.
        let target = fs::canonicalize(target).unwrap_or_else(|_| target.to_owned());
        let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut builder = tempfile::Builder::new();
        builder.prefix(".dechaff-");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            builder.permissions(fs::Permissions::from_mode(0o666));
        }
        let file = builder.tempfile_in(folder).with_context(|| format!("{}: cannot be written", target.display()))?;
        if let Ok(old) = fs::metadata(&target) {
            file.as_file()
                .set_permissions(old.permissions())
                .with_context(|| format!("{}: its permissions cannot be kept", target.display()))?;
        }
        Ok(Draft { file: BufWriter::with_capacity(1 << 18, file), target })
    }

    /// Puts the whole file in its place, once it is safely on the disk.
    pub fn finish(self) -> Result<()> {
        let target = self.target;
        let write = || -> Result<()> {
            let file = self.file.into_inner().map_err(|error| error.into_error())?;
            file.as_file().sync_all()?;
            file.persist(&target)?;
            Ok(())
        };
        write().with_context(|| format!("{}: cannot be written", target.display()))
    }
}

impl Write for Draft {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.file.flush()
    }
}
