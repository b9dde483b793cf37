//! What the words of a text tell: where they begin and end, how many they are, what they look like.

use super::kinds::{self, ALPHANUMERIC, CAPITAL, LETTER, NUMBER, SPACE, kind};
use std::ops::Range;
use unicode_normalization::char::is_combining_mark;

/// Does the line start with the literal as whole words?
pub(super) fn starts(line: &str, literal: &str) -> bool {
    line.starts_with(literal) && is_word_edge(&line[..literal.len()], &line[literal.len()..])
}

/// Does the line end with it?
pub(super) fn ends(line: &str, literal: &str) -> bool {
    line.ends_with(literal) && is_word_edge(&line[..line.len() - literal.len()], literal)
}

/// Does no word go on beyond either end of this place?
pub(super) fn is_whole(line: &str, place: Range<usize>) -> bool {
    is_word_edge(&line[..place.start], &line[place.start..]) && is_word_edge(&line[..place.end], &line[place.end..])
}

/// The first place at or after `from` where the literal stands as whole words.
pub(super) fn find(line: &str, literal: &str, from: usize) -> Option<usize> {
    let mut start = from;
    while let Some(at) = line[start..].find(literal).map(|at| at + start) {
        if is_whole(line, at..at + literal.len()) {
            return Some(at);
        }
        start = at + literal.chars().next().map_or(1, char::len_utf8);
    }
    None
}

/// Does no word go on from one side to the other? Scripts without spaces have edges everywhere.
fn is_word_edge(before: &str, after: &str) -> bool {
    match (before.chars().next_back(), after.chars().next()) {
        (Some(a), Some(b)) => !(in_word(a) && in_word(b)) || is_unspaced(a) || is_unspaced(b),
        _ => true,
    }
}

/// Is it part of a word? Indic scripts join letters by marks that are no letters themselves.
pub(crate) fn in_word(c: char) -> bool {
    kind(c) & ALPHANUMERIC != 0 || is_combining_mark(c)
}

/// Letters of scripts that put no spaces between words.
pub(crate) fn is_unspaced(c: char) -> bool {
    is_wide(c) || matches!(c, '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}')
}

