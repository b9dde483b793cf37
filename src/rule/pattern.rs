//! Regexes of rules: parsed when the rule is read, compiled when first needed.
//!
//! A rule's regex is an ordinary one (the `regex` crate's syntax) with two differences: it ignores
//! case unless told otherwise, and a space in it stands for white space of any kind and length,
//! because scraped text is full of no-break spaces.

use super::{
    needs::{Needs, for_ascii, without_word_edges},
    regex::Regex,
    tree::Tree,
};
use crate::error::{Error, Result};
use once_cell::sync::OnceCell;
use regex_syntax::hir::{Class, ClassUnicode, ClassUnicodeRange, Hir, HirKind, Look, Repetition};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::{fmt, sync::Arc};

/// The most one compiled regex may take.
const SIZE_LIMIT: usize = 256 << 10;

/// Characters of a regex: parsing takes a thousand times its length.
const LONGEST: usize = 20_000;

/// A regex surely below [`SIZE_LIMIT`] when its [`weight`] is below this.
const LIGHT: usize = 1_500;

#[derive(Clone, Default, Serialize, Deserialize)]
pub(crate) struct Pattern {
    source: String,
    exact_case: bool,
    whole: bool,
    /// A rough count of its states; 0 for one that is known to be good.
    #[serde(skip)]
    pub weight: usize,
    #[serde(serialize_with = "pack_needs", deserialize_with = "unpack_needs")]
    needs: OnceCell<Needs>,
    /// What is parsed for texts of ASCII, packed; empty where the build did not see to that.
    #[serde(serialize_with = "pack_tree", deserialize_with = "unpack_tree")]
    tree: Box<[u8]>,
    #[serde(skip)]
    compiled: OnceCell<Arc<Regex>>,
    /// The same for texts of ASCII alone, and without word boundaries.
    #[serde(skip)]
    ascii: OnceCell<Option<Arc<Regex>>>,
    #[serde(skip)]
    no_edges: OnceCell<Option<Arc<Regex>>>,
}

/// What its file says, whatever has been worked out from it so far.
impl fmt::Debug for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}{}", self.source, if self.exact_case { " exact" } else { "" })
    }
}

impl Pattern {
    /// A regex of a rule; `whole` makes it cover the whole line. It is checked here, and one that may
    /// be over the limit compiled, so that a bad one stops the run before it starts. What one that
    /// is `built_in` needs is found right away, to be packed with it.
    pub fn new(source: &str, exact_case: bool, whole: bool, built_in: bool) -> Result<Pattern> {
        let source = source.to_owned();
        let mut pattern = Pattern { source, exact_case, whole, ..Pattern::default() };
        let hir = pattern.parse()?;
        let weight = weight(&hir);
        if weight > LIGHT {
            pattern.regex()?;
        }
        if built_in {
            pattern.needs.get_or_init(|| Needs::of(&hir, whole));
            let tree = pattern.parse_for_ascii().and_then(|hir| postcard::to_stdvec(&Tree::of(&hir)?).ok());
            pattern.tree = tree.unwrap_or_default().into();
        } else {
            pattern.weight = weight;
        }
        Ok(pattern)
    }

    fn parse(&self) -> Result<Hir> {
        self.parse_in(true)
    }

    fn parse_in(&self, unicode: bool) -> Result<Hir> {
        let wrong = |what: String| {
            Error::new(format!(
                "bad regex `{}`: {what}; the rule could match nothing; mend it (the syntax is that of Rust's regex crate)",
                shorten(&self.source)
            ))
        };
        if self.source.len() > LONGEST {
            return Err(wrong(format!("it has more than {LONGEST} characters")));
        }
        let hir = regex_syntax::ParserBuilder::new()
            .case_insensitive(!self.exact_case)
            .nest_limit(100)
            .unicode(unicode)
            .utf8(unicode)
            .build()
            .parse(&self.source)
            .map_err(|error| wrong(first_words(&error)))?;
        if hir.properties().minimum_len() == Some(0) && hir.properties().maximum_len() == Some(0) {
            return Err(wrong("it matches only the empty text".into()));
        }
        let hir = widen_spaces(hir, &white_space(unicode));
        Ok(if self.whole { Hir::concat(vec![Hir::look(Look::Start), hir, Hir::look(Look::End)]) } else { hir })
    }

    /// The regex for texts of ASCII alone. Most of the parser's work is to look up what letters and
    /// cases there are in Unicode: that is spared unless the regex itself names some.
    fn parse_for_ascii(&self) -> Option<Hir> {
        let packed = || postcard::from_bytes::<Tree>(&self.tree).ok()?.hir();
        // Letters beyond ASCII would be bytes there, of which the parser makes other classes.
        let plain = || self.source.is_ascii().then(|| self.parse_in(false).ok()).flatten();
        let parsed = || plain().or_else(|| self.parse().ok());
        packed().or_else(|| Some(for_ascii(&parsed()?)))
    }

    pub fn source(&self) -> &str {
        &self.source
    }

    /// What a line must have to be worth a try.
    pub fn needs(&self) -> &Needs {
        self.needs.get_or_init(|| self.parse().map(|hir| Needs::of(&hir, self.whole)).unwrap_or_default())
    }

