//! From what was decided to the files that it changes, and what those would do to the articles.

use super::session::{Scope, Session, Verdict};
use anyhow::{Context, Result};
use dechaff::{OwnRules, Rule};
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};
use toml_edit::{Array, DocumentMut, value};

/// The rule of cuts that evidence took.
const EVIDENCE: &str = "any/evidence";

/// A file as it is and as it would be.
#[derive(Debug, Clone)]
pub struct Change {
    pub old: Option<String>,
    pub new: String,
}

/// Files that would change, by their path.
#[derive(Debug, Clone, Default)]
pub struct Changes {
    pub files: BTreeMap<PathBuf, Change>,
    /// Rules that would be ignored everywhere.
    pub ignored: Vec<String>,
}

/// Where a user's own rules stand.
pub struct Places {
    /// The folder of rule files, one for each host.
    pub rules: PathBuf,
    /// The project's `dechaff.toml`, which need not be there.
    pub config: PathBuf,
}

impl Places {
    /// The file of a host's rules, or of those for any host.
    pub fn of(&self, host: Option<&str>) -> PathBuf {
        self.rules.join(format!("{}.toml", host.unwrap_or("own")))
    }
}

fn named<'a>(rules: &[&'a Arc<Rule>], id: &str) -> Result<&'a Arc<Rule>> {
    rules.iter().copied().find(|rule| rule.id().as_str() == id).with_context(|| format!("no rule has the id `{id}`"))
}

impl Changes {
    /// What the verdicts and marks of a session come to.
    ///
    /// # Errors
    /// Where a file cannot be read, or a rule cannot be changed as it would have to be.
    pub fn of(session: &Session, places: &Places, rules: &[&Arc<Rule>]) -> Result<Changes> {
        let mut changes = Changes::default();
        for (&(article, cut), verdict) in session.cuts.iter().zip(&session.verdicts) {
            let Some(Verdict::Refused(scope)) = verdict else { continue };
            let paper = &session.papers[article];
            let cut = &paper.cuts[cut];
            let host = paper.host.as_deref();
            let line = &paper.lines[cut.lines.start].raw;
            match scope {
                Scope::Rule => changes.ignore(&cut.rule, places)?,
                Scope::Cut => changes.spare(host, line, &cut.rule, places, rules)?,
                Scope::Host if cut.rule == EVIDENCE => changes.spare(host, line, &cut.rule, places, rules)?,
                Scope::Host => {
                    let rule = named(rules, &cut.rule)?;
                    changes.own(host, places, |own| own.disable(rule.id()))?;
                }
            }
        }
        for mark in &session.marks {
            let paper = &session.papers[mark.article];
            let line = &paper.lines[mark.line].raw;
            changes.own(paper.host.as_deref(), places, |own| own.mark(line, mark.category).map(|_| ()))?;
        }
        Ok(changes)
    }

    /// Keeps a line of a host from a rule, or from evidence.
    pub fn spare(&mut self, host: Option<&str>, line: &str, rule: &str, places: &Places, rules: &[&Arc<Rule>]) -> Result<()> {
        if rule == EVIDENCE {
            return self.own(host, places, |own| own.outweigh(line));
        }
        let rule = named(rules, rule)?;
        self.own(host, places, |own| own.keep(line, rule))
    }

    /// Changes the rules of a host.
    pub fn own(
        &mut self,
        host: Option<&str>,
        places: &Places,
        change: impl FnOnce(&mut OwnRules) -> dechaff::Result<()>,
    ) -> Result<()> {
        let path = places.of(host);
        let known = self.read(&path)?;
        let mut own = match &known {
            Some(text) => OwnRules::parse(&path, text)?,
            None => OwnRules::new(host)?,
        };
        change(&mut own).with_context(|| path.display().to_string())?;
        self.put(path, known, own.text());
        Ok(())
    }

    fn ignore(&mut self, rule: &str, places: &Places) -> Result<()> {
        if self.ignored.iter().any(|known| known == rule) {
            return Ok(());
        }
        let path = &places.config;
        let known = self.read(path)?;
        let mut config: DocumentMut = known.as_deref().unwrap_or_default().parse().with_context(|| path.display().to_string())?;
        let list = config.entry("ignore").or_insert_with(|| value(Array::new()));
        let list = list.as_array_mut().with_context(|| format!("{}: `ignore` is no list; make it one", path.display()))?;
        list.push(rule);
        self.put(path.clone(), known, config.to_string());
        self.ignored.push(rule.to_owned());
        Ok(())
    }

    /// A file as it is by now.
    fn read(&self, path: &Path) -> Result<Option<String>> {
        if let Some(change) = self.files.get(path) {
            return Ok(Some(change.new.clone()));
        }
        match fs::read_to_string(path) {
            Ok(text) => Ok(Some(text)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error).with_context(|| format!("{}: cannot be read", path.display())),
        }
    }

    fn put(&mut self, path: PathBuf, known: Option<String>, new: String) {
        let change = self.files.entry(path).or_insert(Change { old: known, new: String::new() });
        change.new = new;
    }

    /// The changes as a diff that people read.
    pub fn shown(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for (path, change) in &self.files {
            let old = change.old.as_deref().unwrap_or_default();
            lines.push(format!("{}{}", path.display(), if change.old.is_none() { " (new)" } else { "" }));
            let diff = similar::TextDiff::from_lines(old, change.new.as_str());
            for hunk in diff.unified_diff().context_radius(1).iter_hunks() {
                lines.extend(hunk.iter_changes().map(|it| format!("{}{}", it.tag(), it.value().trim_end())));
            }
            lines.push(String::new());
        }
        lines
    }
}
