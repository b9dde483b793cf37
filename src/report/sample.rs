//! A few articles that stand for many: spread over rules and hosts, the same ones on every run.

use dechaff::RuleId;
use std::collections::HashMap;

/// An article that may be shown.
pub struct Candidate {
    /// The rules that have something to say in it.
    pub rules: Vec<RuleId>,
    pub host: String,
    /// What is shown of it.
    pub text: String,
    /// Decides between equals: a checksum, so that early articles have no advantage.
    pub chance: String,
}

/// Chooses among any number of articles, keeping few of them in memory.
pub struct Sample {
    size: usize,
    /// Each with its number in input order.
    pool: Vec<(usize, Candidate)>,
    seen: usize,
}

impl Sample {
    pub fn new(size: usize) -> Sample {
        Sample { size, pool: Vec::new(), seen: 0 }
    }

    pub fn add(&mut self, candidate: Candidate) {
        self.pool.push((self.seen, candidate));
        self.seen += 1;
        if self.pool.len() >= 8 * self.size.max(32) {
            self.pool = spread(std::mem::take(&mut self.pool), 2 * self.size);
        }
    }

    /// Articles that were seen.
    pub fn seen(&self) -> usize {
        self.seen
    }

    /// The chosen ones, in input order.
    pub fn chosen(self) -> Vec<Candidate> {
        let mut chosen = spread(self.pool, self.size);
        chosen.sort_by_key(|(number, _)| *number);
        chosen.into_iter().map(|(_, candidate)| candidate).collect()
    }
}

/// Takes one after another the article whose rules, and then whose host, were shown least so far.
fn spread(mut pool: Vec<(usize, Candidate)>, size: usize) -> Vec<(usize, Candidate)> {
    let (mut rules, mut hosts): (HashMap<RuleId, usize>, HashMap<String, usize>) = Default::default();
    let mut chosen = Vec::with_capacity(size);
    while chosen.len() < size && !pool.is_empty() {
        let shown = |(_, candidate): &(usize, Candidate)| {
            let least = candidate.rules.iter().map(|rule| rules.get(rule).copied().unwrap_or(0)).min();
            (least.unwrap_or(usize::MAX), hosts.get(&candidate.host).copied().unwrap_or(0))
        };
        let next = (0..pool.len())
            .min_by(|&a, &b| shown(&pool[a]).cmp(&shown(&pool[b])).then_with(|| pool[a].1.chance.cmp(&pool[b].1.chance)));
        let Some(next) = next else { break };
        let taken = pool.swap_remove(next);
        taken.1.rules.iter().for_each(|rule| *rules.entry(rule.clone()).or_default() += 1);
        *hosts.entry(taken.1.host.clone()).or_default() += 1;
        chosen.push(taken);
    }
    chosen
}
