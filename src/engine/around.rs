//! What stands around the lines of an article: what evidence looks at beside a line itself.

use super::{
    Sweep, Taken,
    evidence::{Evidence, Side},
    matcher::{Place, says_title},
    signs::broken,
    words::is_unspaced,
};
use crate::rule::{
    Category, Rule,
    condition::{Condition, Named},
};
use rustc_hash::{FxHashSet, FxHasher};
use std::{cell::OnceCell, hash::Hasher};

/// Categories as a set of bits.
pub(super) type Categories = u32;

pub(super) fn bit(category: Category) -> Categories {
    1 << category as u32
}

pub(super) fn bits<'a>(categories: impl IntoIterator<Item = &'a Category>) -> Categories {
    categories.into_iter().fold(0, |all, &category| all | bit(category))
}

/// Lines that stood together, and for each of them what surrounds it.
pub(super) struct Around {
    /// The lines, by number.
    pub lines: Vec<usize>,
    /// Characters above each, and at the end all of them.
    above: Vec<usize>,
    /// Lines since the prose above ended or the article began; 0 below prose.
    since: Vec<usize>,
    /// Lines until prose begins below or the article ends; 0 above prose.
    until: Vec<usize>,
    /// Is a rule about to take the line in question? Then what acting rules know of it is left aside.
    doubting: bool,
    /// The first and the last line that is prose.
    prose: Option<(usize, usize)>,
    /// Lines in a row that are no prose; without a sentence end; that begin and end alike.
    run: Vec<usize>,
    unended: Vec<usize>,
    alike: Vec<usize>,
    /// The share of the other lines of its row of lines that are no prose which a rule knows as chaff.
    known: Vec<f64>,
    /// Is it a piece of a sentence that goes over several lines? No sum of signs takes such a piece.
    pub broken: Vec<bool>,
    /// Could it be the headline or the deck, which stand above the prose and look like links?
    pub may_be_headline: Vec<bool>,
    hits: Vec<Categories>,
    under: Vec<Categories>,
    over: Vec<Categories>,
    /// Is it said more than once?
    repeated: OnceCell<Vec<bool>>,
    /// For each line the share of its words that stand in the body, and in the title.
    in_body: Vec<OnceCell<f64>>,
    in_title: Vec<OnceCell<f64>>,
    body: OnceCell<FxHashSet<u64>>,
    title: OnceCell<FxHashSet<u64>>,
}

