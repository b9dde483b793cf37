//! A compiled regex that stays small: rules have thousands of them, and most are run a few times.
//!
//! At first it is one automaton (a Thompson NFA). Backtracking with a bound needs nothing but scratch
//! space, which all regexes of a thread share; what is too long for it is left to the Pike VM. A regex
//! that is run often becomes larger and quicker, as long as there are not too many of those: one that
//! covers whole lines a lazy DFA of the same automaton, any other one of the regex crate. All of them
//! take time that is linear in the text.

use super::{needs::rewrite, window::find_all};
use once_cell::sync::OnceCell;
use regex_automata::{
    Input, PatternID,
    hybrid::dfa::{self, DFA},
    nfa::thompson::{
        Compiler, Config, NFA, WhichCaptures,
        backtrack::{self, BoundedBacktracker},
        pikevm::{self, PikeVM},
    },
    util::{captures::Captures, pool::Pool, primitives::NonMaxUsize},
};
use regex_syntax::hir::{Capture, Hir, HirKind, Repetition};
use std::{
    cell::RefCell,
    ops::Range,
    panic::{RefUnwindSafe, UnwindSafe},
    sync::{
        Arc,
        atomic::{AtomicU32, AtomicUsize, Ordering::Relaxed},
    },
};

/// A regex that is run more often than this is worth one of the regex crate.
const SELDOM: u32 = 100;

/// And one that is run more often than this a lazy DFA, which needs not be compiled.
const RARE: u32 = 20;

/// Bytes of a text that counts as one run.
const LINE: usize = 64;

/// A lazy DFA that fills its memory so often without getting on is given up for the run.
const CLEARED: usize = 3;
const BYTES_PER_STATE: usize = 10;

/// The most that the lazy DFA of a large one may take, for each thread that runs it.
const CACHE: usize = 512 << 10;

/// Regexes of a process that may be large at a time.
const LARGE: usize = 600;

/// How many are.
#[derive(Debug)]
struct Places(AtomicUsize);

static PLACES: Places = Places(AtomicUsize::new(0));

/// The place of one of them, free again once it is dropped.
#[derive(Debug)]
struct Place(&'static Places);

impl Places {
    fn take(&'static self) -> Option<Place> {
        let place = Place(self);
        (self.0.fetch_add(1, Relaxed) < LARGE).then_some(place)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, Relaxed);
    }
}

#[derive(Debug)]
pub(crate) struct Regex {
    small: BoundedBacktracker,
    runs: AtomicU32,
    /// None where there were too many.
    large: OnceCell<Option<(regex::Regex, Place)>>,
    lazy: OnceCell<Option<Box<Lazy>>>,
}

/// A DFA whose states are built as texts ask for them, by each thread for itself.
#[derive(Debug)]
struct Lazy {
    dfa: Arc<DFA>,
    caches: Pool<dfa::Cache, MakeCache>,
    _place: Place,
}

type MakeCache = Box<dyn Fn() -> dfa::Cache + Send + Sync + UnwindSafe + RefUnwindSafe>;

impl Lazy {
    fn new(nfa: &NFA, _place: Place) -> Option<Box<Lazy>> {
        let config = DFA::config()
            .unicode_word_boundary(true)
            .cache_capacity(CACHE)
            .skip_cache_capacity_check(true)
            .minimum_cache_clear_count(Some(CLEARED))
            .minimum_bytes_per_state(Some(BYTES_PER_STATE));
        let dfa = Arc::new(DFA::builder().configure(config).build_from_nfa(nfa.clone()).ok()?);
        let own = Arc::clone(&dfa);
        Some(Box::new(Lazy { dfa, caches: Pool::new(Box::new(move || own.create_cache())), _place }))
    }

    /// None where it cannot tell: at word boundaries beyond ASCII, or where states are built in vain.
    fn is_match(&self, text: &str) -> Option<bool> {
        let found = self.dfa.try_search_fwd(&mut self.caches.get(), &Input::new(text).earliest(true));
        found.ok().map(|found| found.is_some())
    }
}

/// What a run needs beside the regex.
#[derive(Default)]
struct Scratch {
    backtracker: Option<backtrack::Cache>,
    pike: Option<pikevm::Cache>,
}

