//! Evidence, compiled: many small signs, each with a weight, in the order in which they are looked at.
//!
//! A line goes where the weights of its signs and of those around it add up to more than its length
//! asks for. What is cheap to know comes first, and the rest only while it can still make a difference.

use super::{
    around::{Categories, bit, bits},
    matcher::PROSE_CHARS,
    signs::{Answers, REACH, WINDOW},
    words::is_whole,
};
use crate::{
    grams::Grams,
    rule::{
        Category, Confidence,
        condition::{Condition, Conditions, Named},
        evidence::{Settings, Weigh},
    },
};
use rustc_hash::FxHashMap;
use std::{cmp::Reverse, sync::Arc};

/// The id that the ledger gives for what evidence takes.
pub(crate) const ID: &str = "any/evidence";

/// Slots of the filter for what lines say.
const SLOTS: usize = 1 << 12;

/// Weights compiled for a selection.
#[derive(Debug)]
pub(crate) struct Evidence {
    pub(super) settings: Settings,
    /// The least confidence asked for.
    pub(super) least: Confidence,
    /// Categories that it may take.
    pub(super) takes: Categories,
    pub(super) weighs: Vec<Arc<Weigh>>,
    /// What lines are asked for, at once what is soon known and at once what takes long.
    questions: [Questions; 2],
    /// Weights with signs that look beyond a single word.
    pub(super) signs: Vec<Sign>,
    /// Those that are nothing but what rules know of its neighbours.
    pub(super) nearby: Vec<Nearby>,
    /// How a sum is found: each step, and what it and those behind it could add at least and at most.
    pub(super) steps: Vec<(Step, (i64, i64))>,
    /// Weights whose sign is that the line itself says something, by what it says.
    said: Option<Grams<u32, SLOTS>>,
}

/// What lines are asked for together, each question once.
#[derive(Debug, Default)]
struct Questions {
    list: Vec<Conditions>,
    /// The signs that are nothing but a question to one line.
    alone: Vec<usize>,
    /// The answers of a line that is too long to be looked into.
    long: Vec<bool>,
}

#[derive(Debug)]
pub(super) struct Sign {
    pub weigh: usize,
    pub at: isize,
    /// The question about the line, if any, and among which it is.
    pub asks: Option<(usize, usize)>,
    /// Conditions on where it stands and what is around it.
    pub around: Conditions,
}

/// A sign that rules know something around a line.
#[derive(Debug)]
pub(super) struct Nearby {
    pub side: Side,
    pub at: isize,
    pub any: Categories,
    pub weight: i64,
}

/// Where rules know it: of the line itself, of one above it up to the prose, of one below.
#[derive(Debug, Clone, Copy)]
pub(super) enum Side {
    On,
    Under,
    Over,
}

/// What is added next.
#[derive(Debug)]
pub(super) enum Step {
    /// What the line and its neighbours answer to questions.
    Ask(usize),
    /// What rules know around it.
    Nearby,
    /// What the line says.
    Listen,
    /// A sign that looks around.
    Look(usize),
}

impl Evidence {
    pub fn new(settings: Settings, weighs: Vec<Arc<Weigh>>, takes: &[Category], least: Confidence, indexed: bool) -> Evidence {
        let may = |category: &&Category| settings.categories.as_ref().is_none_or(|all| all.contains(category));
        let takes = bits(takes.iter().filter(may));
        let mut questions = [Questions::default(), Questions::default()];
        let (mut signs, mut saying, mut looking, mut nearby) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let mut asked: FxHashMap<String, (usize, usize)> = FxHashMap::default();
        for (number, weigh) in weighs.iter().enumerate() {
            if let (true, 0, [Condition::Contains(literals)]) = (indexed, weigh.at, weigh.when.as_slice()) {
                saying.push((number, literals));
                continue;
            }
            let (of_line, around): (Vec<_>, Vec<_>) = weigh.when.iter().cloned().partition(Condition::is_of_line);
            let asks = (!of_line.is_empty()).then(|| {
                *asked.entry(format!("{of_line:?}")).or_insert_with(|| {
                    let among = usize::from(of_line.iter().any(takes_long));
                    (among, questions[among].add(of_line))
                })
            });
            let sign = Sign { weigh: number, at: weigh.at, asks, around };
            match (asks, sign.nearby(weigh.weight)) {
                (Some((among, _)), _) if indexed && sign.around.is_empty() => questions[among].alone.push(signs.len()),
                (None, Some(sign)) if indexed => nearby.push(sign),
                _ => looking.push(signs.len()),
            }
            signs.push(sign);
        }
        let weight = |sign: &usize| weighs[signs[*sign].weigh].weight;
        let mut steps = vec![
            (ASKED, Step::Ask(0), range(questions[0].alone.iter().map(weight))),
            (ASKED, Step::Nearby, range(nearby.iter().map(|sign| sign.weight))),
            (HEARD, Step::Listen, range(saying.iter().map(|(number, _)| weighs[*number].weight))),
            (ASKED_LONG, Step::Ask(1), range(questions[1].alone.iter().map(weight))),
        ];
        steps.extend(looking.iter().map(|sign| (signs[*sign].cost(), Step::Look(*sign), range([weight(sign)].into_iter()))));
        // Of those that cost the same the heaviest first: the rest soon makes no difference.
        steps.sort_by_key(|(cost, _, (least, most))| (*cost, Reverse(most - least)));
        let mut behind = (0, 0);
        for (.., (least, most)) in steps.iter_mut().rev() {
            behind = (behind.0 + *least, behind.1 + *most);
            (*least, *most) = behind;
        }
        let steps = steps.into_iter().map(|(_, step, bounds)| (step, bounds)).collect();
        let literals = saying.iter().flat_map(|(number, literals)| literals.iter().map(|literal| (literal, *number as u32, 1)));
        let said = indexed.then(|| Grams::new(literals));
        Evidence { settings, least, takes, weighs, questions, signs, nearby, steps, said }
    }

