//! From cuts to a line diff. The operations come from the ledger and never from a search, which
//! would blame the wrong one of two equal lines.

use crate::ledger::{Cleaned, Cut};
use similar::DiffOp;
use std::{fmt::Write as _, ops::Range};

/// The lines of an article with what became of each.
///
/// Where the article was held it shows what would have gone.
///
/// ```
/// use dechaff::{Article, Cleaner, LineDiff};
///
/// let text = format!("Ports reopen\n\nADVERTISEMENT\n\n{}\n", "The harbour opened on Monday. ".repeat(9));
/// let cleaner = Cleaner::builtin()?;
/// let cleaned = cleaner.clean(&Article::new(&text));
/// assert!(LineDiff::new(&cleaned).patch("ports.txt").contains("\n-ADVERTISEMENT\n"));
/// # Ok::<(), dechaff::Error>(())
/// ```
#[derive(Debug)]
pub struct LineDiff<'c, 't> {
    lines: Vec<DiffLine<'c, 't>>,
    ops: Vec<DiffOp>,
}

/// One line of the original.
#[derive(Debug)]
pub struct DiffLine<'c, 't> {
    /// Its text with its line end.
    pub old: &'t str,
    /// The bytes of `old` that go.
    pub gone: Vec<Range<usize>>,
    /// The cuts that take something of it.
    pub cuts: Vec<&'c Cut>,
}

impl DiffLine<'_, '_> {
    /// What is left of it; empty where nothing is.
    pub fn new_text(&self) -> String {
        let mut left = String::new();
        let mut at = 0;
        for range in &self.gone {
            left.push_str(&self.old[at..range.start]);
            at = range.end;
        }
        left.push_str(&self.old[at..]);
        left
    }

    /// Does all of it go?
    pub fn is_gone(&self) -> bool {
        self.gone.iter().map(|range| range.len()).sum::<usize>() == self.old.len()
    }

    /// Is anything but its line end touched?
    pub fn is_touched(&self) -> bool {
        let text = self.old.trim_end_matches(['\r', '\n']).len();
        self.is_gone() || self.gone.iter().any(|range| range.start < text)
    }
}

impl<'c, 't> LineDiff<'c, 't> {
    /// The diff of a cleaned article.
    pub fn new(cleaned: &'c Cleaned<'t>) -> Self {
        let cuts = cleaned.proposed();
        let mut lines = Vec::new();
        let (mut at, mut next) = (0, 0);
        for old in cleaned.original().split_inclusive('\n') {
            let end = at + old.len();
            while next < cuts.len() && cuts[next].bytes().end <= at {
                next += 1;
            }
            let touching: Vec<&Cut> = cuts[next..].iter().take_while(|cut| cut.bytes().start < end).collect();
            let mut gone: Vec<Range<usize>> = Vec::new();
            for cut in &touching {
                let range = cut.bytes().start.max(at) - at..cut.bytes().end.min(end) - at;
                match gone.last_mut() {
                    Some(last) if last.end == range.start => last.end = range.end,
                    _ => gone.push(range),
                }
            }
            lines.push(DiffLine { old, gone, cuts: touching });
            at = end;
        }
        let ops = operations(&lines);
        LineDiff { lines, ops }
    }

    /// All lines of the original.
    pub fn lines(&self) -> &[DiffLine<'c, 't>] {
        &self.lines
    }

    /// Stretches of lines that change, with `context` lines around them: ranges of
    /// [`lines`](Self::lines), each with the number of lines (from 0) that precede it in the
    /// cleaned text and that it has there.
    pub fn hunks(&self, context: usize) -> Vec<(Range<usize>, Range<usize>)> {
        similar::group_diff_ops(self.ops.clone(), context)
            .iter()
            .filter_map(|ops| {
                let (first, last) = (ops.first()?, ops.last()?);
                Some((first.old_range().start..last.old_range().end, first.new_range().start..last.new_range().end))
            })
            .collect()
    }

    /// A patch that `git apply` and `patch` take, for a file of this name; empty where nothing goes.
    pub fn patch(&self, path: &str) -> String {
        let mut out = String::new();
        for (old, new) in self.hunks(3) {
            if out.is_empty() {
                let _ = write!(out, "diff --git a/{path} b/{path}\n--- a/{path}\n+++ b/{path}\n");
            }
            let _ = writeln!(out, "@@ -{} +{} @@", span(&old), span(&new));
            let mut added = String::new();
            for line in &self.lines[old] {
                if line.gone.is_empty() {
                    out.push_str(&std::mem::take(&mut added));
                    patch_line(&mut out, ' ', line.old);
                } else {
                    patch_line(&mut out, '-', line.old);
                    if !line.is_gone() {
                        patch_line(&mut added, '+', &line.new_text());
                    }
                }
            }
            out.push_str(&added);
        }
        out
    }
}

/// A hunk's place as patches write it: from 1, and for no lines at all the line before.
fn span(range: &Range<usize>) -> String {
    match range.len() {
        0 => format!("{},0", range.start),
        1 => format!("{}", range.start + 1),
        len => format!("{},{len}", range.start + 1),
    }
}

fn patch_line(out: &mut String, sign: char, line: &str) {
    out.push(sign);
    out.push_str(line);
    if !line.ends_with('\n') {
        out.push_str("\n\\ No newline at end of file\n");
    }
}

fn operations(lines: &[DiffLine<'_, '_>]) -> Vec<DiffOp> {
    let mut ops: Vec<DiffOp> = Vec::new();
    let mut new_index = 0;
    for (old_index, line) in lines.iter().enumerate() {
        let op = if line.gone.is_empty() {
            DiffOp::Equal { old_index, new_index, len: 1 }
        } else if line.is_gone() {
            DiffOp::Delete { old_index, old_len: 1, new_index }
        } else {
            DiffOp::Replace { old_index, old_len: 1, new_index, new_len: 1 }
        };
        new_index = op.new_range().end;
        match (ops.last_mut(), op) {
            (Some(DiffOp::Equal { len, .. }), DiffOp::Equal { .. }) => *len += 1,
            (Some(DiffOp::Delete { old_len, .. }), DiffOp::Delete { .. }) => *old_len += 1,
            _ => ops.push(op),
        }
    }
    ops
}
