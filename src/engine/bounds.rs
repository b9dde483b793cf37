//! What bounds the work on any article under any rules: no more than its size.

/// An article whose rules do not settle within so many rounds is held.
const MAX_ROUNDS: usize = 200;

/// A large article has fewer: so many bytes in all of them, but some in any case.
const MOST_BYTES: usize = 200_000_000;
const MIN_ROUNDS: usize = 20;

/// A rule that fits a line is looked at in every round, and counts as so many bytes.
const HIT: usize = 20;

/// An article of more lines, or whose lines fit rules more often, is held: bounds what is kept of them.
pub(super) const MOST_LINES: usize = 4_000_000;
pub(super) const MOST_HITS: usize = 10_000_000;

/// Or from which spans would take more, in all rounds: the search for one may look at two thousand bytes.
pub(super) const MOST_SPANS: usize = 500_000;

/// Bytes of a title. What is longer is none, and would be held against every line.
pub(super) const LONGEST_TITLE: usize = 2_000;

/// How often the rules may be tried on an article of so many bytes whose lines fit rules so often.
pub(super) fn rounds(bytes: usize, hits: usize) -> usize {
    (MOST_BYTES / (bytes + HIT * hits).max(1)).clamp(MIN_ROUNDS, MAX_ROUNDS)
}

#[cfg(test)]
mod tests {
    use super::{
        super::{Plan, Sweep},
        *,
    };
    use crate::{Article, Cleaner, Guard, Pack, work};
    use std::sync::Arc;

    /// An article of a size.
    type Make = Box<dyn Fn(usize) -> String>;

    /// What it takes to clean an article.
    fn work_of(cleaner: &Cleaner, text: &str, title: Option<&str>) -> usize {
        work::start();
        cleaner.clean(&Article::new(text).title(title));
        work::done()
    }

    fn cleaner(rules: &str) -> Cleaner {
        let rules = if rules.starts_with('[') { rules.to_owned() } else { format!("[[rule]]\nid = \"a\"\n{rules}\n") };
        Cleaner::builder().packs([Pack::parse("t", &rules).unwrap()]).guard(Guard::OFF).build().unwrap()
    }

    #[test]
    fn no_article_takes_more_than_its_size() {
        let until = "block = { start = { is = \"box\" }, until = { is = \"end of box\" }, max-lines = 1000 }";
        let photo = "span = { contains = \"(photo: ellery)\" }";
        let runs: String = (0..50)
            .map(|n| format!("[[rule]]\nid = \"r{n}\"\nrun = {{ min-lines = 9, each = {{ is = \"line {n}\" }} }}\n"))
            .collect();
        let lines = |n: usize, line: fn(usize) -> String| (0..n).map(line).collect::<String>();
        let cases: Vec<(&str, &str, Make)> = vec![
            ("starts without an end", until, Box::new(|n| "box\n".repeat(n))),
            (
                "starts and one end for many",
                until,
                Box::new(move |n| lines(n, |at| if at % 900 == 899 { "end of box\n".into() } else { "box\n".into() })),
            ),
            (
                "lines above a start",
                "block = { start = { is = \"box\" }, take = 0, lead = { lines = 20, max-words = 1000 } }",
                Box::new(|n| "box\n".repeat(n)),
            ),
            (
                "a start to the end",
                "block = { start = { is = \"box\" }, until-end = true }\nwhen = { after = 0.5 }",
                Box::new(|n| "box\nA line.\n".repeat(n)),
            ),
            ("spans of one line", photo, Box::new(|n| "x (Photo: Ellery) ".repeat(n))),
            ("spans and nothing else", photo, Box::new(|n| "(Photo: Ellery) ".repeat(n))),
            ("spans of white space", "span = { regex = '\\s' }", Box::new(|n| format!("a{}b", " ".repeat(n)))),
            ("spans in spans", "span = { contains = \"()\" }", Box::new(|n| "(".repeat(n) + &")".repeat(n) + " x")),
            ("a span that looks ahead", "span = { regex = '[a-y].*z|[a-y]' }", Box::new(|n| "a".repeat(4 * n))),
            ("one line a round", "line = { regex = '[a-z]+' }\nwhen = { tail = 1 }", Box::new(|n| "word\n".repeat(n))),
            (
                "rows of lines",
                "line = { any = true }\nwhen = { max-words = 1 }",
                Box::new(|n| "word\nword\nword\nTwo words.\n".repeat(n)),
            ),
            ("runs of many rules", &runs, Box::new(move |n| lines(n, |at| format!("line {}\n", at % 50)))),
            (
                "the same over and over",
                "repeat = { within = \"article\", drop = \"later\", min-chars = 1 }",
                Box::new(|n| "The same.\n".repeat(n)),
            ),
            (
                "pairs",
                "repeat = { within = \"adjacent\", drop = \"first\", min-chars = 1 }",
                Box::new(move |n| lines(n, |at| format!("Line {}.\n", at / 2))),
            ),
            (
                "blank lines",
                "line = { is = \"advertisement\" }",
                Box::new(|n| format!("ADVERTISEMENT\n{}", "\n".repeat(60)).repeat(n / 20)),
            ),
            ("a title without end", "line = { any = true }\nwhen = { title = true }", Box::new(|n| "a\n".repeat(n))),
        ];
        for (what, rules, article) in cases {
            let cleaner = cleaner(rules);
            let [small, large] = [4_000, 16_000].map(|n| {
                let text = article(n);
                let title = "a ".repeat(n);
                work_of(&cleaner, &text, Some(&title))
            });
            assert!(small > 0 && large <= 5 * small, "{what}: {small} steps, and {large} for four times as much");
        }
    }

