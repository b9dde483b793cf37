//! Folding in stretches is folding by character, and what a literal folds to stands in whatever a line
//! that holds it folds to.
#![no_main]
#![allow(dead_code)]

#[path = "../../src/fold.rs"]
mod fold;

use fold::{Folded, fold, fold_core, fold_with_offsets, is_space};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|parts: (&str, &str, &str)| {
    let (before, literal, after) = parts;
    let line = [before, literal, after].concat();
    let folded = fold(&line);
    let (twin, offsets) = fold_with_offsets(&line);
    assert_eq!(folded, twin);
    assert_eq!(offsets.len(), folded.len() + 1);
    assert!(offsets.is_sorted() && offsets.iter().all(|&at| line.is_char_boundary(at)));
    let view = Folded::new(&folded);
    assert!(view.body().len() <= folded.len() && fold_core(&line) == view.core());
    assert!(folded.contains(&fold(literal)), "{literal:?} in {line:?}");
    let mut buffer = "a line above\n".to_owned();
    assert_eq!(Folded::push(&line, &mut buffer).of(&buffer).text, folded);
    assert!(!folded.starts_with(is_space) && !folded.ends_with(' '));
});
