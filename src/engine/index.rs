//! Which rules could match this line?
//!
//! Cheap, anchored questions first: the whole line is one hash look-up, its start and its end a few;
//! literals that may stand anywhere are looked for all at once. What can do without a literal is
//! tried on every line whose length and ends allow it. The answer names the table and the regex of a
//! rule, so that of a rule's many regexes only those are run whose literals are there.

use super::{
    Plan,
    edges::Edges,
    matcher::{Seen, Target},
};
use crate::{
    grams::Grams,
    rule::{
        Action, LONGEST_LINE, Match, Rule, Span,
        bytes::Bytes,
        condition::{Condition, Conditions},
        keys::Place,
        pattern::Pattern,
        texts::Texts,
    },
    tuned::Tuned,
};
use rustc_hash::{FxHashMap, FxHashSet};
use std::{sync::Arc, thread};

/// Fewer rules than this are not worth a thread.
const SIDE_BY_SIDE: usize = 200;

/// Lines are sorted by their characters, and each sort is searched only for literals of rules that
/// can take it: most text is in long lines, and few rules take those.
const LENGTHS: [usize; 4] = [150, 300, LONGEST_LINE, 1_000];

/// Slots of the filters for literals: those of one filter stay in the first cache.
const SLOTS: usize = 1 << 15;

/// The rules of a plan by what a line must have for them. What a plan shares with a broader one is
/// looked up in the same tables: there is a plan for each site, and they differ by a few rules.
#[derive(Debug)]
pub(crate) struct Index(Vec<Layer>);

#[derive(Debug)]
struct Layer {
    tables: Arc<Tables>,
    /// The number in the plan of each of its rules, none where the plan is without it.
    numbers: Vec<Option<u32>>,
}

#[derive(Debug)]
struct Tables {
    whole: FxHashMap<Box<str>, Vec<Target>>,
    longest_whole: usize,
    starts: Edges,
    ends: Edges,
    /// Characters of the longest line that a rule by its start or end can take.
    edges_max: usize,
    inside: Tuned<Target, SLOTS>,
    open: Vec<Open>,
    /// For each byte those of `open` that a line can fall to which starts with it.
    open_by_first: Vec<Vec<u32>>,
}

