//! A regex for texts of ASCII as the build packs it: to put it together again takes a fraction of the time
//! that parsing takes.

use regex_syntax::hir::{Capture, Class, ClassBytes, ClassBytesRange, Hir, HirKind, Look, Repetition};
use serde::{Deserialize, Serialize};

/// A part of a regex that knows nothing beyond ASCII.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum Tree {
    Empty,
    Literal(Vec<u8>),
    /// Small letters, one after another, that stand for the capitals as well.
    Letters(String),
    /// Ranges of bytes; with none it matches nothing.
    Class(Vec<(u8, u8)>),
    Look(u32),
    Repetition {
        min: u32,
        max: Option<u32>,
        greedy: bool,
        sub: Box<Tree>,
    },
    Capture {
        index: u32,
        name: Option<Box<str>>,
        sub: Box<Tree>,
    },
    Concat(Vec<Tree>),
    Alternation(Vec<Tree>),
}

impl Tree {
    /// None where the regex has something beyond ASCII.
    pub fn of(hir: &Hir) -> Option<Tree> {
        Some(match hir.kind() {
            HirKind::Empty => Tree::Empty,
            HirKind::Literal(literal) => Tree::Literal(Some(&literal.0).filter(|it| it.is_ascii())?.to_vec()),
            HirKind::Class(class) => {
                let bytes = match class {
                    Class::Unicode(class) => class.to_byte_class()?,
                    Class::Bytes(class) => class.clone(),
                };
                let ranges: Vec<(u8, u8)> = bytes.ranges().iter().map(|range| (range.start(), range.end())).collect();
                match ranges[..] {
                    [(a, b), (c, d)] if a == b && c == d && a.is_ascii_uppercase() && a.to_ascii_lowercase() == c => {
                        Tree::Letters(char::from(c).into())
                    }
                    _ if ranges.iter().all(|range| range.1.is_ascii()) => Tree::Class(ranges),
                    _ => return None,
                }
            }
            HirKind::Look(look) => Tree::Look(look.as_repr()),
            HirKind::Repetition(Repetition { min, max, greedy, sub }) => {
                Tree::Repetition { min: *min, max: *max, greedy: *greedy, sub: Box::new(Tree::of(sub)?) }
            }
            HirKind::Capture(Capture { index, name, sub }) => {
                Tree::Capture { index: *index, name: name.clone(), sub: Box::new(Tree::of(sub)?) }
            }
            HirKind::Concat(parts) => {
                let mut all: Vec<Tree> = Vec::new();
                for part in parts {
                    match (all.last_mut(), Tree::of(part)?) {
                        (Some(Tree::Letters(word)), Tree::Letters(letter)) => word.push_str(&letter),
                        (_, part) => all.push(part),
                    }
                }
                Tree::Concat(all)
            }
            HirKind::Alternation(parts) => Tree::Alternation(parts.iter().map(Tree::of).collect::<Option<_>>()?),
        })
    }

    /// The regex; none where this is not what [`of`](Self::of) makes.
    pub fn hir(&self) -> Option<Hir> {
        Some(match self {
            Tree::Empty => Hir::empty(),
            Tree::Literal(literal) => Hir::literal(literal.as_slice()),
            Tree::Letters(word) => Hir::concat(word.bytes().map(either_case).collect()),
            Tree::Class(ranges) => class(ranges.iter().copied()),
            Tree::Look(look) => Hir::look(Look::from_repr(*look)?),
            Tree::Repetition { min, max, greedy, sub } => {
                Hir::repetition(Repetition { min: *min, max: *max, greedy: *greedy, sub: Box::new(sub.hir()?) })
            }
            Tree::Capture { index, name, sub } => {
                Hir::capture(Capture { index: *index, name: name.clone(), sub: Box::new(sub.hir()?) })
            }
            Tree::Concat(parts) => {
                let mut all = Vec::with_capacity(parts.len());
                for part in parts {
                    match part {
                        Tree::Letters(word) => all.extend(word.bytes().map(either_case)),
                        part => all.push(part.hir()?),
                    }
                }
                Hir::concat(all)
            }
            Tree::Alternation(parts) => Hir::alternation(parts.iter().map(Tree::hir).collect::<Option<_>>()?),
        })
    }
}

fn either_case(letter: u8) -> Hir {
    class([letter.to_ascii_uppercase(), letter].map(|byte| (byte, byte)))
}

fn class(ranges: impl IntoIterator<Item = (u8, u8)>) -> Hir {
    Hir::class(Class::Bytes(ClassBytes::new(ranges.into_iter().map(|(start, end)| ClassBytesRange::new(start, end)))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::needs::for_ascii;

    fn ascii(source: &str) -> Hir {
        for_ascii(&regex_syntax::parse(source).unwrap())
    }

    #[test]
    fn what_is_put_together_matches_what_was_taken_apart() {
        let texts = ["", "a", "A", "photo", "Photo by", "see also: x", "12:30", "aab", "k", "b\n", " ", "-", "]"];
        for source in [
            "(?i)photos?(?: by)?",
            "(?i)(?:see|read) also:? .*",
            r"^\d\d?:(?<minute>\d\d)$",
            r"\b(?:a|é)+?b\b",
            "(?:é)?",
            "é",
            r"[\pL\]-]{2,3}|(?s:.)",
            "(?i)k",
            "",
            r"(?m)^[^b]*$",
        ] {
            let hir = ascii(source);
            let tree = Tree::of(&hir).unwrap();
            let packed: Tree = postcard::from_bytes(&postcard::to_stdvec(&tree).unwrap()).unwrap();
            assert_eq!(packed, tree, "{source}");
            let again = packed.hir().unwrap();
            assert_eq!(Tree::of(&again).unwrap(), tree, "{source}");
            let [ours, plain] = [again, hir].map(|hir| regex::Regex::new(&hir.to_string()).unwrap());
            for text in texts {
                let found = |regex: &regex::Regex| regex.find_iter(text).map(|found| found.range()).collect::<Vec<_>>();
                assert_eq!(found(&ours), found(&plain), "{source} on {text:?}");
            }
        }
    }

    #[test]
    fn what_is_beyond_ascii_has_none() {
        assert_eq!(Tree::of(&regex_syntax::parse("[a-é]").unwrap()), None);
        assert_eq!(Tree::of(&regex_syntax::parse("aé").unwrap()), None);
    }
}
