//! What a line says that others may say too: all of it, how it begins, how it ends.

use super::mask::{key, mask_folded};
use crate::{
    engine::{count_words, is_prose},
    fold::{Folded, fold},
};

/// Kinds of sayings; part of their keys.
pub(super) const LINE: u8 = 1;
pub(super) const START: u8 = 2;
pub(super) const END: u8 = 3;
pub(super) const TWIN: u8 = 4;

/// Characters of a line that can be furniture as a whole.
const LONGEST: usize = 600;

/// Characters of a line whose beginning or end can be.
const LONGEST_OPEN: usize = 200;

/// Words of a beginning or an end.
const WORDS: std::ops::RangeInclusive<usize> = 2..=4;

/// Words in front of a colon.
const LABEL: usize = 5;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Saying {
    pub kind: u8,
    /// Masked.
    pub text: String,
    /// What a beginning leaves of the line.
    pub rest: Option<String>,
}

impl Saying {
    pub fn key(&self, host: u64) -> u64 {
        key(host, self.kind, &self.text)
    }
}

/// All that a line says; of prose only the whole.
pub(super) fn sayings(line: &str) -> Vec<Saying> {
    let mut all = Vec::new();
    let chars = line.chars().count();
    if chars > LONGEST {
        return all;
    }
    let folded = fold(line);
    let folded = Folded::new(&folded);
    let text = mask_folded(folded.core());
    if text.is_empty() {
        return all;
    }
    if chars <= LONGEST_OPEN && !is_prose(line, chars) {
        let body = mask_folded(folded.body());
        all.extend(beginnings(&body));
        all.extend(endings(&text));
    }
    all.insert(0, Saying { kind: LINE, text, rest: None });
    all
}

/// Up to a colon, and the first words.
fn beginnings(text: &str) -> Vec<Saying> {
    let begins = |end: usize| Saying { kind: START, text: text[..end].to_owned(), rest: Some(text[end..].trim().to_owned()) };
    let mut all = Vec::new();
    let colon = text.find(": ").map(|at| at + 1).filter(|&at| (1..=LABEL).contains(&count_words(&text[..at])));
    all.extend(colon.map(begins));
    let ends = text.match_indices(' ').map(|(at, _)| at).enumerate().take(*WORDS.end());
    all.extend(
        ends.filter(|(n, _)| WORDS.contains(&(n + 1))).map(|(_, at)| begins(at)).filter(|it| Some(it.text.len()) != colon),
    );
    all
}

/// The last words.
fn endings(text: &str) -> Vec<Saying> {
    let starts: Vec<usize> = text.rmatch_indices(' ').map(|(at, _)| at + 1).take(*WORDS.end()).collect();
    let ends = |at: usize| Saying { kind: END, text: text[at..].to_owned(), rest: None };
    starts.into_iter().enumerate().filter(|(n, _)| WORDS.contains(&(n + 1))).map(|(_, at)| ends(at)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_its_beginnings_and_ends() {
        let said: Vec<(u8, String)> =
            sayings("• Read also: Storm closes 12 ports").into_iter().map(|s| (s.kind, s.text)).collect();
        let want = [
            (LINE, "read also: storm closes 0 ports"),
            (START, "read also:"),
            (START, "read also: storm"),
            (START, "read also: storm closes"),
            (END, "0 ports"),
            (END, "closes 0 ports"),
            (END, "storm closes 0 ports"),
        ];
        assert_eq!(said, want.map(|(kind, text)| (kind, text.to_owned())));
    }

    #[test]
    fn prose_is_compared_as_a_whole() {
        let prose = "The council of Port Ellery met on Tuesday and talked for four hours about the new bridge across the sound.";
        assert_eq!(sayings(prose).len(), 1);
        assert!(sayings("— * —").is_empty());
    }
}
