//! Any file of records: parted alike wherever its bytes are cut; what is cut from a record and put
//! back gives its bytes.
#![no_main]
#![allow(dead_code, unexpected_cfgs)]

#[path = "../io/mod.rs"]
mod io;

use clap::Parser;
use io::{
    args::InputArgs,
    format::{Format, Kind, Raw, format, split},
    record::{Edit, Found},
};
use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;

/// Nothing but defaults.
#[derive(Parser)]
struct Cli {
    #[command(flatten)]
    input: InputArgs,
}

static ARGS: LazyLock<Cli> = LazyLock::new(|| Cli::parse_from(["record"]));

const KINDS: [Kind; 6] = [Kind::Jsonl, Kind::Json, Kind::Csv, Kind::Tsv, Kind::Warc, Kind::Text];

// The first byte is the format, the second how large the pieces are that the stream comes in, the
// third and fourth what is cut; the rest is the file.
fuzz_target!(|data: &[u8]| {
    let [kind, step, from, to, bytes @ ..] = data else { return };
    let kind = KINDS[usize::from(*kind) % KINDS.len()];
    let mut format = format(kind, &ARGS.input);
    let records = records(kind, bytes, usize::from(*step).max(1));
    if kind.has_header() && format.header(records.first().copied().unwrap_or_default()).is_err() {
        return;
    }
    for record in records.into_iter().skip(usize::from(kind.has_header())) {
        there_and_back(&*format, record, usize::from(*from), usize::from(*to));
    }
});

/// Where the records end when the stream comes in pieces of so many bytes.
fn ends(kind: Kind, bytes: &[u8], step: usize) -> Vec<usize> {
    let (mut at, mut all, mut ends) = (0, Vec::new(), Vec::new());
    let Some(mut split) = split(kind, false) else { return all };
    for piece in bytes.chunks(step) {
        ends.clear();
        split.ends(piece, &mut ends);
        assert!(ends.is_sorted() && ends.iter().all(|&end| end <= piece.len()));
        // A line feed that comes later than its carriage return belongs to the row behind, as any line
        // end in front of a row does.
        let is_split = |end: usize| end > 0 && bytes[end - 1] == b'\r' && bytes.get(end) == Some(&b'\n');
        all.extend(ends.iter().map(|end| at + end).map(|end| end + usize::from(is_split(end))));
        at += piece.len();
    }
    all
}

fn records(kind: Kind, bytes: &[u8], step: usize) -> Vec<&[u8]> {
    let mut ends = ends(kind, bytes, bytes.len().max(1));
    assert_eq!(ends, self::ends(kind, bytes, step), "{kind:?} in steps of {step}");
    ends.push(bytes.len());
    let mut start = 0;
    ends.into_iter().map(|end| &bytes[std::mem::replace(&mut start, end)..end]).filter(|record| !record.is_empty()).collect()
}

fn there_and_back(format: &dyn Format, raw: &[u8], from: usize, to: usize) {
    let Found::Article(record) = format.read(Raw { bytes: raw, row: None }) else { return };
    // A byte order mark is never cut.
    let first = if record.text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let at = |wanted: usize| record.text.floor_char_boundary(wanted).max(first);
    let (start, end) = (at(from.min(to)), at(from.max(to)));
    let written = format.written(raw, &record, start..end);
    let Ok(cut) = format.write(raw, &record, &[Edit::cut(start..end)]) else { return };
    let Found::Article(cleaned) = format.read(Raw { bytes: &cut, row: None }) else {
        panic!("{:?} is no record any more", String::from_utf8_lossy(&cut))
    };
    assert_eq!(cleaned.text, [&record.text[..start], &record.text[end..]].concat());
    let back = Edit { at: start..start, with: &record.text[start..end], written: written.as_deref() };
    assert_eq!(format.write(&cut, &cleaned, &[back]).unwrap(), raw, "gives back");
}
