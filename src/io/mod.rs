//! Reading and writing: one file a format, layers for compression and encodings, and the batch that
//! runs over all of them.

pub mod args;
pub mod batch;
pub mod blocks;
pub mod compress;
mod csv;
pub mod encoding;
pub mod format;
#[cfg(feature = "html")]
mod html;
pub mod item;
mod json;
mod jsonl;
pub mod ledger;
pub mod output;
#[cfg(feature = "parquet")]
pub mod parquet;
pub mod progress;
pub mod record;
pub mod resume;
pub mod source;
mod text;
pub mod walk;
mod warc;

use std::io;

/// Did the reader of our output go away? That ends a command quietly.
pub fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| cause.downcast_ref::<io::Error>().is_some_and(|io| io.kind() == io::ErrorKind::BrokenPipe))
}
