//! Many short texts in one buffer: thousands of the built-in rules are unpacked at a time, and `learn` keeps a
//! name for every title.

use serde::{Deserialize, Serialize};
use std::{cmp::Ordering, fmt};

/// Texts in the order in which they were given.
#[derive(Default, Clone, Serialize, Deserialize)]
pub(crate) struct Texts {
    text: String,
    ends: Vec<usize>,
}

impl Texts {
    pub fn push(&mut self, text: &str) {
        self.text += text;
        self.ends.push(self.text.len());
    }

    pub fn len(&self) -> usize {
        self.ends.len()
    }

    pub fn iter(&self) -> impl Iterator<Item = &str> + Clone {
        (0..self.len()).map(|at| self.at(at))
    }

    /// Is it one of them? They must be in order.
    pub fn sorted_has(&self, text: &str) -> bool {
        let (mut from, mut to) = (0, self.len());
        while from < to {
            let middle = (from + to) / 2;
            match self.at(middle).cmp(text) {
                Ordering::Less => from = middle + 1,
                Ordering::Equal => return true,
                Ordering::Greater => to = middle,
            }
        }
        false
    }

    pub fn get(&self, at: usize) -> Option<&str> {
        (at < self.len()).then(|| self.at(at))
    }

    /// The text at a place that there is.
    pub fn at(&self, at: usize) -> &str {
        let from = at.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.text[from..self.ends[at]]
    }

    /// Bytes that all of it takes up.
    pub fn bytes(&self) -> usize {
        self.text.len() + size_of_val(&*self.ends)
    }
}

impl<S: AsRef<str>> FromIterator<S> for Texts {
    fn from_iter<I: IntoIterator<Item = S>>(texts: I) -> Texts {
        let mut all = Texts::default();
        texts.into_iter().for_each(|text| all.push(text.as_ref()));
        all
    }
}

impl fmt::Debug for Texts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_kept_apart() {
        let all = ["", "a", "ab", "ß", "今日"];
        let texts: Texts = all.into_iter().collect();
        assert!(texts.iter().eq(all));
        assert_eq!(format!("{texts:?}"), format!("{all:?}"));
        assert!(all.iter().all(|text| texts.sorted_has(text)));
        assert!(["b", "aa", "今"].iter().all(|text| !texts.sorted_has(text)));
    }
}
