//! What a run did, as one JSON object: counts by rule, category, host and language, what was held or
//! bad, and the lines that each rule took most.

use crate::io::item::Item;
use dechaff::{Article, Category, Cleaned, RuleId, guess_language};
use serde::Serialize;
use std::{
    collections::{BTreeMap, HashMap},
    hash::Hash,
};

/// Hosts that are counted one by one; those met later are counted together.
const HOSTS: usize = 50_000;

/// Held articles, and bad records, that are listed.
const LISTED: usize = 10_000;

/// Lines that are kept in mind of each rule, and those of them that are shown.
const LINES: usize = 256;
const TOP: usize = 10;

/// Characters of a line that are kept in mind.
const LINE: usize = 200;

/// Counts of a run. Every list is bounded, so that it stays small for any input; a count of lines may
/// fall short for lines that are rare.
#[derive(Debug, Default, Serialize)]
pub struct Summary {
    version: String,
    articles: usize,
    changed: usize,
    cuts: usize,
    characters: usize,
    held: usize,
    bad: usize,
    categories: BTreeMap<&'static str, Count>,
    rules: BTreeMap<String, RuleCount>,
    hosts: BTreeMap<String, Share>,
    languages: BTreeMap<String, Share>,
    held_articles: Vec<Place>,
    bad_records: Vec<Place>,
    /// Files that were not done.
    undone: Vec<String>,
    #[serde(skip)]
    found: HashMap<RuleId, Found>,
    #[serde(skip)]
    by_category: HashMap<Category, Count>,
}

#[derive(Debug, Default, Clone, Copy, Serialize)]
struct Count {
    cuts: usize,
    /// White space around a cut aside.
    characters: usize,
    articles: usize,
}

#[derive(Debug, Serialize)]
struct RuleCount {
    category: &'static str,
    #[serde(flatten)]
    count: Count,
    lines: Vec<Line>,
}

#[derive(Debug, Serialize)]
struct Line {
    text: String,
    cuts: usize,
}

#[derive(Debug, Default, Clone, Copy, Serialize)]
struct Share {
    articles: usize,
    changed: usize,
    cuts: usize,
    held: usize,
}

#[derive(Debug, Serialize)]
struct Place {
    path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    record: Option<usize>,
    reason: String,
}

/// What a rule was found to take.
#[derive(Debug)]
struct Found {
    category: Category,
    count: Count,
    lines: HashMap<String, usize>,
}

impl Summary {
    /// Counts an article.
    pub fn add(&mut self, item: &Item<'_>, article: &Article<'_>, cleaned: &Cleaned<'_>) {
        let cuts = cleaned.cuts();
        let share =
            Share { articles: 1, changed: (!cuts.is_empty()).into(), cuts: cuts.len(), held: cleaned.held().is_some().into() };
        self.articles += 1;
        self.changed += share.changed;
        self.cuts += share.cuts;
        self.held += share.held;
        self.host(article.host().unwrap_or("?").to_ascii_lowercase(), share);
        let lang = article.lang_code().map(str::to_ascii_lowercase);
        let lang = lang.unwrap_or_else(|| guess_language(article.text()).unwrap_or("?").to_owned());
        self.languages.entry(lang).or_default().add(share);
        if let Some(reason) = cleaned.held().filter(|_| self.held_articles.len() < LISTED) {
            self.held_articles.push(Place::of(item, &reason.to_string()));
        }
        let (mut rules, mut categories) = (Vec::new(), Vec::new());
        for cut in cuts {
            let text = cleaned.taken(cut).trim();
            let characters = text.chars().count();
            self.characters += characters;
            let first = |seen: bool| Count { cuts: 1, characters, articles: (!seen).into() };
            let count = first(categories.contains(&cut.category()));
            self.by_category.entry(cut.category()).or_default().add(count);
            let count = first(rules.contains(&cut.rule()));
            let found = self.found.entry(cut.rule().clone()).or_insert_with(|| Found::new(cut.category()));
            found.count.add(count);
            *found.lines.entry(text.chars().take(LINE).collect()).or_default() += 1;
            // Each of them once: they are looked through for every cut.
            if !categories.contains(&cut.category()) {
                categories.push(cut.category());
            }
            if !rules.contains(&cut.rule()) {
                rules.push(cut.rule());
            }
        }
    }

