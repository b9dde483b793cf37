//! From labelled articles to lines that are known to be chaff or content.

use crate::{
    article::Article,
    error::{Error, Result},
    eval::{Gold, Label},
    rule::Category,
};
use rustc_hash::FxHashSet;
use serde::Deserialize;
use std::ops::Range;

/// An article whose true body is known, its chaff not line by line.
#[derive(Debug, Clone, Deserialize)]
pub struct Body {
    /// Its host.
    #[serde(default)]
    pub host: Option<String>,
    /// Its address.
    #[serde(default)]
    pub url: Option<String>,
    /// Its text as it was scraped.
    pub text: String,
    /// The body alone.
    pub gold: String,
}

/// A labelled article, with lines judged or with its true body beside it.
#[derive(Debug, Clone)]
pub enum Labelled {
    /// Every line was judged.
    Lines(Gold),
    /// Every line of an article was judged that was written to try the rules: hard lines are far more frequent there.
    Invented(Gold),
    /// Lines are judged by whether the body holds them.
    Body(Body),
}

impl Labelled {
    /// A labelled article from its JSON: with `cuts`, or with `gold`, the true body.
    ///
    /// # Errors
    /// Where it is neither.
    pub fn parse(line: &str) -> Result<Labelled> {
        #[derive(Deserialize)]
        struct Kind {
            gold: Option<serde::de::IgnoredAny>,
        }
        let has_body = serde_json::from_str::<Kind>(line).is_ok_and(|kind| kind.gold.is_some());
        if !has_body {
            return Gold::parse(line).map(Labelled::Lines);
        }
        serde_json::from_str(line).map(Labelled::Body).map_err(|error| {
            Error::new(format!("no labelled article: {error}; nothing can be learned from it; see the documentation of `eval`"))
        })
    }

    /// An invented article from its JSON, with `cuts`.
    ///
    /// # Errors
    /// Where it is none.
    pub fn parse_invented(line: &str) -> Result<Labelled> {
        Gold::parse(line).map(Labelled::Invented)
    }

    pub(super) fn article(&self) -> Article<'_> {
        match self {
            Labelled::Lines(gold) | Labelled::Invented(gold) => gold.article(),
            Labelled::Body(body) => Article::new(&body.text).host_name(body.host.as_deref()).url(body.url.as_deref()),
        }
    }

    pub(super) fn lang(&self) -> &str {
        match self {
            Labelled::Lines(gold) | Labelled::Invented(gold) => gold.lang.as_deref().unwrap_or_default(),
            Labelled::Body(_) => "",
        }
    }

    /// Its lines with what the labels say of them; those that cannot be told are left out.
    pub(super) fn lines(&self) -> Vec<Known> {
        match self {
            Labelled::Lines(gold) | Labelled::Invented(gold) => by_label(gold),
            Labelled::Body(body) => by_body(body),
        }
    }
}

/// A line of which it is known what it is.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Known {
    /// Its bytes, line end left out.
    pub bytes: Range<usize>,
    pub is: Is,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Is {
    Content,
    /// Chaff, of a category where that was judged.
    Chaff(Option<Category>),
}

/// Lines of a text with their bytes, blank ones left out.
fn lines_of(text: &str) -> impl Iterator<Item = (Range<usize>, &str)> {
    let mut at = 0;
    text.split('\n').filter_map(move |line| {
        let start = at;
        at += line.len() + 1;
        (!line.trim().is_empty()).then_some((start..start + line.len(), line))
    })
}

/// Shares of a line's characters from which on it is chaff, and up to which it is content.
const MOST: f64 = 0.9;
const LEAST: f64 = 0.1;

fn by_label(gold: &Gold) -> Vec<Known> {
    let labels = gold.labels(&|_| true);
    let mut char = 0;
    let mut known = Vec::new();
    let mut at = 0;
    for (bytes, line) in lines_of(&gold.text) {
        char += gold.text[at..bytes.start].chars().count();
        at = bytes.start;
        let of_line: Vec<Label> =
            line.chars().enumerate().filter(|(_, c)| !c.is_whitespace()).map(|(n, _)| labels[char + n]).collect();
        let cut = of_line.iter().filter(|label| matches!(label, Label::Cut(_))).count() as f64 / of_line.len().max(1) as f64;
        let first = of_line.iter().find_map(|label| if let Label::Cut(category) = label { Some(*category) } else { None });
        if cut >= MOST {
            known.push(Known { bytes, is: Is::Chaff(first) });
        } else if cut <= LEAST && !of_line.contains(&Label::Either) {
            known.push(Known { bytes, is: Is::Content });
        }
    }
    known
}

/// Words in a row that tell a line of the body.
const GRAM: usize = 4;

fn by_body(body: &Body) -> Vec<Known> {
    let words = |text: &str| -> Vec<String> {
        let parts = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        parts.map(str::to_lowercase).collect()
    };
    let truth = words(&body.gold);
    let grams: Vec<FxHashSet<&[String]>> = (1..=GRAM).map(|n| truth.windows(n).collect()).collect();
    let whole: FxHashSet<Vec<String>> = body.gold.lines().map(words).collect();
    let mut known: Vec<Known> = Vec::new();
    let mut begun = false;
    for (bytes, line) in lines_of(&body.text) {
        let said = words(line);
        let n = said.len().clamp(1, GRAM);
        let all = said.windows(n).count().max(1);
        let shared = said.windows(n).filter(|gram| grams[n - 1].contains(gram)).count() as f64 / all as f64;
        let is = if whole.contains(&said) || (said.len() >= GRAM && shared >= MOST) {
            begun = true;
            Is::Content
        } else if shared <= LEAST && !said.is_empty() {
            Is::Chaff(None)
        } else {
            continue;
        };
        // Above the body stand headline and deck, which bodies leave out and articles keep.
        if begun {
            known.push(Known { bytes, is });
        }
    }
    known
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_tells_its_lines() {
        let body = Body {
            host: None,
            url: None,
            text: "A headline above\nThe ferry left at noon on Monday.\nRead also: the quarry\nShare\nIt came back.\n".into(),
            gold: "The ferry left at noon on Monday.\nIt came back.".into(),
        };
        let is: Vec<(&str, Is)> = by_body(&body).into_iter().map(|known| (&body.text[known.bytes], known.is)).collect();
        assert_eq!(
            is,
            [
                ("The ferry left at noon on Monday.", Is::Content),
                ("Read also: the quarry", Is::Chaff(None)),
                ("Share", Is::Chaff(None)),
                ("It came back.", Is::Content)
            ]
        );
    }
}
