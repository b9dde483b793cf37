//! The five actions: what a rule that fires takes.
//!
//! Each judges the lines that stood when the round began and says whether it took any. The first
//! rule that takes a line owns it.

use super::{
    MOST_SPANS, Sweep,
    words::{ends_sentence, has_words},
};
use crate::{
    guard::Reason,
    rule::{Action, Block, Drop, Match, Repeat, Rule, Until},
    work,
};
use rustc_hash::FxHashMap;
use std::{cell::OnceCell, ops::Range, sync::Arc};

/// So many lines in a row that a rule knows by their shape alone are a list of the story.
const LIST: usize = 3;

/// A subhead has at most so many words.
const SUBHEAD_WORDS: usize = 5;

const QUOTES: [char; 14] = ['"', '\'', '“', '”', '„', '‘', '’', '«', '»', '‹', '›', '「', '」', '』'];

/// Witnesses of a block stand among so many times as many lines below its start.
const WITNESSES_WITHIN: usize = 4;

impl Sweep<'_> {
    pub(super) fn blocks(&mut self) -> bool {
        let mut took = false;
        // For each rule a stretch of lines that are known to end no block of it.
        let mut endless: FxHashMap<usize, Range<usize>> = FxHashMap::default();
        for at in 0..self.standing.len() {
            for hit in 0..self.line(at).hits.len() {
                let rule = self.line(at).hits[hit];
                let Action::Block(block) = &self.plan.rules[rule].action else { continue };
                if self.line(at).gone.is_some() || !self.fires(rule, at) {
                    continue;
                }
                if let Some(mut extent) = self.extent(block, at, endless.entry(rule).or_default()) {
                    // A box that begins in it and goes on beyond it is another one.
                    let next = (at + 1..extent.end).find(|&next| self.reaches_beyond(rule, next, extent.end, &mut endless));
                    extent.end = next.unwrap_or(extent.end);
                    if !self.is_witnessed(rule, block, at, extent.end) {
                        continue;
                    }
                    let taker = self.new_taker(rule, at);
                    self.take_lines(extent, taker);
                    took = true;
                }
            }
        }
        took
    }

    /// Does another rule take a block that begins here and goes on beyond a place?
    fn reaches_beyond(&self, rule: usize, at: usize, place: usize, endless: &mut FxHashMap<usize, Range<usize>>) -> bool {
        place < self.standing.len()
            && self.line(at).hits.iter().any(|&other| match &self.plan.rules[other].action {
                Action::Block(block) if other != rule && self.fires(other, at) => {
                    self.extent(block, at, endless.entry(other).or_default()).is_some_and(|extent| place < extent.end)
                }
                _ => false,
            })
    }

    /// Do other rules of its category know as many lines of the block as it asks for? Further down they may belong to
    /// something else: "27 comments" is also a link above a story that leads to them.
    fn is_witnessed(&self, rule: usize, block: &Block, start: usize, end: usize) -> bool {
        let rules = &self.plan.rules;
        let is_witness = |&other: &usize| other != rule && rules[other].category == rules[rule].category;
        let near = start + 1..end.min((start + 1).saturating_add(block.witnesses.saturating_mul(WITNESSES_WITHIN)));
        work::steps(near.len());
        let last = (end - 1..end).filter(|last| block.until.is_some() && !near.contains(last));
        near.clone().chain(last).filter(|&at| self.line(at).hits.iter().any(is_witness)).count() >= block.witnesses
    }

    /// The standing lines that a block starting here takes, or none where its end is missing.
    fn extent(&self, block: &Block, start: usize, endless: &mut Range<usize>) -> Option<Range<usize>> {
        let all = self.standing.len();
        let end = match &block.until {
            Some(until) => {
                let last = all.min(start + 1 + until.max_lines);
                match self.end(until, start + 1..last, endless) {
                    Some(found) if until.keep => self.above_subhead(start, found),
                    Some(found) => found + 1,
                    None if block.until_end && last == all => all,
                    None => return None,
                }
            }
            None if block.until_end => all,
            None => all.min((start + 1).saturating_add(block.take)),
        };
        let lead = block.lead.as_ref().map_or(0, |lead| {
            work::steps(lead.lines.min(start));
            let is_short = |at: &usize| !has_words(self.line(*at).text(self.text), lead.max_words.saturating_add(1));
            (start.saturating_sub(lead.lines)..start).rev().take_while(is_short).count()
        });
        Some(start - lead..end)
    }

    /// The end of a block of headlines before a line that is none of them: one that is short where they are long, right
    /// above the paragraph that ends the block, is the subhead of that, and so is one that is all a quotation.
    fn above_subhead(&self, start: usize, end: usize) -> usize {
        let text = |at: usize| self.line(at).text(self.text);
        let is_long = |at: usize| has_words(text(at), SUBHEAD_WORDS + 1);
        let last = end - 1;
        let others = start + 1..last;
        let is_quote = text(last).starts_with(QUOTES) && text(last).ends_with(QUOTES);
        if others.is_empty() || is_long(last) && !is_quote || !ends_sentence(text(end)) {
            return end;
        }
        work::steps(others.len());
        let is_title = text(last).ends_with('?') || !ends_sentence(text(last));
        let is_known = self.line(last).hits.iter().any(|&rule| self.plan.acts[rule]);
        if is_title && !is_known && (is_quote || others.into_iter().all(is_long)) { last } else { end }
    }

    /// The first of some lines that ends a block. One start after another asks about the same lines:
    /// those known to be `endless` are not looked at again.
    fn end(&self, until: &Until, among: Range<usize>, endless: &mut Range<usize>) -> Option<usize> {
        let known = if endless.contains(&among.start) { endless.clone() } else { among.start..among.start };
        let found = (known.end..among.end).find(|&at| self.matches_at(&until.line, at));
        *endless = known.start..found.unwrap_or(known.end.max(among.end));
        found
    }

    fn matches_at(&self, entry: &Match, at: usize) -> bool {
        let (place, seen) = (self.place(at), self.seen_at(at));
        entry.0.iter().any(|table| seen.failing(table).is_none() && place.failing(table).is_none())
    }

    pub(super) fn runs(&mut self) -> bool {
        let is_run = |&rule: &usize| matches!(self.plan.rules[rule].action, Action::Run(_));
        let hits = |at: usize| self.line(at).hits.iter().copied().filter(is_run).map(move |rule| (rule, at));
        let mut fires: Vec<(usize, usize)> = (0..self.standing.len()).flat_map(hits).collect();
        fires.retain(|&(rule, at)| self.fires(rule, at));
        fires.sort_unstable();
        let mut took = false;
        for row in fires.chunk_by(|a, b| a.0 == b.0 && a.1 + 1 == b.1) {
            let (rule, start) = row[0];
            let Action::Run(run) = &self.plan.rules[rule].action else { continue };
            let all = start..start + row.len();
            if all.len() >= run.min_lines && all.clone().any(|at| self.line(at).gone.is_none()) {
                let taker = self.new_taker(rule, start);
                self.take_lines(all, taker);
                took = true;
            }
        }
        took
    }

    /// Takes those of some lines that are still there.
    fn take_lines(&mut self, range: Range<usize>, taker: usize) {
        work::steps(range.len());
        for at in range {
            if self.line(at).gone.is_none() {
                self.take_line(at, taker);
            }
        }
    }

    pub(super) fn single_lines(&mut self) -> bool {
        let mut took = false;
        // For rules that know lines by shape, the last row of such lines looked at.
        let mut rows: FxHashMap<usize, Range<usize>> = FxHashMap::default();
        let around = OnceCell::new();
        for at in 0..self.standing.len() {
            for hit in 0..self.line(at).hits.len() {
                let rule = self.line(at).hits[hit];
                if !matches!(self.plan.rules[rule].action, Action::Line(_)) || !self.fires(rule, at) {
                    continue;
                }
                let row = match rows.get(&rule) {
                    Some(row) if row.contains(&at) => row.clone(),
                    _ => self.row(rule, at),
                };
                rows.insert(rule, row.clone());
                if row.len() >= LIST && row.start > 0 && row.end < self.standing.len() {
                    continue;
                }
                let doubt = |sweep: &Self| sweep.is_doubted_in(&sweep.plan.rules[rule], at, &around);
                if doubt(self) {
                    continue;
                }
                let taker = self.new_taker(rule, at);
                self.take_line(at, taker);
                took = true;
                break;
            }
        }
        took
    }

    /// The standing lines around this one that the same rule would take by their shape alone; none
    /// where it knows this one by words.
    fn row(&self, rule: usize, at: usize) -> Range<usize> {
        let by_shape = |at: usize| {
            let is_known = || self.plan.rules[rule].entry().is_some_and(|entry| self.seen_at(at).is_known_by_words(entry));
            self.fires(rule, at) && !is_known()
        };
        if !by_shape(at) {
            return at..at;
        }
        let start = (0..at).rev().take_while(|&at| by_shape(at)).last().unwrap_or(at);
        let end = (at..self.standing.len()).find(|&at| !by_shape(at)).unwrap_or(self.standing.len());
        start..end
    }

    pub(super) fn repeats(&mut self) -> bool {
        let rules = &self.plan.repeats;
        if rules.is_empty() {
            return false;
        }
        let mut groups = self.same_lines(&self.standing);
        groups.retain(|group| !self.folded(self.standing[group[0]]).core().is_empty());
        // In the order in which lines are said again.
        groups.sort_unstable_by_key(|group| group[1]);
        let mut took = false;
        for &rule in rules {
            let judge = Arc::clone(&self.plan.rules[rule]);
            let Action::Repeat(repeat) = &judge.action else { continue };
            for group in &groups {
                for copies in chains(group, repeat) {
                    took |= self.drop_copies(rule, &judge, repeat, copies);
                }
            }
        }
        took
    }

    fn drop_copies(&mut self, rule: usize, judge: &Rule, repeat: &Repeat, copies: &[usize]) -> bool {
        work::steps(copies.len());
        if copies.len() < 2 || copies.iter().any(|&at| self.line(at).gone.is_some() || self.line(at).chars < repeat.min_chars) {
            return false;
        }
        let surplus = match repeat.drop {
            Drop::Later => &copies[1..],
            Drop::First => &copies[..copies.len() - 1],
            Drop::All => copies,
        };
        let mut took = false;
        for &at in surplus {
            let may = self.place(at).allows(judge)
                && self.stopped_by_company(judge, at).is_none()
                && self.seen_at(at).failing(&judge.when).is_none()
                && self.seen_at(at).meeting(&judge.unless).is_none();
            if may {
                let taker = self.new_taker(rule, at);
                self.take_line(at, taker);
                took = true;
            }
        }
        took
    }

    pub(super) fn spans(&mut self) -> bool {
        let mut took = false;
        for at in 0..self.standing.len() {
            let number = self.standing[at];
            for hit in 0..self.line(at).hits.len() {
                let rule = self.line(at).hits[hit];
                let Action::Span(span) = &self.plan.rules[rule].action else { continue };
                if !self.fires(rule, at) {
                    continue;
                }
                let mut left = self.spans_left;
                let ranges = self.seen_at(at).spans(span, &mut left);
                self.spans_left = left;
                let Some(ranges) = ranges else {
                    self.too_many = Some(Reason::TooMany { most: MOST_SPANS, of: "spans" });
                    return false;
                };
                let taker = self.new_taker(rule, at);
                self.lines[number].take(&ranges, taker, self.text);
                self.read(number);
                took = true;
                break;
            }
        }
        took
    }
}

/// The copies that count as one repetition: all of them, or each stretch of neighbours.
fn chains<'a>(group: &'a [usize], repeat: &Repeat) -> Vec<&'a [usize]> {
    if repeat.adjacent { group.chunk_by(|a, b| a + 1 == *b).collect() } else { vec![group] }
}
