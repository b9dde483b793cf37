//! Conditions: what a table of match keys and conditions asks of a line.

use super::pattern::Pattern;
use std::fmt;

/// The keys of one table, cheapest first.
pub(crate) type Conditions = Vec<Condition>;

#[derive(Debug)]
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
    Is(Vec<String>),
    Starts(Vec<String>),
    Ends(Vec<String>),
    Contains(Vec<String>),
    Regex(Vec<Pattern>),
    Title(bool),
    Head(usize),
    Tail(usize),
    After(f64),
    Before(f64),
}

/// As the file would write it, long lists shortened.
impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |f: &mut fmt::Formatter<'_>, key: &str, items: &[String]| match items {
            [one] => write!(f, "{key} = {one:?}"),
            [one, rest @ ..] => write!(f, "{key} = [{one:?}, and {} more]", rest.len()),
            [] => write!(f, "{key} = []"),
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
        }
    }
}
