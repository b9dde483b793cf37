//! Evidence as a pack gives it: many small weights and the sum from which on a line goes.

use super::{
    Category, Confidence,
    condition::{Condition, Conditions},
    file::File,
    raw::{RawEvidence, RawWeigh, Spanned},
    tables::unknown_category,
    texts::Texts,
};
use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};
use std::fmt::Write;

/// What a pack's `[evidence]` says; what it leaves out a broader pack says.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Settings {
    /// The sum from which on a line goes, by [`Confidence`].
    pub threshold: Option<[f64; 3]>,
    pub length_weight: Option<f64>,
    pub max_chars: Option<usize>,
    /// The sum below which a rule is not believed.
    pub veto: Option<f64>,
    pub categories: Option<Vec<Category>>,
}

impl Settings {
    /// What a narrower pack says counts more.
    pub fn overridden_by(self, other: &Settings) -> Settings {
        Settings {
            threshold: other.threshold.or(self.threshold),
            length_weight: other.length_weight.or(self.length_weight),
            max_chars: other.max_chars.or(self.max_chars),
            veto: other.veto.or(self.veto),
            categories: other.categories.clone().or(self.categories),
        }
    }

    pub fn threshold(&self, confidence: Confidence) -> f64 {
        self.threshold.map_or(f64::INFINITY, |threshold| threshold[confidence as usize])
    }

    /// The sum that a line of so many characters needs on top of the threshold: what a wrong cut
    /// costs grows with the line.
    pub fn for_length(&self, chars: usize) -> f64 {
        self.length_weight.unwrap_or(1.0) * (chars.max(SHORT) as f64).ln()
    }

    /// Characters of the longest line that may go.
    pub fn max_chars(&self) -> usize {
        self.max_chars.unwrap_or(LONG)
    }
}

/// A weight that is more than any sum of small signs.
const HEAVIEST: f64 = 100.0;

/// Below these characters a line's length makes no difference.
const SHORT: usize = 20;

/// Characters of the longest line that evidence takes, where a pack does not say.
const LONG: usize = 300;

/// One sign and what it weighs.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Weigh {
    /// The line that is looked at: 0 is the one in question, -1 the one above, 1 the one below.
    pub at: isize,
    pub when: Conditions,
    /// In thousandths, so that a sum is the same in any order.
    pub weight: i64,
    /// What it speaks for.
    pub category: Option<Category>,
    /// The line of its file that it stands in.
    pub line: usize,
}

impl Weigh {
    /// What it looks at; of two weights that look at the same the narrower pack's one counts.
    pub fn key(&self) -> String {
        format!("{} {:?}", self.at, self.when)
    }

    /// The sign in words.
    pub fn says(&self) -> String {
        let whose = match self.at {
            0 => "",
            -1 => "line above: ",
            1 => "line below: ",
            -2 => "second line above: ",
            _ => "second line below: ",
        };
        let signs: Vec<String> = self.when.iter().map(in_words).collect();
        format!("{whose}{}", signs.join(", "))
    }
}

impl File<'_> {
    pub fn evidence(&self, raw: &Spanned<RawEvidence>) -> Result<Settings> {
        let evidence = raw.get_ref();
        let threshold = match &evidence.threshold {
            Some(levels) if !(levels.low <= levels.medium && levels.medium <= levels.high) => {
                return Err(self.at(
                    raw,
                    Error::new(
                        "the thresholds do not rise from low over medium to high; what asks for more confidence would take more; put them in order",
                    ),
                ));
            }
            levels => levels.as_ref().map(|levels| [levels.low, levels.medium, levels.high]),
        };
        if evidence.max_chars.is_some_and(|n| n > 1_000) {
            return Err(self.at(
                raw,
                Error::new(
                    "`max-chars` is over 1000; paragraphs would be weighed, which no sum of small signs can judge; say less",
                ),
            ));
        }
        let category = |name: &Spanned<String>| {
            name.get_ref().parse().map_err(|()| self.at(name, unknown_category("categories", name.get_ref())))
        };
        let categories = evidence.categories.as_ref().map(|names| names.iter().map(category).collect::<Result<_>>());
        Ok(Settings {
            threshold,
            length_weight: evidence.length_weight,
            max_chars: evidence.max_chars,
            veto: evidence.veto,
            categories: categories.transpose()?,
        })
    }

    pub fn weigh(&self, spanned: &Spanned<RawWeigh>) -> Result<Weigh> {
        let raw = spanned.get_ref();
        let wrong = |what: &str| Err(self.at(spanned, Error::new(what)));
        let mut when = self.of_line(raw.when.get_ref())?;
        when.extend(self.around(raw.when.get_ref())?);
        if when.is_empty() {
            return wrong("`when` says nothing; the weight would count for every line; name the sign, or move the threshold");
        }
        if !(-2..=2).contains(&raw.at) {
            return wrong(
                "`at` is not from -2 to 2; lines further away say little; name a nearer line, or use `under` or `over`",
            );
        }
        if raw.at != 0 && when.iter().any(|it| it.is_of_place() || (it.is_around() && !matches!(it, Condition::Hit(_)))) {
            return wrong(
                "`at` goes with keys of a line and with `hit`; where another line stands follows from where this one does; leave `at` out",
            );
        }
        let weight = *raw.weight.get_ref();
        if weight.is_nan() || weight.abs() > HEAVIEST {
            return wrong(
                "`weight` is over 100 or no number; one sign would decide alone, and that is a rule's task; write a smaller one",
            );
        }
        let category = match &raw.category {
            Some(name) => Some(name.get_ref().parse().map_err(|()| self.at(name, unknown_category("category", name.get_ref())))?),
            None => None,
        };
        Ok(Weigh {
            at: raw.at,
            when,
            weight: (1000.0 * weight).round() as i64,
            category,
            line: self.line_at(spanned.span().start),
        })
    }
}

