//! The literals themselves.

use std::ops::Range;

/// Literals, each with what it stands for.
#[derive(Debug)]
pub(super) struct Literals<T> {
    pub list: Vec<Literal<T>>,
    /// The literals, one after another.
    pub text: String,
    /// Those of a single byte: they would fill every slot.
    pub singles: Vec<(u8, u32)>,
}

#[derive(Debug)]
pub(super) struct Literal<T> {
    pub text: Range<u32>,
    pub target: T,
    pub sorts: u8,
}

impl<T> Literal<T> {
    pub fn text(&self) -> Range<usize> {
        self.text.start as usize..self.text.end as usize
    }
}

impl<T> Literals<T> {
    pub fn new<'a>(literals: impl IntoIterator<Item = (&'a str, T, u8)>) -> Self {
        let (mut list, mut text, mut singles) = (Vec::new(), String::new(), Vec::new());
        for (literal, target, sorts) in literals {
            if let [byte] = *literal.as_bytes() {
                singles.push((byte, list.len() as u32));
            }
            let from = text.len() as u32;
            text.push_str(literal);
            list.push(Literal { text: from..text.len() as u32, target, sorts });
        }
        Literals { list, text, singles }
    }
}
