//! Many small signs, weighed together.

use dechaff::{Article, Cleaned, Cleaner, Confidence, Entry, Guard, Pack, Selection};

const PROSE: &str = "The council of Port Ellery met on Tuesday and talked for four hours about the new bridge across the sound.";

/// Signs that add up to 1 below a marker, and to 2 where the line does not end as a sentence.
const PACK: &str = r#"
[evidence]
threshold = { high = 3, medium = 2, low = 1 }
length-weight = 0

[[rule]]
id = "marker"
category = "related"
line = { is = "more stories" }

[[rule]]
id = "letters"
category = "subscribe"
confidence = "low"
line = { contains = "letter" }

[[weigh]]
when = { under = "related" }
weight = 1
category = "related"

[[weigh]]
when = { sentence = false }
weight = 1

[[weigh]]
when = { contains = "quay" }
weight = 1.5
category = "nav"

[[weigh]]
when = { hit = "subscribe" }
weight = 2
category = "subscribe"
"#;

fn cleaner(packs: &[(&str, &str)], selection: Selection, index: bool) -> Cleaner {
    let packs = packs.iter().map(|(id, text)| Pack::parse(id, text).unwrap());
    let builder = Cleaner::builder().packs(packs).guard(Guard::OFF).selection(selection);
    if index { builder } else { builder.without_index() }.build().unwrap()
}

/// What goes, with the rule, the category and the confidence; with and without an index.
fn cuts(packs: &[(&str, &str)], selection: &Selection, text: &str) -> Vec<String> {
    let article = Article::new(text);
    let cleaned = cleaner(packs, selection.clone(), true).clean(&article);
    assert_eq!(cleaned.cuts(), cleaner(packs, selection.clone(), false).clean(&article).cuts());
    let left = cleaned.text().into_owned();
    assert_eq!(cleaner(packs, selection.clone(), true).clean(&Article::new(&left)).text(), left, "a second run took more");
    assert_eq!(Entry::new(&cleaned).restore(&left).unwrap(), text);
    shown(&cleaned)
}

fn shown(cleaned: &Cleaned<'_>) -> Vec<String> {
    let show =
        |cut: &dechaff::Cut| format!("{}: {} {} {}", cleaned.taken(cut).trim(), cut.rule(), cut.category(), cut.confidence());
    cleaned.cuts().iter().map(show).collect()
}

fn article(tail: &str) -> String {
    format!("{PROSE}\n\n{PROSE}\n\n{tail}\n")
}

#[test]
fn a_rule_bears_witness_only_where_it_may_act() {
    let pack =
        PACK.replace("line = { is = \"more stories\" }", "line = { is = \"more stories\" }\nwhen = { prose-above = false }");
    let pack = [("t", pack.as_str())];
    let goes = |text: &str| !cuts(&pack, &Selection::default(), text).is_empty();
    assert!(goes(&format!("More stories\nStorm closes ports\n{PROSE}\n")));
    assert!(!goes(&format!("{PROSE}\nMore stories\nStorm closes ports\n{PROSE}\n")), "there the rule may not act");
}

#[test]
fn a_line_goes_where_its_signs_add_up() {
    let text = article("More stories\nStorm closes ports\nFerry at the quay again\nIt stays shut.");
    let default = Selection::default();
    assert_eq!(
        cuts(&[("t", PACK)], &default, &text),
        [
            "More stories: t/marker related medium",
            "Storm closes ports: any/evidence related medium",
            "Ferry at the quay again: any/evidence nav high",
        ]
    );
    let cleaned = cleaner(&[("t", PACK)], default, true);
    let cleaned = cleaned.clean(&Article::new(&text));
    let weighing = cleaned.cuts()[2].weighing().unwrap();
    assert_eq!(weighing.to_string(), "3.5 of 2.0 needed: says \"quay\" +1.5, under a `related` hit +1.0, no sentence end +1.0");
    assert_eq!(Entry::new(&cleaned).cuts[2].evidence[0].sign, "says \"quay\"");
}

#[test]
fn it_is_selected_like_a_rule() {
    let text = article("More stories\nStorm closes ports\nFerry at the quay again");
    let with = |select: &[&str], ignore: &[&str], confidence| {
        let names = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
        let selection = Selection { select: names(select), ignore: names(ignore), confidence, ..Selection::default() };
        cuts(&[("t", PACK)], &selection, &text).len()
    };
    assert_eq!(with(&[], &[], None), 3);
    assert_eq!(with(&[], &["evidence"], None), 1);
    assert_eq!(with(&[], &["any/evidence"], None), 1);
    assert_eq!(with(&[], &["nav"], None), 2, "what speaks for a menu is left");
    assert_eq!(with(&["related"], &[], None), 2);
    assert_eq!(with(&["t"], &[], None), 1);
    assert_eq!(with(&["t", "evidence"], &[], None), 3);
    assert_eq!(with(&["all"], &[], None), 3);
    assert_eq!(with(&["evidence"], &[], None), 0, "no rule is left whose hit could speak");
    assert_eq!(with(&[], &[], Some(Confidence::High)), 0, "the marker is not sure enough to be asked");
}

