//! The sweep: rules judge the lines that still stand until nothing changes.
//!
//! Each round asks the actions in turn, blocks first and spans last; as soon as one takes something
//! the next round starts from what is left. So every decision is made on a text that a second run
//! would see too, and a second run finds nothing.

mod action;
mod around;
mod bounds;
mod company;
mod edges;
pub(crate) mod evidence;
pub(crate) mod explain;
mod holes;
pub(crate) mod index;
mod kinds;
pub(crate) mod learned;
mod lines;
mod matcher;
mod signs;
pub(crate) mod standing;
pub(crate) mod weigh;
mod words;

use crate::{
    article::Article,
    fold::{Folded, fold_core},
    guard::{Guard, Reason},
    ledger::{Cut, Support, Weighing},
    rule::{Action, Confidence, Rule},
    work,
};
use bounds::{LONGEST_TITLE, MOST_HITS, MOST_LINES, MOST_SPANS};
use company::Company;
use evidence::Evidence;
use index::Index;
use learned::{Known, Learned};
use lines::{Line, Taker};
pub(crate) use matcher::is_prose;
use matcher::{Place, Seen, Target};
use signs::Signs;
pub(crate) use standing::{Observed, observe};
use std::{cell::OnceCell, cmp::Ordering, sync::Arc};
pub(crate) use words::{count_words, ends_sentence, in_word, is_unspaced};

/// What the rules make of one article.
pub(crate) struct Verdict {
    pub cuts: Vec<Cut>,
    pub held: Option<Reason>,
}

/// The rules for a kind of articles, compiled.
#[derive(Debug)]
pub(crate) struct Plan {
    /// In the order in which they are asked.
    pub rules: Vec<Arc<Rule>>,
    /// For each rule whether it may take something; the others only bear witness to the evidence.
    pub acts: Vec<bool>,
    /// The numbers of those that look for repetition: no line leads to them.
    pub repeats: Vec<usize>,
    /// Without it every rule is tried on every line.
    pub index: Option<Index>,
    pub evidence: Option<Arc<Evidence>>,
    /// What the batch at hand knows of its hosts.
    pub learned: Option<Learned>,
}

impl Plan {
    /// Rules, and which of them act; a broader plan may share its index.
    pub fn new(mut rules: Vec<(Arc<Rule>, bool)>, indexed: bool, broader: Option<&Plan>) -> Plan {
        rules.sort_by(|(a, _), (b, _)| order(a, b));
        let (rules, acts): (Vec<_>, Vec<_>) = rules.into_iter().unzip();
        let index = indexed.then(|| Index::new(&rules, broader));
        let repeats = (0..rules.len()).filter(|&rule| matches!(rules[rule].action, Action::Repeat(_))).collect();
        Plan { rules, acts, repeats, index, evidence: None, learned: None }
    }
}

/// Sweeps an article.
pub(crate) fn sweep(article: &Article<'_>, plan: &Plan, guard: &Guard) -> Verdict {
    let mut sweep = Sweep::new(article, plan);
    let before = sweep.chars();
    if let Some(reason) = sweep.too_many {
        return Verdict { cuts: Vec::new(), held: Some(reason) };
    }
    let rounds = sweep.rounds;
    let settled = sweep.settle();
    if let Some(reason) = sweep.too_many {
        return Verdict { cuts: Vec::new(), held: Some(reason) };
    }
    if sweep.takers.is_empty() {
        return Verdict { cuts: Vec::new(), held: None };
    }
    let held =
        if settled { guard.objects(before, sweep.chars(), || sweep.share_gone()) } else { Some(Reason::Unsettled { rounds }) };
    Verdict { cuts: holes::cuts(&sweep), held }
}

