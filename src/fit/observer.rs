//! Looks at lines with every candidate as a sign, beside the rules.

use super::candidates::Candidate;
use crate::{
    cleaner::Cleaner,
    error::Result,
    pack::Pack,
    rule::{Confidence, evidence::Weigh},
    selection::Selection,
};
use rustc_hash::FxHashSet;
use std::sync::Arc;

/// The rules with every candidate as a weight, and a threshold that nothing reaches.
pub(super) struct Observer {
    pub cleaner: Cleaner,
    pub candidates: Vec<Candidate>,
    /// What was weighed by hand; its signs are numbered behind the candidates.
    by_hand: Vec<Arc<Weigh>>,
}

impl Observer {
    /// Rules for single sites are left out: articles of other sites have none. Of the weights those stay that stand in a
    /// pack for every language without an `[evidence]`; no two candidates say the same, nor does one say what they do.
    pub fn new(packs: &[Pack], candidates: Vec<Candidate>) -> Result<Observer> {
        let mut general: Vec<Pack> = packs.iter().filter(|pack| pack.sites.is_empty()).cloned().collect();
        let mut by_hand = Vec::new();
        for pack in &mut general {
            let weighs = std::mem::take(&mut pack.weighs);
            if pack.evidence.take().is_none() && pack.lang.is_empty() {
                by_hand.extend(weighs);
            }
        }
        let mut text = String::from("[evidence]\nthreshold = { low = 1e9, medium = 1e9, high = 1e9 }\n\n");
        for Candidate { at, when, .. } in &candidates {
            text += &format!("[[weigh]]\nweight = 1\nat = {at}\nwhen = {{ {when} }}\n");
        }
        let mut all = Pack::parse("candidates", &text)?;
        // Signs are numbered by what they look at: a word that a shape asks for too is one sign. Of two weights by hand the
        // narrower pack's counts, and nothing counts not at all.
        let mut known = FxHashSet::default();
        by_hand.reverse();
        by_hand.retain(|weigh: &Arc<Weigh>| known.insert(weigh.key()) && weigh.weight != 0);
        let pairs = candidates.into_iter().zip(all.weighs);
        let (candidates, weighs) = pairs.filter(|(_, weigh)| known.insert(weigh.key())).unzip();
        all.weighs = weighs;
        all.weighs.extend(by_hand.iter().cloned());
        general.push(all);
        let selection = Selection { confidence: Some(Confidence::Medium), ..Selection::default() };
        let cleaner = Cleaner::builder().packs(general).selection(selection).build()?;
        Ok(Observer { cleaner, candidates, by_hand })
    }

    /// The candidates among some signs, and what the others weigh.
    pub fn told_apart(&self, signs: &[usize]) -> (Vec<u32>, f64) {
        let (found, by_hand): (Vec<usize>, Vec<usize>) = signs.iter().partition(|&&sign| sign < self.candidates.len());
        let weight: i64 = by_hand.iter().map(|sign| self.by_hand[sign - self.candidates.len()].weight).sum();
        (found.into_iter().map(|sign| sign as u32).collect(), weight as f64 / 1000.0)
    }
}
