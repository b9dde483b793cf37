//! The bytes by which a literal is known.

use crate::rule::bytes::commonness;

/// Up to eight bytes of a literal, and eight others that tell it from those with the same ones.
#[derive(Debug, Clone)]
pub(super) struct Gram {
    pub bytes: u64,
    others: u64,
    /// The number of the literal.
    pub literal: u32,
    /// Bytes of the literal in front of it.
    before: u16,
    /// Bytes of the literal in front of the others.
    others_before: u16,
    /// How many of the slot have the same bytes, from this one on.
    pub same: u16,
    /// How many bytes it has.
    pub len: u8,
    /// How many others.
    others_len: u8,
    pub sorts: u8,
}

impl Gram {
    /// The bytes of a literal that stand for it, where it is known how often four bytes were seen. Four tell
    /// whether a literal could be here, eight tell most literals apart.
    pub fn of(literal: &[u8], number: u32, sorts: u8, seen: impl Fn(u32) -> u32) -> Gram {
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
    pub fn start(&self, text: &[u8], at: usize) -> Option<usize> {
        let start = at.checked_sub(usize::from(self.before))?;
        let others = start + usize::from(self.others_before);
        (others < text.len() && load(text, others) & mask(self.others_len) == self.others).then_some(start)
    }
}

/// The bits of so many bytes.
pub(super) fn mask(bytes: u8) -> u64 {
    u64::MAX >> (u64::BITS - 8 * u32::from(bytes))
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

/// Eight bytes as a number, with zeros behind the end.
#[inline]
pub(super) fn load(text: &[u8], at: usize) -> u64 {
    match text[at..].first_chunk::<8>() {
        Some(bytes) => u64::from_le_bytes(*bytes),
        None => text[at..].iter().rev().fold(0, |all, &byte| all << 8 | u64::from(byte)),
    }
}
