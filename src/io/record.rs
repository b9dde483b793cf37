//! One record of a file: its text, what it says about itself, and changes to its text.

use std::{borrow::Cow, ops::Range};

/// What stands in the bytes of a record.
pub enum Found<'a> {
    Article(Record<'a>),
    /// No article and no mistake: a blank line, the header of a table, the bracket of an array.
    Frame,
    /// What is wrong with it.
    Bad(String),
}

/// An article as a file holds it.
#[derive(Default)]
pub struct Record<'a> {
    pub text: Cow<'a, str>,
    /// The bytes of the record that write the text, without quotes around it.
    pub place: Range<usize>,
    pub url: Option<Cow<'a, str>>,
    pub host: Option<Cow<'a, str>>,
    pub title: Option<Cow<'a, str>>,
    pub lang: Option<Cow<'a, str>>,
}

/// A stretch of a record's text that is replaced: by nothing when it is cut, by what was cut when it
/// is put back.
pub struct Edit<'a> {
    /// Bytes of the text. Edits ascend and do not overlap.
    pub at: Range<usize>,
    pub with: &'a str,
    /// How the file wrote `with`, where that is not how it would be written by default.
    pub written: Option<&'a str>,
}

impl Edit<'_> {
    pub fn cut(at: Range<usize>) -> Edit<'static> {
        Edit { at, with: "", written: None }
    }
}

/// Bytes with each of the ranges replaced. The ranges ascend and do not overlap.
pub fn splice<'e>(bytes: &[u8], edits: impl IntoIterator<Item = (Range<usize>, Cow<'e, str>)>) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    for (range, with) in edits {
        out.extend_from_slice(&bytes[at..range.start]);
        out.extend_from_slice(with.as_bytes());
        at = range.end;
    }
    out.extend_from_slice(&bytes[at..]);
    out
}

/// The text after its edits.
pub fn edited(text: &str, edits: &[Edit<'_>]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for edit in edits {
        out.push_str(&text[at..edit.at.start]);
        out.push_str(edit.with);
        at = edit.at.end;
    }
    out.push_str(&text[at..]);
    out
}
