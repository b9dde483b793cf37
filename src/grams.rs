//! Finds many literals in a line at once.
//!
//! Of each literal the few bytes that are rarest in text stand for it. A line is read once, and at
//! each place one bit tells whether any literal could be here; only where it is set are literals
//! compared. Unlike an automaton this costs the same for ten literals and for ten thousand, and it
//! is built in no time.

use crate::rule::bytes::commonness;
use memchr::memchr_iter;
use std::{ops::Range, sync::Arc};

/// Literals by the bytes that stand for them; the filters have `SLOTS` slots each, a power of two some
/// times the number of literals.
#[derive(Debug, Clone)]
pub(crate) struct Grams<T, const SLOTS: usize> {
    /// One for each sort of line.
    filters: Vec<Filter<SLOTS>>,
    /// Grams once more, by all their eight bytes or the first: little passes both filters by chance.
    again: Vec<u8>,
    /// Grams by the slot of their first four bytes, those of fewer by that of three.
    long: Chains,
    short: Chains,
    literals: Arc<Literals<T>>,
}

/// Literals, each with what it stands for.
#[derive(Debug)]
struct Literals<T> {
    list: Vec<Literal<T>>,
    /// The literals, one after another.
    text: String,
    /// Those of a single byte: they would fill every slot.
    singles: Vec<(u8, u32)>,
}

/// Could a literal be here? A bit for each kind of four bytes, and of three.
#[derive(Debug, Clone)]
struct Filter<const SLOTS: usize> {
    four: Vec<u8>,
    /// None where `four` tells of those as well.
    three: Option<Vec<u8>>,
}

/// Grams by slot.
#[derive(Debug, Clone)]
struct Chains {
    /// Where the grams of a slot begin in `grams`, and at the end their number.
    slots: Vec<u32>,
    grams: Vec<Gram>,
}

impl Chains {
    /// Grams with their hashes.
    fn new<const SLOTS: usize>(grams: Vec<(u32, Gram)>) -> Chains {
        let slot_of = |gram: &(u32, Gram)| slot::<SLOTS>(gram.0);
        let mut slots = vec![0; SLOTS + 1];
        grams.iter().for_each(|gram| slots[slot_of(gram) + 1] += 1);
        (0..SLOTS).for_each(|slot| slots[slot + 1] += slots[slot]);
        let mut next = slots.clone();
        let mut order = vec![0; grams.len()];
        for (number, gram) in grams.iter().enumerate() {
            let place = &mut next[slot_of(gram)];
            order[*place as usize] = number;
            *place += 1;
        }
        let bytes = |number: usize| (grams[number].1.len, grams[number].1.bytes);
        for slot in slots.windows(2).filter(|slot| slot[1] - slot[0] > 1) {
            order[slot[0] as usize..slot[1] as usize].sort_unstable_by_key(|&number| bytes(number));
        }
        let mut grams: Vec<Gram> = order.iter().map(|&number| grams[number].1.clone()).collect();
        for slot in slots.windows(2).filter(|slot| slot[1] - slot[0] > 1) {
            for at in (slot[0] as usize + 1..slot[1] as usize).rev() {
                if (grams[at - 1].len, grams[at - 1].bytes) == (grams[at].len, grams[at].bytes) {
                    grams[at - 1].same = grams[at].same.saturating_add(1);
                }
            }
        }
        Chains { slots, grams }
    }

    fn of(&self, slot: usize) -> &[Gram] {
        &self.grams[self.slots[slot] as usize..self.slots[slot + 1] as usize]
    }
}

/// Up to eight bytes of a literal, and eight others that tell it from those with the same ones.
#[derive(Debug, Clone)]
struct Gram {
    bytes: u64,
    others: u64,
    literal: u32,
    /// Bytes of the literal in front of it.
    before: u16,
    /// Bytes of the literal in front of the others.
    others_before: u16,
    /// How many of the slot have the same bytes, from this one on.
    same: u16,
    /// How many bytes it has.
    len: u8,
    /// How many others; no more than that is the whole literal.
    others_len: u8,
    sorts: u8,
}

impl Gram {
    /// The bytes of a literal that stand for it, where it is known how often four bytes were seen. Four tell
    /// whether a literal could be here, eight tell most literals apart.
    fn of(literal: &[u8], number: u32, sorts: u8, seen: impl Fn(u32) -> u32) -> Gram {
        let before = rarest(literal, seen);
        let len = (literal.len() - before).min(8);
        // As far away as can be.
        let behind = literal.len() - before - len;
        let others_before = if behind <= before { 0 } else { literal.len().min(usize::from(u16::MAX)).saturating_sub(8) };
        Gram {
            bytes: load(literal, before),
            others: load(literal, others_before),
            literal: number,
            before: before as u16,
            others_before: others_before as u16,
            same: 1,
            len: len as u8,
            others_len: literal.len().min(8) as u8,
            sorts,
        }
    }