/// What is looked up by no literal.
#[derive(Debug)]
struct Open {
    target: Target,
    max_chars: usize,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Key<'r> {
    Whole(&'r str),
    Start(&'r str),
    End(&'r str),
    Inside(&'r str),
    /// None: any line that starts with one of these bytes.
    Open(Bytes),
}

/// Keys, each with the table and the regex of the rule that it is for.
type Keys<'r> = Vec<(Key<'r>, u16, u16)>;

impl Index {
    /// An index of rules, some of which a broader plan may have.
    pub fn new(rules: &[Arc<Rule>], broader: Option<&Plan>) -> Index {
        let numbers: FxHashMap<*const Rule, u32> = rules.iter().map(Arc::as_ptr).zip(0..).collect();
        let mut left: Vec<u32> = (0..rules.len() as u32).collect();
        let mut layers = Vec::new();
        if let Some((plan, index)) = broader.and_then(|plan| Some((plan, plan.index.as_ref()?))) {
            let renumber = |number: &Option<u32>| numbers.get(&Arc::as_ptr(&plan.rules[(*number)? as usize])).copied();
            layers.extend(
                index.0.iter().map(|layer| Layer {
                    tables: Arc::clone(&layer.tables),
                    numbers: layer.numbers.iter().map(renumber).collect(),
                }),
            );
            let known: FxHashSet<u32> = layers.iter().flat_map(|layer| &layer.numbers).copied().flatten().collect();
            left.retain(|number| !known.contains(number));
        }
        if !left.is_empty() {
            let own: Vec<_> = left.iter().map(|&number| Arc::clone(&rules[number as usize])).collect();
            layers.push(Layer { tables: Arc::new(Tables::new(&own)), numbers: left.into_iter().map(Some).collect() });
        }
        Index(layers)
    }

    /// The rules that could match, and by which of their tables and regexes, in order.
    pub(super) fn candidates(&self, line: &Seen<'_>, rules: &[Arc<Rule>], found: &mut Vec<Target>) {
        self.0.iter().for_each(|layer| layer.keyed(line, found));
        found.sort_unstable();
        found.dedup();
        found.retain(|&target| {
            let rule = &rules[target.rule as usize];
            let short_enough = |condition: &Condition| !matches!(condition, Condition::MaxChars(most) if line.chars > *most);
            rule.when.iter().all(short_enough) && pattern(rule, target).is_none_or(|pattern| line.may_match(pattern, false))
        });
        let keyed = found.len();
        self.0.iter().for_each(|layer| layer.open(line, rules, found));
        if keyed < found.len() {
            found.sort_unstable();
            found.dedup();
        }
    }
}

impl Tables {
    fn new(rules: &[Arc<Rule>]) -> Tables {
        prepare(rules);
        let (mut whole, mut longest_whole, mut edges_max) = (FxHashMap::<Box<str>, Vec<Target>>::default(), 0, 0);
        let (mut starts, mut ends, mut inside) = (Vec::new(), Vec::new(), Vec::new());
        let mut open = Vec::new();
        let mut open_by_first = vec![Vec::new(); 256];
        for (number, rule) in rules.iter().enumerate() {
            let max_chars = longest_line(rule);
            for (key, table, pattern) in keys_of(rule) {
                let target = Target { rule: number as u32, table, pattern };
                match key {
                    Key::Whole(literal) => {
                        longest_whole = longest_whole.max(literal.len());
                        whole.entry(literal.into()).or_default().push(target);
                    }
                    Key::Start(literal) | Key::End(literal) => {
                        edges_max = edges_max.max(max_chars);
                        if matches!(key, Key::Start(_)) { &mut starts } else { &mut ends }.push((literal, target));
                    }
                    Key::Inside(literal) => {
                        let sorts = (0..=LENGTHS.len()).filter(|&sort| sort == 0 || LENGTHS[sort - 1] < max_chars);
                        inside.push((literal, target, sorts.fold(0, |all, sort| all | 1 << sort)));
                    }
                    Key::Open(first) => {
                        let lists = (0..=u8::MAX).zip(&mut open_by_first).filter(|(byte, _)| first.has(*byte));
                        lists.for_each(|(_, list)| list.push(open.len() as u32));
                        open.push(Open { target, max_chars });
                    }
                }
            }
        }
        Tables {
            whole,
            longest_whole,
            starts: Edges::new(starts, true),
            ends: Edges::new(ends, false),
            edges_max,
            inside: Tuned::new(Grams::new(inside)),
            open,
            open_by_first,
        }
    }
}

impl Layer {
    /// What the line holds a literal for.
    fn keyed(&self, line: &Seen<'_>, found: &mut Vec<Target>) {
        let tables = &*self.tables;
        let folded = &line.folded;
        let before = found.len();
        if folded.core.len() <= tables.longest_whole
            && let Some(targets) = tables.whole.get(folded.core())
        {
            found.extend(targets);
        }
        if line.chars <= tables.edges_max {
            tables.starts.look_up(folded.body(), found);
            if folded.body > 0 {
                tables.starts.look_up(folded.text, found);
            }
            tables.ends.look_up(folded.text, found);
        }
        let sort = LENGTHS.iter().position(|&most| line.chars <= most).unwrap_or(LENGTHS.len());
        tables.inside.find(folded.text, 1 << sort, |target, _| {
            found.push(target);
            true
        });
        // From the numbers of the tables to those of the plan.
        let mut end = before;
        for at in before..found.len() {
            if let Some(rule) = self.numbers[found[at].rule as usize] {
                found[end] = Target { rule, ..found[at] };
                end += 1;
            }
        }
        found.truncate(end);
    }

    /// What can do without a literal.
    fn open(&self, line: &Seen<'_>, rules: &[Arc<Rule>], found: &mut Vec<Target>) {
        for text in line.texts() {
            let Some(&first) = text.as_bytes().first() else { continue };
            for &open in &self.tables.open_by_first[usize::from(first)] {
                let Open { target, max_chars } = self.tables.open[open as usize];
                let Some(rule) = self.numbers[target.rule as usize].filter(|_| line.chars <= max_chars) else { continue };
                let may_match = |pattern: &Pattern| pattern.needs().fit(text) && line.has_needs(pattern, false);
                if pattern(&rules[rule as usize], target).is_none_or(may_match) {
                    found.push(Target { rule, ..target });
                }
            }
        }
    }
}

/// The regex that a target names, where it names one.
fn pattern(rule: &Rule, target: Target) -> Option<&Pattern> {
    let at = usize::from(target.pattern);
    match &rule.action {
        Action::Span(Span::Regex(patterns)) => patterns.get(at),
        Action::Run(run) => regexes(&run.each)?.get(at),
        _ => regexes(rule.entry()?.0.get(usize::from(target.table))?)?.get(at),
    }
}

fn regexes(table: &Conditions) -> Option<&[Pattern]> {
    table.iter().find_map(|c| if let Condition::Regex(patterns) = c { Some(patterns.as_slice()) } else { None })
}

/// Finds what regexes need, which takes longest, side by side; the rules keep it. Of built-in ones
/// it is known.
fn prepare(rules: &[Arc<Rule>]) {
    let rules: Vec<_> = rules.iter().filter(|rule| !rule.origin.builtin).collect();
    let threads = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        let find = |part: &[&Arc<Rule>]| part.iter().for_each(|rule| drop(keys_of(rule)));
        let mut parts = rules.chunks(rules.len().div_ceil(threads).max(SIDE_BY_SIDE));
        let own = parts.next();
        parts.for_each(|part| drop(scope.spawn(move || find(part))));
        own.map(find);
    });
}

/// The longest line that a rule without any literal is tried on; none for a rule that has one.
pub(crate) fn tried_everywhere(rule: &Rule) -> Option<usize> {
    keys_of(rule).iter().any(|(key, ..)| matches!(key, Key::Open(_))).then(|| longest_line(rule))
}

/// The most characters a line can have that the rule takes or starts from.
fn longest_line(rule: &Rule) -> usize {
    let each = if let Action::Run(run) = &rule.action { run.each.as_slice() } else { &[] };
    let longest = |condition: &Condition| if let Condition::MaxChars(n) = condition { Some(*n) } else { None };
    let bound = |conditions: &[Condition]| conditions.iter().filter_map(longest).min().unwrap_or(usize::MAX);
    bound(&rule.when).min(bound(each))
}

/// Keys of which one stands in every line the rule can take.
fn keys_of(rule: &Rule) -> Keys<'_> {
    let mut keys = Vec::new();
    match &rule.action {
        Action::Line(entry) => match_keys(entry, &mut keys),
        Action::Block(block) => match_keys(&block.start, &mut keys),
        Action::Span(Span::Contains(literals)) => add(literals, Key::Inside, Target::ALL, &mut keys),
        Action::Span(Span::Regex(patterns)) => regex_keys(patterns, Target::ALL, &mut keys),
        Action::Run(run) => {
            table_keys(&run.each, 0, &mut keys);
            if keys.iter().any(|(key, ..)| matches!(key, Key::Open(_))) {
                let mut others = Vec::new();
                table_keys(&rule.when, Target::ALL, &mut others);
                if !others.iter().any(|(key, ..)| matches!(key, Key::Open(_))) {
                    keys = others.into_iter().map(|(key, ..)| (key, Target::ALL, Target::ALL)).collect();
                }
            }
        }
        Action::Repeat(_) => {}
    }
    keys
}

