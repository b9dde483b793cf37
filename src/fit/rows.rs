//! The lines that weights are fitted to, each in the settings it may be met in.

use super::{
    Options,
    examples::{Is, Known, Labelled},
    observer::Observer,
};
use crate::{article::Article, engine::Observed, examples::settings, pack::Pack};
use std::ops::Range;

/// A line in one of the settings it is learned from.
pub(super) struct Row {
    pub article: usize,
    pub is: Is,
    pub chars: usize,
    /// Its bytes in the article, where it is open.
    pub bytes: Range<usize>,
    /// The candidates that hold, by number.
    pub signs: Vec<u32>,
    /// What it weighs by hand.
    pub by_hand: f64,
    pub count: f64,
    /// Does it stand in the article as it was scraped, and did no rule take it?
    pub open: bool,
    /// Does it stand there, and did a rule take it?
    pub gone: bool,
    /// May evidence take it?
    pub weighed: bool,
}

impl Row {
    /// A line as it was observed; `scraped` where the article stands as it was scraped.
    fn new(article: usize, is: Is, line: &Observed, observer: &Observer, count: f64, scraped: bool) -> Row {
        let (signs, by_hand) = observer.told_apart(&line.signs);
        Row {
            article,
            is,
            chars: line.chars,
            bytes: line.bytes.clone(),
            signs,
            by_hand,
            count,
            open: scraped && !line.gone,
            gone: scraped && line.gone,
            weighed: line.weighed,
        }
    }
}

/// How much lines count of the settings beside the scraped article.
const LEFT: f64 = 0.5;
const BARE: f64 = 1.5;

pub(super) fn rows(observer: &Observer, labelled: &[Labelled], options: Options) -> Vec<Row> {
    let mut rows = Vec::new();
    for (article, labelled) in labelled.iter().enumerate() {
        let known = labelled.lines();
        let base = match labelled {
            Labelled::Lines(_) => 1.0,
            Labelled::Invented(_) => options.invented_weight,
            Labelled::Body(_) => options.body_weight,
        };
        let whole = labelled.article();
        let text = whole.text();
        let seen = observer.cleaner.observe(&whole);
        let went: Vec<usize> = seen.iter().filter(|line| line.gone).map(|line| line.bytes.start).collect();
        let mut add = |seen: &[Observed], count: f64, open: bool, is_of: &dyn Fn(usize) -> Option<Is>| {
            for line in seen {
                if let Some(is) = is_of(line.bytes.start) {
                    rows.push(Row::new(article, is, line, observer, count, open));
                }
            }
        };
        let find = |known: &[Known], byte: usize| {
            let at = known.partition_point(|line| line.bytes.end <= byte);
            known.get(at).filter(|line| line.bytes.start <= byte).map(|line| line.is)
        };
        add(&seen, base, true, &|byte| find(&known, byte));

        // What the rules leave, and what should be left.
        let kept: Vec<&Known> = known.iter().filter(|line| !went.iter().any(|start| line.bytes.contains(start))).collect();
        let (left, of_left) = rebuilt(text, &kept);
        add(&observer.cleaner.observe(&like(&whole, &left)), base * LEFT, false, &|byte| find(&of_left, byte));
        let content: Vec<&Known> = known.iter().filter(|line| line.is == Is::Content).collect();
        let (bare, of_bare) = rebuilt(text, &content);
        add(&observer.cleaner.observe(&like(&whole, &bare)), base * BARE, false, &|byte| find(&of_bare, byte));
    }
    rows
}

/// How much a line counts that a rule names as one to keep, in each place it is tried in.
const KEPT: f64 = 0.2;

/// The lines that rules say must stay, each at the top, amid and at the end of an article: they look
/// like chaff, in every language that has rules. No fold leaves them out.
pub(super) fn keeps(observer: &Observer, packs: &[Pack], article: usize, rows: &mut Vec<Row>) {
    for rule in packs.iter().filter(|pack| pack.sites.is_empty()).flat_map(|pack| pack.rules()) {
        for (line, text) in
            rule.about().keeps.iter().flat_map(|line| settings(line).into_iter().skip(1).map(move |text| (line, text)))
        {
            let Some(start) = text.find(line.as_str()) else { continue };
            let whole = Article::new(&text).lang(rule.lang.first().map(String::as_str));
            let seen = observer.cleaner.observe(&whole);
            let Some(seen) = seen.iter().find(|seen| seen.bytes.contains(&start)) else { continue };
            rows.push(Row::new(article, Is::Content, seen, observer, KEPT, false));
        }
    }
}

/// A text of some lines of another.
fn rebuilt(text: &str, lines: &[&Known]) -> (String, Vec<Known>) {
    let mut out = String::new();
    let mut known = Vec::new();
    for line in lines {
        let start = out.len();
        out += &text[line.bytes.clone()];
        known.push(Known { bytes: start..out.len(), is: line.is });
        out.push('\n');
    }
    (out, known)
}

fn like<'a>(article: &Article<'a>, text: &'a str) -> Article<'a> {
    Article::new(text).title(article.title_text()).lang(article.lang_code()).host_name(article.host())
}
