//! What the engine does, case by case.

use dechaff::{Article, Cleaner, Guard, Pack, Reason, Selection, test_rules};
use std::path::Path;

#[test]
fn every_action_and_condition() {
    let packs = Pack::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/packs/behaviour.toml")).unwrap();
    let failures: Vec<String> = test_rules(&packs).iter().map(ToString::to_string).collect();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert!(packs[0].rules().len() > 15);
}

fn cleaner(rules: &str, guard: Guard) -> Cleaner {
    Cleaner::builder().packs([Pack::parse("t", rules).unwrap()]).guard(guard).build().unwrap()
}

#[test]
fn a_cut_leaves_no_hole() {
    let cleaner = cleaner("[[rule]]\nid = \"x\"\nline = { is = \"x\" }\n", Guard::OFF);
    for (before, after) in [
        ("a\nx\nb\n", "a\nb\n"),
        ("a\n\nx\n\nb\n", "a\n\nb\n"),
        ("a\n\nx\nb\n", "a\n\nb\n"),
        ("a\nx\n\nb\n", "a\n\nb\n"),
        ("a\n\n\nx\n\nb\n", "a\n\nb\n"),
        ("a\n\n\nx\n\n\nb\n", "a\n\n\nb\n"),
        ("a\nx\n\n\nb\n", "a\n\nb\n"),
        ("a\n\nx\n\nx\n\nb\n", "a\n\nb\n"),
        ("x\n\na\n", "a\n"),
        ("\nx\n\na\n", "\na\n"),
        ("a\n\nx\n", "a\n"),
        ("a\n\nx", "a"),
        ("a\n\nx\n\n", "a\n\n"),
        ("a\r\n\r\nx", "a"),
        ("a\r\n\r\nx\r\n\r\nb\r\n", "a\r\n\r\nb\r\n"),
        ("a\n \u{a0}\nx\n\u{200b}\nb", "a\n \u{a0}\nb"),
        ("\u{feff}x\n\na", "\u{feff}a"),
        ("a\n\nb\n", "a\n\nb\n"),
        ("x\n", ""),
    ] {
        assert_eq!(cleaner.clean(&Article::new(before)).text(), after, "{before:?}");
    }
}

#[test]
fn every_byte_that_went_has_one_rule() {
    let rules = "[[rule]]\nid = \"high\"\nconfidence = \"high\"\nline = { is = \"x\" }\n\
        [[rule]]\nid = \"medium\"\nline = { starts = \"x\" }\n\
        [[rule]]\nid = \"block\"\nblock = { start = { is = \"box\" }, take = 2 }\n\
        [[rule]]\nid = \"span\"\nspan = { contains = [\"(y)\"] }\n";
    let text = "x\n\nx and more\n\nbox\nx\nb (y)\n\na (y) (y) b\n";
    let cleaned = cleaner(rules, Guard::OFF).clean(&Article::new(text)).clone();
    let cuts: Vec<(&str, &str, usize)> =
        cleaned.cuts().iter().map(|cut| (cut.rule().as_str(), cleaned.taken(cut), cut.line())).collect();
    assert_eq!(
        cuts,
        [
            ("t/high", "x\n\n", 1),
            ("t/medium", "x and more\n\n", 3),
            ("t/block", "box\nx\nb (y)\n\n", 5),
            ("t/span", "(y) (y) ", 9),
        ]
    );
    assert_eq!(cleaned.text(), "a b\n");
}

#[test]
fn captures_travel_with_the_cut() {
    let cleaner = cleaner("[[rule]]\nid = \"credit\"\nline = { regex = '.+ photo: (?<who>[^/]+)/(?<agency>.+)' }\n", Guard::OFF);
    let cleaned = cleaner.clean(&Article::new("• The quay. Photo: Orla Venn/AFP\n"));
    let captures: Vec<(&str, &str)> =
        cleaned.cuts()[0].captures().iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    assert_eq!(captures, [("who", "Orla Venn"), ("agency", "AFP")]);
}

#[test]
fn the_guard_holds() {
    let rules = "[[rule]]\nid = \"x\"\nline = { starts = \"x\" }\n";
    let long = "x and more of it\n".repeat(30);
    let text = format!("A line that stays.\n{long}");
    let cleaned = cleaner(rules, Guard { max_cut: 0.9, min_left: 0 }).clean(&Article::new(&text)).clone();
    assert!(matches!(cleaned.held(), Some(Reason::TooMuch { .. })));
    assert!(cleaned.cuts().is_empty() && cleaned.text() == text && !cleaned.proposed().is_empty());
    let cleaned = cleaner(rules, Guard { max_cut: 1.0, min_left: 200 }).clean(&Article::new(&text)).clone();
    assert!(matches!(cleaned.held(), Some(Reason::TooLittleLeft { left: 18, .. })));
    let short = "Stays.\nx\n";
    let cleaned = cleaner(rules, Guard { max_cut: 0.9, min_left: 200 }).clean(&Article::new(short)).clone();
    assert_eq!(cleaned.text(), "Stays.\n", "what was short before may stay short");
}

