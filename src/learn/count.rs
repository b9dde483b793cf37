//! The second reading: what could be furniture is counted exactly, and where it stands is noted.

use super::{
    lines::{self, LINE, START, Saying},
    mask::{key, number},
    overview::Overview,
    survey::{Marks, host_name},
    titles,
};
use crate::{
    article::Article,
    cleaner::Cleaner,
    engine::{count_words, ends_sentence, standing::Left},
    fold::fold_core,
    rule::Category,
};
use rustc_hash::FxHashMap;
use std::{collections::BTreeMap, ops::RangeInclusive};

/// Lines of a host that stay, from which examples are taken.
pub(super) const KEPT: usize = 40;

/// Words of a headline.
const HEADLINE: RangeInclusive<usize> = 4..=18;

/// What an article adds to the count; made side by side with others.
#[derive(Debug, Default)]
pub struct Found {
    host: u64,
    place: usize,
    sum: u64,
    month: Option<u16>,
    sayings: Vec<Seen>,
    /// Titles of other articles that stand in it as lines, and the lines.
    named: Vec<(u64, String)>,
    stays: Vec<String>,
}

/// A saying where it stands in an article.
#[derive(Debug)]
struct Seen {
    saying: Saying,
    key: u64,
    raw: String,
    times: u32,
    at: Where,
}

/// Where it stands the first time.
#[derive(Debug, Clone, Copy)]
struct Where {
    top: bool,
    bottom: bool,
    /// Does it stand right between two paragraphs, or at least above one?
    between: bool,
    above_prose: bool,
    head: u32,
    tail: u32,
    broken: bool,
    /// Does a rule know a line beside it, or does one repeat?
    near: bool,
    /// What rules know the lines beside it for.
    beside: u32,
    hits: u32,
    leans: Option<(i64, Category)>,
    above_title: bool,
    rest_is_title: bool,
    /// Is what a beginning leaves as long as a headline, and no statement?
    rest_is_headline: bool,
    /// Is something below it, and nothing of that a paragraph?
    heads_list: bool,
}

/// What is known of a saying on a host.
#[derive(Debug, Default)]
pub(super) struct Count {
    pub kind: u8,
    pub masked: String,
    /// The first and the last of its wordings in the alphabet.
    pub raw: [String; 2],
    folds: (u64, u64),
    pub docs: u32,
    pub times: u32,
    /// A sum over its articles: what always comes together has one sum.
    pub together: u64,
    pub top: u32,
    pub bottom: u32,
    pub between: u32,
    pub above_prose: u32,
    pub head: u32,
    pub tail: u32,
    pub broken: u32,
    pub near: u32,
    pub beside: [u32; Category::ALL.len()],
    pub hits: [u32; Category::ALL.len()],
    pub leans: i64,
    pub leaning: [u32; Category::ALL.len()],
    pub weighed: u32,
    pub above_titles: u32,
    pub rests_are_titles: u32,
    pub rests_are_headlines: u32,
    pub heads_lists: u32,
    pub months: Months,
}

/// The first and the last month, counted from year 0, and the articles that tell theirs.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Months {
    pub first: u16,
    pub last: u16,
    pub told: u32,
}

/// The counts of one round's hosts.
#[derive(Debug)]
pub struct Counts<'a> {
    pub(super) overview: &'a Overview,
    /// This one of so many.
    round: usize,
    rounds: usize,
    pub(super) hosts: FxHashMap<u64, HostCount>,
    /// Articles that were added, by their places.
    seen: Vec<bool>,
}

#[derive(Debug, Default)]
pub(super) struct HostCount {
    /// Articles, copies aside.
    pub articles: u32,
    pub months: Months,
    pub counts: FxHashMap<u64, Count>,
    /// Lines that say another article's title, by its key: one wording and the articles they stand in.
    pub named: FxHashMap<u64, (String, u32)>,
    pub stays: BTreeMap<u64, String>,
}

