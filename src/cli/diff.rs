//! `dechaff diff`.

use super::{
    End,
    args::{Color, DiffArgs, DiffFormat},
    learn, setup,
};
use crate::{
    io::{
        batch::{self, Sink},
        blocks::Block,
        format::Kind,
        item::Item,
        output::draft::Shared,
        progress::note,
        source::Source,
        walk::{Input, inputs},
    },
    report::{
        against::compare,
        count, page,
        sample::{Candidate, Sample},
        stat::Tally,
        terminal,
    },
};
use anstream::{AutoStream, ColorChoice};
use anyhow::{Result, bail};
use askama::Template;
use dechaff::{Cleaner, LineDiff, Look, checksum};
use std::{
    io::{self, BufWriter, Write},
    path::Path,
};

pub fn run(args: &DiffArgs) -> Result<End> {
    let mut cleaner = setup::cleaner(&args.rules)?;
    let inputs = inputs(&args.paths, &args.input)?;
    if args.learned {
        cleaner = learn::taught(cleaner, &inputs.files, &args.input)?;
    }
    if args.format == DiffFormat::Patch
        && let Some(records) = inputs.files.iter().find(|input| input.kind != Kind::Text)
    {
        bail!("{}: a patch is about lines of text, not records; it could not be applied; use --format json", records.shown());
    }
    let width = terminal_size::terminal_size().map_or(100, |(width, _)| usize::from(width.0).max(40));
    let look = Look { context: args.context, width };
    let view = match &args.against {
        Some(other) => View::Against(Box::new(setup::others(other, &args.rules)?)),
        None if args.stat => View::Stat,
        None => View::Diff(args.format, look),
    };
    let choice = match args.color {
        // What programs read passes as it is.
        _ if !view.is_terminal() => ColorChoice::AlwaysAnsi,
        Color::Auto if args.output.is_some() => ColorChoice::Never,
        Color::Auto => AutoStream::choice(&io::stdout()),
        Color::Always => ColorChoice::Always,
        Color::Never => ColorChoice::Never,
    };
    let file = args.output.as_deref().map(|path| file(path, &inputs.files)).transpose()?;
    let stream: Box<dyn Write + Send + Sync> = match &file {
        Some(file) => Box::new(file.clone()),
        None => Box::new(BufWriter::new(io::stdout())),
    };
    let mut diffing = Diffing {
        apart: view.is_terminal(),
        out: AutoStream::new(stream, choice),
        sample: args.sample.map(Sample::new),
        tally: Tally::default(),
        lines: [0; 2],
        shown: 0,
        bad: 0,
    };
    diffing.open(&view)?;
    let done = batch::run(&inputs.files, &args.input, |item, part| view.look(&cleaner, item, part), &mut diffing)?;
    diffing.close(&view)?;
    let Diffing { tally, bad, lines, out, .. } = diffing;
    drop(out);
    if let Some(file) = file {
        file.take_name()?;
    }
    let found = if args.against.is_some() { lines != [0; 2] } else { tally.touched > 0 };
    let trouble = inputs.trouble || !done.undone.is_empty() || bad > 0;
    Ok(End { found: args.exit_code && found, trouble })
}

/// Starts the file that the diff is written to; never one that is read.
fn file(path: &Path, inputs: &[Input]) -> Result<Shared> {
    let read =
        |input: &&Input| matches!(&input.source, Source::File(source) if same_file::is_same_file(source, path).unwrap_or(false));
    if inputs.iter().any(|input| read(&input)) {
        bail!("-o {}: is one of the articles; the diff would take its place; name another file", path.display());
    }
    Shared::new(path)
}

enum View {
    Stat,
    Diff(DiffFormat, Look),
    /// Compared with another set of rules.
    Against(Box<Cleaner>),
}

/// What comes of records that follow one another.
#[derive(Default)]
struct Part {
    /// Articles that have something to show.
    shown: Vec<Candidate>,
    tally: Tally,
    /// Lines that these rules take and others do not, and the other way round.
    lines: [usize; 2],
    bad: Vec<String>,
}

impl View {
    fn is_terminal(&self) -> bool {
        matches!(self, View::Diff(DiffFormat::Terminal, _) | View::Against(_))
    }