/// The order in which rules are asked: by action, then the surest, then by id.
fn order(a: &Rule, b: &Rule) -> Ordering {
    fn turn(rule: &Rule) -> usize {
        match rule.action {
            Action::Block(_) => 0,
            Action::Run(_) => 1,
            Action::Line(_) => 2,
            Action::Repeat(_) => 3,
            Action::Span(_) => 4,
        }
    }
    (turn(a), b.confidence, &a.id).cmp(&(turn(b), a.confidence, &b.id))
}

/// One application of a rule, of the evidence, or of what was learned.
enum Taken {
    Rule { rule: usize, captures: Vec<(String, String)> },
    Evidence(Box<Weighing>),
    Learned(Box<Support>),
}

struct Sweep<'a> {
    text: &'a str,
    plan: &'a Plan,
    /// What the title says, folded.
    title: Option<String>,
    lines: Vec<Line>,
    /// What they say, folded.
    folded: String,
    /// Bytes of it from which on most is what lines said before spans took some.
    stale: usize,
    /// How often rules may still be tried.
    rounds: usize,
    /// How many more matches of spans are looked at.
    spans_left: usize,
    /// Why it is not looked at any further.
    too_many: Option<Reason>,
    /// The lines that stand, by number.
    standing: Vec<usize>,
    /// For each standing line the characters above it, and at the end all of them.
    above: Vec<usize>,
    /// The first and the last standing line that is prose.
    prose: OnceCell<Option<(usize, usize)>>,
    /// What went around the standing lines, where a rule asks.
    company: OnceCell<Company>,
    takers: Vec<Taken>,
    /// What evidence sees of each line, where it looks at any.
    signs: Vec<Signs>,
    targets: Vec<Target>,
    known: Option<Known<'a>>,
}

impl<'a> Sweep<'a> {
    fn new(article: &Article<'a>, plan: &'a Plan) -> Self {
        let mut too_many = None;
        let breaks = memchr::memchr_iter(b'\n', article.text.as_bytes()).count();
        let lines = if breaks < MOST_LINES {
            lines::split(article.text, breaks + 1)
        } else {
            too_many = Some(Reason::TooMany { most: MOST_LINES, of: "lines" });
            Vec::new()
        };
        let standing = (0..lines.len()).filter(|&n| !lines[n].is_blank()).collect();
        let title = article.title_text().filter(|title| title.len() <= LONGEST_TITLE).map(fold_core);
        let title = title.filter(|title| !title.is_empty());
        let mut sweep = Sweep {
            text: article.text,
            plan,
            title,
            lines,
            folded: String::with_capacity(article.text.len() + article.text.len() / 16),
            stale: usize::MAX,
            rounds: 0,
            spans_left: MOST_SPANS,
            too_many,
            standing,
            above: Vec::new(),
            prose: OnceCell::new(),
            company: OnceCell::new(),
            takers: Vec::new(),
            signs: Vec::new(),
            targets: Vec::new(),
            known: Known::of(article, plan.learned.as_ref()),
        };
        let mut hits = 0;
        for at in 0..sweep.standing.len() {
            sweep.read(sweep.standing[at]);
            hits += sweep.line(at).hits.len();
            if hits > MOST_HITS {
                sweep.too_many = Some(Reason::TooMany { most: MOST_HITS, of: "hits of rules" });
                break;
            }
        }
        sweep.rounds = bounds::rounds(article.text.len(), hits);
        sweep.stale = 2 * sweep.folded.len();
        sweep.measure();
        sweep
    }

