//! What two sets of rules do differently to an article: the lines that only one of them takes.

use super::{
    terminal::{FAINT, GONE, HEAD, HELD, RULE},
    visible,
};
use anstyle::{AnsiColor, Style};
use dechaff::{Cleaned, Cut, RuleId};
use std::{fmt::Write, ops::Range};

const STAYS: Style = AnsiColor::Green.on_default();

/// How two results differ.
#[derive(Default)]
pub struct Difference {
    /// Lines of which these rules take more.
    pub more: usize,
    /// Lines of which the other rules take more, or another part.
    pub less: usize,
    /// The rules that take what only one side takes.
    pub rules: Vec<RuleId>,
    pub text: String,
}

/// Compares what two sets of rules do to one article; none where they do the same.
pub fn compare(name: &str, now: &Cleaned<'_>, other: &Cleaned<'_>) -> Option<Difference> {
    let mut found = Difference::default();
    let mut lines = String::new();
    let mut at = 0;
    for (number, line) in (1..).zip(now.original().split_inclusive('\n')) {
        let text = line.trim();
        let start = at + (line.len() - line.trim_start().len());
        at += line.len();
        // White space goes with what stands around it.
        let range = start..start + text.len();
        let (ours, theirs) = (gone(now, &range), gone(other, &range));
        if text.is_empty() || ours == theirs {
            continue;
        }
        let more = bytes(&ours) > bytes(&theirs);
        let (sign, style, side) = if more { ('-', GONE, now) } else { ('+', STAYS, other) };
        *(if more { &mut found.more } else { &mut found.less }) += 1;
        let _ = write!(lines, "{FAINT}{number:>4}{FAINT:#} {style}{sign} {}{style:#}", visible(text));
        for cut in touching(side, &range) {
            let whose = if more { "" } else { "not any more: " };
            let _ = write!(lines, "  {RULE}← {whose}{}, {}{RULE:#}", cut.category(), cut.rule());
            if !found.rules.contains(cut.rule()) {
                found.rules.push(cut.rule().clone());
            }
        }
        lines.push('\n');
    }
    if lines.is_empty() {
        return None;
    }
    let _ = writeln!(found.text, "{HEAD}{}{HEAD:#}", visible(name));
    for (side, whose) in [(now, "these"), (other, "the other")] {
        if let Some(reason) = side.held() {
            let _ = writeln!(found.text, "{HELD}held by {whose} rules: {reason}{HELD:#}");
        }
    }
    found.text += &lines;
    Some(found)
}

fn touching<'c>(side: &'c Cleaned<'_>, line: &Range<usize>) -> impl Iterator<Item = &'c Cut> {
    let (start, end) = (line.start, line.end);
    side.cuts().iter().filter(move |cut| cut.bytes().start < end && cut.bytes().end > start)
}

/// The parts of a line that a side takes.
fn gone(side: &Cleaned<'_>, line: &Range<usize>) -> Vec<Range<usize>> {
    let mut all: Vec<Range<usize>> = Vec::new();
    for cut in touching(side, line) {
        let part = cut.bytes().start.max(line.start)..cut.bytes().end.min(line.end);
        match all.last_mut() {
            // Which rules share a stretch makes no difference to what is left.
            Some(last) if last.end == part.start => last.end = part.end,
            _ => all.push(part),
        }
    }
    all
}

fn bytes(parts: &[Range<usize>]) -> usize {
    parts.iter().map(|part| part.len()).sum()
}
