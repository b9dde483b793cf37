//! What is known of many hashes, in order of the hashes: half of what a hash table of them takes up.

/// Entries that are put in order at least.
const FEW: usize = 1 << 12;

/// Entries of one bucket, as a rule.
const BUCKET: usize = 8;

/// Collects what is said of hashes; what is said of the same one is joined now and then.
#[derive(Debug)]
pub(super) struct Pile<V> {
    entries: Vec<(u64, V)>,
    /// So many are joined.
    joined: usize,
}

/// What was said of each hash.
#[derive(Debug)]
pub(super) struct Sorted<V> {
    entries: Vec<(u64, V)>,
    /// Where the entries with the same highest bits begin.
    starts: Vec<usize>,
    /// Lower bits that do not tell the bucket.
    lower: u32,
}

impl<V> Default for Pile<V> {
    fn default() -> Pile<V> {
        Pile { entries: Vec::new(), joined: 0 }
    }
}

impl<V: Copy> Pile<V> {
    /// Adds what is said of a hash. The order in which `join` is given what is said must not matter.
    pub fn add(&mut self, hash: u64, value: V, join: impl Fn(V, V) -> V) {
        self.entries.push((hash, value));
        if self.entries.len() >= FEW.max(self.joined / 2 * 3) {
            self.join(join);
        }
    }

    /// All of it, each hash once.
    pub fn sorted(mut self, join: impl Fn(V, V) -> V) -> Sorted<V> {
        self.join(join);
        let entries = self.entries;
        let lower = u64::BITS - (entries.len() / BUCKET).max(2).ilog2();
        let mut starts = vec![0; (1 << (u64::BITS - lower)) + 1];
        for &(hash, _) in &entries {
            starts[(hash >> lower) as usize + 1] += 1;
        }
        for bucket in 1..starts.len() {
            starts[bucket] += starts[bucket - 1];
        }
        Sorted { entries, starts, lower }
    }

    fn join(&mut self, join: impl Fn(V, V) -> V) {
        self.entries.sort_unstable_by_key(|&(hash, _)| hash);
        self.entries.dedup_by(|other, kept| {
            let same = other.0 == kept.0;
            if same {
                kept.1 = join(kept.1, other.1);
            }
            same
        });
        self.joined = self.entries.len();
    }
}

impl<V> Sorted<V> {
    /// Which of all hashes it is, from 0, and what was said of it.
    pub fn find(&self, hash: u64) -> Option<(usize, &V)> {
        let bucket = (hash >> self.lower) as usize;
        let (start, end) = (self.starts[bucket], self.starts[bucket + 1]);
        let at = start + self.entries[start..end].binary_search_by_key(&hash, |&(hash, _)| hash).ok()?;
        Some((at, &self.entries[at].1))
    }

    /// Different hashes.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Bytes that all of it takes up.
    pub fn bytes(&self) -> usize {
        self.len() * size_of::<(u64, V)>() + size_of_val(&*self.starts)
    }
}

#[cfg(test)]
mod tests {
    use super::super::mask::number;
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn it_says_what_a_map_says() {
        for size in [0, 1, 2, 15, 16, 17, 5_000, 20_000] {
            let (mut pile, mut map) = (Pile::default(), BTreeMap::new());
            for n in 0..3 * size {
                let hash = number(&(n % size).to_string());
                pile.add(hash, 1, |a, b| a + b);
                *map.entry(hash).or_insert(0) += 1;
            }
            let sorted = pile.sorted(|a, b| a + b);
            assert_eq!(sorted.len(), map.len());
            assert!(map.iter().enumerate().all(|(at, (&hash, count))| sorted.find(hash) == Some((at, count))));
            assert_eq!(sorted.find(0), None);
            assert_eq!(sorted.find(u64::MAX), None);
        }
    }
}
