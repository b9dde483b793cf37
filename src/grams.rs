//! Finds many literals in a line at once.
//!
//! Of each literal the few bytes that are rarest in text stand for it. A line is read once, and at
//! each place one bit tells whether any literal could be here; only where it is set are literals
//! compared. Unlike an automaton this costs the same for ten literals and for ten thousand, and it
//! is built in no time.

use rustc_hash::FxHashMap;
use std::ops::Range;

/// Literals, each with what it stands for; the filters have `SLOTS` slots each, a power of two some
/// dozen times the number of literals.
#[derive(Debug, Clone)]
pub(crate) struct Grams<T, const SLOTS: usize> {
    /// Literals of at least [`LONG`] bytes, looked for at every fourth place.
    long: Width<SLOTS>,
    four: Width<SLOTS>,
    three: Width<SLOTS>,
    two: Width<SLOTS>,
    literals: Vec<Literal>,
    /// The literals, one after another.
    text: String,
    /// What they stand for, one after another.
    targets: Vec<T>,
}

/// Bytes between the places where long literals are looked for, by grams of eight bytes: one of as
/// many grams as that begins at such a place, wherever the literal stands.
const STRIDE: usize = 4;

/// Bytes of a long literal.
const LONG: usize = 8 + STRIDE - 1;

/// The grams of one width.
#[derive(Debug, Clone)]
struct Width<const SLOTS: usize> {
    /// By the hash of a gram: for which sorts of line is there such a gram?
    filter: Filter<SLOTS>,
    /// Where the grams that are equal start in `grams`.
    first: FxHashMap<u64, u32>,
    /// In order.
    grams: Vec<Gram>,
}

/// Empty where there are no grams.
#[derive(Debug, Clone)]
struct Filter<const SLOTS: usize>(Vec<u8>);

#[derive(Debug, Clone)]
struct Gram {
    gram: u64,
    literal: u32,
    /// Bytes of the literal in front of it.
    before: u32,
    sorts: u8,
}

#[derive(Debug, Clone)]
struct Literal {
    text: Range<usize>,
    targets: Range<usize>,
}

impl<T: Copy + Ord, const SLOTS: usize> Grams<T, SLOTS> {
    /// Literals, each with what it stands for and the sorts of line, a bit each, it is looked for in.
    pub fn new<'a>(literals: impl IntoIterator<Item = (&'a str, T, u8)>) -> Self {
        let mut all: Vec<(&str, T, u8)> = literals.into_iter().collect();
        all.sort_unstable();
        all.dedup();
        let (mut literals, mut text) = (Vec::new(), String::new());
        let mut grams: [Vec<Gram>; 4] = Default::default();
        let mut at = 0;
        for same in all.chunk_by(|a, b| a.0 == b.0) {
            let literal = same[0].0;
            let sorts = same.iter().fold(0, |sorts, &(.., sort)| sorts | sort);
            let (class, width, stride) = match literal.len() {
                LONG.. => (0, 8, STRIDE),
                4.. => (1, 4, 1),
                3 => (2, 3, 1),
                _ => (3, 2, 1),
            };
            let bytes = literal.as_bytes();
            let commonness = |at: &usize| bytes[*at..*at + width + stride - 1].iter().map(|&byte| commonness(byte)).sum::<u32>();
            let rarest = (0..=(bytes.len() + 1).saturating_sub(width + stride)).min_by_key(commonness).unwrap_or(0);
            grams[class].extend((rarest..rarest + stride).map(|before| Gram {
                gram: gram(&bytes[before..before + width]),
                literal: literals.len() as u32,
                before: before as u32,
                sorts,
            }));
            literals.push(Literal { text: text.len()..text.len() + literal.len(), targets: at..at + same.len() });
            text.push_str(literal);
            at += same.len();
        }
        let [long, four, three, two] = grams;
        let short = |gram| hash_short(gram as u32);
        let (two, mut three) = (Width::new(two, short), Width::new(three, short));
        // The filter of three serves both: a gram of two may have any third byte.
        for Gram { gram, sorts, .. } in &two.grams {
            (0..=u32::from(u8::MAX)).for_each(|third| three.filter.add(hash_short(*gram as u32 | third << 16), *sorts));
        }
        let targets = all.iter().map(|&(_, target, _)| target).collect();
        Grams { long: Width::new(long, hash_long), four: Width::new(four, short), three, two, literals, text, targets }
    }

    /// What the literals in a text of one sort stand for, each with the place of the literal, in no
    /// order, some perhaps twice. `found` says whether to go on.
    pub fn find(&self, text: &str, sort: u8, mut found: impl FnMut(T, Range<usize>) -> bool) {
        let _ = self.find_long(text.as_bytes(), sort, &mut found) && self.find_short(text.as_bytes(), sort, &mut found);
    }

    fn find_long(&self, text: &[u8], sort: u8, found: &mut impl FnMut(T, Range<usize>) -> bool) -> bool {
        let Some(filter) = self.long.filter.slots() else { return true };
        let mut at = 0;
        while let Some(bytes) = text[at..].first_chunk::<8>() {
            let gram = u64::from_le_bytes(*bytes);
            if filter[slot::<SLOTS>(hash_long(gram))] & sort != 0 && !self.compare(&self.long, text, at, gram, found) {
                return false;
            }
            at += STRIDE;
        }
        true
    }

    fn find_short(&self, text: &[u8], sort: u8, found: &mut impl FnMut(T, Range<usize>) -> bool) -> bool {
        let (four, three) = (self.four.filter.slots(), self.three.filter.slots());
        let none = &[0; SLOTS];
        if four.is_none() && three.is_none() {
            return true;
        }
        let (four, three) = (four.unwrap_or(none), three.unwrap_or(none));
        for (at, bytes) in text.array_windows::<4>().enumerate() {
            let gram = u32::from_le_bytes(*bytes);
            let in_four = four[slot::<SLOTS>(hash_short(gram))];
            let in_three = three[slot::<SLOTS>(hash_short(gram & 0xff_ffff))];
            if (in_four | in_three) & sort != 0 && !self.compare_short(text, at, gram, found) {
                return false;
            }
        }
        // The last places have fewer bytes.
        (2..=3).all(|width| {
            text.len() < width || self.compare_short(text, text.len() - width, gram(&text[text.len() - width..]) as u32, found)
        })
    }

    #[inline(never)]
    fn compare_short(&self, text: &[u8], at: usize, gram: u32, found: &mut impl FnMut(T, Range<usize>) -> bool) -> bool {
        let left = text.len() - at;
        (left < 4 || self.compare(&self.four, text, at, u64::from(gram), found))
            && (left < 3 || self.compare(&self.three, text, at, u64::from(gram & 0xff_ffff), found))
            && self.compare(&self.two, text, at, u64::from(gram & 0xffff), found)
    }

    fn compare(
        &self,
        width: &Width<SLOTS>,
        text: &[u8],
        at: usize,
        gram: u64,
        found: &mut impl FnMut(T, Range<usize>) -> bool,
    ) -> bool {
        let Some(&first) = width.first.get(&gram) else { return true };
        width.grams[first as usize..].iter().take_while(|it| it.gram == gram).all(|it| {
            let literal = &self.literals[it.literal as usize];
            let Some(start) = at.checked_sub(it.before as usize) else { return true };
            !text[start..].starts_with(&self.text.as_bytes()[literal.text.clone()])
                || self.targets[literal.targets.clone()].iter().all(|&target| found(target, start..start + literal.text.len()))
        })
    }
}