    /// Counts a bad record.
    pub fn add_bad(&mut self, item: &Item<'_>, what: &str) {
        self.bad += 1;
        if self.bad_records.len() < LISTED {
            self.bad_records.push(Place::of(item, what));
        }
    }

    /// Adds what was counted of later articles.
    pub fn merge(&mut self, other: Summary) {
        self.articles += other.articles;
        self.changed += other.changed;
        self.cuts += other.cuts;
        self.characters += other.characters;
        self.held += other.held;
        self.bad += other.bad;
        other.hosts.into_iter().for_each(|(host, share)| self.host(host, share));
        other.languages.into_iter().for_each(|(lang, share)| self.languages.entry(lang).or_default().add(share));
        other.by_category.into_iter().for_each(|(category, count)| self.by_category.entry(category).or_default().add(count));
        for (rule, theirs) in other.found {
            let ours = self.found.entry(rule).or_insert_with(|| Found::new(theirs.category));
            ours.count.add(theirs.count);
            theirs.lines.into_iter().for_each(|(line, cuts)| *ours.lines.entry(line).or_default() += cuts);
            ours.prune();
        }
        let room = LISTED.saturating_sub(self.held_articles.len());
        self.held_articles.extend(other.held_articles.into_iter().take(room));
        let room = LISTED.saturating_sub(self.bad_records.len());
        self.bad_records.extend(other.bad_records.into_iter().take(room));
    }

    fn host(&mut self, host: String, share: Share) {
        let known = self.hosts.len() < HOSTS || self.hosts.contains_key(&host);
        self.hosts.entry(if known { host } else { "(others)".to_owned() }).or_default().add(share);
    }

    /// The whole as JSON, with the version of what cleaned and the files that were not done.
    pub fn json(mut self, version: &str, undone: Vec<String>) -> serde_json::Result<Vec<u8>> {
        self.version = version.to_owned();
        self.undone = undone;
        self.categories = self.by_category.iter().map(|(category, count)| (category.name(), *count)).collect();
        self.rules = self.found.drain().map(|(rule, found)| (rule.to_string(), found.shown())).collect();
        let mut json = serde_json::to_vec_pretty(&self)?;
        json.push(b'\n');
        Ok(json)
    }
}

impl Found {
    fn new(category: Category) -> Found {
        Found { category, count: Count::default(), lines: HashMap::new() }
    }

    /// Forgets the rarest lines where there are too many.
    fn prune(&mut self) {
        if self.lines.len() > 2 * LINES {
            self.lines = most(std::mem::take(&mut self.lines), LINES).into_iter().collect();
        }
    }

    fn shown(self) -> RuleCount {
        let lines = most(self.lines, TOP).into_iter().map(|(text, cuts)| Line { text, cuts }).collect();
        RuleCount { category: self.category.name(), count: self.count, lines }
    }
}

/// The keys with the highest counts, of equals the first by name.
fn most<K: Ord + Hash>(counts: HashMap<K, usize>, number: usize) -> Vec<(K, usize)> {
    let mut all: Vec<(K, usize)> = counts.into_iter().collect();
    all.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    all.truncate(number);
    all
}

impl Count {
    fn add(&mut self, other: Count) {
        self.cuts += other.cuts;
        self.characters += other.characters;
        self.articles += other.articles;
    }
}

impl Share {
    fn add(&mut self, other: Share) {
        self.articles += other.articles;
        self.changed += other.changed;
        self.cuts += other.cuts;
        self.held += other.held;
    }
}

impl Place {
    fn of(item: &Item<'_>, reason: &str) -> Place {
        Place { path: item.input.shown(), record: item.record, reason: reason.to_owned() }
    }
}
