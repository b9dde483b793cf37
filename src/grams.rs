//! Finds many literals in a line at once.
//!
//! Of each literal the few bytes that are rarest in text stand for it. A line is read once, and at
//! each place one bit tells whether any literal could be here; only where it is set are literals
//! compared. Unlike an automaton this costs the same for ten literals and for ten thousand, and it
//! is built in no time.

use crate::rule::bytes::commonness;
use memchr::memchr_iter;
use std::ops::Range;

/// Literals, each with what it stands for; the filters have `SLOTS` slots each, a power of two some
/// times the number of literals.
#[derive(Debug, Clone)]
pub(crate) struct Grams<T, const SLOTS: usize> {
    /// For each sort of line, by the hash of three bytes, a bit for each kind of byte that may be the
    /// fourth: could a literal be here?
    filters: Vec<Vec<u8>>,
    /// Grams by the slot of their first four bytes, those of fewer by that of three.
    long: Chains,
    short: Chains,
    /// Literals of a single byte, with their sorts: they would fill every slot.
    singles: Vec<(u8, u32, u8)>,
    literals: Vec<Literal>,
    /// The literals, one after another.
    text: String,
    /// What they stand for, one after another.
    targets: Vec<T>,
}

/// Grams by slot.
#[derive(Debug, Clone)]
struct Chains {
    /// Where the grams of a slot begin in `grams`, and at the end their number.
    slots: Vec<u32>,
    grams: Vec<Gram>,
}

impl Chains {
    fn new<const SLOTS: usize>(mut grams: Vec<(usize, Gram)>) -> Chains {
        let bytes = |(slot, gram): &(usize, Gram)| (*slot, gram.len, gram.bytes);
        grams.sort_by_key(bytes);
        for at in (1..grams.len()).rev() {
            if bytes(&grams[at - 1]) == bytes(&grams[at]) {
                grams[at - 1].1.same = grams[at].1.same + 1;
            }
        }
        let mut slots = vec![0; SLOTS + 1];
        grams.iter().for_each(|(slot, _)| slots[slot + 1] += 1);
        (0..SLOTS).for_each(|slot| slots[slot + 1] += slots[slot]);
        Chains { slots, grams: grams.into_iter().map(|(_, gram)| gram).collect() }
    }

    fn of(&self, slot: usize) -> &[Gram] {
        &self.grams[self.slots[slot] as usize..self.slots[slot + 1] as usize]
    }
}

/// Up to eight bytes of a literal.
#[derive(Debug, Clone)]
struct Gram {
    bytes: u64,
    literal: u32,
    /// Bytes of the literal in front of it.
    before: u32,
    /// How many of the slot have the same bytes, from this one on.
    same: u32,
    /// How many bytes it has.
    len: u8,
    sorts: u8,
    /// Is it the whole literal?
    whole: bool,
}

impl Gram {
    fn mask(&self) -> u64 {
        u64::MAX >> (u64::BITS - 8 * u32::from(self.len))
    }
}

/// Small, as it is seldom in a cache.
#[derive(Debug, Clone)]
struct Literal {
    text: Range<u32>,
    targets: Range<u32>,
}

impl Literal {
    fn text(&self) -> Range<usize> {
        self.text.start as usize..self.text.end as usize
    }

    fn targets(&self) -> Range<usize> {
        self.targets.start as usize..self.targets.end as usize
    }
}

/// Places that are looked at together.
const TOGETHER: usize = 4;

