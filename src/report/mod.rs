//! Views of cuts: one sink each.

pub mod against;
pub mod page;
pub mod sample;
pub mod stat;
pub mod summary;
pub mod terminal;

use std::borrow::Cow;

/// "1 article", "2 articles".
pub fn count(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

/// A text with what a terminal would obey shown instead: escape sequences, carriage returns,
/// right-to-left overrides.
pub fn visible(text: &str) -> Cow<'_, str> {
    fn is_control(c: char) -> bool {
        (c.is_control() && c != '\n' && c != '\t') || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    }
    if !text.contains(is_control) {
        return Cow::Borrowed(text);
    }
    let show = |c: char| match c {
        '\0'..='\u{1f}' => char::from_u32(0x2400 + c as u32).unwrap_or('?'),
        '\u{7f}' => '␡',
        _ => '\u{fffd}',
    };
    Cow::Owned(text.chars().map(|c| if is_control(c) { show(c) } else { c }).collect())
}
