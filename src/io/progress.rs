//! What a person at a terminal sees while a batch runs, and lines on stderr beside it.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::{
    io::{self, IsTerminal, Write},
    sync::{
        OnceLock,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

/// Bytes read from the disk so far.
pub static READ: AtomicU64 = AtomicU64::new(0);

static BAR: OnceLock<ProgressBar> = OnceLock::new();

/// Starts the bar, where stderr is a terminal and results do not go to the same one.
pub fn start(bytes: u64, to_stdout: bool) {
    if !io::stderr().is_terminal() || (to_stdout && io::stdout().is_terminal()) {
        return;
    }
    let bar = ProgressBar::with_draw_target(Some(bytes), ProgressDrawTarget::stderr_with_hz(4));
    if let Ok(style) = ProgressStyle::with_template("{bar:24} {bytes}/{total_bytes}  {bytes_per_sec}, {eta} left  {msg}") {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(250));
    let _ = BAR.set(bar);
}

/// Moves it on.
pub fn show(articles: usize, cuts: usize) {
    if let Some(bar) = BAR.get() {
        let read = READ.load(Ordering::Relaxed);
        // Standard input has no known length.
        bar.set_length(read.max(bar.length().unwrap_or(0)));
        bar.set_position(read);
        bar.set_message(format!("{articles} articles, {cuts} cuts"));
    }
}

/// Takes it away.
pub fn end() {
    if let Some(bar) = BAR.get() {
        bar.finish_and_clear();
    }
}

/// A line on stderr; nobody listening is no reason to fail.
pub fn note(text: &str) {
    // The name of a file may hold a line that looks like one of ours.
    let line = format!("dechaff: {}\n", dechaff::visible(&text.replace('\n', "␊")));
    let write = || {
        let _ = io::stderr().write_all(line.as_bytes());
    };
    match BAR.get() {
        Some(bar) => bar.suspend(write),
        None => write(),
    }
}
