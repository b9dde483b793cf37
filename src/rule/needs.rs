//! What a regex needs of a line, told without running it: its literals, its length, its first and
//! last byte, rare bytes. Nearly every line fails one of these, and they cost next to nothing.

use super::{
    bytes::Bytes,
    keys::{self, Draft, Found, Keys, Place},
    stubs::Stubs,
};
use regex_syntax::hir::{
    Capture, Class, ClassBytes, ClassBytesRange, ClassUnicode, ClassUnicodeRange, Hir, HirKind, Look, Repetition,
};
use serde::{Deserialize, Serialize};

/// Necessary conditions for a match; none of them is sufficient.
#[derive(Debug, Default, Clone, Serialize, Deserialize)]
pub(crate) struct Needs {
    /// The literals that the index looks the regex up by, or none where it can do without any.
    pub keys: Option<Keys>,
    /// More sets of literals; of each one must occur.
    pub others: Vec<Keys>,
    /// Bytes of the shortest and of the longest text that it can match.
    len: (usize, usize),
    first: Bytes,
    last: Bytes,
    /// How what it covers begins, where the index does not see to that.
    stubs: Stubs,
    /// Of each of these sets a byte must occur.
    some: Vec<Bytes>,
    /// Does it know a line by a word, rather than by numbers, dates or what lines look like?
    pub by_words: bool,
    /// Does it ask for word boundaries, which letters beyond ASCII make slow?
    pub word_edges: bool,
}

/// A text may begin, or end, with these bytes; `empty` where it may also go on to what is next to it.
#[derive(Clone, Copy)]
struct Edge {
    bytes: Bytes,
    empty: bool,
}

#[derive(Clone, Copy, PartialEq)]
enum Side {
    First,
    Last,
}

impl Needs {
    /// What a regex needs; `whole` where it has to cover the whole text.
    pub fn of(hir: &Hir, whole: bool) -> Needs {
        let Found { best: mut keys, mut others, by_words, .. } = keys::of(hir);
        keys.iter_mut().chain(&mut others).for_each(Draft::shrink);
        // The cheapest first.
        others.sort_by_key(|keys| (keys.place == Place::Inside, keys.literals.len()));
        let properties = hir.properties();
        let edge = |side| if whole { edge(hir, side).set() } else { Bytes::ALL };
        let longest = properties.maximum_len().filter(|_| whole).unwrap_or(usize::MAX);
        let is_start = keys.as_ref().is_some_and(|keys| keys.place == Place::Start);
        Needs {
            stubs: if whole && !is_start { Stubs::of(hir) } else { Stubs::default() },
            by_words: by_words && !keys::takes_digits(hir),
            keys: keys.map(Keys::from),
            others: others.into_iter().map(Keys::from).collect(),
            len: (properties.minimum_len().unwrap_or(usize::MAX), longest),
            first: edge(Side::First),
            last: edge(Side::Last),
            some: some(hir),
            word_edges: properties.look_set().contains_word_unicode(),
        }
    }

    /// Do its length and its ends allow a match?
    pub fn fit(&self, text: &str) -> bool {
        let bytes = text.as_bytes();
        let (shortest, longest) = self.len;
        match (bytes.first(), bytes.last()) {
            (Some(&first), Some(&last)) => {
                (shortest..=longest).contains(&bytes.len())
                    && self.first.has(first)
                    && self.last.has(last)
                    && self.stubs.allow(text)
            }
            _ => shortest == 0,
        }
    }

    /// Do the bytes of a text allow a match in it?
    pub fn allow(&self, bytes: Bytes) -> bool {
        self.some.iter().all(|some| some.meets(bytes))
    }

    /// The bytes that what it matches begins with.
    pub fn first(&self) -> Bytes {
        self.first
    }
}

impl Edge {
    const NOTHING: Edge = Edge { bytes: Bytes::NONE, empty: true };

    /// The bytes, where a text that may be empty can begin with any.
    fn set(self) -> Bytes {
        if self.empty { Bytes::ALL } else { self.bytes }
    }
}