impl Sweep<'_> {
    /// Looks around in lines that stand now, or stood before this sweep took some.
    pub(super) fn around(&self, evidence: &Evidence, lines: Vec<usize>, doubting: bool) -> Around {
        let n = lines.len();
        let is_prose = |at: usize| self.signs[lines[at]].is_prose;
        let first = (0..n).find(|&at| is_prose(at));
        let last = (0..n).rev().find(|&at| is_prose(at));
        let prose = first.zip(last);
        let above = self.chars_above(&lines);
        let place = |at: usize| Some(Place::at(at, &above, prose));
        let known_to_rules: Vec<Categories> = (0..n).map(|at| self.known_to_rules(lines[at], place(at))).collect();
        let hits: Vec<Categories> = (0..n).map(|at| self.hit_by(lines[at], known_to_rules[at])).collect();
        let (mut since, mut until) = (vec![0; n], vec![0; n]);
        let (mut under, mut over) = (vec![0; n], vec![0; n]);
        for at in 1..n {
            if !is_prose(at - 1) {
                since[at] = since[at - 1] + 1;
                under[at] = under[at - 1] | hits[at - 1];
            }
        }
        for at in (0..n.saturating_sub(1)).rev() {
            if !is_prose(at + 1) {
                until[at] = until[at + 1] + 1;
                over[at] = over[at + 1] | hits[at + 1];
            }
        }
        let looks = |at: usize| self.signs[lines[at]].looks;
        let run = in_rows(n, |at| !is_prose(at), |_, _| true);
        // Bylines stand among content too, and what evidence took says nothing: it would feed on itself.
        let chaff = bits(Category::ALL.iter().filter(|category| category.by_default()));
        let known = in_row_known(&run, |at| known_to_rules[at] & chaff != 0);
        let unended = in_rows(n, |at| !looks(at).is_ended() && !is_prose(at), |_, _| true);
        let alike = in_rows(n, |at| !is_prose(at), |a, b| looks(a) == looks(b));
        let broken = broken((0..n).map(looks));
        let may_be_headline = self.headlines(evidence, &lines, first.unwrap_or(n));
        Around {
            above,
            lines,
            since,
            until,
            doubting,
            run,
            unended,
            alike,
            known,
            broken,
            may_be_headline,
            prose,
            hits,
            under,
            over,
            repeated: OnceCell::new(),
            in_body: vec![OnceCell::new(); n],
            in_title: vec![OnceCell::new(); n],
            body: OnceCell::new(),
            title: OnceCell::new(),
        }
    }

    /// Of the lines above the prose that stand: those that are long for a label, the longest, and what says
    /// the title.
    fn headlines(&self, evidence: &Evidence, lines: &[usize], prose: usize) -> Vec<bool> {
        let words: Vec<usize> = lines[..prose].iter().map(|&number| self.words_of(evidence, number)).collect();
        let stands = |&at: &usize| self.lines[lines[at]].gone.is_none();
        let longest = (0..prose).rev().filter(stands).max_by_key(|&at| words[at]);
        let is_title = |at: usize| self.title.as_deref().is_some_and(|title| says_title(self.folded(lines[at]).core(), title));
        (0..lines.len()).map(|at| at < prose && (words[at] >= HEADLINE || longest == Some(at) || is_title(at))).collect()
    }

    /// Categories of the rules that know a line, and may act at its place where that is given, or took it. A bare date
    /// amid the story is none of those that stand on top of it.
    pub(super) fn known_to_rules(&self, number: usize, place: Option<Place>) -> Categories {
        let line = &self.lines[number];
        let may_act = |rule: &usize| place.is_none_or(|place| place.allows(&self.plan.rules[*rule]));
        let taker = self.taken_by(line);
        line.hits.iter().copied().filter(may_act).chain(taker).fold(0, |all, rule| all | bit(self.plan.rules[rule].category))
    }

    /// Categories of all that knows a line, or took it, beside those known to rules. That it is the headline says nothing
    /// of the lines around it.
    pub(super) fn hit_by(&self, number: usize, known_to_rules: Categories) -> Categories {
        let took = self.lines[number].gone.map_or(0, |taker| match &self.takers[taker] {
            Taken::Rule { .. } => 0,
            Taken::Evidence(weighing) => bit(weighing.category),
            Taken::Learned(support) => bit(support.category),
        });
        (known_to_rules | took) & !bit(Category::Headline)
    }

    /// What rules know of a line in question; of one that an acting rule takes, only what the
    /// others do.
    pub(super) fn witnessed(&self, around: &Around, at: usize) -> impl Iterator<Item = &Rule> {
        let (line, place) = (&self.lines[around.lines[at]], around.place(at));
        let all = !around.doubting && line.gone.is_none();
        let may_tell = move |rule: usize| (all || !self.plan.acts[rule]) && place.allows(&self.plan.rules[rule]);
        let known = line.hits.iter().filter(move |&&rule| may_tell(rule));
        known.map(|&rule| &*self.plan.rules[rule])
    }

    /// Does a condition on the surroundings hold for the line at a place, or for a neighbour of it?
    pub(super) fn holds_around(&self, around: &Around, condition: &Condition, at: usize, of: usize) -> bool {
        let number = around.lines[of];
        let any = |wanted: &[Category], found: Categories| found & bits(wanted) != 0;
        match condition {
            Condition::Run(n) => around.run[of] >= *n,
            Condition::Unended(n) => around.unended[of] >= *n,
            Condition::Alike(n) => around.alike[of] >= *n,
            Condition::Known(share) => around.known[of] >= *share,
            Condition::SinceProse(n) => around.since[of] >= *n,
            Condition::UntilProse(n) => around.until[of] >= *n,
            Condition::Repeats(yes) => around.repeated.get_or_init(|| self.repeated(&around.lines))[of] == *yes,
            Condition::Hit(named) => named.iter().any(|name| match name {
                Named::Category(category) if of == at => self.witnessed(around, of).any(|rule| rule.category == *category),
                Named::Category(category) => around.hits[of] & bit(*category) != 0,
                Named::Rule(id) if of == at => self.witnessed(around, of).any(|rule| rule.id == *id),
                Named::Rule(id) => self.lines[number].hits.iter().any(|&rule| self.plan.rules[rule].id == *id),
            }),
            Condition::Under(wanted) => any(wanted, around.under[of]),
            Condition::Over(wanted) => any(wanted, around.over[of]),
            Condition::InBody(share) => *around.in_body[of].get_or_init(|| self.shared(number, self.body(around))) >= *share,
            Condition::InTitle(share) => {
                let title = around.title.get_or_init(|| {
                    let mut all = FxHashSet::default();
                    words(self.title.as_deref().unwrap_or_default(), |word| {
                        all.insert(word);
                    });
                    all
                });
                *around.in_title[of].get_or_init(|| self.shared(number, title)) >= *share
            }
            _ => false,
        }
    }

    /// The words of the prose.
    fn body<'a>(&self, around: &'a Around) -> &'a FxHashSet<u64> {
        around.body.get_or_init(|| {
            let mut all = FxHashSet::default();
            let prose = || around.lines.iter().filter(|&&number| self.signs[number].is_prose);
            all.reserve(prose().map(|&number| self.lines[number].chars / 16).sum());
            prose().for_each(|&number| {
                words(self.folded(number).text, |word| {
                    all.insert(word);
                })
            });
            all
        })
    }

    /// For each of some lines whether another says the same.
    fn repeated(&self, lines: &[usize]) -> Vec<bool> {
        let mut repeated = vec![false; lines.len()];
        self.same_lines(lines).into_iter().flatten().for_each(|at| repeated[at] = true);
        repeated
    }

    /// The share of a line's words that stand among others; 0 where it has too few to tell.
    fn shared(&self, number: usize, others: &FxHashSet<u64>) -> f64 {
        if others.is_empty() {
            return 0.0;
        }
        let (mut all, mut yes) = (0usize, 0usize);
        words(self.folded(number).text, |word| {
            all += 1;
            yes += usize::from(others.contains(&word));
        });
        if all < 2 { 0.0 } else { yes as f64 / all as f64 }
    }
}

