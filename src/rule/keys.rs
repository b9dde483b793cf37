//! Which literals a regex cannot do without, so that the index tries it only where one occurs.
//!
//! The literals are in folded form. A character class counts as one letter where all its members
//! fold alike, which is what ignoring case makes of a letter. Everything else ends a literal.

use super::{bytes::commonness, texts::Texts};
use crate::fold::fold_char;
use memchr::memmem::Finder;
use once_cell::sync::OnceCell;
use regex_syntax::hir::{Class, Hir, HirKind, Look};
use serde::{Deserialize, Serialize};

/// Folded literals of which at least one stands in every line that the rule can take.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Keys {
    pub place: Place,
    pub literals: Texts,
    #[serde(skip)]
    finders: OnceCell<Vec<Finder<'static>>>,
}

/// The same, while they are worked out.
#[derive(Debug)]
pub(crate) struct Draft {
    pub place: Place,
    pub literals: Vec<String>,
}

impl From<Draft> for Keys {
    fn from(draft: Draft) -> Keys {
        Keys { place: draft.place, literals: draft.literals.into_iter().collect(), finders: OnceCell::new() }
    }
}

impl Keys {
    /// Does one of them stand in a folded line, whose body starts at a byte of it, where it must?
    pub fn stand_in(&self, line: &str, body: usize) -> bool {
        let mut literals = self.literals.iter();
        match self.place {
            Place::Start => literals.any(|it| line[body..].starts_with(it) || line.starts_with(it)),
            Place::End => literals.any(|it| line.ends_with(it)),
            Place::Inside => {
                let finders = || self.literals.iter().map(|it| Finder::new(it.as_bytes()).into_owned()).collect();
                self.finders.get_or_init(finders).iter().any(|finder| finder.find(line.as_bytes()).is_some())
            }
        }
    }
}

impl Draft {
    /// How often one of them stands in a line of text, roughly.
    fn commonness(&self) -> f64 {
        let places = if self.place == Place::Inside { PLACES } else { 1.0 };
        places * self.literals.iter().map(|it| it.split_inclusive(' ').map(share).product::<f64>()).sum::<f64>()
    }

    /// Leaves out literals that cannot occur without another one.
    pub fn shrink(&mut self) {
        if self.literals.len() > SHRINK {
            return;
        }
        let place = self.place;
        let implies = |longer: &str, shorter: &str| match place {
            Place::Inside => longer.contains(shorter),
            Place::End => longer.ends_with(shorter),
            Place::Start => longer.starts_with(shorter),
        };
        keep_shortest(&mut self.literals, implies);
        self.literals.sort();
    }
}

/// Leaves out what implies a shorter one.
fn keep_shortest(literals: &mut Vec<String>, implies: impl Fn(&str, &str) -> bool) {
    let mut kept: Vec<String> = Vec::new();
    literals.sort_by_key(String::len);
    for literal in literals.drain(..) {
        if !kept.iter().any(|shorter| implies(&literal, shorter)) {
            kept.push(literal);
        }
    }
    *literals = kept;
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum Place {
    /// Anywhere in the line.
    Inside,
    /// At its end.
    End,
    /// At its start, bullets included.
    Start,
}

/// Texts beyond this many end what a pattern spells out.
const MOST: usize = 300;

/// Literals beyond this many are not worth looking up.
const LARGEST: usize = 600;

/// More literals than this take longer to compare with each other than it saves.
const SHRINK: usize = 48;

/// A class of more characters than this ends a literal: white space has the most of those that do not.
const CLASS: usize = 32;

/// A class of more characters than this is not looked through for ones that folding drops.
const VISIBLE: usize = 200;

/// Places of a line where a literal can stand.
const PLACES: f64 = 100.0;

/// How common all bytes are together.
const ALL_BYTES: f64 = 160.0;

/// Below these bytes a literal stands in too many lines to be worth a look-up.
const SHORTEST: usize = 3;

/// The literals that a regex needs.
pub(crate) fn of(hir: &Hir) -> Found {
    let mut found = Found::default();
    found.walk(hir);
    found.finish_run(Next::Unknown);
    found
}

/// Can the regex take digits other than ones it spells out?
pub(crate) fn takes_digits(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Class(Class::Unicode(class)) => {
            let has = |c: char| class.ranges().iter().any(|r| r.start() <= c && c <= r.end());
            has('0') && has('9') && !has('a')
        }
        HirKind::Class(Class::Bytes(_)) => false,
        HirKind::Repetition(repetition) => takes_digits(&repetition.sub),
        HirKind::Capture(capture) => takes_digits(&capture.sub),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => parts.iter().any(takes_digits),
        HirKind::Empty | HirKind::Literal(_) | HirKind::Look(_) => false,
    }
}

