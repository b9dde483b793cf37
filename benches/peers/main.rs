//! dechaff, a `RegexSet` and the floor on the same articles; `benches/peers/run.sh` runs it beside other tools.
//!
//! `DECHAFF_CORPUS=articles.jsonl MEGABYTES=500 cargo bench --bench peers -- PATTERNS`
//!
//! Prints a line for each: name, megabytes of text, seconds.

use articles::{Record, keep};
use dechaff::{Article, Cleaner, Pack, Selection};
use regex::RegexSetBuilder;
use std::{env, fs, hint::black_box, time::Instant};

#[path = "../articles/mod.rs"]
mod articles;

fn main() {
    let arguments: Vec<String> = env::args().skip(1).filter(|arg| !arg.starts_with("--")).collect();
    let (Some(records), Some(patterns)) = (articles::read(), arguments.first()) else {
        eprintln!("peers: name a JSONL file of articles in DECHAFF_CORPUS, and a file of patterns");
        return;
    };
    let megabytes: f64 = env::var("MEGABYTES").ok().and_then(|n| n.parse().ok()).unwrap_or(500.0);
    let patterns = fs::read_to_string(patterns).unwrap();
    let sources: Vec<String> = patterns.lines().map(|source| format!(r"^\s*(?:{source})\s*$")).collect();
    let set = RegexSetBuilder::new(&sources).case_insensitive(true).build().unwrap();
    let time = |name: &str, clean: &dyn Fn(&Record)| {
        // Indexes and regexes are made on the way.
        records.iter().for_each(clean);
        let (start, mut bytes) = (Instant::now(), 0);
        for record in records.iter().cycle() {
            clean(record);
            bytes += record.text.len();
            if bytes as f64 >= megabytes * 1e6 {
                break;
            }
        }
        println!("{name}\t{:.0}\t{:.3}", bytes as f64 / 1e6, start.elapsed().as_secs_f64());
    };
    time("floor: lines found and copied", &|record| drop(black_box(keep(&record.text, |_| true))));
    // One at a time: only so many regexes of a process become large.
    let dechaff = |what: &str, ignore: &[&str], told: bool| {
        let selection = Selection { ignore: ignore.iter().map(|&it| it.to_owned()).collect(), ..Selection::default() };
        let cleaner = Cleaner::builder().packs(Pack::builtin().unwrap()).selection(selection).build().unwrap();
        time(&format!("dechaff, {what}"), &|record| {
            let article = if told { record.article() } else { Article::new(&record.text) };
            black_box(cleaner.clean(&article).text());
        });
    };
    dechaff("rules of all packs, language told", &["evidence"], true);
    dechaff("rules and evidence, language told", &[], true);
    dechaff("rules and evidence, nothing told", &[], false);
    let name = format!("Rust RegexSet of {}", sources.len());
    time(&name, &|record| drop(black_box(keep(&record.text, |line| !set.is_match(line)))));
}
