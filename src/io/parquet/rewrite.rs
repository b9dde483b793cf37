//! Writes a table again with other texts. Every other column is copied as it stands, page for page;
//! schema, metadata, row groups and the compression of each column stay.

use super::text_column;
use crate::io::{blocks::Block, output::Output, output::draft::Draft, source::Source};
use anyhow::{Context, Result, anyhow, bail};
use parquet::{
    bloom_filter::Sbbf,
    column::writer::ColumnCloseResult,
    data_type::{ByteArray, ByteArrayType},
    file::{
        metadata::{PageIndexPolicy, ParquetMetaData, ParquetMetaDataReader},
        properties::{EnabledStatistics, WriterProperties, WriterVersion},
        writer::{SerializedFileWriter, SerializedRowGroupWriter},
    },
};
use std::{
    fs::File,
    path::{Path, PathBuf},
    sync::{
        Arc,
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    thread::{self, JoinHandle},
};

/// The texts of rows that follow one another; none for an empty cell.
type Texts = Vec<Option<ByteArray>>;

/// Takes the texts of a table, row by row. The writer of a row group borrows that of the file, so both
/// live on a thread of their own.
pub struct Rewriter {
    send: Option<SyncSender<Texts>>,
    thread: Option<JoinHandle<Result<Draft>>>,
}

impl Rewriter {
    pub fn new(source: &Source, column: &str, draft: Draft) -> Result<Rewriter> {
        let Source::File(path) = source else { bail!("a table cannot be read from a pipe; name the file") };
        let (path, column): (PathBuf, String) = (path.clone(), column.to_owned());
        let (send, receive) = sync_channel(2);
        let thread = thread::spawn(move || rewrite(&path, &column, draft, &receive));
        Ok(Rewriter { send: Some(send), thread: Some(thread) })
    }

    pub fn put(&mut self, block: &Block, output: &Output) -> Result<()> {
        let bytes = ByteArray::from(output.bytes.clone());
        let mut at = 0;
        let cells = output.ends.iter().zip(&block.rows).map(|(&end, row)| {
            let start = std::mem::replace(&mut at, end);
            (!row.null).then(|| bytes.slice(start, end - start))
        });
        let sent = self.send.as_ref().is_some_and(|send| send.send(cells.collect()).is_ok());
        // It only ends early to say why.
        if sent { Ok(()) } else { self.join().map(|_| ()) }
    }

    /// The whole file.
    pub fn finish(mut self) -> Result<Draft> {
        self.join()
    }

    fn join(&mut self) -> Result<Draft> {
        self.send = None;
        let thread = self.thread.take().context("the table was given up before")?;
        thread.join().map_err(|_| anyhow!("the writer of the table died"))?
    }
}

impl Drop for Rewriter {
    /// Waits, so that nothing is written any more when the draft is thought to be gone.
    fn drop(&mut self) {
        self.send = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn rewrite(path: &Path, column: &str, draft: Draft, receive: &Receiver<Texts>) -> Result<Draft> {
    let input = File::open(path)?;
    let old = ParquetMetaDataReader::new().with_page_index_policy(PageIndexPolicy::Optional).parse_and_finish(&input)?;
    let schema = old.file_metadata().schema_descr();
    let text = text_column(schema, column)?;
    let mut file = SerializedFileWriter::new(draft, schema.root_schema_ptr(), Arc::new(properties(&old, text)))?;
    for at in 0..old.num_row_groups() {
        let mut group = file.next_row_group()?;
        for column in 0..old.row_group(at).num_columns() {
            if column == text {
                write(&mut group, old.row_group(at).num_rows() as usize, receive)?;
            } else {
                copy(&mut group, &input, &old, at, column)?;
            }
        }
        group.close()?;
    }
    if receive.recv().is_ok() {
        bail!("the table has more rows than its row groups say");
    }
    Ok(file.into_inner()?)
}

/// Writes the texts of a row group as they come.
fn write(group: &mut SerializedRowGroupWriter<'_, Draft>, rows: usize, receive: &Receiver<Texts>) -> Result<()> {
    let mut column = group.next_column()?.context("the table has a column less than its schema")?;
    let mut left = rows;
    while left > 0 {
        let texts = receive.recv().context("given up")?;
        left = left.checked_sub(texts.len()).context("a row group has more rows than it says")?;
        let levels: Vec<i16> = texts.iter().map(|text| i16::from(text.is_some())).collect();
        let values: Vec<ByteArray> = texts.into_iter().flatten().collect();
        column.typed::<ByteArrayType>().write_batch(&values, Some(&levels), None)?;
    }
    Ok(column.close()?)
}

/// Copies a column of a row group as it stands.
fn copy(
    group: &mut SerializedRowGroupWriter<'_, Draft>,
    input: &File,
    old: &ParquetMetaData,
    at: usize,
    column: usize,
) -> Result<()> {
    let metadata = old.row_group(at).column(column);
    let index = old.page_index();
    let close = ColumnCloseResult {
        bytes_written: metadata.compressed_size() as u64,
        rows_written: old.row_group(at).num_rows() as u64,
        metadata: metadata.clone(),
        bloom_filter: Sbbf::read_from_column_chunk(metadata, input)?,
        column_index: index.and_then(|index| index.column_index(at, column)).cloned(),
        offset_index: index.and_then(|index| index.offset_index(at, column)).cloned(),
    };
    Ok(group.append_column(input, close)?)
}

/// How the text is to be written: like it was.
fn properties(old: &ParquetMetaData, text: usize) -> WriterProperties {
    let file = old.file_metadata();
    let version = if file.version() >= 2 { WriterVersion::PARQUET_2_0 } else { WriterVersion::PARQUET_1_0 };
    let mut properties =
        WriterProperties::builder().set_writer_version(version).set_key_value_metadata(file.key_value_metadata().cloned());
    if let Some(by) = file.created_by() {
        properties = properties.set_created_by(by.to_owned());
    }
    let Some(group) = old.row_groups().first() else { return properties.build() };
    let column = group.column(text);
    let path = column.column_path().clone();
    let statistics = match (column.statistics(), column.column_index_offset()) {
        (None, _) => EnabledStatistics::None,
        (Some(_), None) => EnabledStatistics::Chunk,
        (Some(_), Some(_)) => EnabledStatistics::Page,
    };
    // Without its text as it was, a table sorted by it is sorted no more.
    let sorted = group.sorting_columns().filter(|columns| columns.iter().all(|column| column.column_idx as usize != text));
    properties
        .set_sorting_columns(sorted.cloned())
        .set_column_compression(path.clone(), column.compression())
        .set_column_dictionary_enabled(path.clone(), column.dictionary_page_offset().is_some())
        .set_column_statistics_enabled(path, statistics)
        .set_offset_index_disabled(column.offset_index_offset().is_none() && statistics != EnabledStatistics::Page)
        .build()
}
