//! Finds many literals in a line at once.
//!
//! Of each literal the few bytes that are rarest in text stand for it. A line is read once, and at
//! each place one bit tells whether any literal could be here; only where it is set are literals
//! compared. Unlike an automaton this costs the same for ten literals and for ten thousand, and it
//! is built in no time.

use rustc_hash::FxHashMap;
use std::{ops::Range, sync::Arc};

/// Literals, each with what it stands for.
#[derive(Debug, Clone)]
pub(crate) struct Grams<T> {
    widths: [Width<T>; WIDTHS.len()],
}

/// Bytes of a gram, and how far apart the places are that are looked at: a literal so much longer
/// than its gram has one at such a place wherever it stands, if as many of its grams are known. The
/// first that a literal is long enough for.
const WIDTHS: [(usize, usize); 4] = [(8, 4), (4, 1), (3, 1), (2, 1)];

/// Bits of the largest filter, as a power of two: 16 KiB, which stay in the innermost cache.
const MOST_BITS: u32 = 17;

/// The grams of one width.
#[derive(Debug, Clone)]
struct Width<T> {
    /// A bit for each hash of a gram: is there such a gram?
    filter: Vec<u64>,
    /// How far to shift a hash to get its bit.
    shift: u32,
    /// Where the literals of a gram start in `literals`.
    first: FxHashMap<u64, u32>,
    /// By gram.
    literals: Vec<Literal>,
    /// What the literals stand for, one after another.
    targets: Vec<T>,
}

#[derive(Debug, Clone)]
struct Literal {
    gram: u64,
    /// Bytes of the literal in front of its gram.
    before: usize,
    text: Arc<str>,
    targets: Range<usize>,
}

impl<T: Copy + Ord> Grams<T> {
    pub fn new<'a>(literals: impl IntoIterator<Item = (&'a str, T)>) -> Self {
        let mut widths = WIDTHS.map(|_| Vec::new());
        for (literal, target) in literals {
            let class = WIDTHS.iter().position(|&(width, stride)| width + stride - 1 <= literal.len());
            let class = class.unwrap_or(WIDTHS.len() - 1);
            widths[class].push((literal, target));
        }
        let mut number = 0..;
        Grams { widths: widths.map(|literals| Width::new(WIDTHS[number.next().unwrap_or(0)], literals)) }
    }

    /// What the literals in the text stand for, each with the place of the literal, in no order, some
    /// perhaps twice. `found` says whether to go on.
    pub fn find(&self, text: &str, mut found: impl FnMut(T, Range<usize>) -> bool) {
        let text = text.as_bytes();
        let four_bytes = |bytes| u64::from(u32::from_le_bytes(bytes));
        let [long, four, three, two] = &self.widths;
        let _ = long.find::<8, 4>(text, u64::from_le_bytes, &mut found)
            && four.find::<4, 1>(text, four_bytes, &mut found)
            && three.find::<3, 1>(text, |[a, b, c]| four_bytes([a, b, c, 0]), &mut found)
            && two.find::<2, 1>(text, |[a, b]| four_bytes([a, b, 0, 0]), &mut found);
    }
}

impl<T: Copy + Ord> Width<T> {
    fn new((width, stride): (usize, usize), mut pairs: Vec<(&str, T)>) -> Self {
        pairs.sort_unstable();
        pairs.dedup();
        let mut literals: Vec<Literal> = Vec::new();
        for same in pairs.chunk_by(|a, b| a.0 == b.0) {
            let text = same[0].0;
            let (bytes, text) = (text.as_bytes(), Arc::from(text));
            let commonness = |at: &usize| bytes[*at..*at + width + stride - 1].iter().map(|&byte| commonness(byte)).sum::<u32>();
            let rarest = (0..=bytes.len() + 1 - width - stride).min_by_key(commonness).unwrap_or(0);
            let start = literals.last().map_or(0, |last| last.targets.end);
            let targets = start..start + same.len();
            literals.extend((rarest..rarest + stride).map(|before| {
                let gram = gram(&bytes[before..], width);
                Literal { gram, before, text: Arc::clone(&text), targets: targets.clone() }
            }));
        }
        let targets = pairs.iter().map(|&(_, target)| target).collect();
        literals.sort_by_key(|literal| literal.gram);
        // So many bits that few are set.
        let bits = (literals.len() * 32).next_power_of_two().ilog2().clamp(6, MOST_BITS);
        let shift = u64::BITS - bits;
        let mut filter = vec![0; if literals.is_empty() { 0 } else { 1 << (bits - 6) }];
        let mut first = FxHashMap::default();
        for (at, literal) in literals.iter().enumerate() {
            let bit = bit(literal.gram, shift);
            filter[bit >> 6] |= 1 << (bit & 63);
            first.entry(literal.gram).or_insert(at as u32);
        }
        Width { filter, shift, first, literals, targets }
    }

    #[inline(always)]
    fn find<const N: usize, const STRIDE: usize>(
        &self,
        text: &[u8],
        gram: impl Fn([u8; N]) -> u64,
        found: &mut impl FnMut(T, Range<usize>) -> bool,
    ) -> bool {
        let filter = self.filter.as_slice();
        if filter.is_empty() {
            return true;
        }
        let mut at = 0;
        while let Some(bytes) = text[at.min(text.len())..].first_chunk::<N>() {
            let gram = gram(*bytes);
            let bit = bit(gram, self.shift);
            if filter[bit >> 6] >> (bit & 63) & 1 == 1 && !self.compare(text, at, gram, found) {
                return false;
            }
            at += STRIDE;
        }
        true
    }

    #[cold]
    fn compare(&self, text: &[u8], at: usize, gram: u64, found: &mut impl FnMut(T, Range<usize>) -> bool) -> bool {
        let Some(&first) = self.first.get(&gram) else { return true };
        self.literals[first as usize..].iter().take_while(|literal| literal.gram == gram).all(|literal| {
            let Some(start) = at.checked_sub(literal.before) else { return true };
            !text[start..].starts_with(literal.text.as_bytes())
                || self.targets[literal.targets.clone()].iter().all(|&target| found(target, start..start + literal.text.len()))
        })
    }
}

/// The first bytes as a number.
fn gram(bytes: &[u8], width: usize) -> u64 {
    bytes[..width].iter().rev().fold(0, |gram, &byte| gram << 8 | u64::from(byte))
}

/// The place of a gram in a filter.
#[inline(always)]
fn bit(gram: u64, shift: u32) -> usize {
    (gram.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> shift) as usize
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
        let grams = Grams::new(literals.iter().map(|&literal| (literal, literal)));
        for literal in literals {
            for (before, after) in [("", ""), ("x", ""), ("", "x"), ("some words ", " and more of them")] {
                let mut found = Vec::new();
                grams.find(&format!("{before}{literal}{after}"), |it, place| {
                    found.push((it, place));
                    true
                });
                assert_eq!(found, [(literal, before.len()..before.len() + literal.len())], "{before}{literal}{after}");
            }
        }
        grams.find("rea also pho to", |it, _| panic!("{it}"));
    }
}
