//! `dechaff restore`.

use super::{
    End,
    args::RestoreArgs,
    clean::{Files, Place},
};
use crate::io::{
    Source,
    batch::note,
    jsonl::{self, Fields},
    walk::{Input, inputs},
};
use anyhow::{Context, Result, bail};
use dechaff::{Entry, checksum};
use std::{
    collections::HashMap,
    fs,
    io::{BufRead, BufReader},
    path::Path,
};

pub fn run(args: &RestoreArgs) -> Result<End> {
    let ledger = Ledger::read(&args.ledger)?;
    let inputs = inputs(&args.paths, &args.input)?;
    let mut files = Files::new(Place::choose(&inputs, args.write, args.output.as_deref())?);
    let fields = Fields::new(&args.input);
    let mut end = End::default();
    for input in &inputs {
        if let Err(error) = restore(input, &ledger, &fields, &mut files) {
            if crate::io::is_broken_pipe(&error) {
                return Err(error);
            }
            note(&format!("{error:#}"));
            end.trouble = true;
        }
    }
    files.flush()?;
    Ok(end)
}

fn restore(input: &Input, ledger: &Ledger, fields: &Fields<'_>, files: &mut Files) -> Result<()> {
    if !input.jsonl {
        let bytes = input.source.read().with_context(|| format!("{}: cannot be read", input.shown))?;
        let restored = match std::str::from_utf8(&bytes) {
            Ok(text) => ledger.original(text, input, None).with_context(|| input.shown.clone())?,
            // What is not UTF-8 was never cleaned.
            Err(_) => None,
        };
        files.begin(input)?;
        files.put(input, restored.as_deref().map_or(&bytes[..], str::as_bytes), restored.is_some())?;
        return files.end();
    }
    let mut reader = BufReader::new(input.source.open().with_context(|| format!("{}: cannot be read", input.shown))?);
    files.begin(input)?;
    let mut line = Vec::new();
    for number in 1.. {
        line.clear();
        if reader.read_until(b'\n', &mut line).with_context(|| format!("{}: cannot be read", input.shown))? == 0 {
            break;
        }
        let restored = ledger.record(&line, number, input, fields).with_context(|| format!("{}:{number}", input.shown))?;
        files.put(input, restored.as_deref().unwrap_or(&line), restored.is_some())?;
    }
    files.end()
}

/// The entries of a ledger by the checksum of the cleaned text: a file may have been moved.
struct Ledger {
    entries: HashMap<String, Vec<Entry>>,
    /// Checksums of the cleaned text by file and record, to tell a text that was changed since.
    places: HashMap<(String, Option<usize>), String>,
}

impl Ledger {
    fn read(path: &Path) -> Result<Ledger> {
        let file = fs::File::open(path).with_context(|| format!("{}: the ledger cannot be read", path.display()))?;
        let mut ledger = Ledger { entries: HashMap::new(), places: HashMap::new() };
        for (at, line) in BufReader::new(file).lines().enumerate() {
            let line = line.with_context(|| format!("{}: the ledger cannot be read", path.display()))?;
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
            if let Some(path) = &entry.path {
                ledger.places.insert((path.clone(), entry.record), entry.cleaned.clone());
            }
            ledger.entries.entry(entry.cleaned.clone()).or_default().push(entry);
        }
        Ok(ledger)
    }

    /// The original of a text that the ledger knows, or none for one that was never cut.
    fn original(&self, cleaned: &str, input: &Input, record: Option<usize>) -> Result<Option<String>> {
        match self.entry(cleaned, input, record)? {
            Some(entry) => Ok(Some(entry.restore(cleaned)?)),
            None => Ok(None),
        }
    }

    fn entry(&self, cleaned: &str, input: &Input, record: Option<usize>) -> Result<Option<&Entry>> {
        let sum = checksum(cleaned);
        let Some(entries) = self.entries.get(&sum) else {
            let place = (input.shown.clone(), record);
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
            Source::File(_) => {
                let path = Path::new(entry.path.as_deref().unwrap_or_default());
                entry.record == record && (path.ends_with(&input.below) || path.as_os_str() == input.shown.as_str())
            }
        };
        let found = entries.iter().rev().find(named);
        if found.is_none() {
            // It may be an article that never held any chaff and reads like one that did.
            let known = entries[0].path.as_deref().unwrap_or("another name");
            note(&format!(
                "{}: left as it is: the ledger knows this text only as {known}; restore it under that name",
                input.shown
            ));
        }
        Ok(found.filter(|entry| !entry.cuts.is_empty()))
    }

    fn record(&self, line: &[u8], number: usize, input: &Input, fields: &Fields<'_>) -> Result<Option<Vec<u8>>> {
        let Ok(text) = std::str::from_utf8(line) else { return Ok(None) };
        let Ok(record) = jsonl::read(text, fields) else { return Ok(None) };
        let Some(entry) = self.entry(&record.text, input, Some(number))? else { return Ok(None) };
        // Checks that the cuts fit before the JSON is put together from the same cuts.
        entry.restore(&record.text)?;
        let json = &text[record.place.clone()];
        let mut taken = 0;
        let places: Vec<usize> = entry.cuts.iter().map(|cut| (cut.start - taken, taken += cut.end - cut.start).0).collect();
        let mut restored = line[..record.place.start].to_vec();
        let mut at = 0;
        for (cut, raw) in entry.cuts.iter().zip(jsonl::raw_offsets(json, places)) {
            restored.extend_from_slice(&json.as_bytes()[at..raw]);
            match &cut.json {
                Some(json) => restored.extend_from_slice(json.as_bytes()),
                None => {
                    let written = serde_json::to_string(&cut.text)?;
                    restored.extend_from_slice(&written.as_bytes()[1..written.len() - 1]);
                }
            }
            at = raw;
        }
        restored.extend_from_slice(&line[record.place.start + at..]);
        Ok(Some(restored))
    }
}
