//! What repeats because it is content: subheads of a column, its greeting, names, a sentence that
//! closes every report. Where it stands, what it looks like and what the rules at hand make of it
//! decide; in doubt it is `low`.

use super::{
    count::{Count, HostCount},
    lines::{END, LINE, START},
};
use crate::{
    engine::{count_words, is_unspaced},
    rule::{Category, Confidence},
};

/// What to think of a line that repeats.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Verdict {
    pub category: Category,
    pub confidence: Confidence,
    pub place: Place,
}

/// Where it stood in all articles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Place {
    /// Above the prose, among so many lines.
    Head(u32),
    /// Below it.
    Tail(u32),
    Anywhere,
}

/// The share of articles in which what holds always may fail to.
const ALWAYS: f64 = 0.95;

/// Words of a line that may be a name or a subhead.
const SHORT: usize = 4;

/// Words of a sentence that could as well close a report.
const LONG: usize = 15;

/// Articles and their share from which on there is no doubt about what rules know as well.
const SURE: (u32, f64) = (8, 0.2);

/// What a sum of signs may lack and still speak for a line that repeats, in thousandths.
const LEANS: i64 = -500;

impl Count {
    fn share(&self, part: u32) -> f64 {
        f64::from(part) / f64::from(self.docs.max(1))
    }

    /// What the rules at hand take it for: those that know it, or the sum of its signs.
    fn witness(&self) -> Option<Category> {
        if let Some(category) = most(&self.hits, self.docs.div_ceil(2)) {
            return Some(category);
        }
        let leans = self.weighed > 0 && self.leans >= LEANS * i64::from(self.weighed);
        if leans { most(&self.leaning, 1) } else { None }
    }

    fn place(&self) -> Place {
        if self.share(self.bottom) >= ALWAYS {
            Place::Tail(room(self.tail))
        } else if self.share(self.top) >= ALWAYS {
            Place::Head(room(self.head))
        } else {
            Place::Anywhere
        }
    }

    /// Could it be a name, or a word or two of a caption?
    fn is_short(&self) -> bool {
        count_words(&self.masked) <= SHORT && !self.is_sentence()
    }
}

/// Lines from the edge that a rule allows, where so many stood beyond at most.
fn room(beyond: u32) -> u32 {
    beyond + 1 + beyond.div_ceil(4).max(2)
}

/// The category found most often, where it was often enough.
fn most(counts: &[u32], least: u32) -> Option<Category> {
    let (category, count) = counts.iter().enumerate().max_by_key(|&(category, count)| (*count, usize::MAX - category))?;
    (*count >= least.max(1)).then(|| Category::ALL[category])
}

/// What to think of it; none where it is content or tells nothing.
pub(super) fn judge(count: &Count, host: &HostCount) -> Option<Verdict> {
    let letters = count.masked.chars().filter(|c| c.is_alphabetic()).count();
    // A piece of a sentence stands wherever the page had a link.
    if letters < 2 || count.share(count.broken) > 1.0 - ALWAYS {
        return None;
    }
    let (place, witness) = (count.place(), count.witness());
    let links = count.share(count.above_titles.max(count.rests_are_titles)) >= 0.5 && count.docs >= 2;
    let category = match witness {
        _ if links && count.kind != END => Category::Related,
        Some(Category::Headline) | None => by_looks(count, place),
        Some(category) => category,
    };
    let believed = match count.kind {
        LINE => is_furniture(count, host, place),
        START => is_marker(count, place),
        _ => false,
    };
    let passing = host.months.span() >= 3 && count.months.told >= count.docs / 2 && count.months.span() <= 1;
    let known = witness.is_some() && count.kind == LINE && !count.is_short();
    let confidence = match known || links || (believed && !passing) || (witness.is_some() && believed) {
        false => Confidence::Low,
        true if sure(count, host) && witness.is_some() && place != Place::Anywhere => Confidence::High,
        true => Confidence::Medium,
    };
    Some(Verdict { category, confidence, place })
}

fn sure(count: &Count, host: &HostCount) -> bool {
    count.docs >= SURE.0 && f64::from(count.docs) >= SURE.1 * f64::from(host.articles)
}

/// Is a whole line furniture?
fn is_furniture(count: &Count, host: &HostCount, place: Place) -> bool {
    let words = count_words(&count.masked);
    let near = count.share(count.near) >= 0.8;
    let often = f64::from(count.docs) >= 0.3 * f64::from(host.articles);
    if count.is_short() {
        // Menus and share bars stand together, names alone.
        return near
            && (place != Place::Anywhere || often)
            && (often || count.hits.iter().any(|hits| *hits > 0) || !is_name(count));
    }
    match place {
        Place::Tail(_) => words < LONG || often,
        Place::Head(_) => !count.is_sentence() && near,
        Place::Anywhere => !count.is_sentence() && words > SHORT && (near || often),
    }
}

/// Is it written as names are? Scripts without capitals do not tell.
fn is_name(count: &Count) -> bool {
    let words: Vec<&str> = count.raw[0].split_whitespace().filter(|word| word.chars().any(char::is_alphabetic)).collect();
    let has_case = |c: char| c.is_uppercase() || c.is_lowercase();
    let first = |word: &&str| word.chars().find(|c| c.is_alphabetic());
    let capitals = words.iter().filter_map(first).filter(|c| c.is_uppercase() || !has_case(*c) || is_unspaced(*c)).count();
    capitals == words.len()
}

/// Is a beginning the mark of furniture?
fn is_marker(count: &Count, place: Place) -> bool {
    // An interview names its speakers again and again, and they speak in sentences.
    let once = f64::from(count.times) <= 1.5 * f64::from(count.docs);
    let words = count_words(&count.masked);
    once && count.docs >= 2 && matches!(place, Place::Tail(_)) && words >= 3 && !count.is_sentence() && count.varies()
}

/// What a line is that no rule knows.
fn by_looks(count: &Count, place: Place) -> Category {
    let text = &count.masked;
    let is_date = text.contains('0') && text.chars().filter(|c| c.is_alphabetic()).count() <= 12;
    if is_date {
        Category::Stamp
    } else if text.contains("@") || text.contains("http") || text.contains("www.") {
        Category::Subscribe
    } else if place != Place::Anywhere && count_words(text) <= SHORT && !count.is_sentence() {
        Category::Nav
    } else {
        Category::Other
    }
}
