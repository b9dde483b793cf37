//! Reading and writing: one file a format, and the batch that runs over them.

pub mod atomic;
pub mod batch;
pub mod jsonl;
pub mod walk;

use crate::cli::args::AboutArgs;
use anyhow::{Context, Result};
use dechaff::Article;
use std::{
    fs,
    io::{self, Read},
    path::{Path, PathBuf},
};

/// Where bytes come from.
#[derive(Debug, Clone)]
pub enum Source {
    Stdin,
    File(PathBuf),
}

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

    pub fn open(&self) -> Result<Box<dyn Read>> {
        Ok(match self {
            Source::Stdin => Box::new(io::stdin()),
            Source::File(path) => Box::new(fs::File::open(path)?),
        })
    }

    pub fn read(&self) -> Result<Vec<u8>> {
        match self {
            Source::Stdin => {
                let mut bytes = Vec::new();
                io::stdin().read_to_end(&mut bytes)?;
                Ok(bytes)
            }
            Source::File(path) => Ok(fs::read(path)?),
        }
    }
}

/// One article as text.
pub fn read_text(source: &Source) -> Result<String> {
    let bytes = source.read().with_context(|| format!("{}: cannot be read", source.shown()))?;
    String::from_utf8(bytes)
        .with_context(|| format!("{}: not UTF-8; nothing can be said about it; convert it first", source.shown()))
}

/// The article with what flags say about it.
pub fn about<'t>(text: &'t str, about: &'t AboutArgs) -> Article<'t> {
    Article::new(text)
        .host_name(about.host.as_deref())
        .url(about.url.as_deref())
        .title(about.title.as_deref())
        .lang(about.lang.as_deref())
}

/// Did the reader of our output go away? That ends a command quietly.
pub fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| cause.downcast_ref::<io::Error>().is_some_and(|io| io.kind() == io::ErrorKind::BrokenPipe))
}
