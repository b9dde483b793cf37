//! How a text that a regex covers can begin: its first bytes, of which few sets of words share four.

use regex_syntax::hir::{Class, Hir, HirKind, Look};
use serde::{Deserialize, Serialize};

/// Bytes that are looked at.
const LEN: usize = 4;

/// Stubs beyond this many are cut shorter.
const MOST: usize = 300;

/// A class of more bytes than this says too little.
const CLASS: usize = 40;

/// Stands behind the end of a text.
const END: u8 = 0;

/// The stubs of one length each, sorted; with none of any length every text is allowed.
#[derive(Debug, Default, Clone, Serialize, Deserialize)]
pub(crate) struct Stubs([Vec<u32>; LEN]);

/// How a text begins: small letters, white space as a space, and what comes then.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Stub {
    bytes: Vec<u8>,
    then: Then,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Then {
    /// What the next part of the regex matches.
    Next,
    Unknown,
    /// A letter beyond ASCII: alone such a text is allowed anyway, but behind others it may be too far off to be seen.
    Beyond,
}

impl Stubs {
    /// Those of a regex that covers the whole text.
    pub fn of(hir: &Hir) -> Stubs {
        let mut stubs = Stubs::default();
        let mut begins = begins(hir);
        begins.retain(|stub| stub.then != Then::Beyond || stub.bytes.len() == LEN);
        begins.sort();
        let mut last: Option<&[u8]> = None;
        for Stub { bytes, .. } in &begins {
            if bytes.is_empty() {
                return Stubs::default();
            }
            if last.is_none_or(|last| !bytes.starts_with(last)) {
                stubs.0[bytes.len() - 1].push(number(bytes));
                last = Some(bytes);
            }
        }
        stubs.0.iter_mut().for_each(|stubs| stubs.sort_unstable());
        stubs
    }

    /// Can a text that the regex covers begin so? Where letters beyond ASCII come first that is unknown.
    pub fn allow(&self, text: &str) -> bool {
        if self.0.iter().all(Vec::is_empty) {
            return true;
        }
        let mut bytes = [END; LEN];
        bytes.iter_mut().zip(text.bytes()).for_each(|(own, byte)| *own = plain(byte));
        if !bytes.is_ascii() {
            return true;
        }
        (1..=LEN).any(|len| self.0[len - 1].binary_search(&number(&bytes[..len])).is_ok())
    }
}

fn number(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0, |number, &byte| number << 8 | u32::from(byte))
}

fn plain(byte: u8) -> u8 {
    if matches!(byte, b'\t'..=b'\r') { b' ' } else { byte.to_ascii_lowercase() }
}

/// The stubs of what a regex matches.
fn begins(hir: &Hir) -> Vec<Stub> {
    let stub = |bytes: &[u8], then| Stub { bytes: bytes.to_vec(), then };
    match hir.kind() {
        HirKind::Look(Look::End) => vec![stub(&[END], Then::Unknown)],
        HirKind::Empty | HirKind::Look(_) => vec![stub(&[], Then::Next)],
        HirKind::Literal(literal) => {
            let head = &literal.0[..literal.0.len().min(LEN)];
            let bytes: Vec<u8> = head.iter().take_while(|byte| byte.is_ascii()).map(|&byte| plain(byte)).collect();
            let then = match literal.0.len() {
                _ if bytes.len() < head.len() => Then::Beyond,
                LEN.. => Then::Unknown,
                _ => Then::Next,
            };
            vec![stub(&bytes, then)]
        }
        HirKind::Class(Class::Unicode(class)) => {
            let ranges = class.ranges().iter().filter(|range| range.start().is_ascii());
            let mut bytes: Vec<u8> =
                ranges.flat_map(|range| range.start() as u8..=range.end().min('\x7f') as u8).map(plain).collect();
            bytes.sort_unstable();
            bytes.dedup();
            if bytes.len() > CLASS {
                return vec![stub(&[], Then::Unknown)];
            }
            let is_beyond = class.ranges().last().is_some_and(|range| !range.end().is_ascii());
            let beyond = is_beyond.then(|| stub(&[], Then::Beyond));
            bytes.iter().map(|&byte| stub(&[byte], Then::Next)).chain(beyond).collect()
        }
        HirKind::Class(Class::Bytes(_)) => vec![stub(&[], Then::Unknown)],
        HirKind::Capture(capture) => begins(&capture.sub),
        HirKind::Repetition(repetition) => {
            let sub = begins(&repetition.sub);
            let least = (0..repetition.min.min(LEN as u32)).fold(vec![stub(&[], Then::Next)], |all, _| join(all, &sub));
            if repetition.max == Some(repetition.min) {
                return least;
            }
            let more = join(least.clone(), &sub).into_iter().map(Stub::close);
            few(least.into_iter().chain(more).collect())
        }
        HirKind::Concat(parts) => parts.iter().fold(vec![stub(&[], Then::Next)], |all, part| {
            if all.iter().any(|stub| stub.then == Then::Next) { join(all, &begins(part)) } else { all }
        }),
        HirKind::Alternation(branches) => few(branches.iter().flat_map(begins).collect()),
    }
}

