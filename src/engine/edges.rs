//! Literals that a line must start, or end, with.

use super::matcher::Target;
use rustc_hash::FxHashMap;

/// How many bytes of a literal's start or end are looked up.
const STUB: usize = 4;

/// Literals by their first or last bytes, in a map for each stub length.
#[derive(Debug)]
pub(super) struct Edges {
    start: bool,
    /// Where the literals with a stub begin in `literals`.
    stubs: [FxHashMap<u32, u32>; STUB],
    /// By length and bytes of their stubs.
    literals: Vec<Literal>,
}

#[derive(Debug)]
struct Literal {
    stub: (usize, u32),
    text: Box<str>,
    target: Target,
}

impl Edges {
    /// Literals at the start of a line, or at its end.
    pub fn new(literals: Vec<(&str, Target)>, start: bool) -> Edges {
        let literal = |(text, target): (&str, Target)| {
            let len = text.len().min(STUB);
            Literal { stub: (len, stub(text.as_bytes(), len, start)), text: text.into(), target }
        };
        let mut literals: Vec<Literal> = literals.into_iter().map(literal).collect();
        literals.sort_by_key(|literal| literal.stub);
        let mut stubs: [FxHashMap<u32, u32>; STUB] = Default::default();
        for (at, literal) in literals.iter().enumerate() {
            let (len, stub) = literal.stub;
            stubs[len - 1].entry(stub).or_insert(at as u32);
        }
        Edges { start, stubs, literals }
    }

    pub fn look_up(&self, line: &str, found: &mut Vec<Target>) {
        let line = line.as_bytes();
        for len in 1..=STUB.min(line.len()) {
            let map = &self.stubs[len - 1];
            if map.is_empty() {
                continue;
            }
            let stub = stub(line, len, self.start);
            let Some(&first) = map.get(&stub) else { continue };
            for literal in self.literals[first as usize..].iter().take_while(|literal| literal.stub == (len, stub)) {
                let text = literal.text.as_bytes();
                if if self.start { line.starts_with(text) } else { line.ends_with(text) } {
                    found.push(literal.target);
                }
            }
        }
    }
}

fn stub(bytes: &[u8], len: usize, start: bool) -> u32 {
    let part = if start { &bytes[..len] } else { &bytes[bytes.len() - len..] };
    part.iter().fold(0, |stub, &byte| stub << 8 | u32::from(byte))
}
