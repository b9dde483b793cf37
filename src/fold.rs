//! The folded view of a line: what literals are compared with.
//!
//! Folding makes `•  READ ALSO:` and `Read also:` the same: lower case, white space squashed to one
//! space, zero-width characters gone, quotes, dashes and full-width forms made plain, accents off.
//! It works character by character, so that what a literal folds to stands in whatever a line that
//! holds the literal folds to. The index relies on that.

use std::{ops::Range, sync::OnceLock};
use unicode_normalization::char::decompose_compatible;

/// A folded line and the parts of it that literals are compared with. Its text is a place in a buffer
/// of many lines, or what stands there.
#[derive(Debug, Default, Clone)]
pub(crate) struct Folded<T> {
    /// The whole line, folded and trimmed.
    pub text: T,
    /// Where the line starts when leading bullets, list and Markdown marks and brackets are off.
    pub body: usize,
    /// The line without punctuation around it.
    pub core: Range<usize>,
}

impl Folded<Range<usize>> {
    /// Folds a line to the end of a buffer, a line of its own there.
    pub(crate) fn push(line: &str, buffer: &mut String) -> Self {
        let start = buffer.len();
        fold_into(line, buffer);
        let Folded { body, core, .. } = Folded::new(&buffer[start..]);
        let text = start..buffer.len();
        buffer.push(END);
        Folded { text, body, core }
    }

    /// The line in its buffer.
    pub(crate) fn of<'b>(&self, buffer: &'b str) -> Folded<&'b str> {
        Folded { text: &buffer[self.text.clone()], body: self.body, core: self.core.clone() }
    }
}

impl<'t> Folded<&'t str> {
    /// The parts of a folded text.
    pub(crate) fn new(text: &'t str) -> Self {
        Folded { text, body: text.len() - trim_marks(text).len(), core: core(text) }
    }

    pub(crate) fn body(&self) -> &'t str {
        &self.text[self.body..]
    }

    pub(crate) fn core(&self) -> &'t str {
        &self.text[self.core.clone()]
    }
}

/// Ends a line in a buffer of folded lines; nothing folds to it.
const END: char = '\n';

/// The folded form of a text: no white space at either end, one space between words.
pub(crate) fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    fold_into(text, &mut out);
    out
}

/// What a folded text says without punctuation around it.
pub(crate) fn fold_core(text: &str) -> String {
    let folded = fold(text);
    folded[core(&folded)].to_owned()
}

/// Copies what folds to itself in stretches; only the rest goes character by character.
fn fold_into(text: &str, out: &mut String) {
    let bytes = text.as_bytes();
    // What stands from `from` up to `at` is still to be copied.
    let (mut from, mut at) = (0, 0);
    loop {
        at += plain(&bytes[at..]);
        let Some(&byte) = bytes.get(at) else { break };
        if byte.is_ascii() {
            // A space behind another one, other white space, or a control character.
            if is_ascii_space(byte) {
                copy(&text[from..at], out);
                push_space(out);
                from = at + 1;
            }
            at += 1;
            continue;
        }
        // Scripts beyond ASCII stand in stretches as well.
        while let Some(c) = text[at..].chars().next().filter(|c| !c.is_ascii()) {
            let behind = at + c.len_utf8();
            match one_to_one(c) {
                Some(same) if same == c => {}
                other => {
                    copy(&text[from..at], out);
                    match other {
                        Some(' ') => push_space(out),
                        Some(one) => out.push(one),
                        None => fold_char(c, |part| if part == ' ' { push_space(out) } else { out.push(part) }),
                    }
                    from = behind;
                }
            }
            at = behind;
        }
    }
    copy(&text[from..], out);
    if out.ends_with(' ') {
        out.pop();
    }
}

