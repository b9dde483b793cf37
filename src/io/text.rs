//! One article a file.

use super::{
    encoding::{Choice, decode, encode},
    format::{Format, Raw},
    record::{Edit, Found, Record, edited},
};

/// Plain text in some encoding.
pub struct Text {
    choice: Choice,
}

impl Text {
    pub fn new(choice: Choice) -> Text {
        Text { choice }
    }
}

impl Format for Text {
    fn read<'a>(&self, raw: Raw<'a>) -> Found<'a> {
        match decode(raw.bytes, self.choice.of(raw.bytes)) {
            Ok(text) => Found::Article(Record { text, place: 0..raw.bytes.len(), ..Record::default() }),
            Err(what) => Found::Bad(what),
        }
    }

    fn write(&self, raw: &[u8], record: &Record<'_>, edits: &[Edit<'_>]) -> Result<Vec<u8>, String> {
        let encoding = self.choice.of(raw);
        let text = edited(&record.text, edits);
        let bytes = encode(&text, encoding).ok_or_else(|| format!("{} lacks a character of the text", encoding.name()))?;
        // A guess that what is left would not repeat makes a second run read another text.
        match self.choice.of(&bytes) == encoding || self.choice != Choice::Auto {
            true => Ok(bytes),
            false => Err(format!("without its cuts it would no longer look like {}; name it with --encoding", encoding.name())),
        }
    }
}
