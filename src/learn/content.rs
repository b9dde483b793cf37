//! What repeats because it is content: subheads of a column, its greeting, names, a sentence that
//! closes every report. Where it stands, what it looks like and what the rules at hand make of it
//! decide; in doubt it is `low`.

use super::{
    count::{Count, HostCount},
    lines::{END, LINE, START},
};
use crate::{
    engine::count_words,
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

/// Words of a longer one, a question as a rule.
const SUBHEAD: usize = 8;

/// Words of a sentence that could as well close a report.
const LONG: usize = 15;

/// Articles and their share from which on there is no doubt about what rules know as well.
const SURE: (u32, f64) = (8, 0.2);

/// The share of articles in which what holds as a rule does.
const MOSTLY: f64 = 0.8;

/// The share of the articles in which only furniture stands.
const OFTEN: f64 = 0.3;

/// The share of a host's articles that one column, with its opening formula, seldom makes.
const FORMULA: f64 = 0.4;

/// How often a line may begin so in one article, on average: an interview names its speakers more often.
const BEGINS: f64 = 2.5;

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

    /// Do rules know it, or titles of other articles below it?
    pub fn is_known(&self) -> bool {
        most(&self.hits, self.docs.div_ceil(2)).is_some() || self.share(self.above_titles) >= 0.5
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

    /// Does it end in a word that no name ends in ("Company portals")?
    fn is_no_name(&self) -> bool {
        let mut words = self.raw[0].split_whitespace().rev();
        words.next().is_some_and(|last| last.starts_with(char::is_lowercase)) && words.next().is_some()
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
    let (place, witness) = (count.place(), count.witness());
    let share = f64::from(count.docs) / f64::from(host.articles);
    // A piece of a sentence stands wherever the page had a link; below the prose it is one of a box.
    let boxed = matches!(place, Place::Tail(_)) && count.share(count.near) >= MOSTLY && share >= OFTEN / 2.0;
    if letters < 2 || (count.share(count.broken) > 1.0 - ALWAYS && !boxed) {
        return None;
    }
    let links = count.share(count.above_titles.max(count.rests_are_titles)) >= 0.5 && count.docs >= 2;
    // Of the many beginnings and ends that a few lines share by chance only these tell anything.
    let tells = match count.kind {
        LINE => true,
        START => count.masked.ends_with(':') || place != Place::Anywhere || witness.is_some() || links,
        _ => witness.is_some() || matches!(place, Place::Tail(_)),
    };
    if !tells {
        return None;
    }
    let category = match witness {
        _ if links && count.kind != END => Category::Related,
        None if count.kind == START && count.masked.ends_with(':') => Category::Related,
        Some(Category::Headline) | None => by_company(count).unwrap_or_else(|| by_looks(count, place)),
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
    let share = f64::from(count.docs) / f64::from(host.articles);
    let near = count.share(count.near) >= MOSTLY;
    let known_near = most(&count.beside, count.docs.div_ceil(2)).is_some();
    // A subhead, a greeting and a dateline stand above a paragraph.
    let heads = count.share(count.above_prose) > 1.0 - MOSTLY;
    match place {
        // Names stand alone, menus and share bars together; scripts without capitals hide names.
        Place::Tail(_) if count.is_short() => {
            let heads_list = count.share(count.heads_lists) >= MOSTLY && share >= OFTEN && !count.raw[0].ends_with(':');
            let labels = count.is_no_name() && share >= OFTEN / 2.0;
            heads_list || labels || (near && (known_near || has_case(&count.masked)))
        }
        Place::Tail(_) => count_words(&count.masked) < LONG || near || share >= OFTEN / 2.0,
        // Editors' notes are sentences, and stand alone.
        Place::Head(_) if heads => count_words(&count.masked) > SHORT && share >= FORMULA && (near || !count.is_sentence()),
        Place::Head(_) if count_words(&count.masked) > SHORT => share >= OFTEN || (near && !count.is_sentence()),
        Place::Head(_) => {
            let labels = near && count.is_no_name() && share >= FORMULA;
            (known_near || labels) && !count.is_sentence() && has_case(&count.masked)
        }
        // An article has each of its subheads once; what interrupts it comes again.
        Place::Anywhere if count.is_short() || (heads && count_words(&count.masked) <= SUBHEAD) => {
            let again = count.times >= 2 * count.docs && count.share(count.between) >= 0.5;
            share >= OFTEN && again
        }
        Place::Anywhere if count.is_sentence() => known_near || share >= OFTEN,
        Place::Anywhere => (!heads && known_near) || share >= OFTEN / 2.0,
    }
}

/// Does the script have capitals?
fn has_case(text: &str) -> bool {
    text.chars().any(char::is_lowercase)
}

/// Is a beginning the mark of furniture?
fn is_marker(count: &Count, place: Place) -> bool {
    let seldom = f64::from(count.times) <= BEGINS * f64::from(count.docs);
    let links = count.share(count.rests_are_headlines) >= 0.9 && count.masked.ends_with(':');
    let amid = count.share(count.between.max(count.bottom)) >= 0.5 && count.share(count.top) <= 1.0 - ALWAYS;
    // Editors' notes are sentences.
    let closes = matches!(place, Place::Tail(_)) && count_words(&count.masked) >= 3 && !count.is_sentence();
    seldom && count.varies() && ((links && amid) || closes)
}

/// What the lines beside it are for the most part, where that says something of this one: biographies go
/// over several lines.
fn by_company(count: &Count) -> Option<Category> {
    most(&count.beside, count.docs.div_ceil(2)).filter(|category| matches!(category, Category::Byline | Category::Related))
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
