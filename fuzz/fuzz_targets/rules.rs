//! Any rule file: refused with an error that names its place, or rules that keep the promises.
#![no_main]

#[path = "../promises.rs"]
mod promises;

use dechaff::{Article, Pack, lint, test_rules};
use libfuzzer_sys::fuzz_target;

/// Lines that rules of all kinds may hit.
const TEXT: &str = "ADVERTISEMENT\n\nA title\n12 May 2031\nThe council met on Tuesday and talked for four hours about the new bridge across the sound.\n\
    Read also: Storm\n* Twitter\n[Email]\nBox\nend of box\nThe ferry (Photo: Reuters) left at noon.\nThe ferry (Photo: Reuters) left at noon.\n广告\nword\nword\n1 2 3\n";

fuzz_target!(|text: &str| {
    let pack = match Pack::parse("fuzz", text) {
        Ok(pack) => pack,
        Err(error) => return assert!(error.to_string().starts_with("fuzz.toml"), "{error}"),
    };
    let packs = [pack];
    let _ = (test_rules(&packs).len(), packs[0].rules().iter().map(|rule| lint(rule).len()).sum::<usize>());
    let (Some(fast), Some(slow)) = (promises::cleaner(packs.to_vec(), true), promises::cleaner(packs.to_vec(), false)) else {
        return;
    };
    for article in [TEXT, text] {
        promises::check(&fast, Some(&slow), &Article::new(article).title("A title"));
    }
    fast.explain(&Article::new(TEXT), None).iter().for_each(|told| drop(told.to_string()));
});
