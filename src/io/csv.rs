//! Tables with a header line, fields parted by commas or tabs. Only bytes of the text's field are
//! touched: quotes, spacing and line ends of the others stay as they were.

use super::{
    args::InputArgs,
    format::{Format, Raw, Split},
    record::{Edit, Found, Record, splice},
};
use anyhow::{Result, bail};
use csv_core::{ReadFieldResult, ReadRecordResult, Reader, ReaderBuilder};
use std::{borrow::Cow, ops::Range};

/// Where the columns stand that matter.
pub struct Table {
    delimiter: u8,
    /// Names as the flags give them: text, url, host, title, lang.
    names: [String; 5],
    places: [Option<usize>; 5],
    columns: usize,
}

/// One field of a row.
struct Field {
    value: Range<usize>,
    /// Its bytes in the row, quotes included.
    raw: Range<usize>,
}

impl Table {
    pub fn new(delimiter: u8, args: &InputArgs) -> Table {
        let names = [&args.text_field, &args.url_field, &args.host_field, &args.title_field, &args.lang_field].map(Clone::clone);
        Table { delimiter, names, places: [None; 5], columns: 0 }
    }

    /// The fields of a row, and their values one after another.
    fn fields(&self, raw: &[u8]) -> (Vec<Field>, Vec<u8>) {
        let mut reader = reader(self.delimiter);
        let mut values = vec![0; raw.len() + 1];
        let (mut fields, mut at, mut start, mut out) = (Vec::new(), 0, 0, 0);
        // Line ends in front of a row belong to no field.
        let first = raw.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let mut begin = first;
        loop {
            let (result, read, written) = reader.read_field(&raw[at..], &mut values[out..]);
            at += read;
            out += written;
            match result {
                ReadFieldResult::Field { record_end } => {
                    let closed =
                        at > begin && (raw[at - 1] == self.delimiter || matches!(raw[at - 1], b'\r' | b'\n')) && read > 0;
                    fields.push(Field { value: start..out, raw: begin..at - usize::from(closed) });
                    (start, begin) = (out, at);
                    if record_end {
                        break;
                    }
                }
                // Called again without input it ends the last field.
                ReadFieldResult::InputEmpty => {}
                ReadFieldResult::OutputFull | ReadFieldResult::End => break,
            }
        }
        (fields, values)
    }
}

impl Format for Table {
    fn header(&mut self, first: &[u8]) -> Result<()> {
        let bare = first.strip_prefix(MARK).unwrap_or(first);
        let (fields, values) = self.fields(bare);
        let names: Vec<Cow<'_, str>> = fields.iter().map(|field| String::from_utf8_lossy(&values[field.value.clone()])).collect();
        for (name, place) in self.names.iter().zip(&mut self.places) {
            let mut found = names.iter().enumerate().filter(|(_, known)| known.trim() == name);
            *place = found.next().map(|(at, _)| at);
            if found.next().is_some() {
                bail!("two columns are called `{name}`; which one counts would be a guess; it was left as it is; rename one");
            }
        }
        self.columns = names.len();
        if self.places[0].is_none() {
            bail!(
                "no column `{}` in the first line; it was left as it is; say with --text-field which one holds the text: {}",
                self.names[0],
                names.join(", ")
            );
        }
        Ok(())
    }

