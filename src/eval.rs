//! Scores cleaned articles against labels.
//!
//! A labelled article is a JSON object with `text`, `cuts` (`[[start, end, category], …]`) and
//! `either` (`[[start, end], …]`, text that counts neither way), offsets in code points; and, where
//! known, `id`, `host`, `url`, `lang`, `title`. White space never counts.
//!
//! ```
//! use dechaff::{Category, Cleaner, eval::{Evaluation, Gold}};
//!
//! let gold = Gold::parse(r#"{"text": "ADVERTISEMENT\n\nThe harbour opened on Monday.\n", "cuts": [[0, 13, "ad"]]}"#)?;
//! let mut evaluation = Evaluation::default();
//! evaluation.add(&gold, &Cleaner::builtin()?.clean(&gold.article()), &Category::by_default);
//! assert_eq!((evaluation.all.recall(), evaluation.all.precision()), (1.0, 1.0));
//! # Ok::<(), dechaff::Error>(())
//! ```

use crate::{
    article::Article,
    error::{Error, Result},
    ledger::Cleaned,
    rule::{Category, Confidence, RuleId},
};
use serde::Deserialize;
use std::{collections::BTreeMap, ops::AddAssign};

/// A labelled article.
#[derive(Debug, Clone, Deserialize)]
pub struct Gold {
    /// Its name.
    #[serde(default)]
    pub id: Option<String>,
    /// Its host.
    #[serde(default)]
    pub host: Option<String>,
    /// Its address.
    #[serde(default)]
    pub url: Option<String>,
    /// Its language.
    #[serde(default)]
    pub lang: Option<String>,
    /// Its title.
    #[serde(default)]
    pub title: Option<String>,
    /// The text.
    pub text: String,
    cuts: Vec<(usize, usize, String)>,
    #[serde(default)]
    either: Vec<(usize, usize)>,
}

/// What the labels say of a character.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Label {
    Keep,
    Either,
    Cut(Category),
}

impl Gold {
    /// A labelled article from its JSON.
    ///
    /// # Errors
    /// Where the line is no labelled article; offsets outside the text and unknown categories count.
    pub fn parse(line: &str) -> Result<Gold> {
        let wrong = |what: String| {
            Error::new(format!("no labelled article: {what}; it cannot be scored; see the documentation of `eval`"))
        };
        let gold: Gold = serde_json::from_str(line).map_err(|error| wrong(error.to_string()))?;
        let len = gold.text.chars().count();
        for (start, end, category) in &gold.cuts {
            if start > end || *end > len {
                return Err(wrong(format!("the cut {start}..{end} is outside of its {len} characters")));
            }
            if category.parse::<Category>().is_err() {
                return Err(wrong(format!("`{category}` is no category")));
            }
        }
        match gold.either.iter().find(|(start, end)| start > end || *end > len) {
            Some((start, end)) => Err(wrong(format!("`either` {start}..{end} is outside of its {len} characters"))),
            None => Ok(gold),
        }
    }

    /// The article without its labels.
    pub fn article(&self) -> Article<'_> {
        Article::new(&self.text)
            .host_name(self.host.as_deref())
            .url(self.url.as_deref())
            .lang(self.lang.as_deref())
            .title(self.title.as_deref())
    }

    /// Labels by character; chaff of categories that were not asked for counts neither way.
    pub(crate) fn labels(&self, wanted: &dyn Fn(Category) -> bool) -> Vec<Label> {
        let mut labels = vec![Label::Keep; self.text.chars().count()];
        for (start, end, category) in &self.cuts {
            let category = category.parse().unwrap_or(Category::Other);
            labels[*start..*end].fill(if wanted(category) { Label::Cut(category) } else { Label::Either });
        }
        for (start, end) in &self.either {
            labels[*start..*end].fill(Label::Either);
        }
        labels
    }
}

/// Counts over articles; the shares are derived.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Score {
    /// Articles.
    pub articles: usize,
    /// Labelled lines or parts of lines that are chaff.
    pub lines: usize,
    /// Those of which at least 90 % went.
    pub lines_gone: usize,
    /// Lines that lost at least 10 % of their characters although they are content.
    pub lines_wrong: usize,
    /// Characters that are content.
    pub keep: usize,
    /// Those of them that went.
    pub lost: usize,
    /// Characters that are chaff.
    pub chaff: usize,
    /// Those of them that went.
    pub gone: usize,
    /// Articles where nothing is left and nothing lost, two characters aside.
    pub perfect: usize,
    /// Articles that lost more than two characters.
    pub harmed: usize,
}

fn share(part: usize, whole: usize, of_nothing: f64) -> f64 {
    if whole == 0 { of_nothing } else { part as f64 / whole as f64 }
}

impl Score {
    /// Share of the labelled lines that are gone.
    pub fn recall(&self) -> f64 {
        share(self.lines_gone, self.lines, 1.0)
    }

    /// Share of the lines that went which are chaff.
    pub fn precision(&self) -> f64 {
        share(self.lines_gone, self.lines_gone + self.lines_wrong, 1.0)
    }

    /// Share of the content's characters that went.
    pub fn body_loss(&self) -> f64 {
        share(self.lost, self.keep, 0.0)
    }

