//! Which literals a regex cannot do without, so that the index tries it only where one occurs.
//!
//! The literals are in folded form. A character class counts as one letter where all its members
//! fold alike, which is what ignoring case makes of a letter. Everything else ends a literal.

use crate::fold::fold_char;
use regex_syntax::hir::{Class, Hir, HirKind, Look};

/// Folded literals of which at least one stands in every line that the rule can take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Keys {
    pub place: Place,
    pub literals: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Place {
    /// Anywhere in the line.
    Inside,
    /// At its end.
    End,
    /// At its start, bullets included.
    Start,
}

/// Literals beyond this many are not worth looking up.
const MOST: usize = 300;

/// Below these bytes a literal stands in too many lines to be worth a look-up.
const SHORTEST: usize = 3;

/// The keys of a regex, or none where it can do without any literal.
pub(crate) fn of(hir: &Hir) -> Option<Keys> {
    let mut found = Found::default();
    found.walk(hir);
    found.finish_run(false);
    found.best
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

struct Found {
    best: Option<Keys>,
    /// What the pattern spells out just before the place the walk has come to.
    run: Vec<String>,
    /// Does `run` begin where the line does?
    from_start: bool,
}

impl Default for Found {
    fn default() -> Self {
        Found { best: None, run: vec![String::new()], from_start: false }
    }
}

impl Found {
    fn walk(&mut self, hir: &Hir) {
        if let Some(exact) = spelled_out(hir)
            && self.run.len() * exact.len() <= MOST
        {
            self.run = self.run.iter().flat_map(|head| exact.iter().map(move |tail| squash(head, tail))).collect();
            self.run.sort();
            self.run.dedup();
            return;
        }
        match hir.kind() {
            HirKind::Concat(parts) => parts.iter().for_each(|part| self.walk(part)),
            HirKind::Capture(capture) => self.walk(&capture.sub),
            HirKind::Look(Look::Start) => {
                self.finish_run(false);
                self.from_start = true;
            }
            HirKind::Look(Look::End) => {
                self.finish_run(true);
            }
            HirKind::Look(_) => {}
            HirKind::Alternation(branches) => {
                self.finish_run(false);
                let keys: Option<Vec<Keys>> = branches.iter().map(of).collect();
                if let Some(keys) = keys {
                    let literals = keys.into_iter().flat_map(|keys| keys.literals).collect();
                    self.offer(Keys { place: Place::Inside, literals });
                }
            }
            HirKind::Repetition(repetition) if repetition.min > 0 => {
                self.finish_run(false);
                if let Some(keys) = of(&repetition.sub) {
                    self.offer(Keys { place: Place::Inside, ..keys });
                }
            }
            _ => self.finish_run(false),
        }
    }

    fn finish_run(&mut self, at_end: bool) {
        let run = std::mem::replace(&mut self.run, vec![String::new()]);
        let place = match (std::mem::take(&mut self.from_start), at_end) {
            (true, _) => Place::Start,
            (false, true) => Place::End,
            (false, false) => Place::Inside,
        };
        // A space at the outer end of a run may be one that folding trims.
        let literals = run
            .iter()
            .map(|literal| match place {
                Place::Start => literal.trim_end(),
                Place::End => literal.trim_start(),
                Place::Inside => literal.trim(),
            })
            .map(str::to_owned)
            .collect();
        self.offer(Keys { place, literals });
    }

    /// Keeps the keys that will send the fewest lines to the regex.
    fn offer(&mut self, mut keys: Keys) {
        let worth = |keys: &Keys| {
            let shortest = keys.literals.iter().map(String::len).min().unwrap_or(0);
            (shortest.min(8) + if keys.place == Place::Inside { 0 } else { 2 }, shortest, usize::MAX - keys.literals.len())
        };
        let shortest = keys.literals.iter().map(String::len).min().unwrap_or(0);
        if shortest < SHORTEST || keys.literals.len() > MOST {
            return;
        }
        keys.literals.sort();
        keys.literals.dedup();
        if self.best.as_ref().is_none_or(|best| worth(&keys) > worth(best)) {
            self.best = Some(keys);
        }
    }
}

/// Every text the pattern can match, folded, where these are few.
fn spelled_out(hir: &Hir) -> Option<Vec<String>> {
    match hir.kind() {
        HirKind::Empty => Some(vec![String::new()]),
        HirKind::Literal(literal) => {
            let mut folded = String::new();
            std::str::from_utf8(&literal.0).ok()?.chars().for_each(|c| fold_char(c, |f| folded.push(f)));
            Some(vec![folded])
        }
        HirKind::Class(Class::Unicode(class)) => {
            let mut alike: Option<String> = None;
            let mut seen = 0;
            for range in class.ranges() {
                for c in range.start()..=range.end() {
                    seen += 1;
                    let mut folded = String::new();
                    fold_char(c, |f| folded.push(f));
                    if seen > 32 || alike.as_ref().is_some_and(|first| *first != folded) {
                        return None;
                    }
                    alike = Some(folded);
                }
            }
            alike.map(|folded| vec![folded])
        }
        // White space that the pattern demands folds to one space; any other repetition is open.
        HirKind::Repetition(repetition) if repetition.min > 0 => {
            let sub = spelled_out(&repetition.sub)?;
            if sub == [" "] {
                return Some(sub);
            }
            (repetition.max == Some(repetition.min) && repetition.min == 1).then_some(sub)
        }
        HirKind::Capture(capture) => spelled_out(&capture.sub),
        HirKind::Concat(parts) => {
            let mut all = vec![String::new()];
            for part in parts {
                let tails = spelled_out(part)?;
                if all.len() * tails.len() > MOST {
                    return None;
                }
                all = all.iter().flat_map(|head| tails.iter().map(move |tail| squash(head, tail))).collect();
            }
            Some(all)
        }
        HirKind::Alternation(branches) => {
            let mut all = Vec::new();
            for branch in branches {
                all.extend(spelled_out(branch)?);
            }
            (all.len() <= MOST).then_some(all)
        }
        _ => None,
    }
}

/// Joins two folded pieces as folding the whole would: no two spaces side by side.
fn squash(head: &str, tail: &str) -> String {
    let tail = if head.ends_with(' ') { tail.trim_start() } else { tail };
    format!("{head}{tail}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::pattern::Pattern;

    fn keys(source: &str, whole: bool) -> Option<(Place, Vec<String>)> {
        of(Pattern::new(source, false, whole, false).unwrap().hir()).map(|keys| (keys.place, keys.literals))
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
        assert_eq!(keys("(?:a.+bcd|efg.*)", true), some(Place::Inside, &["bcd", "efg"]));
    }

    #[test]
    fn a_pattern_without_words_has_none() {
        for source in [r"\d+:\d+", r"(?:foo)?\d+", "[a-z]+", "(?:foo|.*)x"] {
            assert_eq!(keys(source, true), None, "{source}");
        }
    }
}