    fn read<'a>(&self, raw: Raw<'a>) -> Found<'a> {
        if raw.bytes.iter().all(|byte| matches!(byte, b'\r' | b'\n')) {
            return Found::Frame;
        }
        let (fields, values) = self.fields(raw.bytes);
        if fields.len() != self.columns {
            return Found::Bad(format!("{} fields where the first line has {}", fields.len(), self.columns));
        }
        let value = |which: usize| self.places[which].map(|at| (&fields[at], &values[fields[at].value.clone()]));
        let Some((field, text)) = value(0) else { return Found::Frame };
        let told = |which: usize| {
            let (_, value) = value(which)?;
            std::str::from_utf8(value).ok().filter(|value| !value.is_empty()).map(|value| Cow::Owned(value.to_owned()))
        };
        let Ok(text) = std::str::from_utf8(text) else { return Found::Bad("not UTF-8".to_owned()) };
        let written = &raw.bytes[field.raw.clone()];
        let place = match written {
            [b'"', inner @ .., b'"'] if text.replace('"', "\"\"").as_bytes() == inner => field.raw.start + 1..field.raw.end - 1,
            bare if bare == text.as_bytes() => field.raw.clone(),
            _ => return Found::Bad("the quotes around the text do not fit".to_owned()),
        };
        let text = Cow::Owned(text.to_owned());
        Found::Article(Record { text, place, url: told(1), host: told(2), title: told(3), lang: told(4) })
    }

    fn write(&self, raw: &[u8], record: &Record<'_>, edits: &[Edit<'_>]) -> Result<Vec<u8>, String> {
        let place = record.place.clone();
        if place.start > 0 && raw[place.start - 1] == b'"' {
            let offsets = offsets(&raw[place.clone()], edits.iter().flat_map(|edit| [edit.at.start, edit.at.end]));
            let places = offsets.chunks(2).map(|pair| place.start + pair[0]..place.start + pair[1]);
            return Ok(splice(raw, places.zip(edits.iter().map(|edit| Cow::Owned(edit.with.replace('"', "\"\""))))));
        }
        let places = edits.iter().map(|edit| place.start + edit.at.start..place.start + edit.at.end);
        let row = splice(raw, places.zip(edits.iter().map(|edit| Cow::Borrowed(edit.with))));
        // Without quotes a text may come to read otherwise: by one in front of it, or as a blank line.
        match self.read(Raw { bytes: &row, row: None }) {
            Found::Article(read) if read.text == super::record::edited(&record.text, edits) => Ok(row),
            _ => Err("without quotes around it the changed text would read otherwise".to_owned()),
        }
    }
}

/// Where offsets of a text lie in the quoted field that writes it. The offsets ascend.
fn offsets(quoted: &[u8], wanted: impl Iterator<Item = usize>) -> Vec<usize> {
    let (mut raw, mut at) = (0, 0);
    wanted
        .map(|wanted| {
            while at < wanted {
                raw += if quoted[raw] == b'"' { 2 } else { 1 };
                at += 1;
            }
            raw
        })
        .collect()
}

fn reader(delimiter: u8) -> Reader {
    ReaderBuilder::new().delimiter(delimiter).build()
}

/// A byte order mark.
const MARK: &[u8] = "\u{feff}".as_bytes();

/// Parts a stream at its rows: a line end within quotes is none.
pub struct Rows {
    reader: Reader,
    /// How much of a mark the stream began with, as long as that could be one.
    mark: Option<usize>,
    /// The reader has seen nothing yet.
    untouched: bool,
    fields: [u8; 4096],
    ends: [usize; 64],
    /// A row ended at a carriage return that was the last byte.
    after_return: bool,
}

impl Rows {
    pub fn new(delimiter: u8) -> Rows {
        let reader = reader(delimiter);
        Rows { reader, mark: Some(0), untouched: true, fields: [0; 4096], ends: [0; 64], after_return: false }
    }

    fn read(&mut self, bytes: &[u8]) -> (ReadRecordResult, usize) {
        // The reader would skip a mark, but only one whose bytes come together.
        let bytes = if std::mem::take(&mut self.untouched) { &bytes[..bytes.len().min(1)] } else { bytes };
        let (result, read, ..) = self.reader.read_record(bytes, &mut self.fields, &mut self.ends);
        (result, read)
    }

    /// Bytes of a mark at the start of the stream among these.
    fn skip_mark(&mut self, bytes: &[u8]) -> usize {
        let Some(seen) = self.mark else { return 0 };
        let same = bytes.iter().zip(&MARK[seen..]).take_while(|(byte, mark)| byte == mark).count();
        let all = seen + same;
        self.mark = if all < MARK.len() && same == bytes.len() { Some(all) } else { None };
        if self.mark.is_none() && all < MARK.len() {
            // It was none.
            for byte in MARK[..all].chunks(1) {
                self.read(byte);
            }
        }
        same
    }
}

