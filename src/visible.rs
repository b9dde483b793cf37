//! Text that no terminal obeys.

use std::borrow::Cow;

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
