//! Evidence: many small signs, weighed together, decide about lines that no rule takes.
//!
//! A line goes where the weights of its
//! signs and of those around it add up to more than its length asks for. Signs around it are looked
//! up among the lines as they stood before this round's rules took some; the round is then repeated
//! on what is left until nothing goes, so a second run finds nothing either.

use super::{
    Sweep, Taken,
    around::{Around, Categories, bit},
    matcher::{PROSE_CHARS, Seen},
    words::is_whole,
};
use crate::{
    grams::Grams,
    ledger::{Term, Weighing},
    rule::{
        Category, Confidence, Rule,
        condition::{Condition, Conditions},
        evidence::{Settings, Weigh},
    },
};
use rustc_hash::FxHashMap;
use std::{
    cell::{Cell, OnceCell},
    cmp::Reverse,
    sync::Arc,
};

/// The id that the ledger gives for what evidence takes.
pub(crate) const ID: &str = "any/evidence";

/// Slots of the filter for what lines say.
const SLOTS: usize = 1 << 12;

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
    /// Weights with signs that look beyond a single word, the dearest last.
    signs: Vec<Sign>,
    /// So many of them cost nothing; then it is asked what the line says.
    cheap: usize,
    /// What each sign and those behind it could add at least and at most, and what words could where
    /// these are asked for behind it; behind the last one nothing.
    bounds: Vec<(i64, i64)>,
    /// Weights whose sign is that the line itself says something, by what it says.
    said: Option<Grams<u32, SLOTS>>,
    /// The numbers of these.
    saying: Vec<usize>,
    /// The answers of a line that is too long to be looked into.
    long: Vec<bool>,
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

impl Evidence {
    pub fn new(settings: Settings, weighs: Vec<Arc<Weigh>>, takes: &[Category], least: Confidence, indexed: bool) -> Evidence {
        let may = |category: &&Category| settings.categories.as_ref().is_none_or(|all| all.contains(category));
        let takes = takes.iter().filter(may).fold(0, |all, &category| all | bit(category));
        let mut evidence = Evidence {
            settings,
            least,
            takes,
            weighs: Vec::new(),
            questions: Vec::new(),
            signs: Vec::new(),
            cheap: 0,
            bounds: Vec::new(),
            said: None,
            saying: Vec::new(),
            long: Vec::new(),
        };
        let mut asked: FxHashMap<String, usize> = FxHashMap::default();
        let says = |weigh: &Arc<Weigh>| match (weigh.at, weigh.when.as_slice()) {
            (0, [Condition::Contains(literals)]) => Some(literals.clone()),
            _ => None,
        };
        if indexed {
            let said: Vec<_> = weighs.iter().map(says).zip(0..).filter_map(|(says, number)| Some((says?, number))).collect();
            let literals = said.iter().flat_map(|(says, number)| says.iter().map(|literal| (literal, *number, 1)));
            evidence.said = Some(Grams::new(literals));
            evidence.saying = said.iter().map(|(_, number)| *number as usize).collect();
        }
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
        // Of those that cost the same the heaviest first: the rest soon makes no difference.
        let questions = &evidence.questions;
        evidence.signs.sort_by_key(|sign| (sign.cost(questions), Reverse(weighs[sign.weigh].weight.abs())));
        let range = |numbers: &mut dyn Iterator<Item = usize>| {
            let weights = numbers.map(|number| weighs[number].weight);
            weights.fold((0, 0), |(least, most), weight| (least + weight.min(0), most + weight.max(0)))
        };
        let words = range(&mut evidence.saying.iter().copied());
        evidence.cheap = evidence.signs.partition_point(|sign| sign.cost(questions) < ASKING);
        let bounds = (0..=evidence.signs.len()).map(|at| {
            let (least, most) = range(&mut evidence.signs[at..].iter().map(|sign| sign.weigh));
            if at < evidence.cheap { (words.0 + least, words.1 + most) } else { (least, most) }
        });
        evidence.bounds = bounds.collect();
        evidence.weighs = weighs;
        let long = |condition: &Condition| match condition {
            Condition::MaxChars(_) | Condition::MaxWords(_) => false,
            Condition::MinChars(_) | Condition::MinWords(_) | Condition::Any => true,
            Condition::Prose(yes) | Condition::Sentence(yes) => *yes,
            _ => false,
        };
        evidence.long = evidence.questions.iter().map(|question| question.iter().all(long)).collect();
        evidence
    }

