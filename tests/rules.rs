//! The built-in rules, held against their own examples and against lines that must stay.

use dechaff::{Article, Cleaner, Confidence, Guard, Pack, Selection, lint, test_rules};

#[test]
fn every_rule_does_what_its_examples_say() {
    let packs = Pack::builtin().unwrap();
    let failures: Vec<String> = test_rules(&packs).iter().map(ToString::to_string).collect();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    let advice: Vec<String> =
        packs.iter().flat_map(|pack| pack.rules()).flat_map(|rule| lint(rule)).map(|it| it.to_string()).collect();
    assert!(advice.is_empty(), "{}", advice.join("\n"));
}

/// Lines that look like chaff and are none, where `DECHAFF_KEEP_LINES` names a file of them (language,
/// tab, line): none may go, also by rules of low confidence, alone or anywhere in an article.
#[test]
fn lines_that_must_stay() {
    let Ok(path) = std::env::var("DECHAFF_KEEP_LINES") else { return };
    let selection = Selection { select: vec!["all".into()], confidence: Some(Confidence::Low), ..Selection::default() };
    let cleaner = Cleaner::builder().packs(Pack::builtin().unwrap()).selection(selection).guard(Guard::OFF).build().unwrap();
    let prose = [
        "The council of Port Ellery met on Tuesday and talked for four hours about the new bridge across the sound.",
        "Nobody had expected a vote, yet by nightfall eleven of the fifteen members had raised their hands for it.",
        "Work is to begin in spring, once the ice has left the upper river and the quarry has opened its gates again.",
    ];
    let mut lost = Vec::new();
    for row in std::fs::read_to_string(path).unwrap().lines() {
        let (lang, line) = row.split_once('\t').unwrap();
        for at in 0..=prose.len() {
            let mut lines = prose.to_vec();
            lines.insert(at, line);
            for text in [line.to_owned(), lines.join("\n\n")] {
                for article in [Article::new(&text), Article::new(&text).lang(lang)] {
                    let cleaned = cleaner.clean(&article);
                    lost.extend(cleaned.cuts().iter().map(|cut| format!("{line} by {}", cut.rule())));
                }
            }
        }
    }
    lost.sort();
    lost.dedup();
    assert!(lost.is_empty(), "{}", lost.join("\n"));
}