    /// Finds what a line says and which rules it could fall to.
    fn read(&mut self, number: usize) {
        if self.folded.len() > self.stale {
            self.forget();
        }
        let mut hits = std::mem::take(&mut self.lines[number].hits);
        self.lines[number].fold(self.text, &mut self.folded);
        let mut targets = std::mem::take(&mut self.targets);
        targets.clear();
        hits.clear();
        let seen = self.seen(number);
        let rules = &self.plan.rules;
        match &self.plan.index {
            Some(index) => {
                index.candidates(&seen, rules, &mut targets);
                let by_rule = targets.chunk_by(|a, b| a.rule == b.rule).map(|targets| (targets[0].rule as usize, targets));
                hits.extend(by_rule.filter(|(rule, targets)| seen.is_hit_by(&rules[*rule], Some(targets))).map(|(rule, _)| rule));
            }
            None => hits.extend((0..rules.len()).filter(|&rule| seen.is_hit_by(&rules[rule], None))),
        }
        if self.plan.evidence.is_some() {
            let sign = Signs::of(&seen);
            self.signs.resize_with(self.lines.len(), Signs::default);
            self.signs[number] = sign;
        }
        self.targets = targets;
        self.lines[number].hits = hits;
    }

    /// Drops what lines said before spans took some, so that memory does not grow with the rounds.
    fn forget(&mut self) {
        work::steps(self.standing.len());
        let mut folded = String::with_capacity(self.folded.len());
        for &number in &self.standing {
            let text = &mut self.lines[number].folded.text;
            let start = folded.len();
            folded.push_str(&self.folded[text.clone()]);
            *text = start..folded.len();
            folded.push('\n');
        }
        self.folded = folded;
        self.stale = 2 * self.folded.len();
    }

    /// Lets rules and evidence take lines until nothing changes; false where that takes too long.
    fn settle(&mut self) -> bool {
        while self.rounds > 0 {
            let before = self.standing.clone();
            if !self.settle_rules() {
                return false;
            }
            let changed = before.len() != self.standing.len();
            if self.weigh_lines(before) {
                self.restand();
            } else if !changed || self.plan.evidence.is_none() {
                return true;
            }
        }
        false
    }

    /// Asks the actions in turn until none takes anything; false where that takes too long.
    fn settle_rules(&mut self) -> bool {
        while let Some(left) = self.rounds.checked_sub(1) {
            self.rounds = left;
            let took = self.blocks() || self.runs() || self.single_lines() || self.repeats() || self.spans() || self.learned();
            if !took {
                return true;
            }
            self.restand();
        }
        false
    }

    /// Counts anew what stands.
    fn restand(&mut self) {
        let lines = &self.lines;
        self.standing.retain(|&number| lines[number].gone.is_none() && lines[number].chars > 0);
        self.measure();
    }

    fn measure(&mut self) {
        self.above = self.chars_above(&self.standing);
        self.prose = OnceCell::new();
        self.company = OnceCell::new();
    }

    /// For each of some lines the characters above it, and at the end all of them.
    fn chars_above(&self, lines: &[usize]) -> Vec<usize> {
        let sums = lines.iter().scan(0, |sum, &number| {
            *sum += self.lines[number].chars;
            Some(*sum)
        });
        std::iter::once(0).chain(sums).collect()
    }

    /// Characters that stand.
    fn chars(&self) -> usize {
        self.above.last().copied().unwrap_or(0)
    }

    /// The share of the story that went, characters of paragraphs counted twice. One that a rule is sure of by its own
    /// words, as the rules of a comment area, counts as other lines do.
    fn share_gone(&self) -> f64 {
        let (mut all, mut left) = (0, 0);
        for line in self.lines.iter().filter(|line| !self.is_beside_story(line)) {
            let text = line.original(self.text);
            let chars = text.chars().count();
            let weight = if is_prose(text, chars) && !self.is_known_alone(line) { 2 } else { 1 };
            all += weight * chars;
            left += weight * if line.gone.is_some() { 0 } else { line.chars };
        }
        if all == 0 { 0.0 } else { (all - left) as f64 / all as f64 }
    }

    /// The number of the rule that took the line, if one did.
    fn taken_by(&self, line: &Line) -> Option<usize> {
        match self.takers[line.gone?] {
            Taken::Rule { rule, .. } => Some(rule),
            Taken::Evidence(_) | Taken::Learned(_) => None,
        }
    }

