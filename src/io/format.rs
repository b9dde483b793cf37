//! The formats: what a name says about one, and what each has to be able to do.

use super::{
    args::InputArgs,
    csv, json, jsonl,
    record::{Edit, Found, Record},
    text, warc,
};
use anyhow::Result;
use clap::ValueEnum;
use std::{ops::Range, path::Path};

/// How a file holds articles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Kind {
    /// One article a file
    Text,
    /// One article a line, as a JSON object
    Jsonl,
    /// A JSON array of objects, or one object
    Json,
    /// A table with a header line, fields parted by commas
    Csv,
    /// A table with a header line, fields parted by tabs
    Tsv,
    /// WARC or WET: the text of `conversion` records
    Warc,
    /// A Parquet table
    Parquet,
    /// One saved page a file: its article is found, cleaned and written as text
    Html,
}

const EXTENSIONS: &[(Kind, &[&str])] = &[
    (Kind::Text, &["txt", "text"]),
    (Kind::Jsonl, &["jsonl", "ndjson"]),
    (Kind::Json, &["json"]),
    (Kind::Csv, &["csv"]),
    (Kind::Tsv, &["tsv", "tab"]),
    (Kind::Warc, &["wet", "warc"]),
    (Kind::Parquet, &["parquet", "pq"]),
    (Kind::Html, &["html", "htm", "xhtml"]),
];

/// Endings that say how a file is compressed, not what is in it.
const COMPRESSED: &[&str] = &["gz", "zst"];

impl Kind {
    /// What the name of a file says, `a.csv.gz` like `a.csv`.
    pub fn of(path: &Path) -> Option<Kind> {
        let extension = |path: &Path| path.extension().and_then(|ext| ext.to_str()).map(str::to_ascii_lowercase);
        let mut ext = extension(path)?;
        if COMPRESSED.contains(&ext.as_str()) {
            ext = extension(Path::new(path.file_stem()?))?;
        }
        EXTENSIONS.iter().find(|(_, known)| known.contains(&ext.as_str())).map(|(kind, _)| *kind)
    }

    /// Is the whole file one article?
    pub fn is_whole(self) -> bool {
        matches!(self, Kind::Text | Kind::Html)
    }

    /// Is its first record the header of a table?
    pub fn has_header(self) -> bool {
        matches!(self, Kind::Csv | Kind::Tsv)
    }

    /// Why this build cannot read it, if it cannot.
    pub fn missing(self) -> Option<&'static str> {
        match self {
            Kind::Parquet if !cfg!(feature = "parquet") => {
                Some("this build cannot read Parquet; nothing was done; build it with --features parquet")
            }
            Kind::Html if !cfg!(feature = "html") => {
                Some("this build cannot read HTML; nothing was done; build it with --features html")
            }
            _ => None,
        }
    }
}

/// The bytes of one record, and what a table says of it in other columns.
#[derive(Clone, Copy)]
pub struct Raw<'a> {
    pub bytes: &'a [u8],
    pub row: Option<&'a Row>,
}

/// The columns of a Parquet table's row beside its text.
#[derive(Debug, Default)]
#[cfg_attr(not(feature = "parquet"), expect(dead_code))]
pub struct Row {
    pub null: bool,
    pub url: Option<String>,
    pub host: Option<String>,
    pub title: Option<String>,
    pub lang: Option<String>,
}

/// Reads and rewrites the records of one file.
pub trait Format: Send + Sync {
    /// Looks at the first record before any is read.
    ///
    /// # Errors
    /// Where it says that the file cannot be done.
    fn header(&mut self, _first: &[u8]) -> Result<()> {
        Ok(())
    }

    /// What a record holds.
    fn read<'a>(&self, raw: Raw<'a>) -> Found<'a>;

    /// The record with its text changed; every byte that the edits do not ask for stays.
    ///
    /// # Errors
    /// Where the changed text cannot be written so that it reads the same.
    fn write(&self, raw: &[u8], record: &Record<'_>, edits: &[Edit<'_>]) -> Result<Vec<u8>, String>;

    /// How the record wrote a stretch of its text, where that is not how it would by default.
    fn written(&self, _raw: &[u8], _record: &Record<'_>, _at: Range<usize>) -> Option<String> {
        None
    }
}

/// Finds where records end in a stream of bytes.
pub trait Split: Send {
    /// Adds the offset behind each record that ends in `bytes`, which follow those it saw before.
    fn ends(&mut self, bytes: &[u8], ends: &mut Vec<usize>);
}

/// What reads the records of a file.
pub fn format(kind: Kind, args: &InputArgs) -> Box<dyn Format> {
    match kind {
        Kind::Text => Box::new(text::Text::new(args.encoding)),
        Kind::Jsonl => Box::new(jsonl::Jsonl(jsonl::Fields::new(args))),
        Kind::Json => Box::new(json::Json(jsonl::Fields::new(args))),
        Kind::Csv | Kind::Tsv => Box::new(csv::Table::new(delimiter(kind), args)),
        Kind::Warc => Box::new(warc::Warc),
        #[cfg(feature = "parquet")]
        Kind::Parquet => Box::new(super::parquet::Column),
        #[cfg(feature = "html")]
        Kind::Html => Box::new(super::html::Page::new(args.encoding)),
        #[allow(unreachable_patterns)]
        _ => unreachable!("a format that is not built in is refused before it is opened"),
    }
}

/// What parts a stream into records; none for files that are one article or no stream. Of an
/// `opened` stream the beginning was read before.
pub fn split(kind: Kind, opened: bool) -> Option<Box<dyn Split>> {
    match kind {
        Kind::Jsonl => Some(Box::new(jsonl::Lines)),
        Kind::Json => Some(Box::new(json::Values::new(opened))),
        Kind::Csv | Kind::Tsv => Some(Box::new(csv::Rows::new(delimiter(kind)))),
        Kind::Warc => Some(Box::new(warc::Records::default())),
        Kind::Text | Kind::Html | Kind::Parquet => None,
    }
}

fn delimiter(kind: Kind) -> u8 {
    if kind == Kind::Tsv { b'\t' } else { b',' }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_formats() {
        for (name, kind) in [
            ("a.txt", Some(Kind::Text)),
            ("b/a.JSONL.GZ", Some(Kind::Jsonl)),
            ("a.warc.wet.gz", Some(Kind::Warc)),
            ("a.csv.zst", Some(Kind::Csv)),
            ("a.gz", None),
            (".gz", None),
            ("txt", None),
        ] {
            assert_eq!(Kind::of(Path::new(name)), kind, "{name}");
        }
    }
}
