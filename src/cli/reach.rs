//! `dechaff rules reach`: how many hosts print what a rule takes.

use super::{End, args::ReachArgs, setup::Setup};
use crate::{
    io::{
        batch::{self, Item, Sink},
        walk::{Input, inputs},
    },
    report::visible,
};
use anyhow::Result;
use dechaff::{Rule, RuleId};
use std::{
    collections::{BTreeMap, BTreeSet},
    io::{self, Write},
    sync::Arc,
};

pub fn run(args: &ReachArgs) -> Result<End> {
    let cleaner = Setup::new(&args.rules)?.cleaner()?;
    let inputs = inputs(&args.paths, &args.input)?;
    let mut reach = Reach { args, rules: BTreeMap::new() };
    let trouble = batch::run(&inputs, &args.input, &cleaner, &mut reach)?;
    let mut out = io::BufWriter::new(io::stdout());
    let mut rows: Vec<(&RuleId, &Hits)> = reach.rules.iter().collect();
    rows.sort_by_key(|(_, hits)| (std::cmp::Reverse(hits.hosts.len()), std::cmp::Reverse(hits.cuts)));
    writeln!(out, "{:>6} {:>8} {:>8}  rule", "hosts", "articles", "cuts")?;
    for (id, hits) in rows {
        writeln!(out, "{:>6} {:>8} {:>8}  {id}", hits.hosts.len(), hits.articles, hits.cuts)?;
        for (host, text) in hits.hosts.iter().take(args.samples) {
            writeln!(out, "{:26}{}: {}", "", visible(host), visible(&text.trim().replace('\n', " ⏎ ")))?;
        }
    }
    if args.rule.is_empty() {
        general(&mut out, &reach, cleaner.rules().into_iter().filter(|rule| cleaner.is_selected(rule)))?;
    }
    out.flush()?;
    Ok(End { found: false, trouble })
}

/// How many of the rules for any site have earned their place.
fn general<'a>(out: &mut impl Write, reach: &Reach<'_>, rules: impl Iterator<Item = &'a Arc<Rule>>) -> Result<()> {
    let hosts = |rule: &Rule| reach.rules.get(rule.id()).map_or(0, |hits| hits.hosts.len());
    let counts: Vec<usize> = rules.filter(|rule| rule.sites().is_empty()).map(|rule| hosts(rule)).collect();
    let wide = counts.iter().filter(|&&hosts| hosts >= 3).count();
    let none = counts.iter().filter(|&&hosts| hosts == 0).count();
    writeln!(out, "{} rules for any site: {wide} on three hosts or more, {none} on none", counts.len())?;
    Ok(())
}

#[derive(Default)]
struct Hits {
    /// One cut of each host.
    hosts: BTreeMap<String, String>,
    articles: usize,
    cuts: usize,
}

struct Reach<'a> {
    args: &'a ReachArgs,
    rules: BTreeMap<RuleId, Hits>,
}

impl Sink for Reach<'_> {
    type Part = Vec<(RuleId, String, String)>;

    fn look(&self, item: &Item<'_>) -> Self::Part {
        let Ok(cleaned) = &item.outcome else { return Vec::new() };
        let host = item.host.unwrap_or("?");
        let wanted =
            |id: &RuleId| self.args.rule.is_empty() || self.args.rule.iter().any(|rule| id.as_str().starts_with(rule.as_str()));
        let cuts = cleaned.proposed().iter().filter(|cut| wanted(cut.rule()));
        cuts.map(|cut| (cut.rule().clone(), host.to_owned(), cleaned.taken(cut).to_owned())).collect()
    }

    fn begin(&mut self, _: &Input) -> Result<()> {
        Ok(())
    }

    fn put(&mut self, _: &Input, part: Self::Part) -> Result<()> {
        let rules: BTreeSet<&RuleId> = part.iter().map(|(rule, _, _)| rule).collect();
        for rule in rules {
            self.rules.entry(rule.clone()).or_default().articles += 1;
        }
        for (rule, host, text) in part {
            let hits = self.rules.entry(rule).or_default();
            hits.cuts += 1;
            hits.hosts.entry(host).or_insert(text);
        }
        Ok(())
    }

    fn end(&mut self, _: &Input) -> Result<()> {
        Ok(())
    }
}
