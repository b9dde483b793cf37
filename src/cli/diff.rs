//! `dechaff diff`.

use super::{
    End,
    args::{Color, DiffArgs, DiffFormat},
    setup,
};
use crate::{
    io::{
        batch::{self, Item, Sink, note},
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
use dechaff::LineDiff;
use std::io::{self, BufWriter, Write};

pub fn run(args: &DiffArgs) -> Result<End> {
    let cleaner = setup::cleaner(&args.rules)?;
    let inputs = inputs(&args.paths, &args.input)?;
    if args.format == DiffFormat::Patch
        && let Some(records) = inputs.iter().find(|input| input.jsonl)
    {
        bail!("{}: a patch is about lines of text, not records; it could not be applied; use --format json", records.shown);
    }
    let choice = match args.color {
        Color::Auto => AutoStream::choice(&io::stdout()),
        Color::Always => ColorChoice::Always,
        Color::Never => ColorChoice::Never,
    };
    let width = terminal_size::terminal_size().map_or(100, |(width, _)| usize::from(width.0).max(40));
    let mut diffing = Diffing {
        view: if args.stat { View::Stat } else { View::Diff(args.format, Look { context: args.context, width }) },
        out: AutoStream::new(Box::new(BufWriter::new(io::stdout())), choice),
        tally: Tally::default(),
        bad: 0,
    };
    let trouble = batch::run(&inputs, &args.input, &cleaner, &mut diffing)?;
    let Diffing { view, mut out, tally, bad } = diffing;
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
    Ok(End { found: args.exit_code && tally.touched > 0, trouble: trouble || bad > 0 })
}

enum View {
    Stat,
    Diff(DiffFormat, Look),
}

struct Diffing {
    view: View,
    out: AutoStream<Box<dyn Write + Send + Sync>>,
    tally: Tally,
    bad: usize,
}

struct Part {
    text: String,
    tally: Tally,
    problem: Option<String>,
}

impl Sink for Diffing {
    type Part = Part;

    fn look(&self, item: &Item<'_>) -> Part {
        let cleaned = match &item.outcome {
            Ok(cleaned) => cleaned,
            Err(problem) => {
                let problem = Some(format!("{}: {problem}", item.shown()));
                return Part { text: String::new(), tally: Tally::default(), problem };
            }
        };
        let text = match self.view {
            View::Stat => String::new(),
            View::Diff(DiffFormat::Terminal, look) => terminal::render(&item.shown(), cleaned, look),
            View::Diff(DiffFormat::Patch, _) if cleaned.held().is_some() => String::new(),
            View::Diff(DiffFormat::Patch, _) => LineDiff::new(cleaned).patch(patch_name(&item.shown())),
            View::Diff(DiffFormat::Json, _) => {
                let entry = item.entry().and_then(|entry| serde_json::to_string(&entry).ok());
                entry.map_or(String::new(), |line| line + "\n")
            }
        };
        Part { text, tally: Tally::of(&item.input.shown, cleaned), problem: None }
    }

    fn begin(&mut self, _: &Input) -> Result<()> {
        Ok(())
    }

    fn put(&mut self, _: &Input, part: Part) -> Result<()> {
        if let Some(problem) = part.problem {
            self.bad += 1;
            note(&problem);
        }
        if let (View::Diff(DiffFormat::Terminal, _), false, true) =
            (&self.view, part.text.is_empty(), self.tally.touched + self.tally.held > 0)
        {
            writeln!(self.out)?;
        }
        self.out.write_all(part.text.as_bytes())?;
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
