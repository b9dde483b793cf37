//! The literals of a `contains`: whole words, of which one must stand somewhere in the line.

use crate::grams::Grams;
use memchr::memmem;
use once_cell::sync::OnceCell;
use std::{
    fmt,
    ops::{Deref, Range},
};

/// Literals that are looked for one by one; more are looked for all at once.
const FEW: usize = 6;

/// Slots of the filters for them.
const SLOTS: usize = 1 << 12;

/// Folded literals.
#[derive(Clone)]
pub(crate) struct Words {
    literals: Vec<String>,
    grams: OnceCell<Box<Grams<(), SLOTS>>>,
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
        if self.literals.len() <= FEW {
            let stands = |literal: &&String| memmem::find(line.as_bytes(), literal.as_bytes()).is_some();
            return self
                .literals
                .iter()
                .filter(stands)
                .any(|literal| all_places(line, literal).any(|place| is_whole(line, place)));
        }
        let all = || Box::new(Grams::new(self.literals.iter().map(|literal| (literal.as_str(), (), 1))));
        let mut any = false;
        self.grams.get_or_init(all).find(line, 1, |(), place| {
            any = is_whole(line, place);
            !any
        });
        any
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

impl From<Vec<String>> for Words {
    fn from(literals: Vec<String>) -> Self {
        Words { literals, grams: OnceCell::new() }
    }
}

impl Deref for Words {
    type Target = [String];

    fn deref(&self) -> &[String] {
        &self.literals
    }
}
