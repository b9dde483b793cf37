//! An article as a review shows it.

use crate::report::visible;
use dechaff::{Cleaned, LineDiff};
use std::ops::Range;

/// An article and what would go from it.
pub struct Paper {
    pub name: String,
    pub host: Option<String>,
    pub held: bool,
    pub lines: Vec<Line>,
    pub cuts: Vec<Cut>,
}

/// A line of the article.
pub struct Line {
    /// Without its line end, control characters shown.
    pub text: String,
    /// As it stands in the article.
    pub raw: String,
    /// The parts of `text` that go.
    pub gone: Vec<Range<usize>>,
    pub is_gone: bool,
    pub is_touched: bool,
}

/// A cut of the article.
pub struct Cut {
    pub rule: String,
    pub category: &'static str,
    pub confidence: &'static str,
    /// The sum of evidence, where that took it.
    pub why: Option<String>,
    /// The lines it takes something of, from 0.
    pub lines: Range<usize>,
}

impl Paper {
    pub fn new(name: String, host: Option<&str>, cleaned: &Cleaned<'_>) -> Paper {
        let diff = LineDiff::new(cleaned);
        let cuts = cleaned.proposed().iter().map(|cut| {
            let touches = |line: &dechaff::DiffLine<'_, '_>| line.cuts.iter().any(|it| it.bytes() == cut.bytes());
            let first = cut.line() - 1;
            let count = diff.lines()[first..].iter().take_while(|line| touches(line)).count();
            Cut {
                rule: cut.rule().to_string(),
                category: cut.category().name(),
                confidence: cut.confidence().name(),
                why: cut.weighing().map(ToString::to_string),
                lines: first..first + count.max(1),
            }
        });
        let cuts = cuts.collect();
        let lines = diff.lines().iter().map(|line| {
            let raw = line.old.trim_end_matches(['\r', '\n']);
            let shown = |to: usize| visible(&raw[..to.min(raw.len())]).len();
            Line {
                text: visible(raw).into_owned(),
                raw: raw.to_owned(),
                gone: line.gone.iter().map(|range| shown(range.start)..shown(range.end)).filter(|it| !it.is_empty()).collect(),
                is_gone: line.is_gone(),
                is_touched: line.is_touched(),
            }
        });
        Paper { name, host: host.map(str::to_ascii_lowercase), held: cleaned.held().is_some(), lines: lines.collect(), cuts }
    }
}

impl Line {
    /// Could it be marked as chaff?
    pub fn stands(&self) -> bool {
        !self.is_gone && !self.raw.trim().is_empty()
    }
}
