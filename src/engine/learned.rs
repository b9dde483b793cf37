//! What the other articles of the batch tell about a line: it repeats, or it names one of them.

use super::{
    Sweep, Taken,
    around::{Categories, bit},
};
use crate::{
    article::Article,
    learn::{
        Place,
        facts::{Fact, Facts},
    },
    ledger::Support,
    rule::{Category, Confidence, RuleId},
};
use std::{cell::RefCell, sync::Arc};

/// The ids that the ledger gives for what is taken so.
pub(crate) const REPEAT: &str = "learned/repeat";
pub(crate) const TITLE: &str = "learned/title";

/// Headlines with a paragraph below each: so many make a round-up, and they are its own.
const ROUNDUP: usize = 3;

/// Facts, and what a selection lets them take.
#[derive(Debug, Clone)]
pub(crate) struct Learned {
    facts: Arc<Facts>,
    /// Categories that repeats and titles may take.
    repeats: Categories,
    titles: Categories,
    least: Confidence,
}

impl Learned {
    pub fn new(facts: Arc<Facts>, takes: impl Fn(&str, Category) -> bool, least: Confidence) -> Learned {
        let all = |id| Category::ALL.iter().filter(|&&category| takes(id, category)).fold(0, |all, &it| all | bit(it));
        Learned { repeats: all(REPEAT), titles: all(TITLE), facts, least }
    }

    fn takes(&self, fact: &Fact) -> bool {
        let categories = if fact.is_title() { self.titles } else { self.repeats };
        categories & bit(fact.category) != 0 && fact.confidence >= self.least
    }
}

/// What is known of the lines of one article.
pub(super) struct Known<'a> {
    learned: &'a Learned,
    host: u64,
    own: Vec<String>,
    /// By the line's number, what is known of it, as long as it has so many characters.
    lines: RefCell<Vec<Option<Told<'a>>>>,
}

/// Characters of a line, and what is known of it.
type Told<'a> = (usize, Option<&'a Fact>);

impl<'a> Known<'a> {
    pub fn of(article: &Article<'_>, learned: Option<&'a Learned>) -> Option<Known<'a>> {
        let learned = learned?;
        let host = learned.facts.host(article)?;
        Some(Known { learned, host, own: Facts::own(article), lines: RefCell::default() })
    }
}

impl<'a> Sweep<'a> {
    /// Takes lines that the batch knows.
    pub(super) fn learned(&mut self) -> bool {
        let found = self.learned_lines();
        for (at, support) in &found {
            self.takers.push(Taken::Learned(support.clone()));
            self.take_line(*at, self.takers.len() - 1);
        }
        !found.is_empty()
    }

    /// The standing lines that it takes, and what speaks for that.
    fn learned_lines(&self) -> Vec<(usize, Box<Support>)> {
        let Some(known) = &self.known else { return Vec::new() };
        let facts: Vec<Option<&Fact>> = self.standing.iter().map(|&number| self.fact(known, number)).collect();
        let n = facts.len();
        // Furniture that is as long as a paragraph is none.
        let prose: Vec<bool> =
            (0..n).map(|at| facts[at].is_none_or(Fact::is_title) && self.is_prose(self.standing[at])).collect();
        let first = prose.iter().position(|prose| *prose).unwrap_or(usize::MAX);
        let behind = prose.iter().rposition(|prose| *prose).map_or(0, |at| at + 1);
        let is_title = |at: usize| facts[at].is_some_and(Fact::is_title);
        let headings = (0..n).filter(|&at| is_title(at) && prose.get(at + 1) == Some(&true)).count();
        let stands = |at: usize, fact: &Fact| match fact.place {
            _ if fact.is_title() => at > first && headings < ROUNDUP,
            Place::Head(lines) => at < first && at < lines as usize,
            Place::Tail(lines) => at >= behind && n - 1 - at < lines as usize,
            Place::Anywhere => true,
        };
        let taken =
            (0..n).filter_map(|at| Some((at, facts[at]?))).filter(|&(at, fact)| known.learned.takes(fact) && stands(at, fact));
        taken
            .map(|(at, fact)| {
                let rule = RuleId::new("", if fact.is_title() { TITLE } else { REPEAT });
                let says = known.learned.facts.told(known.host, fact);
                (at, Box::new(Support { rule, category: fact.category, confidence: fact.confidence, says }))
            })
            .collect()
    }

    fn fact(&self, known: &Known<'a>, number: usize) -> Option<&'a Fact> {
        let mut lines = known.lines.borrow_mut();
        lines.resize(self.lines.len(), None);
        let line = &self.lines[number];
        let told = lines[number].filter(|(chars, _)| *chars == line.chars);
        let learned = known.learned;
        let (_, fact) = *lines[number]
            .insert(told.unwrap_or_else(|| (line.chars, learned.facts.about(known.host, line.text(self.text), &known.own))));
        fact
    }
}