fn in_words(condition: &Condition) -> String {
    let percent = |share: &f64| format!("{:.0} %", 100.0 * share);
    let lines = |n: &usize| if *n == 1 { "one line".to_owned() } else { format!("{n} lines") };
    match condition {
        Condition::MaxWords(1) => "a single word".to_owned(),
        Condition::MaxWords(n) => format!("at most {n} words"),
        Condition::MinWords(n) => format!("{n} words or more"),
        Condition::MaxChars(n) => format!("at most {n} characters"),
        Condition::MinChars(n) => format!("{n} characters or more"),
        Condition::Sentence(true) => "ends as a sentence".to_owned(),
        Condition::Sentence(false) => "no sentence end".to_owned(),
        Condition::Upper(share) => format!("{} of its letters are capitals", percent(share)),
        Condition::Capitals(share) => format!("{} of its words begin with a capital", percent(share)),
        Condition::Digits(share) => format!("{} digits", percent(share)),
        Condition::Is(literals) => literal("says only", literals),
        Condition::Starts(literals) => literal("starts with", literals),
        Condition::Ends(literals) => literal("ends in", literals),
        Condition::Contains(literals) => literal("says", literals),
        Condition::Prose(true) => "prose".to_owned(),
        Condition::Prose(false) => "no prose".to_owned(),
        Condition::Bullet(true) => "starts with a bullet".to_owned(),
        Condition::Bullet(false) => "no bullet".to_owned(),
        Condition::Head(1) => "the first line".to_owned(),
        Condition::Head(n) => format!("among the first {n} lines"),
        Condition::Tail(1) => "the last line".to_owned(),
        Condition::Tail(n) => format!("among the last {n} lines"),
        Condition::After(share) => format!("after {} of the text", percent(share)),
        Condition::Before(share) => format!("in the first {} of the text", percent(share)),
        Condition::Run(n) => format!("{n} lines in a row that are no prose"),
        Condition::Unended(n) => format!("{n} lines in a row without a sentence end"),
        Condition::Alike(n) => format!("{n} lines in a row that begin and end alike"),
        Condition::SinceProse(n) => format!("prose ended {} above or more", lines(n)),
        Condition::UntilProse(n) => format!("prose begins {} below or more", lines(n)),
        Condition::ProseAbove(true) => "prose above".to_owned(),
        Condition::ProseAbove(false) => "no prose above".to_owned(),
        Condition::ProseBelow(true) => "prose below".to_owned(),
        Condition::ProseBelow(false) => "no prose below".to_owned(),
        Condition::InBody(share) => format!("{} of its words stand in the body", percent(share)),
        Condition::InTitle(share) => format!("{} of its words stand in the title", percent(share)),
        Condition::Repeats(true) => "stands twice".to_owned(),
        Condition::Repeats(false) => "stands once".to_owned(),
        Condition::Hit(named) => format!("a {} hit", listed(named)),
        Condition::Under(categories) => format!("under a {} hit", listed(categories)),
        Condition::Over(categories) => format!("over a {} hit", listed(categories)),
        other => other.to_string(),
    }
}

fn literal(verb: &str, literals: &Texts) -> String {
    let mut out = format!("{verb} \"{}\"", literals.iter().next().unwrap_or_default());
    if literals.len() > 1 {
        let _ = write!(out, " or {} like it", literals.len() - 1);
    }
    out
}

fn listed<T: ToString>(names: &[T]) -> String {
    names.iter().map(|name| format!("`{}`", name.to_string())).collect::<Vec<_>>().join(" or ")
}
