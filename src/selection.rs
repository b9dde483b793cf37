//! Which rules are used, and for what.

use crate::{
    engine::{evidence, learned},
    error::{Error, Result, near_misses},
    pack::Pack,
    rule::{Category, Confidence, Rule, RuleId},
};

/// Which rules a cleaner uses. A selector is `all`, a category, a pack or folder of packs (`en`,
/// `sites/example`) or a rule's id; where several speak of a rule the most specific one decides,
/// and of equals the one that ignores.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// Selectors to start from; empty means every category but byline and headline.
    pub select: Vec<String>,
    /// Selectors to add.
    pub extend_select: Vec<String>,
    /// Selectors to leave out.
    pub ignore: Vec<String>,
    /// The least confidence; medium where it is not given. A rule selected by its id needs none.
    pub confidence: Option<Confidence>,
}

impl Selection {
    pub(crate) fn takes(&self, rule: &Rule) -> bool {
        self.uses(rule) == Some(Use::Acts)
    }

    /// What a rule is used for, if it is: of those that are not sure enough, and of bylines, what they
    /// find is a sign.
    pub(crate) fn uses(&self, rule: &Rule) -> Option<Use> {
        let wanted = self.wanted(&rule.id, rule.category, rule.category.by_default());
        let Some(wanted) = wanted else {
            let kept = rule.category == Category::Byline && self.wanted(&rule.id, rule.category, true).is_some();
            return kept.then_some(Use::Witnesses);
        };
        if wanted == usize::MAX || rule.confidence >= self.least() {
            Some(Use::Acts)
        } else {
            (rule.confidence == Confidence::Low).then_some(Use::Witnesses)
        }
    }

    /// May what no single rule decides, evidence or facts of the batch, take lines of this category?
    pub(crate) fn takes_as(&self, id: &str, category: Category) -> bool {
        self.wanted(&RuleId::new("", id), category, category.by_default()).is_some()
    }

    /// The least confidence.
    pub(crate) fn least(&self) -> Confidence {
        self.confidence.unwrap_or(Confidence::Medium)
    }

    /// How closely a selector names it, where it is wanted.
    fn wanted(&self, id: &RuleId, category: Category, by_default: bool) -> Option<usize> {
        let best = |selectors: &[String]| selectors.iter().filter_map(|it| specificity(it, id, category)).max();
        let base = if self.select.is_empty() { by_default.then_some(1) } else { best(&self.select) };
        let wanted = base.max(best(&self.extend_select))?;
        best(&self.ignore).is_none_or(|unwanted| unwanted < wanted).then_some(wanted)
    }

    /// Refuses selectors that name nothing.
    pub(crate) fn check(&self, packs: &[Pack]) -> Result<()> {
        for (flag, selectors) in [("select", &self.select), ("extend-select", &self.extend_select), ("ignore", &self.ignore)] {
            for selector in selectors {
                let known = ["all", EVIDENCE, evidence::ID, LEARNED, learned::REPEAT, learned::TITLE]
                    .contains(&selector.as_str())
                    || selector.parse::<Category>().is_ok()
                    || packs.iter().any(|pack| RuleId::new("", &pack.id).is_in(selector))
                    || packs.iter().flat_map(|pack| &pack.ids).any(|(id, _)| id.is_in(selector));
                if !known {
                    return Err(unknown_id(
                        selector,
                        flag,
                        packs,
                        "write `all`, a category, a pack or a rule's id (`dechaff rules list` has them)",
                    ));
                }
            }
        }
        Ok(())
    }
}

/// The selector of all that is taken by evidence.
const EVIDENCE: &str = "evidence";

/// The selector of all that is learned from the batch at hand.
const LEARNED: &str = "learned";

/// How closely a selector fits a rule: the longer the id it names, the closer.
fn specificity(selector: &str, id: &RuleId, category: Category) -> Option<usize> {
    if selector == "all" {
        Some(0)
    } else if selector == id.as_str() || (selector == EVIDENCE && id.as_str() == evidence::ID) {
        Some(usize::MAX)
    } else if selector.parse() == Ok(category) {
        Some(1)
    } else if id.is_in(selector) {
        Some(1 + selector.split('/').count())
    } else {
        None
    }
}

/// What a rule is used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Use {
    /// It takes what it finds.
    Acts,
    /// What it finds is only a sign among others.
    Witnesses,
}

/// An id that no rule has.
pub(crate) fn unknown_id(id: &str, key: &str, packs: &[Pack], way_out: &str) -> Error {
    let ids = packs.iter().flat_map(|pack| &pack.ids).map(|(id, _)| id.as_str());
    let names = Category::ALL.iter().map(|category| category.name()).chain(ids);
    Error::new(format!("`{key}` names `{id}`, which no rule has{}; it would change nothing; {way_out}", near_misses(id, names)))
}
