//! Which file a result belongs to; refuses what would garble, overwrite or escape.

use crate::io::{format::Kind, source::Source, walk::Input};
use anyhow::{Context, Result, bail};
use std::{
    collections::HashMap,
    fs::{self, File, TryLockError},
    path::{Path, PathBuf},
};

/// Where results go.
pub enum Place {
    Nowhere,
    Stdout,
    Original,
    Folder(PathBuf),
}

impl Place {
    /// Refuses what would garble or overwrite something before anything is written.
    pub fn choose(inputs: &[Input], in_place: bool, folder: Option<&Path>) -> Result<Place> {
        if in_place {
            for input in inputs {
                if input.source == Source::Stdin {
                    bail!("-w writes files in place; standard input is none; leave -w out or name files");
                }
                if input.kind == Kind::Html {
                    bail!("{}: -w would put a text in the place of a page; say -o DIR for the texts", input.shown());
                }
            }
            return Ok(Place::Original);
        }
        if let Some(folder) = folder {
            let mut targets: HashMap<PathBuf, &Input> = HashMap::new();
            for input in inputs {
                let name = name(input);
                if let (Source::File(source), Ok(target)) = (&input.source, fs::canonicalize(folder.join(&name)))
                    && fs::canonicalize(source).is_ok_and(|source| source == target)
                {
                    bail!(
                        "-o {} would overwrite {} while it is read; choose another folder, or -w to clean in place",
                        folder.display(),
                        input.shown()
                    );
                }
                if let Some(first) = targets.insert(name, input) {
                    bail!(
                        "{} and {} would both become {}; one would be lost; clean them into folders of their own",
                        first.shown(),
                        input.shown(),
                        folder.join(self::name(input)).display()
                    );
                }
            }
            fs::create_dir_all(folder).with_context(|| format!("{}: cannot be made", folder.display()))?;
            let folder = fs::canonicalize(folder).with_context(|| format!("{}: cannot be read", folder.display()))?;
            return Ok(Place::Folder(folder));
        }
        if let Some(table) = inputs.iter().find(|input| input.kind == Kind::Parquet) {
            bail!("{}: Parquet cannot be written to standard output; say -o DIR or -w", table.shown());
        }
        if inputs.len() > 1 && inputs.iter().any(|input| !matches!(input.kind, Kind::Jsonl | Kind::Warc)) {
            bail!(
                "{} files would run together on one standard output; say -o DIR for a cleaned copy or -w to clean in place",
                inputs.len()
            );
        }
        Ok(Place::Stdout)
    }

    /// Keeps other runs off what this one writes, for as long as the files are held.
    ///
    /// # Errors
    /// Where another run is at it.
    pub fn lock(&self, paths: &[PathBuf]) -> Result<Vec<File>> {
        let paths = match self {
            Place::Nowhere | Place::Stdout => return Ok(Vec::new()),
            // Elsewhere folders cannot be locked, and what is locked cannot be read; the lock of each part holds.
            _ if !cfg!(unix) => return Ok(Vec::new()),
            Place::Original => paths.iter().map(PathBuf::as_path).collect(),
            Place::Folder(folder) => vec![folder.as_path()],
        };
        let files: Vec<(&Path, File)> = paths.into_iter().filter_map(|path| Some((path, File::open(path).ok()?))).collect();
        for (at, (path, file)) in files.iter().enumerate() {
            // One path given twice is no other run.
            let again = || files[..at].iter().any(|(known, _)| same_file::is_same_file(known, path).unwrap_or(false));
            if matches!(file.try_lock(), Err(TryLockError::WouldBlock)) && !again() {
                bail!("{}: another run is writing there; both would lose; wait for it to end", path.display());
            }
        }
        Ok(files.into_iter().map(|(_, file)| file).collect())
    }

    /// The file that the result of an input is to become; its folder is made.
    ///
    /// # Errors
    /// Where that file would lie outside of the folder for results.
    pub fn target(&self, input: &Input) -> Result<Option<PathBuf>> {
        match (self, &input.source) {
            (Place::Original, Source::File(path)) => Ok(Some(path.clone())),
            (Place::Folder(folder), _) => {
                let target = folder.join(name(input));
                let parent = target.parent().unwrap_or(folder);
                // A link in the folder may lead anywhere: look before anything is made behind it.
                let standing = parent.ancestors().find_map(|path| fs::canonicalize(path).ok());
                let real = fs::canonicalize(&target).ok();
                if standing.iter().chain(&real).any(|path| !path.starts_with(folder)) {
                    bail!("{}: leads out of {}; nothing was written there", target.display(), folder.display());
                }
                fs::create_dir_all(parent).with_context(|| format!("{}: cannot be made", parent.display()))?;
                Ok(Some(target))
            }
            _ => Ok(None),
        }
    }
}

/// The path of a result in the folder for results: that of the input in its own.
fn name(input: &Input) -> PathBuf {
    if input.kind == Kind::Html { as_text(input.below()) } else { input.below().to_owned() }
}

/// The path that the result of an input has: that of a page ends in `.txt`.
pub fn result(path: &Path) -> PathBuf {
    if Kind::of(path) == Some(Kind::Html) { as_text(path) } else { path.to_owned() }
}

fn as_text(page: &Path) -> PathBuf {
    let compressed = page.extension().filter(|ext| ext.eq_ignore_ascii_case("gz") || ext.eq_ignore_ascii_case("zst"));
    let Some(ext) = compressed else { return page.with_extension("txt") };
    let mut text = page.with_extension("").with_extension("txt").into_os_string();
    text.push(".");
    text.push(ext);
    text.into()
}
