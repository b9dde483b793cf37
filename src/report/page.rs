//! The diff as one page that a browser shows without a network: articles with their cuts coloured by
//! category, the rule at each, filters, and keys to walk from cut to cut.
//!
//! The page is written as articles come, so that memory does not grow with them; what it shows of
//! them is drawn by its script, which only ever sets text.

use super::visible;
use askama::Template;
use dechaff::{Cleaned, Cut, LineDiff};
use serde::Serialize;
use std::collections::BTreeMap;

const STYLE: &str = include_str!("page/page.css");
const SCRIPT: &str = include_str!("page/page.js");

/// What stands in front of the articles.
#[derive(Template)]
#[template(path = "head.html")]
pub struct Head;

/// What is known once all articles are seen.
#[derive(Template, Serialize)]
#[template(path = "tail.html")]
pub struct Tail {
    pub articles: usize,
    /// Articles that lose something.
    pub touched: usize,
    pub held: usize,
    pub cuts: usize,
    /// Articles that have something to show, and how many of them are shown.
    pub seen: usize,
    pub shown: usize,
    /// Records that could not be read.
    pub bad: usize,
    /// Lines around a change.
    pub context: usize,
}

#[derive(Template)]
#[template(path = "article.html")]
struct Shown<'a> {
    article: Article<'a>,
}

#[derive(Serialize)]
struct Article<'a> {
    name: &'a str,
    host: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    held: Option<String>,
    cuts: Vec<Taken<'a>>,
    lines: Vec<Line>,
}

#[derive(Serialize)]
struct Taken<'a> {
    rule: &'a str,
    category: &'static str,
    confidence: &'static str,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    captures: BTreeMap<&'a str, &'a str>,
    /// The sum of evidence and its heaviest terms.
    #[serde(skip_serializing_if = "Option::is_none")]
    weighing: Option<String>,
}

/// A line of the original without its line end.
#[derive(Serialize)]
#[serde(untagged)]
enum Line {
    Stays(String),
    Touched(Vec<Piece>),
}

#[derive(Serialize)]
#[serde(untagged)]
enum Piece {
    Stays(String),
    /// The number of the cut that took it.
    Gone(String, usize),
}

/// An article for the page; empty where nothing goes.
pub fn article(name: &str, host: &str, cleaned: &Cleaned<'_>) -> askama::Result<String> {
    if cleaned.proposed().is_empty() {
        return Ok(String::new());
    }
    let article = Article {
        name,
        host,
        held: cleaned.held().map(|reason| reason.to_string()),
        cuts: cleaned.proposed().iter().map(taken).collect(),
        lines: lines(cleaned),
    };
    Shown { article }.render()
}

fn taken(cut: &Cut) -> Taken<'_> {
    Taken {
        rule: cut.rule().as_str(),
        category: cut.category().name(),
        confidence: cut.confidence().name(),
        captures: cut.captures().iter().map(|(name, text)| (name.as_str(), text.as_str())).collect(),
        weighing: cut.weighing().map(ToString::to_string),
    }
}

fn lines(cleaned: &Cleaned<'_>) -> Vec<Line> {
    let (cuts, mut start, mut first) = (cleaned.proposed(), 0, 0);
    let mut lines = Vec::new();
    for line in LineDiff::new(cleaned).lines() {
        let end = start + line.old.trim_end_matches(['\r', '\n']).len();
        while cuts.get(first).is_some_and(|cut| cut.bytes().end <= start) {
            first += 1;
        }
        let text = |from: usize, to: usize| visible(&cleaned.original()[from..to]).into_owned();
        if line.is_touched() {
            let (mut pieces, mut at) = (Vec::new(), start);
            let touching = cuts.iter().enumerate().skip(first).take_while(|(_, cut)| cut.bytes().start < start + line.old.len());
            for (number, cut) in touching {
                let (from, to) = (cut.bytes().start.clamp(at, end), cut.bytes().end.clamp(at, end));
                if from > at {
                    pieces.push(Piece::Stays(text(at, from)));
                }
                if to > from || start == end {
                    pieces.push(Piece::Gone(text(from, to), number));
                }
                at = to;
            }
            if at < end {
                pieces.push(Piece::Stays(text(at, end)));
            }
            lines.push(Line::Touched(pieces));
        } else {
            lines.push(Line::Stays(text(start, end)));
        }
        start += line.old.len();
    }
    lines
}
