//! Grams by the slot of their hash.

use super::{filter::slot, gram::Gram};

/// Grams by slot.
#[derive(Debug, Clone)]
pub(super) struct Chains {
    /// Where the grams of a slot begin in `grams`, and at the end their number.
    slots: Vec<u32>,
    grams: Vec<Gram>,
}

impl Chains {
    /// Grams with their hashes.
    pub fn new<const SLOTS: usize>(grams: Vec<(u32, Gram)>) -> Chains {
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

    pub fn of(&self, slot: usize) -> &[Gram] {
        &self.grams[self.slots[slot] as usize..self.slots[slot + 1] as usize]
    }
}
