//! What a batch knows of its hosts, to be asked while it is cleaned: which lines repeat, which name
//! another of its articles.

use super::{
    content::Place,
    judged::Site,
    lines::{self, LINE, START},
    mask::{key, number},
    survey, titles,
};
use crate::{
    article::Article,
    rule::{Category, Confidence},
};
use rustc_hash::FxHashMap;

/// What a batch of articles tells about the lines of each; see [`Cleaner::with_facts`](crate::Cleaner::with_facts).
#[derive(Debug, Default)]
pub struct Facts {
    hosts: FxHashMap<u64, (String, usize)>,
    known: FxHashMap<u64, Fact>,
}

/// What is known of a line, or of what lines begin with.
#[derive(Debug)]
pub(crate) struct Fact {
    pub category: Category,
    pub confidence: Confidence,
    pub place: Place,
    docs: usize,
    says: Says,
}

#[derive(Debug, PartialEq, Eq)]
enum Says {
    Line,
    Start,
    /// Another article's title; the article's name.
    Title(String),
}

impl Facts {
    /// The facts of sites, as [`add`](Self::add) puts them together.
    pub fn new(sites: &[Site], min_docs: usize) -> Facts {
        let mut facts = Facts::default();
        facts.add(sites, min_docs);
        facts
    }

    /// Adds the facts of sites. A line must stand in as many other articles as [`Options::min_docs`](super::Options::min_docs) says:
    /// an article does not speak for itself.
    pub fn add(&mut self, sites: &[Site], min_docs: usize) {
        for site in sites {
            let id = number(&site.host);
            let before = self.known.len();
            for line in &site.lines {
                let says = match line.kind {
                    LINE => Says::Line,
                    START => Says::Start,
                    _ => continue,
                };
                if line.docs > min_docs {
                    let verdict = line.verdict;
                    let fact = Fact {
                        category: verdict.category,
                        confidence: verdict.confidence,
                        place: verdict.place,
                        docs: line.docs,
                        says,
                    };
                    self.known.insert(key(id, line.kind, &line.masked), fact);
                }
            }
            for named in &site.titles {
                self.known.entry(named.key).or_insert_with(|| Fact {
                    category: Category::Related,
                    confidence: Confidence::Medium,
                    place: Place::Anywhere,
                    docs: 1,
                    says: Says::Title(named.article.clone()),
                });
            }
            if self.known.len() > before {
                self.hosts.insert(id, (site.host.clone(), site.articles));
            }
        }
    }

    /// Is nothing known?
    pub fn is_empty(&self) -> bool {
        self.known.is_empty()
    }

    /// The number of the article's host, where something is known of it.
    pub(crate) fn host(&self, article: &Article<'_>) -> Option<u64> {
        let id = number(&survey::host_name(article)?);
        self.hosts.contains_key(&id).then_some(id)
    }

    /// What is known of a line on a host; nothing where it says the article's own title.
    pub(crate) fn about(&self, host: u64, line: &str, own: &[String]) -> Option<&Fact> {
        let said = lines::sayings(line);
        let names_itself = said.first().is_some_and(|whole| own.contains(&whole.text));
        if names_itself {
            return None;
        }
        said.iter().find_map(|saying| self.known.get(&saying.key(host)))
    }

    /// What it rests on, in words.
    pub(crate) fn told(&self, host: u64, fact: &Fact) -> String {
        let (name, articles) = self.hosts.get(&host).map_or(("", 0), |(name, articles)| (name, *articles));
        match &fact.says {
            Says::Line => format!("stands in {} of {articles} articles of {name}", fact.docs),
            Says::Start => format!("{} of {articles} articles of {name} have a line that begins so", fact.docs),
            Says::Title(article) => format!("title of article {article}"),
        }
    }

    /// What lines that say an article's title say.
    pub(crate) fn own(article: &Article<'_>) -> Vec<String> {
        article.title_text().map_or(Vec::new(), titles::sayings)
    }
}

impl Fact {
    pub fn is_title(&self) -> bool {
        matches!(self.says, Says::Title(_))
    }
}
