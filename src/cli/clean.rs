//! `dechaff clean`.

use super::{End, args::CleanArgs, setup};
use crate::io::{
    Source,
    atomic::Draft,
    batch::{self, Item, Sink, note},
    walk::{Input, inputs},
};
use anyhow::{Context, Result, bail};
use dechaff::Entry;
use std::{
    collections::HashMap,
    fs,
    io::{self, IsTerminal, Write},
    path::{Path, PathBuf},
};

pub fn run(args: &CleanArgs) -> Result<End> {
    let cleaner = setup::cleaner(&args.rules)?;
    let inputs = inputs(&args.paths, &args.input)?;
    let place = if args.check { Place::Nowhere } else { Place::choose(&inputs, args.write, args.output.as_deref())? };
    let ledger = args.ledger.as_deref().map(open_ledger).transpose()?;
    let mut cleaning = Cleaning { ledger, check: args.check, files: Files::new(place), counts: Counts::default() };
    let trouble = batch::run(&inputs, &args.input, &cleaner, &mut cleaning)?;
    cleaning.files.flush()?;
    let counts = cleaning.counts;
    if io::stderr().is_terminal() || counts.held > HELD_SHOWN {
        note(&format!("{} articles: {} cuts in {}, {} held", counts.articles, counts.cuts, counts.touched, counts.held));
    }
    Ok(End { found: args.check && counts.touched > 0, trouble: trouble || counts.bad > 0 || (args.strict && counts.held > 0) })
}

/// Held articles that are named one by one.
const HELD_SHOWN: usize = 20;

#[derive(Default)]
struct Counts {
    articles: usize,
    touched: usize,
    cuts: usize,
    held: usize,
    bad: usize,
}

struct Cleaning {
    ledger: Option<fs::File>,
    check: bool,
    files: Files,
    counts: Counts,
}

/// What comes of one article.
struct Part {
    shown: String,
    /// Its bytes, where they are written.
    bytes: Vec<u8>,
    cuts: usize,
    held: Option<String>,
    problem: Option<String>,
    entry: Option<Entry>,
}

impl Sink for Cleaning {
    type Part = Part;

    fn look(&self, item: &Item<'_>) -> Part {
        Part {
            shown: item.shown(),
            bytes: if self.check { Vec::new() } else { item.output().into_owned() },
            cuts: item.outcome.as_ref().map_or(0, |cleaned| cleaned.cuts().len()),
            held: item.outcome.as_ref().ok().and_then(|cleaned| cleaned.held()).map(|reason| reason.to_string()),
            problem: item.outcome.as_ref().err().cloned(),
            entry: if self.ledger.is_some() { item.entry() } else { None },
        }
    }

    fn begin(&mut self, input: &Input) -> Result<()> {
        self.files.begin(input)
    }

    fn put(&mut self, input: &Input, part: Part) -> Result<()> {
        let counts = &mut self.counts;
        counts.articles += 1;
        counts.touched += usize::from(part.cuts > 0);
        counts.cuts += part.cuts;
        if let Some(reason) = part.held {
            counts.held += 1;
            if counts.held <= HELD_SHOWN {
                note(&format!("{}: held, left as it is: {reason}", part.shown));
            }
        }
        if let Some(problem) = part.problem {
            counts.bad += 1;
            note(&format!("{}: {problem}", part.shown));
        }
        if self.check && part.cuts > 0 {
            writeln!(io::stdout(), "{}: {}", crate::report::visible(&part.shown), crate::report::count(part.cuts, "cut"))?;
        }
        // The ledger first: what it does not know could not be put back.
        if let (Some(ledger), Some(entry)) = (&mut self.ledger, part.entry) {
            let mut line = serde_json::to_vec(&entry)?;
            line.push(b'\n');
            ledger.write_all(&line).context("the ledger cannot be written")?;
        }
        self.files.put(input, &part.bytes, part.cuts > 0)
    }

    fn end(&mut self, _: &Input) -> Result<()> {
        if let Some(ledger) = &self.ledger
            && self.files.replaces()
        {
            ledger.sync_data().context("the ledger cannot be written")?;
        }
        self.files.end()
    }
}

