//! Evidence: many small signs, weighed together, decide about lines that no rule takes.
//!
//! What a line itself shows is read once, with the rules' hits. A line goes where the weights of its
//! signs and of those around it add up to more than its length asks for. Signs around it are looked
//! up among the lines as they stood before this round's rules took some; the round is then repeated
//! on what is left until nothing goes, so a second run finds nothing either.

use super::{
    Sweep, Taken,
    around::{Around, Categories, bit},
    matcher::{PROSE_CHARS, Seen},
    signs::{Looks, Signs},
    words::is_whole,
};
use crate::{
    ledger::{Term, Weighing},
    rule::{
        Category, Confidence, Rule,
        condition::{Condition, Conditions},
        evidence::{Settings, Weigh},
    },
};
use aho_corasick::AhoCorasick;
use rustc_hash::FxHashMap;
use std::{cell::OnceCell, cmp::Reverse, sync::Arc};

/// The id that the ledger gives for what evidence takes.
pub(crate) const ID: &str = "any/evidence";

/// Terms of a sum that a cut names.
const NAMED: usize = 6;

/// Weights compiled for a selection.
#[derive(Debug)]
pub(crate) struct Evidence {
    settings: Settings,
    /// The least confidence asked for.
    least: Confidence,
    /// Categories that it may take.
    takes: Categories,
    weighs: Vec<Arc<Weigh>>,
    /// What lines are asked for, each question once.
    questions: Vec<Conditions>,
    /// Weights with signs that look beyond a single word, those that read the body last.
    signs: Vec<Sign>,
    /// Where the signs that read the body begin, and what they could add at least and at most.
    costly: (usize, i64, i64),
    /// Weights whose sign is that the line itself says something, by the literal that says it.
    said: Option<AhoCorasick>,
    saying: Vec<usize>,
    /// What a line shows that is too long to be looked into.
    long: Vec<u64>,
}

#[derive(Debug)]
struct Sign {
    weigh: usize,
    at: isize,
    /// The question about the line, if any.
    asks: Option<usize>,
    /// Conditions on where it stands and what is around it.
    around: Conditions,
}

/// The question that every line answers first.
const IS_PROSE: usize = 0;

impl Evidence {
    pub fn new(settings: Settings, weighs: Vec<Arc<Weigh>>, takes: &[Category], least: Confidence, indexed: bool) -> Evidence {
        let may = |category: &&Category| settings.categories.as_ref().is_none_or(|all| all.contains(category));
        let takes = takes.iter().filter(may).fold(0, |all, &category| all | bit(category));
        let mut evidence = Evidence {
            settings,
            least,
            takes,
            weighs: Vec::new(),
            questions: vec![vec![Condition::Prose(true)]],
            signs: Vec::new(),
            costly: (0, 0, 0),
            said: None,
            saying: Vec::new(),
            long: Vec::new(),
        };
        let mut asked: FxHashMap<String, usize> = FxHashMap::default();
        let says = |weigh: &Weigh| match (weigh.at, weigh.when.as_slice()) {
            (0, [Condition::Contains(literals)]) => literals.iter().cloned().collect(),
            _ => Vec::new(),
        };
        let said: Vec<(String, usize)> = weighs
            .iter()
            .enumerate()
            .flat_map(|(number, weigh)| says(weigh).into_iter().map(move |literal| (literal, number)))
            .collect();
        if indexed && !said.is_empty() {
            evidence.said = AhoCorasick::new(said.iter().map(|(literal, _)| literal)).ok();
        }
        evidence.saying = said.into_iter().map(|(_, number)| number).collect();
        for (number, weigh) in weighs.iter().enumerate() {
            if evidence.said.is_some() && evidence.saying.binary_search(&number).is_ok() {
                continue;
            }
            let (of_line, around): (Vec<_>, Vec<_>) = weigh.when.iter().cloned().partition(Condition::is_of_line);
            let asks = (!of_line.is_empty()).then(|| {
                *asked.entry(format!("{of_line:?}")).or_insert_with(|| {
                    evidence.questions.push(of_line);
                    evidence.questions.len() - 1
                })
            });
            evidence.signs.push(Sign { weigh: number, at: weigh.at, asks, around });
        }
        let is_costly = |sign: &Sign| sign.around.iter().any(|it| matches!(it, Condition::InBody(_)));
        evidence.signs.sort_by_key(is_costly);
        let first = evidence.signs.iter().position(is_costly).unwrap_or(evidence.signs.len());
        let costly = || evidence.signs[first..].iter().map(|sign| weighs[sign.weigh].weight);
        evidence.costly = (first, costly().map(|weight| weight.min(0)).sum(), costly().map(|weight| weight.max(0)).sum());
        evidence.weighs = weighs;
        let mut long = vec![0; evidence.questions.len().div_ceil(64)];
        evidence.answer(&mut long, |condition| match condition {
            Condition::MaxChars(_) | Condition::MaxWords(_) => false,
            Condition::MinChars(_) | Condition::MinWords(_) | Condition::Any => true,
            Condition::Prose(yes) | Condition::Sentence(yes) => *yes,
            _ => false,
        });
        evidence.long = long;
        evidence
    }

