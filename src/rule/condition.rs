//! Conditions: what a table of match keys and conditions asks of a line.

use super::{Category, RuleId, pattern::Pattern, texts::Texts, words::Words};
use serde::{Deserialize, Serialize};
use std::fmt;

/// The keys of one table, cheapest first.
pub(crate) type Conditions = Vec<Condition>;

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum Condition {
    Any,
    MinChars(usize),
    MaxChars(usize),
    MinWords(usize),
    MaxWords(usize),
    Sentence(bool),
    Upper(f64),
    Digits(f64),
    /// Literals are folded.
    Is(Texts),
    Starts(Texts),
    Ends(Texts),
    Contains(Words),
    Regex(Vec<Pattern>),
    Title(bool),
    Prose(bool),
    Bullet(bool),
    Capitals(f64),
    Head(usize),
    Tail(usize),
    After(f64),
    Before(f64),
    Run(usize),
    Unended(usize),
    Alike(usize),
    SinceProse(usize),
    UntilProse(usize),
    Known(f64),
    ProseAbove(bool),
    ProseBelow(bool),
    InBody(f64),
    InTitle(f64),
    Repeats(bool),
    Hit(Vec<Named>),
    Under(Vec<Category>),
    Over(Vec<Category>),
}

/// Rules by their category or by id.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum Named {
    Category(Category),
    Rule(RuleId),
}

impl fmt::Display for Named {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Named::Category(category) => write!(f, "{category}"),
            Named::Rule(id) => write!(f, "{id}"),
        }
    }
}

impl Condition {
    /// Does the line itself tell whether it holds?
    pub fn is_of_line(&self) -> bool {
        !self.is_of_place() && !self.is_around()
    }

    /// Does it ask where among the standing lines the line stands?
    pub fn is_of_place(&self) -> bool {
        use Condition::*;
        matches!(self, Head(_) | Tail(_) | After(_) | Before(_) | ProseAbove(_) | ProseBelow(_))
    }

    /// Does it ask what went around the line? Rules may, too.
    pub fn is_of_company(&self) -> bool {
        matches!(self, Condition::Under(_) | Condition::Over(_))
    }

    /// Does it ask what stands around the line? Only weights do, company aside.
    pub fn is_around(&self) -> bool {
        use Condition::*;
        matches!(
            self,
            Run(_)
                | Unended(_)
                | Alike(_)
                | SinceProse(_)
                | UntilProse(_)
                | Known(_)
                | InBody(_)
                | InTitle(_)
                | Repeats(_)
                | Hit(_)
                | Under(_)
                | Over(_)
        )
    }
}

/// As the file would write it, long lists shortened.
impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |f: &mut fmt::Formatter<'_>, key: &str, items: &Texts| match (items.iter().next(), items.len()) {
            (None, _) => write!(f, "{key} = []"),
            (Some(one), 1) => write!(f, "{key} = {one:?}"),
            (Some(one), all) => write!(f, "{key} = [{one:?}, and {} more]", all - 1),
        };
        match self {
            Condition::Any => f.write_str("any = true"),
            Condition::MinChars(n) => write!(f, "min-chars = {n}"),
            Condition::MaxChars(n) => write!(f, "max-chars = {n}"),
            Condition::MinWords(n) => write!(f, "min-words = {n}"),
            Condition::MaxWords(n) => write!(f, "max-words = {n}"),
            Condition::Sentence(yes) => write!(f, "sentence = {yes}"),
            Condition::Upper(share) => write!(f, "upper = {share}"),
            Condition::Digits(share) => write!(f, "digits = {share}"),
            Condition::Is(items) => list(f, "is", items),
            Condition::Starts(items) => list(f, "starts", items),
            Condition::Ends(items) => list(f, "ends", items),
            Condition::Contains(items) => list(f, "contains", items),
            Condition::Regex(items) => match items.as_slice() {
                [one] => write!(f, "regex = '{}'", one.source()),
                [one, rest @ ..] => write!(f, "regex = ['{}', and {} more]", one.source(), rest.len()),
                [] => f.write_str("regex = []"),
            },
            Condition::Title(yes) => write!(f, "title = {yes}"),
            Condition::Head(n) => write!(f, "head = {n}"),
            Condition::Tail(n) => write!(f, "tail = {n}"),
            Condition::After(share) => write!(f, "after = {share}"),
            Condition::Before(share) => write!(f, "before = {share}"),
            Condition::Prose(yes) => write!(f, "prose = {yes}"),
            Condition::Bullet(yes) => write!(f, "bullet = {yes}"),
            Condition::Capitals(share) => write!(f, "capitals = {share}"),
            Condition::Run(n) => write!(f, "run = {n}"),
            Condition::Unended(n) => write!(f, "unended = {n}"),
            Condition::Alike(n) => write!(f, "alike = {n}"),
            Condition::SinceProse(n) => write!(f, "since-prose = {n}"),
            Condition::UntilProse(n) => write!(f, "until-prose = {n}"),
            Condition::Known(share) => write!(f, "known = {share}"),
            Condition::ProseAbove(yes) => write!(f, "prose-above = {yes}"),
            Condition::ProseBelow(yes) => write!(f, "prose-below = {yes}"),
            Condition::InBody(share) => write!(f, "in-body = {share}"),
            Condition::InTitle(share) => write!(f, "in-title = {share}"),
            Condition::Repeats(yes) => write!(f, "repeats = {yes}"),
            Condition::Hit(named) => write!(f, "hit = {}", names(named)),
            Condition::Under(categories) => write!(f, "under = {}", names(categories)),
            Condition::Over(categories) => write!(f, "over = {}", names(categories)),
        }
    }
}

fn names<T: fmt::Display>(all: &[T]) -> String {
    let quoted: Vec<String> = all.iter().map(|name| format!("\"{name}\"")).collect();
    if let [one] = quoted.as_slice() { one.clone() } else { format!("[{}]", quoted.join(", ")) }
}
