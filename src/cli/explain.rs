//! `dechaff explain`.

use super::{End, args::ExplainArgs, setup};
use crate::{
    io::{
        item::about,
        source::{Source, read_text},
        walk::inputs,
    },
    report::visible,
};
use anyhow::{Result, bail};
use std::{
    io::{self, Write},
    path::Path,
};

pub fn run(args: &ExplainArgs) -> Result<End> {
    let (path, line) = split(&args.place);
    let mut cleaner = setup::cleaner(&args.rules)?;
    if !args.learned.is_empty() {
        let inputs = inputs(&args.learned, &args.input)?;
        cleaner = super::learn::taught(cleaner, &inputs.files, &args.input)?;
    }
    let text = read_text(&Source::of(Path::new(path)))?;
    let article = about(&text, &args.input.about);
    let explanations = cleaner.explain(&article, line);
    if let Some(line) = line
        && explanations.is_empty()
    {
        let lines = text.lines().count();
        bail!("{path}:{line}: no such line, or a blank one; there is nothing to explain; the article has {lines} lines");
    }
    let cleaned = cleaner.clean(&article);
    let mut out = io::stdout().lock();
    if let Some(reason) = cleaned.held() {
        writeln!(out, "held: {reason}; nothing is cut\n")?;
    }
    for explanation in explanations {
        // Without a line, only those where there is something to tell.
        if line.is_some() || !explanation.taken_by.is_empty() || !explanation.near.is_empty() {
            writeln!(out, "{}", visible(&explanation.to_string()))?;
        }
    }
    Ok(End::default())
}

/// `article.txt:12` is line 12, unless a file has that very name.
fn split(place: &str) -> (&str, Option<usize>) {
    if !Path::new(place).exists()
        && let Some((path, line)) = place.rsplit_once(':')
        && let Ok(line) = line.parse()
    {
        return (path, Some(line));
    }
    (place, None)
}
