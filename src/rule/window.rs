//! Regexes of spans on long lines.
//!
//! To find all matches of a regex may take the square of a line's length: each search may look to the
//! end of the line before it settles for a match near its start. What is longer than a span may be is
//! not wanted anyway, so a search looks only so far ahead.

use super::LONGEST_SPAN;
use crate::work;
use regex_automata::{Input, meta::Regex};
use regex_syntax::hir::Hir;
use std::ops::Range;

/// Bytes that one search looks at; shorter lines are searched as a whole.
pub(crate) const WINDOW: usize = 2_048;

/// Bytes of the longest match that is surely found.
const LONGEST: usize = 4 * LONGEST_SPAN;

/// A compiled regex of a span.
#[derive(Debug, Clone)]
pub(crate) struct Windowed {
    regex: Regex,
    /// The group named `cut`.
    cut: Option<usize>,
}

impl Windowed {
    /// A regex that compiles within a limit; none where it does not.
    pub fn new(hir: &Hir, limit: usize) -> Option<Windowed> {
        let config = Regex::config().nfa_size_limit(Some(limit)).hybrid_cache_capacity(limit);
        let regex = Regex::builder().configure(config).build_from_hir(hir).ok()?;
        let cut = regex.group_info().to_index(regex_automata::PatternID::ZERO, "cut");
        Some(Windowed { regex, cut })
    }

    /// What it finds in a line, or of it the group named `cut`.
    pub fn find_all(&self, text: &str) -> Vec<Range<usize>> {
        let (mut found, mut at) = (Vec::new(), 0);
        let mut captures = self.regex.create_captures();
        while at <= text.len() {
            let end = text.floor_char_boundary(at + WINDOW);
            work::steps(1);
            let input = Input::new(text).range(at..end);
            let all = match self.cut {
                Some(_) => {
                    self.regex.search_captures(&input, &mut captures);
                    captures.get_match()
                }
                None => self.regex.search(&input),
            };
            let Some(all) = all else {
                if end == text.len() {
                    break;
                }
                // One that begins here might end further on.
                at = text.ceil_char_boundary(end - LONGEST);
                continue;
            };
            if end < text.len() && all.start() + LONGEST > end && all.start() > at {
                at = all.start();
                continue;
            }
            match self.cut {
                Some(cut) => found.extend(captures.get_group(cut).map(|span| span.range())),
                None => found.push(all.range()),
            }
            if all.end() == text.len() {
                break;
            }
            at = if all.is_empty() { text.ceil_char_boundary(all.end() + 1) } else { all.end() };
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use regex::Regex;

    fn windowed(source: &str) -> Windowed {
        Windowed::new(&regex_syntax::parse(source).unwrap(), 1 << 18).unwrap()
    }

    #[test]
    fn a_long_line_holds_what_its_parts_do() {
        let filler = "The ferry left at noon – nobody saw it. ".repeat(30);
        let line: String =
            (0..40).map(|n| format!("{}(photo: Órla {n}) ", &filler[..filler.floor_char_boundary(n * 31)])).collect();
        for source in [r"\(photo: [^()]+\)", r"\bphoto\b", r"(?:^The|\d+\)) ", r"Ó\w+", r"\) $", "nothing", "x?"] {
            let plain: Vec<_> = Regex::new(source).unwrap().find_iter(&line).map(|found| found.range()).collect();
            let mut ours = windowed(source).find_all(&line);
            ours.retain(|range| !range.is_empty());
            assert!(line.len() > 20_000);
            assert_eq!(ours, plain.into_iter().filter(|range| !range.is_empty()).collect::<Vec<_>>(), "{source}");
        }
        let cut = windowed(r"photo: (?<cut>\w+)");
        assert!(cut.find_all(&line).iter().all(|range| &line[range.clone()] == "Órla"));
    }

    #[test]
    fn it_goes_on_behind_every_match_and_every_window() {
        for (source, text, count) in [
            ("a.*z|a", "a".repeat(10_000), 10_000),
            ("a", "é".repeat(10_000), 0),
            ("é{3}", "é".repeat(9_999), 3_333),
            ("x*", "é".repeat(5_000), 5_001),
        ] {
            assert_eq!(windowed(source).find_all(&text).len(), count, "{source}");
        }
    }
}
