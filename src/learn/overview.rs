//! What a first reading found: which articles are copies, which lines name another article, and how often
//! the articles have to be read again.

use super::{Options, count::KEPT, sketch::Sketch, sorted::Sorted, survey::Marks};
use crate::rule::texts::Texts;
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
    /// Of every article with a title.
    pub(super) names: Texts,
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
    pub fn and(self, other: Title, names: &Texts) -> Title {
        let is_first = names.at(other.name as usize) < names.at(self.name as usize);
        let name = if is_first { other.name } else { self.name };
        Title { articles: self.articles + other.articles, name }
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
        self.sketch.bytes() + self.titles.bytes() + self.twins.bytes() + self.names.bytes()
    }

    /// The place of the article among those that stand for themselves and their copies; none where it is
    /// a copy.
    pub(super) fn place(&self, marks: &Marks) -> Option<usize> {
        self.twins.find(marks.twin).filter(|&(_, sum)| *sum == marks.sum).map(|(place, _)| place)
    }

    /// The one article, or the first of the few, whose title it is.
    pub(super) fn titled(&self, key: u64) -> Option<&str> {
        let (_, title) = self.titles.find(key)?;
        (title.articles <= COLUMN).then(|| self.names.at(title.name as usize))
    }

    /// Could it stand in enough articles of the host?
    pub(super) fn may_repeat(&self, key: u64) -> bool {
        self.sketch.at_most(key) >= self.options.least()
    }
}
