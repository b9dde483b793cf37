//! Finds many literals in a line at once.
//!
//! Of each literal the few bytes that are rarest in text stand for it. A line is read once, and at
//! each place one bit tells whether any literal could be here; only where it is set are literals
//! compared. Unlike an automaton this costs the same for ten literals and for ten thousand, and it
//! is built in no time.

use rustc_hash::FxHashMap;

/// Bits of a filter, as a power of two: 16 KiB, which stay in the innermost cache.
const BITS: u32 = 17;

/// Literals, each with what it stands for.
#[derive(Debug)]
pub(super) struct Grams<T> {
    /// Grams of eight bytes for scripts that need several bytes for a letter, of four for the rest,
    /// and of three and two for literals that have no more.
    widths: [Width<T>; 4],
}

const WIDTHS: [usize; 4] = [8, 4, 3, 2];

#[derive(Debug)]
struct Width<T> {
    filter: Vec<u64>,
    /// Where the literals of a gram start in `literals`.
    first: FxHashMap<u64, u32>,
    /// By gram.
    literals: Vec<Literal<T>>,
}

#[derive(Debug)]
struct Literal<T> {
    gram: u64,
    /// Bytes of the literal in front of its gram.
    before: u32,
    text: Box<str>,
    target: T,
}

impl<T: Copy> Grams<T> {
    pub fn new<'a>(literals: impl IntoIterator<Item = (&'a str, T)>) -> Self {
        let mut widths = WIDTHS.map(|_| Vec::new());
        for (text, target) in literals {
            let wide = text.len() >= 8 && text.bytes().filter(|byte| !byte.is_ascii()).count() * 2 > text.len();
            let width =
                if wide { 0 } else { WIDTHS.iter().skip(1).position(|&width| width <= text.len()).map_or(3, |at| at + 1) };
            let bytes = text.as_bytes();
            let commonness = |at: &usize| bytes[*at..*at + WIDTHS[width]].iter().map(|&byte| commonness(byte)).sum::<u32>();
            let before = (0..=bytes.len() - WIDTHS[width]).min_by_key(commonness).unwrap_or(0);
            let gram = gram(&bytes[before..], WIDTHS[width]);
            widths[width].push(Literal { gram, before: before as u32, text: text.into(), target });
        }
        Grams { widths: widths.map(Width::new) }
    }

    pub fn is_empty(&self) -> bool {
        self.widths.iter().all(|width| width.literals.is_empty())
    }

    /// What the literals in the text stand for, in no order, some perhaps twice.
    pub fn find(&self, text: &str, mut found: impl FnMut(T)) {
        let [eight, four, three, two] = &self.widths;
        eight.find::<8>(text.as_bytes(), u64::from_le_bytes, &mut found);
        four.find::<4>(text.as_bytes(), |bytes| u64::from(u32::from_le_bytes(bytes)), &mut found);
        three.find::<3>(text.as_bytes(), |[a, b, c]| u64::from(u32::from_le_bytes([a, b, c, 0])), &mut found);
        two.find::<2>(text.as_bytes(), |bytes| u64::from(u16::from_le_bytes(bytes)), &mut found);
    }
}

impl<T: Copy> Width<T> {
    fn new(mut literals: Vec<Literal<T>>) -> Self {
        literals.sort_by_key(|literal| literal.gram);
        let mut filter = vec![0; if literals.is_empty() { 0 } else { 1 << (BITS - 6) }];
        let mut first = FxHashMap::default();
        for (at, literal) in literals.iter().enumerate() {
            let bit = bit(literal.gram);
            filter[bit >> 6] |= 1 << (bit & 63);
            first.entry(literal.gram).or_insert(at as u32);
        }
        Width { filter, first, literals }
    }

    #[inline(always)]
    fn find<const N: usize>(&self, text: &[u8], gram: impl Fn([u8; N]) -> u64, found: &mut impl FnMut(T)) {
        let Some(filter) = self.filter.first_chunk::<{ 1 << (BITS - 6) }>() else { return };
        for (at, bytes) in text.array_windows::<N>().enumerate() {
            let gram = gram(*bytes);
            let bit = bit(gram);
            if filter[bit >> 6] >> (bit & 63) & 1 == 1 {
                self.compare(text, at, gram, found);
            }
        }
    }

    #[cold]
    fn compare(&self, text: &[u8], at: usize, gram: u64, found: &mut impl FnMut(T)) {
        let Some(&first) = self.first.get(&gram) else { return };
        for literal in self.literals[first as usize..].iter().take_while(|literal| literal.gram == gram) {
            if let Some(start) = at.checked_sub(literal.before as usize)
                && text[start..].starts_with(literal.text.as_bytes())
            {
                found(literal.target);
            }
        }
    }
}

/// The first bytes as a number.
fn gram(bytes: &[u8], width: usize) -> u64 {
    bytes[..width].iter().rev().fold(0, |gram, &byte| gram << 8 | u64::from(byte))
}

/// The place of a gram in a filter.
#[inline(always)]
fn bit(gram: u64) -> usize {
    (gram.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - BITS)) as usize
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
                grams.find(&format!("{before}{literal}{after}"), |it| found.push(it));
                assert_eq!(found, [literal], "{before}{literal}{after}");
            }
        }
        grams.find("rea also pho to", |it| panic!("{it}"));
    }
}
