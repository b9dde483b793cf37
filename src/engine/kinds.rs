//! What characters are, remembered: to ask Unicode of a letter takes hundreds of steps.

use std::sync::OnceLock;

/// A character is any of these.
pub(super) const LETTER: u8 = 1;
pub(super) const CAPITAL: u8 = 2;
pub(super) const NUMBER: u8 = 4;
pub(super) const SPACE: u8 = 8;
/// Either of these makes words.
pub(super) const ALPHANUMERIC: u8 = LETTER | NUMBER;

type Page = [u8; 256];

/// Where scripts without cases begin, of which each character is asked for.
const PAGES: usize = 0x30;

/// What a character is.
pub(super) fn kind(c: char) -> u8 {
    let at = c as usize;
    if at >> 8 < PAGES { page(at >> 8)[at & 0xff] } else { of(c) }
}

/// The first 256 characters, those of ASCII among them.
pub(super) fn first() -> &'static Page {
    page(0)
}

fn page(number: usize) -> &'static Page {
    static KNOWN: [OnceLock<Page>; PAGES] = [const { OnceLock::new() }; PAGES];
    KNOWN[number].get_or_init(|| std::array::from_fn(|at| char::from_u32((number << 8 | at) as u32).map_or(0, of)))
}

fn of(c: char) -> u8 {
    let mut kind = 0;
    for (is, flag) in
        [(c.is_alphabetic(), LETTER), (c.is_uppercase(), CAPITAL), (c.is_numeric(), NUMBER), (c.is_whitespace(), SPACE)]
    {
        kind |= if is { flag } else { 0 };
    }
    kind
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_remembered_is_true() {
        let all = || (0..0x11_0000).filter_map(char::from_u32);
        assert!(all().all(|c| kind(c) == of(c)));
        assert!(all().all(|c| (kind(c) & ALPHANUMERIC != 0) == c.is_alphanumeric()));
        assert!(
            [kind('é'), kind('Ж'), kind('7'), kind('\u{a0}'), kind('क'), kind('中'), kind('-')].map(|kind| kind != 0)
                == [true, true, true, true, true, true, false]
        );
    }
}
