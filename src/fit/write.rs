//! Fitted weights as a rule file.

use super::{
    Point,
    candidates::{Candidate, Family},
    logistic::Model,
};
use crate::rule::Category;
use std::fmt::Write;

/// What each level may lose out of fold: a share of the content's characters, and of the lines that go.
const HIGH: (f64, f64) = (0.000_02, 0.005);
const MEDIUM: (f64, f64) = (0.000_2, 0.02);
const LOW: (f64, f64) = (0.000_3, 0.025);

/// A threshold where no sum was safe.
const UNREACHED: f64 = 20.0;

pub(super) fn toml(
    candidates: &[Candidate],
    categories: &[Option<Category>],
    model: &Model,
    curve: &[Point],
    veto: Option<f64>,
) -> String {
    let at = |(loss, wrong): (f64, f64)| {
        let bears = |point: &&Point| point.loss <= loss && point.wrong as f64 <= wrong * (point.gone.0 + point.wrong) as f64;
        curve.iter().rev().find(bears).map_or(UNREACHED, |point| point.threshold)
    };
    let mut out = String::from(
        "# Many small signs, weighed together: fitted by `dechaff fit` on labelled articles, and read line by line.\n\
         # A line goes where its weights add up to the threshold and the logarithm of its length.\n\n[evidence]\n",
    );
    let _ = writeln!(
        out,
        "threshold = {{ high = {:.2}, medium = {:.2}, low = {:.2} }}\nlength-weight = 1.0\nmax-chars = 300",
        at(HIGH),
        at(MEDIUM),
        at(LOW)
    );
    if let Some(veto) = veto {
        let _ = writeln!(out, "veto = {veto:.1}");
    }
    let mut all: Vec<(Family, f64, usize)> = model
        .weights
        .iter()
        .enumerate()
        .filter(|(_, weight)| **weight != 0.0)
        .map(|(number, &weight)| (candidates[number].family, weight, number))
        .collect();
    all.sort_by(|a, b| a.0.cmp(&b.0).then(b.1.total_cmp(&a.1)).then(a.2.cmp(&b.2)));
    let mut family = None;
    for (of, weight, number) in all {
        if family != Some(of) {
            let _ = write!(out, "\n# {}\n", of.title());
            family = Some(of);
        }
        let Candidate { at, when, .. } = &candidates[number];
        let category = categories[number].filter(|_| weight > 0.0);
        let category = category.map_or(String::new(), |category| format!("category = \"{category}\"\n"));
        let at = if *at == 0 { String::new() } else { format!("at = {at}\n") };
        let _ = write!(out, "[[weigh]]\nwhen = {{ {when} }}\n{at}weight = {weight}\n{category}\n");
    }
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}