/// The bytes at one side of what a regex matches.
fn edge(hir: &Hir, side: Side) -> Edge {
    let solid = |bytes| Edge { bytes, empty: false };
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => Edge::NOTHING,
        HirKind::Literal(literal) => {
            let byte = if side == Side::First { literal.0.first() } else { literal.0.last() };
            byte.map_or(Edge::NOTHING, |&byte| solid(Bytes::range(byte, byte)))
        }
        HirKind::Class(Class::Unicode(class)) => {
            let ranges = class.ranges().iter().map(|range| bytes_of(range.start(), range.end(), side));
            solid(ranges.fold(Bytes::NONE, Bytes::or))
        }
        HirKind::Class(Class::Bytes(_)) => solid(Bytes::ALL),
        HirKind::Repetition(repetition) => {
            let sub = edge(&repetition.sub, side);
            Edge { empty: sub.empty || repetition.min == 0, ..sub }
        }
        HirKind::Capture(capture) => edge(&capture.sub, side),
        HirKind::Concat(parts) => {
            let mut all = Edge::NOTHING;
            let mut add = |part: &Hir| {
                let next = edge(part, side);
                all = Edge { bytes: all.bytes.or(next.bytes), empty: next.empty };
                next.empty
            };
            let _ = if side == Side::First { parts.iter().all(&mut add) } else { parts.iter().rev().all(&mut add) };
            all
        }
        HirKind::Alternation(branches) => {
            branches.iter().map(|branch| edge(branch, side)).fold(Edge { bytes: Bytes::NONE, empty: false }, |all, next| Edge {
                bytes: all.bytes.or(next.bytes),
                empty: all.empty || next.empty,
            })
        }
    }
}

/// Sets of bytes of each of which one stands in all that a regex matches, the rarest.
fn some(hir: &Hir) -> Vec<Bytes> {
    let mut all = match hir.kind() {
        HirKind::Literal(literal) => literal.0.iter().map(|&byte| Bytes::range(byte, byte)).collect(),
        HirKind::Class(Class::Unicode(class)) => {
            let ranges = class.ranges().iter().map(|range| bytes_of(range.start(), range.end(), Side::First));
            vec![ranges.fold(Bytes::NONE, Bytes::or)]
        }
        HirKind::Repetition(repetition) if repetition.min > 0 => some(&repetition.sub),
        HirKind::Capture(capture) => some(&capture.sub),
        HirKind::Concat(parts) => parts.iter().flat_map(some).collect(),
        HirKind::Alternation(branches) => {
            let rarest = branches.iter().map(|branch| some(branch).first().copied());
            rarest.reduce(|a, b| Some(a?.or(b?))).flatten().into_iter().collect()
        }
        HirKind::Empty | HirKind::Look(_) | HirKind::Class(_) | HirKind::Repetition(_) => Vec::new(),
    };
    all.sort_unstable_by_key(|set| (set.commonness(), *set));
    all.dedup();
    all.retain(|set| set.commonness() <= COMMON);
    all.truncate(SOME);
    all
}

/// Bytes more common than this stand in most lines.
const COMMON: u32 = 13;

/// Sets of bytes that a regex keeps.
const SOME: usize = 2;

/// The bytes that the UTF-8 of the characters from one to another begin, or end, with.
fn bytes_of(start: char, end: char, side: Side) -> Bytes {
    let lead = |c: char| c.encode_utf8(&mut [0; 4]).as_bytes()[0];
    match side {
        Side::First => Bytes::range(lead(start), lead(end)),
        Side::Last if end.is_ascii() => Bytes::range(start as u8, end as u8),
        Side::Last if start.is_ascii() => Bytes::range(start as u8, 0xbf),
        Side::Last => Bytes::range(0x80, 0xbf),
    }
}

