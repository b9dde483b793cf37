//! Does a condition hold for a line?

use super::words::{Letters, count_words, ends, ends_sentence, find, has_words, is_whole, starts};
use crate::{
    fold::{Folded, core, trim_marks},
    rule::{
        Action, LONGEST_SPAN, Match, Rule, Span,
        bytes::Bytes,
        condition::{Condition, Conditions},
        needs::Needs,
        pattern::Pattern,
    },
};
use std::{cell::OnceCell, iter, ops::Range};

/// More literals than this take longer to look for than to run the regex.
const MANY: usize = 24;

/// So many matches of a span are looked at for one that takes something: each may look far ahead.
const FIRST_STRETCHES: usize = 1_000;

/// A standing line as conditions see it.
pub(crate) struct Seen<'a> {
    pub text: &'a str,
    /// The text without leading bullets and the like, which whole-line regexes need not spell out.
    bare: &'a str,
    pub chars: usize,
    pub folded: Folded<&'a str>,
    /// What the title says, folded.
    pub title: Option<&'a str>,
    /// Runs every regex, also where the line lacks what it needs: the slow twin.
    thorough: bool,
    counts: Counts,
}

/// What takes a while to find of a line, once it was asked for.
#[derive(Debug, Default)]
struct Counts {
    words: OnceCell<usize>,
    letters: OnceCell<Letters>,
    bytes: OnceCell<Bytes>,
}

/// What of a rule the index found reason to try on a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Target {
    /// The number of the rule.
    pub rule: u32,
    /// The table of its match keys.
    pub table: u16,
    /// The regex in it.
    pub pattern: u16,
}

impl Target {
    /// Any table, or any regex.
    pub const ALL: u16 = u16::MAX;
}

/// Where a standing line stands among those that do.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    /// Non-blank lines above it.
    pub above: usize,
    /// Non-blank lines below it.
    pub below: usize,
    /// The share of the article's characters above it.
    pub share: f64,
    /// Is a line above it prose, is one below?
    pub prose: (bool, bool),
}

impl<'a> Seen<'a> {
    pub fn new(text: &'a str, chars: usize, folded: Folded<&'a str>, title: Option<&'a str>) -> Self {
        Seen { text, bare: trim_marks(text), chars, folded, title, thorough: false, counts: Counts::default() }
    }

    /// Runs every regex as it was written.
    pub fn thoroughly(self, thorough: bool) -> Self {
        Seen { thorough, ..self }
    }