fn match_keys<'r>(entry: &'r Match, keys: &mut Keys<'r>) {
    for (number, table) in entry.0.iter().enumerate() {
        table_keys(table, number as u16, keys);
    }
}

/// The keys of the condition that sends the fewest lines to the rule: all conditions must hold.
fn table_keys<'r>(table: &'r Conditions, number: u16, keys: &mut Keys<'r>) {
    let found = |pick: fn(&Condition) -> Option<&Texts>| table.iter().find_map(pick);
    let mut regex = Vec::new();
    if let Some(patterns) = regexes(table) {
        regex_keys(patterns, number, &mut regex);
    }
    let is_open = regex.is_empty() || regex.iter().any(|(key, ..)| matches!(key, Key::Open(_)));
    if let Some(literals) = found(|c| if let Condition::Is(literals) = c { Some(literals) } else { None }) {
        add(literals, Key::Whole, number, keys);
    } else if let Some(literals) = found(|c| if let Condition::Starts(literals) = c { Some(literals) } else { None }) {
        add(literals, Key::Start, number, keys);
    } else if let Some(literals) = found(|c| if let Condition::Ends(literals) = c { Some(literals) } else { None }) {
        add(literals, Key::End, number, keys);
    } else if let Some(literals) =
        table.iter().find_map(|c| if let Condition::Contains(literals) = c { Some(literals) } else { None })
        && is_open
    {
        add(literals, Key::Inside, number, keys);
    } else if regex.is_empty() {
        keys.push((Key::Open(Bytes::ALL), number, Target::ALL));
    } else {
        keys.append(&mut regex);
    }
}

fn add<'r>(literals: &'r Texts, key: fn(&'r str) -> Key<'r>, table: u16, keys: &mut Keys<'r>) {
    keys.extend(literals.iter().map(|literal| (key(literal), table, Target::ALL)));
}

fn regex_keys<'r>(patterns: &'r [Pattern], table: u16, keys: &mut Keys<'r>) {
    for (number, pattern) in patterns.iter().enumerate() {
        let needs = pattern.needs();
        let number = number as u16;
        let Some(found) = &needs.keys else {
            keys.push((Key::Open(needs.first()), table, number));
            continue;
        };
        let key = match found.place {
            Place::Start => Key::Start,
            Place::End => Key::End,
            Place::Inside => Key::Inside,
        };
        keys.extend(found.literals.iter().map(|literal| (key(literal), table, number)));
    }
}
