//! Runs rules on their own examples: `removes`, `keeps` and `cases`.

use crate::{
    article::Article,
    engine::{self, Plan},
    fold::trim,
    guard::Guard,
    ledger::Cleaned,
    pack::Pack,
    rule::{Action, Case, Category, Confidence, Rule, RuleId, condition::Condition},
};
use rustc_hash::FxHashMap;
use std::{fmt, sync::Arc};

/// An example that did not come out as its rule says.
#[derive(Debug, Clone)]
pub struct Failure {
    /// The rule whose example it is.
    pub rule: RuleId,
    /// The file and line of that rule.
    pub origin: String,
    /// What happened instead.
    pub what: Outcome,
}

/// How an example failed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// A line of `removes` stayed wherever it was put.
    Missing(String),
    /// A line of `keeps` went, in whole or in part, by this rule.
    Noisy(String, RuleId),
    /// A case came out with other lines: those that must be left, those that were.
    Differs(Vec<String>, Vec<String>),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: rule `{}`: ", self.origin, self.rule)?;
        match &self.what {
            Outcome::Missing(line) => write!(f, "missing: stays, and must go: {line}"),
            Outcome::Noisy(line, by) if *by == self.rule => write!(f, "noisy: goes, and must stay: {line}"),
            Outcome::Noisy(line, by) => write!(f, "noisy: goes by `{by}`, and must stay: {line}"),
            Outcome::Differs(want, got) => {
                write!(f, "a case comes out wrong:")?;
                for op in similar::capture_diff_slices(similar::Algorithm::Myers, want, got) {
                    for change in op.iter_changes(want, got) {
                        let sign = match change.tag() {
                            similar::ChangeTag::Equal => continue,
                            similar::ChangeTag::Delete => "must stay",
                            similar::ChangeTag::Insert => "must go  ",
                        };
                        write!(f, "\n    {sign}: {}", change.value())?;
                    }
                }
                Ok(())
            }
        }
    }
}

/// Runs each rule of the packs alone on its examples, then every `keeps` against all rules together. Cases of a rule
/// that asks what went `under` or `over` a line, or for `witnesses`, are run with all rules.
///
/// ```
/// use dechaff::{Pack, test_rules};
///
/// let rule = "[[rule]]\nid = 'read-on'\nline = { starts = 'read on' }\nkeeps = ['Read on, she told the pupils.']\n";
/// let failures = test_rules(&[Pack::parse("mine", rule)?]);
/// assert!(failures[0].to_string().ends_with("noisy: goes, and must stay: Read on, she told the pupils."));
/// # Ok::<(), dechaff::Error>(())
/// ```
pub fn test_rules(packs: &[Pack]) -> Vec<Failure> {
    let all: Vec<&Arc<Rule>> = packs.iter().flat_map(|pack| pack.rules()).collect();
    let mut failures = Vec::new();
    let mut together: FxHashMap<_, Plan> = FxHashMap::default();
    for rule in packs.iter().flat_map(|pack| pack.rules()) {
        let alone = Plan::new(vec![(Arc::clone(rule), true)], false, None);
        let kind = (&rule.lang, &rule.sites, rule.confidence == Confidence::Low, rule.category == Category::Headline);
        let beside = &*together.entry(kind).or_insert_with(|| {
            Plan::new(all.iter().filter(|other| meet(rule, other)).map(|&rule| (Arc::clone(rule), true)).collect(), true, None)
        });
        let mut fail = |what| {
            let failure =
                Failure { rule: rule.id.clone(), origin: format!("{}:{}", rule.origin.path.display(), rule.origin.line), what };
            failures.push(failure);
        };
        for line in &rule.about().removes {
            if settings(line).iter().all(|text| !cleaned(text, None, &alone).1.contains(&rule.id)) {
                fail(Outcome::Missing(line.clone()));
            }
        }
        for line in &rule.about().keeps {
            for plan in [&alone, beside] {
                if let Some(by) = settings(line).iter().find_map(|text| loss(text, line, plan)) {
                    fail(Outcome::Noisy(line.clone(), by));
                    break;
                }
            }
        }
        // One that asks what went around a line, or what its block holds, needs those that know it.
        let company =
            rule.when.iter().any(Condition::is_of_company) || matches!(&rule.action, Action::Block(block) if block.witnesses > 0);
        for Case { article, title, left } in &rule.about().cases {
            let got: Vec<String> = cleaned(article, title.as_deref(), if company { beside } else { &alone })
                .0
                .lines()
                .map(trim)
                .filter(|l| !l.is_empty())
                .map(str::to_owned)
                .collect();
            if got != *left {
                fail(Outcome::Differs(left.clone(), got));
            }
        }
    }
    failures
}

/// Does a line stay as it is wherever it is put, under the rules of a pack?
pub(crate) fn keeps_line(pack: &Pack, line: &str) -> bool {
    let plan = Plan::new(pack.rules().iter().map(|rule| (Arc::clone(rule), true)).collect(), false, None);
    settings(line).iter().all(|text| loss(text, line, &plan).is_none())
}

/// Must what the one keeps stay under the other as well? Not where they never see the same article, and not
/// under one that acts only on demand: of low confidence, or for headlines.
fn meet(a: &Rule, b: &Rule) -> bool {
    let asked = (b.confidence > Confidence::Low || a.confidence == Confidence::Low)
        && (b.category != Category::Headline || a.category == Category::Headline);
    let lang = a.lang.is_empty() || b.lang.is_empty() || a.lang.iter().any(|lang| b.lang.contains(lang));
    let sites = b.sites.is_empty() || a.sites.iter().any(|site| b.sites.contains(site));
    lang && sites && asked
}

/// The line where rules may ask for it: alone, at the top, amid and at the end of an article.
pub(crate) fn settings(line: &str) -> [String; 4] {
    let prose = [
        "The council of Port Ellery met on Tuesday and talked for four hours about the new bridge across the sound.",
        "Nobody had expected a vote, yet by nightfall eleven of the fifteen members had raised their hands for it.",
        "Work is to begin in spring, once the ice has left the upper river and the quarry has opened its gates again.",
        "Fishermen on the eastern shore fear for their moorings and have asked for a meeting with the engineers.",
        "The mayor said that every household would hear from her before the first stone was laid.",
        "A second reading is planned for the last week of the month, after the harvest fair.",
    ];
    let whole = prose.join("\n\n");
    let (top, bottom) = (prose[..3].join("\n\n"), prose[3..].join("\n\n"));
    [line.to_owned(), format!("{line}\n\n{whole}"), format!("{top}\n\n{line}\n\n{bottom}"), format!("{whole}\n\n{line}")]
}

fn cleaned(text: &str, title: Option<&str>, plan: &Plan) -> (String, Vec<RuleId>) {
    let verdict = engine::sweep(&Article::new(text).title(title), plan, &Guard::OFF);
    let by = verdict.cuts.iter().map(|cut| cut.rule().clone()).collect();
    (Cleaned::new(text, verdict.cuts, None, "".into()).text().into_owned(), by)
}

/// The rule that took some of the line, if one did.
fn loss(text: &str, line: &str, plan: &Plan) -> Option<RuleId> {
    let start = text.find(line)?;
    let words = start..start + trim(line).len();
    let verdict = engine::sweep(&Article::new(text), plan, &Guard::OFF);
    let cut = verdict.cuts.iter().find(|cut| cut.bytes().start < words.end && words.start < cut.bytes().end)?;
    Some(cut.rule().clone())
}
