//! `dechaff clean`.

use super::{
    End,
    args::CleanArgs,
    learn,
    setup::{Setup, interruptible},
};
use crate::{
    io::{
        batch::{self, Fatal, STOPPED, Sink},
        blocks::Block,
        compress::Codec,
        item::Item,
        ledger::Ledger,
        output::{Files, Output, draft::write_whole, place::Place},
        progress::{self, note},
        record::Edit,
        resume::{self, Journal},
        source::Source,
        walk::{Input, inputs},
    },
    report::{count, summary::Summary, visible},
};
use anyhow::{Result, bail};
use dechaff::{Cleaner, Entry};
use std::{
    collections::HashSet,
    io::{self, IsTerminal, Write},
    mem::ManuallyDrop,
    sync::atomic::Ordering,
};

pub fn run(args: &CleanArgs) -> Result<End> {
    let setup = Setup::new(&args.rules)?;
    let mut run = setup.known_by(&args.rules, &args.input);
    let mut cleaner = setup.cleaner()?;
    let mut inputs = inputs(&args.paths, &args.input)?;
    if args.learned {
        if args.resume && args.write {
            bail!(
                "--resume -w --learned: the files that are done tell less than they did; the rest would come out otherwise; write to a folder with -o"
            );
        }
        cleaner = learn::taught(cleaner, &inputs.files, &args.input)?;
        run = dechaff::checksum(&format!("{run} learned"));
    }
    if args.write {
        // Named twice, it would be found changed under its second reader.
        let mut seen = HashSet::new();
        inputs.files.retain(|input| seen.insert(input.source.clone()));
    }
    // The process ends with the run: to take the cleaner apart would only take time.
    let cleaner = ManuallyDrop::new(cleaner);
    let place = if args.check { Place::Nowhere } else { Place::choose(&inputs.files, args.write, args.output.as_deref())? };
    if args.resume && matches!(place, Place::Stdout) {
        bail!("--resume goes on with files; standard output is none; say -o DIR or -w");
    }
    let _locks = place.lock(&args.paths)?;
    let ledger = args.ledger.as_deref().map(|path| Ledger::open(path, args.resume)).transpose()?;
    let journal = match &place {
        Place::Folder(folder) => Some(Journal::open(folder, &run, args.resume)?),
        _ => None,
    };
    let all = inputs.files.len();
    if args.resume {
        resume::plan(&mut inputs.files, &place, &run, journal.as_ref())?;
    }
    let inputs_left = inputs.files;
    interruptible();
    progress::start(inputs_left.iter().map(|input| input.size).sum(), matches!(place, Place::Stdout | Place::Nowhere));
    let cleaning = Cleaning { cleaner: &cleaner, ledger: ledger.is_some(), write: !args.check, report: args.report.is_some() };
    let files = Files::new(place, &args.input.text_field).with_ledger(ledger).resumable(run, journal);
    let mut sink = Writing { args, files, codec: Codec::Plain, counts: Counts::default(), summary: Summary::default() };
    let done = batch::run(&inputs_left, &args.input, |item, part| cleaning.look(item, part), &mut sink);
    progress::end();
    let Writing { mut files, counts, summary, .. } = sink;
    let done = match done {
        Ok(done) => done,
        Err(error) => {
            files.give_up(false);
            let _ = files.close(false, true);
            return Err(error);
        }
    };
    let undone = !done.undone.is_empty() || inputs.trouble;
    files.close(!undone, done.stopped)?;
    if let Some(path) = &args.report {
        write_whole(path, &summary.json(cleaner.version(), done.undone.clone())?)?;
    }
    counts.tell();
    if done.stopped {
        note(&format!(
            "stopped; {} of {} not done; the same command with --resume goes on",
            done.undone.len(),
            count(all, "file")
        ));
    } else if done.undone.len() > 1 {
        note(&format!("not done: {}", listed(&done.undone)));
    }
    Ok(End { found: args.check && counts.touched > 0, trouble: undone || counts.bad > 0 || (args.strict && counts.held > 0) })
}

/// Held articles, and bad records, that are named one by one.
const SHOWN: usize = 20;

fn listed(names: &[String]) -> String {
    let more = names.len().saturating_sub(SHOWN);
    let names = names[..names.len() - more].join(", ");
    if more > 0 { format!("{names} and {more} more") } else { names }
}

#[derive(Default)]
struct Counts {
    articles: usize,
    touched: usize,
    cuts: usize,
    held: usize,
    bad: usize,
}