#[test]
fn the_guard_counts_paragraphs_twice() {
    let of = |prefix: &str, confidence: &str, paragraphs: usize| {
        let paragraph = "The council of Port Ellery met on Tuesday and talked for four hours about the new bridge across it.\n";
        let page = paragraph.repeat(paragraphs) + &"Menu of news, sport and weather\n".repeat(20);
        let rules = format!("[[rule]]\nid = \"x\"\nconfidence = \"{confidence}\"\nline = {{ starts = \"{prefix}\" }}\n");
        let cleaned = cleaner(&rules, Guard { max_cut: 0.6, min_left: 0 }).clean(&Article::new(&page)).clone();
        cleaned.held().is_some()
    };
    assert!(!of("menu", "medium", 4), "61 % of the page, 44 % with the story counted twice");
    assert!(of("the council", "medium", 5), "45 % of the page, 62 % counted twice");
    assert!(!of("the council", "high", 5), "a rule that is sure of the line says that it is none of the story");
    assert!(of("the council", "high", 10), "62 % of the page");
}

#[test]
fn the_guard_leaves_aside_a_block_with_witnesses() {
    let story = "The council of Port Ellery met on Tuesday and talked for four hours about the new bridge across it.\n";
    let thread = "I have rowed under that bridge for forty years, and nobody ever asked me what I think.\n36 votes\n";
    let page = story.repeat(3) + "Top replies\n" + &thread.repeat(30);
    let held = |witnesses: &str| {
        let rules = format!(
            "[[rule]]\nid = \"vote\"\nline = {{ ends = \"votes\" }}\n\
             [[rule]]\nid = \"thread\"\nblock = {{ start = {{ is = \"top replies\" }}, until-end = true{witnesses} }}\n"
        );
        let cleaned = cleaner(&rules, Guard::default()).clean(&Article::new(&page)).clone();
        assert!(cleaned.held().is_some() || cleaned.text() == story.repeat(3));
        cleaned.held().is_some()
    };
    assert!(held(""), "only the heading says that these are no paragraphs of the story");
    assert!(!held(", witnesses = 3"));
}

#[test]
fn the_guard_leaves_aside_what_somebody_asked_for() {
    let paragraph = "The council of Port Ellery met on Tuesday and talked for four hours about the new bridge across it.\n";
    let page = paragraph.repeat(3) + &"By Orla Venn of the Courier\n".repeat(40);
    let held = |category: &str| {
        let rules = format!("[[rule]]\nid = \"x\"\ncategory = \"{category}\"\nline = {{ starts = \"by\" }}\n");
        let asked = Selection { extend_select: vec!["byline".into()], ..Selection::default() };
        let builder = Cleaner::builder().packs([Pack::parse("t", &rules).unwrap()]).selection(asked);
        builder.build().unwrap().clean(&Article::new(&page)).held().is_some()
    };
    assert!(held("nav"), "65 % of the page, the story counted twice");
    assert!(!held("byline"), "who selects bylines asks for no more of the story");
}

#[test]
fn rules_ask_where_the_story_begins_and_ends() {
    let rules = "[[rule]]\nid = \"above\"\nline = { starts = \"list\" }\nwhen = { prose-above = false }\n\
                 [[rule]]\nid = \"below\"\nblock = { start = { starts = \"most read\" }, until-end = true }\n\
                 when = { prose-above = true, prose-below = false }\n";
    let paragraph = "The council of Port Ellery met on Tuesday and talked for four hours about the new bridge across it.\n";
    let of = |text: &str| cleaner(rules, Guard::OFF).clean(&Article::new(text)).text().into_owned();
    let amid = format!("{paragraph}List\nMost read\nOne\n{paragraph}");
    assert_eq!(of(&amid), amid);
    assert_eq!(of(&format!("List\n{paragraph}List\nMost read\nOne\nTwo\n")), format!("{paragraph}List\n"));
    assert_eq!(of("List\nMost read\nOne\n"), "Most read\nOne\n", "nothing is above or below where no paragraph stands");
}

