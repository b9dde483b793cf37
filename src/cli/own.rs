//! The user's own rules: where they stand, and `dechaff rules add`.

use super::{
    End,
    args::{AddArgs, RuleArgs},
    setup::{self, Setup},
};
use crate::{
    io::output::draft::write_whole,
    review::changes::{Changes, Places},
};
use anyhow::{Context, Result, bail};
use dechaff::{CONFIG_FILE, Category, Cleaner, Config, Pack};
use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

/// Where rules are written: the folder that is asked for, or the one that is loaded already, or `rules`.
pub fn places(setup: &Setup, into: Option<&Path>, rules: &RuleArgs) -> Result<Places> {
    let root = setup.config.path.as_deref().and_then(Path::parent).unwrap_or(Path::new("")).to_owned();
    let loaded = rules.rules.iter().chain(&setup.config.rules).find(|path| path.is_dir());
    let folder = into.map(Path::to_owned).or_else(|| loaded.cloned()).unwrap_or_else(|| root.join("rules"));
    if folder.is_file() {
        bail!("{}: is a file; rules are written into a folder, a file for each host; name a folder", folder.display());
    }
    Ok(Places { rules: folder, config: root.join(CONFIG_FILE) })
}

/// Are the rules of a folder loaded?
fn is_loaded(folder: &Path, rules: &[PathBuf], config: &Config) -> bool {
    rules.iter().chain(&config.rules).any(|path| same_file::is_same_file(path, folder).unwrap_or(path == folder))
}

/// A cleaner as it would be with changes, the own rules included.
pub fn with_changes(args: &RuleArgs, places: &Places, changes: &Changes) -> Result<Cleaner> {
    let mut setup = Setup::new(args)?;
    let has_rules = fs::read_dir(&places.rules).is_ok_and(|mut files| files.any(|file| file.is_ok()));
    if has_rules && !is_loaded(&places.rules, &args.rules, &setup.config) {
        setup.packs.extend(Pack::load(&places.rules)?);
    }
    for (path, change) in changes.files.iter().filter(|(path, _)| **path != places.config) {
        let id = path.file_stem().and_then(|stem| stem.to_str()).context("a file without a name")?;
        let pack = Pack::parse(id, &change.new)?;
        setup.packs.retain(|known| known.path() != path);
        setup.packs.push(pack);
    }
    setup.selection.ignore.extend(changes.ignored.iter().cloned());
    setup.cleaner()
}

/// Writes the changes, each file as a whole, and says what was written.
pub fn write(changes: &Changes, places: &Places, rules: &[PathBuf], config: &Config) -> Result<()> {
    let mut out = io::stdout().lock();
    for (path, change) in &changes.files {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).with_context(|| format!("{}: cannot be made", folder.display()))?;
        }
        write_whole(path, change.new.as_bytes())?;
        writeln!(out, "{}", path.display())?;
    }
    let written = changes.files.keys().any(|path| *path != places.config);
    if written && !is_loaded(&places.rules, rules, config) {
        writeln!(
            out,
            "used with --rules {}, or with `rules = [\"{}\"]` in {CONFIG_FILE}",
            places.rules.display(),
            places.rules.file_name().map_or(".".into(), |name| name.to_string_lossy())
        )?;
    }
    Ok(())
}

/// `dechaff rules add`: what marking a line in a review does.
pub fn add(args: &AddArgs) -> Result<End> {
    let host = setup::site(&args.site)?;
    let Ok(category) = args.category.parse::<Category>() else {
        let known: Vec<&str> = Category::ALL.iter().map(|category| category.name()).collect();
        bail!(
            "--category {}: no such category; the rule could not be selected by it; write one of {}",
            args.category,
            known.join(", ")
        );
    };
    let setup = Setup::new(&args.rules)?;
    let places = places(&setup, args.into.as_deref(), &args.rules)?;
    let mut changes = Changes::default();
    for line in &args.line {
        changes.own(Some(&host), &places, |own| own.mark(line, category).map(|_| ()))?;
    }
    with_changes(&args.rules, &places, &changes)?;
    write(&changes, &places, &args.rules.rules, &setup.config)?;
    Ok(End::default())
}
