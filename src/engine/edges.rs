//! Literals that a line must start, or end, with.

use super::matcher::Target;
use rustc_hash::FxHashMap;
use std::ops::Range;

/// How many bytes of a literal's start or end are looked up: the most that it has of these.
const STUBS: [usize; 5] = [8, 4, 3, 2, 1];

/// Literals by their first or last bytes, in a map for each stub length.
#[derive(Debug)]
pub(super) struct Edges {
    start: bool,
    /// The last of the literals with a stub.
    stubs: [FxHashMap<u64, u32>; STUBS.len()],
    literals: Vec<Literal>,
    /// The literals, one after another.
    text: String,
}

#[derive(Debug)]
struct Literal {
    text: Range<u32>,
    target: Target,
    /// Another one with the same stub.
    next: Option<u32>,
}

impl Edges {
    /// Literals at the start of a line, or at its end.
    pub fn new(literals: Vec<(&str, Target)>, start: bool) -> Edges {
        let mut edges =
            Edges { start, stubs: Default::default(), literals: Vec::with_capacity(literals.len()), text: String::new() };
        for (literal, target) in literals {
            let class = STUBS.iter().position(|&len| len <= literal.len()).unwrap_or(STUBS.len() - 1);
            let stub = stub(literal.as_bytes(), STUBS[class], start);
            let next = edges.stubs[class].insert(stub, edges.literals.len() as u32);
            let from = edges.text.len() as u32;
            edges.text += literal;
            edges.literals.push(Literal { text: from..edges.text.len() as u32, target, next });
        }
        edges
    }

    pub fn look_up(&self, line: &str, found: &mut Vec<Target>) {
        let line = line.as_bytes();
        for (&len, map) in STUBS.iter().zip(&self.stubs) {
            if map.is_empty() || len > line.len() {
                continue;
            }
            let mut next = map.get(&stub(line, len, self.start)).copied();
            while let Some(at) = next {
                let literal = &self.literals[at as usize];
                let text = &self.text.as_bytes()[literal.text.start as usize..literal.text.end as usize];
                if if self.start { line.starts_with(text) } else { line.ends_with(text) } {
                    found.push(literal.target);
                }
                next = literal.next;
            }
        }
    }
}

fn stub(bytes: &[u8], len: usize, start: bool) -> u64 {
    let part = if start { &bytes[..len] } else { &bytes[bytes.len() - len..] };
    part.iter().fold(0, |stub, &byte| stub << 8 | u64::from(byte))
}