impl Counts {
    fn tell(&self) {
        let Counts { articles, touched, cuts, held, bad } = self;
        if io::stderr().is_terminal() || *held > SHOWN || *bad > SHOWN {
            let bad = if *bad > 0 { format!(", {bad} bad") } else { String::new() };
            note(&format!("{articles} articles: {cuts} cuts in {touched}, {held} held{bad}"));
        }
    }
}

/// Works on one record, beside others.
struct Cleaning<'a> {
    cleaner: &'a Cleaner,
    ledger: bool,
    write: bool,
    report: bool,
}

/// What comes of records that follow one another.
#[derive(Default)]
struct Part {
    counts: Counts,
    output: Output,
    /// What is to be said of records: held ones first of all, then bad ones.
    held: Vec<String>,
    bad: Vec<String>,
    /// Records that lose something, by place and number of cuts.
    dirty: Vec<(String, usize)>,
    summary: Summary,
}

impl Cleaning<'_> {
    fn look(&self, item: &Item<'_>, part: &mut Part) {
        let article = item.article();
        part.counts.articles += usize::from(article.is_some());
        match article {
            Some(Ok(article)) => {
                let cleaned = self.cleaner.clean(&article);
                let edits: Vec<Edit<'_>> = cleaned.cuts().iter().map(|cut| Edit::cut(cut.bytes())).collect();
                let bytes = match item.changed(&edits) {
                    Ok(bytes) => bytes,
                    Err(what) => return self.bad(item, &what, part),
                };
                if let Some(reason) = cleaned.held() {
                    part.held.push(format!("{}: held, left as it is: {reason}", item.shown()));
                }
                if !edits.is_empty() {
                    part.counts.touched += 1;
                    part.counts.cuts += edits.len();
                    part.output.changed = true;
                    if !self.write {
                        part.dirty.push((item.shown(), edits.len()));
                    }
                }
                if self.report {
                    part.summary.add(item, &article, &cleaned);
                }
                if self.ledger
                    && let Some(entry) = item.entry(&cleaned)
                {
                    add(&mut part.output.entries, &entry);
                }
                if self.write {
                    part.output.push(&bytes.unwrap_or_default());
                }
            }
            Some(Err(what)) => self.bad(item, what, part),
            None if self.write => part.output.push(item.bytes().unwrap_or_default()),
            None => {}
        }
    }

    fn bad(&self, item: &Item<'_>, what: &str, part: &mut Part) {
        if self.report {
            part.summary.add_bad(item, what);
        }
        part.bad.push(format!("{}: {what}; passed through as it is", item.shown()));
        part.output.withheld |= item.is_extracted();
        // Of a page without an article there is no text.
        if self.write && !item.is_extracted() {
            part.output.push(item.bytes().unwrap_or_default());
        }
    }
}

/// An entry as a line of the ledger.
fn add(lines: &mut Vec<u8>, entry: &Entry) {
    let before = lines.len();
    match serde_json::to_writer(&mut *lines, entry) {
        Ok(()) => lines.push(b'\n'),
        // Strings and numbers can always be written.
        Err(_) => lines.truncate(before),
    }
}

/// Takes the results in order.
struct Writing<'a> {
    args: &'a CleanArgs,
    files: Files,
    codec: Codec,
    counts: Counts,
    summary: Summary,
}

impl Sink for Writing<'_> {
    type Part = Part;

    fn begin(&mut self, input: &Input, codec: Codec) -> Result<()> {
        self.codec = codec;
        self.files.begin(input, codec)
    }

    fn put(&mut self, input: &Input, block: &Block, part: Part) -> Result<()> {
        let counts = &mut self.counts;
        counts.articles += part.counts.articles;
        counts.touched += part.counts.touched;
        counts.cuts += part.counts.cuts;
        for line in &part.held {
            counts.held += 1;
            if counts.held <= SHOWN {
                note(line);
            }
        }
        for line in &part.bad {
            counts.bad += 1;
            if self.args.strict {
                return Err(
                    Fatal(format!("{}; --strict ends the run there", line.replace("; passed through as it is", ""))).into()
                );
            }
            if counts.bad <= SHOWN {
                note(line);
            }
        }
        for (shown, cuts) in &part.dirty {
            writeln!(io::stdout(), "{}: {}", visible(shown), count(*cuts, "cut"))?;
        }
        self.summary.merge(part.summary);
        progress::show(counts.articles, counts.cuts);
        self.files.put(input, block, part.output, self.codec)
    }

    fn end(&mut self, input: &Input) -> Result<()> {
        self.files.end(input)
    }

    fn give_up(&mut self, input: &Input) {
        let stopped = STOPPED.load(Ordering::Relaxed) && input.source != Source::Stdin;
        self.files.give_up(stopped);
    }
}
