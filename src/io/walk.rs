//! From the paths of a command line to the files to read, in a stable order.

use super::Source;
use crate::cli::args::{HostFrom, InputArgs, InputFormat};
use anyhow::{Context, Result, bail};
use ignore::WalkBuilder;
use std::path::{Path, PathBuf};

/// One file to read.
#[derive(Debug, Clone)]
pub struct Input {
    pub source: Source,
    /// Its path as messages and ledgers write it.
    pub shown: String,
    /// Its path below the folder it was found in.
    pub below: PathBuf,
    pub jsonl: bool,
    /// The host that its folder names, where that was asked for.
    pub host: Option<String>,
}

/// The files behind the paths; folders are searched, hidden and git-ignored files left out.
pub fn inputs(paths: &[PathBuf], args: &InputArgs) -> Result<Vec<Input>> {
    if paths.is_empty() {
        return Ok(vec![input(Path::new("-"), PathBuf::from("stdin"), args)]);
    }
    let mut all = Vec::new();
    for path in paths {
        if path.is_dir() {
            let mut found = Vec::new();
            for entry in WalkBuilder::new(path).require_git(false).sort_by_file_path(Path::cmp).build() {
                let entry = entry.with_context(|| format!("{}: cannot be searched", path.display()))?;
                let file = entry.path();
                if entry.file_type().is_some_and(|kind| !kind.is_dir()) && (args.input_format.is_some() || is_article(file)) {
                    let below = file.strip_prefix(path).unwrap_or(file).to_owned();
                    found.push(input(file, below, args));
                }
            }
            if found.is_empty() {
                bail!(
                    "{}: no .txt, .text, .jsonl or .ndjson file in this folder; nothing would be done; name the files, or say --input-format",
                    path.display()
                );
            }
            all.append(&mut found);
        } else {
            let name = path.file_name().map_or_else(|| PathBuf::from("stdin"), PathBuf::from);
            all.push(input(path, name, args));
        }
    }
    Ok(all)
}

fn input(path: &Path, below: PathBuf, args: &InputArgs) -> Input {
    let source = Source::of(path);
    let jsonl = match args.input_format {
        Some(format) => format == InputFormat::Jsonl,
        None => has_extension(path, &["jsonl", "ndjson"]),
    };
    let host = args.host_from.and_then(|HostFrom::Dir| {
        let folders = path.ancestors().skip(1).filter_map(|folder| folder.file_name()?.to_str());
        folders.filter(|name| name.contains('.') && !name.starts_with('.')).map(str::to_owned).next()
    });
    Input { shown: source.shown(), source, below, jsonl, host }
}

fn is_article(path: &Path) -> bool {
    has_extension(path, &["txt", "text", "jsonl", "ndjson"])
}

fn has_extension(path: &Path, known: &[&str]) -> bool {
    path.extension().and_then(|ext| ext.to_str()).is_some_and(|ext| known.iter().any(|known| ext.eq_ignore_ascii_case(known)))
}