impl<'a> Counts<'a> {
    /// Empty counts for one of the rounds, from 0.
    pub fn new(overview: &'a Overview, round: usize) -> Counts<'a> {
        Counts {
            overview,
            round,
            rounds: overview.rounds(),
            hosts: FxHashMap::default(),
            seen: vec![false; overview.twins.len()],
        }
    }

    /// What an article adds after the cleaner's rules took theirs; none where it adds nothing in this round.
    /// `month` counts from year 0, where the article's date is known.
    pub fn look(&self, cleaner: &Cleaner, article: &Article<'_>, name: &str, month: Option<u16>) -> Option<Found> {
        let overview = self.overview;
        let host = number(&host_name(article)?);
        let known = overview.hosts.get(&host)?;
        if host as usize % self.rounds != self.round || (known.all as usize) < overview.options.min_docs {
            return None;
        }
        let marks = Marks::of(article, host, name);
        let place = overview.place(&marks)?;
        let mut found = Found { host, place, sum: marks.sum, month, ..Found::default() };
        let own: Vec<String> = article.title_text().map_or(Vec::new(), titles::sayings);
        cleaner.with_left(article, |left| Reading { overview, host, own: &own, left }.read(&mut found));
        Some(found)
    }

    /// Adds what was found in an article.
    pub fn add(&mut self, found: Found) {
        if std::mem::replace(&mut self.seen[found.place], true) {
            return;
        }
        let host = self.hosts.entry(found.host).or_default();
        host.articles += 1;
        host.months.add(found.month);
        for (key, line) in found.named {
            let named = host.named.entry(key).or_insert_with(|| (line.clone(), 0));
            named.1 += 1;
            if line < named.0 {
                named.0 = line;
            }
        }
        for seen in found.sayings {
            host.counts.entry(seen.key).or_default().add(seen, found.sum, found.month);
        }
        for line in found.stays {
            host.stays.insert(number(&line), line);
            if host.stays.len() > KEPT {
                host.stays.pop_last();
            }
        }
    }
}

/// An article that is read.
struct Reading<'a, 'l> {
    overview: &'a Overview,
    host: u64,
    own: &'a [String],
    left: &'a Left<'l>,
}

impl Reading<'_, '_> {
    fn read(&self, found: &mut Found) {
        let left = self.left;
        let stands: Vec<usize> = (0..left.lines.len()).filter(|&at| left.lines[at].stands).collect();
        let said: Vec<Vec<Saying>> = stands.iter().map(|&at| lines::sayings(left.text(at))).collect();
        let whole = |said: &[Saying], holds: &dyn Fn(&Saying) -> bool| said.first().is_some_and(holds);
        let names: Vec<bool> = said.iter().map(|said| whole(said, &|it| self.names_other(&it.text))).collect();
        // Headlines repeat where others link to them.
        let is_own = |it: &Saying| self.own.contains(&it.text);
        let repeats: Vec<bool> = said
            .iter()
            .zip(&names)
            .map(|(said, names)| !names && whole(said, &|it| !is_own(it) && self.may_repeat(it)))
            .collect();
        // Furniture that is as long as a paragraph is none.
        let is_prose: Vec<bool> = stands.iter().zip(&repeats).map(|(&at, repeats)| left.lines[at].is_prose && !repeats).collect();
        let first = is_prose.iter().position(|prose| *prose).unwrap_or(usize::MAX);
        let last = is_prose.iter().rposition(|prose| *prose).map_or(0, |at| at + 1);
        let mut places: FxHashMap<u64, usize> = FxHashMap::default();
        for (at, said) in said.into_iter().enumerate() {
            let line = stands[at];
            if names[at] && at > first {
                found.named.push((said[0].key(self.host), left.text(line).to_owned()));
            }
            if is_prose[at] && left.text(line).chars().count() <= 160 {
                found.stays.push(left.text(line).to_owned());
            }
            let whole = repeats[at] || names[at];
            let wanted = said.into_iter().filter(|it| if it.kind == LINE { repeats[at] } else { !whole && self.may_repeat(it) });
            let mut here = None;
            for saying in wanted {
                let key = saying.key(self.host);
                if let Some(&known) = places.get(&key) {
                    found.sayings[known].times += 1;
                    continue;
                }
                let shared = here.get_or_insert_with(|| {
                    let opinion = left.opinion(line);
                    let repeated = |near: Option<usize>| near.and_then(|at| repeats.get(at)).is_some_and(|repeats| *repeats);
                    let beside = left.known_beside(line);
                    Where {
                        top: at <= first,
                        bottom: at >= last,
                        between: at > 0 && is_prose[at - 1] && is_prose.get(at + 1) == Some(&true),
                        above_prose: is_prose.get(at + 1) == Some(&true),
                        head: at as u32,
                        tail: (stands.len() - 1 - at) as u32,
                        broken: left.lines[line].is_broken,
                        near: beside != 0 || repeated(at.checked_sub(1)) || repeated(Some(at + 1)),
                        beside,
                        hits: opinion.hits.iter().fold(0, |all, &category| all | 1 << category as u32),
                        leans: opinion.leans,
                        above_title: names.get(at + 1) == Some(&true),
                        rest_is_title: false,
                        rest_is_headline: false,
                        heads_list: at >= last && at + 1 < stands.len(),
                    }
                });
                let rest = saying.rest.as_deref().filter(|_| saying.kind == START);
                let place = Where {
                    rest_is_title: rest.is_some_and(|rest| self.names_other(rest)),
                    rest_is_headline: rest.is_some_and(is_headline),
                    ..*shared
                };
                places.insert(key, found.sayings.len());
                found.sayings.push(Seen { key, saying, raw: left.text(line).to_owned(), times: 1, at: place });
            }
        }
    }

