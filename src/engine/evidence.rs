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
    words::ends_sentence,
};
use crate::{
    fold::Folded,
    ledger::{Term, Weighing},
    rule::{
        Category, Confidence, Rule,
        condition::{Condition, Conditions},
        evidence::{Settings, Weigh},
    },
};
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
    /// Where the signs that read the body begin, and what they could add at most.
    costly: (usize, i64),
    /// Weights whose sign is a word or two of the line itself.
    words: FxHashMap<Box<str>, Vec<usize>>,
    /// What a line shows that is too long to be looked into.
    long: Vec<u64>,
}

#[derive(Debug)]
struct Sign {
    weigh: usize,
    /// The question about the line, if any.
    asks: Option<usize>,
    /// Conditions on where it stands and what is around it.
    around: Conditions,
}

/// What each line shows by itself: answers to the questions, as bits, and its words that weigh.
#[derive(Debug, Default)]
pub(super) struct Signs {
    answers: Vec<u64>,
    words: Vec<Vec<usize>>,
    pub looks: Vec<Looks>,
}

/// How a line begins and ends.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Looks {
    begins: u8,
    ends: u8,
}

impl Looks {
    fn of(text: &str) -> Looks {
        let begins = match text.chars().next() {
            Some(c) if c.is_numeric() => 1,
            Some(c) if c.is_uppercase() => 2,
            Some(c) if c.is_lowercase() => 3,
            Some(c) if c.is_alphabetic() => 4,
            Some(',' | ';' | '.' | ')') => 6,
            _ => 5,
        };
        let ends = match text.chars().next_back() {
            _ if ends_sentence(text) => 1,
            Some(c) if c.is_numeric() => 2,
            Some(c) if c.is_alphabetic() => 3,
            Some(':') => 4,
            _ => 5,
        };
        Looks { begins, ends }
    }

    /// Does the line begin as only the rest of a sentence does?
    pub fn goes_on(self) -> bool {
        matches!(self.begins, 3 | 6)
    }

    /// Does the line end as sentences do?
    pub fn is_ended(self) -> bool {
        self.ends == 1
    }
}

/// The question that every line answers first.
const IS_PROSE: usize = 0;

impl Evidence {
    pub fn new(settings: Settings, weighs: Vec<Arc<Weigh>>, takes: &[Category], least: Confidence) -> Evidence {
        let may = |category: &&Category| settings.categories.as_ref().is_none_or(|all| all.contains(category));
        let takes = takes.iter().filter(may).fold(0, |all, &category| all | bit(category));
        let mut evidence = Evidence {
            settings,
            least,
            takes,
            weighs: Vec::new(),
            questions: vec![vec![Condition::Prose(true)]],
            signs: Vec::new(),
            costly: (0, 0),
            words: FxHashMap::default(),
            long: Vec::new(),
        };
        let mut asked: FxHashMap<String, usize> = FxHashMap::default();
        for (number, weigh) in weighs.iter().enumerate() {
            if let (0, [Condition::Contains(literals)]) = (weigh.at, weigh.when.as_slice())
                && literals.iter().all(|literal| is_words(literal))
            {
                for literal in literals.iter() {
                    evidence.words.entry(literal.as_str().into()).or_default().push(number);
                }
                continue;
            }
            let (of_line, around): (Vec<_>, Vec<_>) = weigh.when.iter().cloned().partition(Condition::is_of_line);
            let asks = (!of_line.is_empty()).then(|| {
                *asked.entry(format!("{of_line:?}")).or_insert_with(|| {
                    evidence.questions.push(of_line);
                    evidence.questions.len() - 1
                })
            });
            evidence.signs.push(Sign { weigh: number, asks, around });
        }
        let is_costly = |sign: &Sign| sign.around.iter().any(|it| matches!(it, Condition::InBody(_)));
        evidence.signs.sort_by_key(is_costly);
        let first = evidence.signs.iter().position(is_costly).unwrap_or(evidence.signs.len());
        let most = evidence.signs[first..].iter().map(|sign| weighs[sign.weigh].weight.max(0)).sum();
        evidence.costly = (first, most);
        evidence.weighs = weighs;
        evidence.long = evidence.answers(|condition| match condition {
            Condition::MaxChars(_) | Condition::MaxWords(_) => false,
            Condition::MinChars(_) | Condition::MinWords(_) | Condition::Any => true,
            Condition::Prose(yes) | Condition::Sentence(yes) => *yes,
            _ => false,
        });
        evidence
    }

    /// Characters of a line that is too long to be looked into: a paragraph, whatever it says.
    fn longest(&self) -> usize {
        self.settings.max_chars().max(PROSE_CHARS)
    }

    fn answers(&self, holds: impl Fn(&Condition) -> bool) -> Vec<u64> {
        let mut bits = vec![0; self.questions.len().div_ceil(64)];
        for (number, question) in self.questions.iter().enumerate() {
            if question.iter().all(&holds) {
                bits[number / 64] |= 1 << (number % 64);
            }
        }
        bits
    }

