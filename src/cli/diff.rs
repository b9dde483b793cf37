//! `dechaff diff`.

use super::{
    End,
    args::{Color, DiffArgs, DiffFormat},
    setup,
};
use crate::{
    io::{
        batch::{self, Sink},
        blocks::Block,
        compress::Codec,
        format::Kind,
        item::Item,
        progress::note,
        walk::{Input, inputs},
    },
    report::{
        count,
        stat::Tally,
        terminal::{self, Look},
    },
};
use anstream::{AutoStream, ColorChoice};
use anyhow::{Result, bail};
use dechaff::{Cleaner, LineDiff};
use std::io::{self, BufWriter, Write};

pub fn run(args: &DiffArgs) -> Result<End> {
    let cleaner = setup::cleaner(&args.rules)?;
    let inputs = inputs(&args.paths, &args.input)?;
    if args.format == DiffFormat::Patch
        && let Some(records) = inputs.files.iter().find(|input| input.kind != Kind::Text)
    {
        bail!("{}: a patch is about lines of text, not records; it could not be applied; use --format json", records.shown());
    }
    let choice = match args.color {
        Color::Auto => AutoStream::choice(&io::stdout()),
        Color::Always => ColorChoice::Always,
        Color::Never => ColorChoice::Never,
    };
    let width = terminal_size::terminal_size().map_or(100, |(width, _)| usize::from(width.0).max(40));
    let view = if args.stat { View::Stat } else { View::Diff(args.format, Look { context: args.context, width }) };
    let out = AutoStream::new(Box::new(BufWriter::new(io::stdout())) as Box<dyn Write + Send + Sync>, choice);
    let mut diffing = Diffing { apart: view.is_terminal(), out, tally: Tally::default(), bad: 0 };
    let done = batch::run(&inputs.files, &args.input, |item, part| view.look(&cleaner, item, part), &mut diffing)?;
    let Diffing { mut out, tally, bad, .. } = diffing;
    match view {
        View::Stat => write!(out, "{tally}")?,
        View::Diff(DiffFormat::Terminal, _) if tally.touched + tally.held == 0 => {
            writeln!(out, "{}: nothing to cut", count(tally.articles, "article"))?
        }
        View::Diff(DiffFormat::Terminal, _) if tally.articles > 1 => {
            let held = if tally.held > 0 { format!(", {} held", tally.held) } else { String::new() };
            writeln!(out, "\n{} articles: {} in {}{held}", tally.articles, count(tally.cuts(), "cut"), tally.touched)?;
        }
        View::Diff(..) => {}
    }
    out.flush()?;
    let trouble = inputs.trouble || !done.undone.is_empty() || bad > 0;
    Ok(End { found: args.exit_code && tally.touched > 0, trouble })
}

enum View {
    Stat,
    Diff(DiffFormat, Look),
}

/// What comes of records that follow one another.
#[derive(Default)]
struct Part {
    /// What is shown of each article that has something to show.
    shown: Vec<String>,
    tally: Tally,
    bad: Vec<String>,
}

impl View {
    fn is_terminal(&self) -> bool {
        matches!(self, View::Diff(DiffFormat::Terminal, _))
    }

    fn look(&self, cleaner: &Cleaner, item: &Item<'_>, part: &mut Part) {
        let cleaned = match item.clean(cleaner) {
            None => return,
            Some(Err(what)) => return part.bad.push(format!("{}: {what}; left out", item.shown())),
            Some(Ok(cleaned)) => cleaned,
        };
        let text = match self {
            View::Stat => String::new(),
            View::Diff(DiffFormat::Terminal, look) => terminal::render(&item.shown(), &cleaned, *look),
            View::Diff(DiffFormat::Patch, _) if cleaned.held().is_some() => String::new(),
            View::Diff(DiffFormat::Patch, _) => LineDiff::new(&cleaned).patch(patch_name(&item.shown())),
            View::Diff(DiffFormat::Json, _) => {
                let entry = item.entry(&cleaned).and_then(|entry| serde_json::to_string(&entry).ok());
                entry.map_or(String::new(), |line| line + "\n")
            }
        };
        if !text.is_empty() {
            part.shown.push(text);
        }
        part.tally.add(Tally::of(&item.input.shown(), &cleaned));
    }
}

/// Prints what comes, in order.
struct Diffing {
    /// A blank line stands between articles.
    apart: bool,
    out: AutoStream<Box<dyn Write + Send + Sync>>,
    tally: Tally,
    bad: usize,
}

impl Sink for Diffing {
    type Part = Part;

    fn begin(&mut self, _: &Input, _: Codec) -> Result<()> {
        Ok(())
    }

    fn put(&mut self, _: &Input, _: &Block, part: Part) -> Result<()> {
        self.bad += part.bad.len();
        part.bad.iter().for_each(|line| note(line));
        for (at, text) in part.shown.iter().enumerate() {
            if self.apart && (at > 0 || self.tally.touched + self.tally.held > 0) {
                writeln!(self.out)?;
            }
            self.out.write_all(text.as_bytes())?;
        }
        self.tally.add(part.tally);
        Ok(())
    }

    fn end(&mut self, _: &Input) -> Result<()> {
        Ok(())
    }
}

/// Patches name files relative to where they are applied.
fn patch_name(path: &str) -> &str {
    path.trim_start_matches("./").trim_start_matches('/')
}
