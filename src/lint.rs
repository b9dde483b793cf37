//! Advice beyond validity: what is likely to go wrong with a rule that can be run.

use crate::{
    engine::index,
    rule::{
        Action, Case, Rule, RuleId, Span,
        condition::{Condition, Conditions},
        pattern::{Pattern, shorten},
    },
};
use std::fmt;

/// Characters of a regex that can still be read.
const LONG: usize = 1_000;

/// Characters of a line that is short enough to try rules without a literal on.
const SHORT: usize = 250;

/// A piece of advice about a rule.
#[derive(Debug, Clone)]
pub struct Advice {
    /// The rule.
    pub rule: RuleId,
    /// The file and line of the rule.
    pub origin: String,
    /// What is likely to go wrong, and the way out.
    pub what: String,
}

impl fmt::Display for Advice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: rule `{}`: {}", self.origin, self.rule, self.what)
    }
}

/// Advice about a rule.
///
/// ```
/// let pack = dechaff::Pack::parse("mine", "[[rule]]\nid = 'read-on'\nline = { starts = 'read on:' }\n")?;
/// assert!(dechaff::lint(&pack.rules()[0])[0].what.starts_with("it has no examples"));
/// # Ok::<(), dechaff::Error>(())
/// ```
pub fn lint(rule: &Rule) -> Vec<Advice> {
    let mut found = Vec::new();
    if rule.origin.builtin {
        complete(rule, &mut found);
    }
    let tables = rule.entry().into_iter().flat_map(|entry| &entry.0);
    for conditions in tables.chain([&rule.when, &rule.unless]) {
        contradictions(conditions, &mut found);
        patterns_of(conditions).for_each(|pattern| regex(pattern, &mut found));
    }
    match &rule.action {
        Action::Span(Span::Regex(patterns)) => patterns.iter().for_each(|pattern| regex(pattern, &mut found)),
        Action::Run(run) => {
            contradictions(&run.each, &mut found);
            patterns_of(&run.each).for_each(|pattern| regex(pattern, &mut found));
        }
        Action::Block(block) if block.until_end && block.until.is_none() && block.witnesses == 0 && !bounds_place(&rule.when) => {
            found.push("its block runs to the end of the article from wherever it starts; bound it with `when = { after = … }` or `tail`".into());
        }
        _ => {}
    }
    if let Some(longest) = index::tried_everywhere(rule)
        && longest > SHORT
    {
        found.push("it needs no literal, so it is tried on every line of any length, which is slow; name a word it cannot do without, or bound it with `max-chars`".into());
    }
    let any = rule.entry().is_some_and(|entry| entry.0.iter().flatten().any(|c| matches!(c, Condition::Any)));
    if any && rule.when.is_empty() {
        found.push("`any = true` without `when` takes every line; say which lines are meant".into());
    }
    let about = rule.about();
    if about.removes.is_empty() && about.keeps.is_empty() && about.cases.is_empty() {
        found.push("it has no examples; nobody will notice when it stops working; add `removes` and `keeps`, or `cases`".into());
    }
    let origin = format!("{}:{}", rule.origin.path.display(), rule.origin.line);
    found.into_iter().map(|what| Advice { rule: rule.id.clone(), origin: origin.clone(), what }).collect()
}

/// What a built-in rule has to say of itself.
fn complete(rule: &Rule, found: &mut Vec<String>) {
    let about = rule.about();
    for (key, given) in [
        ("description", !about.description.trim().is_empty()),
        ("category", about.source.contains("\ncategory")),
        ("confidence", about.source.contains("\nconfidence")),
    ] {
        if !given {
            found.push(format!("a built-in rule needs a `{key}`"));
        }
    }
    let whole = |case: &Case| {
        case.article.lines().map(str::trim).filter(|line| !line.is_empty()).eq(case.left.iter().map(String::as_str))
    };
    let goes = !about.removes.is_empty() || !about.cases.iter().all(whole);
    let stays = !about.keeps.is_empty() || about.cases.iter().any(|case| !case.left.is_empty());
    if !goes || !stays {
        found.push("a built-in rule needs an example that goes and one that stays".into());
    }
}

fn bounds_place(conditions: &Conditions) -> bool {
    conditions.iter().any(|c| matches!(c, Condition::Tail(_) | Condition::After(_)))
}

fn contradictions(conditions: &Conditions, found: &mut Vec<String>) {
    let find = |pick: fn(&Condition) -> Option<f64>| conditions.iter().find_map(pick);
    for (low, high, what) in [
        (
            find(|c| if let Condition::MinChars(n) = c { Some(*n as f64) } else { None }),
            find(|c| if let Condition::MaxChars(n) = c { Some(*n as f64) } else { None }),
            "chars",
        ),
        (
            find(|c| if let Condition::MinWords(n) = c { Some(*n as f64) } else { None }),
            find(|c| if let Condition::MaxWords(n) = c { Some(*n as f64) } else { None }),
            "words",
        ),
    ] {
        if let (Some(low), Some(high)) = (low, high)
            && low > high
        {
            found.push(format!("`min-{what} = {low}` and `max-{what} = {high}` cannot both hold; swap them or drop one"));
        }
    }
    let after = find(|c| if let Condition::After(n) = c { Some(*n) } else { None });
    let before = find(|c| if let Condition::Before(n) = c { Some(*n) } else { None });
    if let (Some(after), Some(before)) = (after, before)
        && after > before
    {
        found.push(format!("`after = {after}` and `before = {before}` cannot both hold; swap them or drop one"));
    }
}

fn patterns_of(conditions: &Conditions) -> impl Iterator<Item = &Pattern> {
    conditions.iter().filter_map(|c| if let Condition::Regex(patterns) = c { Some(patterns) } else { None }).flatten()
}

fn regex(pattern: &Pattern, found: &mut Vec<String>) {
    let source = shorten(pattern.source());
    if let Err(error) = pattern.regex() {
        found.push(error.to_string());
    }
    if pattern.source().len() > LONG {
        found.push(format!(
            "the regex `{source}` is {} characters long; nobody can read it; split it into a list",
            pattern.source().len()
        ));
    }
    if pattern.source().starts_with('^') && pattern.source().ends_with('$') {
        found.push(format!("the regex `{source}` is anchored twice; it covers the whole line anyway; leave ^ and $ off"));
    }
}
