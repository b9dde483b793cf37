//! The guard: an article that rules would gut is left as it was.
//!
//! What it must not lose is the story. A page scraped with its menus and lists may shrink to a third and
//! be whole, so a character of a paragraph counts twice, but for paragraphs that a line rule of high
//! confidence knows by themselves: those are none of the story.

use std::fmt;

/// How much of an article rules may take before it is held.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Guard {
    /// The share of the article's characters that may go, from 0 to 1; those of paragraphs count twice.
    pub max_cut: f64,
    /// Characters that must remain where more than that stood before.
    pub min_left: usize,
}

impl Default for Guard {
    fn default() -> Self {
        Guard { max_cut: 0.6, min_left: 200 }
    }
}

impl Guard {
    /// A guard that holds nothing.
    pub const OFF: Guard = Guard { max_cut: 1.0, min_left: 0 };

    /// Why an article of `before` characters is not to be left with `after`, if it is not. What of it
    /// would go, paragraphs counted twice, is asked only where it can matter.
    pub(crate) fn objects(&self, before: usize, after: usize, weighed: impl FnOnce() -> f64) -> Option<Reason> {
        let plain = if before == 0 { 0.0 } else { (before - after) as f64 / before as f64 };
        // Counting some twice can at most double a share.
        let share = if 2.0 * plain > self.max_cut { weighed() } else { 0.0 };
        if share > self.max_cut {
            Some(Reason::TooMuch { share, max_cut: self.max_cut })
        } else if before > self.min_left && after < self.min_left {
            Some(Reason::TooLittleLeft { left: after, min_left: self.min_left })
        } else {
            None
        }
    }
}

/// Why an article was held.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Reason {
    /// The rules would take more than the guard's `max-cut`.
    TooMuch {
        /// The share of its characters that would go, those of paragraphs counted twice.
        share: f64,
        /// What the guard allows.
        max_cut: f64,
    },
    /// The rules would leave less than the guard's `min-left`.
    TooLittleLeft {
        /// Characters that would be left.
        left: usize,
        /// What the guard asks for.
        min_left: usize,
    },
    /// It has more of something than any article has.
    TooMany {
        /// How much of it there may be.
        most: usize,
        /// Of what.
        of: &'static str,
    },
    /// Each cut made room for another for too long.
    Unsettled {
        /// How often the rules were tried.
        rounds: usize,
    },
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reason::TooMuch { share, max_cut } => {
                write!(f, "{:.0} % of its text would go, the guard allows {:.0} %", 100.0 * share, 100.0 * max_cut)
            }
            Reason::TooLittleLeft { left, min_left } => {
                write!(f, "{left} characters would be left, the guard asks for {min_left}")
            }
            Reason::TooMany { most, of } => write!(f, "it has more than {most} {of}, which no article has"),
            Reason::Unsettled { rounds } => write!(f, "the rules still found something after {rounds} rounds"),
        }
    }
}
