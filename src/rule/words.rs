//! The literals of a `contains`: whole words, of which one must stand somewhere in the line.

use super::texts::Texts;
use aho_corasick::{AhoCorasick, AhoCorasickKind};
use memchr::memmem;
use once_cell::sync::OnceCell;
use serde::{Deserialize, Serialize};
use std::{
    fmt,
    ops::{Deref, Range},
};

/// Literals that are looked for one by one; more are looked for all at once.
const FEW: usize = 6;

/// Folded literals.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Words {
    literals: Texts,
    /// All of them at once.
    #[serde(skip)]
    automaton: OnceCell<Option<AhoCorasick>>,
}

/// What its file says, whatever has been worked out from it so far.
impl fmt::Debug for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.literals.fmt(f)
    }
}

impl Words {
    /// Does one of them stand where `is_whole` says that no word goes on beyond it?
    pub fn any_in(&self, line: &str, is_whole: impl Fn(&str, Range<usize>) -> bool) -> bool {
        if let Some(automaton) = self.automaton() {
            return automaton.find_overlapping_iter(line).any(|found| is_whole(line, found.range()));
        }
        let stands = |literal: &&str| memmem::find(line.as_bytes(), literal.as_bytes()).is_some();
        self.literals.iter().filter(stands).any(|literal| all_places(line, literal).any(|place| is_whole(line, place)))
    }

    /// None for a few, or for more than an automaton can be built of.
    fn automaton(&self) -> Option<&AhoCorasick> {
        if self.literals.len() <= FEW {
            return None;
        }
        // Of the kinds it is the smallest, and built soonest.
        let build = || AhoCorasick::builder().kind(Some(AhoCorasickKind::NoncontiguousNFA)).build(self.literals.iter()).ok();
        self.automaton.get_or_init(build).as_ref()
    }
}

/// Where a literal stands, also where copies overlap.
fn all_places<'a>(line: &'a str, literal: &'a str) -> impl Iterator<Item = Range<usize>> {
    let mut from = 0;
    std::iter::from_fn(move || {
        let at = from + line[from..].find(literal)?;
        from = at + literal.chars().next().map_or(1, char::len_utf8);
        Some(at..at + literal.len())
    })
}

impl From<Texts> for Words {
    fn from(literals: Texts) -> Self {
        Words { literals, automaton: OnceCell::new() }
    }
}

impl Deref for Words {
    type Target = Texts;

    fn deref(&self) -> &Texts {
        &self.literals
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_at_once_are_found_like_one_by_one() {
        let literals = ["ad", "ads by", "read", "read also", "also", "share", "share this", "这篇文章", "|"];
        let many = Words::from(Texts::from_iter(literals));
        let is_whole = |line: &str, place: Range<usize>| {
            let is_letter = |c: char| c.is_ascii_alphabetic();
            !line[..place.start].ends_with(is_letter) && !line[place.end..].starts_with(is_letter)
        };
        assert!(many.automaton().is_some());
        for line in
            ["read also: storm", "bread also", "reads shared", "ads by them", "bad ads bystander", "看这篇文章吧", "a | b", ""]
        {
            let one = |literal: &&str| Words::from(Texts::from_iter([literal])).any_in(line, is_whole);
            assert_eq!(many.any_in(line, is_whole), literals.iter().any(one), "{line}");
        }
    }
}
