//! `dechaff fit`: weights of evidence from labelled articles.

use super::{End, args::FitArgs, eval::read, setup::Setup};
use crate::{io::output::draft::write_whole, report::visible};
use anyhow::{Result, bail};
use dechaff::fit::{self, Judged, Labelled, Options, Point};
use std::io::{self, Write};

pub fn run(args: &FitArgs) -> Result<End> {
    if args.folds < 2 {
        bail!("--folds {}: nothing would be left to fit on; ask for at least 2", args.folds);
    }
    let packs = Setup::new(&args.rules)?.packs;
    let mut labelled = read(&args.gold, Labelled::parse)?;
    labelled.extend(read(&args.invented, Labelled::parse_invented)?);
    let options = Options {
        max_weights: args.max_weights,
        folds: args.folds,
        body_weight: args.body_weight,
        invented_weight: args.invented_weight,
    };
    let fitted = fit::fit(&packs, &labelled, options)?;
    let mut err = io::stderr().lock();
    curve(&mut err, &fitted.curve)?;
    lines(&mut err, &fitted.lines, args.lines)?;
    match &args.output {
        Some(path) => write_whole(path, fitted.toml.as_bytes())?,
        None => io::stdout().write_all(fitted.toml.as_bytes())?,
    }
    Ok(End::default())
}

/// What each threshold would do to hosts that were not fitted on.
fn curve(out: &mut impl Write, points: &[Point]) -> Result<()> {
    writeln!(out, "out of fold, over lines that no rule takes:")?;
    writeln!(
        out,
        "{:>9} {:>11} {:>7} {:>6} {:>9} {:>9} {:>9}",
        "threshold", "chaff gone", "of all", "wrong", "precision", "body loss", "category"
    )?;
    for point in points {
        let (gone, all) = point.gone;
        writeln!(
            out,
            "{:>9.2} {gone:>11} {:>7.3} {:>6} {:>9.3} {:>8.3}% {:>9.3}",
            point.threshold,
            gone as f64 / all.max(1) as f64,
            point.wrong,
            gone as f64 / (gone + point.wrong).max(1) as f64,
            100.0 * point.loss,
            point.right_category
        )?;
    }
    Ok(())
}

/// The lines that come nearest to going and should not, and those that go first; then chaff that stays.
fn lines(out: &mut impl Write, all: &[Judged], most: usize) -> Result<()> {
    let kinds: [(&str, Vec<&Judged>); 3] = [
        ("content that is nearest to going", all.iter().filter(|line| line.label.is_none()).take(most).collect()),
        ("chaff that goes first", all.iter().filter(|line| line.label.is_some()).take(most).collect()),
        ("chaff that goes last", all.iter().rev().filter(|line| line.label.is_some()).take(most).collect()),
    ];
    for (title, lines) in kinds.iter().filter(|(_, lines)| !lines.is_empty()) {
        writeln!(out, "\n{title}:")?;
        for line in lines {
            let label = line.label.map_or("content", |category| category.name());
            writeln!(
                out,
                "{:>7.2} {label:>9} as {:9} {}: {}",
                line.margin,
                line.category,
                visible(&line.host),
                visible(&line.text)
            )?;
        }
    }
    Ok(())
}