pub(crate) struct Found {
    /// Those to look it up by, or none where it can do without any.
    pub best: Option<Draft>,
    /// Other sets, of each of which it needs one.
    pub others: Vec<Draft>,
    /// Does all that it matches hold a word that it spells out?
    pub by_words: bool,
    /// What the pattern spells out just before the place the walk has come to.
    run: Vec<String>,
    /// Does `run` begin where the line does?
    from_start: bool,
}

/// What comes behind a run of what a pattern spells out.
#[derive(Clone, Copy, PartialEq)]
enum Next {
    Unknown,
    /// Something that folding keeps, and no space.
    Visible,
    /// The end of the line.
    End,
}

impl Default for Found {
    fn default() -> Self {
        Found { best: None, others: Vec::new(), by_words: false, run: vec![String::new()], from_start: false }
    }
}

impl Found {
    fn walk(&mut self, hir: &Hir) {
        match hir.kind() {
            HirKind::Concat(parts) => return parts.iter().for_each(|part| self.walk(part)),
            HirKind::Capture(capture) => return self.walk(&capture.sub),
            HirKind::Look(Look::Start) => {
                self.finish_run(Next::Unknown);
                self.from_start = true;
                return;
            }
            HirKind::Look(Look::End) => return self.finish_run(Next::End),
            _ => {}
        }
        let heads = heads(hir);
        let next = if begins_visibly(hir) { Next::Visible } else { Next::Unknown };
        let joined = join(&mut self.run, &heads.texts) || {
            self.cut_heads();
            join(&mut self.run, &heads.texts)
        };
        let added = !joined || heads.texts != [""];
        if !joined {
            self.finish_run(next);
            self.run = heads.texts;
        }
        if heads.whole {
            return;
        }
        self.finish_run(if added { Next::Unknown } else { next });
        match hir.kind() {
            HirKind::Alternation(branches) => {
                let branches: Vec<Found> = branches.iter().map(of).collect();
                self.by_words |= branches.iter().all(|branch| branch.by_words);
                let rarest = |sets: Vec<Draft>| sets.into_iter().min_by(|a, b| a.commonness().total_cmp(&b.commonness()));
                let keys: Option<Vec<Draft>> =
                    branches.into_iter().map(|branch| branch.best.or_else(|| rarest(branch.others))).collect();
                if let Some(keys) = keys {
                    let literals = keys.into_iter().flat_map(|keys| keys.literals).collect();
                    self.offer(Draft { place: Place::Inside, literals });
                }
            }
            HirKind::Repetition(repetition) if repetition.min > 0 => {
                let found = of(&repetition.sub);
                self.by_words |= found.by_words;
                for keys in found.best.into_iter().chain(found.others) {
                    self.offer(Draft { place: Place::Inside, ..keys });
                }
            }
            _ => {}
        }
    }

    /// Leaves of the run only what ends no other: where that stands, this does.
    fn cut_heads(&mut self) {
        if !self.from_start {
            keep_shortest(&mut self.run, |longer, shorter| longer.ends_with(shorter));
        }
    }

    fn finish_run(&mut self, next: Next) {
        let run = std::mem::replace(&mut self.run, vec![String::new()]);
        let place = match (std::mem::take(&mut self.from_start), next) {
            (true, _) => Place::Start,
            (false, Next::End) => Place::End,
            (false, _) => Place::Inside,
        };
        // A space at the outer end of a run may be one that folding trims.
        let trimmed = |literal: &String| {
            let literal = if place == Place::Start { literal } else { literal.trim_start() };
            let keeps_space = place == Place::End || next == Next::Visible;
            if keeps_space { literal.to_owned() } else { literal.trim_end().to_owned() }
        };
        let literals = run.iter().map(trimmed).collect();
        self.offer(Draft { place, literals });
    }