    pub fn regex(&self) -> Result<&Regex> {
        let compiled = self.compiled.get_or_try_init(|| {
            let hir = self.parse()?;
            // All else that could be wrong the parser finds.
            compile(&hir).ok_or_else(|| {
                Error::new(format!(
                    "bad regex `{}`: it needs more than {} KiB compiled; the rule cannot run; shorten its counted repetitions or write \\d, [a-z] for \\w",
                    shorten(&self.source),
                    SIZE_LIMIT >> 10
                ))
            })
        });
        compiled.map(|regex| &**regex)
    }

    /// Does it know a line by a word, rather than by numbers, dates or what lines look like?
    pub fn goes_by_words(&self) -> bool {
        self.needs().by_words
    }

    /// The compiled regex; what could not compile was refused when the rule was read.
    pub fn compiled(&self) -> Option<&Regex> {
        self.regex().ok()
    }

    /// A regex that finds in the text what [`compiled`](Self::compiled) would, none where that would
    /// find nothing. Of Unicode there is a lot, and most texts that come here have none. Word
    /// boundaries that know all letters are slow beside any beyond ASCII, and few texts match even
    /// without.
    pub fn quick(&self, text: &str) -> Option<&Regex> {
        if text.is_ascii() {
            let regex = self.ascii.get_or_init(|| compile(&self.parse_for_ascii()?)).as_deref();
            return regex.inspect(|regex| regex.count(text, || self.parse_for_ascii())).or_else(|| self.compiled());
        }
        if self.needs().word_edges {
            let no_edges = || Some(without_word_edges(&self.parse().ok()?));
            let regex = self.no_edges.get_or_init(|| compile(&no_edges()?)).as_deref();
            if regex.inspect(|regex| regex.count(text, no_edges)).is_some_and(|regex| !regex.is_match(text)) {
                return None;
            }
        }
        self.compiled().inspect(|regex| regex.count(text, || self.parse().ok()))
    }

    /// Has it groups with names?
    pub fn has_names(&self) -> bool {
        ["(?<", "(?P<"].iter().any(|start| self.source.contains(start))
    }
}

fn pack_needs<S: Serializer>(needs: &OnceCell<Needs>, serializer: S) -> Result<S::Ok, S::Error> {
    needs.get().serialize(serializer)
}

fn unpack_needs<'de, D: Deserializer<'de>>(deserializer: D) -> Result<OnceCell<Needs>, D::Error> {
    Ok(Option::deserialize(deserializer)?.map_or_else(OnceCell::new, OnceCell::with_value))
}

fn pack_tree<S: Serializer>(tree: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_bytes(tree)
}

fn unpack_tree<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Box<[u8]>, D::Error> {
    Ok(<&[u8]>::deserialize(deserializer)?.into())
}

fn compile(hir: &Hir) -> Option<Arc<Regex>> {
    Regex::new(hir, SIZE_LIMIT).map(Arc::new)
}

/// The start of a long regex, enough to find it by.
pub(crate) fn shorten(source: &str) -> String {
    match source.char_indices().nth(80) {
        Some((end, _)) => format!("{}…", &source[..end]),
        None => source.to_owned(),
    }
}

/// The parser's verdict without its drawing of the pattern.
fn first_words(error: &regex_syntax::Error) -> String {
    let text = error.to_string();
    text.lines().last().unwrap_or(&text).trim_start_matches("error: ").to_owned()
}

/// What folds to a space (fold.rs), so that the index and the regex see the same gaps.
fn white_space(unicode: bool) -> Hir {
    let mut class = ClassUnicode::new([('\t', '\r'), (' ', ' ')].map(|(start, end)| ClassUnicodeRange::new(start, end)));
    let wide = [
        ('\u{85}', '\u{85}'),
        ('\u{a0}', '\u{a0}'),
        ('\u{1680}', '\u{1680}'),
        ('\u{2000}', '\u{200a}'),
        ('\u{2028}', '\u{2029}'),
        ('\u{202f}', '\u{202f}'),
        ('\u{205f}', '\u{205f}'),
        ('\u{3000}', '\u{3000}'),
    ];
    wide.iter().filter(|_| unicode).for_each(|&(start, end)| class.push(ClassUnicodeRange::new(start, end)));
    Hir::class(Class::Unicode(class))
}

fn has_space(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Literal(literal) => literal.0.contains(&b' '),
        HirKind::Repetition(repetition) => has_space(&repetition.sub),
        HirKind::Capture(capture) => has_space(&capture.sub),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => parts.iter().any(has_space),
        HirKind::Empty | HirKind::Look(_) | HirKind::Class(_) => false,
    }
}