    /// Reads what a line shows by itself.
    pub(super) fn read(&self, signs: &mut Signs, number: usize, seen: &Seen<'_>) {
        let stride = self.long.len();
        if signs.words.len() <= number {
            signs.words.resize(number + 1, Vec::new());
            signs.looks.resize(number + 1, Looks::default());
            signs.answers.resize((number + 1) * stride, 0);
        }
        signs.words[number].clear();
        signs.looks[number] = Looks::of(seen.text);
        let answers = &mut signs.answers[number * stride..(number + 1) * stride];
        if seen.chars > self.longest() {
            return answers.copy_from_slice(&self.long);
        }
        answers.copy_from_slice(&self.answers(|condition| seen.holds(condition) == Some(true)));
        self.find_words(&seen.folded.text, &mut signs.words[number]);
    }

    /// The weights whose word or two the line holds.
    fn find_words(&self, folded: &str, found: &mut Vec<usize>) {
        if self.words.is_empty() {
            return;
        }
        let mut last: Option<(usize, usize)> = None;
        for (start, end) in word_bounds(folded) {
            found.extend(self.words.get(&folded[start..end]).into_iter().flatten());
            if let Some((first, before)) = last
                && &folded[before..start] == " "
            {
                found.extend(self.words.get(&folded[first..end]).into_iter().flatten());
            }
            last = Some((start, end));
        }
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

/// Is the literal one or two words that can be looked up?
fn is_words(literal: &str) -> bool {
    let bounds: Vec<_> = word_bounds(literal).collect();
    match bounds.as_slice() {
        [(0, end)] => *end == literal.len(),
        [(0, gap), (start, end)] => *end == literal.len() && &literal[*gap..*start] == " ",
        _ => false,
    }
}

/// Where words of a folded line start and end; scripts without spaces have none.
pub(crate) fn word_bounds(folded: &str) -> impl Iterator<Item = (usize, usize)> + '_ {
    use super::words::{in_word, is_unspaced};
    let mut rest = folded.char_indices().peekable();
    std::iter::from_fn(move || {
        let is_part = |c: char| in_word(c) && !is_unspaced(c);
        let (start, _) = rest.find(|&(_, c)| is_part(c))?;
        let mut end = start + folded[start..].chars().next().map_or(0, char::len_utf8);
        while let Some(&(at, c)) = rest.peek()
            && is_part(c)
        {
            end = at + c.len_utf8();
            rest.next();
        }
        Some((start, end))
    })
}

impl Sweep<'_> {
    /// Takes the lines that the evidence speaks against; `before` are the lines that stood when the
    /// round began.
    pub(super) fn weigh_lines(&mut self, before: Vec<usize>) -> bool {
        let Some(evidence) = &self.plan.evidence else { return false };
        let around = self.around(evidence, before, false);
        let mut taken = Vec::new();
        for at in 0..around.lines.len() {
            let line = &self.lines[around.lines[at]];
            if line.gone.is_some() || !self.is_weighed(evidence, &around, at) {
                continue;
            }
            let needed = evidence.needed(line.chars, evidence.least);
            if self.sum(evidence, &around, at, Some(needed)).is_some_and(|sum| sum >= needed) {
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
        (1..=evidence.settings.max_chars()).contains(&chars) && !around.broken[at]
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
        self.sum(evidence, around, at, None).is_some_and(|sum| (sum as f64) < 1000.0 * veto)
    }

    /// The weights of all signs of a line together; none where it is plain that they stay below
    /// what is `needed`.
    fn sum(&self, evidence: &Evidence, around: &Around, at: usize, needed: Option<i64>) -> Option<i64> {
        let mut sum: i64 = self.signs.words[around.lines[at]].iter().map(|&word| evidence.weighs[word].weight).sum();
        for (number, sign) in evidence.signs.iter().enumerate() {
            if number == evidence.costly.0 && needed.is_some_and(|needed| sum + evidence.costly.1 < needed) {
                return None;
            }
            if self.holds_sign(evidence, around, at, sign) {
                sum += evidence.weighs[sign.weigh].weight;
            }
        }
        Some(sum)
    }

    fn holds_sign(&self, evidence: &Evidence, around: &Around, at: usize, sign: &Sign) -> bool {
        let Some(of) = at.checked_add_signed(evidence.weighs[sign.weigh].at).filter(|&of| of < around.lines.len()) else {
            return false;
        };
        sign.asks.is_none_or(|question| evidence.shows(&self.signs, around.lines[of], question))
            && sign.around.iter().all(|condition| {
                around.place(of).holds(condition).unwrap_or_else(|| self.holds_around(around, condition, at, of))
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
        let mut speak_for = [0; Category::ALL.len()];
        let mut sum = 0;
        for weigh in counting.iter().map(|&number| &evidence.weighs[number]) {
            sum += weigh.weight;
            if let Some(category) = weigh.category {
                speak_for[category as usize] += weigh.weight;
            }
        }
        let most = (0..speak_for.len()).max_by_key(|&at| (speak_for[at], Reverse(at))).unwrap_or(0);
        let category = if speak_for[most] > 0 { Category::ALL[most] } else { Category::Other };
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

    pub(super) fn read_signs(&mut self, number: usize, folded: &Folded) {
        let Some(evidence) = &self.plan.evidence else { return };
        let line = &self.lines[number];
        let seen = Seen::new(line.text(self.text), line.chars, folded, self.title.as_ref());
        evidence.read(&mut self.signs, number, &seen);
    }
}
