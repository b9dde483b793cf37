//! Any ledger: an entry gives the original back or an error, whatever its cuts say.
#![no_main]

use dechaff::{Entry, EntryCut, checksum};
use libfuzzer_sys::fuzz_target;

// The first line is the entry, or its cuts; the rest is the cleaned text.
fuzz_target!(|text: &str| {
    let Some((json, cleaned)) = text.split_once('\n') else { return };
    if let Ok(entry) = serde_json::from_str::<Entry>(json) {
        let _ = entry.restore(cleaned);
    }
    let Ok(cuts) = serde_json::from_str::<Vec<(usize, usize, String)>>(json) else { return };
    let cut = |(start, end, text)| {
        let (rule, category, confidence) = ("a/b".to_owned(), "ad".to_owned(), "high".to_owned());
        EntryCut {
            rule,
            category,
            confidence,
            line: 1,
            start,
            end,
            text,
            json: None,
            captures: Default::default(),
            evidence: Vec::new(),
        }
    };
    let cuts: Vec<EntryCut> = cuts.into_iter().map(cut).collect();
    let mut entry = Entry {
        path: None,
        record: None,
        version: String::new(),
        original: String::new(),
        cleaned: checksum(cleaned),
        held: None,
        cuts,
    };
    assert!(entry.restore(cleaned).is_err(), "no checksum fits");
    // Where the cuts fit, so does the checksum of what they give.
    let (mut original, mut at) = (String::new(), 0_usize);
    for cut in &entry.cuts {
        let Some(stays) = cut.start.checked_sub(original.len()).and_then(|stays| cleaned.get(at..at.checked_add(stays)?)) else {
            return assert!(entry.restore(cleaned).is_err(), "cuts that do not fit");
        };
        if cut.start + cut.text.len() != cut.end {
            return assert!(entry.restore(cleaned).is_err(), "a length that does not fit");
        }
        original.push_str(stays);
        original.push_str(&cut.text);
        at += stays.len();
    }
    original.push_str(&cleaned[at..]);
    entry.original = checksum(&original);
    assert_eq!(entry.restore(cleaned).unwrap(), original);
});
