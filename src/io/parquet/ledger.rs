//! A ledger as a table: one row a cut, and one for a held article.

use anyhow::{Context, Result, bail};
use dechaff::{Entry, EntryCut};
use parquet::{
    basic::{Compression, ZstdLevel},
    data_type::{ByteArray, ByteArrayType, DataType, Int64Type},
    file::{
        properties::WriterProperties,
        reader::{FileReader, SerializedFileReader},
        writer::{SerializedFileWriter, SerializedRowGroupWriter},
    },
    record::{Field, Row},
    schema::parser::parse_message_type,
};
use std::{fs::File, io::Write, path::Path, sync::Arc};

/// `cut` counts the cuts of an article from 0, so that a row with 0, or none, begins another one.
const SCHEMA: &str = "message ledger {
    OPTIONAL BYTE_ARRAY path (UTF8);
    OPTIONAL INT64 record;
    REQUIRED BYTE_ARRAY original (UTF8);
    REQUIRED BYTE_ARRAY cleaned (UTF8);
    REQUIRED BYTE_ARRAY version (UTF8);
    OPTIONAL BYTE_ARRAY held (UTF8);
    OPTIONAL INT64 cut;
    OPTIONAL BYTE_ARRAY rule (UTF8);
    OPTIONAL BYTE_ARRAY category (UTF8);
    OPTIONAL BYTE_ARRAY confidence (UTF8);
    OPTIONAL INT64 line;
    OPTIONAL INT64 start;
    OPTIONAL INT64 end;
    OPTIONAL BYTE_ARRAY text (UTF8);
    OPTIONAL BYTE_ARRAY json (UTF8);
    OPTIONAL BYTE_ARRAY captures (UTF8);
    OPTIONAL BYTE_ARRAY evidence (UTF8);
}";

/// Rows of a row group: a few MiB.
const ROWS: usize = 1 << 15;

/// Writes entries as a table.
pub struct LedgerWriter<W: Write + Send> {
    file: SerializedFileWriter<W>,
    rows: Vec<(Arc<Entry>, Option<usize>)>,
}

impl<W: Write + Send> LedgerWriter<W> {
    pub fn new(file: W) -> Result<LedgerWriter<W>> {
        let schema = Arc::new(parse_message_type(SCHEMA)?);
        let properties = WriterProperties::builder().set_compression(Compression::ZSTD(ZstdLevel::default())).build();
        Ok(LedgerWriter { file: SerializedFileWriter::new(file, schema, Arc::new(properties))?, rows: Vec::new() })
    }

    pub fn add(&mut self, entry: Entry) -> Result<()> {
        let entry = Arc::new(entry);
        if entry.cuts.is_empty() {
            self.rows.push((Arc::clone(&entry), None));
        }
        self.rows.extend((0..entry.cuts.len()).map(|at| (Arc::clone(&entry), Some(at))));
        if self.rows.len() < ROWS { Ok(()) } else { self.flush() }
    }

    pub fn finish(mut self) -> Result<W> {
        self.flush()?;
        Ok(self.file.into_inner()?)
    }

    fn flush(&mut self) -> Result<()> {
        let rows = std::mem::take(&mut self.rows);
        let mut group = self.file.next_row_group()?;
        let of_cut = |text: fn(&EntryCut) -> Option<&str>| {
            rows.iter().map(|(entry, at)| at.and_then(|at| text(&entry.cuts[at])).map(ByteArray::from)).collect::<Vec<_>>()
        };
        let number = |number: fn(&EntryCut) -> usize| {
            rows.iter().map(|(entry, at)| at.map(|at| number(&entry.cuts[at]) as i64)).collect::<Vec<_>>()
        };
        let of_entry =
            |text: fn(&Entry) -> Option<&str>| rows.iter().map(|(entry, _)| text(entry).map(ByteArray::from)).collect::<Vec<_>>();
        let json = |json: fn(&EntryCut) -> Option<serde_json::Result<Vec<u8>>>| {
            let cell = |(entry, at): &(Arc<Entry>, Option<usize>)| at.and_then(|at| json(&entry.cuts[at])).transpose();
            rows.iter().map(|row| Ok(cell(row)?.map(ByteArray::from))).collect::<Result<Vec<_>>>()
        };
        let captures = json(|cut| (!cut.captures.is_empty()).then(|| serde_json::to_vec(&cut.captures)))?;
        let evidence = json(|cut| (!cut.evidence.is_empty()).then(|| serde_json::to_vec(&cut.evidence)))?;
        let records = rows.iter().map(|(entry, _)| entry.record.map(|record| record as i64)).collect();
        let cuts = rows.iter().map(|(_, at)| at.map(|at| at as i64)).collect();
        column::<ByteArrayType, W>(&mut group, of_entry(|entry| entry.path.as_deref()))?;
        column::<Int64Type, W>(&mut group, records)?;
        column::<ByteArrayType, W>(&mut group, of_entry(|entry| Some(&entry.original)))?;
        column::<ByteArrayType, W>(&mut group, of_entry(|entry| Some(&entry.cleaned)))?;
        column::<ByteArrayType, W>(&mut group, of_entry(|entry| Some(&entry.version)))?;
        column::<ByteArrayType, W>(&mut group, of_entry(|entry| entry.held.as_deref()))?;
        column::<Int64Type, W>(&mut group, cuts)?;
        column::<ByteArrayType, W>(&mut group, of_cut(|cut| Some(&cut.rule)))?;
        column::<ByteArrayType, W>(&mut group, of_cut(|cut| Some(&cut.category)))?;
        column::<ByteArrayType, W>(&mut group, of_cut(|cut| Some(&cut.confidence)))?;
        column::<Int64Type, W>(&mut group, number(|cut| cut.line))?;
        column::<Int64Type, W>(&mut group, number(|cut| cut.start))?;
        column::<Int64Type, W>(&mut group, number(|cut| cut.end))?;
        column::<ByteArrayType, W>(&mut group, of_cut(|cut| Some(&cut.text)))?;
        column::<ByteArrayType, W>(&mut group, of_cut(|cut| cut.json.as_deref()))?;
        column::<ByteArrayType, W>(&mut group, captures)?;
        column::<ByteArrayType, W>(&mut group, evidence)?;
        group.close()?;
        Ok(())
    }
}

