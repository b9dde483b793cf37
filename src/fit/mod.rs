//! Weights for evidence from labelled articles.
//!
//! Candidates are tried on every labelled line in the article as it was scraped, in what the rules
//! leave of it, and in the article without its chaff, where nothing may go: so a sign that only says
//! "there is little around me" finds no favour, and cutting one line does not condemn the next.
//! Hosts are dealt out to folds; a line is judged by weights that never saw its host.

mod candidates;
mod examples;
mod logistic;
mod write;

pub use examples::{Body, Labelled};

use crate::{
    article::Article,
    cleaner::{Cleaner, Selection},
    engine::Observed,
    error::{Error, Result},
    examples::settings,
    pack::Pack,
    rule::{Category, Confidence, evidence::Settings},
};
use candidates::{Candidate, Words, fixed};
use examples::{Is, Known};
use logistic::{Model, Table};
use std::ops::Range;

/// How weights are fitted.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Weights at most.
    pub max_weights: usize,
    /// Parts that hosts are dealt out to.
    pub folds: usize,
    /// How much a line counts that is judged by the true body only.
    pub body_weight: f64,
}

impl Default for Options {
    fn default() -> Self {
        Options { max_weights: 600, folds: 5, body_weight: 0.1 }
    }
}

/// Fitted weights.
#[derive(Debug, Clone)]
pub struct Fitted {
    /// A rule file with them.
    pub toml: String,
    /// What they would do to lines of hosts that they were not fitted on, by threshold.
    pub curve: Vec<Point>,
    /// Lines that no rule takes, the likeliest to go first, judged as the curve is.
    pub lines: Vec<Judged>,
}

/// A line of a host that the weights were not fitted on.
#[derive(Debug, Clone)]
pub struct Judged {
    /// How far above or below a threshold of 0 its sum is, its length allowed for.
    pub margin: f64,
    /// What the labels say: a category of chaff, or content.
    pub label: Option<Category>,
    /// What the evidence takes it for.
    pub category: Category,
    /// Its host.
    pub host: String,
    /// What it says.
    pub text: String,
}

/// What a threshold does, out of fold: over the lines that no rule takes.
#[derive(Debug, Clone, Copy)]
pub struct Point {
    /// The threshold.
    pub threshold: f64,
    /// Labelled chaff lines that go, and all of those.
    pub gone: (usize, usize),
    /// Content lines that go.
    pub wrong: usize,
    /// Characters of content that go, as a share of all content.
    pub loss: f64,
    /// Of the chaff that goes, the share that gets its right category.
    pub right_category: f64,
}

/// A line in one of the settings it is learned from.
struct Row {
    article: usize,
    is: Is,
    chars: usize,
    /// Its bytes in the article, where it is open.
    bytes: Range<usize>,
    signs: Vec<u32>,
    count: f64,
    /// Does it stand in the article as it was scraped, and did no rule take it?
    open: bool,
    /// Does it stand there, and did a rule take it?
    gone: bool,
    /// May evidence take it?
    weighed: bool,
}