    fn may_repeat(&self, saying: &Saying) -> bool {
        self.overview.may_repeat(saying.key(self.host))
    }

    /// Is it the title of another article of the host?
    fn names_other(&self, text: &str) -> bool {
        self.overview.titled(key(self.host, LINE, text)).is_some() && !self.own.iter().any(|own| own == text)
    }
}

/// Is it as long as a headline, and no statement? Headlines ask.
fn is_headline(text: &str) -> bool {
    HEADLINE.contains(&count_words(text)) && (!ends_sentence(text) || text.ends_with('?'))
}

impl Count {
    fn add(&mut self, seen: Seen, article: u64, month: Option<u16>) {
        let fold = number(&fold_core(&seen.raw));
        if self.docs == 0 {
            self.kind = seen.saying.kind;
            self.masked = seen.saying.text;
            self.raw = [seen.raw.clone(), seen.raw.clone()];
            self.folds = (fold, fold);
        }
        self.folds = (self.folds.0.min(fold), self.folds.1.max(fold));
        if seen.raw < self.raw[0] {
            self.raw[0].clone_from(&seen.raw);
        }
        if seen.raw > self.raw[1] {
            self.raw[1] = seen.raw;
        }
        let at = seen.at;
        self.docs += 1;
        self.times += seen.times;
        self.together = self.together.wrapping_add(article);
        for (count, holds) in [
            (&mut self.top, at.top),
            (&mut self.bottom, at.bottom),
            (&mut self.between, at.between),
            (&mut self.above_prose, at.above_prose),
            (&mut self.broken, at.broken),
            (&mut self.near, at.near),
            (&mut self.above_titles, at.above_title),
            (&mut self.rests_are_titles, at.rest_is_title),
            (&mut self.rests_are_headlines, at.rest_is_headline),
            (&mut self.heads_lists, at.heads_list),
        ] {
            *count += u32::from(holds);
        }
        self.head = self.head.max(at.head);
        self.tail = self.tail.max(at.tail);
        for (counts, found) in [(&mut self.hits, at.hits), (&mut self.beside, at.beside)] {
            counts.iter_mut().enumerate().for_each(|(category, count)| *count += found >> category & 1);
        }
        if let Some((leans, category)) = at.leans {
            self.weighed += 1;
            self.leans += leans;
            self.leaning[category as usize] += 1;
        }
        self.months.add(month);
    }

    /// Do its wordings differ, numbers in them?
    pub fn varies(&self) -> bool {
        self.folds.0 != self.folds.1
    }

    /// Does the line end as a sentence?
    pub fn is_sentence(&self) -> bool {
        ends_sentence(&self.raw[0])
    }
}

impl Months {
    fn add(&mut self, month: Option<u16>) {
        let Some(month) = month else { return };
        self.first = if self.told == 0 { month } else { self.first.min(month) };
        self.last = self.last.max(month);
        self.told += 1;
    }

    /// Months from the first to the last.
    pub fn span(&self) -> u16 {
        if self.told == 0 { 0 } else { self.last - self.first + 1 }
    }
}