fn widen_spaces(hir: Hir, space: &Hir) -> Hir {
    if !has_space(&hir) {
        return hir;
    }
    match hir.into_kind() {
        HirKind::Literal(literal) => {
            let mut parts = Vec::new();
            for (i, piece) in literal.0.split(|&b| b == b' ').enumerate() {
                if i > 0 {
                    parts.push(Hir::repetition(Repetition { min: 1, max: None, greedy: true, sub: Box::new(space.clone()) }));
                }
                parts.push(Hir::literal(piece));
            }
            Hir::concat(parts)
        }
        HirKind::Repetition(mut repetition) => {
            repetition.sub = Box::new(widen_spaces(*repetition.sub, space));
            Hir::repetition(repetition)
        }
        HirKind::Capture(mut capture) => {
            capture.sub = Box::new(widen_spaces(*capture.sub, space));
            Hir::capture(capture)
        }
        HirKind::Concat(parts) => Hir::concat(parts.into_iter().map(|part| widen_spaces(part, space)).collect()),
        HirKind::Alternation(parts) => Hir::alternation(parts.into_iter().map(|part| widen_spaces(part, space)).collect()),
        HirKind::Empty => Hir::empty(),
        HirKind::Look(look) => Hir::look(look),
        HirKind::Class(class) => Hir::class(class),
    }
}

/// A rough count of the states a regex compiles to, on the high side.
fn weight(hir: &Hir) -> usize {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => 1,
        HirKind::Literal(literal) => literal.0.len(),
        HirKind::Class(Class::Unicode(class)) => 1 + 3 * class.ranges().len(),
        HirKind::Class(Class::Bytes(_)) => 1,
        HirKind::Repetition(rep) => {
            let times = rep.max.unwrap_or(rep.min.saturating_add(1)).max(1) as usize;
            weight(&rep.sub).saturating_add(1).saturating_mul(times)
        }
        HirKind::Capture(capture) => 2 + weight(&capture.sub),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => {
            parts.iter().fold(parts.len(), |sum, part| sum.saturating_add(weight(part)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(source: &str) -> Result<Pattern> {
        Pattern::new(source, false, true, false)
    }

    #[test]
    fn a_space_is_any_white_space() {
        let pattern = whole("read (?:more|on) ?here *!").unwrap();
        let regex = pattern.regex().unwrap();
        for line in ["Read more here!", "READ\u{a0}on \u{202f}here  !", "read onhere!"] {
            assert!(regex.is_match(line), "{line}");
        }
        assert!(!regex.is_match("readmore here!"));
        assert!(!regex.is_match("They read more here!"));
        assert!(whole("(?x) a b").unwrap().regex().unwrap().is_match("ab"));
        assert!(whole("[^ ]+").unwrap().regex().unwrap().is_match("a\u{a0}b"), "classes are left as written");
    }

    #[test]
    fn what_is_compiled_is_what_was_written() {
        let texts = ["", "a", "aa", "aaa", "b", "ab", "aab", "abab", "ba", "x", "a-b", "A", "ß", "é1", "a]", "^$", "12:30"];
        for source in [
            "(?:a+)?b",
            "(?:a{2})*",
            "(?:(?:a|b)+)?",
            "(?:ab?)?b*",
            "(?:a?)+b",
            "(?:a*)?c?",
            "(?:(?:a+)?b)+?",
            "a{2,3}?",
            "(?:a{1,2}){1,2}b",
            "[^a]*",
            r"\w+(?:-\w+)?",
            r"(?-i:A)|é\d",
            r"\^\$|a\]",
            r"\d\d?:\d\d",
            "(?:ab){2}",
            "(?:|a)b",
            r"\ba\b.*",
            "(?s:.)+",
            r"(?:\pL|-)+",
            r"\x{61}\W?b|(?u:é)\d",
            r"[^\W\d]+|\S\s*",
            "(?-u:[ab])(?u)[é-ü]?",
        ] {
            let ours = Pattern::new(source, false, true, false).unwrap();
            let plain = regex::Regex::new(&format!("(?i)^(?:{source})$")).unwrap();
            for text in texts {
                assert_eq!(ours.regex().unwrap().is_match(text), plain.is_match(text), "{source} on {text:?}");
                let quick = ours.quick(text).is_some_and(|regex| regex.is_match(text));
                assert_eq!(quick, plain.is_match(text), "{source} quickly on {text:?}");
            }
        }
    }

    #[test]
    fn a_whole_line_regex_binds_its_alternatives() {
        let pattern = whole("a|b").unwrap();
        assert!(pattern.regex().unwrap().is_match("b"));
        assert!(!pattern.regex().unwrap().is_match("ab"));
    }

    #[test]
    fn what_is_light_compiles() {
        // The worst weights just below the limit, so that no lazy compile can fail.
        for source in [
            r"\pL",
            r"(?:\w)",
            r"[^()]{1,300}",
            r".{1,150}",
            r"(?:\d{1,2}){3}",
            r"\p{Lu}{1}",
            "[a-zé]{1,120}",
            r"[\p{Cyrillic}]{1,20}",
        ] {
            let pattern = whole(source);
            if let Ok(pattern) = &pattern
                && weight(&pattern.parse().unwrap()) <= LIGHT
            {
                pattern.regex().unwrap_or_else(|error| panic!("{error}"));
            }
        }
        assert!(whole(r"\w{1,200}").unwrap_err().to_string().contains("256 KiB"));
        assert!(whole("a(").unwrap_err().to_string().contains("unclosed group"));
    }
}