thread_local! {
    static SCRATCH: RefCell<Scratch> = RefCell::default();
    /// A new one would set up its tables for each regex.
    static COMPILER: RefCell<Compiler> = RefCell::new(Compiler::new());
}

impl Regex {
    /// A regex that takes at most so many bytes; none where it would take more.
    pub fn new(hir: &Hir, size_limit: usize) -> Option<Regex> {
        let captures = if has_names(hir) { WhichCaptures::All } else { WhichCaptures::Implicit };
        let config = Config::new().nfa_size_limit(Some(size_limit)).which_captures(captures);
        let nfa = COMPILER.with_borrow_mut(|compiler| compiler.configure(config).build_from_hir(hir).ok())?;
        let small = BoundedBacktracker::new_from_nfa(nfa).ok()?;
        Some(Regex { small, runs: AtomicU32::new(0), large: OnceCell::new(), lazy: OnceCell::new() })
    }

    /// Counts a run on a text, a long one as several, and makes it larger once that is worth it, from
    /// what it was made from.
    pub fn count(&self, text: &str, hir: impl FnOnce() -> Option<Hir>) {
        self.count_among(&PLACES, text, hir);
    }

    fn count_among(&self, places: &'static Places, text: &str, hir: impl FnOnce() -> Option<Hir>) {
        let runs = 1 + u32::try_from(text.len() / LINE).unwrap_or(SELDOM).min(SELDOM);
        if self.large.get().is_some() || self.lazy.get().is_some() {
            return;
        }
        let runs = self.runs.fetch_add(runs, Relaxed).saturating_add(runs);
        if self.nfa().is_always_start_anchored() {
            if runs > RARE {
                self.lazy.get_or_init(|| Lazy::new(self.nfa(), places.take()?));
            }
            return;
        }
        if runs <= SELDOM {
            return;
        }
        self.large.get_or_init(|| {
            let place = places.take()?;
            Some((regex::RegexBuilder::new(&written(&hir()?)).dfa_size_limit(CACHE).build().ok()?, place))
        });
    }

    fn nfa(&self) -> &NFA {
        self.small.get_nfa()
    }

    pub fn is_match(&self, text: &str) -> bool {
        let quick = match (self.large.get(), self.lazy.get()) {
            (Some(Some((large, _))), _) => Some(large.is_match(text)),
            (_, Some(Some(lazy))) => lazy.is_match(text),
            _ => None,
        };
        quick.unwrap_or_else(|| self.search(&Input::new(text).earliest(true), &mut []).is_some())
    }

    /// The names of its groups.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.nfa().group_info().pattern_names(PatternID::ZERO).flatten()
    }

    /// For each match in a text its stretch, or that of its group named `cut` if there is one; in a long
    /// text those that [a window](find_all) shows.
    pub fn stretches<'a>(&'a self, text: &'a str) -> Box<dyn Iterator<Item = Option<Range<usize>>> + 'a> {
        let has_cut = self.names().any(|name| name == "cut");
        match self.large.get() {
            Some(Some((large, _))) if has_cut => Box::new(find_all(text, move |part| {
                let groups = large.captures_at(&text[..part.end], part.start)?;
                Some((groups.get_match().range(), groups.name("cut").map(|cut| cut.range())))
            })),
            Some(Some((large, _))) => Box::new(find_all(text, move |part| {
                let all = large.find_at(&text[..part.end], part.start)?.range();
                Some((all.clone(), Some(all)))
            })),
            _ => {
                let mut groups = self.groups();
                Box::new(find_all(text, move |part| {
                    self.find(&Input::new(text).range(part), &mut groups);
                    let all = groups.get_match()?.range();
                    let cut = || groups.get_group_by_name("cut").map(|cut| cut.range());
                    Some((all.clone(), if has_cut { cut() } else { Some(all) }))
                }))
            }
        }
    }

    /// Its first match in a text, with its groups.
    pub fn first(&self, text: &str) -> Option<Captures> {
        let mut groups = self.groups();
        self.find(&Input::new(text), &mut groups);
        groups.is_match().then_some(groups)
    }

    fn groups(&self) -> Captures {
        Captures::all(self.nfa().group_info().clone())
    }

    fn find(&self, input: &Input<'_>, groups: &mut Captures) {
        let found = self.search(input, groups.slots_mut());
        groups.set_pattern(found);
    }

    fn search(&self, input: &Input<'_>, slots: &mut [Option<NonMaxUsize>]) -> Option<PatternID> {
        SCRATCH.with_borrow_mut(|scratch| {
            let cache = scratch.backtracker.get_or_insert_with(|| self.small.create_cache());
            cache.reset(&self.small);
            self.small.try_search_slots(cache, input, slots).unwrap_or_else(|_| {
                let pike = PikeVM::new_from_nfa(self.nfa().clone()).ok()?;
                let cache = scratch.pike.get_or_insert_with(|| pike.create_cache());
                cache.reset(&pike);
                pike.search_slots(cache, input, slots)
            })
        })
    }
}