/// Fits weights on labelled articles, beside the rules of the packs.
///
/// # Errors
/// Where there is nothing to learn from.
pub fn fit(packs: &[Pack], labelled: &[Labelled], options: Options) -> Result<Fitted> {
    let hosts = hosts(labelled);
    let candidates = all_candidates(labelled, &hosts);
    let cleaner = observer(packs, &candidates)?;
    let mut rows = rows(&cleaner, labelled, options.body_weight);
    keeps(&cleaner, packs, labelled.len(), &mut rows);
    let (chaff, content): (Vec<&Row>, Vec<&Row>) = rows.iter().partition(|row| row.is != Is::Content);
    if chaff.is_empty() || content.is_empty() {
        return Err(Error::new(
            "the articles hold no line of chaff, or none of content; nothing can be told apart; give more labelled articles",
        ));
    }
    let host_of = |row: &Row| hosts.get(row.article).copied();
    let mut table = Table {
        columns: vec![Vec::new(); candidates.len()],
        only_for: candidates.iter().map(|candidate| candidate.family == candidates::Family::Words).collect(),
        hosts: rows.iter().map(|row| host_of(row).unwrap_or(usize::MAX)).collect(),
        is_chaff: rows.iter().map(|row| row.is != Is::Content).collect(),
        counts: rows.iter().map(|row| row.count).collect(),
    };
    for (number, row) in rows.iter().enumerate() {
        row.signs.iter().for_each(|&sign| table.columns[sign as usize].push(number as u32));
    }
    let categories = categories(&candidates, &rows);
    let fold_of = |row: &Row| host_of(row).map(|host| host % options.folds);

    // The weakest penalty that keeps few enough weights, and the one that tells most out of fold.
    let mut best: Option<(f64, Model, Vec<f64>)> = None;
    let mut starts = vec![table.blank(); options.folds];
    let mut whole = table.blank();
    let all_counts = table.counts.clone();
    for penalty in [24.0, 16.0, 11.0, 8.0, 5.5, 4.0, 2.8, 2.0, 1.4] {
        whole = table.fit(penalty, &whole);
        if whole.weights.iter().filter(|weight| worth(**weight)).count() > options.max_weights {
            break;
        }
        let mut logits = vec![0.0; table.rows()];
        for (fold, start) in starts.iter_mut().enumerate() {
            for (count, row) in table.counts.iter_mut().zip(&rows) {
                *count = if fold_of(row) == Some(fold) { 0.0 } else { row.count };
            }
            *start = table.fit(penalty, start);
            let scores = table.logits(&rounded(start));
            rows.iter().enumerate().filter(|(_, row)| fold_of(row) == Some(fold)).for_each(|(at, _)| logits[at] = scores[at]);
        }
        table.counts.clone_from(&all_counts);
        let surprise = surprise(&rows, &logits);
        if best.as_ref().is_none_or(|(least, ..)| surprise < *least) {
            best = Some((surprise, rounded(&whole), logits));
        } else {
            break;
        }
    }
    let Some((_, model, logits)) = best else {
        return Err(Error::new(format!(
            "no {} weights tell the lines apart; more are needed; allow more with `--max-weights`",
            options.max_weights
        )));
    };
    let open = open(&rows, labelled, &logits, &categories, &model);
    let judged = || rows.iter().filter(|row| row.open && is_judged(row, labelled));
    let chaff = judged().filter(|row| matches!(row.is, Is::Chaff(Some(category)) if category.by_default())).count();
    let content = judged().filter(|row| row.is == Is::Content).map(|row| row.chars).sum();
    let curve = curve(&open, chaff, content);
    let veto = veto(&rows, labelled, &logits, model.constant);
    let toml = write::toml(&candidates, &categories, &model, &curve, veto);
    let lines = open.into_iter().map(|line| line.judged(labelled)).collect();
    Ok(Fitted { toml, curve, lines })
}

/// Hosts by number, dealt out by name so that every run deals alike.
fn hosts(labelled: &[Labelled]) -> Vec<usize> {
    let name = |labelled: &Labelled| labelled.article().host().unwrap_or_default().to_owned();
    let mut names: Vec<String> = labelled.iter().map(name).collect();
    names.sort();
    names.dedup();
    labelled.iter().map(|labelled| names.binary_search(&name(labelled)).unwrap_or(0)).collect()
}

fn all_candidates(labelled: &[Labelled], hosts: &[usize]) -> Vec<Candidate> {
    let mut words = Words::default();
    for (labelled, &host) in labelled.iter().zip(hosts) {
        words.read(labelled.article().text(), labelled.lang(), host);
    }
    let mut all = fixed();
    all.extend(words.candidates());
    all
}

/// The rules with every candidate as a weight, and a threshold that nothing reaches. Rules for
/// single sites are left out: articles of other sites have none.
fn observer(packs: &[Pack], candidates: &[Candidate]) -> Result<Cleaner> {
    let mut general: Vec<Pack> = packs.iter().filter(|pack| pack.sites.is_empty()).cloned().collect();
    for pack in &mut general {
        pack.evidence = None;
        pack.weighs.clear();
    }
    let mut text = String::from("[evidence]\nthreshold = { low = 1e9, medium = 1e9, high = 1e9 }\n\n");
    for Candidate { at, when, .. } in candidates {
        text += &format!("[[weigh]]\nweight = 1\nat = {at}\nwhen = {{ {when} }}\n");
    }
    general.push(Pack::parse("candidates", &text)?);
    let selection = Selection { confidence: Some(Confidence::Medium), ..Selection::default() };
    Cleaner::builder().packs(general).selection(selection).build()
}

/// How much lines count of the settings beside the scraped article.
const LEFT: f64 = 0.5;
const BARE: f64 = 1.5;