    fn look(&self, cleaner: &Cleaner, item: &Item<'_>, part: &mut Part) {
        let article = match item.article() {
            None => return,
            Some(Err(what)) => return part.bad.push(format!("{}: {what}; left out", item.shown())),
            Some(Ok(article)) => article,
        };
        let cleaned = cleaner.clean(&article);
        let (mut rules, mut text) = (Vec::new(), String::new());
        match self {
            View::Stat => {}
            View::Diff(DiffFormat::Terminal, look) => text = terminal::render(&item.shown(), &cleaned, *look),
            View::Diff(DiffFormat::Patch, _) if cleaned.held().is_some() => {}
            View::Diff(DiffFormat::Patch, _) => text = LineDiff::new(&cleaned).patch(patch_name(&item.shown())),
            View::Diff(DiffFormat::Html, _) => {
                let page = page::article(&item.shown(), article.host().unwrap_or("?"), &cleaned);
                text = page.unwrap_or_else(|error| {
                    part.bad.push(format!("{}: {error}; left out", item.shown()));
                    String::new()
                });
            }
            View::Diff(DiffFormat::Json, _) => {
                let entry = item.entry(&cleaned).and_then(|entry| serde_json::to_string(&entry).ok());
                text = entry.map_or(String::new(), |line| line + "\n");
            }
            View::Against(other) => {
                if let Some(found) = compare(&item.shown(), &cleaned, &other.clean(&article)) {
                    (rules, text) = (found.rules, found.text);
                    part.lines[0] += found.more;
                    part.lines[1] += found.less;
                }
            }
        }
        part.tally.add(Tally::of(&item.input.shown(), &cleaned));
        if text.is_empty() {
            return;
        }
        if rules.is_empty() {
            rules = cleaned.proposed().iter().map(|cut| cut.rule().clone()).collect();
        }
        let chance = checksum(&format!("{} {text}", item.shown()));
        part.shown.push(Candidate { rules, host: article.host().unwrap_or("?").to_owned(), text, chance });
    }
}

/// Prints what comes, in order.
struct Diffing {
    /// A blank line stands between articles.
    apart: bool,
    out: AutoStream<Box<dyn Write + Send + Sync>>,
    /// Where only some articles are shown, at the end.
    sample: Option<Sample>,
    tally: Tally,
    lines: [usize; 2],
    shown: usize,
    bad: usize,
}

impl Diffing {
    fn print(&mut self, text: &str) -> Result<()> {
        if self.apart && self.shown > 0 {
            writeln!(self.out)?;
        }
        self.shown += 1;
        Ok(self.out.write_all(text.as_bytes())?)
    }

    /// Prints what stands in front of the articles.
    fn open(&mut self, view: &View) -> Result<()> {
        match view {
            View::Diff(DiffFormat::Html, _) => Ok(write!(self.out, "{}", page::Head.render()?)?),
            _ => Ok(()),
        }
    }

    /// Prints what was kept to the end.
    fn close(&mut self, view: &View) -> Result<()> {
        let mut seen = self.shown;
        if let Some(sample) = self.sample.take() {
            seen = sample.seen();
            sample.chosen().iter().try_for_each(|candidate| self.print(&candidate.text))?;
        }
        let (out, tally) = (&mut self.out, &self.tally);
        let some = if self.shown < seen { format!("; {} of {seen} shown", self.shown) } else { String::new() };
        let held = if tally.held > 0 { format!(", {} held", tally.held) } else { String::new() };
        let articles = count(tally.articles, "article");
        match view {
            View::Stat => write!(out, "{tally}")?,
            View::Against(_) if seen == 0 => writeln!(out, "{articles}: nothing comes out otherwise")?,
            View::Against(_) => {
                let [more, less] = self.lines;
                writeln!(
                    out,
                    "\n{articles}: {seen} come out otherwise; {} more go, {less} go no more{some}",
                    count(more, "line")
                )?;
            }
            View::Diff(DiffFormat::Terminal, _) if tally.touched + tally.held == 0 => {
                writeln!(out, "{articles}: nothing to cut")?
            }
            View::Diff(DiffFormat::Terminal, _) if tally.articles > 1 => {
                writeln!(out, "\n{articles}: {} in {}{held}{some}", count(tally.cuts(), "cut"), tally.touched)?;
            }
            View::Diff(DiffFormat::Html, look) => {
                let (articles, touched, held, cuts) = (tally.articles, tally.touched, tally.held, tally.cuts());
                let (shown, bad, context) = (self.shown, self.bad, look.context);
                write!(out, "{}", page::Tail { articles, touched, held, cuts, seen, shown, bad, context }.render()?)?;
            }
            View::Diff(..) => {}
        }
        Ok(out.flush()?)
    }
}

impl Sink for Diffing {
    type Part = Part;

    fn put(&mut self, _: &Input, _: &Block, part: Part) -> Result<()> {
        self.bad += part.bad.len();
        part.bad.iter().for_each(|line| note(line));
        self.tally.add(part.tally);
        self.lines.iter_mut().zip(part.lines).for_each(|(all, lines)| *all += lines);
        match &mut self.sample {
            Some(sample) => part.shown.into_iter().for_each(|candidate| sample.add(candidate)),
            None => part.shown.iter().try_for_each(|candidate| self.print(&candidate.text))?,
        }
        Ok(())
    }
}

/// Patches name files relative to where they are applied.
fn patch_name(path: &str) -> &str {
    path.trim_start_matches("./").trim_start_matches('/')
}