    /// Characters of a line that is too long to be looked into: a paragraph, whatever it says.
    fn longest(&self) -> usize {
        self.settings.max_chars().max(PROSE_CHARS)
    }

    /// The weights for what a line says.
    fn find_said(&self, folded: &str) -> Vec<usize> {
        let Some(said) = &self.said else { return Vec::new() };
        let mut found = Vec::new();
        said.find(folded, 1, |number, place| {
            if is_whole(folded, place) {
                found.push(number as usize);
            }
            true
        });
        found.sort_unstable();
        found.dedup();
        found
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

impl Sign {
    /// How much there is to do to know whether it holds.
    fn cost(&self, questions: &[Conditions]) -> usize {
        let asked = self.asks.iter().flat_map(|&question| &questions[question]).map(|condition| match condition {
            Condition::Regex(_) => ASKING + 2,
            Condition::MinWords(_)
            | Condition::MaxWords(_)
            | Condition::Upper(_)
            | Condition::Digits(_)
            | Condition::Capitals(_) => ASKING + 1,
            _ => ASKING,
        });
        let around = self.around.iter().map(|condition| match condition {
            Condition::InBody(_) => ASKING + 4,
            Condition::InTitle(_) => ASKING + 3,
            Condition::Repeats(_) => 1,
            _ => 0,
        });
        asked.chain(around).max().unwrap_or(0)
    }
}

/// What it costs at least to ask about the line itself.
const ASKING: usize = 2;

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

    /// Do the weights of all signs of a line add up to so much? Signs are looked at while they can
    /// still make a difference. What a line says could make the most, and is soon known.
    fn reaches(&self, evidence: &Evidence, around: &Around, at: usize, limit: i64) -> bool {
        let mut sum = 0;
        let mut number = 0;
        loop {
            if number == evidence.cheap {
                sum += self.said(evidence, around.lines[at]).iter().map(|&word| evidence.weighs[word].weight).sum::<i64>();
            }
            let (least, most) = evidence.bounds[number];
            let is_open = sum + least < limit && limit <= sum + most;
            let Some(sign) = evidence.signs.get(number).filter(|_| is_open) else { return sum + least >= limit };
            if self.holds_sign(evidence, around, at, sign) {
                sum += evidence.weighs[sign.weigh].weight;
            }
            number += 1;
        }
    }

    /// The weights for what a line says, by number.
    fn said(&self, evidence: &Evidence, number: usize) -> &[usize] {
        self.signs[number].said.get_or_init(|| {
            let is_long = self.lines[number].chars > evidence.longest();
            if is_long { Vec::new() } else { evidence.find_said(self.folded(number).text) }
        })
    }

    /// Does a line answer a question with yes?
    fn shows(&self, evidence: &Evidence, number: usize, question: usize) -> bool {
        let answers = || evidence.questions.iter().map(|_| Cell::new(None)).collect();
        let answer = &self.signs[number].answers.get_or_init(answers)[question];
        answer.get().unwrap_or_else(|| {
            let is_long = self.lines[number].chars > evidence.longest();
            let holds = |seen: &Seen<'_>| evidence.questions[question].iter().all(|it| seen.holds(it) == Some(true));
            let yes = if is_long { evidence.long[question] } else { self.asked(number, holds) };
            answer.set(Some(yes));
            yes
        })
    }

    /// Asks a line by number; what was counted for one question is there for the next.
    fn asked<T>(&self, number: usize, ask: impl FnOnce(&Seen<'_>) -> T) -> T {
        let counts = &self.signs[number].counts;
        let mut seen = self.seen(number);
        seen.counts = counts.take();
        let answer = ask(&seen);
        counts.replace(seen.counts);
        answer
    }

    /// Words of a line that is no paragraph.
    pub(super) fn words_of(&self, evidence: &Evidence, number: usize) -> usize {
        if self.lines[number].chars > evidence.longest() { usize::MAX } else { self.asked(number, |seen| seen.words()) }
    }

    fn holds_sign(&self, evidence: &Evidence, around: &Around, at: usize, sign: &Sign) -> bool {
        let Some(of) = at.checked_add_signed(sign.at).filter(|&of| of < around.lines.len()) else { return false };
        sign.asks.is_none_or(|question| self.shows(evidence, around.lines[of], question))
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