    /// Characters of a line that is too long to be looked into: a paragraph, whatever it says.
    pub(super) fn longest(&self) -> usize {
        self.settings.max_chars().max(PROSE_CHARS)
    }

    /// What a line answers to questions, of which each is asked by `holds`; none where it is too long.
    pub(super) fn answers(&self, among: usize, holds: Option<impl Fn(&Condition) -> bool>) -> Answers {
        let questions = &self.questions[among];
        let yes = match holds {
            Some(holds) => questions.list.iter().map(|question| question.iter().all(&holds)).collect(),
            None => questions.long.clone(),
        };
        let mut sums = [0; WINDOW];
        for sign in questions.alone.iter().map(|&sign| &self.signs[sign]) {
            if sign.asks.is_some_and(|(_, question)| yes[question]) {
                sums[REACH.wrapping_add_signed(sign.at)] += self.weighs[sign.weigh].weight;
            }
        }
        Answers { yes, sums }
    }

    /// The weights for what a line says.
    pub(super) fn find_said(&self, folded: &str) -> Vec<usize> {
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
    pub(super) fn needed(&self, chars: usize, confidence: Confidence) -> i64 {
        (1000.0 * (self.settings.threshold(confidence) + self.settings.for_length(chars))).ceil() as i64
    }
}

/// What some weights could add at least and at most.
fn range(weights: impl Iterator<Item = i64>) -> (i64, i64) {
    weights.fold((0, 0), |(least, most), weight| (least + weight.min(0), most + weight.max(0)))
}

impl Questions {
    fn add(&mut self, question: Conditions) -> usize {
        let long = |condition: &Condition| match condition {
            Condition::MaxChars(_) | Condition::MaxWords(_) => false,
            Condition::MinChars(_) | Condition::MinWords(_) | Condition::Any => true,
            Condition::Prose(yes) | Condition::Sentence(yes) => *yes,
            _ => false,
        };
        self.long.push(question.iter().all(long));
        self.list.push(question);
        self.list.len() - 1
    }
}

/// Does it take a while to know whether a condition holds for a line?
fn takes_long(condition: &Condition) -> bool {
    use Condition::*;
    matches!(condition, Regex(_) | MinWords(_) | MaxWords(_) | Upper(_) | Digits(_) | Capitals(_))
}

/// What steps cost, from little to much.
const ASKED: usize = 0;
const SEEN: usize = 1;
const COMPARED: usize = 2;
const HEARD: usize = 3;
const ASKED_LONG: usize = 4;
const IN_TITLE: usize = 5;
const IN_BODY: usize = 6;

impl Sign {
    /// The sign, where it is nothing but what rules know nearby.
    fn nearby(&self, weight: i64) -> Option<Nearby> {
        let category = |named: &Named| if let Named::Category(category) = named { Some(bit(*category)) } else { None };
        let (side, any) = match self.around.as_slice() {
            // What rules know of the line in question depends on the question.
            [Condition::Hit(named)] if self.at != 0 => {
                (Side::On, named.iter().try_fold(0, |all, named| Some(all | category(named)?))?)
            }
            [Condition::Under(categories)] => (Side::Under, bits(categories)),
            [Condition::Over(categories)] => (Side::Over, bits(categories)),
            _ => return None,
        };
        Some(Nearby { side, at: self.at, any, weight })
    }

    /// How much there is to do to know whether it holds.
    fn cost(&self) -> usize {
        let asks = self.asks.map(|(among, _)| if among == 0 { SEEN } else { ASKED_LONG });
        let around = self.around.iter().map(|condition| match condition {
            Condition::InBody(_) => IN_BODY,
            Condition::InTitle(_) => IN_TITLE,
            Condition::Repeats(_) => COMPARED,
            _ => SEEN,
        });
        around.chain(asks).max().unwrap_or(SEEN)
    }
}