/// The regex as text. Side by side, two repetitions would read as a lazy one.
fn written(hir: &Hir) -> String {
    let apart = |hir: Hir| match hir.kind() {
        HirKind::Repetition(outer) if matches!(outer.sub.kind(), HirKind::Repetition(_)) => {
            let sub = Box::new(Hir::capture(Capture { index: 0, name: None, sub: outer.sub.clone() }));
            Hir::repetition(Repetition { sub, ..outer.clone() })
        }
        _ => hir,
    };
    rewrite(hir, &apart).to_string()
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

    fn parsed(source: &str) -> Hir {
        regex_syntax::parse(source).unwrap()
    }

    #[test]
    fn all_ways_to_run_it_agree() {
        // Those of the process other tests may hold.
        static OWN: Places = Places(AtomicUsize::new(0));
        let long = "word - ".repeat(40_000) + "é 12:30";
        for source in [r"\bw\w+", r"(?<hour>\d\d?):(?<cut>\d\d)", r"^(?:w|é).*\d$", r"^\b.*\b\d$", "é?", r"\pL+\B."] {
            let regex = Regex::new(&parsed(source), 256 << 10).unwrap();
            let twin = regex::Regex::new(source).unwrap();
            let is_large = || regex.large.get().is_some_and(Option::is_some) || regex.lazy.get().is_some_and(Option::is_some);
            let agree = || {
                for text in ["", "word", "été à 9:15", "9:15 and 10:20"] {
                    assert_eq!(regex.is_match(text), twin.is_match(text), "{source}");
                    let wanted = |groups: regex::Captures| groups.name("cut").or(groups.get(0)).map(|found| found.range());
                    let found = twin.captures_iter(text).filter_map(wanted).filter(|range| !range.is_empty());
                    assert!(found.eq(regex.stretches(text).flatten().filter(|range| !range.is_empty())), "{source}");
                }
                // Too long to backtrack.
                assert_eq!(regex.is_match(&long), twin.is_match(&long), "{source}");
                regex.stretches(&long).collect::<Vec<_>>()
            };
            let by_small = agree();
            assert!(!is_large());
            let few = if source.starts_with('^') { RARE } else { SELDOM };
            (0..few).for_each(|_| regex.count_among(&OWN, "", || Some(parsed(source))));
            assert!(!is_large());
            regex.count_among(&OWN, "", || Some(parsed(source)));
            assert!(is_large());
            assert_eq!(by_small, agree());
        }
    }

    #[test]
    fn a_place_is_free_again() {
        static OWN: Places = Places(AtomicUsize::new(0));
        let mut taken: Vec<Place> = (0..LARGE).filter_map(|_| OWN.take()).collect();
        assert_eq!(taken.len(), LARGE);
        assert!(OWN.take().is_none() && OWN.take().is_none());
        taken.pop();
        assert!(OWN.take().is_some());
    }

    #[test]
    fn what_is_written_says_the_same() {
        for source in ["(?:a+)?b", "(?:a{2})*", "(?:(?:(?:a+)?)+?){2}", "(?:ab?)?b*", "[^a&&b]", "(?i)[ß-ſ]|k", r"\(|\b\.\B"] {
            let hir = parsed(source);
            let [ours, plain] =
                [written(&hir), source.into()].map(|source| regex::Regex::new(&format!("^(?:{source})$")).unwrap());
            for text in ["", "a", "aa", "aaa", "b", "ab", "aab", "ba", "ſ", "K", "K", "(", "."] {
                assert_eq!(ours.is_match(text), plain.is_match(text), "{source} on {text}");
            }
        }
    }
}
