//! `dechaff config`.

use super::{End, args::ConfigArgs, setup::Setup};
use crate::report::visible;
use anyhow::Result;
use dechaff::{CONFIG_FILE, Category};
use std::{
    collections::BTreeMap,
    io::{self, Write},
};

pub fn run(args: &ConfigArgs) -> Result<End> {
    if args.schema {
        return super::print(dechaff::CONFIG_SCHEMA.as_bytes());
    }
    let flags = &args.rules;
    let setup = Setup::new(flags)?;
    let file = match &setup.config.path {
        Some(path) => path.display().to_string(),
        None if flags.isolated => format!("no {CONFIG_FILE} (--isolated)"),
        None => format!("no {CONFIG_FILE} here or above"),
    };
    let (select, extend_select, ignore) =
        (setup.selection.select.clone(), setup.selection.extend_select.clone(), setup.selection.ignore.clone());
    let from = |in_flags: bool, in_file: bool| match (in_flags, in_file) {
        (true, true) => "flags and file",
        (true, false) => "flags",
        (false, true) => "file",
        (false, false) => "default",
    };
    let confidence = setup.selection.confidence.map_or("medium", |level| level.name());
    let in_file = setup.config.clone();
    let mut packs: BTreeMap<String, (usize, &str)> = BTreeMap::new();
    for pack in &setup.packs {
        let builtin = pack.rules().iter().any(|rule| rule.origin().builtin);
        let path = pack.path().display().to_string();
        packs.insert(path, (pack.rules().len(), if builtin { "built in" } else { "loaded" }));
    }
    let cleaner = setup.cleaner()?;
    let rules = cleaner.rules();
    let used = rules.iter().filter(|rule| cleaner.is_selected(rule)).count();

    let mut out = io::stdout().lock();
    writeln!(out, "file           {}", visible(&file))?;
    let every = Category::ALL.iter().filter(|category| category.by_default()).map(|category| category.name());
    let shown = if select.is_empty() { every.collect::<Vec<_>>().join(", ") } else { select.join(", ") };
    writeln!(out, "select         {shown}  ({})", from(!flags.select.is_empty(), flags.select.is_empty() && !select.is_empty()))?;
    if !extend_select.is_empty() {
        let place = from(!flags.extend_select.is_empty(), !in_file.extend_select.is_empty());
        writeln!(out, "extend-select  {}  ({place})", extend_select.join(", "))?;
    }
    if !ignore.is_empty() {
        writeln!(out, "ignore         {}  ({})", ignore.join(", "), from(!flags.ignore.is_empty(), !in_file.ignore.is_empty()))?;
    }
    let place = from(flags.confidence.is_some(), flags.confidence.is_none() && in_file.confidence.is_some());
    writeln!(out, "confidence     {confidence}  ({place})")?;
    writeln!(out, "guard          max-cut {}, min-left {}", in_file.guard.max_cut, in_file.guard.min_left)?;
    writeln!(out, "rules          {used} of {} used, from {} packs:", rules.len(), packs.len())?;
    for (path, (count, origin)) in packs {
        writeln!(out, "  {count:>5}  {}  ({origin})", visible(&path))?;
    }
    Ok(End::default())
}
