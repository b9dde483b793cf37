//! Literals that a line must start, or end, with.

use super::matcher::Target;
use rustc_hash::FxHashMap;

/// How many bytes of a literal's start or end are looked up: the most that it has of these.
const STUBS: [usize; 5] = [8, 4, 3, 2, 1];

/// Literals by their first or last bytes, in a map for each stub length.
#[derive(Debug)]
pub(super) struct Edges {
    start: bool,
    /// Where the literals with a stub begin in `literals`.
    stubs: [FxHashMap<u64, u32>; STUBS.len()],
    /// By length and bytes of their stubs.
    literals: Vec<Literal>,
}

#[derive(Debug)]
struct Literal {
    /// Its length's place in [`STUBS`], and its bytes.
    stub: (usize, u64),
    text: Box<str>,
    target: Target,
}

impl Edges {
    /// Literals at the start of a line, or at its end.
    pub fn new(literals: Vec<(&str, Target)>, start: bool) -> Edges {
        let literal = |(text, target): (&str, Target)| {
            let class = STUBS.iter().position(|&len| len <= text.len()).unwrap_or(STUBS.len() - 1);
            Literal { stub: (class, stub(text.as_bytes(), STUBS[class], start)), text: text.into(), target }
        };
        let mut literals: Vec<Literal> = literals.into_iter().map(literal).collect();
        literals.sort_by_key(|literal| literal.stub);
        let mut stubs: [FxHashMap<u64, u32>; STUBS.len()] = Default::default();
        for (at, literal) in literals.iter().enumerate() {
            let (class, stub) = literal.stub;
            stubs[class].entry(stub).or_insert(at as u32);
        }
        Edges { start, stubs, literals }
    }

    pub fn look_up(&self, line: &str, found: &mut Vec<Target>) {
        let line = line.as_bytes();
        for (class, (&len, map)) in STUBS.iter().zip(&self.stubs).enumerate() {
            if map.is_empty() || len > line.len() {
                continue;
            }
            let stub = stub(line, len, self.start);
            let Some(&first) = map.get(&stub) else { continue };
            for literal in self.literals[first as usize..].iter().take_while(|literal| literal.stub == (class, stub)) {
                let text = literal.text.as_bytes();
                if if self.start { line.starts_with(text) } else { line.ends_with(text) } {
                    found.push(literal.target);
                }
            }
        }
    }
}

fn stub(bytes: &[u8], len: usize, start: bool) -> u64 {
    let part = if start { &bytes[..len] } else { &bytes[bytes.len() - len..] };
    part.iter().fold(0, |stub, &byte| stub << 8 | u64::from(byte))
}
