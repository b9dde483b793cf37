//! Why a line went or stayed: each rule that came near it and the condition that stopped it.

use super::{Plan, Sweep, Taken, evidence, matcher::Seen};
use crate::{
    article::Article,
    ledger::Weighing,
    rule::{Action, Rule, RuleId, condition::Condition},
};
use std::fmt;

/// What became of a line, and why.
#[derive(Debug, Clone)]
pub struct Explanation {
    /// The line of the article, from 1.
    pub line: usize,
    /// What it says, trimmed.
    pub text: String,
    /// The rule that took it, or parts of it.
    pub taken_by: Vec<RuleId>,
    /// Is all of it gone?
    pub gone: bool,
    /// Rules that know this line and did not take it, each with what stopped it.
    pub near: Vec<Near>,
    /// What the evidence adds up to for this line: where it took it, or where the line stands.
    pub weighing: Option<Weighing>,
    /// What the batch at hand knows of it, where that took it.
    pub support: Option<String>,
}

/// A rule that came near a line.
#[derive(Debug, Clone)]
pub struct Near {
    /// The rule.
    pub rule: RuleId,
    /// What stopped it, in words.
    pub stopped: String,
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fate = match (self.gone, self.taken_by.is_empty()) {
            (true, _) => "goes",
            (false, false) => "goes in part",
            (false, true) => "stays",
        };
        writeln!(f, "line {}: {}", self.line, fate)?;
        writeln!(f, "  {}", self.text)?;
        for rule in &self.taken_by {
            writeln!(f, "  taken by {rule}")?;
        }
        for near in &self.near {
            writeln!(f, "  {} was near: {}", near.rule, near.stopped)?;
        }
        if let Some(weighing) = &self.weighing {
            writeln!(f, "  evidence: {weighing}")?;
        }
        if let Some(support) = &self.support {
            writeln!(f, "  learned: {support}")?;
        }
        Ok(())
    }
}

pub(crate) fn explain(article: &Article<'_>, plan: &Plan, line: Option<usize>) -> Vec<Explanation> {
    let mut sweep = Sweep::new(article, plan);
    let at_first = sweep.standing.clone();
    // Where a line stood decides; a line that went is judged where it stood at first.
    let before: Vec<(usize, super::Place)> = at_first.iter().enumerate().map(|(at, &number)| (number, sweep.place(at))).collect();
    sweep.settle();
    let left = plan.evidence.as_deref().map(|evidence| (evidence, sweep.around(evidence, sweep.standing.clone(), false)));
    before
        .into_iter()
        .filter(|(number, _)| line.is_none_or(|line| line == number + 1))
        .map(|(number, place)| {
            let standing = sweep.standing.binary_search(&number);
            let line = &sweep.lines[number];
            let mut taken_by: Vec<RuleId> = Vec::new();
            for taker in line.spans.iter().map(|(_, taker)| *taker).chain(line.gone) {
                let id = match &sweep.takers[taker] {
                    Taken::Rule { rule, .. } => plan.rules[*rule].id.clone(),
                    Taken::Evidence(_) => RuleId::new("", evidence::ID),
                    Taken::Learned(support) => support.rule.clone(),
                };
                if !taken_by.contains(&id) {
                    taken_by.push(id);
                }
            }
            let weighing = match (line.gone.map(|taker| &sweep.takers[taker]), &left) {
                (Some(Taken::Evidence(weighing)), _) => Some(Weighing::clone(weighing)),
                (None, Some((evidence, around))) => standing.ok().map(|at| sweep.weighing(evidence, around, at)),
                _ => None,
            };
            let support = match line.gone.map(|taker| &sweep.takers[taker]) {
                Some(Taken::Learned(support)) => Some(support.says.clone()),
                _ => None,
            };
            let place = standing.map_or(place, |at| sweep.place(at));
            let text = line.text(article.text);
            let seen = sweep.seen(number);
            let near = plan
                .rules
                .iter()
                .enumerate()
                .filter(|(_, rule)| !taken_by.contains(&rule.id))
                .filter_map(|(n, rule)| {
                    let stopped = stopped(&sweep, n, &seen, place, standing.ok(), line.gone.is_some())?;
                    Some(Near { rule: rule.id.clone(), stopped })
                })
                .collect();
            Explanation { line: number + 1, text: text.to_owned(), taken_by, gone: standing.is_err(), near, weighing, support }
        })
        .collect()
}

/// What stopped a rule that knows this line; none where it does not know it.
fn stopped(
    sweep: &Sweep<'_>,
    number: usize,
    seen: &Seen<'_>,
    place: super::Place,
    at: Option<usize>,
    gone: bool,
) -> Option<String> {
    let rule: &Rule = &sweep.plan.rules[number];
    let knows = match &rule.action {
        // A rule that starts from any line knows none in particular.
        Action::Line(entry) | Action::Block(crate::rule::Block { start: entry, .. }) => {
            seen.matches(entry) && !entry.0.iter().flatten().any(|c| matches!(c, Condition::Any))
        }
        Action::Span(span) => seen.has_span(span),
        Action::Run(run) => seen.failing(&run.each).is_none() && place.failing(&run.each).is_none(),
        Action::Repeat(_) => false,
    };
    if !knows {
        return None;
    }
    let where_it_is = format!(
        "it is line {} of {} standing, {:.0} % down the article",
        place.above + 1,
        place.above + place.below + 1,
        100.0 * place.share
    );
    Some(if !sweep.plan.acts[number] {
        "it is not selected and only bears witness to the evidence".to_owned()
    } else if let Some(condition) = seen.failing(&rule.when) {
        format!("`when {condition}` does not hold")
    } else if let Some(condition) = place.failing(&rule.when) {
        format!("`when {condition}` does not hold: {where_it_is}")
    } else if let Some(condition) = seen.meeting(&rule.unless) {
        format!("`unless {condition}` holds")
    } else if let Some(condition) = place.meeting(&rule.unless) {
        format!("`unless {condition}` holds: {where_it_is}")
    } else if let Some((condition, unless)) = at.and_then(|at| sweep.stopped_by_company(rule, at)) {
        if unless { format!("`unless {condition}` holds") } else { format!("`when {condition}` does not hold") }
    } else if gone {
        "another rule had taken the line".to_owned()
    } else {
        match &rule.action {
            Action::Run(run) => format!("fewer than {} such lines stand in a row", run.min_lines),
            Action::Block(block) if block.witnesses > 0 => {
                format!("the end of its block was not found, or fewer than {} lines bear witness to it", block.witnesses)
            }
            Action::Block(_) => "the end of its block was not found".to_owned(),
            Action::Line(_) if at.is_some_and(|at| sweep.is_doubted(rule, at)) => "the evidence speaks against it".to_owned(),
            Action::Line(_) if at.is_some() => "such lines stand in a row amid the article, as in a list of the story".to_owned(),
            _ => "an earlier cut changed the line".to_owned(),
        }
    })
}