/// Bytes at the start that are ASCII and need no more than small letters: a space behind another
/// one, and other white space, do.
fn plain(bytes: &[u8]) -> usize {
    const CHUNK: usize = 32;
    // Numbers instead of conditions: the loop over a chunk becomes a few vector instructions.
    let odd = |byte: u8, before: u8| {
        (byte & 0x80) | u8::from(byte.wrapping_sub(b'\t') < 5) | (u8::from(byte == b' ') & u8::from(before == b' '))
    };
    if bytes.first().is_none_or(|&byte| odd(byte, 0) != 0) {
        return 0;
    }
    let mut at = 1;
    while let Some(chunk) = bytes[at - 1..].first_chunk::<{ CHUNK + 1 }>() {
        let mut any = 0;
        for i in 0..CHUNK {
            any |= odd(chunk[i + 1], chunk[i]);
        }
        if any != 0 {
            break;
        }
        at += CHUNK;
    }
    while let Some(eight) = bytes[at..].first_chunk::<8>() {
        let marks = odd_among(u64::from_le_bytes(*eight), bytes[at - 1]);
        if marks != 0 {
            return at + marks.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    while bytes.get(at).is_some_and(|&byte| odd(byte, bytes[at - 1]) == 0) {
        at += 1;
    }
    at
}

/// The highest bit of each of eight bytes that is not ASCII, white space other than a space, another
/// control character, or a space behind another one.
fn odd_among(bytes: u64, before: u8) -> u64 {
    const ALL: u64 = u64::MAX / 0xff;
    const HIGH: u64 = 0x80 * ALL;
    // No sum of two sevens of bits carries over into the next byte.
    let low = bytes & !HIGH;
    let control = !(low + (0x80 - 0x20) * ALL) & HIGH;
    let spaces = !((low ^ (0x20 * ALL)) + 0x7f * ALL) & HIGH & !bytes;
    let double = spaces & (spaces << 8 | u64::from(before == b' ') << 7);
    (bytes & HIGH) | control | double
}

/// Appends a stretch that folds to its small letters.
fn copy(stretch: &str, out: &mut String) {
    let stretch = if takes_space(out) { stretch } else { stretch.strip_prefix(' ').unwrap_or(stretch) };
    let start = out.len();
    out.push_str(stretch);
    out[start..].make_ascii_lowercase();
}

fn push_space(out: &mut String) {
    if takes_space(out) {
        out.push(' ');
    }
}

/// Does a space behind what stands there mean anything?
fn takes_space(out: &str) -> bool {
    !matches!(out.as_bytes().last(), None | Some(b' ' | b'\n'))
}

/// What a character beyond ASCII folds to, where that is one character; remembered by pages of 256.
fn one_to_one(c: char) -> Option<char> {
    static PAGES: [OnceLock<Box<[Option<char>; 256]>>; 256] = [const { OnceLock::new() }; 256];
    let page = PAGES.get(c as usize >> 8)?.get_or_init(|| {
        let first = c as u32 & !0xff;
        Box::new(std::array::from_fn(|i| {
            let (mut one, mut count) = (None, 0);
            fold_char(char::from_u32(first + i as u32)?, |part| {
                one = Some(part);
                count += 1;
            });
            one.filter(|_| count == 1)
        }))
    });
    page[c as usize & 0xff]
}

/// The folded form with, for each of its bytes, the byte offset in `text` of the character that it
/// came from, and the text's length behind the last: maps a match back to the line.
pub(crate) fn fold_with_offsets(text: &str) -> (String, Vec<usize>) {
    let (mut out, mut offsets, mut space) = (String::new(), Vec::new(), None);
    for (at, c) in text.char_indices() {
        fold_char(c, |folded| {
            if folded == ' ' {
                space.get_or_insert(at);
                return;
            }
            if let Some(at) = space.take()
                && !out.is_empty()
            {
                out.push(' ');
                offsets.push(at);
            }
            out.push(folded);
            offsets.resize(out.len(), at);
        });
    }
    offsets.push(text.trim_end_matches(is_space).len());
    (out, offsets)
}

/// What one character folds to; white space of any kind becomes a space.
pub(crate) fn fold_char(c: char, mut out: impl FnMut(char)) {
    match c {
        '\0'..='\x7f' => out(if is_space(c) { ' ' } else { c.to_ascii_lowercase() }),
        // Han, Kana and Hangul have no case, and taking Hangul apart would find syllables inside others.
        '\u{3041}'..='\u{30fe}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}' => out(c),
        _ if is_zero_width(c) || is_accent(c) => {}
        _ if c.is_whitespace() => out(' '),
        '\u{2018}'..='\u{201b}' | '\u{2032}' | '\u{02bc}' => out('\''),
        '\u{201c}'..='\u{201f}' | '\u{2033}' => out('"'),
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' => out('-'),
        '\u{2122}' => {}
        _ => decompose_compatible(c, |part| {
            if is_accent(part) || is_zero_width(part) {
                return;
            }
            for lower in part.to_lowercase() {
                match lower {
                    _ if is_accent(lower) => {}
                    _ if lower.is_whitespace() => out(' '),
                    // Turkish writes i both ways and final sigma is a sigma.
                    'ı' => out('i'),
                    'ς' => out('σ'),
                    other => out(rare_case(other)),
                }
            }
        }),
    }
}

/// Letters that the regex engine takes for another case of a common one and lower-casing does not.
fn rare_case(c: char) -> char {
    match c {
        // The iota below a vowel has an iota as its capital.
        '\u{345}' => 'ι',
        '\u{1c80}' => 'в',
        '\u{1c81}' => 'д',
        '\u{1c82}' => 'о',
        '\u{1c83}' => 'с',
        '\u{1c84}' | '\u{1c85}' => 'т',
        '\u{1c86}' => 'ъ',
        '\u{1c87}' => 'ѣ',
        '\u{1c88}' => 'ꙋ',
        other => other,
    }
}

/// White space and what takes no room: a line of these alone is blank.
pub(crate) fn is_space(c: char) -> bool {
    match c {
        '\0'..='\x7f' => is_ascii_space(c as u8),
        _ => c.is_whitespace() || is_zero_width(c),
    }
}

#[inline]
fn is_ascii_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t'..=b'\r')
}

fn is_zero_width(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{2069}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
}

/// Combining marks of Latin, Greek and Cyrillic, and the Arabic stretch and vowel signs: publishers
/// write the same word with and without.
fn is_accent(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{344}' | '\u{346}'..='\u{36f}' | '\u{640}' | '\u{64b}'..='\u{652}')
}

/// Trims [`is_space`] characters off both ends.
pub(crate) fn trim(line: &str) -> &str {
    line.trim_matches(is_space)
}

/// A text without leading bullets, list and Markdown marks, arrows and opening brackets.
pub(crate) fn trim_marks(text: &str) -> &str {
    if text.as_bytes().first().is_some_and(u8::is_ascii_alphanumeric) {
        return text;
    }
    text.trim_start_matches(|c: char| match c {
        '\0'..='\x7f' => b" *-+#><|_~=`[({/\\".contains(&(c as u8)),
        '\u{2010}'..='\u{2015}' | '•' | '·' | '∙' | '◦' | '‣' | '⁃' | '«' | '»' | '‹' | '›' | '※' | '−' => {
            true
        }
        '【' | '〔' | '《' | '「' | '『' | '〈' | '（' | '［' | '｛' | '＊' | '＃' | '＞' | '｜' | '－' | '\u{3000}'
        | '\u{a0}' => true,
        '\u{2190}'..='\u{21ff}' | '\u{2300}'..='\u{23ff}' | '\u{2500}'..='\u{27bf}' | '\u{27f0}'..='\u{27ff}' => true,
        '\u{2900}'..='\u{297f}' | '\u{2b00}'..='\u{2bff}' | '\u{1f300}'..='\u{1faff}' => true,
        _ => is_zero_width(c),
    })
}

/// Where a folded text stands without punctuation around it.
pub(crate) fn core(folded: &str) -> Range<usize> {
    let wraps = |c: char| !c.is_alphanumeric();
    let end = folded.trim_end_matches(wraps).len();
    let start = end - folded[..end].trim_start_matches(wraps).len();
    start..end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_formula_in_many_dresses() {
        for line in ["READ ALSO:", "• Read\u{a0}also:", "  read   also:  ", "**Read also:", "Re\u{200b}ad also:", "[Réad alsó:"]
        {
            assert_eq!(Folded::new(&fold(line)).body(), "read also:", "{line}");
        }
        for line in ["— ADVERTISEMENT —", "[Advertisement]", "Advertisement:", "ＡＤＶＥＲＴＩＳＥＭＥＮＴ"] {
            assert_eq!(fold_core(line), "advertisement", "{line}");
        }
        assert_eq!(fold("İLGİLİ HABERLER"), fold("ilgili haberler"));
        assert_eq!(fold("ΔΙΑΒΆΣΤΕ ΕΠΊΣΗΣ"), fold("Διαβάστε επίσης"));
        assert_eq!(fold("The “end” – really…"), "the \"end\" - really...");
        assert_eq!(fold("责任编辑：王"), "责任编辑:王");
    }

    #[test]
    fn every_case_of_a_letter_folds_alike() {
        // What the index assumes of a regex that ignores case.
        let mut folded = [String::new(), String::new()];
        for c in ('\0'..=char::MAX).filter(|c| c.is_alphabetic()) {
            let mut cases = regex_syntax::hir::ClassUnicode::new([regex_syntax::hir::ClassUnicodeRange::new(c, c)]);
            cases.case_fold_simple();
            folded[0].clear();
            fold_char(c, |f| folded[0].push(f));
            for range in cases.ranges() {
                for other in range.start()..=range.end() {
                    folded[1].clear();
                    fold_char(other, |f| folded[1].push(f));
                    if folded[0] != folded[1] {
                        assert!(!is_common(c), "{c} and {other}");
                    }
                }
            }
        }
        // Rarer letters may differ: the index then takes no literal from them (rule/keys.rs).
        fn is_common(c: char) -> bool {
            matches!(c, '\0'..='\u{17f}' | '\u{370}'..='\u{3ff}' | '\u{400}'..='\u{4ff}' | '\u{531}'..='\u{587}')
        }
    }

    proptest::proptest! {
        #[test]
        fn folding_in_stretches_is_folding_by_character(text in "(?:[a-zA-Z .,]{0,20}|[ \t\u{a0}\u{200b}]{0,3}|[\x00-\x1f\x7f]{0,2}|\\PC{0,4}|[ÄéßİΣ中한।…“”™\u{301}]{0,4}){0,12}") {
            assert_eq!(fold(&text), fold_with_offsets(&text).0);
        }
    }

    #[test]
    fn offsets_lead_back_to_the_line() {
        let line = "Ämter\u{a0}\u{a0}“zu” …";
        let (folded, offsets) = fold_with_offsets(line);
        assert_eq!(folded, fold(line));
        assert_eq!(offsets.len(), folded.len() + 1);
        let at = folded.find("\"zu\"").unwrap();
        assert_eq!(&line[offsets[at]..offsets[at + 4]], "“zu”");
    }
}
