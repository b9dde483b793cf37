//! From lines that are gone to cuts of the article: blank lines that a cut would leave over belong
//! to it.

use super::{
    Sweep, Taken, evidence,
    lines::{Line, Taker},
};
use crate::{ledger::Cut, rule::RuleId, work};
use std::ops::Range;

/// The cuts in order, each a stretch of bytes that one application of a rule took.
pub(super) fn cuts(sweep: &Sweep<'_>) -> Vec<Cut> {
    let mut pieces: Vec<(Range<usize>, Taker)> = Vec::new();
    let mut at = 0;
    while at < sweep.lines.len() {
        let line = &sweep.lines[at];
        if is_gone(line) {
            let end = group_end(&sweep.lines, at);
            pieces.extend(group(sweep, at, end));
            at = end;
        } else {
            pieces.extend(line.spans.iter().cloned());
            at += 1;
        }
    }
    let mut merged: Vec<(Range<usize>, Taker)> = Vec::new();
    for (range, taker) in pieces {
        match merged.last_mut() {
            Some((last, owner)) if *owner == taker && last.end == range.start => last.end = range.end,
            _ if range.is_empty() => {}
            _ => merged.push((range, taker)),
        }
    }
    let mut line = 0;
    merged
        .into_iter()
        .map(|(range, taker)| {
            while line + 1 < sweep.lines.len() && sweep.lines[line].whole.end <= range.start {
                line += 1;
            }
            // A cut at the end may start with the line end of the last line that stays.
            let first = sweep.lines[line..]
                .iter()
                .position(|l| {
                    work::steps(1);
                    let has_span = || l.spans.binary_search_by_key(&range.start, |(span, _)| span.start).is_ok();
                    l.whole.end > range.start && (is_gone(l) || has_span())
                })
                .map_or(line, |ahead| line + ahead);
            match &sweep.takers[taker] {
                Taken::Rule { rule, captures } => Cut::new(&sweep.plan.rules[*rule], range, first + 1, captures.clone()),
                Taken::Evidence(weighing) => Cut::weighed(RuleId::new("", evidence::ID), range, first + 1, weighing.clone()),
                Taken::Learned(support) => Cut::supported(support, range, first + 1),
            }
        })
        .collect()
}

fn is_gone(line: &Line) -> bool {
    !line.is_blank() && (line.gone.is_some() || line.chars == 0)
}

/// Behind the last line of the group of gone lines that starts here; blank lines between them count in.
fn group_end(lines: &[Line], start: usize) -> usize {
    let mut end = start + 1;
    for (at, line) in lines.iter().enumerate().skip(end) {
        if is_gone(line) {
            end = at + 1;
        } else if !line.is_blank() {
            break;
        }
    }
    end
}

/// The pieces of a group of gone lines, with the blank lines around it that have to go.
fn group(sweep: &Sweep<'_>, first: usize, end: usize) -> Vec<(Range<usize>, Taker)> {
    let lines = &sweep.lines;
    let blank_above = lines[..first].iter().rev().take_while(|line| line.is_blank()).count();
    let blank_below = lines[end..].iter().take_while(|line| line.is_blank()).count();
    let at_top = blank_above == first;
    let at_end = end + blank_below == lines.len();

    let mut start_byte = lines[first].whole.start;
    let mut end_byte = lines[end - 1].whole.end;
    if at_top && !at_end {
        end_byte = lines[end + blank_below - 1].whole.end;
    } else if at_end && !at_top {
        start_byte = lines[first - blank_above].whole.start;
        // What stays must end as the article did.
        if blank_below == 0 && !sweep.text[..end_byte].ends_with('\n') {
            start_byte = lines[first - blank_above - 1].content_end(sweep.text);
        }
    } else if !at_top {
        // One blank line stays where either side had one, more only where both had more.
        let stay = match blank_above.min(blank_below) {
            0 => blank_above.max(blank_below).min(1),
            least => least,
        };
        let above = blank_above.min(stay);
        start_byte = lines[first - blank_above + above].whole.start;
        end_byte = lines[end + blank_below - (stay - above) - 1].whole.end;
    }

    let mut pieces: Vec<(Range<usize>, Taker)> = Vec::new();
    for line in &lines[first..end] {
        if line.is_blank() {
            continue;
        }
        let mut at = line.whole.start;
        for (span, taker) in &line.spans {
            // White space that spans left over goes with them.
            pieces.push((at..span.start, line.gone.unwrap_or(*taker)));
            pieces.push((span.clone(), *taker));
            at = span.end;
        }
        if let Some(taker) = line.gone.or(line.spans.last().map(|(_, taker)| *taker)) {
            pieces.push((at..line.whole.end, taker));
        }
    }
    pieces.retain(|(range, _)| !range.is_empty());
    // Blank lines between belong to the cut above them.
    for i in 1..pieces.len() {
        let next = pieces[i].0.start;
        pieces[i - 1].0.end = next;
    }
    if let Some((range, _)) = pieces.first_mut() {
        range.start = start_byte;
    }
    if let Some((range, _)) = pieces.last_mut() {
        range.end = end_byte;
    }
    pieces
}
