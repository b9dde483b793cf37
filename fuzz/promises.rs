//! What must hold of any article under any rules.

use dechaff::{Article, Cleaner, Confidence, Entry, Guard, Look, Pack, Selection, draw};

/// Every rule of the packs, nothing held; with or without the index.
pub fn cleaner(packs: Vec<Pack>, index: bool) -> Option<Cleaner> {
    let selection = Selection { select: vec!["all".into()], confidence: Some(Confidence::Low), ..Selection::default() };
    let builder = Cleaner::builder().packs(packs).selection(selection).guard(Guard::OFF);
    if index { builder } else { builder.without_index() }.build().ok()
}

/// Cleans the article and holds the outcome against the promises; `slow` is the same without the index.
pub fn check(fast: &Cleaner, slow: Option<&Cleaner>, article: &Article<'_>) {
    let cleaned = fast.clean(article);
    let text = article.text();
    let (mut left, mut at) = (String::new(), 0);
    for cut in cleaned.cuts() {
        assert!(cut.bytes().start >= at && !cut.bytes().is_empty(), "{:?}", cleaned.cuts());
        left.push_str(&text[at..cut.bytes().start]);
        at = cut.bytes().end;
    }
    left.push_str(&text[at..]);
    assert_eq!(left, cleaned.text(), "only deletes");
    assert_eq!(Entry::new(&cleaned).restore(&left).unwrap(), text, "gives back");
    // What the guard holds is not cut; only what settled is stable.
    if cleaned.held().is_none() {
        let again = Article::new(&left).title(article.title_text()).lang(article.lang_code()).host_name(article.host());
        assert_eq!(fast.clean(&again).text(), left, "is stable");
    }
    if let Some(slow) = slow {
        let slow = slow.clean(article);
        assert_eq!((cleaned.proposed(), cleaned.held()), (slow.proposed(), slow.held()), "the index changes nothing");
    }
    draw("a\u{1b}[2J", &cleaned, Look::default(), |_, piece| {
        let obeyed = |c: char| c.is_control() && !matches!(c, '\n' | '\t') || matches!(c, '\u{202a}'..='\u{202e}');
        assert!(!piece.contains(obeyed), "{piece:?} reaches the terminal");
    });
}
