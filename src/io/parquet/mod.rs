//! Parquet tables: the text column is read a batch at a time; see `rewrite` for how it is written.

pub mod ledger;
mod rewrite;

pub use rewrite::Rewriter;

use super::{
    blocks::{BLOCK, Block, Piece, Position},
    format::{Format, Raw, Row},
    record::{Edit, Found, Record, edited},
    source::{LONGEST, Source},
};
use crate::io::args::InputArgs;
use anyhow::{Result, bail};
use parquet::{
    basic::Type,
    column::reader::{ColumnReaderImpl, get_typed_column_reader},
    data_type::{ByteArray, ByteArrayType},
    file::{
        reader::{FileReader, RowGroupReader},
        serialized_reader::SerializedFileReader,
    },
    schema::types::SchemaDescriptor,
};
use std::{borrow::Cow, fs::File};

/// The cells of a text column.
pub struct Column;

impl Format for Column {
    fn read<'a>(&self, raw: Raw<'a>) -> Found<'a> {
        let Some(row) = raw.row.filter(|row| !row.null) else { return Found::Frame };
        if raw.bytes.len() > LONGEST {
            return Found::Bad(format!("longer than {} MiB, which no article is", LONGEST >> 20));
        }
        let told = |value: &'a Option<String>| value.as_deref().filter(|value| !value.is_empty()).map(Cow::Borrowed);
        match std::str::from_utf8(raw.bytes) {
            Ok(text) => Found::Article(Record {
                text: Cow::Borrowed(text),
                place: 0..raw.bytes.len(),
                url: told(&row.url),
                host: told(&row.host),
                title: told(&row.title),
                lang: told(&row.lang),
            }),
            Err(_) => Found::Bad("not UTF-8".to_owned()),
        }
    }

    fn write(&self, _: &[u8], record: &Record<'_>, edits: &[Edit<'_>]) -> Result<Vec<u8>, String> {
        Ok(edited(&record.text, edits).into_bytes())
    }
}

/// Reads a table as blocks of rows; none spans two row groups.
pub struct Table {
    file: SerializedFileReader<File>,
    /// Where text, url, host, title and lang stand.
    columns: [Option<usize>; 5],
    group: usize,
    open: Option<Group>,
    rows: usize,
}

/// A row group that is being read.
struct Group {
    columns: [Option<Cells>; 5],
    left: usize,
    /// Rows that make a block.
    step: usize,
}

struct Cells {
    reader: ColumnReaderImpl<ByteArrayType>,
    optional: bool,
}

impl Table {
    /// Opens a table.
    ///
    /// # Errors
    /// Where it is none, or its text is no column of texts.
    pub fn open(source: &Source, args: &InputArgs) -> Result<Table> {
        let Source::File(path) = source else { bail!("a table cannot be read from a pipe; name the file") };
        let file = SerializedFileReader::new(File::open(path)?)?;
        let schema = file.metadata().file_metadata().schema_descr();
        let text = text_column(schema, &args.text_field)?;
        let find = |name: &str| column(schema, name).filter(|&at| is_text(schema, at));
        let others = [&args.url_field, &args.host_field, &args.title_field, &args.lang_field].map(|name| find(name));
        let columns = [Some(text), others[0], others[1], others[2], others[3]];
        Ok(Table { file, columns, group: 0, open: None, rows: 0 })
    }

    fn next_group(&mut self) -> Result<Option<Group>> {
        let metadata = self.file.metadata();
        if self.group == metadata.num_row_groups() {
            return Ok(None);
        }
        let group = self.file.get_row_group(self.group)?;
        let columns = self.columns.map(|at| at.map(|at| cells(&*group, at)).transpose());
        let [text, url, host, title, lang] = columns;
        let meta = metadata.row_group(self.group);
        let left = meta.num_rows() as usize;
        let bytes = self.columns[0].map_or(0, |at| meta.column(at).uncompressed_size() as usize);
        let step = (BLOCK / (bytes / left.max(1)).max(1)).clamp(1, 8192);
        self.group += 1;
        Ok(Some(Group { columns: [text?, url?, host?, title?, lang?], left, step }))
    }

    fn block(&mut self) -> Result<Option<Block>> {
        loop {
            match &mut self.open {
                Some(group) if group.left > 0 => break,
                _ => match self.next_group()? {
                    Some(group) => self.open = Some(group),
                    None => return Ok(None),
                },
            }
        }
        let Some(group) = &mut self.open else { return Ok(None) };
        let count = group.step.min(group.left);
        group.left -= count;
        let mut columns = Vec::with_capacity(5);
        for cells in &mut group.columns {
            columns.push(cells.as_mut().map(|cells| cells.read(count)).transpose()?);
        }
        let mut block = Block { start: Position { offset: 0, records: self.rows }, piece: Piece::Whole, ..Block::default() };
        self.rows += count;
        for at in 0..count {
            let cell = |which: usize| columns[which].as_ref().and_then(|cells: &Vec<Option<ByteArray>>| cells[at].as_ref());
            let told = |which: usize| cell(which).and_then(|cell| String::from_utf8(cell.data().to_vec()).ok());
            let text = cell(0);
            block.bytes.extend_from_slice(text.map_or(&[], |text| text.data()));
            block.ends.push(block.bytes.len());
            block.rows.push(Row { null: text.is_none(), url: told(1), host: told(2), title: told(3), lang: told(4) });
        }
        Ok(Some(block))
    }
}

impl Iterator for Table {
    type Item = Result<Block>;

    fn next(&mut self) -> Option<Result<Block>> {
        self.block().transpose()
    }
}

impl Cells {
    /// The next cells; none for an empty one.
    fn read(&mut self, count: usize) -> Result<Vec<Option<ByteArray>>> {
        let (mut values, mut levels) = (Vec::with_capacity(count), Vec::with_capacity(count));
        let (rows, _, _) = self.reader.read_records(count, Some(&mut levels), None, &mut values)?;
        if rows != count {
            bail!("a column ends {} rows before its row group does", count - rows);
        }
        if !self.optional {
            return Ok(values.into_iter().map(Some).collect());
        }
        let mut values = values.into_iter();
        Ok(levels.into_iter().map(|level| if level > 0 { values.next() } else { None }).collect())
    }
}

fn cells(group: &dyn RowGroupReader, at: usize) -> Result<Cells> {
    let optional = group.metadata().column(at).column_descr().max_def_level() > 0;
    Ok(Cells { reader: get_typed_column_reader(group.get_column_reader(at)?), optional })
}

/// A top-level column by its name.
fn column(schema: &SchemaDescriptor, name: &str) -> Option<usize> {
    schema.columns().iter().position(|column| matches!(column.path().parts(), [only] if only == name))
}

fn is_text(schema: &SchemaDescriptor, at: usize) -> bool {
    let column = schema.column(at);
    column.physical_type() == Type::BYTE_ARRAY && column.max_rep_level() == 0 && column.max_def_level() < 2
}

/// The column that holds the text.
fn text_column(schema: &SchemaDescriptor, name: &str) -> Result<usize> {
    let Some(at) = column(schema, name) else {
        let known: Vec<String> = schema.columns().iter().map(|column| column.path().string()).collect();
        bail!("no column `{name}` at the top of the table; say with --text-field which one holds the text: {}", known.join(", "));
    };
    if !is_text(schema, at) {
        bail!("the column `{name}` holds no texts; say with --text-field which one does");
    }
    Ok(at)
}
