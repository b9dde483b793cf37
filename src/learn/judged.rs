//! From counts to what a host's pages repeat: candidates that stand often enough, each said once.

use super::{
    Options,
    content::{Place, Verdict, judge},
    count::{Count, Counts, HostCount},
    lines::{END, LINE, START},
};
use crate::rule::{Category, Confidence};
use rustc_hash::FxHashMap;

/// What the articles of a host repeat.
#[derive(Debug, Clone)]
pub struct Site {
    /// The host.
    pub host: String,
    /// Its articles, copies aside.
    pub articles: usize,
    pub(super) lines: Vec<Judged>,
    pub(super) titles: Vec<Named>,
    pub(super) stays: Vec<String>,
}

/// A saying of a site.
#[derive(Debug, Clone)]
pub(super) struct Judged {
    pub kind: u8,
    pub masked: String,
    pub raw: [String; 2],
    pub varies: bool,
    pub docs: usize,
    pub together: u64,
    pub verdict: Verdict,
    /// Do rules know it, or titles of other articles below it?
    pub known: bool,
    /// Lines below it at most, where it heads a list at the end of every article it stands in.
    pub heads: Option<u32>,
}

/// A line that says another article's title.
#[derive(Debug, Clone)]
pub(super) struct Named {
    pub key: u64,
    pub line: String,
    pub docs: usize,
    pub article: String,
}

impl Counts<'_> {
    /// What each host of this round repeats, by name.
    pub fn judge(self) -> Vec<Site> {
        let overview = self.overview;
        let mut sites: Vec<Site> = Vec::new();
        for (id, host) in self.hosts {
            let name = overview.hosts.get(&id).map_or("", |host| &host.name).to_owned();
            if (host.articles as usize) < overview.options.min_docs {
                continue;
            }
            let titled = |(key, (line, docs)): (&u64, &(String, u32))| {
                let article = overview.titled(*key)?.to_owned();
                Some(Named { key: *key, line: line.clone(), docs: *docs as usize, article })
            };
            let mut titles: Vec<Named> = host.named.iter().filter_map(titled).collect();
            titles.sort_by(|a, b| b.docs.cmp(&a.docs).then_with(|| a.line.cmp(&b.line)));
            let lines = sayings(&host, &overview.options);
            sites.push(Site {
                host: name,
                articles: host.articles as usize,
                lines,
                titles,
                stays: host.stays.into_values().collect(),
            });
        }
        sites.sort_by(|a, b| a.host.cmp(&b.host));
        sites
    }
}

/// Those that stand often enough, most frequent first.
fn sayings(host: &HostCount, options: &Options) -> Vec<Judged> {
    let enough = |count: &&Count| {
        let share = if count.kind == LINE { options.min_share } else { options.min_share.max(OPEN_SHARE) };
        count.docs as usize >= options.min_docs && f64::from(count.docs) >= share * f64::from(host.articles)
    };
    let heads = |count: &Count| {
        (count.kind == LINE && count.heads_lists == count.docs && count.times == count.docs).then_some(count.tail)
    };
    let judged = |count: &Count| {
        Some(Judged {
            kind: count.kind,
            masked: count.masked.clone(),
            raw: count.raw.clone(),
            varies: count.varies(),
            docs: count.docs as usize,
            together: count.together,
            verdict: judge(count, host)?,
            known: count.is_known(),
            heads: heads(count),
        })
    };
    let mut all: Vec<Judged> = host.counts.values().filter(enough).filter_map(judged).collect();
    all.sort_by(|a, b| b.docs.cmp(&a.docs).then_with(|| (a.kind, &a.masked).cmp(&(b.kind, &b.masked))));
    believe_company(&mut all);
    for line in all.iter_mut().filter(|line| line.docs < options.sure_docs) {
        line.verdict.confidence = Confidence::Low;
    }
    let kept = apart(&all);
    all.into_iter().zip(kept).filter(|(_, kept)| *kept).map(|(judged, _)| judged).collect()
}

/// The least share for a beginning or an end: many stand in a few articles by chance.
const OPEN_SHARE: f64 = 0.1;

/// Lines that always come together at an edge are a menu, a share bar, a box: of the category that most
/// of those have which are known.
fn believe_company(all: &mut [Judged]) {
    let edge = |line: &Judged| line.kind == LINE && matches!(line.verdict.place, Place::Tail(_));
    let mut groups: FxHashMap<u64, Vec<Option<Category>>> = FxHashMap::default();
    for line in all.iter().filter(|line| edge(line)) {
        let known = (line.verdict.confidence > Confidence::Low).then_some(line.verdict.category);
        groups.entry(line.together).or_default().push(known);
    }
    for line in all.iter_mut().filter(|line| edge(line) && line.verdict.confidence == Confidence::Low) {
        let Some(group) = groups.get(&line.together).filter(|group| group.len() >= COMPANY) else { continue };
        line.verdict.confidence = Confidence::Medium;
        if let Some(category) = group.iter().flatten().next() {
            line.verdict.category = *category;
        }
    }
}

/// Lines that make a company.
const COMPANY: usize = 3;

/// Which of them to keep, so that no beginning or end is told twice: the longer where it stands in
/// nearly as many articles.
fn apart(all: &[Judged]) -> Vec<bool> {
    let within = |a: &Judged, b: &Judged| {
        a.kind == b.kind
            && a.masked.len() < b.masked.len()
            && match a.kind {
                START => b.masked.starts_with(&a.masked),
                END => b.masked.ends_with(&a.masked),
                _ => false,
            }
    };
    let replaced = |a: &Judged| {
        let longer = all.iter().any(|b| within(a, b) && 5 * b.docs >= 4 * a.docs);
        let shorter = all.iter().any(|b| within(b, a) && 5 * a.docs < 4 * b.docs);
        longer || shorter
    };
    all.iter().map(|judged| judged.kind == LINE || !replaced(judged)).collect()
}
