//! The first reading: how many articles each host has, what titles there are, which articles are
//! copies, and which lines could stand in enough articles to be worth counting.

use super::{
    Options, lines,
    mask::{key, number},
    overview::{Host, Overview, Title},
    sketch::Sketch,
    sorted::Pile,
    titles,
};
use crate::{article::Article, fold::trim, rule::texts::Texts};
use rustc_hash::FxHashMap;

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

/// All that a first reading finds, while articles are added.
#[derive(Debug)]
pub struct Survey {
    options: Options,
    hosts: FxHashMap<u64, Host>,
    titles: Pile<Title>,
    names: Texts,
    /// Of articles with the same two longest lines the sum of the one that stands for all.
    twins: Pile<u64>,
    sketch: Sketch,
    frequent: usize,
    articles: usize,
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

/// The bits of an article's sum that tell its name.
const NAME: u64 = (1 << 24) - 1;

/// What tells an article from others, and a copy from none.
#[derive(Debug)]
pub(super) struct Marks {
    /// Of its two longest lines.
    pub twin: u64,
    /// Of its text and title and, where these are the same, of its name.
    pub sum: u64,
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
        Marks { twin: key(host, lines::TWIN, &longest.concat()), sum: text & !NAME | number(name) & NAME }
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
            titles: Pile::default(),
            names: Texts::default(),
            twins: Pile::default(),
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
        if !glance.titles.is_empty() {
            let name = self.names.len() as u32;
            self.names.push(&glance.name);
            for key in glance.titles {
                self.titles.add(key, Title { articles: 1, name }, |a, b| a.and(b, &self.names));
            }
        }
        self.twins.add(glance.marks.twin, glance.marks.sum, u64::min);
        let enough = self.options.least();
        for key in glance.keys {
            self.frequent += usize::from(self.sketch.add(key) == Some(enough));
        }
    }

    /// What all of them tell. It does not depend on their order.
    pub fn close(self) -> Overview {
        Overview {
            titles: self.titles.sorted(|a, b| a.and(b, &self.names)),
            twins: self.twins.sorted(u64::min),
            options: self.options,
            hosts: self.hosts,
            names: self.names,
            sketch: self.sketch,
            frequent: self.frequent,
            articles: self.articles,
        }
    }
}
