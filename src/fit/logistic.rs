//! Sparse logistic regression over signs that hold or do not: coordinate descent on quadratic
//! approximations, with an absolute penalty that leaves most weights at nothing.

use rustc_hash::FxHashSet;

/// Lines and the signs that hold for each.
pub(super) struct Table {
    /// For each sign the rows where it holds.
    pub columns: Vec<Vec<u32>>,
    /// Signs that may only speak for a cut.
    pub only_for: Vec<bool>,
    /// The host of each row.
    pub hosts: Vec<usize>,
    pub is_chaff: Vec<bool>,
    /// What each row weighs before any sign is fitted.
    pub offsets: Vec<f64>,
    /// How much each row counts; 0 leaves it out.
    pub counts: Vec<f64>,
}

/// Weights of the signs, and what is added to every line.
#[derive(Clone)]
pub(super) struct Model {
    pub weights: Vec<f64>,
    pub constant: f64,
}

/// Quadratic approximations, and passes over the signs in each.
const ROUNDS: usize = 25;
const PASSES: usize = 6;

/// Hosts whose chaff must share a sign.
const HOSTS: usize = 6;

/// What a sign that may only speak for a cut weighs at most: a word stands in stories too.
const MOST: f64 = 1.2;

/// A weight that moves by less than this has settled.
const SETTLED: f64 = 1e-3;

impl Table {
    pub fn rows(&self) -> usize {
        self.is_chaff.len()
    }

    /// Weights that fit the rows that count, from weights to start with.
    pub fn fit(&self, penalty: f64, start: &Model) -> Model {
        let mut model = start.clone();
        let tried: Vec<usize> = (0..self.columns.len()).filter(|&sign| self.is_supported(sign)).collect();
        (0..self.columns.len()).filter(|sign| tried.binary_search(sign).is_err()).for_each(|sign| model.weights[sign] = 0.0);
        let mut logits = self.logits(&model);
        for _ in 0..ROUNDS {
            // Where the approximation stands: curvature, and what is left to explain, per row.
            let mut curve = vec![0.0; self.rows()];
            let mut rest = vec![0.0; self.rows()];
            for row in 0..self.rows() {
                let p = 1.0 / (1.0 + (-logits[row]).exp());
                curve[row] = self.counts[row] * (p * (1.0 - p)).max(1e-4);
                rest[row] = self.counts[row] * (f64::from(self.is_chaff[row]) - p);
            }
            let mut moved: f64 = 0.0;
            for _ in 0..PASSES {
                let mut largest: f64 = 0.0;
                let step = rest.iter().sum::<f64>() / curve.iter().sum::<f64>().max(1e-9);
                model.constant += step;
                (0..self.rows()).for_each(|row| rest[row] -= curve[row] * step);
                for &sign in &tried {
                    let rows = &self.columns[sign];
                    let (mut gradient, mut bend) = (0.0, 1e-9);
                    for &row in rows {
                        gradient += rest[row as usize];
                        bend += curve[row as usize];
                    }
                    let old = model.weights[sign];
                    let new = shrink(gradient + bend * old, penalty) / bend;
                    let new = if self.only_for[sign] { new.clamp(0.0, MOST) } else { new };
                    let step = (new - old).clamp(-2.0, 2.0);
                    if step != 0.0 {
                        model.weights[sign] = old + step;
                        rows.iter().for_each(|&row| rest[row as usize] -= curve[row as usize] * step);
                        largest = largest.max(step.abs());
                    }
                }
                moved = moved.max(largest);
                if largest < SETTLED {
                    break;
                }
            }
            logits = self.logits(&model);
            if moved < SETTLED {
                break;
            }
        }
        model
    }

    /// Does a sign that may only speak for a cut hold for chaff of enough hosts among the rows that count?
    fn is_supported(&self, sign: usize) -> bool {
        let chaff =
            self.columns[sign].iter().map(|&row| row as usize).filter(|&row| self.is_chaff[row] && self.counts[row] > 0.0);
        let hosts: FxHashSet<usize> = chaff.map(|row| self.hosts[row]).collect();
        !self.only_for[sign] || hosts.len() >= HOSTS
    }

    /// Weights of no sign.
    pub fn blank(&self) -> Model {
        Model { weights: vec![0.0; self.columns.len()], constant: 0.0 }
    }

    pub fn logits(&self, model: &Model) -> Vec<f64> {
        let mut logits: Vec<f64> = self.offsets.iter().map(|offset| model.constant + offset).collect();
        for (rows, &weight) in self.columns.iter().zip(&model.weights).filter(|(_, weight)| **weight != 0.0) {
            rows.iter().for_each(|&row| logits[row as usize] += weight);
        }
        logits
    }
}

fn shrink(value: f64, by: f64) -> f64 {
    value.signum() * (value.abs() - by).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_sign_that_tells() {
        let is_chaff: Vec<bool> = (0..200).map(|row| row % 4 == 0).collect();
        let tells = (0..200).filter(|row| row % 4 == 0 || row % 25 == 1).collect();
        let noise = (0..200).filter(|row| row % 7 == 0).collect();
        let against = (0..200).filter(|row| row % 4 != 0).collect();
        let table = Table {
            columns: vec![tells, noise, against],
            only_for: vec![false, false, true],
            hosts: (0..200).collect(),
            is_chaff,
            offsets: vec![0.0; 200],
            counts: vec![1.0; 200],
        };
        let model = table.fit(3.0, &table.blank());
        assert!(model.weights[0] > 1.5 && model.weights[1].abs() < 0.3 && model.weights[2] == 0.0, "{:?}", model.weights);
    }
}
