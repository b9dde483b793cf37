//! A record on its way: what a batch hands to those who clean, show or restore it.

use super::{
    args::AboutArgs,
    format::{Format, Kind, Raw},
    record::{Edit, Found, Record},
    walk::Input,
};
use dechaff::{Article, Cleaned, Entry};
use std::borrow::Cow;

/// One record of a file.
pub struct Item<'a> {
    pub input: &'a Input,
    /// Its number in the file, from 1, where the file holds more than one; the line, in JSONL.
    pub record: Option<usize>,
    pub(super) format: &'a dyn Format,
    pub(super) raw: Raw<'a>,
    pub(super) found: Found<'a>,
    pub(super) about: &'a AboutArgs,
}

impl<'a> Item<'a> {
    /// Its place in messages.
    pub fn shown(&self) -> String {
        match (self.record, self.input.kind) {
            (None, _) => self.input.shown(),
            (Some(number), Kind::Jsonl) => format!("{}:{number}", self.input.shown()),
            (Some(number), _) => format!("{}: record {number}", self.input.shown()),
        }
    }

    /// Its article; none for what is none; what is wrong with it.
    pub fn article(&self) -> Option<Result<Article<'_>, &str>> {
        match &self.found {
            Found::Article(record) => Some(Ok(self.tell(record))),
            Found::Frame => None,
            Found::Bad(what) => Some(Err(what)),
        }
    }

    /// What the record says of itself counts before the folder's name, and that before the flags.
    fn tell<'t>(&'t self, record: &'t Record<'_>) -> Article<'t> {
        let url = Article::new("").url(record.url.as_deref());
        let host = record.host.as_deref().or(url.host()).or(self.input.host.as_deref());
        about(&record.text, self.about).host_name(host).title(record.title.as_deref()).lang(record.lang.as_deref())
    }

    /// The address that the record tells.
    pub fn url(&self) -> Option<&str> {
        match &self.found {
            Found::Article(record) => record.url.as_deref(),
            _ => None,
        }
    }

    /// Its bytes as they stand in the file; none for a table's empty cell.
    pub fn bytes(&self) -> Option<&'a [u8]> {
        if self.raw.row.is_some_and(|row| row.null) { None } else { Some(self.raw.bytes) }
    }

    /// Its bytes with its text changed, and as they are where nothing is.
    pub fn changed(&self, edits: &[Edit<'_>]) -> Result<Option<Cow<'a, [u8]>>, String> {
        match &self.found {
            Found::Article(record) if !edits.is_empty() || self.is_extracted() => {
                self.format.write(self.raw.bytes, record, edits).map(Cow::Owned).map(Some)
            }
            _ => Ok(self.bytes().map(Cow::Borrowed)),
        }
    }

    /// Would these bytes in its place hold this text?
    pub fn would_read(&self, bytes: &[u8], text: &str) -> bool {
        let raw = Raw { bytes, row: self.raw.row };
        self.is_extracted() || matches!(self.format.read(raw), Found::Article(record) if record.text == text)
    }

    /// Is its text found in the file and not the file's own?
    pub fn is_extracted(&self) -> bool {
        self.input.kind == Kind::Html
    }

    /// Its ledger entry, where something went or it was held.
    pub fn entry(&self, cleaned: &Cleaned<'_>) -> Option<Entry> {
        let Found::Article(record) = &self.found else { return None };
        let mut entry = Entry::of(cleaned)?;
        entry.path = Some(self.input.shown());
        entry.record = self.record;
        for (cut, made) in entry.cuts.iter_mut().zip(cleaned.cuts()) {
            cut.json = self.format.written(self.raw.bytes, record, made.bytes());
        }
        Some(entry)
    }
}

/// The article with what flags say about it.
pub fn about<'t>(text: &'t str, about: &'t AboutArgs) -> Article<'t> {
    Article::new(text)
        .host_name(about.host.as_deref())
        .url(about.url.as_deref())
        .title(about.title.as_deref())
        .lang(about.lang.as_deref())
}