fn column<T: DataType, W: Write + Send>(group: &mut SerializedRowGroupWriter<'_, W>, cells: Vec<Option<T::T>>) -> Result<()> {
    let mut column = group.next_column()?.context("the ledger has a column less than its schema")?;
    let levels: Vec<i16> = cells.iter().map(|cell| i16::from(cell.is_some())).collect();
    let values: Vec<T::T> = cells.into_iter().flatten().collect();
    column.typed::<T>().write_batch(&values, Some(&levels), None)?;
    Ok(column.close()?)
}

/// Hands out the entries of such a table, in order.
///
/// # Errors
/// Where the file is no ledger.
pub fn read(path: &Path, mut each: impl FnMut(Entry) -> Result<()>) -> Result<()> {
    let file = SerializedFileReader::new(File::open(path)?)?;
    let mut last: Option<Entry> = None;
    for row in file.get_row_iter(None)? {
        let (entry, cut) = parse(&row?)?;
        match (&mut last, cut) {
            (Some(last), Some((at, cut))) if at > 0 => last.cuts.push(cut),
            (_, cut) => {
                let cuts = cut.map(|(_, cut)| cut).into_iter().collect();
                last.replace(Entry { cuts, ..entry }).map_or(Ok(()), &mut each)?;
            }
        }
    }
    last.map_or(Ok(()), each)
}

fn parse(row: &Row) -> Result<(Entry, Option<(usize, EntryCut)>)> {
    let mut entry: Entry = serde_json::from_str(r#"{"original":"","cleaned":"","version":"","cuts":[]}"#)?;
    let mut cut: EntryCut =
        serde_json::from_str(r#"{"rule":"","category":"","confidence":"","line":0,"start":0,"end":0,"text":""}"#)?;
    let mut number = None;
    for (name, field) in row.get_column_iter() {
        match (name.as_str(), field) {
            (_, Field::Null) => {}
            ("path", Field::Str(text)) => entry.path = Some(text.clone()),
            ("record", Field::Long(at)) => entry.record = Some(usize::try_from(*at)?),
            ("original", Field::Str(text)) => entry.original.clone_from(text),
            ("cleaned", Field::Str(text)) => entry.cleaned.clone_from(text),
            ("version", Field::Str(text)) => entry.version.clone_from(text),
            ("held", Field::Str(text)) => entry.held = Some(text.clone()),
            ("cut", Field::Long(at)) => number = Some(usize::try_from(*at)?),
            ("rule", Field::Str(text)) => cut.rule.clone_from(text),
            ("category", Field::Str(text)) => cut.category.clone_from(text),
            ("confidence", Field::Str(text)) => cut.confidence.clone_from(text),
            ("line", Field::Long(at)) => cut.line = usize::try_from(*at)?,
            ("start", Field::Long(at)) => cut.start = usize::try_from(*at)?,
            ("end", Field::Long(at)) => cut.end = usize::try_from(*at)?,
            ("text", Field::Str(text)) => cut.text.clone_from(text),
            ("json", Field::Str(text)) => cut.json = Some(text.clone()),
            ("captures", Field::Str(text)) => cut.captures = serde_json::from_str(text)?,
            ("evidence", Field::Str(text)) => cut.evidence = serde_json::from_str(text)?,
            (name, _) => bail!("a column `{name}` that no ledger has"),
        }
    }
    Ok((entry, number.map(|number| (number, cut))))
}
