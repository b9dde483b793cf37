//! Counts what is done, so that tests can tell whether work grows faster than the article.

#[cfg(test)]
use std::cell::Cell;

#[cfg(test)]
thread_local! {
    static STEPS: Cell<usize> = const { Cell::new(0) };
}

/// So much was done; counted in tests only.
#[inline]
pub(crate) fn steps(steps: usize) {
    #[cfg(test)]
    STEPS.set(STEPS.get() + steps);
    #[cfg(not(test))]
    let _ = steps;
}

/// Starts to count.
#[cfg(test)]
pub(crate) fn start() {
    STEPS.set(0);
}

/// The steps since then, of this thread.
#[cfg(test)]
pub(crate) fn done() -> usize {
    STEPS.get()
}