    /// The texts that a whole-line regex may cover.
    pub fn texts(&self) -> impl Iterator<Item = &'a str> {
        [self.text, self.bare].into_iter().take(1 + usize::from(self.bare.len() < self.text.len()))
    }

    pub fn words(&self) -> usize {
        *self.counts.words.get_or_init(|| count_words(self.text))
    }

    fn letters(&self) -> &Letters {
        self.counts.letters.get_or_init(|| Letters::of(self.text))
    }

    /// Does the condition hold, as far as the line itself tells? None where it asks for the place.
    pub fn holds(&self, condition: &Condition) -> Option<bool> {
        Some(match condition {
            Condition::Any => true,
            Condition::MinChars(n) => self.chars >= *n,
            Condition::MaxChars(n) => self.chars <= *n,
            Condition::MinWords(n) => self.words() >= *n,
            Condition::MaxWords(n) => self.words() <= *n,
            Condition::Sentence(yes) => ends_sentence(self.text) == *yes,
            Condition::Upper(share) => self.letters().upper >= *share,
            Condition::Digits(share) => self.letters().digits >= *share,
            Condition::Is(literals) => literals.sorted_has(self.folded.core()),
            Condition::Starts(literals) => literals.iter().any(|literal| starts(self.folded.body(), literal)),
            Condition::Ends(literals) => literals.iter().any(|literal| ends(self.folded.text, literal)),
            Condition::Contains(words) => words.any_in(self.folded.text, is_whole),
            Condition::Regex(patterns) => patterns.iter().any(|pattern| self.is_covered_by(pattern)),
            Condition::Title(yes) => self.title.is_some_and(|title| says_title(self.folded.core(), title) == *yes),
            Condition::Prose(yes) => self.is_prose() == *yes,
            Condition::Bullet(yes) => (self.bare.len() < self.text.len()) == *yes,
            Condition::Capitals(share) => self.letters().capitals >= *share,
            _ => return None,
        })
    }

    pub fn is_prose(&self) -> bool {
        is_prose(self.text, self.chars)
    }

    /// The first condition that the line itself fails.
    pub fn failing<'c>(&self, conditions: &'c Conditions) -> Option<&'c Condition> {
        conditions.iter().find(|condition| self.holds(condition) == Some(false))
    }

    /// The first condition that the line itself meets.
    pub fn meeting<'c>(&self, conditions: &'c Conditions) -> Option<&'c Condition> {
        conditions.iter().find(|condition| self.holds(condition) == Some(true))
    }

    pub fn matches(&self, entry: &Match) -> bool {
        entry.0.iter().any(|table| self.failing(table).is_none())
    }

    /// Does a table of the rule know the line by words? Otherwise it goes by what the line looks
    /// like, and lists of a story look like that too.
    pub fn is_known_by_words(&self, entry: &Match) -> bool {
        let wordy = |literal: &str| literal.chars().any(char::is_alphabetic);
        let by_words = |condition: &Condition| match condition {
            Condition::Is(_) => true,
            Condition::Starts(literals) => literals.iter().any(|it| wordy(it) && starts(self.folded.body(), it)),
            Condition::Ends(literals) => literals.iter().any(|it| wordy(it) && ends(self.folded.text, it)),
            Condition::Contains(literals) => literals.iter().any(|it| wordy(it) && find(self.folded.text, it, 0).is_some()),
            Condition::Regex(patterns) => patterns.iter().any(|pattern| pattern.goes_by_words() && self.is_covered_by(pattern)),
            _ => false,
        };
        entry.0.iter().any(|table| self.failing(table).is_none() && table.iter().any(by_words))
    }

    fn is_covered_by(&self, pattern: &Pattern) -> bool {
        if self.thorough {
            return pattern.compiled().is_some_and(|regex| self.texts().any(|text| regex.is_match(text)));
        }
        self.may_match(pattern, true) && self.covers(pattern)
    }

    /// Does a regex match the line, which has all that it needs?
    fn covers(&self, pattern: &Pattern) -> bool {
        self.texts().any(|text| pattern.needs().fit(text) && pattern.quick(text).is_some_and(|regex| regex.is_match(text)))
    }

    /// Does the line have what a regex needs? Without `keys` those are known to be there.
    pub fn may_match(&self, pattern: &Pattern, keys: bool) -> bool {
        self.texts().any(|text| pattern.needs().fit(text)) && self.has_needs(pattern, keys)
    }

    /// Does it, length and ends aside?
    pub fn has_needs(&self, pattern: &Pattern, keys: bool) -> bool {
        let needs = pattern.needs();
        needs.allow(*self.counts.bytes.get_or_init(|| Bytes::of(self.text))) && self.has_literals(needs, keys)
    }

    /// Does the line hold the literals that a regex needs?
    fn has_literals(&self, needs: &Needs, keys: bool) -> bool {
        let sets = needs.others.iter().chain(needs.keys.as_ref().filter(|_| keys));
        sets.filter(|keys| keys.literals.len() <= MANY).all(|keys| keys.stand_in(self.folded.text, self.folded.body))
    }

    /// Could the rule take this line, as far as the line itself tells? With `targets`, those of the
    /// rule, nothing else of it can match.
    pub fn is_hit_by(&self, rule: &Rule, targets: Option<&[Target]>) -> bool {
        // Words take longer to count than most regexes to fail; and what the rule looks for is there less often than what
        // it asks of the line beside that.
        let takes_long =
            |condition: &Condition| matches!(condition, Condition::MinWords(_) | Condition::MaxWords(_) | Condition::Regex(_));
        let holds = |condition: &Condition| self.holds(condition) != Some(false);
        if !rule.when.iter().filter(|condition| !takes_long(condition)).all(holds) {
            return false;
        }
        let acts = match &rule.action {
            Action::Line(_) | Action::Block(_) => rule.entry().is_some_and(|entry| {
                let tables = entry.0.iter().zip(0u16..);
                tables.into_iter().any(|(table, number)| self.meets(table, number, targets))
            }),
            Action::Run(run) => self.meets(&run.each, 0, targets),
            Action::Span(span) => self.has_span(span),
            Action::Repeat(_) => return false,
        };
        acts && rule.when.iter().filter(|condition| takes_long(condition)).all(holds) && self.meeting(&rule.unless).is_none()
    }

    /// Does the line meet all that a table asks of the line itself?
    fn meets(&self, table: &Conditions, number: u16, targets: Option<&[Target]>) -> bool {
        let Some(targets) = targets else { return self.failing(table).is_none() };
        let mut targets = targets.iter().filter(|target| [Target::ALL, number].contains(&target.table)).peekable();
        targets.peek().is_some()
            && table.iter().all(|condition| match condition {
                Condition::Regex(patterns) => targets.clone().any(|target| match patterns.get(usize::from(target.pattern)) {
                    // The index saw that all is there that it needs.
                    Some(pattern) => self.covers(pattern),
                    None => patterns.iter().any(|pattern| self.is_covered_by(pattern)),
                }),
                other => self.holds(other) != Some(false),
            })
    }

    /// Does a span take something of the line? Where its first matches hold nothing to take, it does not.
    pub fn has_span(&self, span: &Span) -> bool {
        self.stretches(span).take(FIRST_STRETCHES).flatten().any(|range| self.is_spannable(&range))
    }

    /// The byte ranges of the line that a span takes; none where it matches more often than is `left`.
    pub fn spans(&self, span: &Span, left: &mut usize) -> Option<Vec<Range<usize>>> {
        let mut found = Vec::new();
        for stretch in self.stretches(span) {
            *left = left.checked_sub(1)?;
            found.extend(stretch.filter(|range| self.is_spannable(range)));
        }
        found.sort_by_key(|range| (range.start, range.end));
        let mut end = 0;
        found.retain(|range| {
            let apart = range.start >= end;
            end = end.max(range.end);
            apart
        });
        Some(found)
    }

    /// What each match of a span would take.
    fn stretches<'s>(&'s self, span: &'s Span) -> Box<dyn Iterator<Item = Option<Range<usize>>> + 's> {
        match span {
            Span::Regex(patterns) => {
                let usable = |p: &&Pattern| self.thorough || (p.needs().fit(self.text) && self.has_literals(p.needs(), true));
                let regex = |p: &'s Pattern| if self.thorough { p.compiled() } else { p.quick(self.text) };
                Box::new(patterns.iter().filter(usable).filter_map(regex).flat_map(|regex| regex.stretches(self.text)))
            }
            Span::Contains(literals) if literals.iter().any(|literal| self.folded.text.contains(literal)) => {
                let (folded, offsets) = crate::fold::fold_with_offsets(self.text);
                let mut at = (0, 0);
                Box::new(iter::from_fn(move || {
                    while let Some(literal) = literals.get(at.0) {
                        match find(&folded, literal, at.1) {
                            Some(start) => {
                                at.1 = start + literal.len();
                                return Some(Some(offsets[start]..offsets[at.1]));
                            }
                            None => at = (at.0 + 1, 0),
                        }
                    }
                    None
                }))
            }
            Span::Contains(_) => Box::new(iter::empty()),
        }
    }

    fn is_spannable(&self, range: &Range<usize>) -> bool {
        !range.is_empty() && self.text[range.clone()].chars().count() <= LONGEST_SPAN
    }

    /// The named groups of the regex that matched, `cut` aside.
    pub fn captures(&self, rule: &Rule) -> Vec<(String, String)> {
        let mut found = Vec::new();
        let mut collect = |patterns: &[Pattern]| {
            for pattern in patterns {
                if !found.is_empty() || !pattern.has_names() || (!self.thorough && !self.has_literals(pattern.needs(), true)) {
                    continue;
                }
                let Some(regex) = pattern.compiled() else { continue };
                if regex.names().all(|name| name == "cut") {
                    continue;
                }
                let first = |text: &'a str| Some((text, regex.first(text)?));
                let Some((text, groups)) = first(self.text).or_else(|| first(self.bare)) else { continue };
                let of = |name: &str| Some((name.to_owned(), text[groups.get_group_by_name(name)?.range()].to_owned()));
                found.extend(regex.names().filter(|name| *name != "cut").filter_map(of));
            }
        };
        if let Action::Span(Span::Regex(patterns)) = &rule.action {
            collect(patterns);
        }
        for table in rule.entry().into_iter().flat_map(|entry| &entry.0) {
            for condition in table {
                if let Condition::Regex(patterns) = condition {
                    collect(patterns);
                }
            }
        }
        found
    }
}

