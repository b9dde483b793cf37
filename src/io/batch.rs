//! Runs articles through a cleaner, on all cores and in input order, and hands each to a sink.

use super::{
    about,
    jsonl::{self, Fields},
    walk::Input,
};
use crate::cli::args::InputArgs;
use anyhow::{Context, Result};
use dechaff::{Article, Cleaned, Cleaner, Entry};
use rayon::prelude::*;
use std::{
    borrow::Cow,
    io::{self, BufRead, BufReader, Read, Write},
    ops::Range,
};

/// Text files that are cleaned side by side before the sink gets them.
const FILES: usize = 128;

/// Bytes of records that are.
const BYTES: usize = 4 << 20;

/// One article, or a record that is none.
pub struct Item<'a> {
    pub input: &'a Input,
    /// The line of the file, from 1, where the file holds an article a line.
    pub record: Option<usize>,
    /// Its bytes in the file, line end included.
    raw: &'a [u8],
    /// The bytes of `raw` that write the text as JSON, for a record.
    json: Option<Range<usize>>,
    /// The host it is from, where that is known.
    pub host: Option<&'a str>,
    pub outcome: Result<Cleaned<'a>, String>,
}

/// What a batch leads to.
pub trait Sink: Sync {
    /// What is worked out of an item, side by side with others.
    type Part: Send;

    fn look(&self, item: &Item<'_>) -> Self::Part;
    fn begin(&mut self, input: &Input) -> Result<()>;
    fn put(&mut self, input: &Input, part: Self::Part) -> Result<()>;
    fn end(&mut self, input: &Input) -> Result<()>;
}

/// Feeds every article of the inputs to the sink. A file that cannot be done is reported and the
/// others are done all the same; true where that happened.
pub fn run<S: Sink>(inputs: &[Input], args: &InputArgs, cleaner: &Cleaner, sink: &mut S) -> Result<bool> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(args.jobs.unwrap_or(0)).build()?;
    let batch = Batch { args, cleaner, pool: &pool };
    let mut trouble = false;
    let mut report = |result: Result<()>| match result {
        Err(error) if super::is_broken_pipe(&error) => Err(error),
        Err(error) => {
            trouble = true;
            note(&format!("{error:#}"));
            Ok(())
        }
        Ok(()) => Ok(()),
    };
    for group in inputs.chunk_by(|a, b| !a.jsonl && !b.jsonl) {
        if group[0].jsonl {
            report(batch.records(&group[0], sink))?;
            continue;
        }
        for files in group.chunks(FILES) {
            for (input, part) in files.iter().zip(batch.texts(files, &*sink)) {
                report(part.and_then(|part| {
                    sink.begin(input)?;
                    sink.put(input, part)?;
                    sink.end(input)
                }))?;
            }
        }
    }
    Ok(trouble)
}

/// A line on stderr; nobody listening is no reason to fail.
pub fn note(text: &str) {
    let _ = writeln!(io::stderr(), "dechaff: {}", crate::report::visible(text));
}

struct Batch<'a> {
    args: &'a InputArgs,
    cleaner: &'a Cleaner,
    pool: &'a rayon::ThreadPool,
}

