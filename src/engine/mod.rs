//! The sweep: rules judge the lines that still stand until nothing changes.
//!
//! Each round asks the actions in turn, blocks first and spans last; as soon as one takes something
//! the next round starts from what is left. So every decision is made on a text that a second run
//! would see too, and a second run finds nothing.

mod action;
pub(crate) mod explain;
pub(crate) mod guard;
mod holes;
pub(crate) mod index;
mod lines;
mod matcher;

use crate::{
    article::Article,
    fold::Folded,
    ledger::Cut,
    rule::{Action, Rule},
};
use guard::{Guard, Reason};
use index::Index;
use lines::{Line, Taker};
pub(crate) use matcher::count_words;
use matcher::{Place, Seen};
use rustc_hash::FxHasher;
use std::{
    hash::{Hash, Hasher},
    sync::Arc,
};

/// An article whose rules do not settle within these rounds is held: bounds the time of any article.
const MAX_ROUNDS: usize = 200;

/// What the rules make of one article.
pub(crate) struct Verdict {
    pub cuts: Vec<Cut>,
    pub held: Option<Reason>,
}

/// Sweeps an article. `rules` are in [`order`]; without an `index` every rule is tried on every line.
pub(crate) fn sweep(article: &Article<'_>, rules: &[Arc<Rule>], index: Option<&Index>, guard: &Guard) -> Verdict {
    let mut sweep = Sweep::new(article, rules, index);
    let before = sweep.chars();
    let settled = sweep.settle();
    if sweep.takers.is_empty() {
        return Verdict { cuts: Vec::new(), held: None };
    }
    let held = if settled { guard.objects(before, sweep.chars()) } else { Some(Reason::Unsettled { rounds: MAX_ROUNDS }) };
    Verdict { cuts: holes::cuts(&sweep), held }
}

/// The order in which rules are asked: by action, then the surest, then by id.
pub(crate) fn order(rules: &mut [Arc<Rule>]) {
    fn turn(rule: &Rule) -> usize {
        match rule.action {
            Action::Block(_) => 0,
            Action::Run(_) => 1,
            Action::Line(_) => 2,
            Action::Repeat(_) => 3,
            Action::Span(_) => 4,
        }
    }
    rules.sort_by(|a, b| (turn(a), b.confidence, &a.id).cmp(&(turn(b), a.confidence, &b.id)));
}

/// One application of a rule.
struct Taken {
    rule: usize,
    captures: Vec<(String, String)>,
}

struct Sweep<'a> {
    text: &'a str,
    rules: &'a [Arc<Rule>],
    index: Option<&'a Index>,
    title: Option<Folded>,
    lines: Vec<Line>,
    /// The lines that stand, by number.
    standing: Vec<usize>,
    /// For each standing line the characters above it.
    above: Vec<usize>,
    takers: Vec<Taken>,
    candidates: Vec<usize>,
}

impl<'a> Sweep<'a> {
    fn new(article: &Article<'a>, rules: &'a [Arc<Rule>], index: Option<&'a Index>) -> Self {
        let lines = lines::split(article.text);
        let standing = (0..lines.len()).filter(|&n| !lines[n].is_blank()).collect();
        let title = article.title_text().map(Folded::new).filter(|title| !title.core().is_empty());
        let mut sweep = Sweep {
            text: article.text,
            rules,
            index,
            title,
            lines,
            standing,
            above: Vec::new(),
            takers: Vec::new(),
            candidates: Vec::new(),
        };
        let mut folded = Folded::default();
        for at in 0..sweep.standing.len() {
            sweep.read(sweep.standing[at], &mut folded);
        }
        sweep.measure();
        sweep
    }

    /// Finds what a line says and which rules it could fall to.
    fn read(&mut self, number: usize, folded: &mut Folded) {
        let line = &self.lines[number];
        let text = line.text(self.text);
        folded.set(text);
        let mut hasher = FxHasher::default();
        folded.core().hash(&mut hasher);
        let says = hasher.finish();
        self.candidates.clear();
        match self.index {
            Some(index) => {
                index.candidates(folded, line.chars, &mut self.candidates);
                self.candidates.sort_unstable();
                self.candidates.dedup();
            }
            None => self.candidates.extend(0..self.rules.len()),
        }
        if !self.candidates.is_empty() {
            let seen = Seen::new(text, line.chars, folded, self.title.as_ref());
            self.candidates.retain(|&rule| seen.is_hit_by(&self.rules[rule]));
        }
        let line = &mut self.lines[number];
        line.says = says;
        line.hits.clear();
        line.hits.extend(&self.candidates);
    }

    /// Asks the actions in turn until none takes anything; false where that takes too long.
    fn settle(&mut self) -> bool {
        for _ in 0..MAX_ROUNDS {
            let took = self.blocks() || self.runs() || self.single_lines() || self.repeats() || self.spans();
            if !took {
                return true;
            }
            let lines = &self.lines;
            self.standing.retain(|&number| lines[number].gone.is_none() && lines[number].chars > 0);
            self.measure();
        }
        false
    }

    fn measure(&mut self) {
        self.above.clear();
        let mut sum = 0;
        for &number in &self.standing {
            self.above.push(sum);
            sum += self.lines[number].chars;
        }
        self.above.push(sum);
    }

    /// Characters that stand.
    fn chars(&self) -> usize {
        self.above.last().copied().unwrap_or(0)
    }

    /// The line at a place among the standing ones.
    fn line(&self, at: usize) -> &Line {
        &self.lines[self.standing[at]]
    }

    fn place(&self, at: usize) -> Place {
        let all = self.chars().max(1);
        Place { above: at, below: self.standing.len() - 1 - at, share: self.above[at] as f64 / all as f64 }
    }

    /// Does the rule hit the line, and may it act where the line stands?
    fn fires(&self, rule: usize, at: usize) -> bool {
        let place = self.place(at);
        self.line(at).hits.contains(&rule)
            && place.allows(&self.rules[rule])
            && match &self.rules[rule].action {
                Action::Run(run) => place.failing(&run.each).is_none(),
                _ => true,
            }
    }

    fn with_seen<T>(&self, at: usize, look: impl FnOnce(&Seen<'_>) -> T) -> T {
        let line = self.line(at);
        let text = line.text(self.text);
        let folded = Folded::new(text);
        look(&Seen::new(text, line.chars, &folded, self.title.as_ref()))
    }

    fn new_taker(&mut self, rule: usize, at: usize) -> Taker {
        let captures = self.with_seen(at, |seen| seen.captures(&self.rules[rule]));
        self.takers.push(Taken { rule, captures });
        self.takers.len() - 1
    }

    fn take_line(&mut self, at: usize, taker: Taker) {
        self.lines[self.standing[at]].gone = Some(taker);
    }
}