/// The regex for texts of ASCII alone, where most of what it knows of Unicode is never asked for.
pub(crate) fn for_ascii(hir: &Hir) -> Hir {
    rewrite(hir, &|part| match part.kind() {
        HirKind::Literal(literal) if !literal.0.is_ascii() => Hir::fail(),
        HirKind::Class(Class::Unicode(class)) => {
            let mut class = class.clone();
            class.intersect(&ClassUnicode::new([ClassUnicodeRange::new('\0', '\x7f')]));
            Hir::class(Class::Unicode(class))
        }
        HirKind::Class(Class::Bytes(class)) => {
            let mut class = class.clone();
            class.intersect(&ClassBytes::new([ClassBytesRange::new(0, 0x7f)]));
            Hir::class(Class::Bytes(class))
        }
        HirKind::Look(look) => Hir::look(in_ascii(*look).unwrap_or(*look)),
        _ => part,
    })
}

/// The regex without the word boundaries that know all letters.
pub(crate) fn without_word_edges(hir: &Hir) -> Hir {
    rewrite(hir, &|part| match part.kind() {
        HirKind::Look(look) if in_ascii(*look).is_some() => Hir::empty(),
        _ => part,
    })
}

/// What a boundary that knows all letters is among ASCII.
fn in_ascii(look: Look) -> Option<Look> {
    Some(match look {
        Look::WordUnicode => Look::WordAscii,
        Look::WordUnicodeNegate => Look::WordAsciiNegate,
        Look::WordStartUnicode => Look::WordStartAscii,
        Look::WordEndUnicode => Look::WordEndAscii,
        Look::WordStartHalfUnicode => Look::WordStartHalfAscii,
        Look::WordEndHalfUnicode => Look::WordEndHalfAscii,
        _ => return None,
    })
}

/// The regex with something else for each of its parts, the innermost first.
pub(super) fn rewrite(hir: &Hir, change: &dyn Fn(Hir) -> Hir) -> Hir {
    let inner = |hir: &Hir| rewrite(hir, change);
    change(match hir.kind() {
        HirKind::Repetition(it) => Hir::repetition(Repetition { sub: Box::new(inner(&it.sub)), ..it.clone() }),
        HirKind::Capture(it) => Hir::capture(Capture { sub: Box::new(inner(&it.sub)), ..it.clone() }),
        HirKind::Concat(parts) => Hir::concat(parts.iter().map(inner).collect()),
        HirKind::Alternation(parts) => Hir::alternation(parts.iter().map(inner).collect()),
        HirKind::Empty | HirKind::Literal(_) | HirKind::Class(_) | HirKind::Look(_) => hir.clone(),
    })
}

#[cfg(test)]
mod tests {
    use crate::rule::{bytes::Bytes, pattern::Pattern};

    fn fits(source: &str, text: &str) -> bool {
        let pattern = Pattern::new(source, false, true, false).unwrap();
        pattern.needs().fit(text) && pattern.needs().allow(Bytes::of(text))
    }

    #[test]
    fn what_matches_fits() {
        for (source, text) in [
            (r"\d{1,4} comments?", "12 Comments"),
            (r"(?:©|\(c\))?\s?20\d\d", "© 2031"),
            (r".*(?:@|https?:).*", "Write to desk@ellery.example"),
            (r".*(?:©|[0-9]{3}).*|[^a]k", "In 2031"),
            (r"(?:«|<)? ?next ?(?:»|>)?", "NEXT"),
            (r"\pL+", "Ünder"),
            (r".*", "\u{1f600}"),
            (r"\bword\b|.+ more", "a more"),
            ("[^a]", "é"),
        ] {
            assert!(fits(source, text), "{source} {text}");
        }
    }

    #[test]
    fn most_lines_do_not() {
        for (source, text) in [
            (r"\d{1,4} comments?", "Twelve comments"),
            (r"\d{1,4} comments?", "12 comments below"),
            (r"\d{1,2}:\d\d", "12:30, and again at 14:15"),
            (r"(?:©|\(c\))\s?20\d\d", "In 2031"),
            (r".*(?:@|https?:).*", "Write to the desk"),
            (r".{1,9}(?:\d+ (?:a|b)|»).*", "In that year"),
            (r"(?:«|<)? ?next ?(?:»|>)?", "Mext"),
        ] {
            assert!(!fits(source, text), "{source} {text}");
        }
    }
}