impl Place {
    /// The place of one of some lines, of which the characters above each are known, and at the end
    /// all of them; and the first and the last line that is prose.
    pub fn at(at: usize, above: &[usize], prose: Option<(usize, usize)>) -> Place {
        let all = above.last().copied().unwrap_or(0).max(1);
        let prose = prose.map_or((false, false), |(first, last)| (first < at, at < last));
        Place { above: at, below: above.len() - 2 - at, share: above[at] as f64 / all as f64, prose }
    }

    pub fn holds(&self, condition: &Condition) -> Option<bool> {
        Some(match condition {
            Condition::Head(n) => self.above < *n,
            Condition::Tail(n) => self.below < *n,
            Condition::After(share) => self.share >= *share,
            Condition::Before(share) => self.share <= *share,
            Condition::ProseAbove(yes) => self.prose.0 == *yes,
            Condition::ProseBelow(yes) => self.prose.1 == *yes,
            _ => return None,
        })
    }

    /// The first condition that the place fails.
    pub fn failing<'c>(&self, conditions: &'c Conditions) -> Option<&'c Condition> {
        conditions.iter().find(|condition| self.holds(condition) == Some(false))
    }

    /// The first condition that the place meets.
    pub fn meeting<'c>(&self, conditions: &'c Conditions) -> Option<&'c Condition> {
        conditions.iter().find(|condition| self.holds(condition) == Some(true))
    }

    /// Does the place let the rule act?
    pub fn allows(&self, rule: &Rule) -> bool {
        self.failing(&rule.when).is_none() && self.meeting(&rule.unless).is_none()
    }
}

