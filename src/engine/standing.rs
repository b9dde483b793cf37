//! What the rules leave of an article, line by line, for those who learn from it.

use super::{
    Plan, Sweep,
    around::Around,
    signs::{Looks, broken},
};
use crate::{article::Article, rule::Category};
use std::ops::Range;

/// An article after the rules took what they take.
pub(crate) struct Left<'a> {
    sweep: Sweep<'a>,
    around: Option<Around>,
    /// Every line that was not blank.
    pub lines: Vec<LeftLine>,
}

/// One of its lines.
pub(crate) struct LeftLine {
    number: usize,
    /// Does it stand?
    pub stands: bool,
    pub is_prose: bool,
    /// Is it a piece of a sentence that goes over several lines?
    pub is_broken: bool,
}

/// What the rules at hand make of a line.
pub(crate) struct Opinion {
    /// Categories of the rules that know it, also those that do not act.
    pub hits: Vec<Category>,
    /// What its signs add up to beyond what is needed, in thousandths, and what they speak for.
    pub leans: Option<(i64, Category)>,
}

impl<'a> Left<'a> {
    pub fn of(article: &Article<'a>, plan: &'a Plan) -> Left<'a> {
        let mut sweep = Sweep::new(article, plan);
        let before = sweep.standing.clone();
        sweep.settle();
        let broken = broken(before.iter().map(|&number| Looks::of(sweep.lines[number].text(sweep.text))));
        let line = |(at, &number): (usize, &usize)| LeftLine {
            number,
            stands: sweep.standing.binary_search(&number).is_ok(),
            is_prose: sweep.is_prose(number),
            is_broken: broken[at],
        };
        let lines = before.iter().enumerate().map(line).collect();
        let around = plan.evidence.as_deref().map(|evidence| sweep.around(evidence, before, false));
        Left { sweep, around, lines }
    }

    /// The text of a line, by its place among `lines`.
    pub fn text(&self, at: usize) -> &str {
        self.sweep.lines[self.lines[at].number].text(self.sweep.text)
    }

    /// The categories, as bits, of the rules that took a line beside this one or know it.
    pub fn known_beside(&self, at: usize) -> u32 {
        let beside = [at.checked_sub(1), Some(at + 1)].into_iter().flatten().filter_map(|at| self.lines.get(at));
        beside.fold(0, |all, line| all | self.sweep.hit_by(line.number, self.sweep.known_to_rules(line.number, None)))
    }

    pub fn opinion(&self, at: usize) -> Opinion {
        let rules = &self.sweep.plan.rules;
        let mut hits: Vec<Category> =
            self.sweep.lines[self.lines[at].number].hits.iter().map(|&rule| rules[rule].category).collect();
        hits.sort();
        hits.dedup();
        let evidence = self.sweep.plan.evidence.as_deref().zip(self.around.as_ref());
        let leans = evidence.map(|(evidence, around)| {
            let weighing = self.sweep.weighing(evidence, around, at);
            ((1000.0 * (weighing.sum - weighing.needed)) as i64, weighing.category)
        });
        Opinion { hits, leans }
    }
}

/// A line as weights are fitted to it.
pub(crate) struct Observed {
    /// Its bytes in the article, line end included.
    pub bytes: Range<usize>,
    /// Its characters.
    pub chars: usize,
    /// Did a rule take it?
    pub gone: bool,
    /// May evidence take it?
    pub weighed: bool,
    /// The numbers of the weights that count for it.
    pub signs: Vec<usize>,
}

/// What the evidence sees of each line of an article after the rules took what they take.
pub(crate) fn observe(article: &Article<'_>, plan: &Plan) -> Vec<Observed> {
    let Some(evidence) = &plan.evidence else { return Vec::new() };
    let mut sweep = Sweep::new(article, plan);
    let before = sweep.standing.clone();
    sweep.settle_rules();
    let around = sweep.around(evidence, before, false);
    let seen = |at: usize| {
        let line = &sweep.lines[around.lines[at]];
        let signs = sweep.counting(evidence, &around, at);
        Observed {
            bytes: line.whole.clone(),
            chars: line.chars,
            gone: line.gone.is_some(),
            weighed: sweep.is_weighed(evidence, &around, at),
            signs,
        }
    };
    (0..around.lines.len()).map(seen).collect()
}