/// A ledger is added to, never overwritten: it may hold what an earlier run cut.
fn open_ledger(path: &Path) -> Result<fs::File> {
    let context = || format!("{}: the ledger cannot be written", path.display());
    let mut file = fs::OpenOptions::new().create(true).read(true).append(true).open(path).with_context(context)?;
    let len = file.metadata().with_context(context)?.len();
    if len > 0 {
        // A run that was killed may have left half a line.
        use io::{Read, Seek, SeekFrom};
        let mut last = [0];
        file.seek(SeekFrom::Start(len - 1)).and_then(|_| file.read_exact(&mut last)).with_context(context)?;
        if last != *b"\n" {
            file.write_all(b"\n").with_context(context)?;
        }
    }
    Ok(file)
}

/// Where results go.
pub enum Place {
    Nowhere,
    Stdout,
    Original,
    Folder(PathBuf),
}

impl Place {
    /// Refuses what would garble or overwrite something before anything is written.
    pub fn choose(inputs: &[Input], in_place: bool, folder: Option<&Path>) -> Result<Place> {
        if in_place {
            if inputs.iter().any(|input| matches!(input.source, Source::Stdin)) {
                bail!("-w writes files in place; standard input is none; leave -w out or name files");
            }
            return Ok(Place::Original);
        }
        if let Some(folder) = folder {
            let mut targets: HashMap<&Path, &str> = HashMap::new();
            for input in inputs {
                if let Some(first) = targets.insert(&input.below, &input.shown) {
                    bail!(
                        "{first} and {} would both become {}; one would be lost; clean them into folders of their own",
                        input.shown,
                        folder.join(&input.below).display()
                    );
                }
                if let (Source::File(source), Ok(target)) = (&input.source, fs::canonicalize(folder.join(&input.below)))
                    && fs::canonicalize(source).is_ok_and(|source| source == target)
                {
                    bail!(
                        "-o {} would overwrite {} while it is read; choose another folder, or -w to clean in place",
                        folder.display(),
                        input.shown
                    );
                }
            }
            return Ok(Place::Folder(folder.to_owned()));
        }
        if inputs.len() > 1 && inputs.iter().any(|input| !input.jsonl) {
            bail!(
                "{} articles would run together on one standard output; say -o DIR for a cleaned copy or -w to clean in place",
                inputs.len()
            );
        }
        Ok(Place::Stdout)
    }
}

/// Writes results to their place, a file at a time.
pub struct Files {
    place: Place,
    stdout: io::BufWriter<io::Stdout>,
    draft: Option<Draft>,
    changed: bool,
}

impl Files {
    pub fn new(place: Place) -> Files {
        Files { place, stdout: io::BufWriter::with_capacity(1 << 16, io::stdout()), draft: None, changed: false }
    }

    fn replaces(&self) -> bool {
        matches!(self.place, Place::Original) && self.changed
    }

    pub fn begin(&mut self, input: &Input) -> Result<()> {
        self.changed = false;
        self.draft = match (&self.place, &input.source) {
            // A record file is written as it is read; whether it changes shows at its end.
            (Place::Original, Source::File(path)) if input.jsonl => Some(Draft::new(path)?),
            (Place::Folder(folder), _) => {
                let target = folder.join(&input.below);
                if let Some(parent) = target.parent() {
                    fs::create_dir_all(parent).with_context(|| format!("{}: cannot be made", parent.display()))?;
                }
                Some(Draft::new(&target)?)
            }
            _ => None,
        };
        Ok(())
    }

    pub fn put(&mut self, input: &Input, bytes: &[u8], changed: bool) -> Result<()> {
        self.changed |= changed;
        if let (Place::Original, Source::File(path), None, true) = (&self.place, &input.source, &self.draft, changed) {
            self.draft = Some(Draft::new(path)?);
        }
        match (&self.place, &mut self.draft) {
            (_, Some(draft)) => draft.write_all(bytes).context("the output cannot be written"),
            (Place::Stdout, None) => Ok(self.stdout.write_all(bytes)?),
            _ => Ok(()),
        }
    }

    pub fn end(&mut self) -> Result<()> {
        match self.draft.take() {
            Some(draft) if self.changed || !matches!(self.place, Place::Original) => draft.finish(),
            _ => Ok(()),
        }
    }

    pub fn flush(&mut self) -> Result<()> {
        Ok(self.stdout.flush()?)
    }
}
