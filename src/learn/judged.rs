//! From counts to what a host's pages repeat: candidates that stand often enough, each said once.

use super::{
    Options,
    content::{Place, Verdict, judge},
    count::{COLUMN, Count, Counts, HostCount},
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
        let survey = self.survey;
        let mut sites: Vec<Site> = Vec::new();
        for (id, host) in self.hosts {
            let name = survey.hosts.get(&id).map_or("", |host| &host.name).to_owned();
            if (host.articles as usize) < survey.options.min_docs {
                continue;
            }
            let titled = |(key, (line, docs)): (&u64, &(String, u32))| {
                let title = survey.titles.get(key).filter(|title| title.articles <= COLUMN)?;
                Some(Named { key: *key, line: line.clone(), docs: *docs as usize, article: title.article.clone() })
            };
            let mut titles: Vec<Named> = host.named.iter().filter_map(titled).collect();
            titles.sort_by(|a, b| b.docs.cmp(&a.docs).then_with(|| a.line.cmp(&b.line)));
            let lines = sayings(&host, &survey.options);
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
        let mut verdict = judge(count, host)?;
        if (count.docs as usize) < options.sure_docs {
            verdict.confidence = Confidence::Low;
        }
        Some(Judged {
            kind: count.kind,
            masked: count.masked.clone(),
            raw: count.raw.clone(),
            varies: count.varies(),
            docs: count.docs as usize,
            together: count.together,
            verdict,
            heads: heads(count),
        })
    };
    let mut all: Vec<Judged> = host.counts.values().filter(enough).filter_map(judged).collect();
    all.sort_by(|a, b| b.docs.cmp(&a.docs).then_with(|| (a.kind, &a.masked).cmp(&(b.kind, &b.masked))));
    believe_company(&mut all);
    let kept = apart(&all);
    all.into_iter().zip(kept).filter(|(_, kept)| *kept).map(|(judged, _)| judged).collect()
}

/// The least share for a beginning or an end: many stand in a few articles by chance.
const OPEN_SHARE: f64 = 0.1;

/// Lines that always come together are furniture where most of them are: a menu, a box.
fn believe_company(all: &mut [Judged]) {
    let mut groups: FxHashMap<u64, (usize, usize, Option<Category>)> = FxHashMap::default();
    for line in all.iter().filter(|line| line.kind == LINE) {
        let group = groups.entry(line.together).or_default();
        group.0 += 1;
        if line.verdict.confidence > Confidence::Low {
            group.1 += 1;
            group.2 = group.2.or(Some(line.verdict.category));
        }
    }
    for line in all.iter_mut().filter(|line| line.kind == LINE && line.verdict.confidence == Confidence::Low) {
        if let Some(&(lines, believed, Some(category))) = groups.get(&line.together)
            && lines >= COMPANY
            && 2 * believed >= lines
            && line.verdict.place != Place::Anywhere
        {
            line.verdict.confidence = Confidence::Medium;
            line.verdict.category = category;
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
