//! Weights from labelled articles: the invented ones, each with a host of its own.

use dechaff::{
    Cleaner, Pack,
    fit::{Fitted, Labelled, Options, fit},
};
use std::{fs, path::Path};

fn records(lang: &str) -> Vec<serde_json::Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/labelled/{lang}.jsonl"));
    fs::read_to_string(path).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Articles as if they had been scraped.
fn scraped(lang: &str) -> Vec<Labelled> {
    let with_host = |mut record: serde_json::Value| {
        record["host"] = format!("{}.example", record["id"].as_str().unwrap()).into();
        Labelled::parse(&record.to_string()).unwrap()
    };
    records(lang).into_iter().map(with_host).collect()
}

fn invented(lang: &str) -> Vec<Labelled> {
    records(lang).iter().map(|record| Labelled::parse_invented(&record.to_string()).unwrap()).collect()
}

fn fitted(by_hand: &str, labelled: &[Labelled]) -> Fitted {
    let mut packs = Cleaner::builtin().unwrap().packs().to_vec();
    packs.push(Pack::parse("own", by_hand).unwrap());
    fit(&packs, labelled, Options::default()).unwrap()
}

/// A word that no other sign stands for.
const WORD: &str = "dimanche";
const SIGN: &str = "when = { contains = 'dimanche' }";

#[test]
fn the_same_articles_give_the_same_weights() {
    let labelled = [scraped("fr"), scraped("it")].concat();
    let first = fitted("", &labelled).toml;
    assert_eq!(first, fitted("", &labelled).toml);
    let pack = Pack::parse("evidence", &first).unwrap();
    assert!(first.contains("[[weigh]]") && pack.rules().is_empty(), "{first}");
}

#[test]
fn what_is_weighed_by_hand_stays() {
    let labelled = [scraped("fr"), scraped("it")].concat();
    let margin = |fitted: &Fitted| {
        let said = fitted.lines.iter().filter(|line| line.text.to_lowercase().contains(WORD));
        said.map(|line| line.margin).fold(f64::MIN, f64::max)
    };
    let (free, held) = (fitted("", &labelled), fitted(&format!("[[weigh]]\n{SIGN}\nweight = -50\n"), &labelled));
    assert!(!held.toml.contains(SIGN), "{}", held.toml);
    let (free, held) = (margin(&free), margin(&held));
    assert!(free > -20.0 && held < free - 20.0, "{free} {held}");
}

#[test]
fn invented_articles_are_fitted_to_and_judge_nothing() {
    let scraped = [scraped("fr"), scraped("it")].concat();
    let alone = fitted("", &scraped);
    let beside = fitted("", &[scraped, invented("en")].concat());
    assert_ne!(alone.toml, beside.toml);
    let judged = |fitted: &Fitted| {
        let mut lines: Vec<(String, String)> = fitted.lines.iter().map(|line| (line.host.clone(), line.text.clone())).collect();
        lines.sort();
        lines
    };
    assert_eq!(judged(&alone), judged(&beside));
}
