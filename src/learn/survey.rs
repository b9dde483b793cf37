//! The first reading: how many articles each host has, what titles there are, which articles are
//! copies, and which lines could stand in enough articles to be worth counting.

use super::{
    Options,
    count::KEPT,
    lines,
    mask::{key, number},
    sketch::Sketch,
    titles,
};
use crate::{article::Article, fold::trim};
use rustc_hash::FxHashMap;
use std::collections::hash_map::Entry;

/// Bytes that a line takes up while it is counted, its text and the table's free slots included.
const COUNTED: usize = 800;

/// Bytes of a host's examples of lines that stay.
const HOST: usize = KEPT * 160;

/// What a first reading notes of an article; made side by side with others.
#[derive(Debug)]
pub struct Glance {
    host: String,
    /// Everything in it that could be furniture, each once.
    keys: Vec<u64>,
    titles: Vec<u64>,
    marks: Marks,
    name: String,
}

/// All that a first reading found. What it holds does not depend on the order of the articles.
#[derive(Debug)]
pub struct Survey {
    pub(super) options: Options,
    pub(super) hosts: FxHashMap<u64, Host>,
    pub(super) titles: FxHashMap<u64, Title>,
    names: Names,
    /// Of articles with the same two longest lines the one that stands for all.
    twins: FxHashMap<u64, (u64, u64)>,
    pub(super) sketch: Sketch,
    frequent: usize,
    articles: usize,
}

/// A host of the corpus.
#[derive(Debug, Default)]
pub(super) struct Host {
    pub name: String,
    /// Articles, copies among them.
    pub all: u32,
}

/// An article's title.
#[derive(Debug)]
pub(super) struct Title {
    /// Articles that have it; where they are many it names a column.
    pub articles: u32,
    /// One of them, by the place of its name.
    name: u32,
}

/// Names of articles in one buffer: there are as many as titles.
#[derive(Debug, Default)]
struct Names {
    text: String,
    ends: Vec<usize>,
}

impl Names {
    /// Adds a name and tells its place.
    fn add(&mut self, name: &str) -> u32 {
        self.text += name;
        self.ends.push(self.text.len());
        (self.ends.len() - 1) as u32
    }

    fn get(&self, place: u32) -> &str {
        let place = place as usize;
        let start = place.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.text[start..self.ends[place]]
    }
}

impl Glance {
    /// What is worth noting of an article that messages call by `name`; none where its host is not known.
    pub fn of(article: &Article<'_>, name: &str) -> Option<Glance> {
        let host = host_name(article)?;
        let id = number(&host);
        let said = article.text().split('\n').map(trim).flat_map(lines::sayings);
        let mut keys: Vec<u64> = said.map(|saying| saying.key(id)).collect();
        keys.sort_unstable();
        keys.dedup();
        let said = article.title_text().map_or(Vec::new(), titles::sayings);
        Some(Glance {
            keys,
            titles: said.iter().map(|saying| key(id, lines::LINE, saying)).collect(),
            marks: Marks::of(article, id, name),
            name: name.to_owned(),
            host,
        })
    }
}

/// What tells an article from others, and a copy from none.
#[derive(Debug)]
pub(super) struct Marks {
    /// Of its two longest lines.
    twin: u64,
    /// Of its text and title, and of its name.
    pub sum: (u64, u64),
}

impl Marks {
    pub fn of(article: &Article<'_>, host: u64, name: &str) -> Marks {
        let mut longest = ["", ""];
        for line in article.text().split('\n').map(trim) {
            if line.len() > longest[0].len() {
                longest = [line, longest[0]];
            } else if line.len() > longest[1].len() {
                longest[1] = line;
            }
        }
        let text = key(number(article.title_text().unwrap_or_default()), 0, article.text());
        Marks { twin: key(host, lines::TWIN, &longest.concat()), sum: (text, number(name)) }
    }
}

/// The host as packs name it.
pub(super) fn host_name(article: &Article<'_>) -> Option<String> {
    let host = article.host()?.trim_end_matches('.').to_ascii_lowercase();
    let bare = host.strip_prefix("www.").filter(|bare| bare.contains('.')).unwrap_or(&host);
    crate::site::check_site(bare).ok()
}

impl Survey {
    /// An empty survey.
    pub fn new(options: Options) -> Survey {
        Survey {
            sketch: Sketch::new(options.memory / 4),
            options,
            hosts: FxHashMap::default(),
            titles: FxHashMap::default(),
            names: Names::default(),
            twins: FxHashMap::default(),
            frequent: 0,
            articles: 0,
        }
    }

    /// Adds what was noted of an article.
    pub fn add(&mut self, glance: Glance) {
        self.articles += 1;
        let host = self.hosts.entry(number(&glance.host)).or_default();
        host.all += 1;
        if host.name.is_empty() {
            host.name = glance.host;
        }
        // Put down once for all of its titles.
        let mut name = None;
        for key in glance.titles {
            match self.titles.entry(key) {
                Entry::Vacant(title) => {
                    let name = *name.get_or_insert_with(|| self.names.add(&glance.name));
                    title.insert(Title { articles: 1, name });
                }
                Entry::Occupied(mut title) => {
                    let title = title.get_mut();
                    title.articles += 1;
                    if glance.name.as_str() < self.names.get(title.name) {
                        title.name = *name.get_or_insert_with(|| self.names.add(&glance.name));
                    }
                }
            }
        }
        let stands = self.twins.entry(glance.marks.twin).or_insert(glance.marks.sum);
        *stands = (*stands).min(glance.marks.sum);
        let enough = self.options.least();
        for key in glance.keys {
            self.frequent += usize::from(self.sketch.add(key) == enough);
        }
    }

    /// An article that has the title: of all their names the first.
    pub(super) fn name(&self, title: &Title) -> &str {
        self.names.get(title.name)
    }

    /// Articles whose host is known.
    pub fn articles(&self) -> usize {
        self.articles
    }

    /// How often the articles have to be read again, each time for other hosts, so that what is counted
    /// fits in memory.
    pub fn rounds(&self) -> usize {
        let all = self.options.memory;
        let left = (all - all / 4).saturating_sub(self.held()).max(all / 8);
        let hosts = self.hosts.values().filter(|host| host.all as usize >= self.options.min_docs).count();
        (self.frequent * COUNTED + hosts * HOST).div_ceil(left).max(1)
    }

    /// Bytes of what is held of every article.
    fn held(&self) -> usize {
        // A hash table fills seven slots of eight, each with a byte of its own.
        let table = |capacity: usize, entry: usize| capacity / 7 * 8 * (entry + 1);
        table(self.titles.capacity(), size_of::<(u64, Title)>())
            + table(self.twins.capacity(), size_of::<(u64, (u64, u64))>())
            + self.names.text.capacity()
            + self.names.ends.capacity() * size_of::<usize>()
    }

    /// Does the article stand for itself and its copies?
    pub(super) fn is_first(&self, marks: &Marks) -> bool {
        self.twins.get(&marks.twin) == Some(&marks.sum)
    }
}