fn is_wide(c: char) -> bool {
    matches!(c, '\u{3041}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// Words of a line: what stands between white space and holds a letter or digit. Where a script
/// puts no spaces between words, two characters of Chinese or Japanese and five of Thai, Lao,
/// Burmese or Khmer count as one.
pub(crate) fn count_words(text: &str) -> usize {
    count_words_to(usize::MAX, text)
}

/// Does a line have so many words?
pub(super) fn has_words(text: &str, least: usize) -> bool {
    // A word and what parts it from the next take two bytes, a character that is half a word three.
    text.len() + 1 >= least.saturating_mul(2) && (shows_words(text, least) || count_words_to(least, text) >= least)
}

/// Are so many words seen at a glance? A space and a letter of ASCII or a Cyrillic one behind it begin one.
fn shows_words(text: &str, least: usize) -> bool {
    // Numbers instead of conditions: the loop over a chunk becomes a few vector instructions.
    let begins = |space: u8, letter: u8| {
        let is_letter = u8::from((letter | 0x20).wrapping_sub(b'a') < 26) | u8::from(letter & 0xfe == 0xd0);
        u8::from(space == b' ') & is_letter
    };
    let (mut words, mut at) = (0, 0);
    while let Some(chunk) = text.as_bytes()[at..].first_chunk::<{ STRETCH + 1 }>() {
        words += usize::from((0..STRETCH).map(|i| begins(chunk[i], chunk[i + 1])).sum::<u8>());
        if words >= least {
            return true;
        }
        at += STRETCH;
    }
    false
}

/// Its words, or those counted when there were `enough`.
fn count_words_to(enough: usize, text: &str) -> usize {
    let (mut words, mut inside, mut wide, mut narrow) = (0, false, 0_usize, 0_usize);
    let (bytes, ascii) = (text.as_bytes(), kinds::first());
    let mut at = 0;
    while at < bytes.len() && words < enough {
        let end = bytes.len().min(at + STRETCH);
        while at < end {
            if bytes[at].is_ascii() {
                let kind = ascii[usize::from(bytes[at])];
                let counts = kind & ALPHANUMERIC != 0;
                words += usize::from(counts & !inside);
                inside = (inside | counts) & (kind & SPACE == 0);
                at += 1;
                continue;
            }
            let Some(c) = text[at..].chars().next() else { break };
            at += c.len_utf8();
            let kind = kind(c);
            if kind & SPACE != 0 {
                inside = false;
            } else if is_wide(c) {
                wide += 1;
                inside = false;
            } else if is_unspaced(c) {
                narrow += 1;
                inside = false;
            } else if !inside && kind & ALPHANUMERIC != 0 {
                words += 1;
                inside = true;
            }
        }
    }
    words + wide.div_ceil(2) + narrow.div_ceil(5)
}

/// Bytes that are looked at before it is asked whether there are enough words.
const STRETCH: usize = 32;

/// Does a line end as sentences do, closing quotes and brackets aside? Three dots do not: teasers
/// end so.
pub(crate) fn ends_sentence(text: &str) -> bool {
    let body = text.trim_end_matches(|c: char| {
        matches!(c, '"' | '\'' | ')' | ']' | '*' | '_' | '”' | '’' | '»' | '“' | '」' | '』' | '）' | '›') || c.is_whitespace()
    });
    let Some(last) = body.chars().next_back() else { return false };
    match last {
        '.' => !body.ends_with(".."),
        '!' | '?' | '。' | '！' | '？' | '．' | '।' | '॥' | '؟' | '۔' | '։' | '።' | '။' | '។' => true,
        _ => false,
    }
}

/// What a line is made of, as shares.
#[derive(Debug)]
pub(super) struct Letters {
    /// Capitals among the letters.
    pub upper: f64,
    /// Numbers among the characters that are no white space.
    pub digits: f64,
    /// Words that begin with a capital among those of more than three letters.
    pub capitals: f64,
}

impl Letters {
    pub fn of(text: &str) -> Letters {
        let (mut visible, mut letters, mut uppers, mut digits) = (0usize, 0usize, 0usize, 0usize);
        let (mut long, mut capitals) = (0usize, 0usize);
        let (mut length, mut is_capital) = (0usize, false);
        let ascii = kinds::first();
        for c in text.chars() {
            let kind = if c.is_ascii() { ascii[c as usize] } else { kind(c) };
            let (is_letter, upper) = (kind & LETTER != 0, kind & CAPITAL != 0);
            visible += usize::from(kind & SPACE == 0);
            letters += usize::from(is_letter);
            uppers += usize::from(is_letter & upper);
            digits += usize::from(!is_letter & (kind & NUMBER != 0));
            is_capital = if length == 0 { upper } else { is_capital };
            length = if is_letter { length + 1 } else { 0 };
            let is_long = length == LONG_WORD;
            long += usize::from(is_long);
            capitals += usize::from(is_long & is_capital);
        }
        let share = |part: usize, whole: usize| if whole == 0 { 0.0 } else { part as f64 / whole as f64 };
        Letters { upper: share(uppers, letters), digits: share(digits, visible), capitals: share(capitals, long) }
    }
}

/// Letters of a word that is not "of" or "and".
const LONG_WORD: usize = 4;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_counted_in_every_script() {
        assert_eq!(count_words("Read also: the – end"), 4);
        assert_eq!(count_words("广告收入下降了"), 4);
        assert_eq!(count_words("हिन्दी में"), 2);
        assert_eq!(count_words("— • —"), 0);
    }

    proptest::proptest! {
        #[test]
        fn words_seen_at_a_glance_are_words(text in "(?:[a-zA-Z0-9.,-]{0,9}|[ \t\u{a0}]|[а-яА-Я]{1,3}|\\PC{0,2}|[é中ก\u{301}҂]){0,60}", least in 0usize..20) {
            proptest::prop_assert_eq!(has_words(&text, least), count_words(&text) >= least);
        }
    }

    #[test]
    fn sentences_end_in_every_script() {
        for line in ["It is over.", "He said: “No.”", "(It was.)", "结束了。", "यह है।", "هل؟", "Stop!*"] {
            assert!(ends_sentence(line), "{line}");
        }
        for line in ["Storm closes ports", "to be continued…", "and so on...", "Related:", ""] {
            assert!(!ends_sentence(line), "{line}");
        }
    }

    #[test]
    fn literals_are_whole_words() {
        assert!(!starts("photography is forbidden", "photo"));
        assert!(starts("photo: reuters", "photo"));
        assert!(starts("广告收入", "广告"));
        assert!(!starts("शेयर्स गिरे", "शेयर") && starts("शेयर करें", "शेयर"));
        assert!(ends("the end. read more", "read more") && !ends("bread more", "read more"));
        assert_eq!(find("tread read", "read", 0), Some(6));
    }
}
