//! Weights for evidence from labelled articles.
//!
//! Candidates are tried on every labelled line in the article as it was scraped, in what the rules
//! leave of it, and in the article without its chaff, where nothing may go: so a sign that only says
//! "there is little around me" finds no favour, and cutting one line does not condemn the next.
//! What packs without an `[evidence]` weigh was weighed by hand: it is added to every sum, and the rest is fitted around it.
//! Hosts are dealt out to folds; a line is judged by weights that never saw its host.

mod candidates;
mod curve;
mod examples;
mod logistic;
mod observer;
mod rows;
mod write;

pub use curve::{Judged, Point};
pub use examples::{Body, Labelled};

use crate::{
    error::{Error, Result},
    pack::Pack,
    rule::Category,
};
use candidates::{Candidate, Words, fixed};
use curve::{curve, is_judged, open, veto};
use examples::Is;
use logistic::{Model, Table};
use observer::Observer;
use rows::{Row, keeps, rows};

/// How weights are fitted.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Weights at most.
    pub max_weights: usize,
    /// Parts that hosts are dealt out to.
    pub folds: usize,
    /// How much a line counts that is judged by the true body only.
    pub body_weight: f64,
    /// How much a line of an invented article counts.
    pub invented_weight: f64,
}

impl Default for Options {
    fn default() -> Self {
        Options { max_weights: 600, folds: 5, body_weight: 0.1, invented_weight: 0.3 }
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

/// Fits weights on labelled articles, beside the rules of the packs.
///
/// # Errors
/// Where there is nothing to learn from.
pub fn fit(packs: &[Pack], labelled: &[Labelled], options: Options) -> Result<Fitted> {
    let hosts = hosts(labelled);
    let observer = Observer::new(packs, all_candidates(labelled, &hosts))?;
    let candidates = &observer.candidates;
    let mut rows = rows(&observer, labelled, options);
    keeps(&observer, packs, labelled.len(), &mut rows);
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
        offsets: rows.iter().map(|row| row.by_hand).collect(),
        counts: rows.iter().map(|row| row.count).collect(),
    };
    for (number, row) in rows.iter().enumerate() {
        row.signs.iter().for_each(|&sign| table.columns[sign as usize].push(number as u32));
    }
    let categories = categories(candidates, &rows);
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
    let toml = write::toml(candidates, &categories, &model, &curve, veto);
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
