//! From the paths of a command line to the files to read, in a stable order.

use super::{
    args::{HostFrom, InputArgs},
    blocks::Position,
    format::Kind,
    progress::note,
    source::{Source, Stamp},
};
use anyhow::{Context, Result, bail};
use ignore::{WalkBuilder, overrides::OverrideBuilder};
use std::{
    fs,
    path::{Path, PathBuf},
    sync::{Arc, OnceLock},
};

/// One file to read.
#[derive(Debug, Clone)]
pub struct Input {
    pub source: Source,
    /// The folder it was found in.
    root: Option<Arc<Path>>,
    pub kind: Kind,
    /// Bytes on the disk, where that is known.
    pub size: u64,
    /// The host that its folder names, where that was asked for.
    pub host: Option<String>,
    /// Where to begin: an earlier run did what comes before.
    pub start: Position,
    /// The file as it was when its reading began.
    read_as: OnceLock<Option<Stamp>>,
}

/// The files behind the paths, and what could not be searched.
pub struct Inputs {
    pub files: Vec<Input>,
    pub trouble: bool,
}

impl Input {
    /// Its path as messages and ledgers write it.
    pub fn shown(&self) -> String {
        self.source.shown()
    }

    /// Notes the file as it is before it is read.
    pub fn note_stamp(&self) {
        self.read_as.get_or_init(|| match &self.source {
            Source::File(path) => Stamp::of(path).ok(),
            Source::Stdin => None,
        });
    }

    /// The file as it was when its reading began; none for standard input.
    pub fn read_as(&self) -> Option<Stamp> {
        self.read_as.get().copied().flatten()
    }

    /// Is the file another one now than when its reading began?
    pub fn has_changed(&self) -> bool {
        match &self.source {
            Source::File(path) => Stamp::of(path).ok() != self.read_as(),
            Source::Stdin => false,
        }
    }

    /// Its path below the folder it was found in.
    pub fn below(&self) -> &Path {
        let Source::File(path) = &self.source else { return Path::new("stdin") };
        let inside = self.root.as_deref().and_then(|root| path.strip_prefix(root).ok());
        inside.or_else(|| path.file_name().map(Path::new)).unwrap_or(path)
    }
}

/// The files behind the paths; folders are searched, hidden and git-ignored files left out.
pub fn inputs(paths: &[PathBuf], args: &InputArgs) -> Result<Inputs> {
    let mut all = Inputs { files: Vec::new(), trouble: false };
    if paths.is_empty() {
        all.files.push(input(Path::new("-"), None, args)?);
    }
    for path in paths {
        if !path.is_dir() {
            all.files.push(input(path, None, args)?);
            continue;
        }
        let before = all.files.len();
        search(path, args, &mut all)?;
        if all.files.len() == before && !all.trouble {
            bail!(
                "{}: no file in this folder that is known by its name (.txt, .jsonl, .json, .csv, .tsv, .wet, …); nothing would be done; name the files, or say --input-format",
                path.display()
            );
        }
    }
    Ok(all)
}

fn search(path: &Path, args: &InputArgs, all: &mut Inputs) -> Result<()> {
    let root: Arc<Path> = path.into();
    let mut globs = OverrideBuilder::new(path);
    for glob in &args.glob {
        globs.add(glob).with_context(|| format!("--glob {glob}: not understood; no file could be chosen by it"))?;
    }
    let globs = globs.build().context("--glob: not understood")?;
    for entry in WalkBuilder::new(path).require_git(false).overrides(globs).sort_by_file_path(Path::cmp).build() {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                all.trouble = true;
                note(&format!("{}: cannot be searched: {error}; what is in it was left out", path.display()));
                continue;
            }
        };
        let file = entry.path();
        let is_file = entry.file_type().is_some_and(|kind| kind.is_file() || kind.is_symlink() && !file.is_dir());
        // A page in a folder of texts is no mistake of the user's, a build without HTML cannot read it.
        let known = Kind::of(file).is_some_and(|kind| kind != Kind::Html || kind.missing().is_none());
        if is_file && (args.input_format.is_some() || known) {
            all.files.push(input(file, Some(&root), args)?);
        }
    }
    Ok(())
}

fn input(path: &Path, root: Option<&Arc<Path>>, args: &InputArgs) -> Result<Input> {
    let source = Source::of(path);
    let kind = args.input_format.or_else(|| Kind::of(path)).unwrap_or(Kind::Text);
    if let Some(why) = kind.missing() {
        bail!("{}: {why}", path.display());
    }
    let host = args.host_from.and_then(|HostFrom::Dir| {
        let folders = path.ancestors().skip(1).filter_map(|folder| folder.file_name()?.to_str());
        folders.filter(|name| name.contains('.') && !name.starts_with('.')).map(str::to_owned).next()
    });
    let size = fs::metadata(path).map_or(0, |meta| meta.len());
    Ok(Input { source, root: root.cloned(), kind, size, host, start: Position::default(), read_as: OnceLock::new() })
}