#[test]
fn a_rule_too_weak_to_cut_bears_witness() {
    let text = article("Our letter to you");
    assert_eq!(cuts(&[("t", PACK)], &Selection::default(), &text), ["Our letter to you: any/evidence subscribe high"]);
    let ignored = Selection { ignore: vec!["t/letters".into()], ..Selection::default() };
    assert!(cuts(&[("t", PACK)], &ignored, &text).is_empty());
}

#[test]
fn a_narrower_pack_says_otherwise() {
    let text = article("More stories\nStorm closes ports");
    let went = |pack: &str| cuts(&[("t", PACK), ("mine", pack)], &Selection::default(), &text).len();
    assert_eq!(went(""), 2);
    assert_eq!(went("[[weigh]]\nwhen = { sentence = false }\nweight = 0\n"), 1);
    assert_eq!(went("[[weigh]]\nwhen = { sentence = false }\nweight = 0.9\n"), 1);
    assert_eq!(went("[[weigh]]\nwhen = { starts = \"storm\" }\nweight = -1\n"), 1);
    assert_eq!(went("[evidence]\nthreshold = { high = 9, medium = 3, low = 2 }\n"), 1);
    assert_eq!(went("[evidence]\nlength-weight = 1\n"), 1);
    assert_eq!(went("[evidence]\ncategories = [\"nav\"]\n"), 1);
    assert_eq!(went("[pack]\nsites = [\"example.com\"]\n[[weigh]]\nwhen = { sentence = false }\nweight = 0\n"), 2);
}

#[test]
fn it_doubts_what_rules_are_not_sure_of() {
    let rules = "[[rule]]\nid = \"unsure\"\nline = { starts = \"photo\" }\n\
        [[rule]]\nid = \"sure\"\nconfidence = \"high\"\nline = { starts = \"image\" }\n\
        [evidence]\nthreshold = { high = 9, medium = 9, low = 9 }\nveto = -2\n\
        [[weigh]]\nwhen = { ends = \"?\" }\nweight = -3\n";
    let text = article("Photo: who took it?\nImage: who took it?\nPhoto: Venn");
    assert_eq!(
        cuts(&[("t", rules)], &Selection::default(), &text),
        ["Image: who took it?: t/sure other high", "Photo: Venn: t/unsure other medium"]
    );
    let explained = cleaner(&[("t", rules)], Selection::default(), true).explain(&Article::new(&text), Some(5));
    assert_eq!(explained[0].near[0].stopped, "the evidence speaks against it");
    assert_eq!(explained[0].weighing.as_ref().unwrap().sum, -3.0);
}

#[test]
fn some_lines_are_never_weighed() {
    let weighs = "[evidence]\nthreshold = { high = 1, medium = 1, low = 1 }\nlength-weight = 0\n\
        [[rule]]\nid = \"marker\"\ncategory = \"related\"\nline = { is = \"more stories\" }\n\
        [[weigh]]\nwhen = { sentence = false }\nweight = 1\n";
    let went = |text: &str| cuts(&[("t", weighs)], &Selection::default(), text);
    assert!(went(&article("Storm closes ports")).is_empty(), "no rule knows a line near it");
    let top = format!("Storm closes ports\nNews\nMore stories\n{}", article(""));
    assert_eq!(
        went(&top),
        ["News: any/evidence other high", "More stories: t/marker related medium"],
        "the longest line above the prose may be the headline"
    );
    let broken = article("More stories\nPort Ellery\n, said the harbour master");
    assert_eq!(went(&broken).len(), 1, "a sentence that goes over several lines");
    let long = article(&format!("More stories\n{}", "words without an end ".repeat(20)));
    assert_eq!(went(&long).len(), 1, "a paragraph");
}

#[test]
fn no_cut_condemns_the_next_line() {
    // With the marker gone nothing speaks against what stood below the last short line.
    let text = article("More stories\nStorm closes ports\n") + &article("He added nothing\n\nSo it stays");
    let gone = cuts(&[("t", PACK)], &Selection::default(), &text);
    assert_eq!(gone.len(), 2, "{gone:?}");
}
