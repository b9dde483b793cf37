//! Could a literal be at a place of a text? Most places are told by one bit.

use super::gram::{Gram, load};

/// Could a literal be here? A bit for each kind of four bytes, and of three.
#[derive(Debug, Clone)]
pub(super) struct Filter<const SLOTS: usize> {
    four: Vec<u8>,
    /// None where `four` tells of those as well.
    three: Option<Vec<u8>>,
}

/// Could it after all? Asked where a filter says so: little passes both by chance.
#[derive(Debug, Clone)]
pub(super) struct Again<const SLOTS: usize>(Vec<u8>);

/// Places that are looked at together.
const TOGETHER: usize = 5;

/// Slots of what is known by three bytes: few are.
pub(super) const SHORT: usize = 1 << 12;

/// So few that for each of them all bytes that may stand behind it can be told.
const FEW: usize = 32;

impl<const SLOTS: usize> Filter<SLOTS> {
    /// For the grams of lines of one sort.
    pub fn new(long: &[(u32, Gram)], short: &[(u32, Gram)], sort: u8) -> Self {
        let of_sort = |(_, gram): &&(u32, Gram)| gram.sorts & sort != 0;
        let mut four = vec![0; SLOTS];
        long.iter().filter(of_sort).for_each(|&(hash, _)| set::<SLOTS>(&mut four, hash));
        let short: Vec<_> = short.iter().filter(of_sort).collect();
        if short.len() <= FEW {
            let fours = short.iter().flat_map(|(_, gram)| (0..=0xff).map(|fourth| gram.bytes as u32 | fourth << 24));
            fours.for_each(|bytes| set::<SLOTS>(&mut four, spread(bytes)));
            return Filter { four, three: None };
        }
        let mut three = vec![0; SHORT];
        short.iter().for_each(|&&(hash, _)| set::<SHORT>(&mut three, hash));
        Filter { four, three: Some(three) }
    }

    /// The places of a text where a gram could begin, each with its bytes. `found` says whether to go on.
    pub fn scan(&self, text: &[u8], again: &Again<SLOTS>, mut found: impl FnMut(usize, u64) -> bool) {
        let (Some(four), Some(again)) = (self.four.first_chunk::<SLOTS>(), again.0.first_chunk::<SLOTS>()) else { return };
        let by_four = |bytes: u32| look_up(four, spread(bytes));
        let is_known = |hash: u32| look_up(again, spread_again(hash)) & 1 != 0;
        let found = |at, bytes| {
            let four = bytes as u32;
            let may_be = is_known(all_eight(bytes)) || is_known(four) || is_known(spread_three(four));
            !may_be || found(at, bytes)
        };
        match self.three.as_ref().and_then(|three| three.first_chunk::<SHORT>()) {
            None => scan(text, by_four, found),
            Some(three) => scan(text, |bytes| by_four(bytes) | look_up(three, spread_three(bytes)), found),
        }
    }
}

impl<const SLOTS: usize> Again<SLOTS> {
    /// For grams by all their eight bytes, or the first that they have.
    pub fn new(long: &[(u32, Gram)], short: &[(u32, Gram)]) -> Self {
        let mut bits = vec![0; SLOTS];
        let known = |(_, gram): &(u32, Gram)| if gram.len == 8 { all_eight(gram.bytes) } else { gram.bytes as u32 };
        let hashes = long.iter().map(known).chain(short.iter().map(|(hash, _)| *hash));
        hashes.for_each(|hash| set::<SLOTS>(&mut bits, spread_again(hash)));
        Again(bits)
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
pub(super) fn spread(bytes: u32) -> u32 {
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
pub(super) fn spread_three(bytes: u32) -> u32 {
    spread(bytes << 8)
}

#[inline]
pub(super) fn slot<const SLOTS: usize>(hash: u32) -> usize {
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