impl<T: Copy + Ord, const SLOTS: usize> Grams<T, SLOTS> {
    /// Literals, each with what it stands for and the sorts of line, a bit each, it is looked for in.
    pub fn new<'a>(literals: impl IntoIterator<Item = (&'a str, T, u8)>) -> Self {
        let mut all: Vec<(&str, T, u8)> = literals.into_iter().collect();
        all.sort_unstable();
        all.dedup();
        let (mut literals, mut text, mut grams, mut singles) = (Vec::new(), String::new(), Vec::new(), Vec::new());
        let mut at = 0;
        for same in all.chunk_by(|a, b| a.0 == b.0) {
            let literal = same[0].0;
            let sorts = same.iter().fold(0, |sorts, &(.., sort)| sorts | sort);
            let (before, bytes, len) = rarest(literal.as_bytes());
            let whole = usize::from(len) == literal.len();
            let gram = Gram { bytes, literal: literals.len() as u32, before, same: 1, len, sorts, whole };
            match *literal.as_bytes() {
                [] => {}
                [byte] => singles.push((byte, gram.literal, sorts)),
                // Any byte may stand behind it.
                [_, _] => grams.extend((0..=0xff).map(|third| (slot::<SLOTS>(bytes as u32 | third << 16), gram.clone()))),
                _ => grams.push((slot::<SLOTS>(bytes as u32), gram)),
            }
            let from = text.len() as u32;
            text.push_str(literal);
            let targets = at..at + same.len() as u32;
            at = targets.end;
            literals.push(Literal { text: from..text.len() as u32, targets });
        }
        let sorts = grams.iter().fold(0, |all, (_, gram)| all | gram.sorts);
        let filters = (0..u8::BITS - sorts.leading_zeros()).map(|sort| filter::<SLOTS>(&grams, 1 << sort)).collect();
        let (long, short): (Vec<_>, Vec<_>) = grams.into_iter().partition(|(_, gram)| gram.len >= 4);
        let long = long.into_iter().map(|(_, gram)| (slot_of_four::<SLOTS>(gram.bytes as u32), gram)).collect();
        let targets = all.iter().map(|&(_, target, _)| target).collect();
        let (long, short) = (Chains::new::<SLOTS>(long), Chains::new::<SLOTS>(short));
        Grams { filters, long, short, singles, literals, text, targets }
    }

    /// What the literals in a text of one sort stand for, each with the place of the literal, in no
    /// order, some perhaps twice. `found` says whether to go on.
    pub fn find(&self, text: &str, sort: u8, mut found: impl FnMut(T, Range<usize>) -> bool) {
        let text = text.as_bytes();
        for (byte, literal, _) in self.singles.iter().filter(|(.., sorts)| sorts & sort != 0) {
            let targets = &self.targets[self.literals[*literal as usize].targets()];
            if !memchr_iter(*byte, text).all(|at| targets.iter().all(|&target| found(target, at..at + 1))) {
                return;
            }
        }
        let filter = self.filters.get(sort.trailing_zeros() as usize).and_then(|filter| filter.first_chunk::<SLOTS>());
        let Some(filter) = filter else { return };
        let mut at = 0;
        while let Some(bytes) = text[at..].first_chunk::<8>() {
            let bytes = u64::from_le_bytes(*bytes);
            let any = (0..TOGETHER).fold(0, |any, place| any | may_be(filter, bytes >> (8 * place)));
            if any & 1 != 0 {
                for place in at..at + TOGETHER {
                    let bytes = load(text, place);
                    if may_be(filter, bytes) & 1 != 0 && !self.compare(text, place, bytes, sort, &mut found) {
                        return;
                    }
                }
            }
            at += TOGETHER;
        }
        for place in at..text.len() {
            let bytes = load(text, place);
            if may_be(filter, bytes) & 1 != 0 && !self.compare(text, place, bytes, sort, &mut found) {
                return;
            }
        }
    }

    #[inline(never)]
    fn compare(&self, text: &[u8], at: usize, bytes: u64, sort: u8, found: &mut impl FnMut(T, Range<usize>) -> bool) -> bool {
        let long = self.long.of(slot_of_four::<SLOTS>(bytes as u32));
        let short = self.short.of(slot::<SLOTS>(bytes as u32));
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
            if bytes & first.mask() != first.bytes {
                continue;
            }
            let go_on = same.iter().filter(|gram| gram.sorts & sort != 0).all(|gram| {
                let literal = &self.literals[gram.literal as usize];
                let Some(start) = at.checked_sub(gram.before as usize) else { return true };
                let place = start..start + literal.text.len();
                let stands = || gram.whole || text[start..].starts_with(&self.text.as_bytes()[literal.text()]);
                // Behind the end zeros were compared.
                place.end > text.len()
                    || !stands()
                    || self.targets[literal.targets()].iter().all(|&target| found(target, place.clone()))
            });
            if !go_on {
                return false;
            }
        }
        true
    }
}

/// The bytes of a literal that stand for it: those in front of them, up to eight of them, their number.
fn rarest(literal: &[u8]) -> (u32, u64, u8) {
    let commonness = |at: &usize| literal[*at..*at + 4].iter().map(|&byte| commonness(byte)).sum::<u32>();
    let before = (0..(literal.len() + 1).saturating_sub(4)).min_by_key(commonness).unwrap_or(0);
    (before as u32, load(literal, before), (literal.len() - before).min(8) as u8)
}

/// Which of the slots a gram of lines of one sort could be in, and what its fourth byte could be.
fn filter<const SLOTS: usize>(grams: &[(usize, Gram)], sort: u8) -> Vec<u8> {
    let mut filter = vec![0; SLOTS];
    for (slot, gram) in grams.iter().filter(|(_, gram)| gram.sorts & sort != 0) {
        filter[*slot] |= if gram.len < 4 { u8::MAX } else { 1 << (gram.bytes >> 24 & 7) };
    }
    filter
}

/// The last bit tells whether a gram could begin with these bytes.
#[inline]
fn may_be<const SLOTS: usize>(filter: &[u8; SLOTS], bytes: u64) -> u8 {
    filter[slot::<SLOTS>(bytes as u32)] >> (bytes >> 24 & 7)
}

/// The slot of three bytes.
#[inline]
fn slot<const SLOTS: usize>(bytes: u32) -> usize {
    slot_of_four::<SLOTS>(bytes << 8)
}

/// The slot of four bytes.
#[inline]
fn slot_of_four<const SLOTS: usize>(bytes: u32) -> usize {
    (bytes.wrapping_mul(0x9e37_79b9) >> (u32::BITS - SLOTS.ilog2())) as usize
}

/// Eight bytes as a number, with zeros behind the end.
#[inline]
fn load(text: &[u8], at: usize) -> u64 {
    match text[at..].first_chunk::<8>() {
        Some(bytes) => u64::from_le_bytes(*bytes),
        None => text[at..].iter().rev().fold(0, |all, &byte| all << 8 | u64::from(byte)),
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
