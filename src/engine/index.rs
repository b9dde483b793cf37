//! Which rules could match this line?
//!
//! Cheap, anchored questions first: the whole line is one hash look-up, its start and its end a few;
//! only lines short enough for a rule that wants a literal anywhere are searched for one. Rules
//! without any literal are tried on every line that is short enough for them.

use crate::{
    fold::Folded,
    rule::{
        Action, Match, Rule, Span,
        condition::{Condition, Conditions},
        keys::Place,
    },
};
use aho_corasick::{AhoCorasick, AhoCorasickKind};
use rustc_hash::FxHashMap;
use std::{sync::Arc, thread};

/// More literals than this make a DFA slower and larger than it is worth.
const DFA_MOST: usize = 500;

/// Fewer rules than this are not worth a thread.
const SIDE_BY_SIDE: usize = 200;

/// Rules for lines up to this length share an automaton that longer lines are spared.
const BOUNDED: usize = 1_000;

/// How many bytes of a literal's start or end are looked up.
const STUB: usize = 4;

#[derive(Debug, Default)]
pub(crate) struct Index {
    whole: FxHashMap<String, Vec<usize>>,
    longest_whole: usize,
    starts: Edges,
    ends: Edges,
    /// Characters of the longest line that a rule by its start or end can take.
    edges_max: usize,
    /// Rules for lines of bounded length apart from those for any: few lines are short.
    inside: Vec<Inside>,
    /// Rules without a literal, each with the longest line it can take.
    always: Vec<(usize, usize)>,
}

#[derive(Debug)]
struct Inside {
    finder: AhoCorasick,
    /// For each literal the rules that want it.
    rules: Vec<Vec<usize>>,
    /// Characters of the longest line that one of the rules can take.
    max_chars: usize,
}

/// Literals by their first or last bytes, in a map for each stub length.
#[derive(Debug, Default)]
struct Edges {
    stubs: [FxHashMap<[u8; STUB], Literals>; STUB],
}

/// Literals, each with the rule that wants it.
type Literals = Vec<(String, usize)>;

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Whole(String),
    Start(String),
    End(String),
    Inside(String),
}

impl Index {
    pub fn new(rules: &[Arc<Rule>]) -> Index {
        prepare(rules);
        let mut index = Index::default();
        let mut inside: [FxHashMap<String, Vec<usize>>; 2] = Default::default();
        for (number, rule) in rules.iter().enumerate() {
            let longest = longest_line(rule);
            let Some(mut keys) = keys_of(rule) else {
                if !matches!(rule.action, Action::Repeat(_)) {
                    index.always.push((number, longest));
                }
                continue;
            };
            keys.sort();
            keys.dedup();
            for key in keys {
                match key {
                    Key::Whole(literal) => {
                        index.longest_whole = index.longest_whole.max(literal.len());
                        index.whole.entry(literal).or_default().push(number);
                    }
                    Key::Start(literal) => {
                        index.edges_max = index.edges_max.max(longest);
                        index.starts.add(literal, number, true);
                    }
                    Key::End(literal) => {
                        index.edges_max = index.edges_max.max(longest);
                        index.ends.add(literal, number, false);
                    }
                    Key::Inside(literal) => inside[usize::from(longest > BOUNDED)].entry(literal).or_default().push(number),
                }
            }
        }
        for literals in inside.into_iter().filter(|literals| !literals.is_empty()) {
            let max_chars = literals.values().flatten().map(|&rule| longest_line(&rules[rule])).max().unwrap_or(usize::MAX);
            let mut literals: Vec<(String, Vec<usize>)> = literals.into_iter().collect();
            literals.sort();
            let kind = if literals.len() <= DFA_MOST { AhoCorasickKind::DFA } else { AhoCorasickKind::ContiguousNFA };
            let finder = AhoCorasick::builder().kind(Some(kind)).build(literals.iter().map(|(literal, _)| literal));
            let rules = literals.into_iter().map(|(_, rules)| rules);
            match finder {
                Ok(finder) => index.inside.push(Inside { finder, rules: rules.collect(), max_chars }),
                // More literals than an automaton can number: their rules are tried everywhere.
                Err(_) => index.always.extend(rules.flatten().map(|rule| (rule, max_chars))),
            }
        }
        index
    }

    /// The rules that could match, in no order, some perhaps twice.
    pub fn candidates(&self, line: &Folded, chars: usize, found: &mut Vec<usize>) {
        let core = line.core();
        if core.len() <= self.longest_whole
            && let Some(rules) = self.whole.get(core)
        {
            found.extend(rules);
        }
        if chars <= self.edges_max {
            self.starts.look_up(line.body(), true, found);
            if line.body > 0 {
                self.starts.look_up(&line.text, true, found);
            }
            self.ends.look_up(&line.text, false, found);
        }
        for inside in self.inside.iter().filter(|inside| chars <= inside.max_chars) {
            for hit in inside.finder.find_overlapping_iter(&line.text) {
                found.extend(&inside.rules[hit.pattern().as_usize()]);
            }
        }
        found.extend(self.always.iter().filter(|(_, longest)| chars <= *longest).map(|(rule, _)| rule));
    }
}

