//! A compiled regex that stays small: rules have thousands of them, and most are run a few times.
//!
//! One automaton (a Thompson NFA) and three ways to run it. Backtracking with a bound needs nothing
//! but scratch space, which all regexes of a thread share. A regex that is run often gets a lazy DFA,
//! a small one, as long as there are not too many of those. What is too long for backtracking is
//! left to the Pike VM. All of them take time that is linear in the text.

use once_cell::sync::OnceCell;
use regex_automata::{
    Input, PatternID,
    hybrid::dfa::{self, DFA},
    nfa::thompson::{
        BuildError, Compiler, Config, NFA, WhichCaptures,
        backtrack::{self, BoundedBacktracker},
        pikevm::{self, PikeVM},
    },
    util::{captures::Captures, iter::Searcher, pool::Pool, primitives::NonMaxUsize},
};
use regex_syntax::hir::{Hir, HirKind};
use std::{
    cell::RefCell,
    panic::{RefUnwindSafe, UnwindSafe},
    sync::atomic::{AtomicU32, AtomicUsize, Ordering::Relaxed},
};

/// A regex that is run more often than this is worth a lazy DFA.
const SELDOM: u32 = 100;

/// The most that the states of a lazy DFA may take, for each thread that runs it.
const CACHE: usize = 64 << 10;

/// Regexes of a process that may have a lazy DFA.
const LAZY: usize = 600;

/// How many have one.
static BUILT: AtomicUsize = AtomicUsize::new(0);

#[derive(Debug)]
pub(crate) struct Regex {
    backtracker: BoundedBacktracker,
    runs: AtomicU32,
    /// None where there were too many.
    lazy: OnceCell<Option<Lazy>>,
}

#[derive(Debug)]
struct Lazy {
    dfa: DFA,
    caches: Pool<dfa::Cache, NewCache>,
}

type NewCache = Box<dyn Fn() -> dfa::Cache + Send + Sync + UnwindSafe + RefUnwindSafe>;

/// What a run needs beside the regex.
#[derive(Default)]
struct Scratch {
    backtracker: Option<backtrack::Cache>,
    pike: Option<pikevm::Cache>,
}

thread_local! {
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

impl Regex {
    /// A regex that takes at most so many bytes.
    pub fn new(hir: &Hir, size_limit: usize) -> Result<Regex, BuildError> {
        let captures = if has_names(hir) { WhichCaptures::All } else { WhichCaptures::Implicit };
        let config = Config::new().nfa_size_limit(Some(size_limit)).which_captures(captures);
        let nfa = Compiler::new().configure(config).build_from_hir(hir)?;
        let backtracker = BoundedBacktracker::new_from_nfa(nfa)?;
        Ok(Regex { backtracker, runs: AtomicU32::new(0), lazy: OnceCell::new() })
    }

    fn nfa(&self) -> &NFA {
        self.backtracker.get_nfa()
    }

    pub fn is_match(&self, text: &str) -> bool {
        let input = Input::new(text).earliest(true);
        // It gives up at letters beyond ASCII beside a word boundary, and where its states are too many.
        let quick = self.lazy().and_then(|lazy| lazy.dfa.try_search_fwd(&mut lazy.caches.get(), &input).ok());
        quick.map_or_else(|| self.search(&input, &mut []).is_some(), |found| found.is_some())
    }

    /// The names of its groups.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.nfa().group_info().pattern_names(PatternID::ZERO).flatten()
    }

    /// What it matches in a text, one after another; the groups only where some have names.
    pub fn matches<'a>(&'a self, text: &'a str) -> impl Iterator<Item = Captures> + 'a {
        let groups = Captures::all(self.nfa().group_info().clone());
        let find = |input: &Input<'_>, groups: &mut Captures| {
            let found = self.search(input, groups.slots_mut());
            groups.set_pattern(found);
            Ok(())
        };
        Searcher::new(Input::new(text)).into_captures_iter(groups, find).infallible()
    }

    fn search(&self, input: &Input<'_>, slots: &mut [Option<NonMaxUsize>]) -> Option<PatternID> {
        SCRATCH.with_borrow_mut(|scratch| {
            let cache = scratch.backtracker.get_or_insert_with(|| self.backtracker.create_cache());
            cache.reset(&self.backtracker);
            self.backtracker.try_search_slots(cache, input, slots).unwrap_or_else(|_| {
                let pike = PikeVM::new_from_nfa(self.nfa().clone()).ok()?;
                let cache = scratch.pike.get_or_insert_with(|| pike.create_cache());
                cache.reset(&pike);
                pike.search_slots(cache, input, slots)
            })
        })
    }

    /// Its lazy DFA, once it is worth one.
    fn lazy(&self) -> Option<&Lazy> {
        if let Some(lazy) = self.lazy.get() {
            return lazy.as_ref();
        }
        if self.runs.fetch_add(1, Relaxed) < SELDOM {
            return None;
        }
        let build = || {
            if BUILT.fetch_add(1, Relaxed) >= LAZY {
                return None;
            }
            let config = DFA::config().cache_capacity(CACHE).skip_cache_capacity_check(true).unicode_word_boundary(true);
            let config = config.minimum_cache_clear_count(Some(3)).minimum_bytes_per_state(Some(10));
            let dfa = DFA::builder().configure(config).build_from_nfa(self.nfa().clone()).ok()?;
            let same = dfa.clone();
            let caches: NewCache = Box::new(move || same.create_cache());
            Some(Lazy { dfa, caches: Pool::new(caches) })
        };
        self.lazy.get_or_init(build).as_ref()
    }
}

fn has_names(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Capture(capture) => capture.name.is_some() || has_names(&capture.sub),
        HirKind::Repetition(repetition) => has_names(&repetition.sub),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => parts.iter().any(has_names),
        HirKind::Empty | HirKind::Look(_) | HirKind::Literal(_) | HirKind::Class(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use regex_automata::meta;

    #[test]
    fn all_ways_to_run_it_agree() {
        let long = "word - ".repeat(40_000) + "é 12:30";
        for source in [r"\bw\w+", r"(?<hour>\d\d?):(?<minute>\d\d)", r"^(?:w|é).*\d$", "é?", r"\pL+\B."] {
            let regex = Regex::new(&regex_syntax::parse(source).unwrap(), 256 << 10).unwrap();
            let twin = meta::Regex::new(source).unwrap();
            for text in ["", "word", "été à 9:15", "9:15 and 10:20", &long] {
                // Often enough that it is worth a lazy DFA; the long text is too long to backtrack.
                for _ in 0..=SELDOM / 4 {
                    assert_eq!(regex.is_match(text), twin.is_match(text), "{source}");
                }
                let found = regex.matches(text).map(|groups| groups.get_match());
                assert!(found.eq(twin.find_iter(text).map(Some)), "{source}");
            }
        }
    }
}
