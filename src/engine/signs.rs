//! What each line shows by itself, as evidence reads it.

use super::{
    matcher::{Counts, Seen},
    words::ends_sentence,
};
use std::cell::{Cell, OnceCell, RefCell};

/// What a line shows by itself. What takes a while is found when it is first asked for: most lines
/// have no witness near them, and of those nobody asks.
#[derive(Debug, Default)]
pub(super) struct Signs {
    pub looks: Looks,
    pub is_prose: bool,
    /// Answers to the questions, as far as these were asked.
    pub answers: OnceCell<Box<[Cell<Option<bool>>]>>,
    /// What was counted to answer them.
    pub counts: RefCell<Counts>,
    /// The weights for what it says.
    pub said: OnceCell<Vec<usize>>,
}

impl Signs {
    pub fn of(line: &Seen<'_>) -> Signs {
        Signs { looks: Looks::of(line.text), is_prose: line.is_prose(), ..Signs::default() }
    }
}

/// How a line begins and ends.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Looks {
    begins: u8,
    ends: u8,
}

/// For each of some lines that stand together whether it is a piece of a sentence that goes over
/// several of them, as page makers break sentences at links.
pub(super) fn broken(looks: impl Iterator<Item = Looks>) -> Vec<bool> {
    let looks: Vec<Looks> = looks.collect();
    let mut broken = vec![false; looks.len()];
    for (at, pair) in looks.windows(2).enumerate() {
        if !pair[0].is_ended() && pair[1].goes_on() {
            broken[at..at + 2].fill(true);
        }
    }
    broken
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