impl Edges {
    fn add(&mut self, literal: String, rule: usize, start: bool) {
        let len = literal.len().min(STUB);
        let stub = stub(literal.as_bytes(), len, start);
        self.stubs[len - 1].entry(stub).or_default().push((literal, rule));
    }

    fn look_up(&self, line: &str, start: bool, found: &mut Vec<usize>) {
        for len in 1..=STUB.min(line.len()) {
            let map = &self.stubs[len - 1];
            if map.is_empty() {
                continue;
            }
            for (literal, rule) in map.get(&stub(line.as_bytes(), len, start)).into_iter().flatten() {
                if if start { line.starts_with(literal.as_str()) } else { line.ends_with(literal.as_str()) } {
                    found.push(*rule);
                }
            }
        }
    }
}

fn stub(bytes: &[u8], len: usize, start: bool) -> [u8; STUB] {
    let mut stub = [0; STUB];
    let part = if start { &bytes[..len] } else { &bytes[bytes.len() - len..] };
    stub[..len].copy_from_slice(part);
    stub
}

/// Finds the keys of all rules, which takes longest, side by side; the rules keep them.
fn prepare(rules: &[Arc<Rule>]) {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        let find = |part: &[Arc<Rule>]| part.iter().for_each(|rule| drop(keys_of(rule)));
        let mut parts = rules.chunks(rules.len().div_ceil(threads).max(SIDE_BY_SIDE));
        let own = parts.next();
        parts.for_each(|part| drop(scope.spawn(move || find(part))));
        own.map(find);
    });
}

/// The longest line that a rule without any literal is tried on; none for a rule that has one.
pub(crate) fn tried_everywhere(rule: &Rule) -> Option<usize> {
    let has_none = keys_of(rule).is_none() && !matches!(rule.action, Action::Repeat(_));
    has_none.then(|| longest_line(rule))
}

/// The most characters a line can have that the rule takes or starts from.
fn longest_line(rule: &Rule) -> usize {
    let each = if let Action::Run(run) = &rule.action { run.each.as_slice() } else { &[] };
    let longest = |condition: &Condition| if let Condition::MaxChars(n) = condition { Some(*n) } else { None };
    let bound = |conditions: &[Condition]| conditions.iter().filter_map(longest).min().unwrap_or(usize::MAX);
    bound(&rule.when).min(bound(each))
}

/// Literals of which one stands in every line the rule can take, or none where it can do without.
fn keys_of(rule: &Rule) -> Option<Vec<Key>> {
    match &rule.action {
        Action::Line(entry) => match_keys(entry),
        Action::Block(block) => match_keys(&block.start),
        Action::Span(Span::Contains(literals)) => Some(literals.iter().cloned().map(Key::Inside).collect()),
        Action::Span(Span::Regex(patterns)) => regex_keys(patterns),
        Action::Run(run) => table_keys(&run.each).or_else(|| table_keys(&rule.when)),
        Action::Repeat(_) => None,
    }
}

fn match_keys(entry: &Match) -> Option<Vec<Key>> {
    let tables: Option<Vec<Vec<Key>>> = entry.0.iter().map(table_keys).collect();
    tables.map(|tables| tables.into_iter().flatten().collect())
}

/// The keys of the condition that sends the fewest lines to the rule: all conditions must hold.
fn table_keys(table: &Conditions) -> Option<Vec<Key>> {
    let to_keys = |literals: &[String], key: fn(String) -> Key| Some(literals.iter().cloned().map(key).collect());
    let found = |pick: fn(&Condition) -> bool| table.iter().find(|condition| pick(condition));
    if let Some(Condition::Is(literals)) = found(|c| matches!(c, Condition::Is(_))) {
        to_keys(literals, Key::Whole)
    } else if let Some(Condition::Starts(literals)) = found(|c| matches!(c, Condition::Starts(_))) {
        to_keys(literals, Key::Start)
    } else if let Some(Condition::Ends(literals)) = found(|c| matches!(c, Condition::Ends(_))) {
        to_keys(literals, Key::End)
    } else if let Some(keys) =
        table.iter().find_map(|c| if let Condition::Regex(patterns) = c { regex_keys(patterns) } else { None })
    {
        Some(keys)
    } else if let Some(Condition::Contains(literals)) = found(|c| matches!(c, Condition::Contains(_))) {
        to_keys(literals, Key::Inside)
    } else {
        None
    }
}

fn regex_keys(patterns: &[crate::rule::pattern::Pattern]) -> Option<Vec<Key>> {
    let mut all = Vec::new();
    for pattern in patterns {
        let found = pattern.keys()?;
        let key = match found.place {
            Place::Start => Key::Start,
            Place::End => Key::End,
            Place::Inside => Key::Inside,
        };
        all.extend(found.literals.iter().cloned().map(key));
    }
    Some(all)
}
