//! What each line shows by itself, as evidence reads it.

use super::{matcher::Seen, words::ends_sentence};
use std::cell::OnceCell;

/// What a line shows by itself. What takes a while is found when it is first asked for: most lines
/// have no witness near them, and of those nobody asks.
#[derive(Debug, Default)]
pub(super) struct Signs {
    pub looks: Looks,
    pub is_prose: bool,
    /// Its answers to the questions of the evidence, those that are soon answered and the others.
    pub answers: [OnceCell<Answers>; 2],
    /// The weights for what it says.
    pub said: OnceCell<Vec<usize>>,
}

impl Signs {
    pub fn of(line: &Seen<'_>) -> Signs {
        Signs { looks: Looks::of(line.text), is_prose: line.is_prose(), ..Signs::default() }
    }
}

/// What a line answers.
#[derive(Debug)]
pub(super) struct Answers {
    /// Which questions with yes.
    pub yes: Vec<bool>,
    /// What that weighs for the second line below it, the first, itself, the first line above and the second.
    pub sums: [i64; WINDOW],
}

/// Lines on either side of a line that its signs look at.
pub(super) const REACH: usize = 2;

/// And the line itself.
pub(super) const WINDOW: usize = 2 * REACH + 1;

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
