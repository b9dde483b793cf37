//! Evidence decides about lines that no rule takes, and doubts rules.
//!
//! Signs around a line are looked up among the lines as they stood before this round's rules took
//! some; the round is then repeated on what is left until nothing goes, so a second run finds nothing
//! either.

use super::{
    Sweep, Taken,
    around::{Around, bit},
    evidence::{Evidence, Nearby, Sign, Step},
    signs::{Answers, REACH, WINDOW},
    words::count_words,
};
use crate::{
    ledger::{Term, Weighing},
    rule::{Category, Confidence, Rule},
};
use std::{cell::OnceCell, cmp::Reverse};

/// Terms of a sum that a cut names.
const NAMED: usize = 6;

/// The category with most weight.
pub(crate) fn spoken_for(weights: impl Iterator<Item = (Category, i64)>) -> Category {
    let mut sums = [0; Category::ALL.len()];
    weights.for_each(|(category, weight)| sums[category as usize] += weight);
    let most = (0..sums.len()).max_by_key(|&at| (sums[at], Reverse(at))).unwrap_or(0);
    if sums[most] > 0 { Category::ALL[most] } else { Category::Other }
}

impl Sweep<'_> {
    /// Takes the lines that the evidence speaks against; `before` are the lines that stood when the
    /// round began.
    pub(super) fn weigh_lines(&mut self, before: Vec<usize>) -> bool {
        let Some(evidence) = &self.plan.evidence else { return false };
        let is_known = |&number: &usize| self.lines[number].gone.is_some() || !self.lines[number].hits.is_empty();
        if !before.iter().any(is_known) {
            // No line has a witness.
            return false;
        }
        let around = self.around(evidence, before, false);
        let mut taken = Vec::new();
        for at in 0..around.lines.len() {
            let line = &self.lines[around.lines[at]];
            if line.gone.is_some() || !self.is_weighed(evidence, &around, at) {
                continue;
            }
            if self.reaches(evidence, &around, at, evidence.needed(line.chars, evidence.least)) {
                let weighing = self.weighing(evidence, &around, at);
                if evidence.takes & bit(weighing.category) != 0 {
                    taken.push((around.lines[at], weighing));
                }
            }
        }
        let took = !taken.is_empty();
        for (number, weighing) in taken {
            self.takers.push(Taken::Evidence(Box::new(weighing)));
            self.lines[number].gone = Some(self.takers.len() - 1);
        }
        took
    }

    /// May evidence take the line at this place, whatever it weighs?
    pub(super) fn is_weighed(&self, evidence: &Evidence, around: &Around, at: usize) -> bool {
        let chars = self.lines[around.lines[at]].chars;
        let fits = (1..=evidence.settings.max_chars()).contains(&chars);
        let spared = around.broken[at] || around.may_be_headline[at] || self.is_of_spared_category(around.lines[at]);
        fits && !spared && self.has_witness(around, at)
    }

    /// Does a rule that is sure of the line say it is of a category that is not selected, as bylines
    /// are not? Then it is not to go under another name.
    fn is_of_spared_category(&self, number: usize) -> bool {
        let is_sure = |rule: usize| !self.plan.acts[rule] && self.plan.rules[rule].confidence > Confidence::Low;
        self.lines[number].hits.iter().any(|&rule| is_sure(rule))
    }

    /// Does any rule know the line or one near it? Looks alone condemn
    /// no line, and once the chaff is gone nothing speaks against what is left.
    fn has_witness(&self, around: &Around, at: usize) -> bool {
        around.has_hit_near(at) || self.witnessed(around, at).next().is_some()
    }

    /// Does the evidence speak so clearly for the line at this place that the rule is not believed?
    pub(super) fn is_doubted(&self, rule: &Rule, at: usize) -> bool {
        self.is_doubted_in(rule, at, &OnceCell::new())
    }

    /// As [`is_doubted`](Self::is_doubted); `around` is filled on first need from what stands.
    pub(super) fn is_doubted_in(&self, rule: &Rule, at: usize, around: &OnceCell<Around>) -> bool {
        let Some(evidence) = &self.plan.evidence else { return false };
        let Some(veto) = evidence.settings.veto.filter(|_| rule.confidence < Confidence::High) else { return false };
        let around = around.get_or_init(|| self.around(evidence, self.standing.clone(), true));
        !self.reaches(evidence, around, at, (1000.0 * veto).ceil() as i64)
    }

    /// Do the weights of all signs of a line add up to so much? Steps are taken while they can still make
    /// a difference.
    fn reaches(&self, evidence: &Evidence, around: &Around, at: usize, limit: i64) -> bool {
        let mut sum = 0;
        for (step, (least, most)) in &evidence.steps {
            if limit <= sum + least || sum + most < limit {
                return limit <= sum + least;
            }
            sum += match step {
                Step::Ask(among) => self.answered(evidence, *among, around, at),
                Step::Nearby => {
                    let is_there = |sign: &&Nearby| around.knows(sign.side, at, sign.at) & sign.any != 0;
                    evidence.nearby.iter().filter(is_there).map(|sign| sign.weight).sum()
                }
                Step::Listen => self.said(evidence, around.lines[at]).iter().map(|&word| evidence.weighs[word].weight).sum(),
                Step::Look(sign) => {
                    let sign = &evidence.signs[*sign];
                    if self.holds_sign(evidence, around, at, sign) { evidence.weighs[sign.weigh].weight } else { 0 }
                }
            };
        }
        limit <= sum
    }

    /// What it weighs that the line at a place and its neighbours answer.
    fn answered(&self, evidence: &Evidence, among: usize, around: &Around, at: usize) -> i64 {
        let line = |of: usize| around.lines.get((at + of).checked_sub(REACH)?);
        let weighs = |of: usize| line(of).map_or(0, |&number| self.answers(evidence, among, number).sums[of]);
        (0..WINDOW).map(weighs).sum()
    }

    /// The weights for what a line says, by number.
    fn said(&self, evidence: &Evidence, number: usize) -> &[usize] {
        self.signs[number].said.get_or_init(|| {
            let is_long = self.lines[number].chars > evidence.longest();
            if is_long { Vec::new() } else { evidence.find_said(self.folded(number).text) }
        })
    }

    /// What a line answers to questions.
    fn answers(&self, evidence: &Evidence, among: usize, number: usize) -> &Answers {
        self.signs[number].answers[among].get_or_init(|| {
            let seen = (self.lines[number].chars <= evidence.longest()).then(|| self.seen(number));
            evidence.answers(among, seen.map(|seen| move |condition: &_| seen.holds(condition) == Some(true)))
        })
    }

    /// Words of a line that is no paragraph.
    pub(super) fn words_of(&self, evidence: &Evidence, number: usize) -> usize {
        let line = &self.lines[number];
        if line.chars > evidence.longest() { usize::MAX } else { count_words(line.text(self.text)) }
    }

    fn holds_sign(&self, evidence: &Evidence, around: &Around, at: usize, sign: &Sign) -> bool {
        let Some(of) = at.checked_add_signed(sign.at).filter(|&of| of < around.lines.len()) else { return false };
        sign.asks.is_none_or(|(among, question)| self.answers(evidence, among, around.lines[of]).yes[question])
            && sign.around.iter().all(|condition| {
                if condition.is_of_place() {
                    around.place(of).holds(condition) == Some(true)
                } else {
                    self.holds_around(around, condition, at, of)
                }
            })
    }

    /// The numbers of all weights that count for a line.
    pub(super) fn counting(&self, evidence: &Evidence, around: &Around, at: usize) -> Vec<usize> {
        let signs = evidence.signs.iter().filter(|sign| self.holds_sign(evidence, around, at, sign)).map(|sign| sign.weigh);
        self.said(evidence, around.lines[at]).iter().copied().chain(signs).collect()
    }

    /// The sum of a line with what it is made of.
    pub(super) fn weighing(&self, evidence: &Evidence, around: &Around, at: usize) -> Weighing {
        let mut counting = self.counting(evidence, around, at);
        counting.sort_by_key(|&number| (Reverse(evidence.weighs[number].weight.abs()), number));
        let weighs = || counting.iter().map(|&number| &evidence.weighs[number]);
        let sum: i64 = weighs().map(|weigh| weigh.weight).sum();
        let category = spoken_for(weighs().filter_map(|weigh| Some((weigh.category?, weigh.weight))));
        let chars = self.lines[around.lines[at]].chars;
        let reached = Confidence::ALL.iter().rev().find(|&&level| sum >= evidence.needed(chars, level));
        let terms = counting.iter().take(NAMED).map(|&number| {
            let weigh = &evidence.weighs[number];
            Term { sign: weigh.says(), weight: weigh.weight as f64 / 1000.0 }
        });
        Weighing {
            category,
            confidence: reached.copied().unwrap_or(Confidence::Low),
            sum: sum as f64 / 1000.0,
            needed: evidence.needed(chars, evidence.least) as f64 / 1000.0,
            terms: terms.collect(),
        }
    }
}
