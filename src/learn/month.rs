//! When an article was published, as its address tells.

use regex::Regex;
use std::sync::LazyLock;

/// The month in an address such as `https://example.com/2031/05/24/ports`, counted from year 0; none
/// where it names none.
///
/// ```
/// assert_eq!(dechaff::learn::month_of("https://example.com/2031/05/ports"), Some(2031 * 12 + 5));
/// assert_eq!(dechaff::learn::month_of("https://example.com/ports-2031"), None);
/// ```
pub fn month_of(url: &str) -> Option<u16> {
    static DATE: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"[/_-]((?:19|20)[0-9]{2})[/_-]?(0[1-9]|1[0-2])(?:[/_-]|[0-9]{2}(?:[/_.-]|$))").ok());
    let found = DATE.as_ref()?.captures(url)?;
    Some(found[1].parse::<u16>().ok()? * 12 + found[2].parse::<u16>().ok()?)
}
