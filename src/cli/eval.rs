//! `dechaff eval`: how good the rules are on labelled articles.

use super::{
    End,
    args::{EvalArgs, RuleArgs},
    setup::Setup,
};
use crate::report::visible;
use anyhow::{Context, Result};
use dechaff::{
    Category, Cleaned, Cleaner, Entry,
    eval::{Evaluation, Gold, Score},
};
use rayon::prelude::*;
use std::{
    collections::HashMap,
    fs,
    io::{self, Write},
    ops::Range,
    path::{Path, PathBuf},
};

pub fn run(args: &EvalArgs) -> Result<End> {
    let setup = Setup::new(&args.rules)?;
    let cleaner = setup.cleaner()?;
    let gold = read(&args.gold, Gold::parse)?;
    let cleaned: Vec<Cleaned<'_>> = gold.par_iter().map(|gold| cleaner.clean(&gold.article())).collect();
    let wanted = wanted(&cleaner);
    let mut evaluation = Evaluation::default();
    for (gold, cleaned) in gold.iter().zip(&cleaned) {
        evaluation.add(gold, cleaned, &wanted);
    }
    let mut out = io::BufWriter::new(io::stdout());
    match &args.against {
        Some(other) => {
            let other = Other::read(other, &args.rules)?;
            changes(&mut out, &gold, &cleaned, &other)?;
        }
        None => tables(&mut out, &evaluation, args)?,
    }
    out.flush()?;
    Ok(End::default())
}

/// Labelled articles of files with one a line.
pub fn read<T>(paths: &[PathBuf], parse: impl Fn(&str) -> dechaff::Result<T>) -> Result<Vec<T>> {
    let mut all = Vec::new();
    for path in paths {
        let text = fs::read_to_string(path).with_context(|| format!("{}: cannot be read", path.display()))?;
        for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            all.push(parse(line).with_context(|| format!("{}:{}", path.display(), number + 1))?);
        }
    }
    Ok(all)
}

/// A category is wanted where it is cut by default or any rule of it is in use; labels of others count
/// neither way.
pub fn wanted(cleaner: &Cleaner) -> impl Fn(Category) -> bool + use<> {
    let used: Vec<Category> =
        cleaner.rules().iter().filter(|rule| cleaner.is_selected(rule)).map(|rule| rule.category()).collect();
    move |category| category.by_default() || used.contains(&category)
}

fn tables(out: &mut impl Write, evaluation: &Evaluation, args: &EvalArgs) -> Result<()> {
    let row = |out: &mut dyn Write, name: &str, score: &Score| {
        writeln!(
            out,
            "{name:10} {:>8} {:>7} {:>7.3} {:>9.3} {:>9.3}% {:>7.1}% {:>7.1}%",
            score.articles,
            score.lines,
            score.recall(),
            score.precision(),
            100.0 * score.body_loss(),
            100.0 * score.perfect_share(),
            100.0 * score.harmed_share()
        )
    };
    writeln!(
        out,
        "{:10} {:>8} {:>7} {:>7} {:>9} {:>10} {:>8} {:>8}",
        "", "articles", "lines", "recall", "precision", "body loss", "perfect", "harmed"
    )?;
    row(out, "all", &evaluation.all)?;
    if evaluation.languages.len() > 1 {
        let mut languages: Vec<_> = evaluation.languages.iter().collect();
        languages.sort_by_key(|(_, score)| std::cmp::Reverse(score.articles));
        languages.iter().try_for_each(|(lang, score)| row(out, lang, score))?;
    }
    if evaluation.held > 0 {
        writeln!(out, "{} articles held", evaluation.held)?;
    }
    writeln!(out, "\n{:10} {:>6} {:>6}  recall", "category", "gone", "of")?;
    let mut categories: Vec<_> = evaluation.categories.iter().collect();
    categories.sort_by_key(|(_, (_, all))| std::cmp::Reverse(*all));
    for (category, (gone, all)) in categories {
        writeln!(out, "{category:10} {gone:>6} {all:>6}  {:.3}", *gone as f64 / *all as f64)?;
    }
    writeln!(out, "\n{:>6} {:>6}  {:9}  rule", "right", "wrong", "supports")?;
    let mut rules: Vec<_> = evaluation.rules.iter().collect();
    rules.sort_by_key(|(_, record)| (std::cmp::Reverse(record.wrong.len()), std::cmp::Reverse(record.right)));
    for (id, record) in rules {
        let supports = record.supports().map_or("-", |confidence| confidence.name());
        writeln!(out, "{:>6} {:>6}  {supports:9}  {id}", record.right, record.wrong.len())?;
        for (article, text) in record.wrong.iter().filter(|_| args.wrong) {
            writeln!(out, "                {}: {}", visible(article), visible(&text.replace('\n', " ⏎ ")))?;
        }
    }
    Ok(())
}

/// What the articles are compared with: other rules, or a ledger that another version wrote.
enum Other {
    Rules(Box<Cleaner>),
    Ledger(HashMap<String, Vec<Range<usize>>>),
}

impl Other {
    fn read(path: &Path, rules: &RuleArgs) -> Result<Other> {
        if path.extension().is_none_or(|ext| ext != "jsonl") {
            let args = RuleArgs { rules: vec![path.to_owned()], no_builtin: true, isolated: true, ..rules.clone() };
            return Ok(Other::Rules(Box::new(Setup::new(&args)?.cleaner()?)));
        }
        let text = fs::read_to_string(path).with_context(|| format!("{}: cannot be read", path.display()))?;
        let entry = |(number, line): (usize, &str)| -> Result<(String, Vec<Range<usize>>)> {
            let entry: Entry =
                serde_json::from_str(line).with_context(|| format!("{}:{}: no ledger entry", path.display(), number + 1))?;
            Ok((entry.original, entry.cuts.iter().map(|cut| cut.start..cut.end).collect()))
        };
        Ok(Other::Ledger(text.lines().enumerate().map(entry).collect::<Result<_>>()?))
    }

    fn cuts(&self, gold: &Gold) -> Vec<Range<usize>> {
        match self {
            Other::Rules(cleaner) => cleaner.clean(&gold.article()).cuts().iter().map(|cut| cut.bytes()).collect(),
            Other::Ledger(entries) => entries.get(&dechaff::checksum(&gold.text)).cloned().unwrap_or_default(),
        }
    }
}

/// Lines that one side cuts and the other leaves: `+` goes now, `-` went before.
fn changes(out: &mut impl Write, gold: &[Gold], cleaned: &[Cleaned<'_>], other: &Other) -> Result<()> {
    let mut counts = [0, 0];
    for (gold, cleaned) in gold.iter().zip(cleaned) {
        let then = other.cuts(gold);
        let now: Vec<Range<usize>> = cleaned.cuts().iter().map(|cut| cut.bytes()).collect();
        let mut at = 0;
        for line in gold.text.split_inclusive('\n') {
            let range = at..at + line.trim_end().len();
            at += line.len();
            let (then, now) = (covered(&then, &range), covered(&now, &range));
            if then != now {
                let sign = if now > then { '+' } else { '-' };
                counts[usize::from(sign == '-')] += 1;
                writeln!(out, "{sign} {}: {}", visible(gold.id.as_deref().unwrap_or("?")), visible(line.trim()))?;
            }
        }
    }
    writeln!(out, "{} lines go now and stayed, {} stay now and went", counts[0], counts[1])?;
    Ok(())
}

fn covered(cuts: &[Range<usize>], line: &Range<usize>) -> usize {
    cuts.iter().map(|cut| cut.end.min(line.end).saturating_sub(cut.start.max(line.start))).sum()
}
