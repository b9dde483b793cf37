//! Finds many literals in a line at once.
//!
//! Of each literal the few bytes that are rarest in text stand for it. A line is read once, and at
//! each place one bit tells whether any literal could be here; only where it is set are literals
//! compared. Unlike an automaton this costs the same for ten literals and for ten thousand, and it
//! is built in no time.

mod chains;
mod filter;
mod gram;
mod literals;

use chains::Chains;
use filter::{Again, Filter, SHORT, slot, spread, spread_three};
use gram::{Gram, mask};
use literals::Literals;
use memchr::memchr_iter;
use std::{ops::Range, sync::Arc};

pub(crate) use filter::slot_of;

/// Literals by the bytes that stand for them; the filters have `SLOTS` slots each, a power of two some
/// times the number of literals.
#[derive(Debug, Clone)]
pub(crate) struct Grams<T, const SLOTS: usize> {
    /// One for each sort of line.
    filters: Vec<Filter<SLOTS>>,
    again: Again<SLOTS>,
    /// Grams by the slot of their first four bytes, those of fewer by that of three.
    long: Chains,
    short: Chains,
    literals: Arc<Literals<T>>,
}

impl<T: Copy, const SLOTS: usize> Grams<T, SLOTS> {
    /// Literals, each with what it stands for and the sorts of line, a bit each, it is looked for in.
    pub fn new<'a>(literals: impl IntoIterator<Item = (&'a str, T, u8)>) -> Self {
        Grams::known_by(Arc::new(Literals::new(literals)), |_| 0)
    }

    /// The same, where it is known how often four bytes stood in some text.
    pub fn with(&self, seen: impl Fn(u32) -> u32) -> Self {
        Grams::known_by(Arc::clone(&self.literals), seen)
    }

    /// How many literals these are.
    pub fn len(&self) -> usize {
        self.literals.list.len()
    }

    fn known_by(literals: Arc<Literals<T>>, seen: impl Fn(u32) -> u32) -> Self {
        let (mut long, mut short) = (Vec::new(), Vec::new());
        for (number, literal) in literals.list.iter().enumerate() {
            let text = &literals.text.as_bytes()[literal.text()];
            if text.len() < 2 {
                continue;
            }
            let gram = Gram::of(text, number as u32, literal.sorts, &seen);
            let bytes = gram.bytes as u32;
            match text.len() {
                // Any byte may stand behind it.
                2 => short.extend((0..=0xff).map(|third| (spread_three(bytes | third << 16), gram.clone()))),
                3 => short.push((spread_three(bytes), gram)),
                _ => long.push((spread(bytes), gram)),
            }
        }
        let sorts = literals.list.iter().fold(0, |all, literal| all | literal.sorts);
        let sorts = 0..u8::BITS - sorts.leading_zeros();
        let filters = sorts.map(|sort| Filter::new(&long, &short, 1 << sort)).collect();
        let again = Again::new(&long, &short);
        Grams { filters, again, long: Chains::new::<SLOTS>(long), short: Chains::new::<SHORT>(short), literals }
    }

    /// What the literals in a text of one sort stand for, each with the place of the literal, in no
    /// order, some perhaps twice. `found` says whether to go on.
    pub fn find(&self, text: &str, sort: u8, mut found: impl FnMut(T, Range<usize>) -> bool) {
        let text = text.as_bytes();
        let literals = &*self.literals;
        for &(byte, literal) in &literals.singles {
            let literal = &literals.list[literal as usize];
            if literal.sorts & sort != 0 && !memchr_iter(byte, text).all(|at| found(literal.target, at..at + 1)) {
                return;
            }
        }
        let Some(filter) = self.filters.get(sort.trailing_zeros() as usize) else { return };
        filter.scan(text, &self.again, |at, bytes| self.compare(text, at, bytes, sort, &mut found));
    }

    #[inline(never)]
    fn compare(&self, text: &[u8], at: usize, bytes: u64, sort: u8, found: &mut impl FnMut(T, Range<usize>) -> bool) -> bool {
        let long = self.long.of(slot_of::<SLOTS>(bytes as u32));
        let short = self.short.of(slot::<SHORT>(spread_three(bytes as u32)));
        [long, short].into_iter().all(|grams| self.compare_with(grams, text, at, bytes, sort, found))
    }

    #[inline]
    fn compare_with(
        &self,
        mut grams: &[Gram],
        text: &[u8],
        at: usize,
        bytes: u64,
        sort: u8,
        found: &mut impl FnMut(T, Range<usize>) -> bool,
    ) -> bool {
        while let Some(first) = grams.first() {
            let (same, others) = grams.split_at(first.same as usize);
            grams = others;
            if bytes & mask(first.len) != first.bytes {
                continue;
            }
            let literals = &*self.literals;
            let go_on = same.iter().filter(|gram| gram.sorts & sort != 0).all(|gram| {
                let Some(start) = gram.start(text, at) else { return true };
                let literal = &literals.list[gram.literal as usize];
                let place = start..start + literal.text.len();
                // Behind the end zeros were compared.
                !text[start..].starts_with(&literals.text.as_bytes()[literal.text()]) || found(literal.target, place)
            });
            if !go_on {
                return false;
            }
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_literal_is_found_wherever_it_stands() {
        let literals = ["|", "©", "ads", "photo", "read also", "читаите также", "责任编辑", "शेयर करें", "a.b"];
        let grams = Grams::<_, 1024>::new(literals.iter().map(|&literal| (literal, literal, 1)));
        let with_zeros = Grams::<_, 1024>::new(["ab\0", "abcd\0"].map(|literal| (literal, literal, 1)));
        ["ab", "abcd"].iter().for_each(|text| with_zeros.find(text, 1, |it, _| panic!("{it}")));
        for literal in literals {
            for (before, after) in [("", ""), ("x", ""), ("", "x"), ("some words ", " and more of them")] {
                let mut found = Vec::new();
                grams.find(&format!("{before}{literal}{after}"), 1, |it, place| {
                    found.push((it, place));
                    true
                });
                assert_eq!(found, [(literal, before.len()..before.len() + literal.len())], "{before}{literal}{after}");
            }
        }
        grams.find("rea also pho to", 1, |it, _| panic!("{it}"));
        grams.find("read also", 2, |it, _| panic!("{it}"));
    }
}
