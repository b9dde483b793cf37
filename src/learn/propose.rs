//! From what a site repeats to rules: lines of one kind and place make one rule.

use super::{
    content::Place,
    judged::{Judged, Site},
    lines::{END, LINE},
    mask::pattern,
};
use crate::{
    fold::fold_core,
    rule::{Category, Confidence},
};
use std::collections::BTreeMap;

/// Titles of other articles that a pack names at most.
const TITLES: usize = 100;

/// Examples of what a rule takes.
const EXAMPLES: usize = 4;

/// A rule to be written.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Proposal {
    pub id: String,
    pub category: Category,
    pub confidence: Confidence,
    pub description: String,
    pub action: Action,
    pub place: Place,
    /// Conditions of its `unless`, beside its place.
    pub unless: &'static str,
    pub removes: Vec<String>,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Action {
    /// A key of `line`, and its values with how often each stands.
    Line(&'static str, Vec<(String, String)>),
    /// A line and all that follows it.
    ToEnd(String, String),
}

/// The rules that a site asks for, by id.
pub(super) fn proposals(site: &Site) -> Vec<Proposal> {
    let mut groups: BTreeMap<(Confidence, &str, Category, u8), Vec<&Judged>> = BTreeMap::new();
    let mut all = Vec::new();
    for line in &site.lines {
        let verdict = line.verdict;
        if let Some(below) = line.heads.filter(|below| *below > 0 && heads_links(line)) {
            all.push(to_end(site, line, below));
            continue;
        }
        let key = match line.kind {
            LINE if line.varies => "regex",
            LINE => "is",
            END => "ends",
            _ => "starts",
        };
        let place = match verdict.place {
            Place::Head(_) => 0,
            Place::Tail(_) => 1,
            Place::Anywhere => 2,
        };
        groups.entry((verdict.confidence, key, verdict.category, place)).or_default().push(line);
    }
    all.extend(
        groups.into_iter().map(|((confidence, key, category, _), lines)| of_lines(site, key, category, confidence, &lines)),
    );
    all.extend(titles(site));
    all.sort_by(|a, b| (b.confidence, &a.id).cmp(&(a.confidence, &b.id)));
    all
}

/// Does a line head a list of links, as a rule knows it or the titles below it tell?
fn heads_links(line: &Judged) -> bool {
    matches!(line.verdict.category, Category::Related | Category::Nav) && line.known && !line.varies
}

fn of_lines(site: &Site, key: &'static str, category: Category, confidence: Confidence, lines: &[&Judged]) -> Proposal {
    let (mut name, mut place, mut removes) = (String::new(), Place::Anywhere, Vec::new());
    for line in lines {
        place = match (place, line.verdict.place) {
            (Place::Head(a), Place::Head(b)) => Place::Head(a.max(b)),
            (Place::Tail(a), Place::Tail(b)) => Place::Tail(a.max(b)),
            (_, other) => other,
        };
    }
    let (suffix, says) = match place {
        Place::Head(_) => ("-at-top", "above the text"),
        Place::Tail(_) => ("-at-end", "below the text"),
        Place::Anywhere => ("", "anywhere"),
    };
    name += &format!("learned-{category}{suffix}");
    name += match key {
        "is" => "",
        "regex" => "-numbered",
        "starts" => "-beginning",
        _ => "-ending",
    };
    if confidence == Confidence::Low {
        name += "-low";
    }
    if confidence == Confidence::High {
        name += "-sure";
    }
    let value = |line: &&Judged| match key {
        "regex" => pattern(&line.raw[0]),
        "is" => fold_core(&line.raw[0]),
        _ => line.masked.clone(),
    };
    let values = lines.iter().map(|line| (value(line), format!("{} of {}", line.docs, site.articles))).collect();
    for line in lines.iter().take(EXAMPLES) {
        removes.extend(line.raw.iter().cloned());
    }
    removes.dedup();
    let (most, least) = (lines[0].docs, lines[lines.len() - 1].docs);
    let docs = if most == least { most.to_string() } else { format!("{least} to {most}") };
    Proposal {
        id: name,
        category,
        confidence,
        description: format!("In {docs} of {} articles of {}, {says}.", site.articles, site.host),
        action: Action::Line(key, values),
        place,
        unless: "",
        removes,
    }
}

fn to_end(site: &Site, line: &Judged, below: u32) -> Proposal {
    let text = fold_core(&line.raw[0]);
    Proposal {
        id: format!("learned-from-{}", slug(&text)),
        category: line.verdict.category,
        confidence: line.verdict.confidence,
        description: format!("Ends the text in {} of {} articles of {}.", line.docs, site.articles, site.host),
        action: Action::ToEnd(text, format!("{} of {}", line.docs, site.articles)),
        place: match line.verdict.place {
            Place::Tail(lines) => Place::Tail(lines.max(below + 3)),
            _ => Place::Tail(below + 3),
        },
        unless: "",
        removes: vec![line.raw[0].clone()],
    }
}

fn titles(site: &Site) -> Option<Proposal> {
    let named: Vec<_> = site.titles.iter().take(TITLES).collect();
    let first = named.first()?;
    let values = named.iter().map(|named| {
        let line = fold_core(&named.line);
        (line, format!("{} of {}; title of {}", named.docs, site.articles, named.article))
    });
    Some(Proposal {
        id: "learned-titles".into(),
        category: Category::Related,
        confidence: Confidence::Medium,
        description: format!("Lines that are titles of other articles of {}.", site.host),
        action: Action::Line("is", values.collect()),
        place: Place::Anywhere,
        unless: "head = 4, title = true",
        removes: vec![first.line.clone()],
    })
}

/// The words of a text as an id has them; a number where it has none that an id can hold.
fn slug(text: &str) -> String {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let slug = words.take(5).collect::<Vec<_>>().join("-");
    if slug.len() >= 3 && text.is_ascii() { slug } else { format!("{:08x}", super::mask::number(text) as u32) }
}
