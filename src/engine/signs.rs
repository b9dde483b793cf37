//! What each line shows by itself, as evidence reads it.

use super::words::ends_sentence;

/// What each line shows by itself: answers to the questions, as bits, and its words that weigh.
#[derive(Debug, Default)]
pub(super) struct Signs {
    pub answers: Vec<u64>,
    pub words: Vec<Vec<usize>>,
    pub looks: Vec<Looks>,
    /// Words of each line.
    pub lengths: Vec<usize>,
}

/// How a line begins and ends.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Looks {
    begins: u8,
    ends: u8,
}

impl Looks {
    pub fn of(text: &str) -> Looks {
        let begins = match text.chars().next() {
            Some(c) if c.is_numeric() => 1,
            Some(c) if c.is_uppercase() => 2,
            Some(c) if c.is_lowercase() => 3,
            Some(c) if c.is_alphabetic() => 4,
            Some(',' | ';' | '.' | ')') => 6,
            _ => 5,
        };
        let ends = match text.chars().next_back() {
            _ if ends_sentence(text) => 1,
            Some(c) if c.is_numeric() => 2,
            Some(c) if c.is_alphabetic() => 3,
            Some(':') => 4,
            _ => 5,
        };
        Looks { begins, ends }
    }

    /// Does the line begin as only the rest of a sentence does?
    pub fn goes_on(self) -> bool {
        matches!(self.begins, 3 | 6)
    }

    /// Does the line end as sentences do?
    pub fn is_ended(self) -> bool {
        self.ends == 1
    }
}
