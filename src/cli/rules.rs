//! `dechaff rules`.

use super::{
    End,
    args::{RuleArgs, RulesCommand},
    setup::{self, Setup},
};
use crate::report::visible;
use anyhow::{Result, bail};
use dechaff::{
    Cleaner, Confidence, Pack, Rule, Selection,
    eval::{Evaluation, Gold},
    lint, test_rules,
};
use std::{
    io::{self, Write},
    path::PathBuf,
};

pub fn run(command: &RulesCommand) -> Result<End> {
    match command {
        RulesCommand::List { version: true, rules, .. } => versions(&setup::cleaner(rules)?),
        RulesCommand::List { all, rules, .. } => list(&setup::cleaner(rules)?, *all),
        RulesCommand::Show { id, rules } => show(&setup::cleaner(rules)?, id),
        RulesCommand::Test { rules } => test(rules),
        RulesCommand::Lint { gold, rules } => lint_all(gold, rules),
        RulesCommand::Reach(args) => super::reach::run(args),
        RulesCommand::Add(args) => super::own::add(args),
        RulesCommand::Schema => super::print(dechaff::RULES_SCHEMA.as_bytes()),
        RulesCommand::New(args) => super::new::run(args),
    }
}

fn list(cleaner: &Cleaner, all: bool) -> Result<End> {
    let mut out = io::BufWriter::new(io::stdout());
    let rules: Vec<_> = cleaner.rules().into_iter().filter(|rule| all || cleaner.is_selected(rule)).collect();
    let width = rules.iter().map(|rule| rule.id().as_str().len()).max().unwrap_or(0);
    for rule in rules {
        let off = if cleaner.is_selected(rule) { "" } else { "(off) " };
        let (id, category, confidence) = (rule.id(), rule.category(), rule.confidence());
        let line = format!("{id:width$}  {category:9} {confidence:6} {:6}  {off}{}", rule.action(), rule.description());
        writeln!(out, "{}", visible(line.trim_end()))?;
    }
    out.flush()?;
    Ok(End::default())
}

fn versions(cleaner: &Cleaner) -> Result<End> {
    let mut out = io::BufWriter::new(io::stdout());
    writeln!(out, "{}", cleaner.version())?;
    for pack in cleaner.packs() {
        writeln!(out, "{:016x}  {}", pack.fingerprint(), visible(&pack.path().display().to_string()))?;
    }
    out.flush()?;
    Ok(End::default())
}

fn show(cleaner: &Cleaner, id: &str) -> Result<End> {
    let rules = cleaner.rules();
    let Some(rule) = rules.iter().find(|rule| rule.id().as_str() == id) else {
        let mut near: Vec<&str> = rules.iter().map(|rule| rule.id().as_str()).filter(|known| known.contains(id)).collect();
        near.sort_by_key(|known| !known.ends_with(&format!("/{id}")));
        near.truncate(5);
        let hint = if near.is_empty() {
            "`dechaff rules list --all` has them".to_owned()
        } else {
            format!("near it: {}", near.join(", "))
        };
        bail!("no rule has the id `{id}`; there is nothing to show; {hint}");
    };
    let mut out = io::stdout().lock();
    writeln!(out, "# {}", rule.id())?;
    let path = rule.origin().path.display().to_string();
    writeln!(out, "# {}:{}{}", visible(&path), rule.origin().line, about(rule, cleaner))?;
    writeln!(out, "{}", visible(rule.source()))?;
    Ok(End::default())
}

fn about(rule: &Rule, cleaner: &Cleaner) -> String {
    let mut about = String::new();
    if !rule.lang().is_empty() {
        about += &format!(" · languages: {}", rule.lang().join(", "));
    }
    if !rule.sites().is_empty() {
        about += &format!(" · sites: {}", rule.sites().join(", "));
    }
    if !cleaner.is_selected(rule) {
        about += " · not selected";
    }
    about
}

fn test(args: &RuleArgs) -> Result<End> {
    let packs = Setup::new(args)?.packs;
    let failures = test_rules(&packs);
    let rules: usize = packs.iter().map(|pack| pack.rules().len()).sum();
    let mut out = io::stdout().lock();
    for failure in &failures {
        writeln!(out, "{}", visible(&failure.to_string()))?;
    }
    writeln!(out, "{rules} rules: {} failures", failures.len())?;
    Ok(End { found: !failures.is_empty(), trouble: false })
}

fn lint_all(gold: &[PathBuf], args: &RuleArgs) -> Result<End> {
    let packs = Setup::new(args)?.packs;
    let mut advice: Vec<String> =
        packs.iter().flat_map(|pack| pack.rules()).flat_map(|rule| lint(rule)).map(|it| it.to_string()).collect();
    if !gold.is_empty() {
        advice.extend(claims(packs, gold)?);
    }
    let mut out = io::stdout().lock();
    for advice in &advice {
        writeln!(out, "{}", visible(advice))?;
    }
    writeln!(out, "{} findings", advice.len())?;
    Ok(End { found: !advice.is_empty(), trouble: false })
}

/// Rules that claim more confidence than labelled articles support. All rules are run, also those
/// that are off, because it is their record that is asked for.
fn claims(packs: Vec<Pack>, gold: &[PathBuf]) -> Result<Vec<String>> {
    let selection = Selection { select: vec!["all".into()], confidence: Some(Confidence::Low), ..Selection::default() };
    let cleaner = Cleaner::builder().packs(packs).selection(selection).build()?;
    let mut evaluation = Evaluation::default();
    for gold in super::eval::read(gold, Gold::parse)? {
        evaluation.add(&gold, &cleaner.clean(&gold.article()), &|_| true);
    }
    let mut found = Vec::new();
    for rule in cleaner.rules() {
        let Some(record) = evaluation.rules.get(rule.id()) else { continue };
        if let Some(supports) = record.supports().filter(|supports| *supports < rule.confidence()) {
            found.push(format!(
                "{}:{}: rule `{}`: claims {} confidence, its record supports {supports}: {} right cuts, {} wrong (`eval --wrong` shows them)",
                rule.origin().path.display(),
                rule.origin().line,
                rule.id(),
                rule.confidence(),
                record.right,
                record.wrong.len()
            ));
        }
    }
    Ok(found)
}