/// Words of a line above the prose that is too long to be a label.
const HEADLINE: usize = 6;

impl Around {
    /// Does a rule know one of the two lines on either side, or one between here and the prose? Amid
    /// the prose only above: tables and lists of the story stand there, and a link or caption under them.
    pub fn has_hit_near(&self, at: usize) -> bool {
        let near = at.saturating_sub(2)..(at + 3).min(self.lines.len());
        let is_amid = self.prose.is_some_and(|(first, last)| first < at && at < last);
        let between = if is_amid { self.under[at] } else { self.under[at] | self.over[at] };
        between != 0 || near.filter(|&near| near != at).any(|near| self.hits[near] != 0)
    }

    /// What rules know on a side of a neighbour of the line at a place.
    pub fn knows(&self, side: Side, at: usize, of: isize) -> Categories {
        let known = match side {
            Side::On => &self.hits,
            Side::Under => &self.under,
            Side::Over => &self.over,
        };
        at.checked_add_signed(of).and_then(|of| known.get(of)).copied().unwrap_or(0)
    }

    /// Where the line at a place stands among the others.
    pub fn place(&self, at: usize) -> Place {
        Place::at(at, &self.above, self.prose)
    }
}

/// For each place how many in a row belong together, itself among them; 0 where it belongs nowhere.
fn in_rows(n: usize, belongs: impl Fn(usize) -> bool, together: impl Fn(usize, usize) -> bool) -> Vec<usize> {
    let mut rows = vec![0; n];
    let mut start = 0;
    for at in 0..=n {
        let goes_on = at < n && belongs(at) && (at == start || together(at - 1, at));
        if !goes_on {
            rows[start..at].fill(at - start);
            start = if at < n && belongs(at) { at } else { at + 1 };
        }
    }
    rows
}

/// For each line of a row, of which the lengths are given, the share of the others that are known.
fn in_row_known(rows: &[usize], is_known: impl Fn(usize) -> bool) -> Vec<f64> {
    let mut shares = vec![0.0; rows.len()];
    let mut start = 0;
    while start < rows.len() {
        let end = start + rows[start].max(1);
        let known: Vec<bool> = (start..end).map(&is_known).collect();
        let all = known.iter().filter(|&&known| known).count();
        for (share, known) in shares[start..end].iter_mut().zip(known) {
            *share = (all - usize::from(known)) as f64 / (end - start - 1).max(1) as f64;
        }
        start = end;
    }
    shares
}

/// Hashes of the words that are long enough to mean something. Where a script puts no spaces between
/// words, of each two characters that stand together.
fn words(folded: &str, mut each: impl FnMut(u64)) {
    let bytes = folded.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        while bytes.get(at).is_some_and(u8::is_ascii_alphanumeric) {
            at += 1;
        }
        if bytes.get(at).is_none_or(u8::is_ascii) {
            if at - start >= WORD {
                each(hash(&bytes[start..at]));
            }
            at += 1;
            continue;
        }
        // Some other letter, or a mark that parts words.
        let run = &folded[start..];
        let run = &run[..run.find(|c: char| !c.is_alphanumeric()).unwrap_or(run.len())];
        at = start + run.len();
        if run.starts_with(is_unspaced) {
            let starts = run.char_indices().map(|(at, _)| at);
            let ends = starts.clone().skip(2).chain([run.len()]);
            let pairs = starts.zip(ends).filter(|(start, end)| run[*start..*end].chars().nth(1).is_some());
            pairs.for_each(|(start, end)| each(hash(&run.as_bytes()[start..end])));
        } else if run.chars().nth(WORD - 1).is_some() {
            each(hash(run.as_bytes()));
        }
        at += folded[at..].chars().next().map_or(1, char::len_utf8);
    }
}

/// Characters of a word that is long enough.
const WORD: usize = 4;

fn hash(bytes: &[u8]) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(bytes);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_every_script() {
        let count = |text| {
            let mut count = 0;
            words(text, |_| count += 1);
            count
        };
        assert_eq!(count("the ferry and the ferry-boat"), 3);
        assert_eq!(count("un été à la grève"), 1);
        assert_eq!(count("市议会星期二"), 5);
        assert_eq!(count("二"), 0);
    }
}