    /// Keeps the keys that will send the fewest lines to the regex.
    fn offer(&mut self, mut keys: Draft) {
        let shortest = keys.literals.iter().map(String::len).min().unwrap_or(0);
        keys.literals.sort();
        keys.literals.dedup();
        if shortest == 0 || keys.literals.len() > LARGEST {
            return;
        }
        let is_mark = |c: char| !c.is_alphanumeric() && (!c.is_ascii() || keys.place != Place::Inside);
        let is_rare = |literal: &String| literal.len() >= SHORTEST || literal.chars().all(is_mark);
        if !keys.literals.iter().all(is_rare) {
            return self.others.push(keys);
        }
        self.by_words |= keys.literals.iter().all(|literal| literal.chars().any(char::is_alphabetic));
        match &mut self.best {
            Some(best) if keys.commonness() < best.commonness() => self.others.push(std::mem::replace(best, keys)),
            Some(_) => self.others.push(keys),
            none => *none = Some(keys),
        }
    }
}

/// Of how many places a word is at, roughly. Words are commoner than their letters would make them.
fn share(word: &str) -> f64 {
    let word = word.trim_end();
    let by_letters: f64 = word.bytes().map(|byte| f64::from(commonness(byte)) / ALL_BYTES).product();
    let least = match word.len() {
        _ if !word.chars().all(char::is_alphanumeric) => 0.0,
        0..=1 => 0.0,
        2 => 1e-2,
        3 => 5e-3,
        4..=7 => 1e-4,
        _ => 1e-5,
    };
    by_letters.max(least)
}

/// Does all that a pattern matches begin with what folding keeps, and with no space?
fn begins_visibly(hir: &Hir) -> bool {
    let is_visible = |c: char| {
        let mut visible = false;
        fold_char(c, |folded| visible |= folded != ' ');
        visible
    };
    match hir.kind() {
        HirKind::Literal(literal) => str::from_utf8(&literal.0).is_ok_and(|text| text.starts_with(is_visible)),
        HirKind::Class(Class::Unicode(class)) => {
            let mut chars = class.ranges().iter().flat_map(|range| range.start()..=range.end());
            chars.clone().nth(VISIBLE).is_none() && chars.all(is_visible)
        }
        HirKind::Capture(capture) => begins_visibly(&capture.sub),
        HirKind::Repetition(repetition) => repetition.min > 0 && begins_visibly(&repetition.sub),
        HirKind::Concat(parts) => parts.first().is_some_and(begins_visibly),
        HirKind::Alternation(branches) => branches.iter().all(begins_visibly),
        HirKind::Empty | HirKind::Look(_) | HirKind::Class(Class::Bytes(_)) => false,
    }
}

/// How the texts that a pattern matches can begin, folded.
struct Heads {
    texts: Vec<String>,
    /// Are these the whole texts?
    whole: bool,
}

impl Heads {
    fn open() -> Heads {
        Heads { texts: vec![String::new()], whole: false }
    }
}

fn heads(hir: &Hir) -> Heads {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => Heads { texts: vec![String::new()], whole: true },
        HirKind::Literal(literal) => match std::str::from_utf8(&literal.0) {
            Ok(text) => Heads { texts: vec![folded(text.chars())], whole: true },
            Err(_) => Heads::open(),
        },
        HirKind::Class(Class::Unicode(class)) => {
            let chars = || class.ranges().iter().flat_map(|range| range.start()..=range.end());
            if chars().nth(CLASS).is_some() {
                return Heads::open();
            }
            let (mut texts, mut text) = (Vec::new(), String::new());
            for c in chars() {
                text.clear();
                fold_char(c, |folded| text.push(folded));
                if !texts.contains(&text) {
                    texts.push(text.clone());
                }
            }
            texts.sort();
            if texts.is_empty() { Heads::open() } else { Heads { texts, whole: true } }
        }
        HirKind::Repetition(repetition) => {
            let sub = heads(&repetition.sub);
            match (repetition.min, repetition.max) {
                (1, Some(1)) => sub,
                // White space that the pattern demands folds to one space.
                (1.., _) if sub.whole && sub.texts == [" "] => sub,
                (0, _) if sub.whole && sub.texts == [" "] => Heads { texts: vec![String::new(), " ".to_owned()], whole: true },
                (0, Some(1)) => {
                    let mut texts = sub.texts;
                    texts.push(String::new());
                    Heads { texts, whole: sub.whole }
                }
                (1.., _) => Heads { whole: false, ..sub },
                _ => Heads::open(),
            }
        }
        HirKind::Capture(capture) => heads(&capture.sub),
        HirKind::Concat(parts) => {
            let mut all = vec![String::new()];
            for part in parts {
                let next = heads(part);
                if !join(&mut all, &next.texts) || !next.whole {
                    return Heads { texts: all, whole: false };
                }
            }
            Heads { texts: all, whole: true }
        }
        HirKind::Alternation(branches) => {
            let branches: Vec<Heads> = branches.iter().map(heads).collect();
            let whole = branches.iter().all(|branch| branch.whole);
            let texts: Vec<String> = branches.into_iter().flat_map(|branch| branch.texts).collect();
            if texts.len() <= MOST { Heads { texts, whole } } else { Heads::open() }
        }
        HirKind::Class(Class::Bytes(_)) => Heads::open(),
    }
}