impl Batch<'_> {
    fn texts<S: Sink>(&self, inputs: &[Input], sink: &S) -> Vec<Result<S::Part>> {
        let one = |input: &Input| {
            let raw = input.source.read().with_context(|| format!("{}: cannot be read; it was left out", input.shown))?;
            let article = std::str::from_utf8(&raw).map(|text| self.article(text, input, None));
            let outcome = match &article {
                Ok(article) => Ok(self.cleaner.clean(article)),
                Err(error) => Err(format!("not UTF-8 (byte {}); left as it is; convert it first", error.valid_up_to())),
            };
            let host = article.ok().and_then(|article| article.host());
            Ok(sink.look(&Item { input, record: None, raw: &raw, json: None, host, outcome }))
        };
        match inputs {
            [single] => vec![one(single)],
            many => self.pool.install(|| many.par_iter().map(one).collect()),
        }
    }

    fn records<S: Sink>(&self, input: &Input, sink: &mut S) -> Result<()> {
        let unreadable = || format!("{}: cannot be read; the rest of it was left out", input.shown);
        let mut reader = BufReader::with_capacity(1 << 18, input.source.open().with_context(unreadable)?);
        sink.begin(input)?;
        let fields = Fields::new(self.args);
        let mut number = 1;
        let mut block = Vec::new();
        loop {
            block.clear();
            reader.by_ref().take(BYTES as u64).read_to_end(&mut block).with_context(unreadable)?;
            if block.is_empty() {
                break;
            }
            if !block.ends_with(b"\n") {
                reader.read_until(b'\n', &mut block).with_context(unreadable)?;
            }
            let lines: Vec<(usize, &[u8])> = (number..).zip(block.split_inclusive(|&byte| byte == b'\n')).collect();
            number += lines.len();
            let look = |&(number, raw): &(usize, &[u8])| self.record(input, number, raw, &fields, &*sink);
            let parts: Vec<S::Part> = self.pool.install(|| lines.par_iter().with_min_len(16).map(look).collect());
            for part in parts {
                sink.put(input, part)?;
            }
        }
        sink.end(input)
    }

    fn record<S: Sink>(&self, input: &Input, number: usize, raw: &[u8], fields: &Fields<'_>, sink: &S) -> S::Part {
        let line = std::str::from_utf8(raw).map_err(|_| "not UTF-8".to_owned());
        let record =
            line.and_then(|line| if line.trim().is_empty() { Ok(jsonl::Record::default()) } else { jsonl::read(line, fields) });
        match record {
            Ok(record) => {
                let article = self.article(&record.text, input, Some(&record));
                let outcome = Ok(self.cleaner.clean(&article));
                sink.look(&Item {
                    input,
                    record: Some(number),
                    raw,
                    json: Some(record.place.clone()),
                    host: article.host(),
                    outcome,
                })
            }
            Err(what) => {
                let outcome = Err(format!("{what}; passed through as it is"));
                sink.look(&Item { input, record: Some(number), raw, json: None, host: None, outcome })
            }
        }
    }

    /// What the record says of itself counts before the folder's name, and that before the flags.
    fn article<'t>(&'t self, text: &'t str, input: &'t Input, record: Option<&'t jsonl::Record<'t>>) -> Article<'t> {
        let told =
            |pick: fn(&'t jsonl::Record<'t>) -> &'t Option<Cow<'t, str>>| record.and_then(|record| pick(record).as_deref());
        let host = told(|r| &r.host).or_else(|| Article::new("").url(told(|r| &r.url)).host()).or(input.host.as_deref());
        about(text, &self.args.about).host_name(host).title(told(|r| &r.title)).lang(told(|r| &r.lang))
    }
}

impl<'a> Item<'a> {
    /// Its place in messages.
    pub fn shown(&self) -> String {
        match self.record {
            Some(number) => format!("{}:{number}", self.input.shown),
            None => self.input.shown.clone(),
        }
    }

    /// Its bytes after cleaning.
    pub fn output(&self) -> Cow<'a, [u8]> {
        let Ok(cleaned) = &self.outcome else { return Cow::Borrowed(self.raw) };
        if cleaned.cuts().is_empty() {
            return Cow::Borrowed(self.raw);
        }
        let mut out = Vec::with_capacity(self.raw.len());
        let mut at = 0;
        for range in self.raw_cuts(cleaned) {
            out.extend_from_slice(&self.raw[at..range.start]);
            at = range.end;
        }
        out.extend_from_slice(&self.raw[at..]);
        Cow::Owned(out)
    }

    /// The bytes of the file that its cuts take.
    fn raw_cuts(&self, cleaned: &Cleaned<'_>) -> Vec<Range<usize>> {
        let ranges = cleaned.cuts().iter().map(|cut| cut.bytes());
        match self.json_text() {
            None => ranges.collect(),
            Some((start, json)) => {
                let offsets = jsonl::raw_offsets(json, ranges.flat_map(|range| [range.start, range.end]));
                offsets.chunks(2).map(|pair| start + pair[0]..start + pair[1]).collect()
            }
        }
    }

    fn json_text(&self) -> Option<(usize, &'a str)> {
        let place = self.json.clone()?;
        let json = std::str::from_utf8(&self.raw[place.clone()]).ok()?;
        Some((place.start, json))
    }

    /// Its ledger entry, where something went or it was held.
    pub fn entry(&self) -> Option<Entry> {
        let cleaned = self.outcome.as_ref().ok()?;
        if cleaned.cuts().is_empty() && cleaned.held().is_none() {
            return None;
        }
        let mut entry = Entry::new(cleaned);
        entry.path = Some(self.input.shown.clone());
        entry.record = self.record;
        if let Some((start, json)) = self.json_text() {
            for (cut, range) in entry.cuts.iter_mut().zip(self.raw_cuts(cleaned)) {
                let written = &json[range.start - start..range.end - start];
                let by_default = serde_json::to_string(&cut.text).unwrap_or_default();
                cut.json = (by_default[1..by_default.len() - 1] != *written).then(|| written.to_owned());
            }
        }
        Some(entry)
    }
}
