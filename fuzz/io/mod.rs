//! The binary's formats, which the library does not have.

#[path = "../../src/io/args.rs"]
pub mod args;
#[path = "../../src/io/csv.rs"]
mod csv;
#[path = "../../src/io/encoding.rs"]
pub mod encoding;
#[path = "../../src/io/format.rs"]
pub mod format;
#[path = "../../src/io/json.rs"]
mod json;
#[path = "../../src/io/jsonl.rs"]
mod jsonl;
#[path = "../../src/io/record.rs"]
pub mod record;
#[path = "../../src/io/text.rs"]
mod text;
#[path = "../../src/io/warc.rs"]
mod warc;