#[test]
fn a_block_ends_where_one_begins_that_goes_on_beyond_it() {
    let block = |id: &str, start: &str, words: usize| {
        format!(
            "[[rule]]\nid = \"{id}\"\nblock = {{ start = {{ is = \"{start}\" }}, until = {{ min-words = {words} }}, \
             keep-end = true, max-lines = 9 }}\n"
        )
    };
    let rules = block("tags", "tags", 4) + &block("related", "related", 9);
    let end = "The council of Port Ellery met on Tuesday and talked for hours.\n";
    let of = |text: &str| cleaner(&rules, Guard::OFF).clean(&Article::new(text)).text().into_owned();
    assert_eq!(of(&format!("Tags\nHarbour\nRelated\nStorm closes the old bridge\n{end}")), end);
    assert_eq!(of(&format!("Tags\nHarbour\nStorm closes the old bridge\n{end}")), format!("Storm closes the old bridge\n{end}"));
    assert_eq!(of(&format!("Related\nStorm closes the old bridge\nTags\nHarbour\n{end}")), end);
}

#[test]
fn a_block_of_headlines_ends_above_a_subhead() {
    let rules = "[[rule]]\nid = \"related\"\nblock = { start = { is = \"related\" }, until = { sentence = true, min-words = 9 }, \
                 keep-end = true, max-lines = 9 }\n[[rule]]\nid = \"share\"\nline = { is = \"share\" }\n";
    let end = "The council of Port Ellery met on Tuesday and talked for hours.\n";
    let left = |box_: &str| cleaner(rules, Guard::OFF).clean(&Article::new(&format!("{box_}{end}"))).text().replace(end, "");
    let headline = "Storm closes the old bridge for a third week\n";
    assert_eq!(left(&format!("Related\n{headline}Who is to pay\n")), "Who is to pay\n");
    assert_eq!(
        left(&format!("Related\n{headline}“We all have to pay for the bridge”\n")),
        "“We all have to pay for the bridge”\n"
    );
    assert_eq!(left("Related\nFares rise\nStorm closes bridge\n"), "", "among short lines one more is a headline");
    assert_eq!(left(&format!("Related\n{headline}Share\n")), "", "another rule knows it");
    assert_eq!(left("Related\nWho is to pay\n"), "", "a marker announces one line at least");
}

#[test]
fn rules_ask_what_went_around_a_line() {
    let rules = "[[rule]]\nid = \"marker\"\ncategory = \"related\"\nline = { is = \"more stories\" }\nwhen = { before = 0.6 }\n\
        [[rule]]\nid = \"listed\"\ncategory = \"nav\"\nline = { any = true }\n\
        when = { under = \"related\", sentence = false }\nunless = { under = \"share\" }\n\
        [[rule]]\nid = \"share\"\ncategory = \"share\"\nline = { is = \"share\" }\n";
    let cleaner = cleaner(rules, Guard::OFF);
    let prose = "The council of Port Ellery met on Tuesday and talked for four hours about the new bridge across the sound.";
    let text = format!(
        "Tides\n{prose}\nMore stories\nStorm closes ports\nFares rise\n{prose}\nA subhead\nMore stories\nNot known here\nShare\n"
    );
    let cleaned = cleaner.clean(&Article::new(&text));
    let left = format!("Tides\n{prose}\n{prose}\nA subhead\nMore stories\nNot known here\n");
    assert_eq!(cleaned.text(), left, "what stands under prose again stands under nothing");
    assert_eq!(cleaner.clean(&Article::new(&left)).text(), left, "nothing went there the second time");
    let shared = format!("Tides\nMore stories\nShare\nStorm closes ports\n{prose}\n");
    assert_eq!(cleaner.clean(&Article::new(&shared)).text(), format!("Tides\nStorm closes ports\n{prose}\n"));
    let told = cleaner.explain(&Article::new(&shared), Some(4));
    assert!(told[0].near.is_empty(), "a rule that starts from any line knows none in particular");
}

#[test]
fn rules_that_never_settle_hold_the_article() {
    let cleaner = cleaner("[[rule]]\nid = \"last\"\nline = { starts = \"word\" }\nwhen = { tail = 1 }\n", Guard::OFF);
    let text = format!("The start of it all.\n{}", "word\n".repeat(1_000));
    assert!(matches!(cleaner.clean(&Article::new(&text)).held(), Some(Reason::Unsettled { .. })));
}

#[test]
fn an_article_on_one_line_does_not_go() {
    let cleaner = cleaner("[[rule]]\nid = \"ad\"\nline = { starts = \"advertisement:\" }\n", Guard::OFF);
    let text = format!("Advertisement: {}", "The council met on Tuesday. ".repeat(40));
    assert!(cleaner.clean(&Article::new(&text)).cuts().is_empty());
    assert!(!cleaner.clean(&Article::new("Advertisement: buy boats")).cuts().is_empty());
}