    /// Characters of a line that is too long to be looked into: a paragraph, whatever it says.
    fn longest(&self) -> usize {
        self.settings.max_chars().max(PROSE_CHARS)
    }

    /// Answers the questions, as bits.
    fn answer(&self, bits: &mut [u64], holds: impl Fn(&Condition) -> bool) {
        bits.fill(0);
        for (number, question) in self.questions.iter().enumerate() {
            if question.iter().all(&holds) {
                bits[number / 64] |= 1 << (number % 64);
            }
        }
    }

    /// Reads what a line shows by itself.
    pub(super) fn read(&self, signs: &mut Signs, number: usize, seen: &Seen<'_>) {
        let stride = self.long.len();
        if signs.words.len() <= number {
            signs.words.resize(number + 1, Vec::new());
            signs.looks.resize(number + 1, Looks::default());
            signs.lengths.resize(number + 1, usize::MAX);
            signs.answers.resize((number + 1) * stride, 0);
        }
        signs.words[number].clear();
        signs.looks[number] = Looks::of(seen.text);
        let answers = &mut signs.answers[number * stride..(number + 1) * stride];
        if seen.chars > self.longest() {
            return answers.copy_from_slice(&self.long);
        }
        signs.lengths[number] = seen.words();
        self.answer(answers, |condition| seen.holds(condition) == Some(true));
        self.find_said(&seen.folded.text, &mut signs.words[number]);
    }

    /// The weights for what the line says.
    fn find_said(&self, folded: &str, found: &mut Vec<usize>) {
        let Some(said) = &self.said else { return };
        let hits = said.find_overlapping_iter(folded).filter(|hit| is_whole(folded, hit.range()));
        found.extend(hits.map(|hit| self.saying[hit.pattern().as_usize()]));
        found.sort_unstable();
        found.dedup();
    }

    fn shows(&self, signs: &Signs, number: usize, question: usize) -> bool {
        let stride = self.long.len();
        signs.answers[number * stride + question / 64] & (1 << (question % 64)) != 0
    }

    pub(super) fn is_prose(&self, signs: &Signs, number: usize) -> bool {
        self.shows(signs, number, IS_PROSE)
    }

    /// The sum that a line of so many characters needs to go, in thousandths as weights are.
    fn needed(&self, chars: usize, confidence: Confidence) -> i64 {
        (1000.0 * (self.settings.threshold(confidence) + self.settings.for_length(chars))).ceil() as i64
    }
}

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
        around.has_hit_near(at) || self.witnessed(around, around.lines[at]).next().is_some()
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

    /// Do the weights of all signs of a line add up to so much? What shares words with the body is
    /// looked at only where it can make a difference.
    fn reaches(&self, evidence: &Evidence, around: &Around, at: usize, limit: i64) -> bool {
        let weight = |sign: &Sign| {
            if self.holds_sign(evidence, around, at, sign) { evidence.weighs[sign.weigh].weight } else { 0 }
        };
        let (first, least, most) = evidence.costly;
        let said: i64 = self.signs.words[around.lines[at]].iter().map(|&word| evidence.weighs[word].weight).sum();
        let sum = said + evidence.signs[..first].iter().map(weight).sum::<i64>();
        if sum + most < limit || sum + least >= limit {
            return sum + most >= limit;
        }
        sum + evidence.signs[first..].iter().map(weight).sum::<i64>() >= limit
    }

    fn holds_sign(&self, evidence: &Evidence, around: &Around, at: usize, sign: &Sign) -> bool {
        let Some(of) = at.checked_add_signed(sign.at).filter(|&of| of < around.lines.len()) else { return false };
        sign.asks.is_none_or(|question| evidence.shows(&self.signs, around.lines[of], question))
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
        self.signs.words[around.lines[at]].iter().copied().chain(signs).collect()
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
