//! Views of cuts: one sink each.

pub mod against;
pub mod page;
pub mod sample;
pub mod stat;
pub mod summary;
pub mod terminal;

pub use dechaff::visible;

/// "1 article", "2 articles".
pub fn count(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}