fn folded(chars: impl Iterator<Item = char>) -> String {
    let mut out = String::new();
    chars.for_each(|c| fold_char(c, |f| out.push(f)));
    out
}

/// Puts every tail behind every head, where these are few.
fn join(heads: &mut Vec<String>, tails: &[String]) -> bool {
    if heads.len() * tails.len() > MOST {
        return false;
    }
    match tails {
        // A letter, as a rule.
        [tail] if !tail.starts_with(' ') => heads.iter_mut().for_each(|head| head.push_str(tail)),
        _ => {
            *heads = heads.iter().flat_map(|head| tails.iter().map(move |tail| squash(head, tail))).collect();
            heads.sort();
            heads.dedup();
        }
    }
    true
}

/// Joins two folded pieces as folding the whole would: no two spaces side by side.
fn squash(head: &str, tail: &str) -> String {
    let tail = if head.ends_with(' ') { tail.trim_start() } else { tail };
    [head, tail].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::pattern::Pattern;

    fn keys(source: &str, whole: bool) -> Option<(Place, Vec<String>)> {
        let pattern = Pattern::new(source, false, whole, false).unwrap();
        pattern.needs().keys.as_ref().map(|keys| (keys.place, keys.literals.iter().map(str::to_owned).collect()))
    }

    fn some(place: Place, literals: &[&str]) -> Option<(Place, Vec<String>)> {
        Some((place, literals.iter().map(|l| (*l).to_owned()).collect()))
    }

    #[test]
    fn literals_are_found_where_they_stand() {
        assert_eq!(keys("read also: .+", true), some(Place::Start, &["read also:"]));
        assert_eq!(keys("(?:photo|image) by .+", true), some(Place::Start, &["image by", "photo by"]));
        assert_eq!(keys(r"\d+ min read", true), some(Place::End, &["min read"]));
        assert_eq!(keys(r"\d+ shares \d+", true), some(Place::Inside, &["shares"]));
        assert_eq!(keys("Читайте также.*", true), some(Place::Start, &["читаите также"]));
        assert_eq!(keys(r"\((?:photo|bild): [^()]+\)$", false), some(Place::Inside, &["(bild:", "(photo:"]));
        assert_eq!(keys("(?:publicité|werbung)", true), some(Place::Start, &["publicite", "werbung"]));
        assert_eq!(keys("(?:see|go) (?:also|on .+): .+", true), some(Place::Start, &["go also", "go on", "see also", "see on"]));
        assert_eq!(keys(r"foto\s*: .+", true), some(Place::Start, &["foto :", "foto:"]));
        assert_eq!(keys(r"\bread on\b.+", true), some(Place::Start, &["read on"]));
        assert_eq!(keys("photos? by .+", true), some(Place::Start, &["photo by", "photos by"]));
        assert_eq!(keys("(?:a.+bcd|efg.*)", true), some(Place::Inside, &["bcd", "efg"]));
        assert_eq!(keys(".*may [a-zà-þ].*", true), some(Place::Inside, &["may "]), "what stands behind the space is kept");
        assert_eq!(keys(r".*may .*", true), some(Place::Inside, &["may"]), "what stands behind it may be trimmed");
        assert_eq!(keys(r".*may \pL.*", true), some(Place::Inside, &["may"]), "or be dropped");
        assert_eq!(keys("- ?[a-z]+, (?:for )?[a-z]+", true), some(Place::Start, &["-"]), "rarer than a comma and a letter");
        let many = r".*(?:^|[.,:;!?/|] ?)(?:ab|cd|ef|gh|ij) ?(?:photo|pool|file)?/ ?(?:x.*)";
        assert!(keys(many, true).is_some_and(|(_, literals)| literals.contains(&"ab photo/x".to_owned())));
    }

    #[test]
    fn a_pattern_without_words_has_none() {
        for source in [r"\d+:\d+", r"(?:foo)?\d+", "[a-z]+", "(?:foo|.*)x"] {
            assert_eq!(keys(source, true), None, "{source}");
        }
    }
}
