//! `dechaff restore`.

use super::{End, args::RestoreArgs};
use crate::io::{
    batch::{self, Sink},
    blocks::Block,
    compress::Codec,
    item::Item,
    ledger::is_table,
    output::{
        Files, Output,
        place::{self, Place},
    },
    progress::note,
    record::Edit,
    source::Source,
    walk::{Input, inputs},
};
use anyhow::{Context, Result, anyhow, bail};
use dechaff::{Entry, EntryCut, checksum};
use std::{
    collections::HashMap,
    fs,
    io::{BufRead, BufReader},
    path::Path,
};

pub fn run(args: &RestoreArgs) -> Result<End> {
    let ledger = Ledger::read(&args.ledger)?;
    let inputs = inputs(&args.paths, &args.input)?;
    let place = Place::choose(&inputs.files, args.write, args.output.as_deref())?;
    let _locks = place.lock(&args.paths)?;
    let mut restoring = Restoring { files: Files::new(place, &args.input.text_field), codec: Codec::Plain };
    let done = batch::run(&inputs.files, &args.input, |item, part| ledger.look(item, part), &mut restoring)?;
    restoring.files.close(true, false)?;
    Ok(End { found: false, trouble: inputs.trouble || !done.undone.is_empty() })
}

/// What comes of records that follow one another.
#[derive(Default)]
struct Part {
    output: Output,
    /// Why a file is not to be touched.
    wrong: Option<anyhow::Error>,
}

struct Restoring {
    files: Files,
    codec: Codec,
}

impl Sink for Restoring {
    type Part = Part;

    fn begin(&mut self, input: &Input, codec: Codec) -> Result<()> {
        self.codec = codec;
        self.files.begin(input, codec)
    }

    fn put(&mut self, input: &Input, block: &Block, part: Part) -> Result<()> {
        match part.wrong {
            Some(wrong) => Err(wrong),
            None => self.files.put(input, block, part.output, self.codec),
        }
    }

    fn end(&mut self, input: &Input) -> Result<()> {
        self.files.end(input)
    }

    fn give_up(&mut self, _: &Input) {
        self.files.give_up(false);
    }
}

/// The entries of a ledger by the checksum of the cleaned text: a file may have been moved.
struct Ledger {
    entries: HashMap<String, Vec<Entry>>,
    /// Checksums of the cleaned text by file and record, to tell a text that was changed since.
    places: HashMap<(String, Option<usize>), String>,
}

impl Ledger {
    fn read(path: &Path) -> Result<Ledger> {
        let mut ledger = Ledger { entries: HashMap::new(), places: HashMap::new() };
        let unread = || format!("{}: the ledger cannot be read", path.display());
        #[cfg(feature = "parquet")]
        if is_table(path)? {
            let add = |entry| {
                ledger.add(entry);
                Ok(())
            };
            crate::io::parquet::ledger::read(path, add).with_context(unread)?;
            return Ok(ledger);
        }
        is_table(path)?;
        let file = fs::File::open(path).with_context(unread)?;
        for (at, line) in BufReader::new(file).lines().enumerate() {
            let line = line.with_context(unread)?;
            if line.trim().is_empty() {
                continue;
            }
            let entry: Entry = match serde_json::from_str(&line) {
                Ok(entry) => entry,
                // A run that was killed wrote half an entry, and not yet the file it speaks of.
                Err(error) if error.is_eof() => {
                    note(&format!("{}:{}: an entry that was cut short; left out", path.display(), at + 1));
                    continue;
                }
                Err(error) => bail!(
                    "{}:{}: no ledger entry: {error}; nothing was restored; use an undamaged ledger",
                    path.display(),
                    at + 1
                ),
            };
            ledger.add(entry);
        }
        Ok(ledger)
    }

    fn add(&mut self, entry: Entry) {
        if let Some(path) = &entry.path {
            self.places.insert((path.clone(), entry.record), entry.cleaned.clone());
        }
        self.entries.entry(entry.cleaned.clone()).or_default().push(entry);
    }

    fn look(&self, item: &Item<'_>, part: &mut Part) {
        match self.original(item).with_context(|| item.shown()) {
            Ok(Some(bytes)) => {
                part.output.changed = true;
                part.output.push(&bytes);
            }
            Ok(None) => part.output.push(item.bytes().unwrap_or_default()),
            Err(wrong) => part.wrong = part.wrong.take().or(Some(wrong)),
        }
    }

    /// The bytes of a record that the ledger knows, or none for one that was never cut.
    fn original(&self, item: &Item<'_>) -> Result<Option<Vec<u8>>> {
        // What is no article, or a bad one, was never cleaned.
        let Some(Ok(article)) = item.article() else { return Ok(None) };
        let text = article.text();
        let Some(entry) = self.entry(text, item.input, item.record)? else { return Ok(None) };
        // Checks that the cuts fit before the record is put together from the same cuts.
        let original = entry.restore(text)?;
        let (mut edits, mut taken) = (Vec::with_capacity(entry.cuts.len()), 0);
        for EntryCut { start, end, text, json, .. } in &entry.cuts {
            let at = start - taken;
            taken += end - start;
            edits.push(Edit { at: at..at, with: text, written: json.as_deref() });
        }
        let bytes = item.changed(&edits).map_err(|what| anyhow!("{what}; it was left as it is"))?;
        if bytes.as_ref().is_some_and(|bytes| !item.would_read(bytes, &original)) {
            bail!("what the ledger says of how it was written gives another text; it was left as it is; use an undamaged ledger");
        }
        Ok(bytes.map(|bytes| bytes.into_owned()))
    }

    fn entry(&self, cleaned: &str, input: &Input, record: Option<usize>) -> Result<Option<&Entry>> {
        let sum = checksum(cleaned);
        let Some(entries) = self.entries.get(&sum) else {
            let place = (input.shown(), record);
            // An original that still stands where its cleaned text went elsewhere is as it should be.
            let known =
                self.places.get(&place).is_some_and(|cleaned| self.entries[cleaned].iter().all(|entry| entry.original != sum));
            if known {
                bail!("the text was changed since it was cleaned; putting the cuts back would garble it; it was left as it is");
            }
            return Ok(None);
        };
        let named = |entry: &&Entry| match &input.source {
            Source::Stdin => entries.iter().all(|other| other.original == entry.original),
            // Many records may read the same once they are clean.
            Source::File(_) if entry.record != record => false,
            Source::File(_) => {
                // Of a page the text was written.
                let path = place::result(Path::new(entry.path.as_deref().unwrap_or_default()));
                path.ends_with(input.below()) || path.as_os_str() == input.shown().as_str()
            }
        };
        let found = entries.iter().rev().find(named);
        if found.is_none() {
            // It may be an article that never held any chaff and reads like one that did.
            let known = entries[0].path.as_deref().unwrap_or("another name");
            note(&format!(
                "{}: left as it is: the ledger knows this text only as {known}; restore it under that name",
                input.shown()
            ));
        }
        Ok(found.filter(|entry| !entry.cuts.is_empty()))
    }
}
