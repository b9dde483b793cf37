//! What a run is made of: loading the packs, the first article of a language, any further one; and
//! how both grow with the number of rules.
//!
//! `cargo bench --bench core`

use dechaff::{Article, Cleaner, Pack};
use std::fmt::Write;

fn main() {
    divan::main();
}

#[divan::bench]
fn load() -> Cleaner {
    Cleaner::builtin().unwrap()
}

/// With the index of its language and the regexes that it needs.
#[divan::bench(args = [Some("en"), None])]
fn first_article(bencher: divan::Bencher, lang: Option<&str>) {
    let text = article();
    bencher.with_inputs(|| Cleaner::builtin().unwrap()).bench_refs(|cleaner| clean(cleaner, &text, lang));
}

#[divan::bench(args = [Some("en"), None])]
fn article_after(bencher: divan::Bencher, lang: Option<&str>) {
    let (cleaner, text) = (Cleaner::builtin().unwrap(), article());
    bencher.counter(divan::counter::BytesCount::of_str(&text)).bench(|| clean(&cleaner, &text, lang));
}

/// By its small words, and where those of a language are not known by its letters.
#[divan::bench(args = [
    "The harbour board met on Tuesday and talked for four hours about the dredging, which Orla Venn, who chairs it, called late.",
    "Havnestyret møttes tirsdag og snakket i fire timer om mudringen, som Orla Venn, som leder det, kalte for sen.",
])]
fn guess_language(text: &str) -> Option<&'static str> {
    dechaff::guess_language(text)
}

#[divan::bench(args = [1_000, 10_000])]
fn load_generated(rules: usize) -> Cleaner {
    generated(rules)
}

#[divan::bench(args = [1_000, 10_000])]
fn article_after_generated(bencher: divan::Bencher, rules: usize) {
    let (cleaner, text) = (generated(rules), article());
    bencher.counter(divan::counter::BytesCount::of_str(&text)).bench(|| clean(&cleaner, &text, Some("en")));
}

fn clean(cleaner: &Cleaner, text: &str, lang: Option<&str>) -> usize {
    cleaner.clean(&Article::new(text).lang(lang)).cuts().len()
}

/// The built-in rules and so many more: literals of every kind, and regexes.
fn generated(rules: usize) -> Cleaner {
    let mut text = String::new();
    for number in 0..rules {
        // Words that no article has, so that only looking for them costs.
        let word: String = (0..4).map(|digit| char::from(b"bcdfghjklm"[number / 10_usize.pow(digit) % 10])).collect();
        let action = match number % 5 {
            0 => format!("line = {{ is = [\"{word} more stories\"] }}"),
            1 => format!("line = {{ starts = [\"{word} also:\"] }}"),
            2 => format!("line = {{ contains = [\"by {word} staff\"] }}"),
            3 => format!("line = {{ regex = '(?:see|read) (?:the )?{word}\\b.*' }}"),
            _ => format!("span = {{ regex = '\\({word}: [^()]+\\)' }}"),
        };
        writeln!(text, "[[rule]]\nid = \"r{number}\"\n{action}").unwrap();
    }
    Cleaner::builder().packs(Pack::builtin().unwrap()).packs([Pack::parse("generated", &text).unwrap()]).build().unwrap()
}

/// An invented article of the usual make: long lines of text, and chaff above and below.
fn article() -> String {
    let body = "The harbour board met on Tuesday and talked for four hours about the dredging, which Orla Venn, \
        who chairs it, called “the last thing on anybody’s list” until the ferry touched ground in May. ";
    let mut text = String::from("Ports reopen\n\nBy Orla Venn\n\nADVERTISEMENT\n\n");
    for _ in 0..12 {
        writeln!(text, "{}\n", body.repeat(2)).unwrap();
    }
    text + "Read also: Storm closes ports\n\nShare this article\n\nFacebook\nTwitter\nEmail\n"
}
