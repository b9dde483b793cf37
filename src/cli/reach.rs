//! `dechaff rules reach`: how many hosts print what a rule takes.

use super::{End, args::ReachArgs, setup};
use crate::{
    io::{
        batch::{self, Sink},
        blocks::Block,
        item::Item,
        walk::{Input, inputs},
    },
    report::visible,
};
use anyhow::Result;
use dechaff::{Cleaner, Rule, RuleId};
use std::{
    collections::{BTreeMap, BTreeSet},
    io::{self, Write},
    sync::Arc,
};

pub fn run(args: &ReachArgs) -> Result<End> {
    let cleaner = setup::cleaner(&args.rules)?;
    let inputs = inputs(&args.paths, &args.input)?;
    let mut reach = Reach { rules: BTreeMap::new() };
    let look = |item: &Item<'_>, part: &mut Vec<Hit>| look(args, &cleaner, item, part);
    let done = batch::run(&inputs.files, &args.input, look, &mut reach)?;
    let trouble = inputs.trouble || !done.undone.is_empty();
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
fn general<'a>(out: &mut impl Write, reach: &Reach, rules: impl Iterator<Item = &'a Arc<Rule>>) -> Result<()> {
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

#[derive(Default)]
struct Reach {
    rules: BTreeMap<RuleId, Hits>,
}

/// One cut of an article; `first` of its rule there.
struct Hit {
    rule: RuleId,
    host: String,
    text: String,
    first: bool,
}

fn look(args: &ReachArgs, cleaner: &Cleaner, item: &Item<'_>, part: &mut Vec<Hit>) {
    let Some(Ok(article)) = item.article() else { return };
    let cleaned = cleaner.clean(&article);
    let host = article.host().unwrap_or("?");
    let wanted = |id: &RuleId| args.rule.is_empty() || args.rule.iter().any(|rule| id.as_str().starts_with(rule.as_str()));
    let mut seen = BTreeSet::new();
    for cut in cleaned.proposed().iter().filter(|cut| wanted(cut.rule())) {
        let (rule, text) = (cut.rule().clone(), cleaned.taken(cut).to_owned());
        part.push(Hit { first: seen.insert(rule.clone()), rule, host: host.to_owned(), text });
    }
}

impl Sink for Reach {
    type Part = Vec<Hit>;

    fn put(&mut self, _: &Input, _: &Block, part: Self::Part) -> Result<()> {
        for Hit { rule, host, text, first } in part {
            let hits = self.rules.entry(rule).or_default();
            hits.articles += usize::from(first);
            hits.cuts += 1;
            hits.hosts.entry(host).or_insert(text);
        }
        Ok(())
    }
}