    #[test]
    fn what_fits_too_many_rules_is_held() {
        let rules: String = (0..400)
            .map(|n| format!("[[rule]]\nid = \"r{n}\"\nline = {{ any = true }}\nwhen = {{ head = 1, max-words = 1 }}\n"))
            .collect();
        let cleaner = cleaner(&rules);
        let text = "word\n".repeat(MOST_HITS / 400 + 1);
        let cleaned = cleaner.clean(&Article::new(&text));
        assert!(cleaned.held().is_some_and(|reason| reason.to_string().contains("hits of rules")) && cleaned.cuts().is_empty());
        assert!(cleaner.clean(&Article::new(&text[..500])).held().is_none());
        let lines = "\n".repeat(MOST_LINES);
        assert!(cleaner.clean(&Article::new(&lines)).held().is_some_and(|reason| reason.to_string().contains("lines")));
        assert!(cleaner.clean(&Article::new(&lines[1..])).held().is_none());
    }

    #[test]
    fn what_spans_match_too_often_is_held() {
        let cleaner = cleaner("span = { regex = '[a-y].*z|[a-y]' }");
        let text = "a".repeat(MOST_SPANS + 1);
        let cleaned = cleaner.clean(&Article::new(&text));
        assert!(cleaned.held().is_some_and(|reason| reason.to_string().contains("spans")) && cleaned.cuts().is_empty());
        assert!(cleaner.clean(&Article::new(&text[..MOST_SPANS / 20])).held().is_none());
    }

    #[test]
    fn what_spans_took_is_forgotten() {
        let pack = Pack::parse("t", "[[rule]]\nid = \"a\"\nspan = { contains = \"()\" }\n").unwrap();
        let plan = Plan::new(pack.rules().iter().map(|rule| (Arc::clone(rule), true)).collect(), true, None);
        let text = "(".repeat(5_000) + &")".repeat(5_000) + " x";
        let mut sweep = Sweep::new(&Article::new(&text), &plan);
        assert!(!sweep.settle(), "it takes more rounds than there are");
        assert!(sweep.folded.len() <= 4 * text.len(), "{} bytes are kept of {}", sweep.folded.len(), text.len());
    }
}
