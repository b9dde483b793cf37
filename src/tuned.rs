//! Literals that come to be known by what is rare in the texts at hand.
//!
//! What is rare in most texts is known beforehand, but what those of a language say all the time only
//! they can tell. Which bytes a literal is known by makes no difference to what is found.

use crate::grams::{Grams, slot_of};
use std::{
    ops::Range,
    sync::{Mutex, OnceLock},
};

/// Bytes of text after which it is known.
const SAMPLE: usize = 256 << 10;

/// Fewer literals than this are found quickly as they are.
const FEW: usize = 500;

/// Literals as they are known first, and once enough was seen.
#[derive(Debug)]
pub(crate) struct Tuned<T, const SLOTS: usize> {
    first: Grams<T, SLOTS>,
    seen: Mutex<Seen>,
    then: OnceLock<Grams<T, SLOTS>>,
}

/// How often four bytes stood together, by their hash, and in how much text.
#[derive(Debug, Default)]
struct Seen {
    counts: Vec<u32>,
    bytes: usize,
}

impl<T: Copy, const SLOTS: usize> Tuned<T, SLOTS> {
    pub fn new(first: Grams<T, SLOTS>) -> Self {
        Tuned { first, seen: Mutex::default(), then: OnceLock::new() }
    }

    /// As [`Grams::find`].
    pub fn find(&self, text: &str, sort: u8, found: impl FnMut(T, Range<usize>) -> bool) {
        if let Some(then) = self.then.get() {
            return then.find(text, sort, found);
        }
        self.first.find(text, sort, found);
        self.see(text);
    }

    /// What other threads read meanwhile is no part of the sample.
    fn see(&self, text: &str) {
        if self.first.len() < FEW {
            return;
        }
        let Ok(mut seen) = self.seen.try_lock() else { return };
        if self.then.get().is_some() {
            return;
        }
        seen.add::<SLOTS>(text.as_bytes());
        if seen.bytes >= SAMPLE {
            let counts = std::mem::take(&mut seen.counts);
            self.then.get_or_init(|| self.first.with(|bytes| counts[slot_of::<SLOTS>(bytes)]));
        }
    }
}

impl Seen {
    fn add<const SLOTS: usize>(&mut self, text: &[u8]) {
        let text = &text[..text.len().min(SAMPLE)];
        self.counts.resize(SLOTS, 0);
        self.bytes += text.len();
        let fours = text.windows(4).filter_map(|four| Some(u32::from_le_bytes(*four.first_chunk()?)));
        fours.for_each(|four| self.counts[slot_of::<SLOTS>(four)] += 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_found_stays_the_same() {
        let literals: Vec<String> = (0..FEW).map(|n| format!("read {n} more about the harbour")).collect();
        let tuned = Tuned::<_, 4096>::new(Grams::new(literals.iter().enumerate().map(|(n, literal)| (literal.as_str(), n, 1))));
        let found = |text: &str| {
            let mut found = Vec::new();
            tuned.find(text, 1, |n, place| {
                found.push((n, place));
                true
            });
            found.sort_by_key(|(n, _)| *n);
            found
        };
        let line = format!("They {} and {}.", literals[7], literals[77]);
        let before = found(&line);
        assert_eq!(before.iter().map(|(n, _)| *n).collect::<Vec<_>>(), [7, 77]);
        assert!(tuned.then.get().is_none());
        found(&"the harbour is read about no more ".repeat(SAMPLE / 34 + 1));
        assert!(tuned.then.get().is_some());
        assert_eq!(found(&line), before);
    }
}