    /// Did a rule take the line that acts only when somebody asks for it, as for headline and bylines, or with a block
    /// to which other rules bear witness?
    fn is_beside_story(&self, line: &Line) -> bool {
        self.taken_by(line).map(|rule| &self.plan.rules[rule]).is_some_and(|rule| {
            !rule.category.by_default() || matches!(&rule.action, Action::Block(block) if block.witnesses > 0)
        })
    }

    /// Did a rule take the line that is sure of it whatever stands around it?
    fn is_known_alone(&self, line: &Line) -> bool {
        let rule = self.taken_by(line).map(|rule| &self.plan.rules[rule]);
        rule.is_some_and(|rule| rule.confidence == Confidence::High && matches!(rule.action, Action::Line(_)))
    }

    /// The line at a place among the standing ones.
    fn line(&self, at: usize) -> &Line {
        &self.lines[self.standing[at]]
    }

    fn place(&self, at: usize) -> Place {
        Place::at(at, &self.above, *self.prose.get_or_init(|| self.first_and_last_prose()))
    }

    fn first_and_last_prose(&self) -> Option<(usize, usize)> {
        let is_prose = |at: &usize| self.is_prose(self.standing[*at]);
        let all = 0..self.standing.len();
        all.clone().find(is_prose).zip(all.rev().find(is_prose))
    }

    /// Is a line, by number, a paragraph?
    fn is_prose(&self, number: usize) -> bool {
        let line = &self.lines[number];
        is_prose(line.text(self.text), line.chars)
    }

    /// Does the rule hit the line, and may it act where the line stands?
    fn fires(&self, rule: usize, at: usize) -> bool {
        work::steps(1);
        if !self.plan.acts[rule] || self.line(at).hits.binary_search(&rule).is_err() {
            return false;
        }
        let place = self.place(at);
        place.allows(&self.plan.rules[rule])
            && self.stopped_by_company(&self.plan.rules[rule], at).is_none()
            && match &self.plan.rules[rule].action {
                Action::Run(run) => place.failing(&run.each).is_none(),
                _ => true,
            }
    }

    /// What a line says, folded.
    fn folded(&self, number: usize) -> Folded<&str> {
        self.lines[number].folded.of(&self.folded)
    }

    /// A line, by number, as conditions see it.
    fn seen(&self, number: usize) -> Seen<'_> {
        work::steps(1);
        let line = &self.lines[number];
        let seen = Seen::new(line.text(self.text), line.chars, self.folded(number), self.title.as_deref());
        seen.thoroughly(self.plan.index.is_none())
    }

    /// Of some lines, by number, those places together that say the same.
    fn same_lines(&self, lines: &[usize]) -> Vec<Vec<usize>> {
        let says = |at: usize| self.lines[lines[at]].says;
        let mut sorted: Vec<usize> = (0..lines.len()).collect();
        sorted.sort_unstable_by_key(|&at| (says(at), at));
        let groups = sorted.chunk_by(|&a, &b| says(a) == says(b)).filter(|same| same.len() > 1);
        // Equal hashes are not yet equal lines.
        let same = |a: usize, b: usize| self.folded(lines[a]).core() == self.folded(lines[b]).core();
        let groups = groups.map(|group| group.iter().copied().filter(|&at| same(group[0], at)).collect());
        groups.filter(|group: &Vec<usize>| group.len() > 1).collect()
    }

    fn seen_at(&self, at: usize) -> Seen<'_> {
        self.seen(self.standing[at])
    }

    fn new_taker(&mut self, rule: usize, at: usize) -> Taker {
        let captures = self.seen_at(at).captures(&self.plan.rules[rule]);
        self.takers.push(Taken::Rule { rule, captures });
        self.takers.len() - 1
    }

    fn take_line(&mut self, at: usize, taker: Taker) {
        self.lines[self.standing[at]].gone = Some(taker);
    }
}
