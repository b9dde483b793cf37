//! The yardstick: cleans every article of a JSONL corpus on one thread with all built-in packs.
//!
//! `DECHAFF_CORPUS=articles.jsonl cargo bench --bench corpus [-- THREADS]`
//!
//! Reports megabytes of text a second, the best of three rounds, beside the floor: splitting the same
//! text into lines and copying them.

mod articles;

use articles::{Record, keep};
use dechaff::{Cleaner, Pack};
use std::{
    env, fs,
    hint::black_box,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::Instant,
};

/// Bytes of text that a round cleans at least: small corpora are repeated.
const ROUND: usize = 500_000_000;

fn main() {
    let Some(records) = articles::read() else {
        eprintln!("corpus: name a JSONL file of articles in DECHAFF_CORPUS");
        return;
    };
    let threads: usize = env::args().skip(1).find_map(|arg| arg.parse().ok()).unwrap_or(1);
    let bytes: usize = records.iter().map(|record| record.text.len()).sum();
    let times = env::var("DECHAFF_TIMES").ok().and_then(|n| n.parse().ok()).unwrap_or(ROUND.div_ceil(bytes));
    let lines: usize = records.iter().map(|record| record.text.split('\n').count()).sum();
    println!("{} articles, {} lines, {:.1} MB of text, {times} times", records.len(), lines, mega(bytes));

    let start = Instant::now();
    let packs = Pack::builtin().unwrap();
    let rules: usize = packs.iter().map(|pack| pack.rules().len()).sum();
    let cleaner = Cleaner::builder().packs(packs).build().unwrap();
    println!("load: {rules} rules in {:.1} ms", start.elapsed().as_secs_f64() * 1e3);
    let start = Instant::now();
    let cuts = clean(&cleaner, &records, 1, threads);
    println!("first pass, indexes and regexes built on the way: {:.2} s, {cuts} cuts", start.elapsed().as_secs_f64());

    let only = env::args().nth(2);
    let wanted = |what: &str| only.as_deref().is_none_or(|only| what.contains(only));
    let report = |what: &str, bytes: usize, run: &dyn Fn() -> usize| {
        if wanted(what) {
            report(what, bytes, run)
        }
    };
    report("clean, languages told", bytes * times, &|| clean(&cleaner, &records, times, threads));
    let untold: Vec<Record> =
        records.iter().map(|record| Record { url: None, title: None, lang: None, ..record.clone() }).collect();
    report("clean, nothing told", bytes * times, &|| clean(&cleaner, &untold, times, threads));
    report("floor: split and copy", bytes * times, &|| {
        (0..times).map(|_| records.iter().map(|record| black_box(keep(&record.text, |_| true)).len()).sum::<usize>()).sum()
    });
}

fn clean(cleaner: &Cleaner, records: &[Record], times: usize, threads: usize) -> usize {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut cuts = 0;
        loop {
            // Whole chunks, so that threads seldom meet.
            let from = next.fetch_add(64, Ordering::Relaxed);
            if from >= records.len() * times {
                return cuts;
            }
            for at in from..(from + 64).min(records.len() * times) {
                let cleaned = cleaner.clean(&records[at % records.len()].article());
                cuts += cleaned.cuts().len();
                black_box(cleaned.text());
            }
        }
    };
    thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(work)).collect();
        work() + others.into_iter().map(|other| other.join().unwrap()).sum::<usize>()
    })
}

fn report(what: &str, bytes: usize, run: &dyn Fn() -> usize) {
    let best = (0..3)
        .map(|_| {
            let (start, cpu) = (Instant::now(), processor_time());
            black_box(run());
            (start.elapsed().as_secs_f64(), processor_time() - cpu)
        })
        .fold((f64::MAX, f64::MAX), |best, time| (best.0.min(time.0), best.1.min(time.1)));
    println!("{what}: {:.1} MB/s; {:.1} MB in a second of processor time", mega(bytes) / best.0, mega(bytes) / best.1);
}

/// Seconds that this process has had a processor: steadier than the clock on a busy machine. Not
/// known outside Linux.
fn processor_time() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    fields.skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0
}

fn mega(bytes: usize) -> f64 {
    bytes as f64 / 1e6
}