impl Stub {
    /// Lets anything follow.
    fn close(mut self) -> Stub {
        if self.then == Then::Next {
            self.then = Then::Unknown;
        }
        self
    }
}

/// Puts every tail behind every head to which something can be added, where these are few.
fn join(heads: Vec<Stub>, tails: &[Stub]) -> Vec<Stub> {
    let (open, mut all): (Vec<Stub>, Vec<Stub>) = heads.into_iter().partition(|head| head.then == Then::Next);
    if open.len() * tails.len() > MOST {
        all.extend(open.into_iter().map(Stub::close));
        return few(all);
    }
    for head in open {
        all.extend(tails.iter().map(|tail| {
            let mut bytes = [head.bytes.as_slice(), &tail.bytes].concat();
            let then = if bytes.len() >= LEN { Then::Unknown } else { tail.then };
            bytes.truncate(LEN);
            Stub { bytes, then }
        }));
    }
    few(all)
}

/// Each of them once, cut short where there are many.
fn few(mut stubs: Vec<Stub>) -> Vec<Stub> {
    for len in (0..=LEN).rev() {
        stubs.sort();
        stubs.dedup();
        if stubs.len() <= MOST {
            break;
        }
        for stub in stubs.iter_mut().filter(|stub| stub.bytes.len() >= len) {
            stub.bytes.truncate(len);
            stub.then = Then::Unknown;
        }
    }
    stubs
}

#[cfg(test)]
mod tests {
    use super::*;
    use regex_syntax::ParserBuilder;

    /// As a rule's regex is read: a space is white space of any length.
    fn allows(source: &str, text: &str) -> bool {
        let whole = format!("^(?:{})$", source.replace(' ', r"(?:\s+)"));
        Stubs::of(&ParserBuilder::new().case_insensitive(true).build().parse(&whole).unwrap()).allow(text)
    }

    #[test]
    fn only_what_begins_like_a_match_is_allowed() {
        let long = "(?:share|tweet|pin)(?: (?:this|it|on .+))*";
        for (source, text, may) in [
            (long, "SHARE this", true),
            (long, "Pin", true),
            (long, "Pint", false),
            (long, "shape this", false),
            (long, "pi this", false),
            ("(?:us|uk)", "UK", true),
            ("(?:us|uk)", "used", false),
            (r"(?:x|\d\d?) ?(?:share|like)s?", "7  Likes", true),
            (r"(?:x|\d\d?) ?(?:share|like)s?", "7 Links", true),
            // Too many to keep whole.
            (r"(?:x|\d\d?) ?(?:share|like)s?", "77 takes", true),
            (r"(?:x|\d\d?) ?(?:share|like)s?", "٣ likes", true),
            ("(?:.*: )?(?:share|tweet)", "Please: share", true),
            (r"\d (?:malý|velký)", "5 malý", true),
            (r"\d (?:malý|velký)", "5 Velký", true),
            (r"\d (?:malý|velký)", "5 mladý", false),
            (r"(?:a|bb)(?:ý|č) (?:x|y)", "bbč x", true),
            ("(?:é|e)tat.*", "État", true),
            ("(?:é|e)tat.*", "e-mail", false),
            ("(?:[a-z]{2}){2}9?", "abc1", true),
            ("(?:a|b|c|d)(?:a|b|c|d){3}(?:.*)", "dada", true),
            ("[a-z]{3}[a-z]?(?:x|y)", "abcdy", true),
            ("[a-z]{3}[a-z]?(?:x|y)", "a-b", true),
        ] {
            assert_eq!(allows(source, text), may, "{source} {text}");
        }
    }
}