impl Split for Rows {
    fn ends(&mut self, bytes: &[u8], ends: &mut Vec<usize>) {
        let mut at = self.skip_mark(bytes);
        if std::mem::take(&mut self.after_return) && bytes.first() == Some(&b'\n') {
            at = 1;
        }
        while at < bytes.len() {
            let (result, read) = self.read(&bytes[at..]);
            at += read;
            if let ReadRecordResult::Record = result {
                match bytes.get(at) {
                    Some(b'\n') if bytes[at - 1] == b'\r' => at += 1,
                    None => self.after_return = bytes[at - 1] == b'\r',
                    _ => {}
                }
                ends.push(at);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table {
        let names = ["text", "url", "host", "title", "lang"].map(str::to_owned);
        let mut table = Table { delimiter: b',', names, places: [None; 5], columns: 0 };
        table.header(b"\xef\xbb\xbfid,text,\"url\"\r\n").unwrap();
        table
    }

    #[test]
    fn only_the_text_is_rewritten() {
        let table = table();
        let row = b"\r\n\"1\" ,\"a \"\"b\"\"\r\nc\", \"x\"\"\r\n";
        let Found::Article(record) = table.read(Raw { bytes: row, row: None }) else { panic!() };
        assert_eq!((&*record.text, record.url.as_deref()), ("a \"b\"\r\nc", Some(" \"x\"\"")));
        let cut = table.write(row, &record, &[Edit::cut(2..7)]).unwrap();
        assert_eq!(cut, b"\r\n\"1\" ,\"a c\", \"x\"\"\r\n");
        let Found::Article(cleaned) = table.read(Raw { bytes: &cut, row: None }) else { panic!() };
        let back = [Edit { at: 2..2, with: "\"b\"\r\n", written: None }];
        assert_eq!(table.write(&cut, &cleaned, &back).unwrap(), row);
    }

    #[test]
    fn a_text_without_quotes_is_refused_where_it_would_need_them() {
        let table = table();
        let row = b"1,x \"b\",u";
        let Found::Article(record) = table.read(Raw { bytes: row, row: None }) else { panic!() };
        assert_eq!(table.write(row, &record, &[Edit::cut(1..5)]).unwrap(), b"1,x,u");
        assert!(table.write(row, &record, &[Edit::cut(0..2)]).is_err());
        for bad in ["1,\"x\"y,u\n", "1,\"x,u\n", "1,x\n", "1,x,u,v\n"] {
            assert!(matches!(table.read(Raw { bytes: bad.as_bytes(), row: None }), Found::Bad(_)), "{bad}");
        }
    }

    /// Found by fuzzing: a mark whose bytes came one by one was a row.
    #[test]
    fn a_mark_is_none_of_a_row_wherever_it_is_cut() {
        for text in ["\u{feff}\n,1\n2", "\u{feff}a\nb", "\u{feff}\u{feff}\n,1\n2", "\u{fefe}\n,1\n2"] {
            let ends = |step: usize| {
                let (mut split, mut all) = (Rows::new(b','), Vec::new());
                for (number, bytes) in text.as_bytes().chunks(step).enumerate() {
                    let mut ends = Vec::new();
                    split.ends(bytes, &mut ends);
                    all.extend(ends.iter().map(|end| number * step + end));
                }
                all
            };
            (1..text.len()).for_each(|step| assert_eq!(ends(step), ends(text.len()), "{text:?} in steps of {step}"));
        }
    }

    #[test]
    fn rows_part_alike_wherever_the_bytes_are_cut() {
        let text = "a,\"b\nc\"\r\n\r\nd,\"e\"\"\r\n\"\r\nf,g\"h\ni,\"j";
        let expected = ["a,\"b\nc\"\r\n", "\r\nd,\"e\"\"\r\n\"\r\n", "f,g\"h\n", "i,\"j"];
        for step in 1..=text.len() {
            let mut split = Rows::new(b',');
            let (mut parts, mut ends, mut at) = (Vec::new(), Vec::new(), 0);
            for (number, bytes) in text.as_bytes().chunks(step).enumerate() {
                ends.clear();
                split.ends(bytes, &mut ends);
                for end in &ends {
                    parts.push(&text[std::mem::replace(&mut at, number * step + end)..number * step + end]);
                }
            }
            parts.push(&text[at..]);
            let joined: Vec<String> = parts.iter().map(|part| part.trim_matches(['\r', '\n']).to_owned()).collect();
            let wanted: Vec<String> = expected.iter().map(|part| part.trim_matches(['\r', '\n']).to_owned()).collect();
            assert_eq!(joined, wanted, "{step}");
            assert_eq!(parts.concat(), text);
        }
    }
}
