//! Regexes of spans on long lines.
//!
//! To find all matches of a regex may take the square of a line's length: each search may look to the
//! end of the line before it settles for a match near its start. What is longer than a span may be is
//! not wanted anyway, so a search looks only so far ahead.

use super::LONGEST_SPAN;
use crate::work;
use std::{iter, ops::Range};

/// Bytes that one search looks at.
const WINDOW: usize = 2_048;

/// Bytes of the longest match that is surely found.
const LONGEST: usize = 4 * LONGEST_SPAN;

/// What of each match in a text is wanted, if anything. `search` finds the first match in a part of the
/// text, and says what of it is wanted; what stands around the part it may look at, or take for the end.
pub(super) fn find_all<'a>(
    text: &'a str,
    mut search: impl FnMut(Range<usize>) -> Option<(Range<usize>, Option<Range<usize>>)> + 'a,
) -> impl Iterator<Item = Option<Range<usize>>> + 'a {
    let mut rest = Some(0);
    iter::from_fn(move || {
        while let Some(at) = rest {
            let end = text.floor_char_boundary(at + WINDOW);
            work::steps(1);
            match search(at..end) {
                None if end == text.len() => rest = None,
                // One that begins near the end might end behind it.
                None => rest = Some(text.ceil_char_boundary(end - LONGEST)),
                Some((all, _)) if end < text.len() && all.start + LONGEST > end && all.start > at => rest = Some(all.start),
                Some((all, wanted)) => {
                    let next = if all.is_empty() { text.ceil_char_boundary(all.end + 1) } else { all.end };
                    rest = (all.end < text.len()).then_some(next);
                    return Some(wanted);
                }
            }
        }
        None
    })
}

#[cfg(test)]
mod tests {
    use crate::rule::regex::Regex;
    use std::ops::Range;

    fn find_all(source: &str, text: &str) -> Vec<Range<usize>> {
        let hir = regex_syntax::parse(source).unwrap();
        let regex = Regex::new(&hir, 256 << 10).unwrap();
        let all = || regex.stretches(text).flatten().collect();
        let found: Vec<_> = all();
        (0..1_000).for_each(|_| regex.count(text, || Some(hir.clone())));
        assert_eq!(found, all(), "once it is large");
        found
    }

    #[test]
    fn a_long_line_holds_what_its_parts_do() {
        let filler = "The ferry left at noon – nobody saw it. ".repeat(30);
        let line: String =
            (0..40).map(|n| format!("{}(photo: Órla {n}) ", &filler[..filler.floor_char_boundary(n * 31)])).collect();
        assert!(line.len() > 20_000);
        for source in [r"\(photo: [^()]+\)", r"\bphoto\b", r"(?:^The|\d+\)) ", r"Ó\w+", r"\) $", "nothing", "x?"] {
            let plain = regex::Regex::new(source).unwrap();
            let plain: Vec<_> = plain.find_iter(&line).map(|found| found.range()).filter(|range| !range.is_empty()).collect();
            let mut ours = find_all(source, &line);
            ours.retain(|range| !range.is_empty());
            assert_eq!(ours, plain, "{source}");
        }
        assert!(find_all(r"photo: (?<cut>\w+)", &line).into_iter().all(|range| &line[range] == "Órla"));
    }

    #[test]
    fn it_goes_on_behind_every_match_and_every_window() {
        for (source, text, count) in [
            ("a.*z|a", "a".repeat(5_000), 5_000),
            ("a", "é".repeat(10_000), 0),
            ("é{3}", "é".repeat(9_999), 3_333),
            ("x*", "é".repeat(5_000), 5_001),
            ("x", String::new(), 0),
        ] {
            assert_eq!(find_all(source, &text).len(), count, "{source}");
        }
    }
}