    /// Where the literal must start whose gram is at a place of a text, if its others stand there as well.
    fn start(&self, text: &[u8], at: usize) -> Option<usize> {
        let start = at.checked_sub(usize::from(self.before))?;
        let others = start + usize::from(self.others_before);
        (others < text.len() && load(text, others) & mask(self.others_len) == self.others).then_some(start)
    }
}

/// The bits of so many bytes.
fn mask(bytes: u8) -> u64 {
    u64::MAX >> (u64::BITS - 8 * u32::from(bytes))
}

#[derive(Debug)]
struct Literal<T> {
    text: Range<u32>,
    target: T,
    sorts: u8,
}

impl<T> Literal<T> {
    fn text(&self) -> Range<usize> {
        self.text.start as usize..self.text.end as usize
    }
}

/// Places that are looked at together.
const TOGETHER: usize = 5;

impl<T> Literals<T> {
    fn new<'a>(literals: impl IntoIterator<Item = (&'a str, T, u8)>) -> Self {
        let (mut list, mut text, mut singles) = (Vec::new(), String::new(), Vec::new());
        for (literal, target, sorts) in literals {
            if let [byte] = *literal.as_bytes() {
                singles.push((byte, list.len() as u32));
            }
            let from = text.len() as u32;
            text.push_str(literal);
            list.push(Literal { text: from..text.len() as u32, target, sorts });
        }
        Literals { list, text, singles }
    }
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
                // Any byte may stand behind it: these alone are more than [`FEW`].
                2 => short.extend((0..=0xff).map(|third| (spread_three(bytes | third << 16), gram.clone()))),
                3 => short.push((spread_three(bytes), gram)),
                _ => long.push((spread(bytes), gram)),
            }
        }
        let sorts = literals.list.iter().fold(0, |all, literal| all | literal.sorts);
        let mut again = vec![0; SLOTS];
        let first = |gram: &Gram| if gram.len == 8 { all_eight(gram.bytes) } else { gram.bytes as u32 };
        let known = long.iter().map(|(_, gram)| first(gram)).chain(short.iter().map(|(hash, _)| *hash));
        known.for_each(|hash| set::<SLOTS>(&mut again, spread_again(hash)));
        let sorts = 0..u8::BITS - sorts.leading_zeros();
        let filters = sorts.map(|sort| Filter::new(&long, &short, 1 << sort, &mut again)).collect();
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
        let Some(again) = self.again.first_chunk::<SLOTS>() else { return };
        filter.scan(text, again, |at, bytes| self.compare(text, at, bytes, sort, &mut found));
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

/// Bytes of a literal in front of those that stand for it.
fn rarest(literal: &[u8], seen: impl Fn(u32) -> u32) -> usize {
    let len = |at: usize| (literal.len() - at).min(8);
    let (mut least, mut before) = (u64::MAX, 0);
    let mut common: u32 = literal.iter().take(3).map(|&byte| commonness(byte)).sum();
    for (at, bytes) in literal.array_windows().enumerate().take(usize::from(u16::MAX)) {
        let &[first, .., last]: &[u8; 4] = bytes;
        common += commonness(last);
        let cost = u64::from(1 + common + SEEN * seen(u32::from_le_bytes(*bytes))) * (WINDOW + 8 - len(at)) as u64;
        if cost < least {
            (least, before) = (cost, at);
        }
        common -= commonness(first);
    }
    before
}

/// What it weighs that four bytes were seen once, beside the commonness of the bytes themselves.
const SEEN: u32 = 16;

/// The fewer bytes tell literals apart the dearer they are, by so many parts.
const WINDOW: usize = 10;

/// Slots of what is known by three bytes: few are.
const SHORT: usize = 1 << 12;

/// So few that for each of them all bytes that may stand behind it can be told.
const FEW: usize = 32;