fn rows(cleaner: &Cleaner, labelled: &[Labelled], body_weight: f64) -> Vec<Row> {
    let mut rows = Vec::new();
    for (article, labelled) in labelled.iter().enumerate() {
        let known = labelled.lines();
        let base = if matches!(labelled, Labelled::Lines(_)) { 1.0 } else { body_weight };
        let whole = labelled.article();
        let text = whole.text();
        let seen = cleaner.observe(&whole);
        let went: Vec<usize> = seen.iter().filter(|line| line.gone).map(|line| line.bytes.start).collect();
        let mut add = |seen: &[Observed], count: f64, open: bool, is_of: &dyn Fn(usize) -> Option<Is>| {
            for line in seen {
                if let Some(is) = is_of(line.bytes.start) {
                    let signs = line.signs.iter().map(|&sign| sign as u32).collect();
                    rows.push(Row {
                        article,
                        is,
                        chars: line.chars,
                        bytes: line.bytes.clone(),
                        signs,
                        count,
                        open: open && !line.gone,
                        gone: open && line.gone,
                        weighed: line.weighed,
                    });
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
        add(&cleaner.observe(&like(&whole, &left)), base * LEFT, false, &|byte| find(&of_left, byte));
        let content: Vec<&Known> = known.iter().filter(|line| line.is == Is::Content).collect();
        let (bare, of_bare) = rebuilt(text, &content);
        add(&cleaner.observe(&like(&whole, &bare)), base * BARE, false, &|byte| find(&of_bare, byte));
    }
    rows
}

/// How much a line counts that a rule names as one to keep, in each place it is tried in.
const KEPT: f64 = 0.2;

/// The lines that rules say must stay, each at the top, amid and at the end of an article: they look
/// like chaff, in every language that has rules. No fold leaves them out.
fn keeps(cleaner: &Cleaner, packs: &[Pack], article: usize, rows: &mut Vec<Row>) {
    for rule in packs.iter().filter(|pack| pack.sites.is_empty()).flat_map(|pack| &pack.rules) {
        for (line, text) in rule.keeps.iter().flat_map(|line| settings(line).into_iter().skip(1).map(move |text| (line, text))) {
            let Some(start) = text.find(line.as_str()) else { continue };
            let whole = Article::new(&text).lang(rule.lang.first().map(String::as_str));
            let seen = cleaner.observe(&whole);
            let Some(seen) = seen.iter().find(|seen| seen.bytes.contains(&start)) else { continue };
            let signs = seen.signs.iter().map(|&sign| sign as u32).collect();
            let (bytes, chars) = (seen.bytes.clone(), seen.chars);
            rows.push(Row {
                article,
                is: Is::Content,
                chars,
                bytes,
                signs,
                count: KEPT,
                open: false,
                gone: false,
                weighed: true,
            });
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

/// What each sign speaks for: the category that it names, or the one that it finds most often in
/// lines that no rule takes.
fn categories(candidates: &[Candidate], rows: &[Row]) -> Vec<Option<Category>> {
    let mut found = vec![[0.0; Category::ALL.len()]; candidates.len()];
    for row in rows.iter().filter(|row| row.count >= 1.0) {
        let Is::Chaff(Some(category)) = row.is else { continue };
        let count = if row.open { 1.0 } else { TAKEN };
        row.signs.iter().for_each(|&sign| found[sign as usize][category as usize] += count);
    }
    let named = |candidate: &Candidate| {
        let (key, name) = candidate.when.split_once(" = ")?;
        (candidate.at == 0 && ["hit", "under"].contains(&key)).then(|| name.trim_matches('"').parse().ok())?
    };
    let most = |found: &[f64; Category::ALL.len()]| {
        let most = (0..found.len()).max_by(|&a, &b| found[a].total_cmp(&found[b]))?;
        (found[most] > 0.0).then(|| Category::ALL[most])
    };
    candidates.iter().zip(&found).map(|(candidate, found)| named(candidate).or_else(|| most(found))).collect()
}

/// How much a line counts for what a sign speaks for, where a rule takes it anyway.
const TAKEN: f64 = 0.2;

/// Weights as they are written: two decimals.
fn rounded(model: &Model) -> Model {
    let weights = model.weights.iter().map(|&weight| if worth(weight) { (100.0 * weight).round() / 100.0 } else { 0.0 });
    Model { weights: weights.collect(), constant: model.constant }
}

/// Is a weight large enough to be written?
fn worth(weight: f64) -> bool {
    weight.abs() >= 0.05
}

/// What the logits fail to tell of the open lines that were judged one by one.
fn surprise(rows: &[Row], logits: &[f64]) -> f64 {
    let lines = rows.iter().zip(logits).filter(|(row, _)| row.open && row.count >= 1.0);
    lines.map(|(row, logit)| (1.0 + (if row.is == Is::Content { *logit } else { -logit }).exp()).ln()).sum()
}

/// A line that no rule takes, with what evidence makes of it.
struct Open<'a> {
    row: &'a Row,
    margin: f64,
    category: Category,
}

impl Open<'_> {
    fn label(&self) -> Option<Category> {
        if let Is::Chaff(category) = self.row.is { category } else { None }
    }

    fn judged(&self, labelled: &[Labelled]) -> Judged {
        let article = labelled[self.row.article].article();
        Judged {
            margin: self.margin,
            label: self.label(),
            category: self.category,
            host: article.host().unwrap_or_default().to_owned(),
            text: article.text()[self.row.bytes.clone()].trim().to_owned(),
        }
    }
}

fn is_judged(row: &Row, labelled: &[Labelled]) -> bool {
    matches!(labelled.get(row.article), Some(Labelled::Lines(_)))
}

/// Lines that were judged one by one and that no rule takes, the likeliest to go first.
fn open<'a>(
    rows: &'a [Row],
    labelled: &[Labelled],
    logits: &[f64],
    categories: &[Option<Category>],
    model: &Model,
) -> Vec<Open<'a>> {
    let category_of = |row: &Row| {
        let mut speak = [0.0; Category::ALL.len()];
        for &sign in &row.signs {
            if let Some(category) = categories[sign as usize] {
                speak[category as usize] += model.weights[sign as usize].max(0.0);
            }
        }
        let most = (0..speak.len()).max_by(|&a, &b| speak[a].total_cmp(&speak[b])).unwrap_or(0);
        if speak[most] > 0.0 { Category::ALL[most] } else { Category::Other }
    };
    let settings = Settings::default();
    let mut open: Vec<Open<'_>> = rows
        .iter()
        .zip(logits)
        .filter(|(row, _)| row.open && row.weighed && is_judged(row, labelled))
        // The threshold takes up the constant.
        .map(|(row, logit)| Open {
            row,
            margin: logit - model.constant - settings.for_length(row.chars),
            category: category_of(row),
        })
        .collect();
    open.sort_by(|a, b| b.margin.total_cmp(&a.margin));
    open
}

/// The share of rightly taken lines that a veto may put in doubt.
const DOUBTED: f64 = 0.002;

/// The sum below which hardly any line lies that rules take rightly.
fn veto(rows: &[Row], labelled: &[Labelled], logits: &[f64], constant: f64) -> Option<f64> {
    let right = rows.iter().zip(logits).filter(|(row, _)| row.gone && row.is != Is::Content && is_judged(row, labelled));
    let mut sums: Vec<f64> = right.map(|(_, logit)| logit - constant).collect();
    sums.sort_by(f64::total_cmp);
    sums.get((DOUBTED * sums.len() as f64) as usize).map(|sum| (sum - STEP).floor())
}

/// Steps between thresholds.
const STEP: f64 = 0.25;

fn curve(open: &[Open<'_>], chaff: usize, content: usize) -> Vec<Point> {
    let by_default = |category: Option<Category>| category.is_some_and(Category::by_default);
    let mut points: Vec<Point> = Vec::new();
    let (mut gone, mut wrong, mut lost, mut right) = (0, 0, 0, 0);
    for (at, line) in open.iter().enumerate() {
        if line.category.by_default() {
            if line.row.is == Is::Content {
                wrong += 1;
                lost += line.row.chars;
            } else if by_default(line.label()) {
                gone += 1;
                right += usize::from(line.label() == Some(line.category));
            }
        }
        let threshold = (line.margin / STEP).floor() * STEP;
        if open.get(at + 1).is_none_or(|next| next.margin < threshold) && gone > 0 {
            points.push(Point {
                threshold,
                gone: (gone, chaff),
                wrong,
                loss: lost as f64 / content.max(1) as f64,
                right_category: right as f64 / gone as f64,
            });
        }
        if lost > content / 100 {
            break;
        }
    }
    points
}