/// Is a line of so many characters a paragraph, as far as its looks tell?
pub(crate) fn is_prose(text: &str, chars: usize) -> bool {
    chars >= PROSE_CHARS || (ends_sentence(text) && has_words(text, PROSE_WORDS))
}

/// A line of so many characters is prose however it ends.
pub(super) const PROSE_CHARS: usize = 300;

/// A sentence of so many words is.
const PROSE_WORDS: usize = 15;

/// Does the line say the title, the site's name behind either of them aside ("Storm | The Courier")?
pub(super) fn says_title(line: &str, title: &str) -> bool {
    fn without_site(text: &str) -> Option<&str> {
        let at = [" | ", " - ", " :: ", " » ", " · "].iter().filter_map(|mark| text.rfind(mark)).max()?;
        (at >= SHORTEST_TITLE).then(|| &text[core(&text[..at])])
    }
    // What is left without the site's name starts where the whole does.
    line == title
        || (line.starts_with(title) && without_site(line) == Some(title))
        || (title.starts_with(line) && without_site(title) == Some(line))
}

/// Bytes of a title that is long enough to be told from a site's name.
const SHORTEST_TITLE: usize = 12;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fold::fold;

    #[test]
    fn a_regex_need_not_spell_out_bullets() {
        let pattern = crate::rule::pattern::Pattern::new(r"read also: .+", false, true, false).unwrap();
        let condition = Condition::Regex(vec![pattern]);
        for (line, holds) in [
            ("• Read also: Storm", true),
            ("** [Read also: Storm", true),
            ("（READ ALSO: Storm", true),
            ("I read also: Storm", false),
        ] {
            let folded = fold(line);
            assert_eq!(
                Seen::new(line, line.chars().count(), Folded::new(&folded), None).holds(&condition),
                Some(holds),
                "{line}"
            );
        }
    }
}
