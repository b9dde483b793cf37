//! What rules took around a line: for rules that act only beside chaff that is gone.
//!
//! Only what went counts. A second run finds nothing gone, so a rule that asks for it takes nothing
//! there that it did not take at first.

use super::{
    Sweep,
    around::{Categories, bit},
};
use crate::{
    rule::{Rule, condition::Condition},
    work,
};

/// For each standing line the categories of rules that took a line above it, or below it, where no prose
/// stands between.
#[derive(Debug)]
pub(super) struct Company {
    under: Vec<Categories>,
    over: Vec<Categories>,
}

impl Sweep<'_> {
    fn company(&self) -> &Company {
        self.company.get_or_init(|| {
            work::steps(2 * self.lines.len());
            let mut company = Company { under: vec![0; self.standing.len()], over: vec![0; self.standing.len()] };
            self.pass_on(0..self.lines.len(), 0..self.standing.len(), &mut company.under);
            self.pass_on((0..self.lines.len()).rev(), (0..self.standing.len()).rev(), &mut company.over);
            company
        })
    }

    /// Walks all lines in one direction, `places` those that stand, and tells each what went before it.
    fn pass_on(&self, numbers: impl Iterator<Item = usize>, places: impl Iterator<Item = usize>, met: &mut [Categories]) {
        let mut places = places.peekable();
        let mut took = 0;
        for number in numbers {
            if let Some(at) = places.next_if(|&at| self.standing[at] == number) {
                met[at] = took;
                if self.is_prose(number) {
                    took = 0;
                }
            } else if let Some(rule) = self.taken_by(&self.lines[number]) {
                took |= bit(self.plan.rules[rule].category);
            }
        }
    }

    fn is_in_company(&self, condition: &Condition, at: usize) -> Option<bool> {
        let (wanted, met) = match condition {
            Condition::Under(wanted) => (wanted, &self.company().under),
            Condition::Over(wanted) => (wanted, &self.company().over),
            _ => return None,
        };
        Some(wanted.iter().any(|&category| met[at] & bit(category) != 0))
    }

    /// The condition on what went around a place that stops a rule there, and whether it is one of `unless`.
    pub(super) fn stopped_by_company<'r>(&self, rule: &'r Rule, at: usize) -> Option<(&'r Condition, bool)> {
        let fails = rule.when.iter().find(|condition| self.is_in_company(condition, at) == Some(false));
        let meets = || rule.unless.iter().find(|condition| self.is_in_company(condition, at) == Some(true));
        fails.map(|condition| (condition, false)).or_else(|| meets().map(|condition| (condition, true)))
    }
}
