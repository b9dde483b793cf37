//! What thresholds would do to lines of hosts that the weights never saw.

use super::{
    examples::{Is, Labelled},
    logistic::Model,
    rows::Row,
};
use crate::{
    engine::weigh::spoken_for,
    rule::{Category, evidence::Settings},
};

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

/// A line that no rule takes, with what evidence makes of it.
pub(super) struct Open<'a> {
    row: &'a Row,
    margin: f64,
    category: Category,
}

impl Open<'_> {
    fn label(&self) -> Option<Category> {
        if let Is::Chaff(category) = self.row.is { category } else { None }
    }

    pub fn judged(&self, labelled: &[Labelled]) -> Judged {
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

pub(super) fn is_judged(row: &Row, labelled: &[Labelled]) -> bool {
    matches!(labelled.get(row.article), Some(Labelled::Lines(_)))
}

/// Lines that were judged one by one and that no rule takes, the likeliest to go first.
pub(super) fn open<'a>(
    rows: &'a [Row],
    labelled: &[Labelled],
    logits: &[f64],
    categories: &[Option<Category>],
    model: &Model,
) -> Vec<Open<'a>> {
    let weight_of = |sign: usize| (1000.0 * model.weights[sign].max(0.0)).round() as i64;
    let category_of = |row: &Row| {
        let signs = row.signs.iter().map(|&sign| sign as usize);
        spoken_for(signs.filter_map(|sign| Some((categories[sign]?, weight_of(sign)))))
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
pub(super) fn veto(rows: &[Row], labelled: &[Labelled], logits: &[f64], constant: f64) -> Option<f64> {
    let right = rows.iter().zip(logits).filter(|(row, _)| row.gone && row.is != Is::Content && is_judged(row, labelled));
    let mut sums: Vec<f64> = right.map(|(_, logit)| logit - constant).collect();
    sums.sort_by(f64::total_cmp);
    sums.get((DOUBTED * sums.len() as f64) as usize).map(|sum| (sum - STEP).floor())
}

/// Steps between thresholds.
const STEP: f64 = 0.25;

pub(super) fn curve(open: &[Open<'_>], chaff: usize, content: usize) -> Vec<Point> {
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