impl<const SLOTS: usize> Filter<SLOTS> {
    /// For the grams of lines of one sort.
    fn new(long: &[(u32, Gram)], short: &[(u32, Gram)], sort: u8, again: &mut [u8]) -> Self {
        let of_sort = |(_, gram): &&(u32, Gram)| gram.sorts & sort != 0;
        let mut four = vec![0; SLOTS];
        long.iter().filter(of_sort).for_each(|&(hash, _)| set::<SLOTS>(&mut four, hash));
        let short: Vec<_> = short.iter().filter(of_sort).collect();
        if short.len() <= FEW {
            let fours = short.iter().flat_map(|(_, gram)| (0..=0xff).map(|fourth| gram.bytes as u32 | fourth << 24));
            fours.for_each(|bytes| {
                set::<SLOTS>(&mut four, spread(bytes));
                set::<SLOTS>(again, spread_again(bytes));
            });
            return Filter { four, three: None };
        }
        let mut three = vec![0; SHORT];
        short.iter().for_each(|&&(hash, _)| set::<SHORT>(&mut three, hash));
        Filter { four, three: Some(three) }
    }

    /// The places of a text where a gram could begin, each with its bytes. `found` says whether to go on.
    fn scan(&self, text: &[u8], again: &[u8; SLOTS], mut found: impl FnMut(usize, u64) -> bool) {
        let Some(four) = self.four.first_chunk::<SLOTS>() else { return };
        let by_four = |bytes: u32| look_up(four, spread(bytes));
        let is_again = |hash: u32| look_up(again, spread_again(hash)) & 1 != 0;
        let is_long = |bytes: u64| is_again(all_eight(bytes)) || is_again(bytes as u32);
        match self.three.as_ref().and_then(|three| three.first_chunk::<SHORT>()) {
            None => scan(text, by_four, |at, bytes| !is_long(bytes) || found(at, bytes)),
            Some(three) => {
                let by_three = |bytes: u32| look_up(three, spread_three(bytes));
                let is_there = |bytes: u64| is_long(bytes) || is_again(spread_three(bytes as u32));
                scan(text, |bytes| by_four(bytes) | by_three(bytes), |at, bytes| !is_there(bytes) || found(at, bytes));
            }
        }
    }
}

/// The places of a text of whose four bytes `may_be` answers with a bit.
#[inline]
fn scan(text: &[u8], may_be: impl Fn(u32) -> u8, mut found: impl FnMut(usize, u64) -> bool) {
    let mut at = 0;
    while let Some(bytes) = text[at..].first_chunk::<8>() {
        let bytes = u64::from_le_bytes(*bytes);
        let mut places = (0..TOGETHER).fold(0, |places, place| places | (may_be((bytes >> (8 * place)) as u32) & 1) << place);
        while places != 0 {
            let place = at + places.trailing_zeros() as usize;
            places &= places - 1;
            if !found(place, load(text, place)) {
                return;
            }
        }
        at += TOGETHER;
    }
    for place in at..text.len() {
        let bytes = load(text, place);
        if may_be(bytes as u32) & 1 != 0 && !found(place, bytes) {
            return;
        }
    }
}

/// Sets the bit of a hash.
fn set<const SLOTS: usize>(bits: &mut [u8], hash: u32) {
    bits[slot::<SLOTS>(hash)] |= 1 << bit::<SLOTS>(hash);
}

/// The last bit tells whether it is set for a hash.
#[inline]
fn look_up<const SLOTS: usize>(bits: &[u8; SLOTS], hash: u32) -> u8 {
    bits[slot::<SLOTS>(hash)] >> bit::<SLOTS>(hash)
}

/// A hash of four bytes: its first bits are the slot, the next three the bit in it.
#[inline]
fn spread(bytes: u32) -> u32 {
    bytes.wrapping_mul(0x9e37_79b9)
}

/// Eight bytes as four.
#[inline]
fn all_eight(bytes: u64) -> u32 {
    spread(bytes as u32) ^ (bytes >> 32) as u32
}

/// Another hash than [`spread`].
#[inline]
fn spread_again(bytes: u32) -> u32 {
    bytes.wrapping_mul(0x85eb_ca6b).rotate_left(16).wrapping_mul(0xc2b2_ae35)
}

/// The same as [`spread`] of the first three.
#[inline]
fn spread_three(bytes: u32) -> u32 {
    spread(bytes << 8)
}

#[inline]
fn slot<const SLOTS: usize>(hash: u32) -> usize {
    (hash >> (u32::BITS - SLOTS.ilog2())) as usize
}

/// The slot of four bytes.
#[inline]
pub(crate) fn slot_of<const SLOTS: usize>(bytes: u32) -> usize {
    slot::<SLOTS>(spread(bytes))
}

#[inline]
fn bit<const SLOTS: usize>(hash: u32) -> u32 {
    hash >> (u32::BITS - SLOTS.ilog2() - 3) & 7
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
