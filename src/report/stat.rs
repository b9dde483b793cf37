//! Counts of cuts by category, rule and file.

use super::count;
use dechaff::{Category, Cleaned, RuleId};
use std::{
    collections::BTreeMap,
    fmt::{self, Write},
};

/// Cuts and the characters they took.
#[derive(Debug, Default, Clone, Copy)]
pub struct Count {
    cuts: usize,
    chars: usize,
}

/// What one article adds.
#[derive(Debug, Default)]
pub struct Tally {
    pub articles: usize,
    pub touched: usize,
    pub held: usize,
    categories: BTreeMap<Category, Count>,
    rules: BTreeMap<RuleId, Count>,
    files: BTreeMap<String, Count>,
}

impl Tally {
    /// The counts of one article of a file.
    pub fn of(file: &str, cleaned: &Cleaned<'_>) -> Tally {
        let mut tally = Tally { articles: 1, held: usize::from(cleaned.held().is_some()), ..Tally::default() };
        for cut in cleaned.cuts() {
            tally.touched = 1;
            let count = Count { cuts: 1, chars: cleaned.taken(cut).trim().chars().count() };
            tally.categories.entry(cut.category()).or_default().add(count);
            tally.rules.entry(cut.rule().clone()).or_default().add(count);
            tally.files.entry(file.to_owned()).or_default().add(count);
        }
        tally
    }

    pub fn add(&mut self, other: Tally) {
        self.articles += other.articles;
        self.touched += other.touched;
        self.held += other.held;
        other.categories.into_iter().for_each(|(key, count)| self.categories.entry(key).or_default().add(count));
        other.rules.into_iter().for_each(|(key, count)| self.rules.entry(key).or_default().add(count));
        other.files.into_iter().for_each(|(key, count)| self.files.entry(key).or_default().add(count));
    }

    /// Cuts in all.
    pub fn cuts(&self) -> usize {
        self.categories.values().map(|count| count.cuts).sum()
    }
}

impl Count {
    fn add(&mut self, other: Count) {
        self.cuts += other.cuts;
        self.chars += other.chars;
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = String::new();
        table(&mut out, "category", self.categories.iter().map(|(key, count)| (key.name().to_owned(), *count)));
        table(&mut out, "rule", self.rules.iter().map(|(key, count)| (key.to_string(), *count)));
        table(&mut out, "file", self.files.iter().map(|(key, count)| (key.clone(), *count)));
        let _ = write!(out, "{}: {} in {}", count(self.articles, "article"), count(self.cuts(), "cut"), self.touched);
        if self.held > 0 {
            let _ = write!(out, ", {} held", self.held);
        }
        writeln!(f, "{out}")
    }
}

/// The most cuts first, then by name.
fn table(out: &mut String, what: &str, rows: impl Iterator<Item = (String, Count)>) {
    let mut rows: Vec<(String, Count)> = rows.collect();
    if rows.is_empty() {
        return;
    }
    rows.sort_by(|a, b| b.1.cuts.cmp(&a.1.cuts).then_with(|| a.0.cmp(&b.0)));
    let _ = writeln!(out, "{:>7} {:>9}  {what}", "cuts", "chars");
    for (name, Count { cuts, chars }) in rows {
        let _ = writeln!(out, "{cuts:>7} {chars:>9}  {}", super::visible(&name));
    }
    out.push('\n');
}