    /// Share of the articles that came out perfect.
    pub fn perfect_share(&self) -> f64 {
        share(self.perfect, self.articles, 1.0)
    }

    /// Share of the articles that were harmed.
    pub fn harmed_share(&self) -> f64 {
        share(self.harmed, self.articles, 0.0)
    }
}

impl AddAssign for Score {
    fn add_assign(&mut self, other: Score) {
        self.articles += other.articles;
        self.lines += other.lines;
        self.lines_gone += other.lines_gone;
        self.lines_wrong += other.lines_wrong;
        self.keep += other.keep;
        self.lost += other.lost;
        self.chaff += other.chaff;
        self.gone += other.gone;
        self.perfect += other.perfect;
        self.harmed += other.harmed;
    }
}

/// The record of a rule: its cuts, right and wrong.
#[derive(Debug, Default, Clone)]
pub struct Record {
    /// Cuts of which at most two characters are content.
    pub right: usize,
    /// The text of each other cut, with the name of the article.
    pub wrong: Vec<(String, String)>,
}

impl Record {
    /// The confidence that the record supports: high without a wrong cut among at least three,
    /// medium at 98 %; none where there are too few cuts to tell.
    pub fn supports(&self) -> Option<Confidence> {
        let all = self.right + self.wrong.len();
        if self.wrong.is_empty() {
            (all >= 3).then_some(Confidence::High)
        } else if self.right as f64 >= 0.98 * all as f64 {
            Some(Confidence::Medium)
        } else {
            Some(Confidence::Low)
        }
    }
}

/// Scores of many articles.
#[derive(Debug, Default, Clone)]
pub struct Evaluation {
    /// All of them.
    pub all: Score,
    /// By language.
    pub languages: BTreeMap<String, Score>,
    /// Lines that are gone and all lines, by category.
    pub categories: BTreeMap<Category, (usize, usize)>,
    /// By rule.
    pub rules: BTreeMap<RuleId, Record>,
    /// Articles that were held.
    pub held: usize,
}

impl Evaluation {
    /// Adds an article; `wanted` says which categories the run was asked to cut.
    pub fn add(&mut self, gold: &Gold, cleaned: &Cleaned<'_>, wanted: &dyn Fn(Category) -> bool) {
        let labels = gold.labels(wanted);
        // Byte offsets to characters, for white space is skipped and labels count in characters.
        let chars: Vec<(usize, char)> = gold.text.char_indices().collect();
        let char_at = |byte: usize| chars.partition_point(|(at, _)| *at < byte);
        let mut gone = vec![false; chars.len()];
        for cut in cleaned.cuts() {
            let (start, end) = (char_at(cut.bytes().start), char_at(cut.bytes().end));
            gone[start..end].fill(true);
            let content = (start..end).filter(|&at| !chars[at].1.is_whitespace() && labels[at] == Label::Keep).count();
            let record = self.rules.entry(cut.rule().clone()).or_default();
            if content > 2 {
                let name = gold.id.clone().unwrap_or_default();
                record.wrong.push((name, cleaned.taken(cut).trim().to_owned()));
            } else {
                record.right += 1;
            }
        }

        let mut score = Score { articles: 1, ..Score::default() };
        let visible = |range: std::ops::Range<usize>| range.filter(|&at| !chars[at].1.is_whitespace());
        for at in visible(0..chars.len()) {
            let (kept_label, counted) = match labels[at] {
                Label::Keep => (true, true),
                Label::Cut(_) => (false, true),
                Label::Either => (false, false),
            };
            score.keep += usize::from(counted && kept_label);
            score.lost += usize::from(counted && kept_label && gone[at]);
            score.chaff += usize::from(counted && !kept_label);
            score.gone += usize::from(counted && !kept_label && gone[at]);
        }
        for (start, end, _) in &gold.cuts {
            let chaff: Vec<usize> = visible(*start..*end).filter(|&at| matches!(labels[at], Label::Cut(_))).collect();
            let Some(Label::Cut(category)) = chaff.first().map(|&at| labels[at]) else { continue };
            let went = chaff.iter().filter(|&&at| gone[at]).count() as f64 >= 0.9 * chaff.len() as f64;
            score.lines += 1;
            score.lines_gone += usize::from(went);
            let counts = self.categories.entry(category).or_default();
            counts.0 += usize::from(went);
            counts.1 += 1;
        }
        let mut start = 0;
        for line in gold.text.split('\n') {
            let end = start + line.chars().count();
            let all = visible(start..end).count();
            let lost = visible(start..end).filter(|&at| labels[at] == Label::Keep && gone[at]).count();
            score.lines_wrong += usize::from(lost > 0 && lost as f64 >= 0.1 * all as f64);
            start = end + 1;
        }
        score.perfect = usize::from(score.lost <= 2 && score.chaff - score.gone <= 2);
        score.harmed = usize::from(score.lost > 2);

        self.all += score;
        *self.languages.entry(gold.lang.clone().unwrap_or_else(|| "?".to_owned())).or_default() += score;
        self.held += usize::from(cleaned.held().is_some());
    }
}
