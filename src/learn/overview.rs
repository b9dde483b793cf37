//! What a first reading found: which articles are copies, which lines name another article, and how often
//! the articles have to be read again.

use super::{Options, count::KEPT, sketch::Sketch, sorted::Sorted, survey::Marks};
use rustc_hash::FxHashMap;

/// Bytes that a line takes up while it is counted, its text and the table's free slots included.
const COUNTED: usize = 800;

/// Bytes of a host's examples of lines that stay.
const HOST: usize = KEPT * 160;

/// A title that more articles have names a column.
const COLUMN: u32 = 2;

/// All that a first reading found; see [`Survey::close`](super::Survey::close).
#[derive(Debug)]
pub struct Overview {
    pub(super) options: Options,
    pub(super) hosts: FxHashMap<u64, Host>,
    pub(super) titles: Sorted<Title>,
    pub(super) names: Names,
    /// Of articles with the same two longest lines the sum of the one that stands for all.
    pub(super) twins: Sorted<u64>,
    pub(super) sketch: Sketch,
    pub(super) frequent: usize,
    pub(super) articles: usize,
}

/// A host of the corpus.
#[derive(Debug, Default)]
pub(super) struct Host {
    pub name: String,
    /// Articles, copies among them.
    pub all: u32,
}

/// An article's title.
#[derive(Debug, Clone, Copy)]
pub(super) struct Title {
    /// Articles that have it.
    pub articles: u32,
    /// One of them, by the place of its name.
    pub name: u32,
}

impl Title {
    /// The same title of more articles; of all their names the first.
    pub fn and(self, other: Title, names: &Names) -> Title {
        let name = if names.get(other.name) < names.get(self.name) { other.name } else { self.name };
        Title { articles: self.articles + other.articles, name }
    }
}

/// Names of articles in one buffer: there are as many as titles.
#[derive(Debug, Default)]
pub(super) struct Names {
    text: String,
    ends: Vec<usize>,
}

impl Names {
    /// Adds a name and tells its place.
    pub fn add(&mut self, name: &str) -> u32 {
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

impl Overview {
    /// Articles whose host is known.
    pub fn articles(&self) -> usize {
        self.articles
    }

    /// How often the articles have to be read again, each time for other hosts, so that what is counted
    /// fits in memory.
    pub fn rounds(&self) -> usize {
        let all = self.options.memory;
        let left = all.saturating_sub(self.held()).max(all / 8);
        let hosts = self.hosts.values().filter(|host| host.all as usize >= self.options.min_docs).count();
        (self.frequent * COUNTED + hosts * HOST).div_ceil(left).max(1)
    }

    /// Bytes of what is held while lines are counted.
    fn held(&self) -> usize {
        let names = self.names.text.len() + self.names.ends.len() * size_of::<usize>();
        self.sketch.bytes() + self.titles.bytes() + self.twins.bytes() + names
    }

    /// The place of the article among those that stand for themselves and their copies; none where it is
    /// a copy.
    pub(super) fn place(&self, marks: &Marks) -> Option<usize> {
        self.twins.place(marks.twin).filter(|_| self.twins.get(marks.twin) == Some(&marks.sum))
    }

    /// The one article, or the first of the few, whose title it is.
    pub(super) fn titled(&self, key: u64) -> Option<&str> {
        let title = self.titles.get(key)?;
        (title.articles <= COLUMN).then(|| self.names.get(title.name))
    }

    /// Could it stand in enough articles of the host?
    pub(super) fn may_repeat(&self, key: u64) -> bool {
        self.sketch.at_most(key) >= self.options.least()
    }
}
