//! Many texts on all cores. Threads live for one batch only, so that a process that forks between two
//! batches, as workers of data frameworks do, finds none missing.

use dechaff::{Article, Cleaner, Entry};
use std::{
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
    thread,
};

/// Rows that a thread takes at a time, so that threads seldom meet.
const STRIDE: usize = 64;

/// What a row of a batch holds.
#[derive(Debug, Clone, Copy)]
pub enum Text<'t> {
    Missing,
    /// Not Unicode: it is passed through.
    Bad,
    Good(&'t str),
}

/// What is known about the articles of a batch.
pub enum About<'t> {
    Nothing,
    All(&'t str),
    Each(Vec<Option<&'t str>>),
}

impl<'t> About<'t> {
    /// What it says of a row; an empty text says nothing.
    fn of(&self, row: usize) -> Option<&'t str> {
        let said = match self {
            About::Nothing => None,
            About::All(said) => Some(*said),
            About::Each(rows) => rows[row],
        };
        said.filter(|said| !said.is_empty())
    }
}

pub struct Batch<'t> {
    pub texts: Vec<Text<'t>>,
    pub urls: About<'t>,
    pub hosts: About<'t>,
    pub titles: About<'t>,
    pub langs: About<'t>,
}

/// What came of a row.
#[derive(Default)]
pub struct Done {
    /// None where the text stays as it was.
    pub text: Option<String>,
    /// None where nothing went and the article was not held.
    pub ledger: Option<String>,
}

/// The ledger of an article as the command line writes it; none where nothing went and it was not held.
pub fn ledger(cleaned: &dechaff::Cleaned<'_>) -> Option<String> {
    Entry::of(cleaned).map(|entry| serde_json::to_string(&entry).expect("an entry is texts and numbers"))
}

impl Batch<'_> {
    fn clean_row(&self, cleaner: &Cleaner, row: usize, ledgers: bool) -> Done {
        let Text::Good(text) = self.texts[row] else { return Done::default() };
        let article = Article::new(text)
            .host_name(self.hosts.of(row))
            .url(self.urls.of(row))
            .title(self.titles.of(row))
            .lang(self.langs.of(row));
        let cleaned = cleaner.clean(&article);
        let changed = !cleaned.cuts().is_empty();
        Done { text: changed.then(|| cleaned.text().into_owned()), ledger: ledgers.then(|| ledger(&cleaned)).flatten() }
    }

    /// What comes of each row, in order. `go_on` is asked now and then by the calling thread; what it
    /// objects ends the batch.
    pub fn clean<E>(
        &self,
        cleaner: &Cleaner,
        threads: usize,
        ledgers: bool,
        mut go_on: impl FnMut() -> Result<(), E>,
    ) -> Result<Vec<Done>, E> {
        let rows = self.texts.len();
        let (next, stopped) = (AtomicUsize::new(0), AtomicBool::new(false));
        let take = || {
            let from = next.fetch_add(STRIDE, Ordering::Relaxed);
            (from < rows && !stopped.load(Ordering::Relaxed)).then(|| from..(from + STRIDE).min(rows))
        };
        let work = |mut go_on: Option<&mut dyn FnMut() -> Result<(), E>>| {
            let mut parts = Vec::new();
            while let Some(range) = take() {
                let from = range.start;
                parts.push((from, range.map(|row| self.clean_row(cleaner, row, ledgers)).collect::<Vec<Done>>()));
                if let Some(Err(objection)) = go_on.as_mut().map(|go_on| go_on()) {
                    stopped.store(true, Ordering::Relaxed);
                    return Err(objection);
                }
            }
            Ok(parts)
        };
        let mut parts = thread::scope(|scope| {
            let others = threads.min(rows.div_ceil(STRIDE)).saturating_sub(1);
            let others: Vec<_> = (0..others).map(|_| scope.spawn(|| work(None).unwrap_or_default())).collect();
            let mut parts = work(Some(&mut go_on))?;
            for other in others {
                parts.extend(other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
            }
            Ok(parts)
        })?;
        parts.sort_by_key(|(from, _)| *from);
        Ok(parts.into_iter().flat_map(|(_, done)| done).collect())
    }

    /// How many texts are no Unicode, and the first of them.
    pub fn bad(&self) -> Option<(usize, usize)> {
        let mut bad = self.texts.iter().enumerate().filter(|(_, text)| matches!(text, Text::Bad));
        let (first, _) = bad.next()?;
        Some((1 + bad.count(), first))
    }
}