impl<const SLOTS: usize> Width<SLOTS> {
    fn new(mut grams: Vec<Gram>, hash: fn(u64) -> u32) -> Self {
        grams.sort_by_key(|it| it.gram);
        let mut filter = Filter(Vec::new());
        let mut first = FxHashMap::default();
        for (at, it) in grams.iter().enumerate() {
            filter.add(hash(it.gram), it.sorts);
            first.entry(it.gram).or_insert(at as u32);
        }
        Width { filter, first, grams }
    }
}

impl<const SLOTS: usize> Filter<SLOTS> {
    fn add(&mut self, hash: u32, sorts: u8) {
        self.0.resize(SLOTS, 0);
        self.0[slot::<SLOTS>(hash)] |= sorts;
    }

    fn slots(&self) -> Option<&[u8; SLOTS]> {
        self.0.first_chunk()
    }
}

/// Up to eight bytes as a number.
fn gram(bytes: &[u8]) -> u64 {
    bytes.iter().rev().fold(0, |gram, &byte| gram << 8 | u64::from(byte))
}

#[inline]
fn hash_long(gram: u64) -> u32 {
    (gram.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) as u32
}

#[inline]
fn hash_short(gram: u32) -> u32 {
    gram.wrapping_mul(0x9e37_79b9)
}

/// The place of a hash in a filter.
#[inline]
fn slot<const SLOTS: usize>(hash: u32) -> usize {
    (hash >> (u32::BITS - SLOTS.ilog2())) as usize
}

/// How often a byte stands in text, roughly.
fn commonness(byte: u8) -> u32 {
    match byte {
        b' ' => 12,
        b'e' => 10,
        b't' | b'a' | b'o' | b'i' | b'n' | b's' | b'r' => 8,
        b'h' | b'l' | b'd' => 6,
        b'c' | b'u' | b'm' | b'f' | b'p' | b'g' | b'w' | b'y' | b'b' => 4,
        b'v' | b'k' | b'.' | b',' => 3,
        // The first byte of a letter says little more than its script.
        0xc0.. => 9,
        0x80.. => 4,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_literal_is_found_wherever_it_stands() {
        let literals = ["©", "ads", "photo", "read also", "читаите также", "责任编辑", "शेयर करें", "a.b"];
        let grams = Grams::<_, 1024>::new(literals.iter().map(|&literal| (literal, literal, 1)));
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
